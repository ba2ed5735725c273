/* free_list.c: see free_list.h. */
#include "view/free_list.h"

#include <inttypes.h>
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

enum {
    ARROW_COLUMNS = 3,
    REST_COLUMNS = 13,
    TORN_COLUMNS = sizeof "... lost" - 1,
    COUNT_TEXT_MAX = 24
};

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

/* Write what stands for the block at an offset. */
static void write_block(struct pen *pen, const char *piece, uint64_t at)
{
    int columns = grid_text_width(piece);

    write_piece(pen, STYLE_FREE, piece);
    grid_link(pen->grid,
              (struct area){pen->area.row + pen->row, pen->area.column + pen->column - columns, 1,
                            columns},
              LINK_BLOCK, at, at + 1);
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

/* ---- One list, as a chain over all rows ---- */

/* How many free blocks the only list has in all. */
static size_t length_of(const struct scene *scene, const struct free_list *list)
{
    return list->end.how == HG_LIST_STOPPED && list->count < scene->picture->metrics.free_blocks
               ? scene->picture->metrics.free_blocks
               : list->count;
}

/* The list does not end: it leads back to an element that it has already. */
static void write_loop(struct pen *pen, const struct scene *scene, const struct free_list *list,
                       const struct view_options *options)
{
    const struct picture *picture = scene->picture;
    const struct block *block =
        block_table_get(&picture->blocks, list->end.link - picture->heap_start);
    char place[WORDS_PLACE_MAX], piece[WORDS_PLACE_MAX + 16];

    if (block)
        snprintf(piece, sizeof piece, "round, to %s",
                 words_place(picture, options, block->at, place));
    else
        snprintf(piece, sizeof piece, "no end");
    write_piece(pen, STYLE_NOTICE, piece);
}

/* The list leads on to where no free block is. */
static void write_lost(struct pen *pen, const struct free_list *list)
{
    char piece[32];

    snprintf(piece, sizeof piece, "%#" PRIx64 "?", list->end.link);
    write_piece(pen, STYLE_NOTICE,
                pen->column + (int)strlen(piece) <= pen->area.columns ? piece : "?");
}

static void write_end(struct pen *pen, const struct scene *scene, const struct free_list *list,
                      const struct view_options *options)
{
    switch ((enum hg_list_ending)list->end.how) {
    case HG_LIST_ENDED: write_piece(pen, STYLE_DIM, "end"); break;
    case HG_LIST_LOST: write_lost(pen, list); break;
    case HG_LIST_ENDLESS: write_loop(pen, scene, list, options); break;
    case HG_LIST_UNREADABLE: write_piece(pen, STYLE_NOTICE, "cannot be read"); break;
    case HG_LIST_STOPPED: write_piece(pen, STYLE_DIM, "goes on"); break;
    }
}

static void draw_chain(struct pen *pen, const struct scene *scene, const struct free_list *list,
                       const struct view_options *options)
{
    size_t total = length_of(scene, list);

    for (size_t i = 0; i < list->count; i++) {
        const struct block *block = block_table_get(&scene->picture->blocks, list->items[i]);
        char place[WORDS_PLACE_MAX], size[SIZE_TEXT_MAX], piece[WORDS_PLACE_MAX + SIZE_TEXT_MAX];

        snprintf(piece, sizeof piece, "%s %s",
                 words_place(scene->picture, options, list->items[i], place),
                 block ? size_short(block->size, size) : "?");
        if (!has_room(pen, (int)strlen(piece) + ARROW_COLUMNS, i + 1 == total)) {
            write_rest(pen, total - i, options);
            return;
        }
        write_block(pen, piece, list->items[i]);
        write_arrow(pen, options);
    }
    if (list->end.how == HG_LIST_STOPPED && total > list->count)
        write_rest(pen, total - list->count, options);
    else
        write_end(pen, scene, list, options);
}

/* ---- Several lists, a row for each that is not empty ---- */

/* Columns that a row begins with. */
struct margin {
    int name, count;
};

/* How many blocks a list has, as far as it was read. */
static void write_count(const struct free_list *list, char text[COUNT_TEXT_MAX])
{
    snprintf(text, COUNT_TEXT_MAX, "%zu%s", list->count,
             list->end.how == HG_LIST_STOPPED || list->end.how == HG_LIST_ENDLESS ? "+" : "");
}

static struct margin measure_margin(const struct scene *scene)
{
    const struct free_lists *lists = scene->lists;
    struct margin margin = {0};

    for (uint32_t number = 0; number < lists->count; number++) {
        const char *name = description_list_name(&scene->picture->description, number);
        char count[COUNT_TEXT_MAX];

        if (free_list_is_empty(&lists->lists[number]))
            continue;
        write_count(&lists->lists[number], count);
        if ((int)strlen(name) > margin.name)
            margin.name = (int)strlen(name);
        if ((int)strlen(count) > margin.count)
            margin.count = (int)strlen(count);
    }
    return margin;
}

/* A list's name, how many blocks it has, and as many of them as fit. */
static void draw_row(struct pen *pen, const struct scene *scene, uint32_t number,
                     const struct margin *margin, const struct view_options *options)
{
    const struct free_list *list = &scene->lists->lists[number];
    char count[COUNT_TEXT_MAX], place[WORDS_PLACE_MAX];
    int row = pen->area.row + pen->row, left = pen->area.column;
    bool is_torn = list->end.how != HG_LIST_ENDED && list->end.how != HG_LIST_STOPPED;
    int columns = pen->area.columns - (is_torn ? TORN_COLUMNS : 0);

    write_count(list, count);
    grid_text(pen->grid, row, left, pen->area.columns, STYLE_STRONG,
              description_list_name(&scene->picture->description, number));
    pen->column = margin->name + 1;
    grid_print(pen->grid, row, left + pen->column, pen->area.columns - pen->column, STYLE_PLAIN,
               "%*s", margin->count, count);
    pen->column += margin->count + 1;
    if (list->count == 0) {
        write_end(pen, scene, list, options);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        bool is_last = i + 1 == list->count && list->end.how == HG_LIST_ENDED;

        words_place(scene->picture, options, list->items[i], place);
        if (pen->column + (int)strlen(place) + !is_last > columns)
            break;
        write_block(pen, place, list->items[i]);
        if (is_last)
            return;
        if (pen->column + ARROW_COLUMNS >= pen->area.columns)
            break;
        write_arrow(pen, options);
        if (i + 1 == list->count && is_torn) {
            write_end(pen, scene, list, options);
            return;
        }
    }
    grid_put(pen->grid, row, left + pen->column, view_glyph(options, GLYPH_ELLIPSIS), STYLE_DIM);
    if (is_torn)
        grid_text(pen->grid, row, left + pen->column + 2, pen->area.columns - pen->column - 2,
                  STYLE_NOTICE, list->end.how == HG_LIST_LOST ? "lost" : "round");
}

static size_t count_filled(const struct free_lists *lists)
{
    size_t filled = 0;

    for (uint32_t number = 0; number < lists->count; number++)
        filled += !free_list_is_empty(&lists->lists[number]);
    return filled;
}

static void draw_rows(struct grid *grid, struct area area, const struct scene *scene,
                      const struct view_options *options)
{
    struct margin margin = measure_margin(scene);
    struct pen pen = {.grid = grid, .area = area};
    size_t left = count_filled(scene->lists);

    for (uint32_t number = 0; number < scene->lists->count; number++) {
        if (free_list_is_empty(&scene->lists->lists[number]))
            continue;
        if (pen.row == area.rows - 1 && left > 1) {
            pen.column = 0;
            write_rest(&pen, left, options);
            return;
        }
        draw_row(&pen, scene, number, &margin, options);
        pen.row++;
        left--;
    }
}

void free_list_draw(struct grid *grid, struct area area, const struct scene *scene,
                    const struct view_options *options)
{
    const struct free_lists *lists = scene->lists;

    if (area.rows <= 0)
        return;
    if (!description_can(&scene->picture->description, KIND_LISTS))
        grid_wrap(grid, area, STYLE_DIM, "this heap tells no free lists");
    else if (free_lists_are_unreadable(lists))
        grid_text(grid, area.row, area.column, area.columns, STYLE_NOTICE,
                  "cannot be read: the heap's own state was written over");
    else if (lists->count == 1)
        draw_chain(&(struct pen){.grid = grid, .area = area}, scene, &lists->lists[0], options);
    else if (count_filled(lists) > 0)
        draw_rows(grid, area, scene, options);
    else
        grid_text(grid, area.row, area.column, area.columns, STYLE_DIM,
                  lists->count ? "all empty" : "none is kept");
    grid_light(grid, area, scene->lit_low, scene->lit_high, 0);
}
