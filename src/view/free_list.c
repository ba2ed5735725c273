/* free_list.c: see free_list.h. */
#include "view/free_list.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"
#include "view/words.h"

/* A pen that writes pieces one behind the other, each whole, on as many rows as there are. */
struct pen {
    struct grid *grid;
    struct area area;
    int row, column; /* within the area */
};

enum { ARROW_COLUMNS = 3, REST_COLUMNS = 13 };

/* Whether a piece of `columns` has room. On the last row, what follows it must be counted behind
 * it, unless it is the last piece. */
static bool has_room(const struct pen *pen, int columns, bool is_last_piece)
{
    int behind = is_last_piece ? 0 : REST_COLUMNS;
    bool goes_below = pen->column + columns > pen->area.columns;
    int row = pen->row + goes_below, column = goes_below ? 0 : pen->column;

    if (row < pen->area.rows - 1)
        return true;
    return row < pen->area.rows && column + columns + behind <= pen->area.columns;
}

static void write_piece(struct pen *pen, enum style style, const char *piece)
{
    int columns = grid_text_width(piece);

    if (pen->column + columns > pen->area.columns && pen->row < pen->area.rows - 1) {
        pen->row++;
        pen->column = 0;
    }
    pen->column += grid_text(pen->grid, pen->area.row + pen->row, pen->area.column + pen->column,
                             pen->area.columns - pen->column, style, piece);
}

static void write_arrow(struct pen *pen, const struct view_options *options)
{
    int row = pen->area.row + pen->row, column = pen->area.column + pen->column;

    grid_put(pen->grid, row, column + 1, view_glyph(options, GLYPH_ARROW), STYLE_DIM);
    pen->column += ARROW_COLUMNS;
}

static void write_rest(struct pen *pen, size_t rest, const struct view_options *options)
{
    struct text piece = {0};

    utf8_add(&piece, view_glyph(options, GLYPH_ELLIPSIS));
    text_add(&piece, " %zu more", rest);
    write_piece(pen, STYLE_DIM, text_string(&piece));
    text_finish(&piece);
}

/* How many free blocks a list has in all. */
static size_t length_of(const struct scene *scene, uint32_t number)
{
    const struct free_list *list = &scene->lists->lists[number];

    return list->complete ? list->count : scene->session->mirror->metrics.free_blocks;
}

/* One list as a chain. */
static void draw_list(struct pen *pen, const struct scene *scene, uint32_t number,
                      const struct view_options *options)
{
    const struct free_list *list = &scene->lists->lists[number];
    size_t total = length_of(scene, number);

    for (size_t i = 0; i < list->count; i++) {
        const struct block *block =
            block_table_get(&scene->session->mirror->blocks, list->items[i]);
        char place[WORDS_PLACE_MAX], size[SIZE_TEXT_MAX], piece[WORDS_PLACE_MAX + SIZE_TEXT_MAX];

        snprintf(piece, sizeof piece, "%s %s",
                 words_place(scene->session, options, list->items[i], place),
                 block ? size_short(block->size, size) : "?");
        if (!has_room(pen, (int)strlen(piece) + ARROW_COLUMNS, i + 1 == total)) {
            write_rest(pen, total - i, options);
            return;
        }
        write_piece(pen, STYLE_FREE, piece);
        write_arrow(pen, options);
    }
    if (list->complete)
        write_piece(pen, STYLE_DIM, "end");
    else
        write_rest(pen, total - list->count, options);
}

void free_list_draw(struct grid *grid, struct area area, const struct scene *scene,
                    const struct view_options *options)
{
    struct pen pen = {.grid = grid, .area = area};

    for (uint32_t list = 0; list < scene->lists->count && area.rows > 0; list++)
        draw_list(&pen, scene, list, options);
}
