/* fullscreen.c: see fullscreen.h. */
#include "terminal/fullscreen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "terminal/editor.h"
#include "view/page.h"
#include "view/screen.h"

enum {
    LISTED_MOST = 64,       /* elements of a free list that the panel could need */
    PROGRESS_AFTER_MS = 500, /* a command that takes longer shows how far it is */
    PROGRESS_EVERY_MS = 50,
};

struct fullscreen {
    struct session *session;
    struct interpreter *interpreter; /* NULL until the user can type */
    struct view_options options;
    struct scene scene;
    struct free_lists lists;
    struct editor *editor;
    /* what the message panel says */
    struct text heading, caption, text;
    enum style style;
    /* the page in place of the panels, if there is one */
    bool has_page;
    struct page page;
    size_t page_top;
    /* the command at hand: when it began, and when its progress was last shown; 0 before */
    uint64_t began_ms, shown_ms;
    bool is_stale;        /* the scene has not been read since the last command */
    bool heap_is_lost;    /* its process has ended, and there was no other to be had */
    const char *queued;   /* the rest of an escape sequence, on its way to the editor */
    char sequence[4];     /* where a sequence that curses does not know is put together */
};

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* ---- Drawing ---- */

/* The line being edited as UTF-8, and how many columns stand before its cursor. */
static void read_line(const struct fullscreen *fullscreen, struct text *text, int *ret_cursor)
{
    size_t length, cursor;
    const wchar_t *line = editor_line(fullscreen->editor, &length, &cursor);

    *ret_cursor = 0;
    for (size_t i = 0; i < length; i++) {
        if (i == cursor)
            *ret_cursor = grid_text_width(text_string(text));
        utf8_add(text, line[i] == L'\n' ? ' ' : (uint32_t)line[i]);
    }
    if (cursor >= length)
        *ret_cursor = grid_text_width(text_string(text));
}

/* Draw the prompt and the line; a line too long for the row is moved so that its cursor shows.
 * Returns the cursor's column. */
static int draw_prompt(struct fullscreen *fullscreen, struct grid *grid)
{
    int row = grid->rows - 1, first = (int)strlen(EDITOR_PROMPT), room = grid->columns - first - 1;
    int cursor = 0, hidden = 0;
    struct text text = {0};
    const char *shown;

    grid_text(grid, row, 0, grid->columns, STYLE_PROMPT, EDITOR_PROMPT);
    if (!fullscreen->editor)
        return -1;
    read_line(fullscreen, &text, &cursor);
    shown = text_string(&text);
    while (cursor - hidden > room) {
        const char *next = shown;

        utf8_next(&next);
        hidden += grid_prefix_width(shown, (size_t)(next - shown));
        shown = next;
    }
    grid_text(grid, row, first, grid->columns - first, STYLE_PLAIN, shown);
    text_finish(&text);
    return first + cursor - hidden;
}

static void draw(struct fullscreen *fullscreen)
{
    struct message message = {.heading = text_string(&fullscreen->heading),
                              .caption = text_string(&fullscreen->caption),
                              .text = text_string(&fullscreen->text),
                              .style = fullscreen->style};
    struct grid grid;
    int rows, columns, cursor;

    display_size(&rows, &columns);
    grid = grid_create(rows, columns);
    screen_draw(&grid, &fullscreen->scene, &fullscreen->options, &message,
                fullscreen->has_page ? &fullscreen->page : NULL, fullscreen->page_top);
    cursor = draw_prompt(fullscreen, &grid);
    display_draw(&grid, cursor < 0 ? -1 : rows - 1, cursor);
    grid_finish(&grid);
}

/* ---- Pages ---- */

static void close_page(struct fullscreen *fullscreen)
{
    if (fullscreen->has_page)
        page_finish(&fullscreen->page);
    fullscreen->has_page = false;
}

static void open_page(struct fullscreen *fullscreen, struct page page)
{
    close_page(fullscreen);
    fullscreen->page = page;
    fullscreen->page_top = 0;
    fullscreen->has_page = true;
}

