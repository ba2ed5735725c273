/* import_run.h: carrying out many steps that nobody has to be told of. */
#ifndef SESSION_IMPORT_RUN_H
#define SESSION_IMPORT_RUN_H

#include "session/history.h"

enum import_outcome {
    IMPORT_DONE,
    IMPORT_FAILED,   /* the heap process did not survive the step behind those that were done */
    IMPORT_STOPPED,  /* by the history's progress */
    IMPORT_DIFFERED, /* the step behind those went otherwise than it is known to have gone */
    IMPORT_FULL,     /* there is no variable for the step behind those, which are all done */
};

/* Why there is none, in words. */
extern const char import_is_full[];

/* Where the steps come from: one after the other. */
struct import_source {
    size_t count; /* at most */
    /* The next step, of which the kind, the place and the size are known, and the power of an
     * alignment; false after the last. */
    bool (*next)(void *context, struct traced_step *ret_step);
    void *context;
};

/* Carry out steps on the fresh heap of `mirror`, which is then at the last of them. They become the
 * steps of the history, which has begun and has none yet. Unless all went well, the mirror is of no
 * use any more.
 *   cost  a fourth of a microsecond for a step, and what the allocator takes */
enum import_outcome import_run(struct history *history, struct mirror *mirror,
                               struct import_source source);

/* ---- The same, of steps that come bit by bit ---- */

struct import;

/* How a step went otherwise. */
struct import_difference {
    size_t number;
    struct traced_step known;
    uint64_t payload, heap_size; /* here */
};

/* Begin.
 *   most      steps that are expected; there may be more
 *   is_known  each step comes with its payload and heap size, to be compared */
struct import *import_begin(struct history *history, struct mirror *mirror, size_t most,
                            bool is_known);

/* Go on behind the traced steps that the history has, at the last of which the mirror is. Each step
 * comes with what it came to. */
struct import *import_resume(struct history *history, struct mirror *mirror, size_t most);

/* Let the caller's table say which place has a payload, by 1 + payload, after each step that he
 * adds, so that looking at the heap takes no index of all steps. */
void import_know_payloads(struct import *import, const struct address_table *payloads);

/* No more steps will be added: let the picture of the mirror, which may be at the last of them, ask
 * that table for nothing any more. NULL does nothing. */
void import_leave_payloads(struct import *import, struct mirror *mirror);

/* Add a step. It is carried out now or later. */
enum import_outcome import_add(struct import *import, const struct traced_step *step);

/* Let the mirror be at the last step, which is told.
 *   cost  O(blocks) */
enum import_outcome import_settle(struct import *import);

/* Go on with another mirror, which is at the last step. */
void import_go_on(struct import *import, struct mirror *mirror);

/* So many imports go on at the same time, and this one is to take its share of what looking at
 * heaps on the way costs. */
void import_share(struct import *import, size_t sharers);

/* What differed; NULL where nothing did. */
const struct import_difference *import_difference(const struct import *import);

/* NULL does nothing. The steps stay. */
void import_end(struct import *import);

#endif
