/* collector.h: a conservative mark and sweep, over any heap that can be walked and says truly which
 * blocks are used.
 *
 * Nobody tells it what a pointer is. It looks at the roots and at reached payloads through a window
 * of eight bytes, and takes for a pointer what points into the payload of a used block: to its
 * first byte, or to any other. A number that looks like one keeps a block alive. It frees nothing
 * but through the heap's own release.
 *
 *      white   not reached yet; what still is at the end is an orphan, and goes
 *      grey    reached, and waiting in the queue to be looked through
 *      black   looked through: all that it points to is grey or black
 *
 * Its tables lie in mappings of its own: it moves no break, calls no malloc, and what it takes is
 * not counted by a limit on data (RLIMIT_DATA), for the mappings are shared ones. */
#ifndef COLLECTOR_COLLECTOR_H
#define COLLECTOR_COLLECTOR_H

#include "collector/events.h"
#include "kind/kind.h"

/* The windows that there can be: one at each word of a payload, or one at each byte. */
enum { COLLECTOR_WORDS = 8, COLLECTOR_BYTES = 1 };

struct collector_order {
    const struct kind *kind; /* that walks, releases and tells free blocks */
    void *heap;
    char *start;       /* its first byte */
    size_t extent;     /* and how many there are */
    const void *roots; /* words, of which the last is looked at first */
    size_t root_count;
    unsigned stride; /* from one window to the next, in payloads and among the roots */
    bool sweeps;     /* it frees orphans; else it only finds them */

    /* How an orphan is given back, which can hold so many bytes; NULL for the kind's release. It
     * has no effect where it says false. */
    bool (*release)(void *context, void *payload, size_t size);
    void *release_context;

    /* Called for each event of the collector's, unless it is NULL. */
    hg_observer *observe;
    void *context;
    /* Called now and then, unless it is NULL: `done` of about `total` have been seen to. It says
     * whether to go on; what is being swept is swept. */
    bool (*tick)(void *context, uint64_t done, uint64_t total);
    void *tick_context;
};

struct collector_result {
    uint64_t reached;      /* payloads */
    uint64_t orphans;      /* that were not reached, */
    uint64_t orphan_bytes; /* and what they can hold */
    uint64_t freed;        /* of them, the heap took back these: all, or none */
    uint64_t *payloads;    /* where the orphans' payloads begin, in address order: offsets; the
                              caller's, to be given back with collector_finish; NULL if none */
};

/* Mark, and sweep if that is wanted.
 *   returns  false with errno set, and nothing changed, when there is no memory for its tables,
 *            when the heap has more than 2^32 - 2 used blocks, or, ECANCELED, when it was not to
 *            go on
 *   cost     O(blocks + bytes reached / stride), where blocks lie about evenly; where they do not,
 *            each pointer costs O(log blocks) */
bool collector_run(const struct collector_order *order, struct collector_result *ret_result);

/* Give back what lies in the result. */
void collector_finish(struct collector_result *result);

#endif