static void scroll_page(struct fullscreen *fullscreen, int direction)
{
    int rows, columns;
    size_t shown, last;

    display_size(&rows, &columns);
    shown = (size_t)screen_page_rows(rows);
    last = fullscreen->page.rows > shown ? fullscreen->page.rows - shown : 0;
    if (direction > 0)
        fullscreen->page_top =
            fullscreen->page_top + shown < last ? fullscreen->page_top + shown : last;
    else
        fullscreen->page_top = fullscreen->page_top > shown ? fullscreen->page_top - shown : 0;
}

/* ---- The face ---- */

static void set_message(struct fullscreen *fullscreen, enum style style, const char *heading)
{
    text_clear(&fullscreen->heading);
    text_clear(&fullscreen->text);
    text_add(&fullscreen->heading, "%s", heading);
    fullscreen->style = style;
}

static void report_error(struct fullscreen *fullscreen, const struct outcome *outcome)
{
    struct text *text = &fullscreen->text;
    int rows, columns;

    set_message(fullscreen, STYLE_ERROR, "error");
    if (outcome->location.file)
        text_add(text, "%s:%u:%d: ", outcome->location.file, outcome->location.line,
                 outcome->column);
    text_add(text, "%s", outcome->error);
    display_size(&rows, &columns);
    if (outcome->column > 0 && grid_text_width(outcome->line) < columns - 6)
        text_add(text, "\n  %s\n  %*s^", outcome->line,
                 grid_prefix_width(outcome->line, (size_t)outcome->column - 1), "");
}

/* Show text where it fits: in the message panel, or on a page. */
static void show_text(struct fullscreen *fullscreen, const struct outcome *outcome)
{
    int rows, columns;

    display_size(&rows, &columns);
    text_add(&fullscreen->text, "%s", outcome->text);
    if (!screen_message_fits(rows, columns, text_string(&fullscreen->text))) {
        struct text broken = {0};

        grid_break_lines(outcome->text, columns - 4, &broken);
        open_page(fullscreen, page_of_text(fullscreen->session, &fullscreen->options, "output",
                                           text_string(&broken)));
        text_finish(&broken);
    }
}

static void show_page(struct fullscreen *fullscreen, const struct show *show)
{
    if (show->kind != SHOW_MAP)
        open_page(fullscreen,
                  page_of_show(fullscreen->session, &fullscreen->options, show));
}

/* The views are about the block that the step was about. */
static void focus_on(struct fullscreen *fullscreen, const struct step *step)
{
    uint64_t payload = step->result.payload != EXCHANGE_NULL ? step->result.payload : step->before;

    if (payload != EXCHANGE_NULL)
        fullscreen->scene.focus = payload;
}

/* What a scenario says stands above what its next commands say. */
static void report_caption(struct fullscreen *fullscreen, const struct outcome *outcome)
{
    set_message(fullscreen, STYLE_PLAIN, "");
    text_clear(&fullscreen->caption);
    text_add(&fullscreen->caption, "%s", outcome->text);
}

static void report_success(struct fullscreen *fullscreen, const struct outcome *outcome)
{
    set_message(fullscreen, STYLE_PLAIN, outcome->command);
    if (outcome->step) {
        text_clear(&fullscreen->heading);
        text_add(&fullscreen->heading, "step %zu: %s", fullscreen->session->steps.count,
                 outcome->command);
        focus_on(fullscreen, outcome->step);
    }
    if (outcome->notice[0])
        text_add(&fullscreen->text, "Note: %s. ", outcome->notice);
    show_text(fullscreen, outcome);
    if (outcome->show.kind != SHOW_NOTHING)
        show_page(fullscreen, &outcome->show);
}

static bool says_nothing(const struct outcome *outcome)
{
    return outcome->ok && !outcome->step && !outcome->text[0] && !outcome->notice[0] &&
           outcome->show.kind == SHOW_NOTHING;
}

/* Read what the views need beyond the session's own picture, if a command may have changed it. When
 * the heap process does not answer, its end is noticed elsewhere. */
