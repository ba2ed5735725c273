/* variable_row.c: see variable_row.h. */
#include "view/variable_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/size.h"
#include "view/words.h"

enum { NAME_COLUMNS = 16, WIDEST = 1000 };

/* ---- Which row is which ---- */

size_t variable_rows(const struct picture *picture)
{
    const struct variables *variables = &picture->variables;

    return variables->named_count + (variables->called_count > 0 ? variables_frames(variables) : 0);
}

struct variable_row variable_row_at(const struct picture *picture, size_t number)
{
    const struct variables *variables = &picture->variables;
    size_t low = 0, high = variables_frames(variables);

    if (variables->called_count == 0)
        return (struct variable_row){.place = variables->named[number]};
    while (high - low > 1) { /* a frame's row stands behind those of the frames before it */
        size_t middle = low + (high - low) / 2;

        if (variables_frame(variables, middle).named + middle <= number)
            low = middle;
        else
            high = middle;
    }
    if (variables_frame(variables, low).named + low == number)
        return (struct variable_row){.is_frame = true, .frame = low};
    return (struct variable_row){.place = variables->named[number - low - 1], .frame = low};
}

/* ---- What a variable holds ---- */

enum { AMOUNT_MAX = SIZE_TEXT_MAX + sizeof " bytes" };

static const char *amount(uint64_t bytes, char buffer[AMOUNT_MAX])
{
    char size[SIZE_TEXT_MAX];

    snprintf(buffer, AMOUNT_MAX, "%s%s", size_short(bytes, size),
             bytes == 1     ? " byte"
             : bytes < 1024 ? " bytes"
                            : "");
    return buffer;
}

static enum style add_payload(const struct picture *picture, const struct variable *variable,
                              struct text *text)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, variable->target);
    uint64_t distance = variable->payload - allocation->payload;
    char size[SIZE_TEXT_MAX];

    if (distance > 0)
        text_add(text, "%" PRIu64 " byte%s into ", distance, distance == 1 ? "" : "s");
    text_add(text, "%s, allocated in step %" PRIu32, size_short(allocation->requested, size),
             allocation->born);
    if (!allocation->twice)
        return STYLE_PLAIN;
    text_add(text, ": handed out twice");
    return STYLE_NOTICE;
}

/* What lies where a pointer to the stack points. */
static void add_stack_place(const struct picture *picture, uint64_t payload, struct text *text)
{
    const struct variables *variables = &picture->variables;
    uint64_t distance;
    uint32_t place;

    if (!picture_own(picture, payload, &place, &distance)) {
        text_add(text, "a frame on the stack");
        return;
    }
    text_add(text, "%s", picture_own_name(picture, place));
    if (distance > 0)
        text_add(text, "+%" PRIu64, distance);
    text_add(text, " in %s's frame",
             picture_frame_name(picture, variables_frame_of(variables, place)));
}

static void add_dangling(const struct picture *picture, const struct variable *variable,
                         struct text *text)
{
    uint32_t ignored;

    text_add(text, "dangling: %s in step %" PRIu32,
             picture_place_of(picture, variable->payload, &ignored) ? "its frame was popped"
                                                                    : "freed",
             variable->freed_in);
}

static void add_data(const struct picture *picture, const struct view_options *options,
                     uint32_t place, struct text *text)
{
    const struct variable *variable = variables_get(&picture->variables, place);
    char at[WORDS_PLACE_MAX], size[AMOUNT_MAX];

    text_add(text, "%-14s %s of stack data",
             words_place(picture, options, picture_offset_of(picture, place), at),
             amount(variable->bytes, size));
    if (variable->bytes == WORD_BYTES)
        text_add(text, ", never given a pointer");
}

/* Append what a variable holds, and what is there ("+0x0040  10M, allocated in step 1"); returns in
 * what style it is to be read. */
static enum style add_value(const struct picture *picture, const struct view_options *options,
                            uint32_t place, struct text *text)
{
    const struct variable *variable = variables_get(&picture->variables, place);
    enum variable_state state = variable_state(variable);
    char at[WORDS_PLACE_MAX];

    if (state == VARIABLE_NULL) {
        text_add(text, "NULL");
        return STYLE_PLAIN;
    }
    if (state == VARIABLE_DATA) {
        add_data(picture, options, place, text);
        return STYLE_PLAIN;
    }
    text_add(text, "%-14s ", words_place(picture, options, variable->payload, at));
    switch (state) {
    case VARIABLE_LIVE:
    case VARIABLE_INTERIOR: return add_payload(picture, variable, text);
    case VARIABLE_STACK: add_stack_place(picture, variable->payload, text); break;
    case VARIABLE_DANGLING: add_dangling(picture, variable, text); return STYLE_NOTICE;
    case VARIABLE_WILD: text_add(text, "wild: to nothing that is known"); return STYLE_NOTICE;
    case VARIABLE_NULL:
    case VARIABLE_DATA: break;
    }
    return STYLE_PLAIN;
}

/* Append how large the stack data is of which this is the first slot. */
static void add_extent(const struct variable *variable, struct text *text)
{
    char size[AMOUNT_MAX];

    if (variable->bytes > 0 && variable_state(variable) != VARIABLE_DATA)
        text_add(text, "; the first of %s of stack data", amount(variable->bytes, size));
}

/* ---- Rows ---- */

static void draw_frame(const struct picture *picture, size_t number, struct grid *grid, int at)
{
    const struct variables *variables = &picture->variables;
    struct frame frame = variables_frame(variables, number);
    uint64_t words = variables_frame_end(variables, number) - frame.first;
    char size[AMOUNT_MAX];

    if (number == 0)
        grid_print(grid, at, 0, WIDEST, STYLE_DIM, "main's frame: %s",
                   amount(words * WORD_BYTES, size));
    else
        grid_print(grid, at, 0, WIDEST, STYLE_DIM, "%s's frame: %s, called in step %" PRIu32,
                   picture_frame_name(picture, number), amount(words * WORD_BYTES, size),
                   frame.step);
}

void variable_row_heading(struct grid *grid, int at)
{
    grid_print(grid, at, 0, WIDEST, STYLE_DIM, "%-*s %s", NAME_COLUMNS, "name", "points to");
}

void variable_row_draw(const struct picture *picture, const struct view_options *options,
                       size_t number, struct grid *grid, int at)
{
    struct variable_row row = variable_row_at(picture, number);
    int indent = picture->variables.called_count > 0 ? 2 : 0;
    struct text text = {0};
    enum style style;

    if (row.is_frame) {
        draw_frame(picture, row.frame, grid, at);
        return;
    }
    grid_text_elided(grid, at, indent, NAME_COLUMNS, STYLE_STRONG, picture_name(picture, row.place),
                     view_glyph(options, GLYPH_ELLIPSIS));
    style = add_value(picture, options, row.place, &text);
    add_extent(variables_get(&picture->variables, row.place), &text);
    grid_text_elided(grid, at, indent + NAME_COLUMNS + 1, grid->columns - indent - NAME_COLUMNS - 1,
                     style, text_string(&text), view_glyph(options, GLYPH_ELLIPSIS));
    text_finish(&text);
}
