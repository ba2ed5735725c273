/* slots.h: the slots of payloads that point somewhere: which bytes they are, and where they
 * point, in a few columns. */
#ifndef VIEW_SLOTS_H
#define VIEW_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "session/picture.h"
#include "view/grid.h"
#include "view/options.h"

/* Where the slot begins that a byte is of; OFFSET_NULL if it is of none that points anywhere. */
uint64_t slots_find(const struct picture *picture, uint64_t at);

/* Draw where the slots of a block point, the first of them first, as many as there is room for:
 * " .0>B .1>+0x00f0", or " .0>" where there is none for what it points to.
 *   returns  how many columns it took, of `columns` */
int slots_draw(struct grid *grid, int row, int column, int columns, enum style style,
               const struct picture *picture, const struct block *block,
               const struct view_options *options);

#endif
