/* layout_hint.h: how the blocks of a hand-in lie whose macros are those of the book. That is read
 * from its source, and so is a guess, to be tried. */
#ifndef OWN_LAYOUT_HINT_H
#define OWN_LAYOUT_HINT_H

#include "base/text.h"

/* Append it as a line of layout (see kind/own_layout.h); nothing where its macros are others. */
void layout_hint_add(const char *source, struct text *words);

#endif
