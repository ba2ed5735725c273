/* block_row.c: see block_row.h. */
#include "view/block_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "view/map.h"
#include "view/words.h"

enum field { OFFSET, SIZE, KIND, NAME, REQUESTED, HEADER, PADDING, FOOTER, FIELDS };

enum { VALUE_MAX = 64, LEAST_NAME = 4, MOST_NAME = 24 };

static const char *const headings[FIELDS] = {"offset",    "size",   "kind",    "name",
                                             "requested", "header", "padding", "footer"};
static const char *const short_headings[FIELDS] = {"offset", "size", "kind", "name",
                                                   "req.",   "hdr",  "pad",  "ftr"};

/* How wide the fields are; 0 for one that is left out. */
struct form {
    int widths[FIELDS], gap;
    bool is_short;   /* sizes are rounded, headings abbreviated */
    bool is_unasked; /* nobody knows what was requested */
};

static int columns_taken(const struct form *form)
{
    int columns = -form->gap;

    for (int field = 0; field < FIELDS; field++)
        columns += form->widths[field] ? form->widths[field] + form->gap : 0;
    return columns;
}

static int wider(int width, const char *text)
{
    return (int)strlen(text) > width ? (int)strlen(text) : width;
}

/* Fields wide enough for every block of the heap; names have the least they can do with. */
static struct form measure(const struct picture *picture, const struct view_options *options,
                           bool is_short)
{
    static const char longest_short[] = "99.9M";
    uint64_t end = picture->metrics.heap_size;
    struct form form = {.gap = 1, .is_short = is_short, .is_unasked = picture->metrics.is_unasked};
    char place[WORDS_PLACE_MAX], size[VALUE_MAX];

    snprintf(size, sizeof size, "%" PRIu64, end);
    for (int field = 0; field < FIELDS; field++)
        form.widths[field] = (int)strlen((is_short ? short_headings : headings)[field]);
    form.widths[OFFSET] = wider(form.widths[OFFSET], words_place(picture, options, end, place));
    form.widths[SIZE] = wider(form.widths[SIZE], is_short ? longest_short : size);
    form.widths[REQUESTED] = wider(form.widths[REQUESTED], is_short ? longest_short : size);
    form.widths[PADDING] = wider(form.widths[PADDING], is_short ? longest_short : "");
    form.widths[KIND] = (int)strlen("bookkeeping");
    form.widths[NAME] = LEAST_NAME;
    return form;
}

/* The best form for a table of so many columns. */
static struct form choose_form(const struct picture *picture, const struct view_options *options,
                               int columns)
{
    static const enum field dispensable[] = {FOOTER, KIND};
    struct form form = measure(picture, options, false);
    int spare;

    for (size_t i = 0; i < 2 && columns_taken(&form) > columns; i++)
        form.widths[dispensable[i]] = 0;
    if (columns_taken(&form) > columns) {
        form = measure(picture, options, true);
        form.widths[FOOTER] = form.widths[KIND] = 0;
        if (columns_taken(&form) > columns)
            form.widths[REQUESTED] = 0;
    }
    spare = columns - columns_taken(&form);
    if (spare >= FIELDS) {
        form.gap = 2;
        spare = columns - columns_taken(&form);
    }
    if (spare > 0)
        form.widths[NAME] += spare < MOST_NAME - LEAST_NAME ? spare : MOST_NAME - LEAST_NAME;
    return form;
}

/* ---- Drawing ---- */

static bool is_text(enum field field)
{
    return field == OFFSET || field == KIND || field == NAME;
}

/* A pen that goes along a row. */
struct pen {
    struct grid *grid;
    int row, column;
    const struct view_options *options;
};

/* Write a field: words to the left of it, numbers to the right. */
static void write_field(struct pen *pen, const struct form *form, enum field field,
                        enum style style, const char *value)
{
    int width = form->widths[field], indent = is_text(field) ? 0 : width - grid_text_width(value);

    if (width == 0)
        return;
    if (field == KIND)
        grid_fill(pen->grid, (struct area){pen->row, pen->column, 1, width}, ' ', style);
    grid_text_elided(pen->grid, pen->row, pen->column + indent, width - indent, style, value,
                     view_glyph(pen->options, GLYPH_ELLIPSIS));
    pen->column += width + form->gap;
}

static void add_number(const struct form *form, enum field field, uint64_t number,
                       char value[VALUE_MAX])
{
    char size[SIZE_TEXT_MAX];
    bool is_rounded = form->is_short && field != HEADER && field != FOOTER;

    if (is_rounded)
        snprintf(value, VALUE_MAX, "%s", size_short(number, size));
    else
        snprintf(value, VALUE_MAX, "%" PRIu64, number);
}

/* What a block has to say in a field; nothing where that makes no sense. */
static void write_value(const struct form *form, const struct block *block, enum field field,
                        char value[VALUE_MAX])
{
    bool is_used = block->kind == HG_KIND_USED, has_tags = is_used || block->kind == HG_KIND_FREE;

    value[0] = '\0';
    if (form->is_unasked && is_used && (field == REQUESTED || field == PADDING))
        snprintf(value, VALUE_MAX, "?");
    else if (field == SIZE)
        add_number(form, field, block->size, value);
    else if (field == KIND)
        snprintf(value, VALUE_MAX, "%s", block_kind_word(block));
    else if (field == REQUESTED && is_used)
        add_number(form, field, block->requested, value);
    else if (field == HEADER && has_tags)
        add_number(form, field, block->header, value);
    else if (field == PADDING && is_used)
        add_number(form, field, block_padding(block), value);
    else if (field == FOOTER && has_tags)
        add_number(form, field, block->footer, value);
}

void block_row_heading(const struct picture *picture, const struct view_options *options,
                       struct grid *grid, int at)
{
    struct form form = choose_form(picture, options, grid->columns);
    struct pen pen = {grid, at, 0, options};

    for (int field = 0; field < FIELDS; field++)
        write_field(&pen, &form, (enum field)field, STYLE_DIM,
                    (form.is_short ? short_headings : headings)[field]);
}

void block_row_draw(const struct picture *picture, const struct view_options *options,
                    const struct block *block, struct grid *grid, int at)
{
    struct form form = choose_form(picture, options, grid->columns);
    struct pen pen = {grid, at, 0, options};
    char place[WORDS_PLACE_MAX], value[VALUE_MAX];
    bool is_named = block->kind == HG_KIND_USED || form.widths[KIND] == 0;
    enum style kind_style = map_block_style(picture, block);

    for (int number = 0; number < FIELDS; number++) {
        enum field field = (enum field)number;

        write_value(&form, block, field, value);
        if (field == OFFSET)
            write_field(&pen, &form, field, STYLE_PLAIN,
                        words_place(picture, options, block->at, place));
        else if (field == NAME)
            write_field(&pen, &form, field, form.widths[KIND] ? STYLE_STRONG : kind_style,
                        is_named ? words_block(picture, block) : "");
        else
            write_field(&pen, &form, field, field == KIND ? kind_style : STYLE_PLAIN, value);
    }
}
