/* expect.h: what a scenario can claim of the heap.
 *
 *      expect largest >= 10M      a number of bytes or blocks
 *      expect external = 50%      a ratio, to a tenth of a percent
 *      expect A = NULL            a variable: NULL, live, freed, or where it points to: an offset,
 *                                 or another variable that points there
 *
 * Other forms are in expect_forms.h. */
#ifndef COMMAND_EXPECT_H
#define COMMAND_EXPECT_H

#include "session/session.h"

/* The names of the numbers that can be expected; NULL beyond the last. */
const char *expect_subject(unsigned index);

/* Whether what is claimed of it is asked of the heap process; else the picture is enough. */
bool expect_asks(const char *subject);

/* A claim of a measure or a ratio, read once to be looked at often. */
struct expectation {
    const struct measure *measure; /* NULL for a ratio */
    unsigned ratio;
    unsigned wanted; /* how what is found may compare */
    uint64_t number; /* with this, of a measure, */
    double percent;  /* or with this, of a ratio */
};

/* Read one; whether it holds. What is not known never does.
 *   errors  it is of something else, or what it says of it makes no sense */
bool expectation_read(const char *subject, const char *relation, const char *value,
                      struct expectation *ret_expectation, struct error *error);
bool expectation_holds(const struct expectation *expectation, const struct metrics *metrics);

/* Whether what is kept of each step of a trace decides it: see measure_is_kept. */
bool expectation_is_of_kept(const struct expectation *expectation);

/* Whether a number stands in a relation to what `value` says. */
bool expect_number_holds(const char *subject, uint64_t found, const char *relation,
                         const char *value, struct error *error);

/* Whether it is a relation. */
bool expect_relation_is(const char *relation, struct error *error);

/* Whether the claim holds; false with `error` saying what is so instead. */
bool expect_holds(struct session *session, const char *subject, const char *relation,
                  const char *value, struct error *error);

#endif
