/* pause.c: see pause.h. */
#include "terminal/pause.h"

#include "base/clock.h"
#include "base/size.h"
#include "command/interpreter.h"
#include "command/rehearsal.h"
#include "terminal/fullscreen_parts.h"

enum { USUAL_SPEED = 5 };

unsigned pause_places(const struct held *held)
{
    if (!held->pause || held->is_trying)
        return 0;
    return PLACE_PAUSED | (held->pause->is_played ? PLACE_PLAYED : 0) |
           (held->pause->answer && !held->pause->picks ? PLACE_ASKED : 0) |
           (held->pause->is_quiz ? PLACE_QUIZ : 0) | (held->pause->picks ? PLACE_PICKING : 0) |
           (held->pause->is_played && !held->pause->answer ? PLACE_PACED : 0);
}

const char *pause_prompt(const struct held *held)
{
    if (!held->pause)
        return EDITOR_PROMPT;
    if (held->is_trying)
        return "trying> ";
    return held->pause->answer ? "answer> " : "paused> ";
}

void pause_end(struct fullscreen *fullscreen, enum pause_end end)
{
    fullscreen->held.is_over = true;
    fullscreen->held.end = end;
    fullscreen->queued = L"\r";
}

/* Let the pause go on by itself after a while, if the user has chosen a speed. */
static void set_due(struct fullscreen *fullscreen)
{
    const struct pause *pause = fullscreen->held.pause;
    uint64_t length = pause->milliseconds + (pause->answer ? REHEARSAL_ASK_MS : 0);

    fullscreen->held.due_ms = 0;
    if (fullscreen->speed > 0 && pause->is_played)
        fullscreen->held.due_ms = clock_ms() + length * USUAL_SPEED / fullscreen->speed;
}

int pause_timeout_ms(const struct fullscreen *fullscreen)
{
    uint64_t now = clock_ms(), due = fullscreen->held.due_ms;

    if (due == 0 || fullscreen->held.is_trying)
        return -1;
    return due > now ? (int)(due - now) : 0;
}

/* Answer with the block that is looked at. */
static void pick(struct fullscreen *fullscreen)
{
    char at[SIZE_TEXT_MAX];

    text_add_string(fullscreen->held.pause->answer,
                    offset_text(fullscreen->stage.show->outlook.focus, at));
    pause_end(fullscreen, PAUSE_ON);
}

/* Answer with the block under the mouse. False if there is none. */
static bool pick_pointed(struct fullscreen *fullscreen, const struct key *key)
{
    uint64_t at = 0;

    if (stage_link_at(&fullscreen->stage, key->row, key->column, &at) != LINK_BLOCK)
        return false;
    stage_focus(&fullscreen->stage, at);
    pick(fullscreen);
    return true;
}

/* Enter shows the rest of what a quiz explains, where its panel has no room for it. Returns whether
 * there is a rest. */
static bool show_rest(struct fullscreen *fullscreen, const struct key *key)
{
    if (!fullscreen->held.pause->is_quiz || key->character != ENTER)
        return false;
    stage_open_long_message(&fullscreen->stage);
    return fullscreen->stage.has_page;
}

bool pause_carry_out(struct fullscreen *fullscreen, enum effect effect, const struct key *key)
{
    static const enum pause_end ends[EFFECTS] = {
        [EFFECT_GO_ON] = PAUSE_ON,
        [EFFECT_END_SCENARIO] = PAUSE_OVER,
        [EFFECT_GO_BACK] = PAUSE_BACK,
        [EFFECT_SECTION_BACK] = PAUSE_SECTION_BACK,
        [EFFECT_SECTION_ON] = PAUSE_SECTION_ON,
    };

    if (effect == EFFECT_PICK_POINTED)
        return pick_pointed(fullscreen, key);
    if (effect == EFFECT_PICK) {
        pick(fullscreen);
        return true;
    }
    if (effect == EFFECT_PACE) {
        fullscreen->speed = (unsigned)(key->character - L'0');
        set_due(fullscreen);
        return true;
    }
    if (effect == EFFECT_GO_ON && show_rest(fullscreen, key))
        return true;
    if (effect != EFFECT_TRY && effect != EFFECT_GO_ON && ends[effect] == PAUSE_ON)
        return false;
    fullscreen->speed = 0; /* from here on by hand */
    fullscreen->held.due_ms = 0;
    if (effect == EFFECT_TRY)
        fullscreen->held.is_trying = true;
    else
        pause_end(fullscreen, ends[effect]);
    return true;
}

/* ---- The wait ---- */

/* A line was typed: it is the answer to the question, or a command. */
static void take_line(struct fullscreen *fullscreen, const char *line)
{
    struct held *held = &fullscreen->held;
    struct interpreter *interpreter = fullscreen->interpreter;

    if (held->pause->answer && !held->is_trying) {
        text_add(held->pause->answer, "%s", line);
        held->is_over = true;
        held->end = PAUSE_ON;
        return;
    }
    fullscreen_run_typed(fullscreen, line);
    if (!interpreter->wants_back)
        return;
    interpreter->wants_back = false;
    held->is_over = true;
    held->end = held->pause->is_played ? PAUSE_AGAIN : PAUSE_ON;
}

enum pause_end fullscreen_pause(void *context, const struct pause *pause)
{
    struct fullscreen *fullscreen = context;
    struct held outer = fullscreen->held;
    enum pause_end end;
    const char *line;

    if (pause->why) {
        stage_add(&fullscreen->stage.text, fullscreen->stage.text.length > 0 ? "\n" : "");
        stage_add(&fullscreen->stage.text, pause->why);
    }
    fullscreen->held = (struct held){.pause = pause};
    set_due(fullscreen);
    while (!fullscreen->held.is_over && !fullscreen->interpreter->quit) {
        line = editor_read(fullscreen->editor);
        if (!line) {
            fullscreen->held.is_over = true;
            fullscreen->held.end = fullscreen->interpreter->quit ? PAUSE_ON : PAUSE_OVER;
        } else if (!fullscreen->held.is_over) {
            take_line(fullscreen, line);
        }
    }
    end = fullscreen->held.end;
    fullscreen->stage.is_saying =
        pause->answer && !pause->is_quiz && end == PAUSE_ON; /* the reply goes below it */
    fullscreen->held = outer;
    fullscreen->began_ms = 0; /* waiting is no work */
    return end;
}
