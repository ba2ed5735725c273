/* fit_list.h: the free list: doubly linked, in one of five orders. */
#ifndef HEAP_FIT_LIST_H
#define HEAP_FIT_LIST_H

#include "heap/fit/fit_index.h"
#include "heap/fit/fit_lent.h"
#include "heap/fit/fit_roll.h"

/* Put a free block where the list's order wants it. */
void hg_fit_push(struct fit *fit, struct fit_block *block);

/* Take a free block off the list, reporting `kind`: HG_EVENT_TAKE or HG_EVENT_UNLINK. */
static inline void fit_unlink(struct fit *fit, struct fit_block *block, enum hg_event_kind kind)
{
    struct fit_links at = *fit_links(&fit->layout, block);

    *(at.prev ? &fit_links(&fit->layout, at.prev)->next : &fit->head) = at.next;
    *(at.next ? &fit_links(&fit->layout, at.next)->prev : &fit->tail) = at.prev;
    if (fit->rover == block)
        fit->rover = at.next;
    fit->free_count--;
    hg_emit_list(&fit->heap, kind, 0, block, fit_size(block), 0);
    if (fit_has_index(fit))
        hg_fit_index_remove(fit, block);
    if (fit_roll(fit))
        hg_fit_roll_remove(fit, block);
    if (fit_lent(fit))
        hg_fit_lent_remove(fit, block);
}

/* Where a block is on the list: its neighbours there, and what an index knows. */
struct fit_spot {
    struct fit_links links;
    uint32_t label;
};

static inline struct fit_spot fit_spot(const struct fit *fit, const struct fit_block *block)
{
    return (struct fit_spot){*fit_links(&fit->layout, block), fit_has_index(fit)
                                                                  ? hg_fit_index_label(fit, block)
                                                                  : hg_fit_lent_label(fit, block)};
}

/* List `block`, the remainder of `old`, where old was. */
void hg_fit_replace(struct fit *fit, const struct fit_block *old, const struct fit_spot *spot,
                    struct fit_block *block);

#endif