static void refresh_scene(struct fullscreen *fullscreen)
{
    struct error ignored;

    if (!fullscreen->is_stale)
        return;
    fullscreen->is_stale = false;
    free_lists_finish(&fullscreen->lists);
    session_read_lists(fullscreen->session, LISTED_MOST, &fullscreen->lists, &ignored);
}

static void report(void *context, const struct outcome *outcome)
{
    struct fullscreen *fullscreen = context;

    close_page(fullscreen);
    fullscreen->is_stale = true;
    if (!outcome->ok)
        report_error(fullscreen, outcome);
    else if (outcome->said)
        report_caption(fullscreen, outcome);
    else if (!says_nothing(outcome))
        report_success(fullscreen, outcome);
}

/* Say so, if the heap process has ended while nobody asked it anything. */
static void watch_heap_process(struct fullscreen *fullscreen)
{
    struct error error = {0};
    struct text *notice = &fullscreen->session->notice;

    close_page(fullscreen); /* it may look into what is replaced */
    fullscreen->is_stale = true;
    fullscreen->heap_is_lost = !session_revive(fullscreen->session, &error);
    if (fullscreen->heap_is_lost) {
        set_message(fullscreen, STYLE_ERROR, "error");
        text_add(&fullscreen->text, "%s", error.text);
    } else if (notice->length > 0) {
        set_message(fullscreen, STYLE_NOTICE, "note");
        text_add(&fullscreen->text, "%s.", text_string(notice));
        text_clear(notice);
    }
}

static int heap_descriptor(const struct fullscreen *fullscreen)
{
    return target_descriptor(fullscreen->session->mirror->target);
}

/* Wait for a key, and for the heap process to end. */
static struct key wait_for_key(struct fullscreen *fullscreen)
{
    struct key key;

    do {
        refresh_scene(fullscreen);
        draw(fullscreen);
        key = display_read_key(-1, fullscreen->heap_is_lost ? -1 : heap_descriptor(fullscreen));
        if (key.kind == KEY_KIND_NONE)
            watch_heap_process(fullscreen);
    } while (key.kind == KEY_KIND_NONE);
    return key;
}

static void draw_progress(struct fullscreen *fullscreen, size_t done, size_t total)
{
    enum { BAR_COLUMNS = 40 };
    size_t full = total ? done * BAR_COLUMNS / total : 0;
    struct text *text = &fullscreen->text;

    set_message(fullscreen, STYLE_PLAIN, "working; Ctrl-C stops");
    text_add_repeated(text, "#", full);
    text_add_repeated(text, ".", BAR_COLUMNS - full);
    text_add(text, " %zu of %zu", done, total);
    draw(fullscreen);
}

/* Show progress now and then, and look whether the user wants to stop. */
static bool tick(void *context, size_t done, size_t total)
{
    struct fullscreen *fullscreen = context;
    uint64_t now = now_ms();

    if (fullscreen->began_ms == 0)
        fullscreen->began_ms = now;
    if (now - fullscreen->began_ms < PROGRESS_AFTER_MS ||
        now - fullscreen->shown_ms < PROGRESS_EVERY_MS)
        return true;
    fullscreen->shown_ms = now;
    draw_progress(fullscreen, done, total);
    return !display_interrupted();
}

/* Wait for a key of the class's. Ctrl-C ends the scenario, as does the end of the terminal. */
static bool pause_for_key(void *context)
{
    struct fullscreen *fullscreen = context;
    struct key key;

    text_add(&fullscreen->text, "\n(press a key)");
    for (;;) {
        key = wait_for_key(fullscreen);
        if (key.kind == KEY_KIND_CLOSED)
            return false;
        if (key.kind == KEY_KIND_CHARACTER && key.character == CONTROL_Z)
            display_suspend();
        else if (key.kind != KEY_KIND_RESIZE)
            return key.kind != KEY_KIND_CHARACTER || key.character != CONTROL_C;
    }
}

