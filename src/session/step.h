/* step.h: what was done to the heap, step by step. */
#ifndef SESSION_STEP_H
#define SESSION_STEP_H

#include "heapglass/heap.h"
#include "session/metrics.h"
#include "session/names.h"
#include "target/op.h"
#include "target/pages.h"

/* A word of the stack, and what it was found to hold: an offset. */
struct word_change {
    uint64_t payload;
    uint32_t place;
};

/* One thing that changed the heap. */
struct step {
    struct op op;
    uint32_t names[2]; /* of its variable, and of the second one; NO_NAME for none */
    struct op_result result;
    uint64_t
        *collected; /* the payloads that the collector freed, result.collected of them; NULL for
                            none; the history's */
    const unsigned char *rewritten; /* the words of the stack that it wrote over besides its
                                       variable's: struct word_change, not aligned; the history's */
    size_t rewritten_count;
    uint64_t before; /* the payload that the variable held before; OFFSET_NULL for NULL */
    bool forced;     /* free! */
    bool left_out;   /* a replay on another heap found nothing to carry it out on: it is refused */
    struct hg_defect defect; /* what did not hold afterwards, if that was looked at */
    struct metrics metrics;  /* afterwards */
    uint32_t mark;           /* the line of program text that it is: see sources.h; 0 for none */
    uint64_t resident;       /* bytes of the heap's pages in memory; RESIDENT_UNKNOWN */
};

/* The steps up to now, and behind them those that were undone and can be redone. */
struct steps {
    struct step *items; /* step number n is items[n - 1] */
    size_t count;       /* up to now */
    size_t known;       /* with those that were undone */
    size_t capacity;
};
#endif
