/* stage.c: see stage.h. */
#include "terminal/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "terminal/display.h"
#include "view/map.h"
#include "view/markup.h"

void stage_init(struct stage *stage, struct session *session, struct show *show,
                const struct view_options *options)
{
    *stage =
        (struct stage){.session = session, .show = show, .options = *options, .is_stale = true};
    stage->scene = (struct scene){.lists = &stage->lists};
}

void stage_finish(struct stage *stage)
{
    stage_close_page(stage);
    free_lists_finish(&stage->lists);
    pages_finish(&stage->pages);
    space_finish(&stage->space);
    grid_finish(&stage->drawn);
    text_finish(&stage->heading);
    text_finish(&stage->part);
    text_finish(&stage->full_heading);
    text_finish(&stage->caption);
    text_finish(&stage->text);
}

/* ---- Messages ---- */

void stage_say(struct stage *stage, enum style style, const char *heading)
{
    text_clear(&stage->heading);
    text_clear(&stage->text);
    stage_add(&stage->heading, heading);
    stage->style = style;
}

void stage_add(struct text *text, const char *string)
{
    utf8_add_visible(text, string, strlen(string));
}

void stage_add_note(struct stage *stage, const char *note)
{
    struct text text = {0};

    text_add(&text, "Note: ");
    stage_add(&text, note);
    text_add(&text, ".\n%s", text_string(&stage->text));
    text_finish(&stage->text);
    stage->text = text;
}

static struct message message_of(struct stage *stage)
{
    struct text *heading = &stage->full_heading;

    text_clear(heading);
    text_add(heading, "%s", text_string(&stage->part));
    if (stage->part.length > 0 && stage->heading.length > 0)
        text_add(heading, ": ");
    text_add(heading, "%s", text_string(&stage->heading));
    return (struct message){.heading = text_string(heading),
                            .caption = text_string(&stage->caption),
                            .text = text_string(&stage->text),
                            .style = stage->style,
                            .is_presented = stage->show->outlook.choice.is_presented};
}

/* ---- Pages ---- */

void stage_close_page(struct stage *stage)
{
    if (stage->has_page)
        page_finish(&stage->page);
    stage->has_page = false;
}

/* Fit the page to the display, and keep it within its rows. */
static void fit_page(struct stage *stage)
{
    int rows, columns;
    size_t shown, last;

    if (!stage->has_page || stage->is_fitting)
        return;
    display_size(&rows, &columns);
    shown = (size_t)screen_page_rows(rows);
    stage->is_fitting = true;
    if (stage->page.has_maps)
        comparison_go(&stage->page.maps.comparison, stage->page.maps.step);
    page_fit(&stage->page, (int)shown, screen_page_columns(columns, &stage->page));
    stage->is_fitting = false;
    last = stage->page.rows > shown ? stage->page.rows - shown : 0;
    if (stage->page_top > last)
        stage->page_top = last;
}

void stage_open_page(struct stage *stage, struct page page)
{
    stage_close_page(stage);
    stage->page = page;
    stage->page_top = page.opens_at_end ? page.rows : 0;
    stage->has_page = true;
    fit_page(stage);
}

void stage_open_long_message(struct stage *stage)
{
    struct message message = message_of(stage);
    struct text text = {0};
    int rows, columns;

    display_size(&rows, &columns);
    if (screen_message_fits(rows, columns, &stage->show->outlook.choice, &message))
        return;
    markup_add_plain(message.caption, &text);
    text_add(&text, "%s%s", stage->caption.length ? "\n" : "", message.text);
    stage_open_page(stage, page_of_text(&stage->options,
                                        stage->heading.length ? message.heading : "message",
                                        text_string(&text)));
    text_finish(&text);
}

void stage_scroll_rows(struct stage *stage, int rows)
{
    size_t distance = (size_t)(rows < 0 ? -rows : rows);

    if (rows > 0)
        stage->page_top += distance;
    else
        stage->page_top -= distance < stage->page_top ? distance : stage->page_top;
    fit_page(stage);
}

