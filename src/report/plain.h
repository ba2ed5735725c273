/* plain.h: outcomes as plain text, for pipes, logs and screen readers: the sentence, a map of one
 * line, and the meters. No escape codes. */
#ifndef REPORT_PLAIN_H
#define REPORT_PLAIN_H

#include <stdio.h>

#include "show/outcome.h"
#include "session/session.h"
#include "show/show.h"
#include "view/grid.h"
#include "view/options.h"

struct plain {
    FILE *output, *errors;
    struct session *session;
    const struct show *show;
    struct view_options options;
    int columns; /* how wide the map is */
    /* Kept from one outcome to the next, as most are steps and all of those need them; empty at
     * first. */
    struct text text;
    struct grid row; /* of the map */
};

void plain_finish(struct plain *plain);

/* How many cells its maps have. */
int plain_map_columns(const struct plain *plain);

/* Print what was read as an answer, which may come from anywhere. */
void plain_echo(const struct plain *plain, const char *answer);

/* Print an outcome. */
void plain_report(struct plain *plain, const struct outcome *outcome);

#endif
