/* grade.h: `heapglass grade`: an allocator of the user's examined on traces, and what it is worth
 * by the malloc lab's formulas. */
#ifndef OWN_GRADE_H
#define OWN_GRADE_H

#include "own/examination.h"

/* The command, with its name in front. Returns the exit status: 0 all is well, 1 a trace was not
 * passed, 2 wrong usage, or something that cannot be read or compiled. */
int grade_command(int count, char **arguments);

/* How the speed on all traces is reckoned: as that of all operations together, or as a mean. */
/* clang-format off */
#define GRADE_MEANS(X) X(total) X(harmonic) X(geometric)
/* clang-format on */

#define X(name) GRADE_MEAN_##name,
enum grade_mean { GRADE_MEANS(X) };
#undef X

/* What the formulas reckon with, between which the courses differ. */
struct grade_rules {
    double utilization_weight; /* part of one; the rest is for speed */
    double library_speed; /* of 2002: operations a second, from which on there are all points */
    /* of 2016: from which to which there are points */
    double least_utilization, most_utilization; /* parts of one */
    double least_speed, most_speed;             /* operations a second */
    enum grade_mean mean;
};

/* The traces that an allocator was examined on. */
struct grade {
    const char *file;
    const char *functions; /* that are driven; NULL where nobody says which */
    uint64_t bits;         /* of a pointer, 32 or 64; 0 where nobody says */
    bool is_narrow;        /* they are 32 */
    bool has_casts;        /* as of struct own_allocator */
    uint64_t alignment;    /* that is asked for; 0 where the lab says */
    struct text problem;   /* why there is no allocator to grade; empty where there is one */
    struct trace *traces;
    const char **paths;   /* of the traces' files, or what they were made by */
    bool are_made;        /* so: see trace/generate.h */
    struct text left_out; /* names of traces that ask for a realloc which is not there: "a, b" */
    struct examination_result *results;
    size_t count;
    struct examination_limits limits;
    struct grade_rules rules;
    bool lenient;   /* so the traces were read */
    unsigned index; /* that the score is by: 2002 or 2016 */
};

size_t grade_passed(const struct grade *grade);

/* Peak of the bytes asked for / peak of the heap, of a trace that was passed; 0 where it was not,
 * or it is not known. And operations a second; 0 where it was not timed. */
double grade_utilization(const struct grade *grade, size_t number);
double grade_speed(const struct grade *grade, size_t number);

/* Of all traces that were passed; or, for the formula of 2016, of those among them that count for
 * it. 0 where there is none, and the speed also where one was not timed. */
double grade_mean_utilization(const struct grade *grade, bool of_worth);
double grade_mean_speed(const struct grade *grade, enum grade_mean mean, bool of_worth);

/* The index by a formula, from 0 to 100, 0 unless all traces were passed; and its part that is for
 * utilization. W is the weight of utilization:
 *   2002  W U + (100 - W) min(1, T / T of the library): U the mean utilization, T operations in
 *         all a second
 *   2016  W part(U) + (100 - W) part(T): parts of the way between two bounds, T by the rules' mean,
 *         both over the traces that count for them */
double grade_index(const struct grade *grade, unsigned formula, double *ret_for_utilization);

#endif
