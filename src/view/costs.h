/* costs.h: what the steps cost, as text: percentiles and a histogram. */
#ifndef VIEW_COSTS_H
#define VIEW_COSTS_H

#include "session/history.h"
#include "view/options.h"

/* Append some lines, or nothing before the first step. */
void costs_add_text(const struct picture *picture, const struct history *history,
                    const struct view_options *options, struct text *text);

#endif
