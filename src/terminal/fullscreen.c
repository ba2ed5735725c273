/* fullscreen.c: see fullscreen.h. */
#include "terminal/fullscreen.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "command/help.h"
#include "terminal/display.h"
#include "terminal/editor.h"
#include "terminal/keyboard.h"
#include "terminal/keymap.h"
#include "terminal/stage.h"
#include "terminal/player.h"

enum {
    PROGRESS_AFTER_MS = 500, /* a command that takes longer shows how far it is */
    PROGRESS_EVERY_MS = 50,
    DRAW_EVERY_MS = 100, /* while keys come faster than they can be drawn */
};

struct fullscreen {
    struct stage stage;
    struct player player;
    struct interpreter *interpreter; /* NULL until the user can type */
    struct editor *editor;
    /* the command at hand: when it began, and when its progress was last shown; 0 before */
    uint64_t began_ms, shown_ms;
    uint64_t drawn_ms;     /* when the stage was last drawn */
    bool heap_is_lost;     /* its process has ended, and there was no other to be had */
    bool is_browsing;      /* single keys act, instead of being typed */
    bool has_prefix;       /* Ctrl-X has been typed */
    const wchar_t *queued; /* the rest of what a key is for the editor */
    wchar_t sequence[KEYMAP_SEQUENCE_MAX]; /* where a key with a prefix is put together for it */
};

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static bool line_is_empty(const struct fullscreen *fullscreen)
{
    size_t length, cursor;

    return editor_line(fullscreen->editor, &length, &cursor) && length == 0;
}

/* Where the user is: some of enum place. */
static unsigned places_of(const struct fullscreen *fullscreen)
{
    bool is_browsing = fullscreen->is_browsing;
    unsigned places = is_browsing ? PLACE_BROWSING : PLACE_TYPING;

    if (fullscreen->stage.has_page)
        places |= PLACE_PAGE;
    if (fullscreen->stage.has_page && (is_browsing || line_is_empty(fullscreen)))
        places |= PLACE_READING | (fullscreen->stage.page.has_maps ? PLACE_MAPS : 0);
    return places;
}

static void draw(struct fullscreen *fullscreen)
{
    struct prompt prompt = {.words = EDITOR_PROMPT};
    struct text hints = {0};

    keymap_add_hints(places_of(fullscreen), &hints);
    if (fullscreen->is_browsing) {
        prompt.words = text_string(&hints);
    } else if (fullscreen->editor) {
        prompt.hint = text_string(&hints);
        prompt.line = editor_line(fullscreen->editor, &prompt.length, &prompt.cursor);
    }
    stage_draw(&fullscreen->stage, NULL, &prompt);
    text_finish(&hints);
    fullscreen->drawn_ms = now_ms();
}

static void report(void *context, const struct outcome *outcome)
{
    struct fullscreen *fullscreen = context;
    struct stage *stage = &fullscreen->stage;

    if (outcome->ok && outcome->step && !outcome->imagined &&
        player_play(&fullscreen->player, stage, outcome))
        fullscreen->began_ms = 0; /* watching is no work */
    stage_report(stage, outcome);
    player_prepare(&fullscreen->player, stage->session);
}

/* ---- Waiting ---- */

/* Say so, if the heap process has ended while nobody asked it anything. */
static void watch_heap_process(struct fullscreen *fullscreen)
{
    struct stage *stage = &fullscreen->stage;
    struct text *notice = &stage->session->notice;
    struct error error = {0};

    stage_close_page(stage); /* it may look into what is replaced */
    stage->is_stale = true;
    fullscreen->heap_is_lost = !session_revive(stage->session, &error);
    if (fullscreen->heap_is_lost) {
        stage_say(stage, STYLE_ERROR, "error");
        stage_add(&stage->text, error.text);
    } else if (notice->length > 0) {
        stage_say(stage, STYLE_NOTICE, "note");
        text_add(&stage->text, "%s.", text_string(notice));
        text_clear(notice);
    }
}

/* Whether something happened to the heap process that has not been told. */
static bool has_notice(const struct fullscreen *fullscreen)
{
    return !fullscreen->heap_is_lost && fullscreen->stage.session->notice.length > 0;
}

static int heap_descriptor(const struct fullscreen *fullscreen)
{
    if (fullscreen->heap_is_lost)
        return -1;
    return target_descriptor(fullscreen->stage.session->mirror->target);
}

