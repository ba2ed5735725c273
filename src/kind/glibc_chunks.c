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
    if (word & (GLIBC_MAPPED | GLIBC_ELSEWHERE) || size < GLIBC_CHUNK_LEAST ||
        size % GLIBC_ALIGNMENT || size > extent - at + GLIBC_WORD)
        return false;
    *ret_chunk = (struct glibc_chunk){.at = at,
                                      .size = size,
                                      .left_used = word & GLIBC_LEFT_USED,
                                      .is_top = size == extent - at + GLIBC_WORD};
    return true;
}

struct hg_block glibc_read_block(const struct glibc *glibc, size_t extent, uint64_t at)
{
    struct hg_block block = {
        .at = at, .size = extent - at, .list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};
    struct glibc_chunk chunk, next;

    if (!glibc_read_chunk(glibc, extent, at, &chunk))
        return block;
    block.header = GLIBC_WORD;
    block.kind = HG_KIND_FREE;
    if (chunk.is_top)
        return block;
    block.size = chunk.size;
    if (!glibc_read_chunk(glibc, extent, at + chunk.size, &next) || next.left_used)
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
