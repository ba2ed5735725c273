/* code.c: see code.h. */
#include "view/code.h"

#include <inttypes.h>

enum {
    NUMBER_COLUMNS = 7, /* a mark, the line's number, and a blank */
    STEPS_COLUMNS = 38,
    LEAST_COLUMNS = 88, /* for text and steps side by side */
};

/* The first of `count` things that are seen in so many rows, so that number `at`, from 1 on, is
 * among them, as near to the middle as can be. */
static size_t first_seen(size_t at, size_t count, int rows)
{
    size_t room = (size_t)rows, before = room / 2;

    if (count <= room || at <= before + 1)
        return 1;
    return at - before + room - 1 <= count ? at - before : count - room + 1;
}

static void draw_text(struct grid *grid, struct area area, const struct sources *sources,
                      const struct view_options *options)
{
    size_t count = sources_line_count(sources, sources->now);
    size_t here = sources_line_number(sources, sources->now);
    size_t first = first_seen(here, count, area.rows);

    for (int row = 0; row < area.rows && first + (size_t)row <= count; row++) {
        size_t line = first + (size_t)row;
        enum style style = line == here ? STYLE_STRONG : STYLE_PLAIN;

        grid_print(grid, area.row + row, area.column, NUMBER_COLUMNS,
                   line == here ? STYLE_STRONG : STYLE_DIM, "%c%5zu", line == here ? '>' : ' ',
                   line);
        grid_text_elided(
            grid, area.row + row, area.column + NUMBER_COLUMNS, area.columns - NUMBER_COLUMNS,
            style, sources_line(sources, sources->now, line), view_glyph(options, GLYPH_ELLIPSIS));
    }
}

/* Draw the step number `number`: which line it is, and what it does. */
static void draw_step(struct grid *grid, struct area area, const struct history *history,
                      size_t number, const struct view_options *options)
{
    const struct step *step = steps_at(&history->steps, number);
    enum style style = number == history->steps.count  ? STYLE_STRONG
                       : number < history->steps.count ? STYLE_PLAIN
                                                       : STYLE_DIM;
    struct text text = {0};

    text_add(&text, "%c%4zu ", number == history->steps.count ? '>' : ' ', number);
    if (step->mark)
        text_add(&text, "%4" PRIu32 "  ", sources_line_number(&history->sources, step->mark));
    else
        text_add(&text, "%6s", "");
    history_add_command(history, step, &text);
    grid_text_elided(grid, area.row, area.column, area.columns, style, text_string(&text),
                     view_glyph(options, GLYPH_ELLIPSIS));
    grid_link(grid, area, LINK_STEP, number, 0);
    text_finish(&text);
}

static void draw_steps(struct grid *grid, struct area area, const struct history *history,
                       const struct view_options *options)
{
    size_t known = history->steps.known;
    size_t first = first_seen(history->steps.count, known, area.rows - 1);

    grid_text(grid, area.row, area.column, area.columns, STYLE_DIM, " step line");
    for (int row = 1; row < area.rows && first + (size_t)row - 1 <= known; row++)
        draw_step(grid, (struct area){area.row + row, area.column, 1, area.columns}, history,
                  first + (size_t)row - 1, options);
}

void code_draw(struct grid *grid, struct area area, const struct scene *scene,
               const struct view_options *options)
{
    const struct history *history = scene->history;
    bool has_steps = history && area.columns >= LEAST_COLUMNS;
    struct area left = area, right = area;

    if (area.columns <= NUMBER_COLUMNS || area.rows < 1)
        return;
    if (has_steps) {
        right.columns = STEPS_COLUMNS;
        right.column = area.column + area.columns - STEPS_COLUMNS;
        left.columns = area.columns - STEPS_COLUMNS - 1;
        draw_steps(grid, right, history, options);
    }
    if (history && history->sources.now)
        draw_text(grid, left, &history->sources, options);
    else
        grid_text(
            grid, left.row, left.column, left.columns, STYLE_DIM,
            "no line belongs to this step; 'code FILE:LINE' says which one the next ones are");
}
