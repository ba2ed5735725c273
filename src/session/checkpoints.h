/* checkpoints.h: clones of the heap process that sleep at some step, so that any moment can be had
 * again quickly: a clone of the nearest one, and the steps that follow.
 *
 * How many there are, and where:
 *  - one at step 0, always: then every replay has the addresses of the first run, even where the
 *    system does not let address randomisation be turned off;
 *  - another whenever CHECKPOINT_INTERVAL_NS of work have been done since the last, as measured in
 *    the allocator: then most steps are less than that away from one, and undo takes some
 *    milliseconds, of which forking and reading the blocks are the larger part. Where the heap is
 *    so large that a fork takes long, the next one waits until CHECKPOINT_PATIENCE times as much
 *    work has been done, so that few steps wait for one; CHECKPOINT_PATIENCE_AT_REST times, where
 *    nobody waits;
 *  - at most CHECKPOINTS_MAX, for each is a process, with pages of its own where the heap was
 *    written since. When there are more, the one goes that leaves the smallest gap, as seen from
 *    where the session is: gaps grow with the whole, and more so far from here;
 *  - fewer where heaps are large: together they may have CHECKPOINT_MEMORY bytes of heap, or an
 *    eighth of what memory there is, at least CHECKPOINT_MEMORY_LEAST. Pages that did not change
 *    from one to the next they have in common, so that they mostly take far less. */
#ifndef SESSION_CHECKPOINTS_H
#define SESSION_CHECKPOINTS_H

#include "session/mirror.h"
#include "session/step.h"

enum {
    CHECKPOINT_INTERVAL_NS = 10 * 1000 * 1000,
    CHECKPOINT_PATIENCE = 10,
    CHECKPOINT_PATIENCE_AT_REST = 5,
    CHECKPOINTS_MAX = 64,
};
#define CHECKPOINT_MEMORY ((uint64_t)2 << 30)
#define CHECKPOINT_MEMORY_LEAST ((uint64_t)1 << 28)

struct checkpoint {
    size_t step;
    struct target *target; /* asleep */
    uint64_t heap_start;   /* an address */
    struct target_stack stack;
    uint64_t cost;        /* nanoseconds of work from step 0 on */
    struct events events; /* of the step */
};

/* Checkpoints with rising steps. Those that are all zero have not begun: there are none. */
struct checkpoints {
    struct checkpoint *items;
    size_t count, capacity;
    uint64_t since;    /* nanoseconds of work since the last one that is not ahead of here */
    uint64_t interval; /* after so many there is another: CHECKPOINT_INTERVAL_NS, */
    uint64_t patience; /* and after so many times as many as the last took: CHECKPOINT_PATIENCE */
    uint64_t took;     /* nanoseconds, to make the last */
    uint64_t memory;   /* bytes of heap that all may have; 0 until that counts */
    struct target *leaving; /* that nobody waits for while it ends; NULL for none */
};

/* End all their processes. */
void checkpoints_finish(struct checkpoints *checkpoints);

/* Let a process end that is of no use any more; NULL is none. A large one takes long to give its
 * memory back: only who calls this once more waits for that. */
void checkpoints_part(struct checkpoints *checkpoints, struct target *target);

/* Forget those behind step number `step`. */
void checkpoints_cut(struct checkpoints *checkpoints, size_t step);

/* Forget the one at this index. */
void checkpoints_drop(struct checkpoints *checkpoints, size_t index);

/* How many are not behind step number `step`. */
size_t checkpoints_until(const struct checkpoints *checkpoints, size_t step);

/* Let there be the first checkpoint of another history, and the last that is not behind a step, of
 * which both have the first ones. Where that cannot be, there are none. */
void checkpoints_share(struct checkpoints *checkpoints, const struct checkpoints *others,
                       size_t step);

/* How many there may be of heaps of this size, beside the one at step 0. */
size_t checkpoints_most(struct checkpoints *checkpoints, uint64_t heap_size);

/* Make room for one more, of a heap of `heap_size` bytes, seen from where `here` nanoseconds of
 * work have been done; whether there can be one. */
bool checkpoints_make_room(struct checkpoints *checkpoints, uint64_t heap_size, uint64_t here);

/* Keep `target`, which is taken over, at step number `step`.
 *   picture  of the heap then: its place and its events */
void checkpoints_keep(struct checkpoints *checkpoints, const struct steps *steps, size_t step,
                      struct target *target, const struct picture *picture);

/* Nanoseconds of work in a step: what was measured in the allocator, what was written besides, and
 * what each operation takes of request and reply; and in those behind number `from`, up to number
 * `to`. */
uint64_t checkpoint_cost(const struct step *step);
uint64_t checkpoint_cost_between(const struct steps *steps, size_t from, size_t to);

#endif
