/* player.c: see player.h. */
#include "terminal/player.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "collector/events.h"
#include "command/address.h"
#include "explain/explain.h"
#include "terminal/display.h"
#include "terminal/keyboard.h"
#include "terminal/keymap.h"

/* Of the events of a long step these play: so many at its beginning and at its end, and about as
 * many in between as PLAYED_BETWEEN. */
enum { PLAYED_FIRST = 12, PLAYED_LAST = 12, PLAYED_BETWEEN = 24 };

void player_finish(struct player *player)
{
    film_finish(&player->film);
    text_finish(&player->story);
}

void player_set(struct player *player, struct session *session, bool is_on, unsigned speed)
{
    player->is_on = is_on;
    player->speed = speed;
    player_prepare(player, session);
}

void player_prepare(struct player *player, struct session *session)
{
    struct free_lists lists;
    struct error ignored;

    player->has_film =
        player->is_on && session_read_lists(session, STAGE_LIST_MOST, &lists, &ignored);
    if (!player->has_film)
        return;
    film_begin(&player->film, &session->mirror->picture, &lists);
    free_lists_finish(&lists);
    player->before = session->mirror->picture.metrics;
}

/* ---- Which events play ---- */

static bool is_played(size_t index, size_t count)
{
    size_t stride;

    if (index < PLAYED_FIRST || index + PLAYED_LAST >= count)
        return true;
    stride = (count - PLAYED_FIRST - PLAYED_LAST + PLAYED_BETWEEN - 1) / PLAYED_BETWEEN;
    return (index - PLAYED_FIRST) % stride == stride - 1;
}

/* ---- What is told ---- */

/* Append a line for an event; `skipped` before it were left out. */
static void tell(struct player *player, const struct stage *stage, const struct step *step,
                 size_t index, size_t skipped)
{
    const struct session *session = stage->session;
    struct text clause = {0};
    const struct hg_event *events = session->mirror->picture.events.items;
    const char *act = explain_act(&events[index]);
    bool is_same_act = index > 0 && skipped == 0 && explain_act(&events[index - 1]) == act;

    if (index > 0)
        text_add(&player->story, "\n");
    if (skipped > 0)
        text_add(&player->story, "%-9s ... %zu more ...\n", "", skipped);
    text_add(&player->story, "%-9s ", is_same_act ? "" : act);
    explain_event(&session->mirror->picture, session->history, step, &events[index],
                  EXPLAIN_ROUNDED, &clause);
    address_add_text(session, stage->show, text_string(&clause), &player->story);
    text_finish(&clause);
}

/* The last lines of the story, as many as there is room for. Returns them in `broken`. */
static const char *end_of_story(const struct player *player, const struct stage *stage,
                                struct message *message, struct text *broken)
{
    enum { FRAME_COLUMNS = 4 };
    int rows, columns;

    display_size(&rows, &columns);
    grid_break_lines(text_string(&player->story), columns - FRAME_COLUMNS, broken);
    message->text = text_string(broken);
    while (!screen_message_fits(rows, columns, &stage->show->outlook.choice, message)) {
        const char *next = strchr(message->text, '\n');

        if (!next || !next[1])
            break;
        message->text = next + 1;
    }
    return message->text;
}

/* ---- What is shown ---- */

/* The offsets that an event is about; equal if it is about none. */
static void find_lit(const struct hg_event *event, uint64_t *ret_low, uint64_t *ret_high)
{
    enum hg_scope scope = event_scope(event->kind);
    bool is_lit = scope != HG_SCOPE_NONE && scope != HG_SCOPE_END;

    *ret_low = is_lit ? event->at : 0;
    *ret_high = is_lit ? event->at + event->size : 0;
}

/* Draw the moment that the film has come to. */
static void draw_moment(struct player *player, struct stage *stage, const char *heading,
                        const struct hg_event *event)
{
    struct film *film = &player->film;
    struct message message = {.heading = heading, .caption = text_string(&stage->caption)};
    struct moment moment = {.picture = &film->picture, .lists = &film->lists};
    struct text hints = {0}, story = {0};

    picture_measure(&film->picture, &player->before);
    find_lit(event, &moment.lit_low, &moment.lit_high);
    message.text = end_of_story(player, stage, &message, &story);
    keymap_add_hints(PLACE_PLAYING, &hints);
    stage_draw_moment(stage, &moment, &message, &(struct prompt){.words = text_string(&hints)});
    text_finish(&hints);
    text_finish(&story);
}

/* ---- Going on ---- */

enum pace { PACE_ON, PACE_TO_END };

/* Keys that were typed before anything was to be seen are not about it. */
static bool is_typed_ahead(void)
{
    struct key key = keyboard_read(0, NULL);
    const struct binding *binding = keymap_find(PLACE_PLAYING, &key);

    if (key.kind == KEY_KIND_NONE || key.kind == KEY_KIND_RESIZE)
        return false;
    keyboard_unread(&key);
    return !binding || binding->effect != EFFECT_PLAY_ON;
}

/* Whether a key that skips is the first letter of a line that somebody types while the step plays
 * by itself: then the next one follows soon. */
static bool begins_a_line(const struct player *player)
{
    enum { TYPING_MS = 300 };
    struct key next;

    if (player->speed == 0)
        return false;
    next = keyboard_read(TYPING_MS, NULL);
    if (next.kind != KEY_KIND_NONE)
        keyboard_unread(&next);
    return next.kind == KEY_KIND_CHARACTER;
}

/* Wait until it is time for the next event, redrawing when the terminal changes its size. */
static enum pace wait_for_next(struct player *player, struct stage *stage, const char *heading,
                               const struct hg_event *event)
{
    int timeout_ms = player->speed ? (int)(1000 / player->speed) : -1;
    const struct binding *binding;
    struct key key;

    for (;;) {
        draw_moment(player, stage, heading, event);
        key = keyboard_read(timeout_ms, NULL);
        binding = keymap_find(PLACE_PLAYING, &key);
        if (key.kind == KEY_KIND_NONE || (binding && binding->effect == EFFECT_PLAY_ON))
            return PACE_ON;
        if (binding && binding->effect == EFFECT_STOP_PLAYING)
            player->is_on = false;
        else if (key.kind != KEY_KIND_RESIZE && (!binding || begins_a_line(player)))
            keyboard_unread(&key);
        if (key.kind != KEY_KIND_RESIZE)
            return PACE_TO_END;
    }
}

static void play_events(struct player *player, struct stage *stage, const struct outcome *outcome)
{
    const struct session *session = stage->session;
    const struct picture *after = &session->mirror->picture;
    const struct events *events = &after->events;
    char heading[96];
    size_t skipped = 0;

    for (size_t i = 0; i < events->count; i++) {
        if (!film_play(&player->film, after, &events->items[i]))
            return;
        if (!is_played(i, events->count)) {
            skipped++;
            continue;
        }
        tell(player, stage, outcome->step, i, skipped);
        skipped = 0;
        snprintf(heading, sizeof heading, "step %zu: %.48s: %s", session->history->steps.count,
                 outcome->command, explain_act(&events->items[i]));
        if (wait_for_next(player, stage, heading, &events->items[i]) == PACE_TO_END)
            return;
    }
}

bool player_play(struct player *player, struct stage *stage, const struct outcome *outcome)
{
    if (!player->is_on || !player->has_film || is_typed_ahead())
        return false;
    text_clear(&player->story);
    stage_close_page(stage);
    play_events(player, stage, outcome);
    return true;
}
