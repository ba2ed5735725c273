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

void hg_fit_push(struct fit *fit, struct fit_block *block)
{
    enum hg_order order = (enum hg_order)fit->settings.order;
    struct fit_block *prev = NULL, *next = fit->head;
    uint64_t position = 0;

    if (order == HG_ORDER_FIFO) {
        prev = fit->tail;
        next = NULL;
        position = fit->free_count;
    }
    while (next && !goes_before(order, block, next)) {
        prev = next;
        next = links(fit, next)->next;
        position++;
    }
    insert(fit, block, prev, next);
    fit->free_count++;
    report(fit, HG_EVENT_PUSH, block, position);
    if (fit_has_index(fit)) /* last, so that nothing is kept for what comes after it */
        hg_fit_index_push(fit, block);
}

void hg_fit_replace(struct fit *fit, const struct fit_block *old, const struct fit_spot *spot,
                    struct fit_block *block)
{
    insert(fit, block, spot->links.prev, spot->links.next);
    fit->free_count++;
    report(fit, HG_EVENT_REPLACE, block, hg_offset(&fit->heap, old));
    if (fit_has_index(fit))
        hg_fit_index_inherit(fit, block, spot->label);
}
