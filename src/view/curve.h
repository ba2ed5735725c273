/* curve.h: in which order the cells of a map fill its rectangle: row by row, or along a curve of
 * Hilbert's kind, on which what is near in the heap is near on the screen, too.
 *
 * Whichever the order, each cell has a place of its own. Along the curve, a cell lies beside the
 * one before it, but for one step at the most, which is diagonal; there is none where the longer
 * side is even. */
#ifndef VIEW_CURVE_H
#define VIEW_CURVE_H

#include <stdbool.h>
#include <stddef.h>

/* A place in the rectangle; from 0. */
struct place {
    int column, row;
};

struct curve {
    int columns, rows;
    struct place *places; /* of the cells, by number; NULL: row by row */
};

/* The order of the cells in a rectangle, which is not empty.
 *   cost    along the curve O(columns * rows)
 *   source  J. Cerveny, Gilbert: space-filling curve for rectangular domains of arbitrary size */
struct curve curve_create(bool is_hilbert, int columns, int rows);
void curve_finish(struct curve *curve);

/* Where the cell number `cell`, from 0, lies. */
static inline struct place curve_place(const struct curve *curve, size_t cell)
{
    size_t columns = (size_t)curve->columns;

    if (curve->places)
        return curve->places[cell];
    if (cell < columns) /* as on most maps: a division takes long */
        return (struct place){(int)cell, 0};
    return (struct place){(int)(cell % columns), (int)(cell / columns)};
}

/* The number of the cell that lies at a place inside.
 *   cost    along the curve O(columns * rows) */
size_t curve_cell(const struct curve *curve, struct place place);

#endif
