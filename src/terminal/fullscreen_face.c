/* fullscreen_face.c: the full screen as a face: it shows what came of commands, how far a long one
 * is, and waits. See fullscreen.h. */
#include "base/clock.h"
#include "session/followed.h"
#include "terminal/display.h"
#include "terminal/fullscreen.h"
#include "terminal/fullscreen_parts.h"
#include "terminal/keyboard.h"
#include "view/words.h"

enum {
    PROGRESS_AFTER_MS = 400, /* a command that takes longer shows how far it is */
    PROGRESS_EVERY_MS = 50,
    WATCHED_AFTER_MS = 200, /* so does what is done for one that runs */
    DRAW_EVERY_MS = 100,    /* while keys come faster than they can be drawn */
};

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

static struct guest *guest_of(const struct fullscreen *fullscreen)
{
    const struct followed *followed = fullscreen->stage.session->followed;

    return followed ? guest_first(followed->guest) : NULL;
}

/* Take in what a program prints that does not wait in a call of malloc: it would wait for us.
 * Returns whether there was anything. */
static bool take_printed(const struct fullscreen *fullscreen)
{
    struct guest *guest = guest_of(fullscreen);
    uint64_t before = guest ? guest->printed_ever : 0;

    if (!guest || guest->terminal < 0)
        return false;
    guest_attend(guest, 0);
    return guest->printed_ever > before || guest->terminal < 0;
}

/* Wait until something happens that is to be seen. */
static struct key wait_for_key(const struct fullscreen *fullscreen)
{
    struct key key;

    if (!fullscreen->heap_is_lost)
        session_rest(fullscreen->stage.session);
    do {
        const struct guest *guest = guest_of(fullscreen);
        const int others[KEYBOARD_OTHERS] = {heap_descriptor(fullscreen),
                                             guest ? guest->terminal : -1};

        key = keyboard_read(pause_timeout_ms(fullscreen), others);
    } while (key.kind == KEY_KIND_NONE && take_printed(fullscreen));
    return key;
}

struct key fullscreen_wait_for_key(struct fullscreen *fullscreen, void (*show)(struct fullscreen *))
{
    struct key key = {.kind = KEY_KIND_NONE};

    if (clock_ms() - fullscreen->drawn_ms < DRAW_EVERY_MS)
        key = keyboard_read(0, NULL);
    while (key.kind == KEY_KIND_NONE) {
        show(fullscreen);
        if (!has_notice(fullscreen)) /* drawing reads from the heap process, too */
            key = wait_for_key(fullscreen);
        if (key.kind == KEY_KIND_NONE && pause_timeout_ms(fullscreen) == 0)
            break;
        if (key.kind == KEY_KIND_NONE)
            watch_heap_process(fullscreen);
    }
    if (fullscreen->stage.imagined)
        stage_imagine(&fullscreen->stage, NULL);
    return key;
}

static void draw_progress(struct fullscreen *fullscreen, size_t done, size_t total,
                          void (*draw)(struct stage *, const struct message *,
                                       const struct prompt *))
{
    struct prompt prompt = {.words = ""};
    struct text text = {0};

    words_add_progress(done, total, &text);
    if (fullscreen->watched.length > 0)
        text_add(&text, "\n%s", text_string(&fullscreen->watched));
    draw(&fullscreen->stage,
         &(struct message){.heading = fullscreen->watched.length > 0
                                          ? "its heap is looked at; Ctrl-C holds it"
                                          : "working; Ctrl-C stops",
                           .text = text_string(&text)},
         &prompt);
    text_finish(&text);
}

/* Show progress now and then, and look whether the user wants to stop. A program that runs is then
 * to be held. */
static bool tick_with(struct fullscreen *fullscreen, size_t done, size_t total,
                      void (*draw)(struct stage *, const struct message *, const struct prompt *))
{
    uint64_t now = clock_ms(),
             after = fullscreen->watched.length > 0 ? WATCHED_AFTER_MS : PROGRESS_AFTER_MS;

    if (fullscreen->began_ms == 0)
        fullscreen->began_ms = now;
    if (now - fullscreen->began_ms < after || now - fullscreen->shown_ms < PROGRESS_EVERY_MS)
        return true;
    draw_progress(fullscreen, done, total, draw);
    fullscreen->shown_ms = clock_ms();
    if (!keyboard_interrupted())
        return true;
    return fullscreen->holds = fullscreen->watched.length > 0;
}

static bool tick(void *context, size_t done, size_t total)
{
    return tick_with(context, done, total, stage_draw);
}

static bool tick_within(void *context, size_t done, size_t total)
{
    return tick_with(context, done, total, stage_draw_words);
}

