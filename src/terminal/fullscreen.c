/* fullscreen.c: see fullscreen.h. */
#include "terminal/fullscreen.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "terminal/editor.h"
#include "terminal/picture.h"
#include "view/words.h"

enum {
    PROGRESS_AFTER_MS = 500, /* a command that takes longer shows how far it is */
    PROGRESS_EVERY_MS = 50,
    DRAW_EVERY_MS = 100, /* while keys come faster than they can be drawn */
};

struct fullscreen {
    struct picture picture;
    struct interpreter *interpreter; /* NULL until the user can type */
    struct editor *editor;
    /* the command at hand: when it began, and when its progress was last shown; 0 before */
    uint64_t began_ms, shown_ms;
    uint64_t drawn_ms;  /* when the picture was last drawn */
    bool heap_is_lost;  /* its process has ended, and there was no other to be had */
    const char *queued; /* the rest of an escape sequence, on its way to the editor */
    char sequence[4];   /* where a sequence that curses does not know is put together */
};

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void draw(struct fullscreen *fullscreen)
{
    struct prompt prompt = {.words = EDITOR_PROMPT};

    if (fullscreen->editor)
        prompt.line = editor_line(fullscreen->editor, &prompt.length, &prompt.cursor);
    picture_draw(&fullscreen->picture, NULL, &prompt);
    fullscreen->drawn_ms = now_ms();
}

/* ---- Outcomes ---- */

static void report_error(struct picture *picture, const struct outcome *outcome)
{
    enum { FRAME_COLUMNS = 4 };
    struct text *text = &picture->text, told = {0};
    int rows, columns;

    picture_say(picture, STYLE_ERROR, "error");
    text_clear(&picture->caption); /* it could take all the room */
    if (outcome->location.file)
        text_add(&told, "%s:%u:%d: ", outcome->location.file, outcome->location.line,
                 outcome->column);
    text_add(&told, "%s", outcome->error);
    picture_add(text, text_string(&told));
    text_finish(&told);
    if (outcome->column > 0) {
        display_size(&rows, &columns);
        text_add(text, "\n");
        words_add_error_line(outcome->line, outcome->column, columns - FRAME_COLUMNS, text);
    }
}

/* What a scenario says stands above what its next commands say. */
static void report_caption(struct picture *picture, const struct outcome *outcome)
{
    picture_say(picture, STYLE_PLAIN, "");
    text_clear(&picture->caption);
    picture_add(&picture->caption, outcome->text);
}

/* A step's explanation stays in its panel, however long; what a command prints and its panel has no
 * room for opens a page. */
static void report_success(struct picture *picture, const struct outcome *outcome)
{
    picture_say(picture, STYLE_PLAIN, outcome->command);
    if (outcome->step) {
        text_clear(&picture->heading);
        if (!outcome->imagined)
            text_add(&picture->heading, "step %zu: ", picture->session->steps.count);
        text_add(&picture->heading, "%s", outcome->command);
    }
    picture_add(&picture->text, outcome->text);
    if (outcome->notice[0])
        picture_add_note(picture, outcome->notice);
    if (!outcome->step)
        picture_open_long_message(picture);
    if (outcome->show.kind != SHOW_NOTHING && outcome->show.kind != SHOW_MAP &&
        outcome->show.kind != SHOW_RIBBON)
        picture_open_page(picture,
                          page_of_show(picture->session, &picture->options, &outcome->show));
}

static bool says_nothing(const struct outcome *outcome)
{
    return outcome->ok && !outcome->step && !outcome->text[0] && !outcome->notice[0] &&
           outcome->show.kind == SHOW_NOTHING;
}

static void report(void *context, const struct outcome *outcome)
{
    struct picture *picture = &((struct fullscreen *)context)->picture;

    picture_close_page(picture);
    picture_imagine(picture, outcome->imagined);
    if (!outcome->ok)
        report_error(picture, outcome);
    else if (outcome->said)
        report_caption(picture, outcome);
    else if (!says_nothing(outcome))
        report_success(picture, outcome);
}

/* ---- Waiting ---- */