void stage_scroll_pages(struct stage *stage, int pages)
{
    int rows, columns;

    display_size(&rows, &columns);
    stage_scroll_rows(stage, pages * screen_page_rows(rows));
}

void stage_step_maps(struct stage *stage, int direction)
{
    size_t step = stage->page.maps.step;

    if (direction > 0)
        page_go(&stage->page, step + 1);
    else if (step > 0)
        page_go(&stage->page, step - 1);
}

/* ---- Views ---- */

/* The session that is drawn. */
static struct session *drawn(const struct stage *stage)
{
    return stage->imagined ? stage->imagined->session : stage->session;
}

/* What is looked at of it. */
static struct outlook *outlook_of(const struct stage *stage)
{
    return stage->imagined ? &stage->imagined->show.outlook : &stage->show->outlook;
}

/* Let the scene be of what is drawn. Reading may have replaced the heap process, and so the
 * picture: this comes after it. */
static void set_scene(struct stage *stage)
{
    const struct session *session = drawn(stage);

    stage->scene.picture = &session->mirror->picture;
    stage->scene.history = session->history;
    stage->scene.outlook = outlook_of(stage);
    stage->scene.focus = stage->scene.outlook->focus;
}

void stage_move_focus(struct stage *stage, int direction)
{
    const struct picture *picture = &drawn(stage)->mirror->picture;
    struct outlook *outlook = outlook_of(stage);
    struct block_cursor cursor = block_table_find(&picture->blocks, outlook->focus);

    if (direction > 0)
        block_cursor_next(&cursor);
    else
        block_cursor_previous(&cursor);
    if (block_cursor_get(&cursor))
        outlook_look_at(outlook, picture->metrics.heap_size, block_cursor_get(&cursor)->at);
}

void stage_imagine(struct stage *stage, struct imagined *imagined)
{
    stage->imagined = imagined;
    stage->scene.is_imagined = imagined;
    stage->is_stale = true;
}

void stage_visit(struct stage *stage, struct session *session, struct show *show)
{
    stage_close_page(stage); /* it may look into what goes */
    stage_imagine(stage, NULL);
    stage->session = session;
    stage->show = show;
}

void stage_focus(struct stage *stage, uint64_t at)
{
    outlook_look_at(&stage->show->outlook, stage->session->mirror->picture.metrics.heap_size, at);
}

void stage_move_focus_by_row(struct stage *stage, int direction)
{
    const struct block_table *blocks = &stage->session->mirror->picture.blocks;
    const struct block *here = block_table_get(blocks, stage->show->outlook.focus), *there;
    int rows, columns;
    struct area map;

    if (!here)
        return;
    display_size(&rows, &columns);
    set_scene(stage);
    columns = screen_panel_columns(columns, stage->has_page ? &stage->page : NULL);
    map = screen_map(rows, columns, &stage->show->outlook);
    there = here;
    if (map.rows > 0)
        there = block_table_get(
            blocks, map_row_away(&stage->scene, map, &stage->options, here->at, direction));
    if (there == here)
        stage_move_focus(stage, direction);
    else if (there)
        stage_focus(stage, there->at);
}

enum link stage_link_at(const struct stage *stage, int row, int column, uint64_t *ret_to)
{
    const struct cell *cell = grid_at(&stage->drawn, row, column);

    if (!cell)
        return LINK_NONE;
    *ret_to = cell->to;
    return (enum link)cell->link;
}

/* Read what the views need beyond the picture, if a command may have changed it. When the heap
 * process does not answer, its end is noticed elsewhere. */
static void refresh_lists(struct stage *stage)
{
    struct session *session = drawn(stage);
    struct free_lists lists = {0};
    struct error ignored;

    if (!stage->is_stale)
        return;
    stage->is_stale = !session_read_lists(session, STAGE_LIST_MOST, &lists, &ignored) &&
                      target_failure(session->mirror->target)->kind == TARGET_STOPPED;
    if (stage->is_stale)
        return; /* the views go on showing the heap as it was */
    free_lists_finish(&stage->lists);
    stage->lists = lists;
}

