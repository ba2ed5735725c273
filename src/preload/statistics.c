/* statistics.c: what the C library says of its heap, and lets programs set, said and set of ours.
 *
 * A heap is walked for it, so it takes longer than there: O(blocks). What threads hold for
 * themselves (cache.h) is in use. */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>

#include "preload/arena.h"
#include "preload/serve.h"

enum { CLASSES = 64, FAST_MOST = 160 /* that the C library takes for M_MXFAST */ };

/* Free blocks whose sizes have the same binary logarithm. */
struct size_class {
    size_t least, most, bytes, count;
};

/* Of one heap, or of all. */
struct survey {
    size_t heap, most_heap, opened; /* bytes: now, so far, and to be had at once */
    size_t free, free_blocks;
    size_t last_free; /* bytes of free memory at the break */
    struct size_class classes[CLASSES];
};

static void count_in(struct size_class *class, size_t size)
{
    if (class->count == 0 || size < class->least)
        class->least = size;
    if (size > class->most)
        class->most = size;
    class->bytes += size;
    class->count++;
}

static bool add(void *context, const struct hg_block *block)
{
    struct survey *survey = context;

    if (block->kind == HG_KIND_USED)
        survey->last_free = 0;
    if (block->kind != HG_KIND_FREE)
        return true;
    survey->free += block->size;
    survey->free_blocks++;
    survey->last_free = block->size;
    count_in(&survey->classes[63 - __builtin_clzll(block->size)], block->size);
    return true;
}

static struct survey look_at(struct arena *arena)
{
    struct survey survey = {0};

    arena_lock(arena);
    survey.heap = hg_size(arena->heap);
    survey.most_heap = arena->region->most_used;
    survey.opened = arena->region->opened;
    hg_walk(arena->heap, survey.heap, 0, add, &survey);
    arena_unlock(arena);
    return survey;
}

static void add_up(struct survey *all, const struct survey *one)
{
    all->heap += one->heap;
    all->most_heap += one->most_heap;
    all->opened += one->opened;
    all->free += one->free;
    all->free_blocks += one->free_blocks;
    all->last_free += one->last_free;
}

/* Of all heaps together, without classes. */
static struct survey look_at_all(void)
{
    struct survey all = {0};
    struct arena *arena;

    for (unsigned i = 0; (arena = arena_of_number(i)); i++) {
        struct survey one = look_at(arena);

        add_up(&all, &one);
    }
    return all;
}

EXPORT struct mallinfo2 mallinfo2(void)
{
    struct survey survey = look_at_all();

    return (struct mallinfo2){
        .arena = survey.heap,
        .ordblks = survey.free_blocks,
        .uordblks = survey.heap - survey.free,
        .fordblks = survey.free,
        .keepcost = survey.last_free,
    };
}

/* What does not fit into an int is cut off, as in the C library. */
static struct mallinfo narrow_info(void)
{
    struct mallinfo2 info = mallinfo2();

    return (struct mallinfo){
        .arena = (int)info.arena,
        .ordblks = (int)info.ordblks,
        .uordblks = (int)info.uordblks,
        .fordblks = (int)info.fordblks,
        .keepcost = (int)info.keepcost,
    };
}

EXPORT struct mallinfo mallinfo(void)
{
    return narrow_info();
}

static void print_bytes(const struct survey *survey)
{
    fprintf(stderr,
            "system bytes     = %10zu\n"
            "in use bytes     = %10zu\n",
            survey->heap, survey->heap - survey->free);
}

EXPORT void malloc_stats(void)
{
    struct survey all = {0};
    struct arena *arena;

    for (unsigned i = 0; (arena = arena_of_number(i)); i++) {
        struct survey one = look_at(arena);

        fprintf(stderr, "Arena %u:\n", i);
        print_bytes(&one);
        add_up(&all, &one);
    }
    fputs("Total (incl. mmap):\n", stderr);
    print_bytes(&all);
    fprintf(stderr,
            "max mmap regions = %10u\n"
            "max mmap bytes   = %10u\n",
            0u, 0u);
}

static void write_totals(FILE *stream, const struct survey *survey)
{
    fprintf(stream,
            "<total type=\"fast\" count=\"0\" size=\"0\"/>\n"
            "<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n",
            survey->free_blocks, survey->free);
}

static void write_system(FILE *stream, const struct survey *survey)
{
    fprintf(stream,
            "<system type=\"current\" size=\"%zu\"/>\n"
            "<system type=\"max\" size=\"%zu\"/>\n"
            "<aspace type=\"total\" size=\"%zu\"/>\n"
            "<aspace type=\"mprotect\" size=\"%zu\"/>\n",
            survey->heap, survey->most_heap, survey->heap, survey->opened);
}

static void write_heap(FILE *stream, unsigned number, const struct survey *survey)
{
    fprintf(stream, "<heap nr=\"%u\">\n<sizes>\n", number);
    for (int i = 0; i < CLASSES; i++) {
        const struct size_class *class = &survey->classes[i];

        if (class->count > 0)
            fprintf(stream, "  <size from=\"%zu\" to=\"%zu\" total=\"%zu\" count=\"%zu\"/>\n",
                    class->least, class->most, class->bytes, class->count);
    }
    fputs("</sizes>\n", stream);
    write_totals(stream, survey);
    write_system(stream, survey);
    fputs("</heap>\n", stream);
}

EXPORT int malloc_info(int options, FILE *stream)
{
    struct survey all = {0};
    struct arena *arena;

    if (options != 0) /* there are none yet */
        return EINVAL;
    fputs("<malloc version=\"1\">\n", stream);
    for (unsigned i = 0; (arena = arena_of_number(i)); i++) {
        struct survey one = look_at(arena);

        write_heap(stream, i, &one);
        add_up(&all, &one);
    }
    write_totals(stream, &all);
    fputs("<total type=\"mmap\" count=\"0\" size=\"0\"/>\n", stream);
    write_system(stream, &all);
    fputs("</malloc>\n", stream);
    return 0;
}

/* Who is followed has the heap that the calls which are told made of it. */
EXPORT int malloc_trim(size_t pad)
{
    int number = errno;
    struct arena *arena;
    bool trimmed = false;

    cache_give_back();
    for (unsigned i = 0; (arena = arena_of_number(i)) && !process.follow; i++) {
        arena_lock(arena);
        trimmed |= hg_trim(arena->heap, i == 0 ? pad : 0);
        arena_unlock(arena);
    }
    errno = number;
    return trimmed;
}

/* A threshold below 0 is none. */
static void set_trim(int value)
{
    int number = errno;
    bool locked = process_enter();

    if (process.heap &&
        !process
             .follow) /* a policy that does not trim is told in vain, as the C library would be */
        hg_set(process.heap, HG_SETTING_TRIM, value < 0 ? HG_TRIM_NEVER : (uint64_t)value);
    process_leave(locked);
    errno = number;
}

/* What our heap has no counterpart of is taken, as parameters are that a C library does not
 * know. */
EXPORT int mallopt(int parameter, int value)
{
    if (parameter == M_MXFAST)
        return value >= 0 && value <= FAST_MOST;
    if (parameter == M_TRIM_THRESHOLD)
        set_trim(value);
    return 1;
}

/* ---- The C library's other names for them ---- */

struct mallinfo __libc_mallinfo(void);

EXPORT struct mallinfo __libc_mallinfo(void) /* mallinfo is deprecated even as an alias */
{
    return narrow_info();
}

EXPORT ALIAS(mallopt, __libc_mallopt);
