/* tally.h: what came of a row of tests, in the forms that continuous integration and courses read:
 * TAP, JUnit's XML, and Gradescope's JSON. */
#ifndef TALLY_TALLY_H
#define TALLY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"

struct tally_case {
    char *name;
    bool is_passed;
    double seconds;     /* that it took; 0 where that was not measured */
    struct text remark; /* a line on it, with its end; "" for none */
    struct text faults; /* lines on what is wrong, with their ends */
};

struct tally {
    const char *name; /* of all of them */
    struct tally_case *cases;
    size_t count, capacity;
    struct text remarks; /* lines on the whole, with their ends */
    double score;        /* of 100 */
};

/* Add a case, of which a name is known. */
struct tally_case *tally_add(struct tally *tally, const char *name);
void tally_finish(struct tally *tally);

size_t tally_passed(const struct tally *tally);

/* Write it all. Whether that could be written is for the stream to say: ferror(3). */
void tally_write_tap(const struct tally *tally, FILE *output);
void tally_write_junit(const struct tally *tally, FILE *output);
void tally_write_gradescope(const struct tally *tally, FILE *output);

#endif
