/* plain.c: see plain.h. */
#include "report/plain.h"

#include <math.h>
#include <string.h>

#include "session/block_cells.h"
#include "view/changes.h"
#include "view/grid.h"
#include "view/map.h"
#include "view/map_damage.h"
#include "view/markup.h"
#include "view/meters.h"
#include "view/page.h"
#include "view/ribbon.h"
#include "view/words.h"

void plain_finish(struct plain *plain)
{
    text_finish(&plain->text);
    grid_finish(&plain->row);
}

/* Print the text that is kept. */
static void print(struct plain *plain)
{
    fwrite(text_string(&plain->text), 1, plain->text.length, plain->output);
    text_clear(&plain->text);
}

/* Add the first row of a grid, and what may stand around it. */
static void add_row(const struct grid *grid, const char *before, const char *after,
                    struct text *text)
{
    text_add_string(text, before);
    grid_add_row(grid, 0, text);
    text_add_string(text, after);
    text_add_bytes(text, "\n", 1);
}

int plain_map_columns(const struct plain *plain)
{
    return plain->columns - 4; /* without the brackets, and the blanks before them */
}

static struct scene scene_of(const struct plain *plain)
{
    return (struct scene){.picture = &plain->session->mirror->picture,
                          .history = plain->session->history,
                          .outlook = &plain->show->outlook,
                          .focus = NO_FOCUS};
}

/* Returns what of the heap it shows. */
static struct window add_map(struct plain *plain)
{
    struct scene scene = scene_of(plain);
    struct window window;
    struct grid row;

    if (!plain->row.cells)
        plain->row = grid_create(1, plain_map_columns(plain));
    window = map_window(&scene, grid_area(&plain->row), &plain->options);
    if (window.low == 0) /* all of the heap, which is going to be drawn after each step */
        block_cells_keep(&plain->session->mirror->picture.blocks, window.cell_bytes);
    map_draw(&plain->row, grid_area(&plain->row), &scene, &plain->options);
    row = plain->row;
    row.columns = (int)window.cells * window.cell_columns; /* there the bracket closes */
    add_row(&row, "  [", "]", &plain->text);
    return window;
}

static void print_ribbon(struct plain *plain)
{
    struct grid grid = grid_create(RIBBON_ROWS, plain->columns - 4);
    struct scene scene = scene_of(plain);

    scene.focus = plain->show->outlook.focus;
    ribbon_draw(&grid, grid_area(&grid), &scene, &plain->options);
    for (int row = 0; row < grid.rows; row++) {
        text_add_string(&plain->text, "  ");
        grid_add_row(&grid, row, &plain->text);
        text_add_string(&plain->text, "\n");
    }
    print(plain);
    grid_finish(&grid);
}

/* In one line, those that a heap does not tell. */
static void add_untold_ratios(const struct metrics *metrics, struct text *text)
{
    unsigned untold = 0;

    for (unsigned number = 0; number < RATIOS; number++) {
        if (isnan(ratio_value(number, metrics)))
            text_add(text, "%s%s", untold++ > 0 ? ", " : "  ", ratio_at(number)->name);
    }
    if (untold > 0)
        text_add(text, " ? = this heap does not tell %s\n", untold > 1 ? "them" : "it");
}

static void add_ratios(struct plain *plain)
{
    const struct metrics *metrics = &plain->session->mirror->picture.metrics;
    struct text *text = &plain->text;

    add_untold_ratios(metrics, text);
    for (unsigned number = 0; number < RATIOS; number++) {
        if (isnan(ratio_value(number, metrics)))
            continue;
        text_add_string(text, "  ");
        text_add_string(text, ratio_at(number)->name);
        text_add_string(text, " ");
        ratio_add(text, ratio_value(number, metrics));
        text_add_string(text, " = ");
        meters_add_formula(number, metrics, &plain->options, text);
        text_add_string(text, "\n");
    }
}

static void print_page(struct plain *plain, const struct exhibit *exhibit)
{
    enum { PAGE_COLUMNS = 160 };
    struct scene scene = scene_of(plain);
    struct page page = page_of_exhibit(&scene, &plain->options, exhibit);
    struct grid grid = grid_create(1, PAGE_COLUMNS);

    for (size_t row = 0; row < page.rows; row++) {
        grid_fill(&grid, grid_area(&grid), ' ', STYLE_PLAIN);
        page_draw_row(&page, row, &grid, 0);
        add_row(&grid, "  ", "", &plain->text);
    }
    print(plain);
    grid_finish(&grid);
    page_finish(&page);
}

