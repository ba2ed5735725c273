/* fullscreen.c: see fullscreen.h. */
#include "terminal/fullscreen.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/help.h"
#include "session/followed.h"
#include "terminal/display.h"
#include "terminal/editor.h"
#include "terminal/keyboard.h"
#include "terminal/keymap.h"
#include "terminal/fullscreen_parts.h"

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
    if (fullscreen->stage.has_page && is_browsing)
        places |= PLACE_LEAFING;
    if (fullscreen->stage.has_page && (is_browsing || line_is_empty(fullscreen)))
        places |= PLACE_READING | (fullscreen->stage.page.has_maps ? PLACE_MAPS : 0);
    if (!is_browsing && line_is_empty(fullscreen))
        places |= pause_places(&fullscreen->held) &
                  (fullscreen->stage.has_page ? PLACE_PLAYED : UINT_MAX);
    if (!fullscreen->stage.has_page && session_is_followed(fullscreen->stage.session) &&
        (is_browsing || line_is_empty(fullscreen)))
        places |= PLACE_HELD;
    return places;
}

static void draw(struct fullscreen *fullscreen)
{
    struct prompt prompt = {.words = pause_prompt(&fullscreen->held)};
    struct text hints = {0};

    keymap_add_hints(places_of(fullscreen), &hints);
    if (fullscreen->is_browsing) {
        prompt.words = text_string(&hints);
    } else if (fullscreen->editor) {
        if (!fullscreen->stage.show->outlook.choice.is_presented)
            prompt.hint = text_string(&hints);
        prompt.line = editor_line(fullscreen->editor, &prompt.length, &prompt.cursor);
    }
    stage_draw(&fullscreen->stage, NULL, &prompt);
    text_finish(&hints);
    fullscreen->drawn_ms = clock_ms();
}

/* ---- Keys ---- */

/* A line is going to be run. */
static void begin_line(struct fullscreen *fullscreen)
{
    fullscreen->began_ms = 0;
    text_clear(&fullscreen->stage.caption);
    if (!fullscreen->held.pause)
        text_clear(&fullscreen->stage.part);
    fullscreen->stage.show->preferences[PREFERENCE_STEP] =
        fullscreen->player.is_on ? STEP_ON : STEP_OFF; /* a key may have ended it */
}

/* Run a line that a key or the mouse stands for. What a quiz asks stands there until it is
 * answered. */
static void run_line(struct fullscreen *fullscreen, const char *line)
{
    const struct pause *pause = fullscreen->held.pause;
    struct text *caption = &fullscreen->stage.caption, question = {0};

    text_add_string(&question, text_string(caption));
    begin_line(fullscreen);
    interpreter_run_aside(fullscreen->interpreter, line);
    if (pause && pause->is_quiz) {
        text_clear(caption);
        text_add_string(caption, text_string(&question));
    }
    text_finish(&question);
}

static void run_command(struct fullscreen *fullscreen, const struct binding *binding)
{
    const struct session *session = fullscreen->stage.session;
    struct text line = {0};

    keymap_add_command(binding, fullscreen->stage.show->outlook.focus,
                       session->history->steps.count, session->history->steps.known, &line);
    run_line(fullscreen, text_string(&line));
    text_finish(&line);
}

/* What the keys do here, and at the prompt all commands before them. */
static void show_help(struct fullscreen *fullscreen)
{
    struct stage *stage = &fullscreen->stage;
    struct text text = {0};

    if (!fullscreen->is_browsing) {
        text_add(&text, "Commands, and behind them the keys, which 'help keys' shows alone\n\n");
        help_add_overview(&text);
        text_add(&text, "\n\n");
    }
    text_add(&text, fullscreen->is_browsing ? "Keys while browsing\n" : "Keys\n");
    keymap_add_help(places_of(fullscreen), &text);
    stage_open_page(stage, page_of_text(&stage->options, "help", text_string(&text)));
    text_finish(&text);
}

