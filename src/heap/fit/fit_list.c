/* fit_list.c: see fit_list.h. */
#include "heap/fit/fit_list.h"

static struct fit_links *links(const struct fit *fit, const struct fit_block *block)
{
    return fit_links(&fit->layout, block);
}

static void report(struct fit *fit, enum hg_event_kind kind, const struct fit_block *block,
                   uint64_t other)
{
    hg_emit_list(&fit->heap, kind, 0, block, fit_size(block), other);
}

static bool goes_before(enum hg_order order, const struct fit_block *block,
                        const struct fit_block *listed)
{
    switch (order) {
    case HG_ORDER_LIFO: return true;
    case HG_ORDER_FIFO: return false;
    case HG_ORDER_ADDRESS: return block < listed;
    case HG_ORDER_SIZE_UP: return fit_size(block) <= fit_size(listed);
    case HG_ORDER_SIZE_DOWN: return fit_size(block) >= fit_size(listed);
    }
    return true;
}

/* Put `block` between two neighbours on the list, NULL for an end. */
static void insert(struct fit *fit, struct fit_block *block, struct fit_block *prev,
                   struct fit_block *next)
{
    *links(fit, block) = (struct fit_links){.next = next, .prev = prev};
    *(prev ? &links(fit, prev)->next : &fit->head) = block;
    *(next ? &links(fit, next)->prev : &fit->tail) = block;
}

/* Where a block goes: how many are before it, and between which two. */
struct gap {
    uint64_t position;
    struct fit_block *prev, *next;
};

/* Where it goes by the roll: in a list that is ordered, it goes before all that come behind one
 * that it goes before. */
static struct gap find_gap_in(const struct fit *fit, const struct fit_roll *roll,
                              const struct fit_block *block)
{
    enum hg_order order = (enum hg_order)fit->settings.order;
    uint32_t from = 0, until = roll->count;

    while (from < until) {
        uint32_t middle = from + (until - from) / 2;

        if (goes_before(order, block, fit_roll_block(fit, roll, middle)))
            until = middle;
        else
            from = middle + 1;
    }
    return (struct gap){from, from > 0 ? fit_roll_block(fit, roll, from - 1) : NULL,
                        from < roll->count ? fit_roll_block(fit, roll, from) : NULL};
}

/* Where it goes by the index in memory that was lent. How many are before it nobody asks. */
static struct gap find_gap_lent(const struct fit *fit, const struct fit_block *block)
{
    struct fit_block *prev = hg_fit_lent_before(fit, block);

    return (struct gap){.prev = prev, .next = prev ? links(fit, prev)->next : fit->head};
}

static struct gap find_gap(struct fit *fit, const struct fit_block *block)
{
    enum hg_order order = (enum hg_order)fit->settings.order;
    const struct fit_roll *roll = fit_roll(fit);
    struct gap gap = {.next = fit->head};

    if (order == HG_ORDER_FIFO)
        return (struct gap){.position = fit->free_count, .prev = fit->tail};
    if (roll && order != HG_ORDER_LIFO)
        return find_gap_in(fit, roll, block);
    if (fit_lent(fit) && order != HG_ORDER_LIFO)
        return find_gap_lent(fit, block);
    while (gap.next && !goes_before(order, block, gap.next)) {
        gap.prev = gap.next;
        gap.next = links(fit, gap.next)->next;
        gap.position++;
    }
    if (gap.position > 0)
        hg_fit_lent_tire(fit, gap.position);
    return gap;
}

void hg_fit_push(struct fit *fit, struct fit_block *block)
{
    struct gap gap = find_gap(fit, block);

    insert(fit, block, gap.prev, gap.next);
    fit->free_count++;
    report(fit, HG_EVENT_PUSH, block, gap.position);
    if (fit_roll(fit))
        hg_fit_roll_push(fit, block, gap.position);
    if (fit_lent(fit))
        hg_fit_lent_push(fit, block);
    if (fit_has_index(fit)) /* last, so that nothing is kept for what comes after it */
        hg_fit_index_push(fit, block);
}

void hg_fit_replace(struct fit *fit, const struct fit_block *old, const struct fit_spot *spot,
                    struct fit_block *block)
{
    insert(fit, block, spot->links.prev, spot->links.next);
    fit->free_count++;
    report(fit, HG_EVENT_REPLACE, block, hg_offset(&fit->heap, old));
    if (fit_roll(fit))
        hg_fit_roll_push_behind(fit, block, spot->links.prev);
    if (fit_lent(fit))
        hg_fit_lent_inherit(fit, block, spot->label);
    if (fit_has_index(fit))
        hg_fit_index_inherit(fit, block, spot->label);
}
