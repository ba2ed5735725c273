/* markup.h: what a scenario says: **bold** and `code` stand out. A sign without its partner in the
 * same text is a sign. */
#ifndef VIEW_MARKUP_H
#define VIEW_MARKUP_H

#include "base/text.h"
#include "view/grid.h"

/* Draw such a text in an area, broken between words and at line breaks; what does not stand out is
 * in `style`.
 *   returns  how many lines the whole text has */
int markup_wrap(struct grid *grid, struct area area, enum style style, const char *string);

/* Append the text without its signs. */
void markup_add_plain(const char *string, struct text *text);

#endif
