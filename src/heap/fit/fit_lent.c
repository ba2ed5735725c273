/* fit_lent.c: see fit_lent.h. */
#include "heap/fit/fit_lent.h"

#include "heap/fit/fit_index.h"

static uint64_t at(const struct fit *fit, const struct fit_block *block)
{
    return hg_offset(&fit->heap, block);
}

static struct fit_block *block_at(const struct fit *fit, uint64_t at)
{
    return at == 0 ? NULL : fit_at(fit, (ptrdiff_t)at);
}

/* ---- As the list changes ---- */

/* The trees that take the place of searches; 0 where none do. */
static uint32_t trees_for(const struct fit *fit)
{
    enum { PLACES = 1 << LENT_BY_PLACE, SIZES = 1 << LENT_BY_SIZE, LABELS = 1 << LENT_LABELS };
    bool is_best = fit->heap.variant == HG_FIT_BEST;
    bool is_extreme = is_best || fit->heap.variant == HG_FIT_WORST;

    switch ((enum hg_order)fit->settings.order) {
    case HG_ORDER_ADDRESS: return is_best ? PLACES | SIZES : PLACES;
    case HG_ORDER_LIFO:
    case HG_ORDER_FIFO:
        if (is_extreme && fit->heap.flags & FIT_MAY_INDEX && !fit_merges_later(fit))
            return 0;
        return is_best ? SIZES | LABELS : PLACES | LABELS;
    case HG_ORDER_SIZE_UP:
    case HG_ORDER_SIZE_DOWN: return PLACES | LABELS;
    }
    return 0;
}

void hg_fit_lent_inherit(const struct fit *fit, const struct fit_block *block, uint32_t label)
{
    hg_lent_index_put(&fit->heap, label, at(fit, block), fit_size(block));
    if (fit_merges_later(fit) && (!fit_is_used(fit_right(block)) || fit_left_is_free(fit, block)))
        hg_lent_index_defer(&fit->heap, at(fit, block));
}

void hg_fit_lent_push(const struct fit *fit, const struct fit_block *block)
{
    bool is_last = fit->settings.order == HG_ORDER_FIFO;

    hg_fit_lent_inherit(fit, block,
                        is_last ? hg_lent_index_back(&fit->heap) : hg_lent_index_front(&fit->heap));
}

void hg_fit_lent_remove(const struct fit *fit, const struct fit_block *block)
{
    hg_lent_index_remove(&fit->heap, at(fit, block), fit_size(block));
}

uint32_t hg_fit_lent_label(const struct fit *fit, const struct fit_block *block)
{
    const struct lent_index *index = fit_lent(fit);

    return index ? hg_lent_index_label(index, at(fit, block)) : 0;
}

void hg_fit_lent_tire(struct fit *fit, uint64_t looked_at)
{
    uint32_t trees = trees_for(fit);

    if (trees == 0 || !hg_aside_is_due(&fit->heap, looked_at) ||
        !hg_lent_index_make(&fit->heap, (enum hg_order)fit->settings.order, trees))
        return;
    hg_fit_index_drop(fit);
    for (struct fit_block *block = fit->head; block; block = fit_links(&fit->layout, block)->next)
        hg_fit_lent_inherit(fit, block, hg_lent_index_back(&fit->heap));
}

struct fit_block *hg_fit_lent_next_to_merge(const struct fit *fit)
{
    struct lent_index *index = fit_lent(fit);
    uint64_t place;

    while (index && (place = hg_lent_index_next(index)) != 0) {
        if (hg_lent_index_has(index, place, 0))
            return block_at(fit, place);
    }
    return NULL;
}

/* ---- Finding ---- */

struct fit_block *hg_fit_lent_before(const struct fit *fit, const struct fit_block *block)
{
    const struct lent_index *index = fit_lent(fit);
    uint64_t key = index ? hg_lent_index_key(index, 0, at(fit, block), fit_size(block)) : 0;

    return index ? block_at(fit, hg_lent_index_before(index, key)) : NULL;
}

/* What the search of a list that is not sorted finds among the first that it looks at; NULL where
 * that is nothing. Once that was all that searches wanted for long, the index is given up. */
static struct fit_block *find_early(const struct fit *fit, struct lent_index *index, size_t size)
{
    enum { EARLY = 32, LEAST = 1024 };
    bool is_sorted = fit->settings.order != HG_ORDER_LIFO && fit->settings.order != HG_ORDER_FIFO;
    bool ends_early = fit->heap.variant == HG_FIT_FIRST || fit->heap.variant == HG_FIT_NEXT;
    struct fit_block *block = fit->rover ? fit->rover : fit->head;

    if (is_sorted || !ends_early)
        return NULL;
    for (int i = 0; i < EARLY && block; i++, block = fit_links(&fit->layout, block)->next) {
        if (fit_size(block) < size)
            continue;
        if (++index->own > LEAST + fit->free_count)
            hg_aside_forget(&fit->heap);
        return block;
    }
    index->own = 0;
    return NULL;
}

static uint64_t next_fit(const struct fit *fit, const struct lent_index *index, size_t size)
{
    const struct fit_block *rover = fit->rover;
    uint64_t key = 0, found = 0;

    if (rover) {
        key = hg_lent_index_key(index, hg_fit_lent_label(fit, rover), at(fit, rover),
                                fit_size(rover));
        found = hg_lent_index_first(index, key, size);
    }
    return found != 0 ? found : hg_lent_index_first(index, 0, size);
}

struct fit_block *hg_fit_lent_find(const struct fit *fit, size_t size)
{
    struct lent_index *index = fit_lent(fit);
    struct fit_block *found = index ? find_early(fit, index, size) : NULL;

    if (!index || found)
        return found;
    switch ((enum hg_fit_variant)fit->heap.variant) {
    case HG_FIT_FIRST: found = block_at(fit, hg_lent_index_first(index, 0, size)); break;
    case HG_FIT_NEXT: found = block_at(fit, next_fit(fit, index, size)); break;
    case HG_FIT_BEST: found = block_at(fit, hg_lent_index_best(index, size)); break;
    case HG_FIT_WORST: found = block_at(fit, hg_lent_index_worst(index)); break;
    }
    return found && fit_size(found) >= size ? found : NULL;
}
