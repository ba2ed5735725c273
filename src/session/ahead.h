/* ahead.h: actions that are carried out ahead: many go over to the heap process in one run, and
 * what came of each is taken over one by one, while it works on the next.
 *
 * What always holds: the picture and the history know of nothing but the steps that are finished.
 * What is begun is foreseen to make sense, from the picture and from what was begun before it. When
 * its turn comes, it is asked again, of the picture as it then is; if it turns out otherwise (two
 * variables got the same block from a broken heap), the heap process is replaced by one that has
 * not come so far, as for undo, and the action is carried out alone. */
#ifndef SESSION_AHEAD_H
#define SESSION_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target/op.h"

/* How many actions can be begun and not finished: a run that is taken over, and the next. */
enum { AHEAD_MAX = 2 * RUN_OPS_MAX };

/* What is foreseen of a variable. */
struct foresight {
    uint32_t pending; /* actions about it; 0: it is as in the picture */
    uint32_t place;
    bool is_live;   /* after the last of them it points to what can be freed, or it is NULL */
    bool is_null;   /* it surely is NULL */
    uint64_t bytes; /* asked for of what it points to, from there on */
};

/* An operation that has begun, and its variable's name; NO_NAME for none. */
struct begun {
    struct op op;
    uint32_t name;
};

/* One that is all zero has begun nothing. */
struct ahead {
    struct begun begun[AHEAD_MAX]; /* a ring: the first is at `first` */
    size_t first, count;
    size_t received;              /* of them, what came of these is known: */
    size_t next;                  /* the number of the first of them in its run; */
    size_t in_flight;             /* these are with the heap process; the rest is not sent yet */
    bool has_failed;              /* the heap process, in the one behind those received */
    struct foresight *foresights; /* by name */
    size_t names, capacity;
    size_t variables; /* with those that are new in what has begun */
    bool wants_lists;
    const uint64_t *items; /* lists as they are after the last step that was finished */
    size_t item_count;
};

void ahead_finish(struct ahead *ahead);

/* Whether the heap process may have gone beyond the last step that was finished. */
bool ahead_is_beyond(const struct ahead *ahead);

#endif
