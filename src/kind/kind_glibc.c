/* kind_glibc.c: the C library's malloc as a kind of heap, read back from its chunk headers.
 *
 * The heap is what malloc takes from the break, and the user's payloads are all there is in it: the
 * heap process calls malloc for nothing else. So that all of it lies on the break, requests of 128
 * KiB and more are not mapped apart (M_MMAP_MAX 0), and there is one arena (M_ARENA_MAX 1). With
 * that, the threshold from which the break is trimmed stays at its 128 KiB; all else is as malloc
 * finds it, GLIBC_TUNABLES included.
 *
 *      start                                                             break
 *        | ? | size | own ...  | size | payload ... | size | payload ... | size | top ... |
 *        '-- malloc's own -----'-- block -----------'-- block -----------'-- block -------'
 *                                                     free: ... | prev_size |
 *
 * glibc draws a chunk from `prev_size` on, the word before `size`. But while the chunk to the left
 * is in use that word belongs to its payload, and only where it is free does it hold its size, as a
 * footer. So a block here begins at `size` and ends where the next one's `size` is: blocks tile the
 * heap, and what can be used of each is what malloc_usable_size says. Blocks that wait in the
 * thread cache or in a fastbin look used: see KIND_TELLS_FREE. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kind/c_library.h"
#include "kind/description.h"

enum {
    WORD = sizeof(uint64_t),
    CHUNK_LEFT_USED = 1, /* glibc's PREV_INUSE, */
    CHUNK_MAPPED = 2,    /* IS_MMAPPED, */
    CHUNK_ELSEWHERE = 4, /* and NON_MAIN_ARENA */
    CHUNK_FLAGS = 7,
    CHUNK_LEAST = 32,
    CHUNK_ALIGNMENT = 16,
};

/* What is to be remembered of the heap; it lies in a mapping of its own. */
struct glibc {
    const char *start;
    size_t own; /* bytes from the start on that were in use before the first payload was */
};

static const struct hg_policy_info policy_info = {
    .name = "glibc",
    .summary = "the C library's own malloc, with all that it caches",
    .reason =
        "The malloc that programs use when nobody says otherwise. Small blocks that are freed "
        "wait in a thread cache and in fastbins, others are merged and sorted into bins; "
        "what no bin has is cut off the top of the heap. None of its lists are shown.",
    .choice = "a block of the C library's choice",
    .rounding = "sizes are rounded up so that size and header fill a multiple of 16 bytes",
    .apart = "small freed blocks wait unmerged in the thread cache and in fastbins",
};

static const struct hg_policy_info *policy(unsigned number)
{
    return number == 0 ? &policy_info : NULL;
}

/* ---- Chunks ---- */

/* A chunk as its header says; offsets are of the word `size`. */
struct chunk {
    uint64_t at, size;
    bool left_used;
    bool is_top; /* the last one, which ends at the break */
};

/* Read the header at `at`; false where it makes no sense. */
static bool read_chunk(const struct glibc *glibc, size_t extent, uint64_t at,
                       struct chunk *ret_chunk)
{
    uint64_t word, size;

    if (at > extent || extent - at < WORD)
        return false;
    memcpy(&word, glibc->start + at, WORD);
    size = word & ~(uint64_t)CHUNK_FLAGS;
    if (word & (CHUNK_MAPPED | CHUNK_ELSEWHERE) || size < CHUNK_LEAST || size % CHUNK_ALIGNMENT ||
        size > extent - at + WORD)
        return false;
    *ret_chunk = (struct chunk){.at = at,
                                .size = size,
                                .left_used = word & CHUNK_LEFT_USED,
                                .is_top = size == extent - at + WORD};
    return true;
}

/* The block at `at`, which lies below the break; what cannot be read is one block up to there. */
static struct hg_block read_block(const struct glibc *glibc, size_t extent, uint64_t at)
{
    struct hg_block block = {
        .at = at, .size = extent - at, .list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};
    struct chunk chunk, next;

    if (!read_chunk(glibc, extent, at, &chunk))
        return block;
    block.header = WORD;
    block.kind = HG_KIND_FREE;
    if (chunk.is_top)
        return block;
    block.size = chunk.size;
    if (!read_chunk(glibc, extent, at + chunk.size, &next) || next.left_used)
        block.kind = HG_KIND_USED;
    else
        block.footer = WORD;
    return block;
}

static void walk(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                 void *context)
{
    const struct glibc *glibc = heap;
    bool more = true;

    if (from < glibc->own) {
        struct hg_block own = {.size = glibc->own < extent ? glibc->own : extent,
                               .list = HG_NO_LIST,
                               .kind = HG_KIND_BOOKKEEPING};

        more = extent > 0 && visitor(context, &own);
        from = glibc->own;
    }
    while (more && from < extent) {
        struct hg_block block = read_block(glibc, extent, from);

        more = visitor(context, &block);
        from += block.size;
    }
}

/* ---- Opening ---- */

/* Let malloc set up its arena and its thread cache, by asking for what nobody has. */
static void set_up_malloc(void)
{
    volatile size_t too_much = PTRDIFF_MAX - ((size_t)1 << 20);
    void *volatile nothing;

    mallopt(M_MMAP_MAX, 0);
    mallopt(M_ARENA_MAX, 1);
    nothing = malloc(too_much);
    free(nothing);
}