/* The next key. What is shown is brought up to date before waiting, and at times while keys come
 * in faster. Meanwhile the heap process may end. */
static struct key wait_for_key(struct fullscreen *fullscreen, void (*show)(struct fullscreen *))
{
    struct key key = {.kind = KEY_KIND_NONE};

    if (now_ms() - fullscreen->drawn_ms < DRAW_EVERY_MS)
        key = keyboard_read(0, -1);
    while (key.kind == KEY_KIND_NONE) {
        show(fullscreen);
        if (!has_notice(fullscreen)) /* drawing reads from the heap process, too */
            key = keyboard_read(-1, heap_descriptor(fullscreen));
        if (key.kind == KEY_KIND_NONE)
            watch_heap_process(fullscreen);
    }
    if (fullscreen->stage.imagined)
        stage_imagine(&fullscreen->stage, NULL);
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
    stage_draw(&fullscreen->stage,
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
    return !keyboard_interrupted();
}

/* Say that the heap process is stopped, and look whether the user wants to wait for it. */
static bool wait_for_stopped(void *context)
{
    struct fullscreen *fullscreen = context;

    stage_draw(&fullscreen->stage,
               &(struct message){"the heap process is stopped; Ctrl-C waits no longer", NULL,
                                 "It goes on when it is continued, by SIGCONT or by its debugger.",
                                 STYLE_NOTICE},
               &(struct prompt){.words = ""});
    return !keyboard_interrupted();
}

static void draw_paused(struct fullscreen *fullscreen)
{
    stage_draw(&fullscreen->stage, NULL, &(struct prompt){.words = "(press a key)"});
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
    if (key.kind == KEY_KIND_PASTED)
        keyboard_unread(&key); /* it is no key: the lines that are pasted do not wait */
    fullscreen->began_ms = 0;  /* waiting is no work */
    return key.kind != KEY_KIND_CLOSED &&
           !(key.kind == KEY_KIND_CHARACTER && key.character == CONTROL_C);
}

/* Preferences are seen at once. */
static void prefer(void *context, const unsigned *preferences)
{
    struct fullscreen *fullscreen = context;

    fullscreen->stage.options.absolute_addresses =
        preferences[PREFERENCE_ADDRESSES] == ADDRESSES_ABSOLUTE;
    fullscreen->stage.options.hilbert = preferences[PREFERENCE_MAP] == MAP_HILBERT;
    stage_measure(&fullscreen->stage); /* a line of commands may go on to zoom */
    display_set_theme(preferences[PREFERENCE_THEME]);
    player_set(&fullscreen->player, fullscreen->stage.session,
               preferences[PREFERENCE_STEP] == STEP_ON, preferences[PREFERENCE_SPEED]);
}

static void measure(void *context)
{
    stage_measure(&((struct fullscreen *)context)->stage);
}

struct face fullscreen_face(struct fullscreen *fullscreen)
{
    return (struct face){.report = report,
                         .progress = {tick, fullscreen},
                         .stopped = wait_for_stopped,
                         .pause = pause_for_key,
                         .prefer = prefer,
                         .measure = measure,
                         .walks = true,
                         .context = fullscreen};
}

/* ---- Keys ---- */

/* A line is going to be run. */
static void begin_line(struct fullscreen *fullscreen)
{
    fullscreen->began_ms = 0;
    text_clear(&fullscreen->stage.caption);
    fullscreen->stage.show->preferences[PREFERENCE_STEP] =
        fullscreen->player.is_on ? STEP_ON : STEP_OFF; /* a key may have ended it */
}

/* Run a line that a key or the mouse stands for. */
static void run_line(struct fullscreen *fullscreen, const char *line)
{
    begin_line(fullscreen);
    interpreter_run_line(fullscreen->interpreter, line);
}

static void run_command(struct fullscreen *fullscreen, const struct binding *binding)
{
    const struct session *session = fullscreen->stage.session;
    struct text line = {0};

    keymap_add_command(binding, fullscreen->stage.show->outlook.focus,
                       session->history->steps.known, &line);
    run_line(fullscreen, text_string(&line));
    text_finish(&line);
}

/* What the keys do here, and at the prompt all commands as well. */
static void show_help(struct fullscreen *fullscreen)
{
    struct stage *stage = &fullscreen->stage;
    struct text text = {0};

    text_add(&text, fullscreen->is_browsing ? "Keys while browsing\n" : "Keys\n");
    keymap_add_help(places_of(fullscreen), &text);
    if (!fullscreen->is_browsing)
        help_add_overview(&text);
    stage_open_page(stage, page_of_text(&stage->options, "help", text_string(&text)));
    text_finish(&text);
}

/* Go where the mouse points. */
static void point(struct fullscreen *fullscreen, const struct key *key)
{
    uint64_t to = 0;
    struct text line = {0};

    switch (stage_link_at(&fullscreen->stage, key->row, key->column, &to)) {
    case LINK_NONE: break;
    case LINK_BLOCK: stage_focus(&fullscreen->stage, to); break;
    case LINK_STEP:
        text_add(&line, "goto %" PRIu64, to);
        run_line(fullscreen, text_string(&line));
        break;
    }
    text_finish(&line);
}

static void carry_out(struct fullscreen *fullscreen, const struct binding *binding,
                      const struct key *key)
{
    struct stage *stage = &fullscreen->stage;

    switch (binding->effect) {
    case EFFECT_RUN: run_command(fullscreen, binding); break;
    case EFFECT_HELP: show_help(fullscreen); break;
    case EFFECT_TYPE: fullscreen->is_browsing = false; break;
    case EFFECT_BROWSE: fullscreen->is_browsing = true; break;
    case EFFECT_LEAVE:
        if (stage->has_page)
            stage_close_page(stage);
        else
            fullscreen->is_browsing = false;
        break;
    case EFFECT_NEXT_BLOCK: stage_move_focus(stage, 1); break;
    case EFFECT_PREVIOUS_BLOCK: stage_move_focus(stage, -1); break;
    case EFFECT_ROW_UP: stage_move_focus_by_row(stage, -1); break;
    case EFFECT_ROW_DOWN: stage_move_focus_by_row(stage, 1); break;
    case EFFECT_POINT: point(fullscreen, key); break;
    case EFFECT_LINE_UP: stage_scroll_rows(stage, -1); break;
    case EFFECT_LINE_DOWN: stage_scroll_rows(stage, 1); break;
    case EFFECT_PAGE_UP: stage_scroll_pages(stage, -1); break;
    case EFFECT_PAGE_DOWN: stage_scroll_pages(stage, 1); break;
    case EFFECT_PAGE_TOP: stage_scroll_rows(stage, -INT_MAX); break;
    case EFFECT_PAGE_END: stage_scroll_rows(stage, INT_MAX); break;
    case EFFECT_CLOSE: stage_close_page(stage); break;
    case EFFECT_STEP_BACK: stage_step_maps(stage, -1); break;
    case EFFECT_STEP_FORTH: stage_step_maps(stage, 1); break;
    case EFFECT_FIRST_STEP: page_go(&stage->page, 0); break;
    case EFFECT_LAST_STEP: page_go(&stage->page, SIZE_MAX); break;
    case EFFECT_REDRAW: display_redraw(); break;
    case EFFECT_SUSPEND: display_suspend(); break;
    case EFFECT_PLAY_ON: /* the player's own */
    case EFFECT_PLAY_TO_END:
    case EFFECT_STOP_PLAYING:
    case EFFECTS: break;
    }
}

static bool is_character(const struct key *key, wchar_t character)
{
    return key->kind == KEY_KIND_CHARACTER && !key->prefix && key->character == character;
}

/* Keys of the screen's own. Returns whether it was one, and not the editor's. */
static bool handle_key(struct fullscreen *fullscreen, const struct key *key)
{
    unsigned places = places_of(fullscreen);
    const struct binding *binding = keymap_find(places, key);

    if (places == PLACE_TYPING && is_character(key, ESCAPE) &&
        editor_wants_escape(fullscreen->editor))
        return false;
    if (binding)
        carry_out(fullscreen, binding, key);
    return binding || fullscreen->is_browsing;
}

/* Let a Ctrl-X wait for the key that it goes with. Returns whether the key is complete. */
static bool take_prefix(struct fullscreen *fullscreen, struct key *key)
{
    bool had_prefix = fullscreen->has_prefix;

    fullscreen->has_prefix = !had_prefix && is_character(key, CONTROL_X);
    if (had_prefix && key->kind == KEY_KIND_CHARACTER && !key->prefix)
        key->prefix = PREFIX_CONTROL_X;
    return !fullscreen->has_prefix;
}

static bool read_key(void *context, wchar_t *ret_key, bool *ret_is_text)
{
    struct fullscreen *fullscreen = context;

    *ret_is_text = false;
    while (!*fullscreen->queued) {
        struct key key = wait_for_key(fullscreen, draw);

        fullscreen->began_ms = 0; /* what the key asks for begins now */
        if (key.kind == KEY_KIND_CLOSED)
            return false;
        if (key.kind == KEY_KIND_PASTED) { /* it goes into the line, wherever the user is */
            fullscreen->is_browsing = fullscreen->has_prefix = false;
            *ret_key = key.character;
            return *ret_is_text = true;
        }
        if (take_prefix(fullscreen, &key) && !handle_key(fullscreen, &key))
            fullscreen->queued = keymap_sequence(&key, fullscreen->sequence);
        if (fullscreen->interpreter->quit)
            return false;
    }
    *ret_key = *fullscreen->queued++;
    return true;
}

static void show_candidates(void *context, const struct completion *completion)
{
    struct stage *stage = &((struct fullscreen *)context)->stage;

    stage_say(stage, STYLE_PLAIN, "completions");
    for (size_t i = 0; i < completion->count; i++) {
        stage_add(&stage->text, i ? "  " : "");
        stage_add(&stage->text, completion->candidates[i]);
    }
}

/* ---- The whole ---- */

static void greet(struct fullscreen *fullscreen)
{
    struct stage *stage = &fullscreen->stage;

    if (stage->heading.length == 0 && stage->caption.length == 0) {
        stage_say(stage, STYLE_PLAIN, "welcome");
        text_add(&stage->text,
                 "Type alloc A 10M, then free A: real memory, from sbrk, in process %d.\n"
                 "F1 shows keys and commands, Tab completes, Esc browses,\n"
                 "PgUp and PgDn walk along the blocks.",
                 (int)target_pid(stage->session->mirror->target));
    }
    if (editor_problem(fullscreen->editor)[0])
        stage_add_note(stage, editor_problem(fullscreen->editor));
}

struct fullscreen *fullscreen_create(struct session *session, struct show *show,
                                     const struct view_options *options, enum color_use color,
                                     struct error *error)
{
    struct fullscreen *fullscreen;

