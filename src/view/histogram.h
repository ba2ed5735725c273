/* histogram.h: how large the blocks are, used and free, by powers of two. */
#ifndef VIEW_HISTOGRAM_H
#define VIEW_HISTOGRAM_H

#include "session/session.h"
#include "view/options.h"

/* Append a line for each power of two between the smallest and the largest block. */
void histogram_add_text(const struct session *session, const struct view_options *options,
                        struct text *text);

#endif
