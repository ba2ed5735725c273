/* plain.c: see plain.h. */
#include "report/plain.h"

#include <string.h>

#include "view/grid.h"
#include "view/map.h"
#include "view/meters.h"
#include "view/page.h"

/* Print the first row of a grid, and what may stand around it. */
static void print_row(const struct plain *plain, const struct grid *grid, const char *before,
                      const char *after)
{
    struct text line = {0};

    grid_add_row(grid, 0, &line);
    fprintf(plain->output, "%s%s%s\n", before, text_string(&line), after);
    text_finish(&line);
}

static void print_map(const struct plain *plain)
{
    struct grid grid = grid_create(1, plain->columns - 4);
    struct scene scene = {.session = plain->session};
    struct map_scale scale = map_scale(plain->session, (size_t)grid.columns);

    map_draw(&grid, grid_area(&grid), &scene, &plain->options);
    grid.columns = (int)scale.cells; /* the heap ends where the bracket closes */
    print_row(plain, &grid, "  [", "]");
    grid.columns = plain->columns - 4;
    grid_finish(&grid);
}

static void print_ratios(const struct plain *plain)
{
    const struct metrics *metrics = &plain->session->mirror->metrics;

    for (unsigned number = 0; number < RATIOS; number++) {
        struct text formula = {0};

        meters_add_formula(number, metrics, &plain->options, &formula);
        fprintf(plain->output, "  %s %.1f%% = %s\n", ratio_at(number)->name,
                ratio_value(number, metrics) * 100, text_string(&formula));
        text_finish(&formula);
    }
}

static void print_page(const struct plain *plain, const struct show *show)
{
    enum { PAGE_COLUMNS = 160 };
    struct page page = page_of_show(plain->session, &plain->options, show);
    struct grid grid = grid_create(1, PAGE_COLUMNS);

    for (size_t row = 0; row < page.rows; row++) {
        grid_fill(&grid, grid_area(&grid), ' ', STYLE_PLAIN);
        page.draw(&page, row, &grid, 0);
        print_row(plain, &grid, "  ", "");
    }
    grid_finish(&grid);
    page_finish(&page);
}

static void print_error(const struct plain *plain, const struct outcome *outcome)
{
    const struct location *location = &outcome->location;

    fflush(plain->output);
    if (location->file)
        fprintf(plain->errors, "%s:%u:%d: %s\n", location->file, location->line, outcome->column,
                outcome->error);
    else
        fprintf(plain->errors, "error: %s\n", outcome->error);
    if (outcome->column > 0 && grid_text_width(outcome->line) < plain->columns)
        fprintf(plain->errors, "  %s\n  %*s^\n", outcome->line,
                grid_prefix_width(outcome->line, (size_t)outcome->column - 1), "");
}

void plain_report(struct plain *plain, const struct outcome *outcome)
{
    if (outcome->notice[0])
        fprintf(plain->output, "note: %s\n", outcome->notice);
    if (!outcome->ok) {
        print_error(plain, outcome);
        return;
    }
    if (outcome->step) {
        fprintf(plain->output, "%zu  %s\n  %s\n", plain->session->steps.count, outcome->command,
                outcome->text);
        print_map(plain);
        print_ratios(plain);
    } else if (outcome->text[0]) {
        fprintf(plain->output, "%s\n", outcome->text);
    }
    if (outcome->show.kind == SHOW_MAP)
        print_map(plain);
    else if (outcome->show.kind != SHOW_NOTHING)
        print_page(plain, &outcome->show);
}
