/* page.c: see page.h. A table says of each kind of page what is on it. */
#include "base/utf8.h"
#include "view/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "view/block_row.h"
#include "view/costs.h"
#include "view/detail.h"
#include "view/histogram.h"
#include "view/legend.h"
#include "view/map.h"
#include "view/meters.h"
#include "view/page_dump.h"
#include "view/page_memory.h"
#include "view/residency.h"
#include "view/variable_row.h"
#include "view/words.h"

enum { WIDEST = 1000 };

/* ---- Blocks ---- */

static size_t count_blocks_rows(const struct scene *scene, const struct exhibit *exhibit)
{
    (void)exhibit;
    return block_table_count(&scene->picture->blocks) + 1;
}

static void draw_blocks_row(struct page *page, size_t row, struct grid *grid, int at)
{
    if (row == 0) {
        block_row_heading(page->picture, page->options, grid, at);
        return;
    }
    if (row == page->near_row + 1 && page->near_row > 0)
        block_cursor_next(&page->near);
    else if (row != page->near_row)
        page->near = block_table_nth(&page->picture->blocks, row - 1);
    page->near_row = row;
    if (block_cursor_get(&page->near))
        block_row_draw(page->picture, page->options, block_cursor_get(&page->near), grid, at);
}

/* ---- Free lists ---- */

static const char *find_lack_of_lists(const struct scene *scene)
{
    return description_can(&scene->picture->description, KIND_LISTS)
               ? NULL
               : "this heap tells no free lists";
}

/* A row for each block, and one if the list does not end there. */
static size_t free_list_rows(const struct free_list *list)
{
    return list->count + (list->end.how != HG_LIST_ENDED);
}

static size_t count_free_list_rows(const struct scene *scene, const struct exhibit *exhibit)
{
    size_t rows = 1;

    (void)scene;
    if (free_lists_are_unreadable(&exhibit->lists))
        return 2;
    for (uint32_t list = 0; list < exhibit->lists.count; list++)
        rows += free_list_rows(&exhibit->lists.lists[list]);
    return rows;
}

/* How wide the names of lists are that hold anything. */
static int list_name_columns(const struct kind_description *description,
                             const struct free_lists *lists)
{
    int widest = sizeof "bin 64" - 1;

    for (uint32_t list = 0; list < lists->count; list++) {
        int columns = (int)strlen(description_list_name(description, list));

        if (free_list_rows(&lists->lists[list]) > 0 && columns > widest)
            widest = columns;
    }
    return widest;
}

/* What is wrong with how a list ends. */
static void draw_list_end(struct grid *grid, int at, int columns, const char *name,
                          const struct free_list *list)
{
    static const char *const words[] = {
        [HG_LIST_STOPPED] = "goes on",
        [HG_LIST_ENDLESS] = "goes round: it has no end",
        [HG_LIST_UNREADABLE] = "cannot be read: what leads to it was written over",
    };

    if (list->end.how == HG_LIST_LOST)
        grid_print(grid, at, 0, WIDEST, STYLE_NOTICE,
                   "%-*s leads on to %#" PRIx64 ": no free block", columns, name, list->end.link);
    else
        grid_print(grid, at, 0, WIDEST, STYLE_NOTICE, "%-*s %s", columns, name,
                   words[list->end.how]);
}

static void draw_free_list_row(struct page *page, size_t row, struct grid *grid, int at)
{
    const struct picture *picture = page->picture;
    const struct free_lists *lists = &page->exhibit.lists;
    char place[WORDS_PLACE_MAX], size[SIZE_TEXT_MAX];
    const struct block *block;
    int name = list_name_columns(&picture->description, lists);
    uint32_t list = 0;

    if (row == 0) {
        grid_print(grid, at, 0, WIDEST, STYLE_DIM, "%-*s %8s  %-14s %12s", name, "list", "position",
                   "offset", "size");
        return;
    }
    if (free_lists_are_unreadable(lists)) {
        grid_text(grid, at, 0, WIDEST, STYLE_NOTICE,
                  "no list can be read: the heap's own state was written over");
        return;
    }
    for (row--; list < lists->count && row >= free_list_rows(&lists->lists[list]); list++)
        row -= free_list_rows(&lists->lists[list]);
    if (list == lists->count)
        return;
    if (row == lists->lists[list].count) {
        draw_list_end(grid, at, name, description_list_name(&picture->description, list),
                      &lists->lists[list]);
        return;
    }
    block = block_table_get(&picture->blocks, lists->lists[list].items[row]);
    grid_print(grid, at, 0, WIDEST, STYLE_PLAIN, "%-*s %8zu  %-14s %12" PRIu64 "  %s", name,
               description_list_name(&picture->description, list), row,
               words_place(picture, page->options, lists->lists[list].items[row], place),
               block ? block->size : 0, block ? size_short(block->size, size) : "");
}

