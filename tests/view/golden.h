/* golden.h: what was drawn once, in files, to compare what is drawn now with. To accept that, run
 * the test with HEAPGLASS_SAVE_GOLDEN=1 and look at the difference. */
#ifndef TESTS_VIEW_GOLDEN_H
#define TESTS_VIEW_GOLDEN_H

#include "view/grid.h"

/* Fail unless golden/NAME.txt has these words. */
void golden_expect(const char *name, const struct text *words);

/* The same of a grid: the characters, and under them the styles, a letter for each. */
void golden_expect_grid(const struct grid *grid, const char *name);

#endif
