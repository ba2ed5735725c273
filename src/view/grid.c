/* grid.c: see grid.h. */
#include "view/grid.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/utf8.h"

struct grid grid_create(int rows, int columns)
{
    struct grid grid = {.rows = rows > 0 ? rows : 0, .columns = columns > 0 ? columns : 0};

    grid.cells = memory_create((size_t)grid.rows * (size_t)grid.columns + 1, sizeof grid.cells[0]);
    grid_fill(&grid, grid_area(&grid), ' ', STYLE_PLAIN);
    return grid;
}

struct grid grid_copy(const struct grid *grid)
{
    struct grid copy = {.rows = grid->rows, .columns = grid->columns};
    size_t count = (size_t)grid->rows * (size_t)grid->columns;

    copy.cells = memory_create(count + 1, sizeof copy.cells[0]);
    memory_copy(copy.cells, grid->cells, count * sizeof copy.cells[0]);
    return copy;
}

void grid_finish(struct grid *grid)
{
    free(grid->cells);
    *grid = (struct grid){0};
}

struct area grid_area(const struct grid *grid)
{
    return (struct area){.rows = grid->rows, .columns = grid->columns};
}

void grid_put_partial(struct grid *grid, int row, int column, uint32_t glyph, enum style style,
                      enum style rest)
{
    struct cell *cell = grid_at(grid, row, column);

    if (cell)
        *cell = (struct cell){.glyph = glyph, .style = (uint8_t)style, .rest = (uint8_t)rest};
}

void grid_put(struct grid *grid, int row, int column, uint32_t glyph, enum style style)
{
    grid_put_partial(grid, row, column, glyph, style, STYLE_NONE);
}

void grid_fill(struct grid *grid, struct area area, uint32_t glyph, enum style style)
{
    struct cell cell = {.glyph = glyph, .style = (uint8_t)style, .rest = STYLE_NONE};
    int first = area.column > 0 ? area.column : 0, end = area.column + area.columns;

    if (end > grid->columns)
        end = grid->columns;
    for (int row = area.row; row < area.row + area.rows && first < end; row++) {
        struct cell *cells = grid_at(grid, row, first);

        for (int i = 0; cells && i < end - first; i++)
            cells[i] = cell;
    }
}

void grid_link(struct grid *grid, struct area area, enum link link, uint64_t to, uint64_t until)
{
    for (int row = area.row; row < area.row + area.rows; row++) {
        for (int column = area.column; column < area.column + area.columns; column++) {
            struct cell *cell = grid_at(grid, row, column);

            if (cell) {
                cell->link = (uint8_t)link;
                cell->to = to;
                cell->until = until;
            }
        }
    }
}

/* Whether a cell shows more than what kind its block is: a letter of a name, a number. */
static bool is_told(const struct cell *cell)
{
    return cell->rest == STYLE_NONE && cell->glyph < 0x80 && isalnum((int)cell->glyph);
}

/* Whether a cell stands for any byte in [low, high). */
static bool stands_for(const struct cell *cell, uint64_t low, uint64_t high)
{
    return cell && cell->link == LINK_BLOCK && cell->to < high && cell->until > low;
}

void grid_focus(struct grid *grid, struct area area, uint64_t low, uint64_t high)
{
    for (int row = area.row; row < area.row + area.rows; row++) {
        for (int column = area.column; column < area.column + area.columns; column++) {
            struct cell *cell = grid_at(grid, row, column);

            if (stands_for(cell, low, high))
                cell->is_focus = true;
        }
    }
}

void grid_light(struct grid *grid, struct area area, uint64_t low, uint64_t high, uint32_t glyph)
{
    if (low >= high)
        return;
    for (int row = area.row; row < area.row + area.rows; row++) {
        for (int column = area.column; column < area.column + area.columns; column++) {
            struct cell *cell = grid_at(grid, row, column);

            if (!stands_for(cell, low, high))
                continue;
            if (glyph && !is_told(cell))
                cell->glyph = glyph;
            cell->style = STYLE_LIT;
            cell->rest = STYLE_NONE;
        }
    }
}

/* ---- Text ---- */

/* Columns of a character: 0 for a combining one. What cannot be shown counts as one. */
static int glyph_width(uint32_t glyph)
{
    int width = glyph < 0x80 ? 1 : wcwidth((wchar_t)glyph);

    return width < 0 ? 1 : width;
}

static uint32_t printable(uint32_t glyph)
{
    if (glyph < ' ' || glyph == 0x7f)
        return ' ';
    return glyph >= 0x80 && wcwidth((wchar_t)glyph) < 0 ? '?' : glyph;
}

int grid_text_width(const char *string)
{
    return grid_prefix_width(string, strlen(string));
}

int grid_prefix_width(const char *string, size_t bytes)
{
    const char *end = string + bytes;
    int width = 0;

    while (string < end && *string)
        width += glyph_width(utf8_next(&string));
    return width;
}

const char *grid_prefix_end(const char *string, int columns)
{
    int width = 0;

    while (*string) {
        const char *next = string;

        width += glyph_width(utf8_next(&next));
        if (width > columns)
            break;
        string = next;
    }
    return string;
}

