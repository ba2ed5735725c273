/* block_reading.h: blocks as they are read from a heap process, with what the ledger knows of each.
 *
 * Where headers were written over, what they say now is not believed: such a block has the bounds
 * that it had before, cannot be read, and the heap is read on behind it. */
#ifndef SESSION_BLOCK_READING_H
#define SESSION_BLOCK_READING_H

#include "session/mirror.h"

/* One that is all zero has read nothing, and tells nobody how far it is; the blocks are to be
 * freed. */
struct block_reading {
    struct block *blocks;
    size_t count, capacity;
    const struct progress *progress; /* of the rest of a splice, in bytes; NULL for nobody */
    bool is_stopped;                 /* by that */
    bool may_take_over; /* of a splice, what follows on the picture's blocks, before all is read */
};

/* Add the blocks of a splice. */
void block_reading_add(struct block_reading *reading, const struct picture *picture,
                       const struct target_splice *splice);

/* Add the blocks of a splice and, where that had no room, what follows up to its end, or up to the
 * heap's. Many blocks that follow on those of the picture are taken over there meanwhile, if they
 * may be, so that nothing that takes long is left behind the last; the splice is then what is left.
 * False when the target failed, or the progress has stopped it. */
bool block_reading_add_rest(struct mirror *mirror, struct block_reading *reading,
                            struct target_splice *splice);

/* Begin anew, with all blocks; and forget what is no longer damaged. False when the target
 * failed. */
bool block_reading_add_all(struct mirror *mirror, struct block_reading *reading);

#endif
