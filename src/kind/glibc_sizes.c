/* glibc_sizes.c: the order of large bins.
 *
 * A large bin holds blocks of several sizes, the largest first. So that malloc need not pass all
 * that are of one size, the first of each size are on a ring of their own:
 *
 *      prev_size | size | next, last on the bin | next, last on the ring | ...
 *
 * In the others the link to the next on the ring is NULL. */
#include <string.h>

#include "kind/glibc.h"

enum { LINKS = 2 * GLIBC_WORD, RING = LINKS + 2 * GLIBC_WORD }; /* in a chunk */

/* Blocks are known by the addresses of their chunks: they may lie in other heaps of the arena. */
struct sizes {
    const struct glibc *glibc;
    size_t extent;
    uint64_t size;        /* of the block before, */
    uint64_t first, last; /* on the ring so far; 0 for none */
    uint64_t first_left;  /* the link of the first to the last, */
    uint64_t last_right;  /* and of the last to the next */
};

static bool read_words(const struct sizes *sizes, uint64_t address, uint64_t ret_words[2])
{
    const struct glibc *glibc = sizes->glibc;
    uint64_t at = address - glibc->address;
    const char *words = NULL;

    if (at < sizes->extent)
        words = sizes->extent - at < 2 * GLIBC_WORD ? NULL : glibc->start + at;
    else if (glibc->find)
        words = glibc->find(glibc, address);
    if (words)
        memcpy(ret_words, words, 2 * sizeof ret_words[0]);
    return words;
}

/* Take the next of the bin's blocks, and say what it breaks. */
static enum hg_invariant take(struct sizes *sizes, uint64_t chunk, uint64_t size,
                              const uint64_t ring[2])
{
    bool is_first = sizes->last == 0, is_ordered = is_first || size <= sizes->size;
    bool is_linked = is_first || (ring[1] == sizes->last && sizes->last_right == chunk);

    if (!is_first && size == sizes->size)
        return ring[0] == 0 ? HG_INVARIANT_NONE : HG_INVARIANT_LINKED;
    if (is_first) {
        sizes->first = chunk;
        sizes->first_left = ring[1];
    }
    sizes->size = size;
    sizes->last = chunk;
    sizes->last_right = ring[0];
    if (!is_ordered)
        return HG_INVARIANT_ORDER;
    return is_linked ? HG_INVARIANT_NONE : HG_INVARIANT_LINKED;
}

/* Note what a block breaks; of one in another heap tells the check of that. */
static bool note(const struct sizes *sizes, enum hg_invariant broken, uint64_t chunk,
                 struct hg_defect *ret_defect)
{
    uint64_t at = chunk + GLIBC_WORD - sizes->glibc->address;

    if (broken == HG_INVARIANT_NONE || at >= sizes->extent)
        return true;
    *ret_defect = (struct hg_defect){.broken = broken, .at = at};
    return false;
}

bool glibc_check_sizes(const struct glibc *glibc, size_t extent, uint64_t first, uint64_t header,
                       struct hg_defect *ret_defect)
{
    struct sizes sizes = {.glibc = glibc, .extent = extent};
    size_t left = (extent + glibc->others) / GLIBC_CHUNK_LEAST;
    uint64_t head[2], links[2], ring[2], chunk = first;
    bool meets;

    for (; chunk != header && left > 0; chunk = links[0], left--) {
        enum hg_invariant broken;

        if (!read_words(&sizes, chunk, head) || !read_words(&sizes, chunk + LINKS, links) ||
            !read_words(&sizes, chunk + RING, ring))
            return note(&sizes, HG_INVARIANT_LEADS, chunk, ret_defect);
        broken = take(&sizes, chunk, head[1] & ~(uint64_t)GLIBC_FLAGS, ring);
        if (!note(&sizes, broken, chunk, ret_defect))
            return false;
    }
    meets = sizes.first_left == sizes.last && sizes.last_right == sizes.first;
    return meets || note(&sizes, HG_INVARIANT_LINKED, sizes.first, ret_defect);
}