static bool shows(const struct stage *stage, enum panel panel)
{
    return !(panels_hidden(&outlook_of(stage)->choice) & 1u << panel);
}

/* Read what the kernel says, for the panels that show it; from then on each step notes its pages.
 */
static void refresh_memory(struct stage *stage)
{
    struct session *session = drawn(stage);
    struct error ignored;

    pages_finish(&stage->pages);
    space_finish(&stage->space);
    stage->scene.pages = NULL;
    stage->scene.space = NULL;
    if (shows(stage, PANEL_PAGES)) {
        session->history->watches_pages = true;
        if (session_read_pages(session, &stage->pages, &ignored))
            stage->scene.pages = &stage->pages;
    }
    if (shows(stage, PANEL_MEMORY) && session_read_space(session, &stage->space, &ignored))
        stage->scene.space = &stage->space;
}

/* Read the header of the block that the views are about. */
static void read_header(struct stage *stage)
{
    struct session *session = drawn(stage);
    struct scene *scene = &stage->scene;
    const struct block *block =
        block_table_get(&session->mirror->picture.blocks, outlook_of(stage)->focus);
    unsigned char *bytes = NULL;
    struct error ignored;
    size_t count = 0;

    scene->has_header =
        block && block->header > 0 &&
        session_read_bytes(session, block->at, sizeof scene->header, &bytes, &count, &ignored) &&
        count == sizeof scene->header;
    if (scene->has_header)
        memcpy(&scene->header, bytes, count);
    free(bytes);
}

void stage_open_exhibit(struct stage *stage, const struct exhibit *exhibit)
{
    set_scene(stage);
    stage_open_page(stage, page_of_exhibit(&stage->scene, &stage->options, exhibit));
}

/* ---- Drawing ---- */

/* The first `count` characters of a line as UTF-8 that can be shown. */
static void add_line(const wchar_t *line, size_t count, struct text *text)
{
    struct text raw = {0};

    for (size_t i = 0; i < count; i++)
        utf8_add(&raw, line[i] == L'\n' ? ' ' : (uint32_t)line[i]);
    stage_add(text, text_string(&raw));
    text_finish(&raw);
}

/* Draw as many of the hints, which three blanks part, at the end of the last row as there is room
 * for behind `end`. */
static void draw_hint(struct grid *grid, const char *hint, int end)
{
    enum { BETWEEN_COLUMNS = 2, PARTING_COLUMNS = 3 };
    int room = grid->columns - end - BETWEEN_COLUMNS, columns = 0;
    const char *part = hint, *parting;

    while (part && (parting = strstr(part, "   "))) {
        int wider = grid_prefix_width(hint, (size_t)(parting - hint)) + PARTING_COLUMNS;

        if (wider > room)
            break;
        columns = wider;
        part = parting + PARTING_COLUMNS;
    }
    if (columns > 0)
        grid_text(grid, grid->rows - 1, grid->columns - columns, columns, STYLE_DIM, hint);
}

/* Draw the prompt and the line; a line too long for the row is moved so that its cursor shows.
 * Returns the cursor's column; -1 for no cursor. */
static int draw_prompt(struct grid *grid, const struct prompt *prompt)
{
    int row = grid->rows - 1, cursor, hidden = 0;
    int first = grid_text(grid, row, 0, grid->columns, STYLE_PROMPT, prompt->words);
    int room = grid->columns - first - 1;
    struct text text = {0};
    const char *shown;

    if (!prompt->line)
        return -1;
    add_line(prompt->line, prompt->cursor, &text);
    cursor = grid_text_width(text_string(&text));
    add_line(prompt->line + prompt->cursor, prompt->length - prompt->cursor, &text);
    shown = text_string(&text);
    while (*shown && cursor - hidden > room) {
        const char *next = shown;

        utf8_next(&next);
        hidden += grid_prefix_width(shown, (size_t)(next - shown));
        shown = next;
    }
    draw_hint(grid, prompt->hint, first + grid_text_width(shown));
    grid_text(grid, row, first, grid->columns - first, STYLE_PLAIN, shown);
    text_finish(&text);
    return first + cursor - hidden;
}