    keyboard_open();
    if (!display_open(color, error))
        return NULL;
    keyboard_define();
    fullscreen = memory_create(1, sizeof *fullscreen);
    stage_init(&fullscreen->stage, session, show, options);
    fullscreen->queued = L"";
    return fullscreen;
}

void fullscreen_destroy(struct fullscreen *fullscreen)
{
    if (!fullscreen)
        return;
    keyboard_close();
    display_close();
    stage_finish(&fullscreen->stage);
    player_finish(&fullscreen->player);
    editor_destroy(fullscreen->editor);
    free(fullscreen);
}

void fullscreen_note(struct fullscreen *fullscreen, const char *note)
{
    stage_add_note(&fullscreen->stage, note);
}

/* An empty line closes the page, or shows all of what the message panel has no room for. */
static void run_nothing(struct stage *stage)
{
    if (stage->has_page)
        stage_close_page(stage);
    else
        stage_open_long_message(stage);
}

/* Run a line as typed, and keep it. */
static void run_typed(struct fullscreen *fullscreen, const char *line)
{
    struct error error;

    if (!line[strspn(line, " \t")]) {
        run_nothing(&fullscreen->stage);
        return;
    }
    stage_close_page(&fullscreen->stage);
    begin_line(fullscreen);
    interpreter_run_line(fullscreen->interpreter, line);
    if (!editor_keep(fullscreen->editor, line, &error))
        stage_add_note(&fullscreen->stage, error.text);
}

bool fullscreen_interact(struct fullscreen *fullscreen, struct interpreter *interpreter,
                         struct error *error)
{
    struct editor_callbacks callbacks = {read_key, show_candidates, fullscreen};
    const char *line;

    fullscreen->interpreter = interpreter;
    fullscreen->editor = editor_create(interpreter->session, &callbacks, false, error);
    if (!fullscreen->editor)
        return false;
    greet(fullscreen);
    while (!interpreter->quit && (line = editor_read(fullscreen->editor)))
        run_typed(fullscreen, line);
    return true;
}