/* Draw the bytes of `string` up to `end`. */
static int draw_text(struct grid *grid, int row, int column, int columns, enum style style,
                     const char *string, const char *end)
{
    int used = 0;

    while (string < end && *string) {
        uint32_t glyph = printable(utf8_next(&string));
        int width = glyph_width(glyph);
        struct cell *before = grid_at(grid, row, column + used - 1);

        if (width == 0) {
            if (used > 0 && before && !utf8_is_command(glyph))
                before->mark = glyph;
            continue;
        }
        if (used + width > columns)
            break;
        grid_put(grid, row, column + used, glyph, style);
        if (width == 2)
            grid_put(grid, row, column + used + 1, 0, style);
        used += width;
    }
    return used;
}

int grid_text(struct grid *grid, int row, int column, int columns, enum style style,
              const char *string)
{
    return draw_text(grid, row, column, columns, style, string, string + strlen(string));
}

int grid_text_elided(struct grid *grid, int row, int column, int columns, enum style style,
                     const char *string, uint32_t ellipsis)
{
    const char *end;
    int used;

    if (grid_text_width(string) <= columns || columns < 1)
        return grid_text(grid, row, column, columns, style, string);
    end = grid_prefix_end(string, columns - 1);
    used = draw_text(grid, row, column, columns - 1, style, string, end);
    grid_put(grid, row, column + used, ellipsis, style);
    return used + 1;
}

int grid_print(struct grid *grid, int row, int column, int columns, enum style style,
               const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    int used;

    va_start(arguments, format);
    text_add_list(&text, format, arguments);
    va_end(arguments);
    used = grid_text(grid, row, column, columns, style, text_string(&text));
    text_finish(&text);
    return used;
}

const char *grid_break_line(const char *string, int columns, const char **ret_next)
{
    const char *place = string, *last_blank = NULL;
    int width = 0;

    while (*place && *place != '\n') {
        const char *before = place;
        uint32_t glyph = utf8_next(&place);

        width += glyph_width(glyph);
        if (glyph == ' ' && before > string + strspn(string, " "))
            last_blank = before;
        if (width > columns && before > string) {
            if (last_blank) {
                *ret_next = last_blank + 1;
                return last_blank;
            }
            *ret_next = before;
            return before;
        }
    }
    *ret_next = place + (*place == '\n');
    return place;
}

int grid_wrap(struct grid *grid, struct area area, enum style style, const char *string)
{
    int line = 0;

    while (*string) {
        const char *next, *end = grid_break_line(string, area.columns, &next);

        if (line < area.rows)
            draw_text(grid, area.row + line, area.column, area.columns, style, string, end);
        string = next;
        line++;
    }
    return line;
}

/* How to break a line whose parts are set apart by two blanks or more. */
struct hang {
    int indent;     /* of what goes below */
    int end, split; /* where its first line ends and the next begins; 0 for where it is too long */
};

/* The rest goes below the last part, if that leaves a third of the columns; else all of the second
 * part does. Of a line without parts that is set in, it is set in as well. */
static struct hang plan_hang(const char *line, int columns)
{
    enum { LEAST_INDENT = 4 };
    struct hang hang = {0};
    int length = (int)strcspn(line, "\n"), blanks = (int)strspn(line, " ");

    if (grid_prefix_width(line, (size_t)length) <= columns)
        return hang;
    for (int i = 3; i < length; i++) {
        if (line[i] == ' ' || line[i - 1] != ' ' || line[i - 2] != ' ' || i == blanks)
            continue;
        if (i <= 2 * columns / 3)
            hang.indent = grid_prefix_width(line, (size_t)i);
        else if (hang.split == 0)
            hang.split = hang.end = i;
    }
    while (hang.end > 0 && line[hang.end - 1] == ' ')
        hang.end--;
    if (hang.indent > 0 || grid_prefix_width(line, (size_t)hang.end) > columns)
        hang.split = 0;
    else if (hang.split > 0 && columns > 2 * LEAST_INDENT)
        hang.indent = LEAST_INDENT;
    if (hang.indent == 0 && hang.split == 0 && blanks <= 2 * columns / 3)
        hang.indent = blanks;
    return hang;
}

void grid_break_lines(const char *string, int columns, struct text *text)
{
    struct hang hang = {0};
    bool begins = true;

    while (*string) {
        int indent = begins ? 0 : hang.indent;
        const char *next, *end = grid_break_line(string, columns - indent, &next);

        if (begins)
            hang = plan_hang(string, columns);
        if (begins && hang.split > 0) {
            end = string + hang.end;
            next = string + hang.split;
        }
        text_add_repeated(text, " ", (size_t)indent);
        text_add_bytes(text, string, (size_t)(end - string));
        if (*next)
            text_add(text, "\n");
        begins = next > string && next[-1] == '\n';
        string = next;
    }
}

void grid_add_row(const struct grid *grid, int row, struct text *text)
{
    const struct cell *cells = grid_at(grid, row, 0);
    int columns = grid->columns;
    char *bytes;

    while (columns > 0 && cells[columns - 1].glyph == ' ')
        columns--;
    bytes = text_begin(text, (size_t)columns * 2 * UTF8_BYTES_MAX);
    for (int column = 0; column < columns; column++) {
        if (cells[column].glyph)
            bytes = utf8_write(bytes, cells[column].glyph);
        if (cells[column].mark)
            bytes = utf8_write(bytes, cells[column].mark);
    }
    text_end(text, bytes);
}