/* Preferences are seen at once. */
static void prefer(void *context, const unsigned *preferences)
{
    struct fullscreen *fullscreen = context;

    fullscreen->options.absolute_addresses =
        preferences[PREFERENCE_ADDRESSES] == ADDRESSES_ABSOLUTE;
    display_set_theme(preferences[PREFERENCE_THEME]);
}

struct face fullscreen_face(struct fullscreen *fullscreen)
{
    return (struct face){.report = report,
                         .tick = tick,
                         .pause = pause_for_key,
                         .prefer = prefer,
                         .context = fullscreen};
}

/* ---- Keys ---- */

static void move_focus(struct fullscreen *fullscreen, int direction)
{
    struct block_cursor cursor =
        block_table_find(&fullscreen->session->mirror->blocks, fullscreen->scene.focus);

    if (direction > 0)
        block_cursor_next(&cursor);
    else
        block_cursor_previous(&cursor);
    if (block_cursor_get(&cursor))
        fullscreen->scene.focus = block_cursor_get(&cursor)->at;
}

static bool line_is_empty(const struct fullscreen *fullscreen)
{
    size_t length, cursor;

    editor_line(fullscreen->editor, &length, &cursor);
    return length == 0;
}

static void page_or_block(struct fullscreen *fullscreen, int direction)
{
    if (fullscreen->has_page)
        scroll_page(fullscreen, direction);
    else
        move_focus(fullscreen, direction);
}

/* Escape alone closes the page; what begins a sequence or goes with Alt is the editor's. */
static void escape(struct fullscreen *fullscreen)
{
    struct key next = display_read_key(0, -1);

    if (next.kind != KEY_KIND_CHARACTER) {
        close_page(fullscreen);
        return;
    }
    fullscreen->sequence[0] = ESCAPE;
    fullscreen->sequence[1] = next.character < 0x80 ? (char)next.character : ESCAPE;
    fullscreen->queued = fullscreen->sequence;
}

/* Keys of the screen's own. Returns whether it was one. */
static bool handle_key(struct fullscreen *fullscreen, const struct key *key)
{
    bool scrolls = fullscreen->has_page && line_is_empty(fullscreen);

    switch (key->kind) {
    case KEY_KIND_PAGE_UP: page_or_block(fullscreen, -1); return true;
    case KEY_KIND_PAGE_DOWN: page_or_block(fullscreen, 1); return true;
    case KEY_KIND_UP:
        if (scrolls && fullscreen->page_top > 0)
            fullscreen->page_top--;
        return scrolls;
    case KEY_KIND_DOWN:
        if (scrolls && fullscreen->page_top + 1 < fullscreen->page.rows)
            fullscreen->page_top++;
        return scrolls;
    case KEY_KIND_HELP: interpreter_run_line(fullscreen->interpreter, "help"); return true;
    case KEY_KIND_RESIZE:
    case KEY_KIND_NONE:
    case KEY_KIND_OTHER: return true;
    case KEY_KIND_CHARACTER: break;
    case KEY_KIND_LEFT:
    case KEY_KIND_RIGHT:
    case KEY_KIND_HOME:
    case KEY_KIND_END:
    case KEY_KIND_BACKSPACE:
    case KEY_KIND_DELETE:
    case KEY_KIND_CLOSED: return false;
    }
    if (key->character == CONTROL_L)
        display_redraw();
    else if (key->character == CONTROL_Z)
        display_suspend();
    else if (fullscreen->has_page && key->character == CONTROL_C)
        close_page(fullscreen);
    else if (fullscreen->has_page && key->character == ESCAPE)
        escape(fullscreen);
    else
        return false;
    return true;
}

