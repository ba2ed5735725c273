/* curve.c: see curve.h.
 *
 * A patch is a rectangle that the curve fills, beginning in the corner `at` and ending at the other
 * end of the side `along`. It is split into smaller patches until they are single rows of cells:
 *
 *     a long one in two             any other in three
 *
 *     +---------+---------+         +------------------+
 *     | 1 ----> | 2 ----> |         | 2 -------------> |
 *     +---------+---------+         +---------+--------+
 *     at                            | ^ 1     |    3 v |
 *                                   +---------+--------+
 *                                   at                        */
#include "view/curve.h"

#include <stdlib.h>

#include "base/memory.h"

struct vector {
    int x, y;
};

struct patch {
    struct vector at;
    struct vector along, across; /* its sides; one of x and y is 0 */
};

static struct vector sum(struct vector a, struct vector b)
{
    return (struct vector){a.x + b.x, a.y + b.y};
}

static struct vector minus(struct vector a)
{
    return (struct vector){-a.x, -a.y};
}

static int length_of(struct vector side)
{
    return abs(side.x + side.y);
}

/* So many cells in the direction of a side. */
static struct vector in_direction(struct vector side, int cells)
{
    return (struct vector){side.x > 0   ? cells
                           : side.x < 0 ? -cells
                                        : 0,
                           side.y > 0   ? cells
                           : side.y < 0 ? -cells
                                        : 0};
}

static struct vector to_last_cell(struct vector side)
{
    return in_direction(side, length_of(side) - 1);
}

/* About a half of a side: an even number of cells where that can be, so that the parts of what is
 * made of it end where their neighbours begin. */
static struct vector half_of(struct vector side)
{
    int cells = length_of(side), half = cells / 2;

    return in_direction(side, half % 2 && cells > 2 ? half + 1 : half);
}

enum { PARTS_MOST = 3 };

/* Returns into how many parts, in the curve's order. */
static int split(const struct patch *whole, struct patch parts[PARTS_MOST])
{
    struct vector along = whole->along, across = whole->across;
    struct vector half = half_of(along), up = half_of(across);
    struct vector first = in_direction(along, length_of(along) / 2);

    if (2 * length_of(along) > 3 * length_of(across)) {
        parts[0] = (struct patch){whole->at, half, across};
        parts[1] = (struct patch){sum(whole->at, half), sum(along, minus(half)), across};
        return 2;
    }
    parts[0] = (struct patch){whole->at, up, first};
    parts[1] = (struct patch){sum(whole->at, up), along, sum(across, minus(up))};
    parts[2].at = sum(whole->at, sum(to_last_cell(along), to_last_cell(up)));
    parts[2].along = minus(up);
    parts[2].across = sum(first, minus(along));
    return PARTS_MOST;
}

/* Append the places of a patch's cells to those that there are. */
static void fill(struct curve *curve, size_t *count, const struct patch *patch)
{
    struct vector row = length_of(patch->across) == 1 ? patch->along : patch->across;
    struct patch parts[PARTS_MOST];
    int part_count;

    if (length_of(patch->along) == 1 || length_of(patch->across) == 1) {
        for (int cell = 0; cell < length_of(row); cell++) {
            struct vector at = sum(patch->at, in_direction(row, cell));

            curve->places[(*count)++] = (struct place){at.x, at.y};
        }
        return;
    }
    part_count = split(patch, parts);
    for (int part = 0; part < part_count; part++)
        fill(curve, count, &parts[part]);
}

struct curve curve_create(bool is_hilbert, int columns, int rows)
{
    struct curve curve = {.columns = columns, .rows = rows};
    struct vector right = {columns, 0}, down = {0, rows};
    struct patch all = {.along = columns < rows ? down : right,
                        .across = columns < rows ? right : down};
    size_t count = 0;

    if (is_hilbert) {
        curve.places = memory_create((size_t)columns * (size_t)rows, sizeof curve.places[0]);
        fill(&curve, &count, &all);
    }
    return curve;
}

void curve_finish(struct curve *curve)
{
    free(curve->places);
}

size_t curve_cell(const struct curve *curve, struct place place)
{
    size_t cell = 0;

    if (!curve->places)
        return (size_t)place.row * (size_t)curve->columns + (size_t)place.column;
    while (curve->places[cell].column != place.column || curve->places[cell].row != place.row)
        cell++;
    return cell;
}
