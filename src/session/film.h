/* film.h: a step in slow motion: the blocks and the free lists as they are after each of its
 * events.
 *
 * The step is over by then; what is played is what the events say of it, from a copy of the block
 * table made before. After the last event the copy is what the mirror says, block by block. */
#ifndef SESSION_FILM_H
#define SESSION_FILM_H

#include "session/session.h"

struct film {
    struct block_table blocks;
    struct ledger ledger;    /* whose the used blocks are; of freed ones too, until the end */
    struct free_lists lists; /* or as much of them as was read */
    /* The block that left a list last, and where it stood: another may take its place. */
    uint64_t left;
    struct free_list *left_list;
    size_t left_place;
};

/* One that is all zero has no blocks. */
void film_finish(struct film *film);

/* Make the film's blocks those of `mirror`, which is before the step, and its lists like `lists`.
 *   cost  O(blocks) */
void film_begin(struct film *film, const struct mirror *mirror, const struct free_lists *lists);

/* Do to the blocks and to the lists what the event says. What a block holds besides its place, size
 * and kind is taken from `mirror`, which is after the step, where the block is there too.
 *   returns  false, with nothing changed, when the event does not fit the blocks */
bool film_play(struct film *film, const struct mirror *mirror, const struct hg_event *event);

#endif
