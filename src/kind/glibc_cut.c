/* glibc_cut.c: what an allocation left of the block that it took. See glibc.h.
 *
 * What remains behind a block is free, or the top's. What is cut off for an alignment is given
 * back as the user would give it: it may wait in the thread cache or in a fast bin, where it is one
 * of the last two that came, or be merged with what is free behind it. Beside a block that was free
 * nothing else was, or they had been one: what is free there now, and was not as it is, is of that
 * block. */
#include "kind/glibc.h"

/* Whether a block was just there before, and free or waiting. */
static bool was_there(const struct glibc *glibc, uint64_t at, uint64_t size)
{
    const struct glibc_free *before = glibc_free_before(&glibc->before, at);

    return before && before->at == at && before->size == size;
}

/* Looks for a block among those that came to a list last, or, where large ones are kept by size, to
 * any place of it. */
struct arrival {
    const struct glibc *glibc;
    size_t extent;
    uint64_t start, end; /* where it begins, or ends; UINT64_MAX: anywhere */
    bool is_stack;
    unsigned seen;
    struct hg_block found; /* of size 0 while it is not */
};

static bool see_arrival(void *context, uint64_t at)
{
    enum { CUT_MOST = 2 };
    struct arrival *arrival = context;
    struct hg_block block = glibc_read_block(arrival->glibc, arrival->extent, at);

    if (was_there(arrival->glibc, at, block.size))
        return !arrival->is_stack;
    if (at == arrival->start || at + block.size == arrival->end)
        arrival->found = block;
    return arrival->found.size == 0 && (!arrival->is_stack || ++arrival->seen < CUT_MOST);
}

/* The block that came to wait, from `start` on or up to `end`. */
static struct hg_block find_arrival(const struct glibc *glibc, size_t extent, uint64_t start,
                                    uint64_t end)
{
    struct arrival arrival = {.glibc = glibc, .extent = extent, .start = start, .end = end};

    for (uint32_t list = 0; list < glibc_list_count(glibc) && arrival.found.size == 0; list++) {
        arrival.seen = 0;
        arrival.is_stack = list < GLIBC_LIST_TOP;
        if (glibc_list_is_cache(list))
            glibc_walk_list(glibc, extent, list, see_arrival, &arrival);
    }
    return arrival.found;
}

/* The block that was taken, if it is known and nothing merged with it: it is all that was cut. */
static const struct glibc_free *find_whole(const struct glibc *glibc,
                                           const struct glibc_chunk *given)
{
    return glibc->before.merges_fast ? NULL : glibc_free_before(&glibc->before, given->at);
}

static struct hg_block find_lead(const struct glibc *glibc, size_t extent,
                                 const struct glibc_chunk *given)
{
    struct hg_block left = glibc_left_of(glibc, extent, given);
    const struct glibc_free *whole = find_whole(glibc, given);

    if (whole && whole->at == given->at)
        return (struct hg_block){.size = 0};
    if (left.size > 0 && !was_there(glibc, left.at, left.size))
        return left;
    return find_arrival(glibc, extent, UINT64_MAX, given->at);
}

/* What remains free from `at` on, which is not the top. */
static struct hg_block find_free(const struct glibc *glibc, size_t extent, uint64_t at)
{
    struct hg_block block = glibc_read_block(glibc, extent, at);
    bool remains =
        block.kind == HG_KIND_FREE && at != glibc_top(glibc) && !was_there(glibc, at, block.size);

    return remains ? block : (struct hg_block){.size = 0};
}

struct glibc_cut glibc_find_cut(const struct glibc *glibc, size_t extent,
                                const struct glibc_chunk *given)
{
    uint64_t behind = given->at + given->size;
    struct glibc_cut cut = {.trail = find_free(glibc, extent, behind)};

    if (glibc->before.wanted == glibc->before.needed || was_there(glibc, given->at, given->size))
        return cut;
    cut.lead = find_lead(glibc, extent, given);
    if (cut.trail.size == 0)
        cut.trail = find_arrival(glibc, extent, behind, UINT64_MAX);
    if (cut.trail.kind == HG_KIND_USED && cut.trail.size > 0)
        cut.rest = find_free(glibc, extent, behind + cut.trail.size);
    return cut;
}
