/* picture.c: see picture.h. */
#include "terminal/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "terminal/display.h"
#include "view/map.h"

enum {
    FRAME_COLUMNS = 4, /* of a page: borders and blanks */
};

void picture_init(struct picture *picture, struct session *session,
                  const struct view_options *options)
{
    *picture = (struct picture){.session = session, .options = *options, .is_stale = true};
    picture->scene = (struct scene){.session = session, .lists = &picture->lists};
}

void picture_finish(struct picture *picture)
{
    picture_close_page(picture);
    free_lists_finish(&picture->lists);
    grid_finish(&picture->drawn);
    text_finish(&picture->heading);
    text_finish(&picture->caption);
    text_finish(&picture->text);
}

/* ---- Messages ---- */

void picture_say(struct picture *picture, enum style style, const char *heading)
{
    text_clear(&picture->heading);
    text_clear(&picture->text);
    picture_add(&picture->heading, heading);
    picture->style = style;
}

void picture_add(struct text *text, const char *string)
{
    utf8_add_visible(text, string, strlen(string));
}

void picture_add_note(struct picture *picture, const char *note)
{
    struct text text = {0};

    text_add(&text, "Note: ");
    picture_add(&text, note);
    text_add(&text, ".\n%s", text_string(&picture->text));
    text_finish(&picture->text);
    picture->text = text;
}

static struct message message_of(const struct picture *picture)
{
    return (struct message){.heading = text_string(&picture->heading),
                            .caption = text_string(&picture->caption),
                            .text = text_string(&picture->text),
                            .style = picture->style};
}

/* ---- Pages ---- */

void picture_close_page(struct picture *picture)
{
    if (picture->has_page)
        page_finish(&picture->page);
    picture->has_page = false;
}

/* Fit the page to the display, and keep it within its rows. */
static void fit_page(struct picture *picture)
{
    int rows, columns;
    size_t shown, last;

    if (!picture->has_page || picture->is_fitting)
        return;
    display_size(&rows, &columns);
    shown = (size_t)screen_page_rows(rows);
    picture->is_fitting = true;
    page_fit(&picture->page, (int)shown, columns - FRAME_COLUMNS);
    picture->is_fitting = false;
    last = picture->page.rows > shown ? picture->page.rows - shown : 0;
    if (picture->page_top > last)
        picture->page_top = last;
}

void picture_open_page(struct picture *picture, struct page page)
{
    picture_close_page(picture);
    picture->page = page;
    picture->page_top = 0;
    picture->has_page = true;
    fit_page(picture);
}

void picture_open_long_message(struct picture *picture)
{
    struct message message = message_of(picture);
    struct text text = {0};
    int rows, columns;

    display_size(&rows, &columns);
    if (screen_message_fits(rows, columns, &picture->session->outlook.choice, &message))
        return;
    text_add(&text, "%s%s%s", message.caption, picture->caption.length ? "\n" : "", message.text);
    picture_open_page(picture, page_of_text(picture->session, &picture->options,
                                            picture->heading.length ? message.heading : "message",
                                            text_string(&text)));
    text_finish(&text);
}

void picture_scroll_rows(struct picture *picture, int rows)
{
    size_t distance = (size_t)(rows < 0 ? -rows : rows);

    if (rows > 0)
        picture->page_top += distance;
    else
        picture->page_top -= distance < picture->page_top ? distance : picture->page_top;
    fit_page(picture);
}

void picture_scroll_pages(struct picture *picture, int pages)
{
    int rows, columns;

    display_size(&rows, &columns);
    picture_scroll_rows(picture, pages * screen_page_rows(rows));
}

void picture_step_maps(struct picture *picture, int direction)
{
    size_t step = picture->page.maps.step;

    if (direction > 0)
        page_go(&picture->page, step + 1);
    else if (step > 0)
        page_go(&picture->page, step - 1);
}

/* ---- Views ---- */

/* The session that is drawn. */
static struct session *drawn(const struct picture *picture)
{
    return picture->imagined ? picture->imagined : picture->session;
}

void picture_move_focus(struct picture *picture, int direction)
{
    struct session *session = drawn(picture);
    struct block_cursor cursor = block_table_find(&session->mirror->blocks, session->outlook.focus);

    if (direction > 0)
        block_cursor_next(&cursor);
    else
        block_cursor_previous(&cursor);
    if (block_cursor_get(&cursor))
        outlook_look_at(&session->outlook, session->mirror->metrics.heap_size,
                        block_cursor_get(&cursor)->at);
}