static void measure(const struct stage *stage, const struct picture *picture,
                    struct outlook *outlook)
{
    int rows, columns, beside;

    display_size(&rows, &columns);
    beside = screen_panel_columns(columns, stage->has_page ? &stage->page : NULL);
    screen_measure(rows, beside > 0 ? beside : columns, picture, &stage->options, outlook);
    outlook->text_columns = screen_page_columns(columns, &(struct page){0});
}

void stage_measure(struct stage *stage)
{
    measure(stage, &drawn(stage)->mirror->picture, outlook_of(stage));
}

/* Draw the prompt on a grid that has the rest, and let the display show it. */
static void show_grid(struct stage *stage, struct grid grid, const struct prompt *prompt)
{
    int cursor = -1;

    if (screen_has_prompt(grid.rows, grid.columns))
        cursor = draw_prompt(&grid, prompt);
    display_draw(&grid, &stage->drawn, cursor < 0 ? -1 : grid.rows - 1, cursor);
    grid_finish(&stage->drawn);
    stage->drawn = grid;
}

static void draw(struct stage *stage, const struct scene *scene, const struct message *message,
                 struct page *page, const struct prompt *prompt)
{
    int rows, columns;
    struct grid grid;

    display_size(&rows, &columns);
    grid = grid_create(rows, columns);
    screen_draw(&grid, scene, &stage->options, message, page, stage->page_top);
    show_grid(stage, grid, prompt);
    stage->drawn_choice = scene->outlook->choice;
    stage->drawn_page = page;
}

void stage_draw(struct stage *stage, const struct message *over, const struct prompt *prompt)
{
    struct message message = message_of(stage);
    bool was_stale = stage->is_stale;

    refresh_lists(stage);
    if (was_stale && !stage->is_stale)
        refresh_memory(stage);
    fit_page(stage);
    read_header(stage);
    set_scene(stage);
    stage_measure(stage);
    draw(stage, &stage->scene, over ? over : &message,
         stage->has_page && !over ? &stage->page : NULL, prompt);
}

void stage_draw_words(struct stage *stage, const struct message *message,
                      const struct prompt *prompt)
{
    int rows, columns;
    struct grid grid;

    display_size(&rows, &columns);
    if (stage->drawn.rows == 0 || stage->drawn_page) {
        stage_draw(stage, message, prompt);
        return;
    }
    if (stage->drawn.rows == rows && stage->drawn.columns == columns)
        grid = grid_copy(&stage->drawn);
    else
        grid = grid_create(rows, columns);
    if (screen_has_prompt(rows, columns))
        grid_fill(&grid, (struct area){rows - 1, 0, 1, columns}, ' ', STYLE_PLAIN);
    screen_draw_message(&grid, &stage->drawn_choice, &stage->options, message);
    show_grid(stage, grid, prompt);
}

void stage_draw_moment(struct stage *stage, const struct moment *moment,
                       const struct message *message, const struct prompt *prompt)
{
    struct outlook outlook = stage->show->outlook;
    struct scene scene = {.picture = moment->picture,
                          .history = stage->session->history,
                          .outlook = &outlook,
                          .lists = moment->lists,
                          .lit_low = moment->lit_low,
                          .lit_high = moment->lit_high};

    if (scene.lit_high > scene.lit_low)
        outlook_look_at(&outlook, moment->picture->metrics.heap_size, scene.lit_low);
    scene.focus = outlook.focus;
    measure(stage, moment->picture, &outlook);
    draw(stage, &scene, message, NULL, prompt);
}