/* ---- Variables ---- */

static const char *find_lack_of_variables(const struct scene *scene)
{
    return variable_rows(scene->picture) > 0 ? NULL : "there is no variable yet";
}

static size_t count_variables_rows(const struct scene *scene, const struct exhibit *exhibit)
{
    (void)exhibit;
    return variable_rows(scene->picture) + 1;
}

static void draw_variables_row(struct page *page, size_t row, struct grid *grid, int at)
{
    if (row == 0)
        variable_row_heading(grid, at);
    else
        variable_row_draw(page->picture, page->options, row - 1, grid, at);
}

/* ---- Legend ---- */

static size_t count_legend_rows(const struct scene *scene, const struct exhibit *exhibit)
{
    (void)scene;
    (void)exhibit;
    return legend_page_rows();
}

static void draw_legend_row(struct page *page, size_t row, struct grid *grid, int at)
{
    legend_draw_page_row(page->options, row, grid, at);
}

/* ---- Steps ---- */

enum { COMMAND_COLUMNS = 40, ANSWER_COLUMNS = 16, HEAP_COLUMNS = 10 };

static const char *find_lack_of_history(const struct scene *scene)
{
    if (!scene->history)
        return "this heap has no history";
    return scene->history->steps.known > 0 ? NULL : "there is no step yet";
}

static size_t count_steps_rows(const struct scene *scene, const struct exhibit *exhibit)
{
    (void)exhibit;
    return scene->history->steps.known - steps_gone(&scene->history->steps);
}

/* Which steps are not listed, as nobody keeps them. */
static void add_gone(const struct scene *scene, const struct view_options *options,
                     const struct exhibit *exhibit, struct text *text)
{
    size_t gone = steps_gone(&scene->history->steps);

    (void)options;
    (void)exhibit;
    if (gone > 0)
        text_add(text, "Steps 1 to %zu are not kept.\n", gone);
}

static void draw_steps_row(struct page *page, size_t row, struct grid *grid, int at)
{
    const struct steps *steps = &page->history->steps;
    size_t number = steps_gone(steps) + row + 1;
    const struct step *step = steps_at(steps, number);
    struct text command = {0};
    char place[WORDS_PLACE_MAX], size[SIZE_TEXT_MAX];
    const char *answer = "";
    enum style style = number <= steps->count ? STYLE_PLAIN : STYLE_DIM;
    const char *undone = number <= steps->count ? "" : ", undone";
    int column, command_columns;

    history_add_command(page->history, step, &command);
    if (step->result.refused)
        answer = "NULL";
    else if (step->result.usable > 0)
        answer = words_place(page->picture, page->options, step->result.payload, place);
    column = grid_print(grid, at, 0, WIDEST, STYLE_DIM, "%c%5zu  ",
                        number == steps->count && steps->known > steps->count ? '>' : ' ', number);
    command_columns = grid->columns - column - ANSWER_COLUMNS - HEAP_COLUMNS - (int)strlen(undone);
    if (command_columns > COMMAND_COLUMNS)
        command_columns = COMMAND_COLUMNS;
    grid_text_elided(grid, at, column, command_columns, style, text_string(&command),
                     view_glyph(page->options, GLYPH_ELLIPSIS));
    grid_print(grid, at, column + command_columns, WIDEST, style, " %-14s heap %s%s", answer,
               size_short(step->metrics.heap_size, size), undone);
    text_finish(&command);
}

/* ---- Text ---- */

