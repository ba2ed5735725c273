/* recollection.h: a picture of how things were at some step of a long trace, of which little is
 * made before somebody looks: variables and allocations are those of a memento, and blocks are
 * those of a pack. */
#ifndef SESSION_RECOLLECTION_H
#define SESSION_RECOLLECTION_H

#include "session/block_pack.h"
#include "session/mirror.h"

/* Whether the heap that traced steps up to number `step` lead to can be had so, and is worth it: it
 * is sound, explains itself, and has many variables, and the steps are in the index of the trace,
 * or up to the present, or are not much more than these. */
bool recollection_serves(const struct picture *picture, const struct traced *traced, size_t step);

/* Let a picture that knows of no steps know of those of a trace, up to a moment. */
void recollection_begin(struct picture *picture, const struct memento *memento);

/* Read the whole heap, and measure it.
 *   memento   steps behind it have been noted since
 *   before    measures that the peaks are not below, with the bytes asked for
 *   progress  is told how many bytes were read, and cannot stop it; NULL for nobody
 *   room      is used up
 *   ret_read  whether that was done: a heap that is not what it should be is not read so
 *   returns   false when the target failed
 *   cost      some 30 ns for each block, most of it in the heap process */
bool recollection_read(struct mirror *mirror, const struct memento *memento,
                       const struct metrics *before, const struct progress *progress,
                       struct block_room *room, bool *ret_read);

/* Let the block of a payload be what is known of it by now, which its pack may not know. */
void recollection_look_again(struct picture *picture, uint64_t payload);

#endif
