/* comparison.h: the same steps under several policies: what each made of them. */
#ifndef SESSION_COMPARISON_H
#define SESSION_COMPARISON_H

#include "session/session.h"

/* How one policy fared. */
struct contestant {
    struct hg_config config;
    bool has_failed;         /* it could not carry out the steps: */
    struct error failure;    /* why */
    struct metrics *metrics; /* of the fresh heap, and after each step */
    size_t steps;
    uint64_t visits, nanoseconds; /* of all steps together */
    uint64_t failures;            /* steps that it refused */
};

struct comparison {
    struct contestant *items;
    size_t count, capacity;
};

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

/* What is in a column, after the last step; how it is called in tables; and in JSON. */
double comparison_value(const struct contestant *contestant, enum comparison_column column);
const char *comparison_heading(enum comparison_column column);
const char *comparison_key(enum comparison_column column);
bool comparison_is_ratio(enum comparison_column column);

/* Whether none is better than `contestant` in a column. Who refused more steps than another had
 * less to do, and is best at nothing. */
bool comparison_is_best(const struct comparison *comparison, const struct contestant *contestant,
                        enum comparison_column column);

/* Append a table, the best of each column with a star. */
void comparison_add_table(const struct comparison *comparison, struct text *text);

#endif
