/* stack.c: see stack.h. */
#include "view/stack.h"

#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "view/map.h"
#include "view/variable_row.h"
#include "view/words.h"

enum { NAME_COLUMNS = 12, CHIP_COLUMNS = 10, INDENT = 1 };

/* A row in the making. */
struct pen {
    struct grid *grid;
    const struct picture *picture;
    const struct view_options *options;
    struct area area; /* of one row: what is left of it */
};

bool stack_is_busy(const struct picture *picture)
{
    return picture->variables.is_played;
}

/* ---- Drawing along a row ---- */

static void put(struct pen *pen, enum style style, const char *text)
{
    int taken = grid_text_elided(pen->grid, pen->area.row, pen->area.column, pen->area.columns,
                                 style, text, view_glyph(pen->options, GLYPH_ELLIPSIS));

    pen->area.column += taken;
    pen->area.columns -= taken;
}

/* Put a text if it has room, whole. */
static void put_if_it_fits(struct pen *pen, enum style style, const char *text)
{
    if (grid_text_width(text) <= pen->area.columns)
        put(pen, style, text);
}

static void put_glyph(struct pen *pen, enum glyph glyph, enum style style)
{
    if (pen->area.columns <= 0)
        return;
    grid_put(pen->grid, pen->area.row, pen->area.column, view_glyph(pen->options, glyph), style);
    pen->area.column++;
    pen->area.columns--;
    put(pen, STYLE_PLAIN, " ");
}

/* ---- What a variable points to ---- */

/* A block as it is on the map: its name on its colour. */
static void put_chip(struct pen *pen, const struct block *block)
{
    enum style style = map_block_style(pen->picture, block);
    const char *name = picture_block_name(pen->picture, block);
    struct text chip = {0};
    struct pen narrow = *pen;

    text_add(&chip, " %s ", name ? name : "leaked");
    if (narrow.area.columns > CHIP_COLUMNS)
        narrow.area.columns = CHIP_COLUMNS;
    put(&narrow, style, text_string(&chip));
    pen->area.columns -= narrow.area.column - pen->area.column;
    pen->area.column = narrow.area.column;
    text_finish(&chip);
}

static void put_payload(struct pen *pen, const struct variable *variable, struct area row)
{
    const struct allocation *allocation = ledger_find(&pen->picture->ledger, variable->target);
    const struct block *block = block_table_get(&pen->picture->blocks, variable->target);
    char place[WORDS_PLACE_MAX], size[SIZE_TEXT_MAX];
    struct text text = {0};

    put_glyph(pen, GLYPH_ARROW, STYLE_PLAIN);
    if (block)
        put_chip(pen, block);
    if (variable->payload != variable->target) {
        text_add(&text, "+%" PRIu64, variable->payload - variable->target);
        put_if_it_fits(pen, STYLE_STRONG, text_string(&text));
        text_clear(&text);
    }
    text_add(&text, " %s", words_place(pen->picture, pen->options, variable->payload, place));
    put_if_it_fits(pen, STYLE_PLAIN, text_string(&text));
    text_clear(&text);
    text_add(&text, " %s", size_short(allocation->requested, size));
    put_if_it_fits(pen, STYLE_DIM, text_string(&text));
    text_finish(&text);
    if (block)
        grid_link(pen->grid, row, LINK_BLOCK, block->at, block->at + block->size);
}

static void put_stack_place(struct pen *pen, const struct variable *variable)
{
    struct text text = {0};
    uint64_t distance;
    uint32_t place;

    put_glyph(pen, GLYPH_ARROW, STYLE_PLAIN);
    if (picture_own(pen->picture, variable->payload, &place, &distance)) {
        words_add_own(pen->picture, place, &text);
        if (distance > 0)
            text_add(&text, "+%" PRIu64, distance);
    } else {
        text_add(&text, "a frame's own words");
    }
    put(pen, STYLE_STRONG, text_string(&text));
    put_if_it_fits(pen, STYLE_DIM, " on the stack");
    text_finish(&text);
}

static void put_dangling(struct pen *pen, const struct variable *variable)
{
    struct text text = {0};
    uint32_t ignored;
    const char *said;

    put_glyph(pen, GLYPH_LEAKED, STYLE_NOTICE);
    text_add(&text, "dangling: %s in step %" PRIu32,
             picture_place_of(pen->picture, variable->payload, &ignored) ? "popped" : "freed",
             variable->freed_in);
    said = text_string(&text);
    if (grid_text_width(said) > pen->area.columns)
        said += strlen("dangling: ");
    put(pen, STYLE_NOTICE, said);
    text_finish(&text);
}

static void put_data(struct pen *pen, const struct variable *variable)
{
    char size[SIZE_TEXT_MAX];
    struct text text = {0};

    text_add(&text, "%s%s of data", size_short(variable->bytes, size),
             variable->bytes == 1     ? " byte"
             : variable->bytes < 1024 ? " bytes"
                                      : "");
    put(pen, STYLE_DIM, text_string(&text));
    text_finish(&text);
}