void picture_imagine(struct picture *picture, struct session *imagined)
{
    picture->imagined = imagined;
    picture->scene.session = imagined ? imagined : picture->session;
    picture->scene.is_imagined = imagined;
    picture->is_stale = true;
}

void picture_focus(struct picture *picture, uint64_t at)
{
    struct session *session = picture->session;

    outlook_look_at(&session->outlook, session->mirror->metrics.heap_size, at);
}

void picture_move_focus_by_row(struct picture *picture, int direction)
{
    const struct session *session = picture->session;
    const struct block_table *blocks = &session->mirror->blocks;
    const struct block *here = block_table_get(blocks, session->outlook.focus), *there;
    int rows, columns;
    struct area map;

    if (!here)
        return;
    display_size(&rows, &columns);
    map = screen_map(rows, columns, &session->outlook);
    there = here;
    if (map.rows > 0)
        there = block_table_get(
            blocks, map_row_away(&picture->scene, map, &picture->options, here->at, direction));
    if (there == here)
        picture_move_focus(picture, direction);
    else if (there)
        picture_focus(picture, there->at);
}

enum link picture_link_at(const struct picture *picture, int row, int column, uint64_t *ret_to)
{
    const struct cell *cell = grid_at(&picture->drawn, row, column);

    if (!cell)
        return LINK_NONE;
    *ret_to = cell->to;
    return (enum link)cell->link;
}

/* Read what the views need beyond the session's own picture, if a command may have changed it. When
 * the heap process does not answer, its end is noticed elsewhere. */
static void refresh_scene(struct picture *picture)
{
    struct error ignored;

    if (!picture->is_stale)
        return;
    picture->is_stale = false;
    free_lists_finish(&picture->lists);
    session_read_lists(drawn(picture), PICTURE_LIST_MOST, &picture->lists, &ignored);
}

/* Read the header of the block that the views are about. */
static void read_header(struct picture *picture)
{
    struct session *session = drawn(picture);
    const struct block *block;
    unsigned char *bytes = NULL;
    struct error ignored;
    size_t count = 0;

    picture->scene.focus = session->outlook.focus;
    block = block_table_get(&session->mirror->blocks, picture->scene.focus);
    picture->scene.has_header = block && !picture->is_past &&
                                block->header >= sizeof picture->scene.header &&
                                session_read_bytes(session, block->at, sizeof picture->scene.header,
                                                   &bytes, &count, &ignored) &&
                                count == sizeof picture->scene.header;
    if (picture->scene.has_header)
        memcpy(&picture->scene.header, bytes, count);
    free(bytes);
}

/* ---- Drawing ---- */

/* The first `count` characters of a line as UTF-8 that can be shown. */
static void add_line(const wchar_t *line, size_t count, struct text *text)
{
    struct text raw = {0};

    for (size_t i = 0; i < count; i++)
        utf8_add(&raw, line[i] == L'\n' ? ' ' : (uint32_t)line[i]);
    picture_add(text, text_string(&raw));
    text_finish(&raw);
}

/* Draw a hint at the end of the last row if it begins far enough behind `end`. */
static void draw_hint(struct grid *grid, const char *hint, int end)
{
    enum { BETWEEN_COLUMNS = 2 };
    int first = grid->columns - (hint ? grid_text_width(hint) : 0);

    if (hint && first >= end + BETWEEN_COLUMNS)
        grid_text(grid, grid->rows - 1, first, grid->columns - first, STYLE_DIM, hint);
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

void picture_measure(struct picture *picture)
{
    int rows, columns;

    display_size(&rows, &columns);
    screen_measure(rows, columns, &picture->options, &drawn(picture)->outlook);
}

void picture_draw(struct picture *picture, const struct message *over, const struct prompt *prompt)
{
    struct message message = message_of(picture);
    int rows, columns, cursor = -1;
    struct grid grid;

    refresh_scene(picture);
    fit_page(picture);
    display_size(&rows, &columns);
    read_header(picture);
    picture_measure(picture);
    grid = grid_create(rows, columns);
    screen_draw(&grid, &picture->scene, &picture->options, over ? over : &message,
                picture->has_page && !over ? &picture->page : NULL, picture->page_top);
    if (screen_has_prompt(rows, columns))
        cursor = draw_prompt(&grid, prompt);
    display_draw(&grid, &picture->drawn, cursor < 0 ? -1 : rows - 1, cursor);
    grid_finish(&picture->drawn);
    picture->drawn = grid;
}
