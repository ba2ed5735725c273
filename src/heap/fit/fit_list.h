/* fit_list.h: the free list: doubly linked, in one of five orders. */
#ifndef HEAP_FIT_LIST_H
#define HEAP_FIT_LIST_H

#include "heap/fit/fit_layout.h"

/* Put a free block where the list's order wants it. */
void hg_fit_push(struct fit *fit, struct fit_block *block);

/* Take a free block off the list, reporting `kind`: HG_EVENT_TAKE or HG_EVENT_UNLINK. */
void hg_fit_unlink(struct fit *fit, struct fit_block *block, enum hg_event_kind kind);

/* List `block`, the remainder of `old`, where old was: between the neighbours in `place`. */
void hg_fit_replace(struct fit *fit, const struct fit_block *old, struct fit_links place,
                    struct fit_block *block);

#endif
