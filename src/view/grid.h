/* grid.h: a rectangle of styled cells, which views draw on and which terminals, text files and
 * pictures print. Drawing outside is allowed and does nothing. */
#ifndef VIEW_GRID_H
#define VIEW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "view/style.h"

/* What a cell stands for, so that somebody can point at it. */
enum link {
    LINK_NONE,
    LINK_BLOCK, /* the block at an offset */
    LINK_STEP,  /* the step of a number */
    LINK_PANEL, /* the panel of a number */
};

struct cell {
    uint32_t glyph; /* a character; 0 behind one that takes two columns */
    uint32_t mark;  /* a combining character that goes with it; 0 for none */
    uint8_t style;  /* enum style */
    uint8_t rest;   /* of a partial block: the style of what the glyph does not fill; else
                       STYLE_NONE. The glyph then has the colour of its style's paper. */
    uint8_t link;   /* enum link */
    bool is_focus;  /* it stands for what the views are about, and is underlined */
    uint64_t to;    /* what it links to */
    uint64_t until; /* of a block: where that ends, or what else the cell stands for */
};

struct grid {
    int rows, columns;
    struct cell *cells; /* row by row */
};

/* A part of a grid; it may reach beyond the grid. */
struct area {
    int row, column, rows, columns;
};

/* A grid of blanks. Where a screen has less than what stands around it, an extent below 0 is 0. */
struct grid grid_create(int rows, int columns);
struct grid grid_copy(const struct grid *grid);
void grid_finish(struct grid *grid);

struct area grid_area(const struct grid *grid);

/* The cell at a place; NULL outside. */
static inline struct cell *grid_at(const struct grid *grid, int row, int column)
{
    if (row < 0 || row >= grid->rows || column < 0 || column >= grid->columns)
        return NULL;
    return &grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column];
}

void grid_put(struct grid *grid, int row, int column, uint32_t glyph, enum style style);

/* Draw a partial block: `glyph` in the colour of `style`, what it leaves in that of `rest`. */
void grid_put_partial(struct grid *grid, int row, int column, uint32_t glyph, enum style style,
                      enum style rest);

void grid_fill(struct grid *grid, struct area area, uint32_t glyph, enum style style);

/* Let the cells of an area stand for something. What is drawn there later stands for nothing. */
void grid_link(struct grid *grid, struct area area, enum link link, uint64_t to, uint64_t until);

/* Light the cells of an area that stand for any byte in [low, high), in STYLE_LIT.
 *   glyph  goes where there is none, or only what fills free blocks; 0 for none */
void grid_light(struct grid *grid, struct area area, uint64_t low, uint64_t high, uint32_t glyph);

/* Let the cells of an area that stand for any byte in [low, high) show that the views are about
 * it. */
void grid_focus(struct grid *grid, struct area area, uint64_t low, uint64_t high);

/* Draw a UTF-8 string in at most `columns` columns. Line breaks and control characters are drawn as
 * blanks, what is not UTF-8 as '?'. Returns how many columns it took. */
int grid_text(struct grid *grid, int row, int column, int columns, enum style style,
              const char *string);

/* Draw a UTF-8 string as grid_text does; one that is too long ends in `ellipsis`. */
int grid_text_elided(struct grid *grid, int row, int column, int columns, enum style style,
                     const char *string, uint32_t ellipsis);

/* As grid_text, formatted, to the right border of `columns`. */
int grid_print(struct grid *grid, int row, int column, int columns, enum style style,
               const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Draw text in an area, broken between words and at line breaks.
 *   returns  how many lines the whole text has */
int grid_wrap(struct grid *grid, struct area area, enum style style, const char *string);

/* Where the line that begins at `string` ends if it may have `columns`, and where the next
 * begins. */
const char *grid_break_line(const char *string, int columns, const char **ret_next);

/* Append `string` with its lines broken between words to fit into `columns`. Where a line has two
 * parts, set apart by two blanks or more, its rest goes below the second. */
void grid_break_lines(const char *string, int columns, struct text *text);

/* Append a row's characters as UTF-8, without trailing blanks. */
void grid_add_row(const struct grid *grid, int row, struct text *text);

/* How many columns a UTF-8 string takes; and the first `bytes` of it. */
int grid_text_width(const char *string);
int grid_prefix_width(const char *string, size_t bytes);

/* Where the part of a string that fits into `columns` ends. */
const char *grid_prefix_end(const char *string, int columns);

#endif
