/* grade_report.h: a grade for people and for programs: the formats that it can be written in. */
#ifndef OWN_GRADE_REPORT_H
#define OWN_GRADE_REPORT_H

#include <stdio.h>

#include "own/grade.h"

/* The formats: what each is called, and what it is for. */
/* clang-format off */
#define GRADE_FORMATS(X)                                                                          \
    X(text, "a table, and below it what was wrong")                                               \
    X(tap, "Test Anything Protocol, version 14")                                                  \
    X(junit, "JUnit's XML")                                                                       \
    X(gradescope, "results.json of Gradescope")
/* clang-format on */

#define X(name, what) void grade_report_##name(const struct grade *grade, FILE *output);
GRADE_FORMATS(X)
#undef X

#endif
