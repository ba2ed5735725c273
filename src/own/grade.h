/* grade.h: `heapglass grade`: an allocator of the user's examined on traces, and what it is worth
 * by the malloc lab's formulas. */
#ifndef OWN_GRADE_H
#define OWN_GRADE_H

#include "own/examination.h"

/* The command, with its name in front. Returns the exit status: 0 all is well, 1 a trace was not
 * passed, 2 wrong usage, or something that cannot be read or compiled. */
int grade_command(int count, char **arguments);

/* What the formulas reckon with, between which the courses differ. */
struct grade_bounds {
    double least_utilization, most_utilization; /* parts of one */
    double least_speed, most_speed;             /* operations a second */
};

/* The traces that an allocator was examined on. */
struct grade {
    const char *file;
    struct trace *traces;
    const char **paths; /* of the traces' files */
    struct examination_result *results;
    size_t count;
    struct examination_limits limits;
    struct grade_bounds bounds;
    bool lenient;   /* so the traces were read */
    unsigned index; /* that the score is by: 2002 or 2016 */
};

size_t grade_passed(const struct grade *grade);

/* Peak of the bytes asked for / peak of the heap, of a trace that was passed; 0 where it was not,
 * or it is not known. And the mean over all traces. */
double grade_utilization(const struct grade *grade, size_t number);
double grade_mean_utilization(const struct grade *grade);

/* Operations a second: of a trace, over all of them together, and the harmonic mean of theirs. 0
 * where one was not timed. */
double grade_speed(const struct grade *grade, size_t number);
double grade_total_speed(const struct grade *grade);
double grade_harmonic_speed(const struct grade *grade);

/* The index by a formula, from 0 to 100, 0 unless all traces were passed; and its part that is for
 * utilization.
 *   2002  60 U + 40 min(1, T / 600000): U the mean utilization, T operations in all a second
 *   2016  60 part(U) + 40 part(T): parts of the way between two bounds, T the harmonic mean */
double grade_index(const struct grade *grade, unsigned formula, double *ret_for_utilization);

#endif