/* Say so, if the heap process has ended while nobody asked it anything. */
static void watch_heap_process(struct fullscreen *fullscreen)
{
    struct picture *picture = &fullscreen->picture;
    struct text *notice = &picture->session->notice;
    struct error error = {0};

    picture_close_page(picture); /* it may look into what is replaced */
    picture->is_stale = true;
    fullscreen->heap_is_lost = !session_revive(picture->session, &error);
    if (fullscreen->heap_is_lost) {
        picture_say(picture, STYLE_ERROR, "error");
        picture_add(&picture->text, error.text);
    } else if (notice->length > 0) {
        picture_say(picture, STYLE_NOTICE, "note");
        text_add(&picture->text, "%s.", text_string(notice));
        text_clear(notice);
    }
}

static int heap_descriptor(const struct fullscreen *fullscreen)
{
    if (fullscreen->heap_is_lost)
        return -1;
    return target_descriptor(fullscreen->picture.session->mirror->target);
}

/* The next key. What is shown is brought up to date before waiting, and now and then while keys come
 * in faster. Meanwhile the heap process may end. */
static struct key wait_for_key(struct fullscreen *fullscreen, void (*show)(struct fullscreen *))
{
    struct key key = {.kind = KEY_KIND_NONE};

    if (now_ms() - fullscreen->drawn_ms < DRAW_EVERY_MS)
        key = display_read_key(0, -1);
    while (key.kind == KEY_KIND_NONE) {
        show(fullscreen);
        key = display_read_key(-1, heap_descriptor(fullscreen));
        if (key.kind == KEY_KIND_NONE)
            watch_heap_process(fullscreen);
    }
    if (fullscreen->picture.imagined)
        picture_imagine(&fullscreen->picture, NULL);
    return key;
}

static void draw_progress(struct fullscreen *fullscreen, size_t done, size_t total)
{
    enum { BAR_COLUMNS = 30 };
    size_t full = total ? done * BAR_COLUMNS / total : 0;
    struct prompt prompt = {.words = ""};
    struct text text = {0};

    text_add_repeated(&text, "#", full);
    text_add_repeated(&text, ".", total ? BAR_COLUMNS - full : 0);
    if (total)
        text_add(&text, " %zu of %zu", done, total);
    else
        text_add(&text, "%zu done", done);
    picture_draw(&fullscreen->picture,
                 &(struct message){"working; Ctrl-C stops", NULL, text_string(&text), STYLE_PLAIN},
                 &prompt);
    text_finish(&text);
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
    draw_progress(fullscreen, done, total);
    fullscreen->shown_ms = now_ms();
    return !display_interrupted();
}

static void draw_paused(struct fullscreen *fullscreen)
{
    picture_draw(&fullscreen->picture, NULL, &(struct prompt){.words = "(press a key)"});
    fullscreen->drawn_ms = now_ms();
}

/* Wait for a key of the class's. Ctrl-C ends the scenario, as does the end of the terminal. */
static bool pause_for_key(void *context)
{
    struct fullscreen *fullscreen = context;
    struct key key;

    do {
        key = wait_for_key(fullscreen, draw_paused);
        if (key.kind == KEY_KIND_CHARACTER && key.character == CONTROL_Z) {
            display_suspend();
            key.kind = KEY_KIND_RESIZE;
        }
    } while (key.kind == KEY_KIND_RESIZE);
    fullscreen->began_ms = 0; /* waiting is no work */
    return key.kind != KEY_KIND_CLOSED &&
           !(key.kind == KEY_KIND_CHARACTER && key.character == CONTROL_C);
}

