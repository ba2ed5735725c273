/* film.h: a step in slow motion: the blocks and the free lists as they are after each of its
 * events.
 *
 * The step is over by then; what is played is what the events say of it, from a copy of the block
 * picture made before. After the last event its blocks are those of the picture after the step. */
#ifndef SESSION_FILM_H
#define SESSION_FILM_H

#include "session/free_lists.h"
#include "session/picture.h"

struct film {
    struct picture picture;  /* its ledger has what was freed, too, until the end */
    struct free_lists lists; /* or as much of them as was read */
    /* The block that left a list last, and where it stood: another may take its place. */
    uint64_t left;
    struct free_list *left_list;
    size_t left_place;
};

/* One that is all zero is of no heap. */
void film_finish(struct film *film);

/* Begin with how things are before the step.
 *   cost  O(blocks) */
void film_begin(struct film *film, const struct picture *before, const struct free_lists *lists);

/* Do to the picture and to the lists what the event says. What a block holds besides its place,
 * size and kind is taken from `after`, of how things are after the step, where the block is there
 * too.
 *   returns  false, with nothing changed, when the event does not fit the blocks */
bool film_play(struct film *film, const struct picture *after, const struct hg_event *event);

#endif