static void draw_variable(struct pen *pen, uint32_t place)
{
    const struct variable *variable = variables_get(&pen->picture->variables, place);
    struct area row = pen->area;
    struct pen name = *pen;

    name.area.column += INDENT;
    name.area.columns = NAME_COLUMNS < pen->area.columns ? NAME_COLUMNS : pen->area.columns;
    put(&name, STYLE_STRONG, picture_name(pen->picture, place));
    pen->area.column += INDENT + NAME_COLUMNS + 1;
    pen->area.columns -= INDENT + NAME_COLUMNS + 1;
    switch (variable_state(variable)) {
    case VARIABLE_NULL: put(pen, STYLE_DIM, "NULL"); break;
    case VARIABLE_LIVE:
    case VARIABLE_INTERIOR: put_payload(pen, variable, row); break;
    case VARIABLE_STACK: put_stack_place(pen, variable); break;
    case VARIABLE_DANGLING: put_dangling(pen, variable); break;
    case VARIABLE_WILD: put(pen, STYLE_NOTICE, "? wild"); break;
    case VARIABLE_DATA: put_data(pen, variable); break;
    }
}

/* ---- Frames ---- */

/* A border, as of a box that hangs below the one before, with the function's name in it. */
static void draw_frame(struct pen *pen, size_t number)
{
    struct frame frame = variables_frame(&pen->picture->variables, number);
    struct text text = {0};

    grid_fill(pen->grid, pen->area, view_glyph(pen->options, GLYPH_HORIZONTAL), STYLE_BORDER);
    pen->area.column++;
    pen->area.columns -= 2;
    text_add(&text, " %s ", picture_frame_name(pen->picture, number));
    put(pen, STYLE_HEADING, text_string(&text));
    text_clear(&text);
    if (number > 0)
        text_add(&text, " called in step %" PRIu32 " ", frame.step);
    if (pen->area.columns > grid_text_width(text_string(&text)) + 1) {
        pen->area.column += pen->area.columns - grid_text_width(text_string(&text));
        put(pen, STYLE_DIM, text_string(&text));
    }
    text_finish(&text);
}

/* ---- All of it ---- */

/* How many rows there are, and which one is which: main's frame has one, too, while nothing else is
 * called. */
static size_t count_rows(const struct picture *picture)
{
    return picture->variables.called_count > 0 ? variable_rows(picture)
                                               : variable_rows(picture) + 1;
}

static struct variable_row row_at(const struct picture *picture, size_t number)
{
    if (picture->variables.called_count > 0)
        return variable_row_at(picture, number);
    if (number == 0)
        return (struct variable_row){.is_frame = true};
    return variable_row_at(picture, number - 1);
}

static void draw_row(struct pen *pen, size_t number)
{
    struct variable_row row = row_at(pen->picture, number);

    if (row.is_frame)
        draw_frame(pen, row.frame);
    else
        draw_variable(pen, row.place);
}

/* What stands in place of the first rows; whose frame goes on below them. */
static void add_hidden(const struct picture *picture, size_t hidden, struct text *text)
{
    struct variable_row next = row_at(picture, hidden);
    size_t others = hidden - !next.is_frame;

    text_add(text, " ");
    if (!next.is_frame)
        text_add(text, "%s, ", picture_frame_name(picture, next.frame));
    text_add(text, "%zu row%s more above; see vars", others, others == 1 ? "" : "s");
}

/* Where the row number `at` of those that are shown goes: column by column. */
static struct area cell_of(struct area area, int columns, int at)
{
    enum { GAP = 3 };
    int width = (area.columns - GAP * (columns - 1)) / columns;

    return (struct area){area.row + at % area.rows, area.column + at / area.rows * (width + GAP), 1,
                         width};
}

void stack_draw(struct grid *grid, struct area area, const struct scene *scene,
                const struct view_options *options)
{
    enum { COLUMN_LEAST = 36 };
    int columns = area.columns / COLUMN_LEAST > 1 ? area.columns / COLUMN_LEAST : 1, at = 0;
    size_t total = count_rows(scene->picture);
    size_t shown = (size_t)area.rows * (size_t)columns;
    size_t first = total > shown ? total - shown + 1 : 0;
    struct pen pen = {grid, scene->picture, options, cell_of(area, columns, 0)};
    struct text text = {0};

    if (first > 0) {
        add_hidden(scene->picture, first, &text);
        put(&pen, STYLE_DIM, text_string(&text));
        text_finish(&text);
        at++;
    }
    for (size_t number = first; number < total; number++, at++) {
        pen.area = cell_of(area, columns, at);
        draw_row(&pen, number);
    }
    pen.area = cell_of(area, columns, at);
    if (at < area.rows)
        put(&pen, STYLE_DIM, " grows down, towards the heap");
}

void stack_add_heading(const struct scene *scene, const struct view_options *options,
                       struct area area, struct text *heading)
{
    size_t frames = variables_frames(&scene->picture->variables);
    char size[SIZE_TEXT_MAX];

    (void)options;
    (void)area;
    text_add(heading, ", %zu frame%s, %s bytes", frames, frames == 1 ? "" : "s",
             size_exact(scene->picture->variables.count * WORD_BYTES, size));
}