/* Preferences are seen at once. */
static void prefer(void *context, const unsigned *preferences)
{
    struct fullscreen *fullscreen = context;

    fullscreen->picture.options.absolute_addresses =
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

static bool line_is_empty(const struct fullscreen *fullscreen)
{
    size_t length, cursor;

    editor_line(fullscreen->editor, &length, &cursor);
    return length == 0;
}

static void page_or_block(struct picture *picture, int direction)
{
    if (picture->has_page)
        picture_scroll_pages(picture, direction);
    else
        picture_move_focus(picture, direction);
}

/* Escape alone closes the page; what begins a sequence or goes with Alt is the editor's. */
static void escape(struct fullscreen *fullscreen)
{
    struct key next = display_read_key(0, -1);

    if (next.kind != KEY_KIND_CHARACTER) {
        picture_close_page(&fullscreen->picture);
        return;
    }
    fullscreen->sequence[0] = ESCAPE;
    fullscreen->sequence[1] = next.character < 0x80 ? (char)next.character : ESCAPE;
    fullscreen->queued = fullscreen->sequence;
}

/* Keys of the screen's own. Returns whether it was one. */
static bool handle_key(struct fullscreen *fullscreen, const struct key *key)
{
    struct picture *picture = &fullscreen->picture;
    bool scrolls = picture->has_page && line_is_empty(fullscreen);

    switch (key->kind) {
    case KEY_KIND_PAGE_UP: page_or_block(picture, -1); return true;
    case KEY_KIND_PAGE_DOWN: page_or_block(picture, 1); return true;
    case KEY_KIND_UP:
        if (scrolls)
            picture_scroll_rows(picture, -1);
        return scrolls;
    case KEY_KIND_DOWN:
        if (scrolls)
            picture_scroll_rows(picture, 1);
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
    else if (picture->has_page && key->character == CONTROL_C)
        picture_close_page(picture);
    else if (picture->has_page && key->character == ESCAPE)
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
        key = wait_for_key(fullscreen, draw);
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
    struct picture *picture = &((struct fullscreen *)context)->picture;

    picture_say(picture, STYLE_PLAIN, "completions");
    for (size_t i = 0; i < completion->count; i++) {
        picture_add(&picture->text, i ? "  " : "");
        picture_add(&picture->text, completion->candidates[i]);
    }
}

/* ---- The whole ---- */

static void greet(struct fullscreen *fullscreen)
{
    struct picture *picture = &fullscreen->picture;

    if (picture->heading.length == 0 && picture->caption.length == 0) {
        picture_say(picture, STYLE_PLAIN, "welcome");
        text_add(&picture->text,
                 "This heap is real memory, from sbrk, in process %d. Try: alloc A 10M   free A\n"
                 "F1 or help lists the commands, Tab completes, PgUp and PgDn walk along the "
                 "blocks.",
                 (int)target_pid(picture->session->mirror->target));
    }
    if (editor_problem(fullscreen->editor)[0])
        picture_add_note(picture, editor_problem(fullscreen->editor));
}

struct fullscreen *fullscreen_create(struct session *session, const struct view_options *options,
                                     enum color_use color, struct error *error)
{
    struct fullscreen *fullscreen;

    if (!display_open(color, error))
        return NULL;
    fullscreen = memory_create(1, sizeof *fullscreen);
    picture_init(&fullscreen->picture, session, options);
    fullscreen->queued = "";
    return fullscreen;
}

void fullscreen_destroy(struct fullscreen *fullscreen)
{
    if (!fullscreen)
        return;
    display_close();
    picture_finish(&fullscreen->picture);
    editor_destroy(fullscreen->editor);
    free(fullscreen);
}

void fullscreen_note(struct fullscreen *fullscreen, const char *note)
{
    picture_add_note(&fullscreen->picture, note);
}

/* An empty line closes the page, or shows all of what the message panel has no room for. */
static void run_nothing(struct picture *picture)
{
    if (picture->has_page)
        picture_close_page(picture);
    else
        picture_open_long_message(picture);
}

/* Run a line as typed, and keep it. */
static void run_typed(struct fullscreen *fullscreen, const char *line)
{
    struct error error;

    if (!line[strspn(line, " \t")]) {
        run_nothing(&fullscreen->picture);
        return;
    }
    picture_close_page(&fullscreen->picture);
    fullscreen->began_ms = 0;
    text_clear(&fullscreen->picture.caption);
    interpreter_run_line(fullscreen->interpreter, line);
    if (!editor_keep(fullscreen->editor, line, &error))
        picture_add_note(&fullscreen->picture, error.text);
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
