/* comparison.h: the same steps under several policies: what each made of them, step by step. */
#ifndef SESSION_COMPARISON_H
#define SESSION_COMPARISON_H

#include "session/session.h"

/* How one policy stood after a step. */
struct standing {
    struct metrics metrics;
    uint64_t visits, nanoseconds; /* of all steps up to it together */
    uint64_t failures;            /* steps that it refused */
};

/* How one policy fared. */
struct contestant {
    struct hg_config config;
    bool has_failed;            /* it could not carry out the steps */
    bool visits_are_known;      /* what it looked at; not where steps came of a trace */
    struct standing *standings; /* of the fresh heap, and after each step */
    size_t steps;
    struct session *session; /* where its heap can be seen after each step; NULL: nowhere, */
    struct error failure;    /* and why, or why it failed */
};

struct comparison {
    struct contestant *items;
    size_t count, capacity;
    uint64_t kept;            /* bytes that the sessions that are kept may take */
    struct progress progress; /* of comparison_go: which contestant is on its way, of how many */
};

/* Sessions are kept up to so many bytes, of heap and of what is known of it. */
#define COMPARISON_MEMORY ((uint64_t)1 << 30)

/* What is compared. */
enum comparison_column {
    COMPARISON_HEAP,
    COMPARISON_EXTERNAL,
    COMPARISON_INTERNAL,
    COMPARISON_UTILIZATION,
    COMPARISON_VISITS,
    COMPARISON_NANOSECONDS,
    COMPARISON_FAILURES,
    COMPARISON_COLUMNS /* how many there are */
};

/* A comparison that is all zero is empty. */
void comparison_finish(struct comparison *comparison);

/* Add what came of the steps of `session`, or that it came to nothing. */
void comparison_add(struct comparison *comparison, const struct session *session);
void comparison_add_failure(struct comparison *comparison, const struct hg_config *config,
                            const struct error *failure);

/* Keep the session of whoever was added last, so that comparison_go can lead there.
 *   session  taken over; where there is no room for it, it is destroyed */
void comparison_keep(struct comparison *comparison, struct session *session);

/* Bring all sessions that are kept to step number `step`, or to their last one. One that cannot get
 * there is kept no longer. Where that is stopped, the others stay at the steps where they were.
 *   cost  that of session_go, for each */
void comparison_go(struct comparison *comparison, size_t step);

/* Whether the session of a contestant, which is kept, is where comparison_go brings it. */
bool comparison_is_at(const struct contestant *contestant, size_t step);

/* How many steps were carried out; and the largest that any heap was on the way. */
size_t comparison_steps(const struct comparison *comparison);
uint64_t comparison_largest_heap(const struct comparison *comparison);

/* What is in a column, after step number `step` or the last, NAN where it is not known; how it is
 * called in tables; and in JSON. */
double comparison_value(const struct contestant *contestant, enum comparison_column column,
                        size_t step);
const char *comparison_heading(enum comparison_column column);
const char *comparison_key(enum comparison_column column);
bool comparison_is_ratio(enum comparison_column column);

/* Whether none is better than `contestant` in a column then. Who refused more steps than another
 * had less to do, and is best at nothing. */
bool comparison_is_best(const struct comparison *comparison, const struct contestant *contestant,
                        enum comparison_column column, size_t step);

/* Append a table of how it ended, the best of each column with a star. */
void comparison_add_table(const struct comparison *comparison, struct text *text);

#endif
