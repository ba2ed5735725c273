/* fit_list.h: the free list: doubly linked, in one of five orders. */
#ifndef HEAP_FIT_LIST_H
#define HEAP_FIT_LIST_H

#include "heap/fit/fit_layout.h"

/* Put a free block where the list's order wants it. */
void hg_fit_push(struct fit *fit, struct fit_block *block);

/* Take a free block off the list, reporting `kind`: HG_EVENT_TAKE or HG_EVENT_UNLINK. */
void hg_fit_unlink(struct fit *fit, struct fit_block *block, enum hg_event_kind kind);

/* Where a block is on the list: its neighbours there, and what the index knows. */
struct fit_spot {
    struct fit_links links;
    uint32_t label;
};

struct fit_spot hg_fit_spot(const struct fit *fit, const struct fit_block *block);

/* List `block`, the remainder of `old`, where old was. */
void hg_fit_replace(struct fit *fit, const struct fit_block *old, const struct fit_spot *spot,
                    struct fit_block *block);

#endif