/* Print text of which parts may come from the user, harmless to a terminal. */
static void print_text(const struct plain *plain, FILE *output, const char *before,
                       const char *string)
{
    struct text text = {0};

    words_add_text(string, &plain->options, &text);
    fprintf(output, "%s%s\n", before, text_string(&text));
    text_finish(&text);
}

void plain_echo(const struct plain *plain, const char *answer)
{
    print_text(plain, plain->output, "answer> ", answer);
}

static void print_error(const struct plain *plain, const struct outcome *outcome)
{
    struct text text = {0};

    fflush(plain->output);
    if (outcome->location.file)
        outcome_add_place(outcome, &text);
    else
        text_add_string(&text, "error: ");
    text_add_string(&text, outcome->error);
    print_text(plain, plain->errors, "", text_string(&text));
    text_clear(&text);
    words_add_error_line(outcome->line, outcome->column, plain->columns, &text);
    if (text.length > 0)
        fprintf(plain->errors, "%s\n", text_string(&text));
    text_finish(&text);
}

/* What the signs on the map mean, and which part of the heap a zoomed one shows. */
static void add_legend(struct plain *plain, struct window window)
{
    struct text *text = &plain->text;
    const struct picture *picture = &plain->session->mirror->picture;
    char low[WORDS_PLACE_MAX], high[WORDS_PLACE_MAX];
    size_t length = text->length;

    if (window.low > 0 || window.high < picture->metrics.heap_size)
        text_add(text, "  %s to %s", words_place(picture, &plain->options, window.low, low),
                 words_place(picture, &plain->options, window.high, high));
    changes_add_legend(picture, text);
    map_damage_add_legend(picture, text);
    if (text->length > length)
        text_add_string(text, "\n");
}

static void print_step(struct plain *plain, const struct outcome *outcome)
{
    struct text *text = &plain->text;

    if (!outcome->imagined) {
        text_add_number(text, plain->session->history->steps.count);
        text_add_string(text, "  ");
    }
    text_add_string(text, outcome->command);
    if (outcome->c_form)
        text_add(text, "   %s  ", outcome->c_form);
    words_add_cost(&plain->session->mirror->picture, outcome->step, &plain->options, text);
    text_add_string(text, outcome->imagined ? "\n  what if: " : "\n  ");
    words_add_text(outcome->text, &plain->options, text);
    text_add_string(text, "\n");
    add_legend(plain, add_map(plain));
    add_ratios(plain);
    print(plain);
}

static void print_map(struct plain *plain)
{
    add_map(plain);
    print(plain);
}

/* Print the user's own words, broken between words. */
static void print_said(const struct plain *plain, const struct outcome *outcome)
{
    struct text words = {0}, lines = {0};

    markup_add_plain(outcome->text, &words);
    if (outcome->said == SAID_SECTION)
        text_add(&lines, "\n-- %s --", text_string(&words));
    else
        grid_break_lines(text_string(&words), plain->columns, &lines);
    if (outcome->said == SAID_TITLE) {
        text_add(&lines, "\n");
        text_add_repeated(&lines, "=", (size_t)grid_text_width(text_string(&words)));
    }
    print_text(plain, plain->output, "", text_string(&lines));
    text_finish(&words);
    text_finish(&lines);
}

/* Print what has been done, and what there is to see. */
static void print_success(struct plain *plain, const struct outcome *outcome)
{
    enum exhibit_kind kind = outcome_exhibit_kind(outcome);

    if (outcome->step)
        print_step(plain, outcome);
    else if (outcome->said)
        print_said(plain, outcome);
    else if (outcome->text[0])
        print_text(plain, plain->output, "", outcome->text);
    if (kind == EXHIBIT_MAP)
        print_map(plain);
    else if (kind == EXHIBIT_RIBBON)
        print_ribbon(plain);
    else if (kind != EXHIBIT_NOTHING)
        print_page(plain, outcome->exhibit);
}

static void print_imagined(const struct plain *plain, const struct outcome *outcome)
{
    struct plain imagining = *plain;

    imagining.session = outcome->imagined->session;
    imagining.show = &outcome->imagined->show;
    imagining.text = (struct text){0};
    imagining.row = (struct grid){0};
    print_success(&imagining, outcome);
    plain_finish(&imagining);
}

void plain_report(struct plain *plain, const struct outcome *outcome)
{
    if (outcome->notice[0])
        print_text(plain, plain->output, "note: ", outcome->notice);
    if (!outcome->ok)
        print_error(plain, outcome);
    else if (outcome->imagined)
        print_imagined(plain, outcome);
    else
        print_success(plain, outcome);
}
