/* import_parts.h: what the files share that carry out many steps: import_run.c sends them to the
 * heap process and notes what came of them; import_keep.c reads the heap, and keeps checkpoints,
 * samples of all measures and landmarks on the way, so that any moment is a short replay away. What
 * was sampled takes a moment, or an eighth of the time, at the most. */
#ifndef SESSION_IMPORT_PARTS_H
#define SESSION_IMPORT_PARTS_H

#include "session/import_run.h"

/* Steps in a request: few enough for what both sides have of them to stay in the cache. */
enum { IMPORT_AT_ONCE = 1024 };

_Static_assert((int)IMPORT_AT_ONCE <= (int)OPS_MAX, "a request has room for them");

/* Steps of a request. */
struct batch {
    struct traced_step rows[IMPORT_AT_ONCE];
    size_t count;
};

struct import {
    struct history *history;
    struct mirror *mirror;
    size_t expected;         /* steps */
    size_t sharers;          /* so many imports share the time and the processes that there are */
    bool is_known;           /* what comes of each step: it is compared */
    struct progress reading; /* of the heap, which is not stopped halfway: */
    bool is_stopped;         /* the history's progress wanted that meanwhile */
    bool differs;            /* and was not the same: */
    struct import_difference difference;
    struct traced *traced;
    struct traced_place *places; /* what was done to each variable, */
    uint64_t *held;              /* and the bytes asked for of what it holds; 0 for nothing live */
    uint32_t place_count;
    const struct address_table *payloads; /* see import_know_payloads; NULL for nobody's */
    size_t place_capacity, held_capacity;
    uint64_t live;
    struct batch batches[2];
    struct batch *gathered;        /* the one that steps are added to; */
    struct batch *sent;            /* the other one: of none, where no request is on its way */
    struct op ops[IMPORT_AT_ONCE]; /* of those that are gathered */
    bool is_there;                 /* the mirror's picture is as things are */
    bool has_last;                 /* there is a step behind those: */
    struct traced_step last;
    size_t next_checkpoint; /* after step number */
    size_t next_sample, next_landmark, next_past;
    uint64_t started, sampling, cloning; /* nanoseconds */
    unsigned requests;
};

/* Nothing is kept yet. */
void import_begin_keeping(struct import *import);

/* How many steps there will be, as far as can be told; of which some may be gone. */
size_t import_expected(const struct import *import);

/* Whether the steps will be in an index of the trace: all come at once, and are about much. */
bool import_is_indexed(const struct import *import);

/* Let the mirror's picture be as things are. False when the target failed. */
bool import_read_picture(struct import *import, struct mirror *mirror);

void import_keep_landmark(struct import *import);

/* Whether the heap is to be looked at after step number `step`, so that it must not go on. */
bool import_shall_look(const struct import *import, size_t step);

/* Keep what it is time for. False when the target failed. */
bool import_look(struct import *import);

#endif
