/* step.h: what was done to the heap, step by step. */
#ifndef SESSION_STEP_H
#define SESSION_STEP_H

#include "heapglass/heap.h"
#include "session/metrics.h"
#include "session/names.h"
#include "session/traced.h"
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

/* How many steps can be looked at before the first of them is another, and how many of them are
 * remembered as they were told. */
enum { STEPS_VIEWED = 8, STEPS_TOLD = 4 };

/* A traced step that was told in full, and the measures before it. */
struct told_step {
    size_t number; /* 0: none yet */
    struct step step;
    struct metrics before;
};

/* What traced steps look like: made when somebody asks. */
struct step_views {
    struct step items[STEPS_VIEWED];
    size_t numbers[STEPS_VIEWED];
    unsigned next;
    struct told_step told[STEPS_TOLD]; /* the first is the last step up to now */
    unsigned next_told;
};

/* The steps up to now, and behind them those that were undone and can be redone. The first ones may
 * be of a trace. */
struct steps {
    struct traced *traced;    /* NULL where none are */
    size_t traced_count;      /* of its steps, so many are among these */
    struct step_views *views; /* of those; NULL where there are none */
    struct step *items;       /* those behind them */
    size_t count;             /* up to now */
    size_t known;             /* with those that were undone */
    size_t capacity;          /* of the items */
};

/* Give back all; make there be no steps. */
void steps_finish(struct steps *steps);

/* The first steps of those that are none yet are `traced`, which is taken over. */
void steps_begin_traced(struct steps *steps, struct traced *traced);

/* There may be more traced steps than there were: all of them are among these. */
void steps_follow_traced(struct steps *steps);

/* How many of the first ones are not kept: see past.h. */
size_t steps_gone(const struct steps *steps);

/* A copy of the first `count`. */
struct steps steps_copy(const struct steps *steps, size_t count);

/* Step number `number`, from 1, which is known. One of a trace that was not told has neither visits
 * nor a reason, and of all measures heap size and live bytes. It is valid until STEPS_VIEWED others
 * have been asked for. */
const struct step *steps_at(const struct steps *steps, size_t number);

/* The number of one that was got so. */
size_t steps_number(const struct steps *steps, const struct step *step);

/* The same step, to be changed; NULL for one of a trace. */
struct step *steps_own(const struct steps *steps, size_t number);

/* Append a step up to now, of which those that were undone are not known any more. */
void steps_append(struct steps *steps, const struct step *step);

/* Forget those behind step number `count`. */
void steps_cut(struct steps *steps, size_t count);

/* Remember what was told of a traced step; of any other, nothing.
 *   is_last  it is the last one up to now */
void steps_remember(struct steps *steps, size_t number, const struct step *step,
                    const struct metrics *before, bool is_last);

/* Whether a step is a traced one, of which there is a row. */
bool steps_is_traced(const struct steps *steps, size_t number);

/* Heap size and live bytes after step number `number`, which is known and not 0. */
uint64_t steps_heap_size(const struct steps *steps, size_t number);
uint64_t steps_live(const struct steps *steps, size_t number);

/* The measures after step number `number`, which is known and not 0. */
struct metrics steps_metrics(const struct steps *steps, size_t number);

#endif