/* What the panels show that are on the screen. */
static void show_panels(struct fullscreen *fullscreen)
{
    struct stage *stage = &fullscreen->stage;
    const struct outlook *outlook = &stage->show->outlook;
    unsigned hidden = panels_hidden(&outlook->choice) | outlook->crowded;
    struct text text = {0};

    for (int panel = 0; panel < PANELS; panel++) {
        if (hidden & 1u << panel && panel != PANEL_MESSAGE)
            continue;
        help_add_panel((enum panel)panel, &text);
        text_add(&text, "\n\n");
    }
    text_add(&text, "A click on the heading of a panel tells this of it alone; F1 lists the keys.");
    stage_open_page(stage, page_of_text(&stage->options, "panels", text_string(&text)));
    text_finish(&text);
}

/* Go where the mouse points. */
static void point(struct fullscreen *fullscreen, const struct key *key)
{
    uint64_t to = 0;
    struct text line = {0};
    enum link link = stage_link_at(&fullscreen->stage, key->row, key->column, &to);

    fullscreen->dragged_row = link == LINK_STEP ? key->row : 0;
    switch (link) {
    case LINK_NONE: break;
    case LINK_BLOCK: stage_focus(&fullscreen->stage, to); break;
    case LINK_STEP:
        text_add(&line, "goto %" PRIu64, to);
        run_line(fullscreen, text_string(&line));
        break;
    case LINK_PANEL:
        text_add(&line, "help panel %s", panel_name((enum panel)to));
        run_line(fullscreen, text_string(&line));
        break;
    }
    text_finish(&line);
}

/* Go to the step at the mouse's column, wherever its row is, if the button was pressed on the
 * timeline. */
static void drag(struct fullscreen *fullscreen, const struct key *key)
{
    const struct steps *steps = &fullscreen->stage.session->history->steps;
    struct key at = *key;
    uint64_t to = 0;

    at.row = fullscreen->dragged_row;
    if (at.row > 0 && stage_link_at(&fullscreen->stage, at.row, at.column, &to) == LINK_STEP &&
        to != steps->count)
        point(fullscreen, &at);
}

/* Over the timeline, leap; elsewhere walk from block to block. */
static void turn_wheel(struct fullscreen *fullscreen, const struct key *key, int direction)
{
    static const struct binding back = {.command = "goto {"}, forth = {.command = "goto }"};
    uint64_t ignored = 0;

    if (stage_link_at(&fullscreen->stage, key->row, key->column, &ignored) == LINK_STEP)
        run_command(fullscreen, direction < 0 ? &back : &forth);
    else
        stage_move_focus(&fullscreen->stage, direction);
}

/* Scroll the page on; behind its end, a scenario goes on. */
static void leaf_on(struct fullscreen *fullscreen)
{
    size_t top = fullscreen->stage.page_top;

    stage_scroll_pages(&fullscreen->stage, 1);
    if (fullscreen->stage.page_top == top && places_of(fullscreen) & PLACE_PLAYED)
        pause_end(fullscreen, PAUSE_ON);
}

