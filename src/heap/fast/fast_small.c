/* fast_small.c: see fast_small.h. */
#include "heap/fast/fast_small.h"

#include "heap/fast/fast_allocate.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_take.h"

void *hg_fast_allocate_block(struct fast *fast, uint32_t units)
{
    void *payload = fast_allocate_waiting(fast, units, true);

    if (payload)
        return payload;
    return fast_is_watched(fast) ? hg_fast_allocate_watched(fast, units)
                                 : hg_fast_allocate_near_best(fast, units);
}

/* ---- What is free ---- */

/* The lower `units` of `block`, the first on `list` or not. Where it is the first, and what is left
 * of it belongs there, too, that takes its place: small blocks are cut off a large one one after
 * the other. What is asked here costs others more than it saves them. */
static struct fast_block *cut_off(struct fast *fast, struct fast_block *block, uint32_t list,
                                  uint32_t units)
{
    uint32_t rest = block->units - units, next = block->next, *head;
    struct fast_block *right;

    if (rest < FAST_EXACT_BINS || block->prev || fast_list_known(fast, rest, FAST_PLAIN) != list)
        return fast_take(fast, block, list, units, FAST_PLAIN);
    right = fast_split(fast, block, units, FAST_PLAIN);
    head = list == FAST_LOOSE ? &fast->loose : fast_bin_head(fast, list, FAST_PLAIN);
    *head = next;
    fast_chain(fast, head, fast_place(fast, right), right);
    return block;
}

/* The same as hg_fast_search and what follows on it would come to, in fewer steps. */
static void *allocate_unwatched(struct fast *fast, uint32_t units)
{
    struct fast_found found;
    uint32_t bin = FAST_BINS;

    if (fast->rows_in_use)
        bin = fast_bin_in_use(fast, units, false, FAST_PLAIN);
    if (bin < FAST_EXACT_BINS)
        return hg_fast_take_exact(fast, bin, units);
    if (bin == FAST_BINS && !fast->loose)
        return NULL;
    found = bin == FAST_BINS ? fast_search_loose(fast, units, FAST_PLAIN)
                             : fast_best_in(fast, bin, units, FAST_PLAIN);
    if (!found.block)
        return NULL;
    fast_idle_take(fast, found.block, units);
    return fast_payload(cut_off(fast, found.block, found.list, units));
}

static FAST_DETOUR void *allocate_watched(struct fast *fast, uint32_t units)
{
    struct fast_found found = hg_fast_search(fast, units);
    struct fast_block *block;

    if (!found.block)
        return NULL;
    fast_idle_take(fast, found.block, units);
    block = fast_take(fast, found.block, found.list, units, FAST_WATCHED);
    fast_tell(fast, HG_EVENT_HANDOVER, block, units, 0);
    return fast_payload(block);
}

void *hg_fast_allocate_free_block(struct fast *fast, uint32_t units)
{
    void *payload = fast_allocate_waiting(fast, units, true);

    if (payload)
        return payload;
    return fast_is_watched(fast) ? allocate_watched(fast, units) : allocate_unwatched(fast, units);
}
