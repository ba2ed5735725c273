/* json.h: outcomes as JSON, one object on one line for each; the names in it are a contract with
 * graders and tests. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdio.h>

#include "show/outcome.h"
#include "session/session.h"
#include "show/show.h"

struct json {
    FILE *output;
    struct session *session;
    const struct show *show;
};

/* Print an outcome. */
void json_report(struct json *json, const struct outcome *outcome);

#endif
