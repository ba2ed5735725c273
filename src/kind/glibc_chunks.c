/* glibc_chunks.c: a heap of the C library's, chunk by chunk.
 *
 *      start                                                             break
 *        | ? | size | own ...  | size | payload ... | size | payload ... | size | top ... |
 *        '-- malloc's own -----'-- block -----------'-- block -----------'-- block -------'
 *                                                     free: ... | prev_size |
 *
 * glibc draws a chunk from `prev_size` on, the word before `size`. But while the chunk to the left
 * is in use that word belongs to its payload, and only where it is free does it hold its size, as a
 * footer. So a block here begins at `size` and ends where the next one's `size` is: blocks tile the
 * heap, and what can be used of each is what malloc_usable_size says. */
#include <string.h>

#include "kind/glibc.h"

bool glibc_read_chunk(const struct glibc *glibc, size_t extent, uint64_t at,
                      struct glibc_chunk *ret_chunk)
{
    uint64_t word, size;

    if (at > extent || extent - at < GLIBC_WORD)
        return false;
    memcpy(&word, glibc->start + at, GLIBC_WORD);
    size = word & ~(uint64_t)GLIBC_FLAGS;
    if (word & GLIBC_MAPPED || (word & GLIBC_ELSEWHERE && !glibc->is_elsewhere) ||
        size < GLIBC_CHUNK_LEAST || size % GLIBC_ALIGNMENT || size > extent - at + GLIBC_WORD)
        return false;
    *ret_chunk = (struct glibc_chunk){.at = at,
                                      .size = size,
                                      .left_used = word & GLIBC_LEFT_USED,
                                      .is_top = size == extent - at + GLIBC_WORD};
    return true;
}

/* Whether a part of the heap ends here: with one or two chunks that are too small to be blocks, the
 * last of which may say that it has no bytes at all. */
static bool is_fence(const struct glibc *glibc, size_t extent, uint64_t at)
{
    uint64_t word, size;

    if (at > extent || extent - at < GLIBC_WORD)
        return false;
    memcpy(&word, glibc->start + at, GLIBC_WORD);
    size = word & ~(uint64_t)GLIBC_FLAGS;
    return !(word & GLIBC_MAPPED) &&
           (size == GLIBC_FENCE || (size == 0 && word && extent - at == GLIBC_WORD));
}

/* ---- Behind damage ---- */

/* Whether headers from `at` on lead to the end of the heap, taking at most `ret_budget` steps. */
static bool leads_to_end(const struct glibc *glibc, size_t extent, uint64_t at, size_t *ret_budget)
{
    struct glibc_chunk chunk;

    while (*ret_budget > 0 && glibc_read_chunk(glibc, extent, at, &chunk)) {
        --*ret_budget;
        if (chunk.is_top)
            return true;
        at += chunk.size;
    }
    return is_fence(glibc, extent, at) && extent - at <= 2 * GLIBC_FENCE;
}

/* The first place from `at` on from which headers lead to the end; the end where there is none. */
static uint64_t next_sound(const struct glibc *glibc, size_t extent, uint64_t at)
{
    size_t budget = (size_t)1 << 24;

    while (at < extent && budget > 0 && !leads_to_end(glibc, extent, at, &budget)) {
        at += GLIBC_ALIGNMENT;
        budget--;
    }
    return at < extent && budget > 0 ? at : extent;
}

/* The end of a part of the heap, and what lies behind it up to the next: somebody else has moved
 * the break. */
static struct hg_block read_fence(const struct glibc *glibc, size_t extent, uint64_t at)
{
    uint64_t end = at + GLIBC_FENCE;

    if (end < extent && is_fence(glibc, extent, end) && extent - end > GLIBC_FENCE)
        end = next_sound(glibc, extent, end + GLIBC_FENCE);
    if (end > extent)
        end = extent;
    return (struct hg_block){
        .at = at, .size = end - at, .list = HG_NO_LIST, .kind = HG_KIND_BOOKKEEPING};
}

/* ---- Blocks ---- */

/* Whether a block can be followed by what stands at `at`, and leaves what is before it in use. */
static bool leaves_used(const struct glibc *glibc, size_t extent, uint64_t at)
{
    struct glibc_chunk next;
    uint64_t word;

    if (glibc_read_chunk(glibc, extent, at, &next))
        return next.left_used;
    if (!is_fence(glibc, extent, at))
        return true;
    memcpy(&word, glibc->start + at, GLIBC_WORD);
    return word & GLIBC_LEFT_USED;
}

struct hg_block glibc_read_block(const struct glibc *glibc, size_t extent, uint64_t at)
{
    struct hg_block block = {.at = at, .list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};
    struct glibc_chunk chunk;

    if (is_fence(glibc, extent, at))
        return read_fence(glibc, extent, at);
    if (!glibc_read_chunk(glibc, extent, at, &chunk)) {
        block.size = next_sound(glibc, extent, at + GLIBC_ALIGNMENT) - at;
        return block;
    }
    block.size = extent - at;
    block.header = GLIBC_WORD;
    block.kind = HG_KIND_FREE;
    if (chunk.is_top)
        return block;
    block.size = chunk.size;
    if (leaves_used(glibc, extent, at + chunk.size))
        block.kind = HG_KIND_USED;
    else
        block.footer = GLIBC_WORD;
    return block;
}

bool glibc_may_begin(const struct glibc *glibc, size_t extent, uint64_t at)
{
    uint64_t chunk_least = GLIBC_CHUNK_LEAST - GLIBC_WORD; /* of the last, up to the break */

    return at >= glibc->own && at < extent && extent - at >= chunk_least &&
           (glibc->address + at + GLIBC_WORD) % GLIBC_ALIGNMENT == 0;
}
