/* grade_options.h: what the command line of `heapglass grade` asks for. */
#ifndef OWN_GRADE_OPTIONS_H
#define OWN_GRADE_OPTIONS_H

#include <stdio.h>

#include "own/grade.h"

/* Exit statuses; and that there is something to grade. */
enum { GRADE_GO_ON = -1, GRADE_GOOD, GRADE_FAILED, GRADE_USAGE };

struct grade_format {
    const char *name, *what;
    void (*report)(const struct grade *grade, FILE *output);
};

struct grade_request {
    const char *const *paths; /* of the traces, or what they are made by, as the grade says */
    size_t path_count;
    struct grade grade; /* its file, limits, bounds and index are set */
    const struct grade_format *format;
    bool has_memory;
    bool lacks_realloc; /* the allocator, which need not have one */
};

/* Read the command line, with the command's name in front; say what is wrong with it, or print its
 * help.
 *   returns  GRADE_GO_ON, or the exit status where there is nothing to grade */
int grade_options_read(int count, char **arguments, struct grade_request *ret_request);

#endif