/* What a key is for the editor: a character, or the escape sequence that libedit knows. */
static const char *sequence_of(enum key_kind kind)
{
    switch (kind) {
    case KEY_KIND_LEFT: return "\033[D";
    case KEY_KIND_RIGHT: return "\033[C";
    case KEY_KIND_UP: return "\033[A";
    case KEY_KIND_DOWN: return "\033[B";
    case KEY_KIND_HOME: return "\001";
    case KEY_KIND_END: return "\005";
    case KEY_KIND_BACKSPACE: return "\177";
    case KEY_KIND_DELETE: return "\033[3~";
    case KEY_KIND_NONE:
    case KEY_KIND_CHARACTER:
    case KEY_KIND_PAGE_UP:
    case KEY_KIND_PAGE_DOWN:
    case KEY_KIND_HELP:
    case KEY_KIND_RESIZE:
    case KEY_KIND_CLOSED:
    case KEY_KIND_OTHER: break;
    }
    return "";
}

static bool read_key(void *context, wchar_t *ret_key)
{
    struct fullscreen *fullscreen = context;
    struct key key;

    while (!*fullscreen->queued) {
        key = wait_for_key(fullscreen);
        if (key.kind == KEY_KIND_CLOSED)
            return false;
        if (handle_key(fullscreen, &key))
            continue;
        if (key.kind == KEY_KIND_CHARACTER) {
            *ret_key = key.character;
            return true;
        }
        fullscreen->queued = sequence_of(key.kind);
    }
    *ret_key = (wchar_t)*fullscreen->queued++;
    return true;
}

static void show_candidates(void *context, const struct completion *completion)
{
    struct fullscreen *fullscreen = context;

    set_message(fullscreen, STYLE_PLAIN, "completions");
    for (size_t i = 0; i < completion->count; i++)
        text_add(&fullscreen->text, "%s%s", i ? "  " : "", completion->candidates[i]);
}

/* ---- The whole ---- */

static void greet(struct fullscreen *fullscreen)
{
    if (fullscreen->heading.length > 0)
        return;
    set_message(fullscreen, STYLE_PLAIN, "welcome");
    text_add(&fullscreen->text,
             "This heap is real memory, from sbrk, in process %d. Try: alloc A 10M   free A\n"
             "F1 or help lists the commands, Tab completes, PgUp and PgDn walk along the blocks.",
             (int)target_pid(fullscreen->session->mirror->target));
}

struct fullscreen *fullscreen_create(struct session *session, const struct view_options *options,
                                     enum color_use color, struct error *error)
{
    struct fullscreen *fullscreen;

    if (!display_open(color, error))
        return NULL;
    fullscreen = memory_create(1, sizeof *fullscreen);
    fullscreen->session = session;
    fullscreen->options = *options;
    fullscreen->scene = (struct scene){.session = session, .lists = &fullscreen->lists};
    fullscreen->is_stale = true;
    fullscreen->queued = "";
    return fullscreen;
}

void fullscreen_destroy(struct fullscreen *fullscreen)
{
    if (!fullscreen)
        return;
    display_close();
    close_page(fullscreen);
    free_lists_finish(&fullscreen->lists);
    editor_destroy(fullscreen->editor);
    text_finish(&fullscreen->heading);
    text_finish(&fullscreen->caption);
    text_finish(&fullscreen->text);
    free(fullscreen);
}

/* Run a line as typed, and keep it. */
static void run_typed(struct fullscreen *fullscreen, const char *line)
{
    struct error error;

    close_page(fullscreen);
    if (!line[strspn(line, " \t")])
        return;
    fullscreen->began_ms = 0;
    text_clear(&fullscreen->caption);
    interpreter_run_line(fullscreen->interpreter, line);
    if (!editor_keep(fullscreen->editor, line, &error))
        text_add(&fullscreen->text, "\nNote: %s.", error.text);
}

bool fullscreen_interact(struct fullscreen *fullscreen, struct interpreter *interpreter,
                         struct error *error)
{
    struct editor_callbacks callbacks = {read_key, show_candidates, fullscreen};
    const char *line;

    fullscreen->interpreter = interpreter;
    fullscreen->editor = editor_create(interpreter, &callbacks, false, error);
    if (!fullscreen->editor)
        return false;
    greet(fullscreen);
    while (!interpreter->quit && (line = editor_read(fullscreen->editor)))
        run_typed(fullscreen, line);
    return true;
}
