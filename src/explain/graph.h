/* graph.h: who points to whom, and what is lost, as text. */
#ifndef EXPLAIN_GRAPH_H
#define EXPLAIN_GRAPH_H

#include "base/text.h"
#include "session/history.h"

/* Append a drawing of the variables, of the blocks that they point to, and so on, and of what is
 * lost. */
void graph_add_drawing(const struct picture *picture, struct text *text);

/* Append the same in the language of Graphviz. */
void graph_add_dot(const struct picture *picture, struct text *text);

/* Append what is leaked: which step lost it, and what hangs on it. */
void graph_add_leaks(const struct picture *picture, const struct history *history,
                     struct text *text);

/* Append what reference counts would have left of what is leaked. */
void graph_add_counts(const struct picture *picture, struct text *text);

#endif