static void carry_out(struct fullscreen *fullscreen, const struct binding *binding,
                      const struct key *key)
{
    struct stage *stage = &fullscreen->stage;

    if (pause_carry_out(fullscreen, binding->effect, key))
        return;
    switch (binding->effect) {
    case EFFECT_RUN: run_command(fullscreen, binding); break;
    case EFFECT_HELP: show_help(fullscreen); break;
    case EFFECT_PANELS: show_panels(fullscreen); break;
    case EFFECT_TYPE: fullscreen->is_browsing = false; break;
    case EFFECT_BROWSE: fullscreen->is_browsing = true; break;
    case EFFECT_NOTHING: break;
    case EFFECT_NEXT_BLOCK: stage_move_focus(stage, 1); break;
    case EFFECT_PREVIOUS_BLOCK: stage_move_focus(stage, -1); break;
    case EFFECT_WHEEL_UP: turn_wheel(fullscreen, key, -1); break;
    case EFFECT_WHEEL_DOWN: turn_wheel(fullscreen, key, 1); break;
    case EFFECT_ROW_UP: stage_move_focus_by_row(stage, -1); break;
    case EFFECT_ROW_DOWN: stage_move_focus_by_row(stage, 1); break;
    case EFFECT_PICK_POINTED: /* at no block */
    case EFFECT_POINT: point(fullscreen, key); break;
    case EFFECT_DRAG: drag(fullscreen, key); break;
    case EFFECT_LINE_UP: stage_scroll_rows(stage, -1); break;
    case EFFECT_LINE_DOWN: stage_scroll_rows(stage, 1); break;
    case EFFECT_PAGE_UP: stage_scroll_pages(stage, -1); break;
    case EFFECT_PAGE_DOWN: leaf_on(fullscreen); break;
    case EFFECT_PAGE_TOP: stage_scroll_rows(stage, -INT_MAX); break;
    case EFFECT_PAGE_END: stage_scroll_rows(stage, INT_MAX); break;
    case EFFECT_CLOSE: stage_close_page(stage); break;
    case EFFECT_STEP_BACK: stage_step_maps(stage, -1); break;
    case EFFECT_STEP_FORTH: stage_step_maps(stage, 1); break;
    case EFFECT_FIRST_STEP: page_go(&stage->page, 0); break;
    case EFFECT_LAST_STEP: page_go(&stage->page, SIZE_MAX); break;
    case EFFECT_REDRAW: display_redraw(); break;
    case EFFECT_SUSPEND: display_suspend(); break;
    case EFFECT_GO_ON: /* the pause's own */
    case EFFECT_END_SCENARIO:
    case EFFECT_GO_BACK:
    case EFFECT_SECTION_BACK:
    case EFFECT_SECTION_ON:
    case EFFECT_PACE:
    case EFFECT_PICK:
    case EFFECT_TRY:
    case EFFECT_HOLD:    /* of whoever watches a program */
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

    if (places == PLACE_TYPING && (is_character(key, ESCAPE) || key->prefix == PREFIX_ALT) &&
        editor_wants_escape(fullscreen->editor))
        return false;
    if (binding)
        carry_out(fullscreen, binding, key);
    else if (keymap_sequence(key, fullscreen->sequence)[0])
        fullscreen->is_browsing = false; /* what no key is bound to begins a line, or edits it */
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
        struct key key = fullscreen_wait_for_key(fullscreen, draw);

        fullscreen->began_ms = 0; /* what the key asks for begins now */
        if (!editor_knows(fullscreen->editor, key.sequence))
            key.sequence[0] = '\0'; /* the editor would take half of it for text */
        if (key.kind == KEY_KIND_CLOSED)
            return false;
        if (key.kind == KEY_KIND_PASTED && places_of(fullscreen) & PLACE_PAUSED) {
            keyboard_unread(&key); /* the lines that are pasted do not wait */
            pause_end(fullscreen, PAUSE_ON);
            continue;
        }
        if (key.kind == KEY_KIND_NONE) { /* it is time */
            pause_end(fullscreen, PAUSE_ON);
            continue;
        }
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
        struct text notes = stage->text;

        stage->text = (struct text){0};
        stage_say(stage, STYLE_PLAIN, "welcome");
        text_add(&stage->text,
                 "%sType alloc A 10M, then free A: real memory, from sbrk, in process %d.\n"
                 "F1 shows keys and commands, Tab completes, Esc browses,\n"
                 "PgUp and PgDn walk along the blocks.",
                 text_string(&notes), (int)target_pid(stage->session->mirror->target));
        text_finish(&notes);
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
    text_finish(&fullscreen->watched);
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

void fullscreen_run_typed(struct fullscreen *fullscreen, const char *typed)
{
    char *line = memory_copy_string(typed);
    struct error error;

    if (line[strspn(line, " \t")]) {
        stage_close_page(&fullscreen->stage);
        begin_line(fullscreen);
        interpreter_run_aside(fullscreen->interpreter, line);
        if (!editor_keep(fullscreen->editor, line, &error))
            stage_add_note(&fullscreen->stage, error.text);
    } else {
        run_nothing(&fullscreen->stage);
    }
    free(line);
}

bool fullscreen_begin(struct fullscreen *fullscreen, struct interpreter *interpreter,
                      struct error *error)
{
    struct editor_callbacks callbacks = {read_key, show_candidates, fullscreen};

    fullscreen->interpreter = interpreter;
    fullscreen->editor = editor_create(interpreter->session, &callbacks, false, error);
    return fullscreen->editor;
}

void fullscreen_interact(struct fullscreen *fullscreen)
{
    const char *line;

    greet(fullscreen);
    while (!fullscreen->interpreter->quit && (line = editor_read(fullscreen->editor)))
        fullscreen_run_typed(fullscreen, line);
}
