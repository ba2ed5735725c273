/* status_line.h: one line on a terminal that says how far a long work is. */
#ifndef BASE_STATUS_LINE_H
#define BASE_STATUS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/progress.h"

struct status_line {
    uint64_t start_ns;
    bool wanted;           /* standard error is a terminal */
    size_t part, total;    /* the part that is worked on, from 1; of how many */
    size_t shown;          /* the part that is on the terminal; 0 for none */
    const char *what, *on; /* what the part is */
};

struct status_line status_line_begin(bool wanted, size_t total);

/* Say that the next part is being worked on: "3 of 40: tlsf on compiler". The names must outlive
 * it.
 *   on  what it is done to; NULL for nothing */
void status_line_next(struct status_line *line, const char *what, const char *on);

/* For work that takes long: the line is shown at its ticks, once it has taken half a second. */
struct progress status_line_progress(struct status_line *line);

/* Take the line away. */
void status_line_end(struct status_line *line);

#endif