/* Where the first payload's block will begin: behind all that is in use already. */
static size_t size_of_own(const struct glibc *glibc, size_t extent)
{
    uint64_t at = WORD;
    struct hg_block block = read_block(glibc, extent, at);

    while (block.kind == HG_KIND_USED) {
        at += block.size;
        block = read_block(glibc, extent, at);
    }
    return block.kind == HG_KIND_FREE ? at : 0;
}

static void *open_heap(const struct kind_opening *opening, const char **ret_problem)
{
    struct glibc glibc = {.start = sbrk(0)}, *heap;

    (void)opening;
    if (!c_library_has_malloc()) {
        *ret_problem = "another malloc has taken the place of the C library's";
        errno = ENOTSUP;
        return NULL;
    }
    set_up_malloc();
    glibc.own = size_of_own(&glibc, (size_t)((char *)sbrk(0) - glibc.start));
    if (glibc.own == 0) {
        *ret_problem = "the C library's malloc does not use the break here";
        errno = ENOTSUP;
        return NULL;
    }
    heap = mmap(NULL, sizeof *heap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (heap == MAP_FAILED)
        return NULL;
    *heap = glibc;
    return heap;
}

static size_t extent_of(const void *heap)
{
    return (size_t)((char *)sbrk(0) - ((const struct glibc *)heap)->start);
}

/* ---- Acting ---- */

static void *allocate(void *heap, size_t size)
{
    (void)heap;
    return malloc(size);
}

static void *allocate_zeroed(void *heap, size_t count, size_t size)
{
    (void)heap;
    return calloc(count, size);
}

static void *allocate_aligned(void *heap, size_t alignment, size_t size)
{
    (void)heap;
    return aligned_alloc(alignment, size);
}

static void *resize(void *heap, void *payload, size_t size)
{
    (void)heap;
    return realloc(payload, size);
}

static bool release(void *heap, void *payload)
{
    (void)heap;
    free(payload);
    return true;
}

static size_t usable(const void *heap, const void *payload)
{
    (void)heap;
    return malloc_usable_size((void *)payload);
}

/* ---- Looking for damage ---- */

struct checker {
    const struct glibc *glibc;
    struct hg_defect *defect;
    bool left_is_free;
};

static bool fail(const struct checker *checker, enum hg_invariant invariant, uint64_t at)
{
    *checker->defect = (struct hg_defect){.broken = invariant, .at = at};
    return false;
}

static bool check_block(void *context, const struct hg_block *block)
{
    struct checker *checker = context;
    bool is_free = block->kind == HG_KIND_FREE;
    uint64_t footer;

    if (block->kind == HG_KIND_UNREADABLE)
        return fail(checker, HG_INVARIANT_TAG, block->at);
    if (is_free && checker->left_is_free)
        return fail(checker, HG_INVARIANT_NEIGHBOURS, block->at);
    if (block->footer) {
        memcpy(&footer, checker->glibc->start + block->at + block->size - WORD, WORD);
        if (footer != block->size)
            return fail(checker, HG_INVARIANT_FOOTER, block->at);
    }
    checker->left_is_free = is_free;
    return true;
}

static bool check(const void *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct checker checker = {.glibc = heap, .defect = &defect};

    walk(heap, extent, 0, check_block, &checker);
    if (defect.broken != HG_INVARIANT_NONE)
        *ret_defect = defect;
    return defect.broken == HG_INVARIANT_NONE;
}

/* ---- Describing ---- */

static void describe(const void *heap, const struct hg_config *config,
                     struct kind_description *description)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "bytes from this word to the next block's",
         .mask = ~(uint64_t)CHUNK_FLAGS,
         .unit = CHUNK_FLAGS + 1,
         .size = WORD,
         .kind = HG_HEADER_BYTES},
        {.name = "P",
         .meaning = "whether the block to the left is in use, or waits in a cache",
         .words = {"left free", "left used"},
         .mask = CHUNK_LEFT_USED,
         .size = WORD,
         .kind = HG_HEADER_FLAG},
        {.name = "M",
         .meaning = "the block is a mapping of its own",
         .words = {NULL, "mapped"},
         .mask = CHUNK_MAPPED,
         .size = WORD,
         .kind = HG_HEADER_FLAG},
        {.name = "A",
         .meaning = "the block is not of the main arena",
         .words = {NULL, "other arena"},
         .mask = CHUNK_ELSEWHERE,
         .size = WORD,
         .kind = HG_HEADER_FLAG},
    };

    (void)heap;
    (void)config;
    description_add_setting(description, "mmap-max", 0, NULL);
    description_add_setting(description, "arena-max", 1, NULL);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        description_add_field(description, &fields[i]);
}

const struct kind kind_glibc = {
    .name = "glibc",
    .declared = KIND_KNOWS_REQUESTS | KIND_CLONES | KIND_LIMITS,
    .policy = policy,
    .open = open_heap,
    .extent = extent_of,
    .allocate = allocate,
    .allocate_zeroed = allocate_zeroed,
    .allocate_aligned = allocate_aligned,
    .resize = resize,
    .release = release,
    .usable = usable,
    .walk = walk,
    .check = check,
    .describe = describe,
};