static void draw_line(const struct page *page, size_t row, struct grid *grid, int at)
{
    const char *line = text_string(&page->text);
    struct text copy = {0};

    while (row-- > 0)
        line = strchr(line, '\n') + 1;
    text_add_bytes(&copy, line, strcspn(line, "\n"));
    grid_text(grid, at, 0, WIDEST, STYLE_PLAIN, text_string(&copy));
    text_finish(&copy);
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;

    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* ---- Maps ---- */

static void draw_canvas_row(struct page *page, size_t row, struct grid *grid, int at)
{
    for (int column = 0; column < grid->columns; column++) {
        const struct cell *cell = grid_at(&page->canvas, (int)row, column);

        if (cell)
            *grid_at(grid, at, column) = *cell;
    }
}

static void draw_canvas(struct page *page)
{
    grid_finish(&page->canvas);
    page->canvas = maps_draw(&page->maps, page->options, page->rows_shown, page->columns);
    page->rows = (size_t)page->canvas.rows;
    text_clear(&page->text);
    maps_add_heading(&page->maps, &page->text);
    page->heading = text_string(&page->text);
}

struct page page_of_maps(const struct view_options *options, struct comparison *comparison)
{
    return (struct page){
        .options = options, .draw = draw_canvas_row, .has_maps = true, .maps = maps_of(comparison)};
}

void page_go(struct page *page, size_t step)
{
    maps_go(&page->maps, step);
    page->columns = 0; /* it is to be fitted, and so drawn, anew */
}

/* ---- Fitting ---- */

static void break_lines(struct page *page)
{
    text_clear(&page->text);
    grid_break_lines(text_string(&page->unbroken), page->columns, &page->text);
    page->lines = count_lines(text_string(&page->text));
}

void page_fit(struct page *page, int rows_shown, int columns)
{
    if (page->columns == columns && (!page->has_maps || page->rows_shown == rows_shown))
        return;
    page->rows_shown = rows_shown;
    page->columns = columns;
    if (page->has_maps) {
        draw_canvas(page);
        return;
    }
    if (page->unbroken.length > 0)
        break_lines(page);
    if (page->fit)
        page->fit(page);
    page->rows = page->lines + page->listed;
}

/* ---- Measures ---- */

static void add_measure(struct text *text, const struct measure *measure, uint64_t value)
{
    char buffer[SIZE_TEXT_MAX];

    text_add(text, "%-14s %8s  %14" PRIu64 "  %s\n", measure->name,
             measure->is_count ? "" : size_short(value, buffer), value, measure->meaning);
}

static void add_ratio(struct text *text, double ratio)
{
    if (isnan(ratio))
        text_add(text, "%8s  ", "?");
    else
        text_add(text, "%7.1f%%  ", ratio * 100);
}

static void add_stats(const struct scene *scene, const struct view_options *options,
                      const struct exhibit *exhibit, struct text *text)
{
    const struct metrics *metrics = &scene->picture->metrics;

    (void)exhibit;
    for (unsigned number = 0; measure_at(number); number++) {
        uint64_t value = measure_value(measure_at(number), metrics);

        if (!measure_is_known(measure_at(number), metrics))
            text_add(text, "%-14s %8s  %14s  %s\n", measure_at(number)->name, "", "?",
                     measure_at(number)->meaning);
        else if (value > 0 || !measure_at(number)->is_rare)
            add_measure(text, measure_at(number), value);
    }
    meters_add_served(scene->picture, false, text);
    text_add(text, "%s", text->length > 0 && text->data[text->length - 1] != '\n' ? "\n" : "");
    for (unsigned number = 0; number < RATIOS; number++) {
        text_add(text, "%s%-14s ", number ? "\n" : "", ratio_at(number)->name);
        add_ratio(text, ratio_value(number, metrics));
        meters_add_formula(number, metrics, options, text);
    }
    histogram_add_text(scene->picture, options, text);
    if (scene->history)
        costs_add_text(scene->picture, scene->history, options, text);
}

/* What is known of a block, apart from its bytes below. */
static void add_printed(const struct scene *scene, const struct view_options *options,
                        const struct exhibit *exhibit, struct text *text)
{
    (void)scene;
    (void)options;
    utf8_add_visible(text, (const char *)exhibit->bytes, exhibit->count);
}

static void add_detail(const struct scene *scene, const struct view_options *options,
                       const struct exhibit *exhibit, struct text *text)
{
    detail_add_text(scene, options, exhibit, text);
    text_add(text, "\n");
}

/* ---- All of them ---- */

/* What is on a page: text, and below it a list; it may have the one or the other. What is not here
 * has no page. */
static const struct {
    const char *heading;
    const char *(*find_lack)(const struct scene *scene); /* what is said in its place, or NULL */
    void (*add_text)(const struct scene *scene, const struct view_options *options,
                     const struct exhibit *exhibit, struct text *text);
    size_t (*count_rows)(const struct scene *scene, const struct exhibit *exhibit);
    void (*fit)(struct page *page); /* in place of count_rows, where the columns decide */
    void (*draw_row)(struct page *page, size_t row, struct grid *grid, int at);
    bool opens_at_end; /* the last of it is what is new */
} kinds[EXHIBITS] = {
    [EXHIBIT_BLOCKS] = {.heading = "blocks in address order",
                        .count_rows = count_blocks_rows,
                        .draw_row = draw_blocks_row},
    [EXHIBIT_FREE_LIST] = {.heading = "free lists, head first",
                           .find_lack = find_lack_of_lists,
                           .count_rows = count_free_list_rows,
                           .draw_row = draw_free_list_row},
    [EXHIBIT_STATS] = {.heading = "measures", .add_text = add_stats},
    [EXHIBIT_VARIABLES] = {.heading = "variables",
                           .find_lack = find_lack_of_variables,
                           .count_rows = count_variables_rows,
                           .draw_row = draw_variables_row},
    [EXHIBIT_STEPS] = {.heading = "steps",
                       .find_lack = find_lack_of_history,
                       .add_text = add_gone,
                       .count_rows = count_steps_rows,
                       .draw_row = draw_steps_row},
    [EXHIBIT_DUMP] = {.heading = "bytes; [header] and [footer] in brackets",
                      .fit = page_dump_fit,
                      .draw_row = page_dump_draw},
    [EXHIBIT_DETAIL] = {.heading = "a block; below, its bytes with [header] and [footer]",
                        .add_text = add_detail,
                        .fit = page_dump_fit,
                        .draw_row = page_dump_draw},
    [EXHIBIT_PAGES] = {.heading = "pages: what the kernel has given",
                       .add_text = residency_add_text,
                       .count_rows = page_memory_count_pages,
                       .draw_row = page_memory_draw_pages},
    [EXHIBIT_MEMORY] = {.heading = "memory of the heap process, as the kernel lists it",
                        .add_text = page_memory_add_scale,
                        .count_rows = page_memory_count_figure,
                        .draw_row = page_memory_draw_figure},
    [EXHIBIT_PRINTED] = {.heading = "what the program has printed",
                         .add_text = add_printed,
                         .opens_at_end = true},
    [EXHIBIT_LEGEND] = {.heading = "what colours and signs mean, on the map and among the blocks",
                        .count_rows = count_legend_rows,
                        .draw_row = draw_legend_row},
};

struct page page_of_text(const struct view_options *options, const char *heading, const char *text)
{
    struct page page = {.options = options, .heading = heading};

    text_add(&page.unbroken, "%s", text);
    page_fit(&page, WIDEST, WIDEST);
    return page;
}

struct page page_of_exhibit(const struct scene *scene, const struct view_options *options,
                            const struct exhibit *exhibit)
{
    struct page page = {
        .picture = scene->picture,
        .history = scene->history,
        .options = options,
        .heading = kinds[exhibit->kind].heading,
        .draw = kinds[exhibit->kind].draw_row,
        .fit = kinds[exhibit->kind].fit,
        .opens_at_end = kinds[exhibit->kind].opens_at_end,
    };
    const char *lack =
        kinds[exhibit->kind].find_lack ? kinds[exhibit->kind].find_lack(scene) : NULL;

    if (lack)
        return page_of_text(options, kinds[exhibit->kind].heading, lack);
    page.exhibit = exhibit_copy(exhibit);
    if (kinds[exhibit->kind].count_rows)
        page.listed = kinds[exhibit->kind].count_rows(scene, exhibit);
    if (kinds[exhibit->kind].add_text)
        kinds[exhibit->kind].add_text(scene, options, exhibit, &page.unbroken);
    page_fit(&page, WIDEST, WIDEST);
    return page;
}

void page_draw_row(struct page *page, size_t row, struct grid *grid, int at)
{
    if (row < page->lines)
        draw_line(page, row, grid, at);
    else
        page->draw(page, row - page->lines, grid, at);
}

void page_finish(struct page *page)
{
    exhibit_finish(&page->exhibit);
    maps_finish(&page->maps);
    grid_finish(&page->canvas);
    text_finish(&page->unbroken);
    text_finish(&page->text);
}