/* Say that the heap process is stopped, and look whether the user wants to wait for it. */
static bool wait_for_stopped(void *context)
{
    struct fullscreen *fullscreen = context;

    stage_draw(
        &fullscreen->stage,
        &(struct message){.heading = "the heap process is stopped; Ctrl-C waits no longer",
                          .text = "It goes on when it is continued, by SIGCONT or by its debugger.",
                          .style = STYLE_NOTICE},
        &(struct prompt){.words = ""});
    return !keyboard_interrupted();
}

/* Show things as they are for a while; a key ends it. */
static void wait(void *context, unsigned milliseconds)
{
    struct fullscreen *fullscreen = context;
    uint64_t now = clock_ms(), end = now + milliseconds;
    struct key key = {.kind = KEY_KIND_NONE};

    while ((key.kind == KEY_KIND_NONE || key.kind == KEY_KIND_RESIZE) && now < end) {
        stage_draw(&fullscreen->stage, NULL, &(struct prompt){.words = "..."});
        key = keyboard_read((int)(end - now), NULL);
        now = clock_ms();
    }
    if (key.kind == KEY_KIND_CLOSED || (key.kind == KEY_KIND_CHARACTER && key.character != L' '))
        keyboard_unread(&key);
    fullscreen->began_ms = 0; /* waiting is no work */
}

static void visit(void *context, struct session *session, struct show *show)
{
    struct fullscreen *fullscreen = context;

    stage_visit(&fullscreen->stage, session, show);
    player_prepare(&fullscreen->player, session);
}

static void draw_watched(struct fullscreen *fullscreen, const struct watched *watched)
{
    struct stage *stage = &fullscreen->stage;
    struct message message = {
        .heading = watched->may_be_held ? "a program runs" : "what a program has done is taken in",
        .text = watched->text};
    struct text hints = {0};
    struct prompt prompt;

    keymap_add_hints(PLACE_RUNNING, &hints);
    prompt = (struct prompt){.words = watched->may_be_held ? text_string(&hints) : "..."};
    if (watched->is_new) {
        stage_close_page(stage);
        stage->is_stale = true;
        stage_draw(stage, &message, &prompt);
    } else {
        stage_draw_words(stage, &message, &prompt);
    }
    text_finish(&hints);
}

/* Whether no key says that the program is to be held. Any does; one that has nothing else to do
 * there is then as if it were typed afterwards. */
static bool goes_on(struct fullscreen *fullscreen)
{
    const struct binding *binding;
    struct key key;

    if (fullscreen->holds)
        return false;
    key = keyboard_read(0, NULL);
    if (key.kind == KEY_KIND_NONE || key.kind == KEY_KIND_RESIZE)
        return true;
    binding = keymap_find(PLACE_RUNNING, &key);
    if (!binding || binding->effect != EFFECT_HOLD)
        keyboard_unread(&key);
    return false;
}

/* Show a program at work. */
static bool watch(void *context, const struct watched *watched)
{
    struct fullscreen *fullscreen = context;

    text_clear(&fullscreen->watched);
    fullscreen->holds = fullscreen->holds && watched;
    fullscreen->began_ms = 0; /* watching is no work */
    if (!watched)
        return true;
    text_add_string(&fullscreen->watched, watched->text);
    draw_watched(fullscreen, watched);
    fullscreen->began_ms = 0;
    return goes_on(fullscreen);
}

static bool lend(void *context, struct guest *guest)
{
    struct fullscreen *fullscreen = context;
    bool is_wanted_back;

    if (!guest) {
        lending_end(&fullscreen->lending);
        return true;
    }
    stage_close_page(&fullscreen->stage);
    is_wanted_back = !lending_pass(&fullscreen->lending, guest);
    fullscreen->began_ms = 0;
    return !is_wanted_back;
}

/* Preferences are seen at once. */
static void prefer(void *context, const unsigned *preferences)
{
    struct fullscreen *fullscreen = context;

    fullscreen->stage.options.absolute_addresses =
        preferences[PREFERENCE_ADDRESSES] == ADDRESSES_ABSOLUTE;
    fullscreen->stage.options.hilbert = preferences[PREFERENCE_MAP] == MAP_HILBERT;
    fullscreen->stage.show->outlook.choice.is_presented =
        preferences[PREFERENCE_PRESENT] == PRESENT_ON;
    stage_measure(&fullscreen->stage); /* a line of commands may go on to zoom */
    display_set_theme(preferences[PREFERENCE_THEME]);
    display_set_mouse(preferences[PREFERENCE_MOUSE] == MOUSE_ON);
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
                         .inner_progress = {tick_within, fullscreen},
                         .stopped = wait_for_stopped,
                         .pause = fullscreen_pause,
                         .wait = wait,
                         .visit = visit,
                         .watch = watch,
                         .lend = lend,
                         .prefer = prefer,
                         .measure = measure,
                         .add_keys = keymap_add_all,
                         .is_seen = true,
                         .walks = true,
                         .context = fullscreen};
}
