/* plain.h: outcomes as plain text, for pipes, logs and screen readers: the sentence, a map of one
 * line, and the meters. No escape codes. */
#ifndef REPORT_PLAIN_H
#define REPORT_PLAIN_H

#include <stdio.h>

#include "show/outcome.h"
#include "session/session.h"
#include "show/show.h"
#include "view/options.h"

struct plain {
    FILE *output, *errors;
    struct session *session;
    const struct show *show;
    struct view_options options;
    int columns; /* how wide the map is */
};

/* How many cells its maps have. */
int plain_map_columns(const struct plain *plain);

/* Print an outcome. */
void plain_report(struct plain *plain, const struct outcome *outcome);

#endif
