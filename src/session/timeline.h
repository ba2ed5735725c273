/* timeline.h: going to any step of a session, forth and back.
 *
 * The same steps on a fresh heap give the same heap, byte for byte, so any moment can be had by
 * replaying; checkpoints make that quick. A checkpoint is a clone of the heap process that sleeps
 * at some step; a clone of it, and the steps that follow, lead to the step that is wanted. What the
 * front knows besides (variables, sizes asked for) is made of the steps' results, without asking
 * anybody.
 *
 * How many checkpoints, and where:
 *  - one at step 0, always: then every replay has the addresses of the first run, even where the
 *    system does not let address randomisation be turned off;
 *  - another whenever CHECKPOINT_INTERVAL_NS of work have been done since the last, as measured in
 *    the allocator: then most steps are less than that away from one, and undo takes some
 *    milliseconds, of which forking and reading the blocks are the larger part;
 *  - at most CHECKPOINTS_MAX, for each is a process, with pages of its own where the heap was
 *    written since. When there are more, the one goes that leaves the smallest gap, as seen from
 *    where the session is: gaps grow with the whole, and more so far from here;
 *  - fewer where heaps are large: together they may have CHECKPOINT_MEMORY bytes of heap. */
#ifndef SESSION_TIMELINE_H
#define SESSION_TIMELINE_H

#include "session/mirror.h"
#include "session/step.h"

enum {
    CHECKPOINT_INTERVAL_NS = 10 * 1000 * 1000,
    CHECKPOINTS_MAX = 48,
};
#define CHECKPOINT_MEMORY ((uint64_t)1 << 30)

struct checkpoint {
    size_t step;
    struct target *target;   /* asleep */
    uint64_t heap_start;     /* an address */
    uint64_t cost;           /* nanoseconds of work from step 0 on */
    struct hg_event *events; /* of the step */
    size_t event_count;
    uint64_t events_dropped;
};

/* Checkpoints with rising steps. A timeline that is all zero has not begun: it keeps none. */
struct timeline {
    struct checkpoint *items;
    size_t count, capacity;
    uint64_t since;    /* nanoseconds of work since the last checkpoint that is not ahead of here */
    uint64_t interval; /* after so many there is another: CHECKPOINT_INTERVAL_NS */
};

struct session;

/* End all its processes. */
void timeline_finish(struct timeline *timeline);

/* Begin: keep a checkpoint of the session's heap, which is fresh. Where there cannot be one, the
 * timeline does without. */
void timeline_begin(struct session *session);

/* The mirror is as it is after step number `step`, the one after the last that was noted: keep a
 * checkpoint there if it is time for one. */
void timeline_note(struct session *session, size_t step);

/* Forget what lies behind step number `step`. */
void timeline_cut(struct timeline *timeline, size_t step);

/* What can keep a moment from being had again. */
enum visit_outcome {
    VISIT_DONE,
    VISIT_NO_PROCESS, /* there cannot be another heap process */
    VISIT_DIED,       /* the heap process did not survive a step, */
    VISIT_DIFFERED,   /* or a step went otherwise than before */
    VISIT_STOPPED,    /* the user wanted it to end; only where there is a way back */
};

struct visit {
    enum visit_outcome outcome;
    size_t step;           /* where it ended, if it did */
    struct mirror *mirror; /* as it was after the step that was wanted; the caller's */
};

/* Go and see how things were after step number `step`, which is known. The session stays as it is.
 *   from_here  whether the session's own heap process can be trusted to start from; if it cannot,
 *              the visit is needed, and cannot be stopped
 *   errors     in words for the user, for all outcomes but VISIT_DONE */
struct visit timeline_visit(struct session *session, size_t step, bool from_here,
                            struct error *error);

/* Make the session's mirror the one of a visit to step number `step`. The old one becomes a
 * checkpoint if it is worth being one. */
void timeline_move(struct session *session, struct mirror *mirror, size_t step);

#endif
