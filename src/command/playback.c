/* playback.c: see playback.h. */
#include "command/playback.h"

#include "base/memory.h"
#include "command/reading.h"
#include "command/rehearsal.h"
#include "command/scenario.h"
#include "kind/kind.h"

/* ---- From the beginning ---- */

bool playback_begin(struct playback *playback, struct interpreter *interpreter, const char *path)
{
    struct rehearsal rehearsal;
    size_t left_out;
    struct error ignored;

    *playback = (struct playback){.outer = interpreter->playback};
    if (!rehearsal_read(path, &rehearsal, &ignored))
        return false;
    playback->sections_known = rehearsal.has_beginning ? rehearsal.count - 1 : rehearsal.count;
    rehearsal_finish(&rehearsal);
    playback->show = *interpreter->show;
    if (!history_is_whole(interpreter->session->history, &ignored) ||
        !scenario_add(interpreter->session, &playback->beginning, &left_out)) {
        text_finish(&playback->beginning);
        return false;
    }
    playback->step = interpreter->session->history->steps.count;
    playback->beginnings = interpreter->session->beginnings;
    interpreter->playback = playback;
    interpreter->score = (struct score){0};
    return true;
}

void playback_end(struct playback *playback, struct interpreter *interpreter)
{
    text_finish(&playback->beginning);
    interpreter->playback = playback->outer;
}

/* Undo all steps since the beginning; false where that is not enough. */
static bool undo_all(const struct playback *playback, struct session *session)
{
    struct error ignored;

    return session->beginnings == playback->beginnings &&
           session->history->steps.known >= playback->step &&
           session_go(session, playback->step, &ignored);
}

/* Begin with a fresh heap, and what led to the beginning. */
static void begin_again(struct playback *playback, struct interpreter *interpreter)
{
    struct session *session = interpreter->session;
    struct hg_config config = kind_config_default(kind_policy(0, NULL)->name);
    struct reading *reading = interpreter->reading;
    struct error ignored;
    size_t refused;

    interpreter->reading = NULL;
    if (session_reset(session, &ignored))
        session_configure(session, &config, &refused, &ignored);
    interpreter_run_text(interpreter, text_string(&playback->beginning));
    interpreter->reading = reading;
    playback->beginnings = session->beginnings;
}

/* Bring the heap to where it was before the first line, and what is looked at with it. */
static void rewind_heap(struct playback *playback, struct interpreter *interpreter)
{
    struct map_room room = interpreter->show->outlook.room;

    if (!undo_all(playback, interpreter->session))
        begin_again(playback, interpreter);
    *interpreter->show = playback->show;
    interpreter->show->outlook.room = room;
    interpreter->face.prefer(interpreter->face.context, interpreter->show->preferences);
}

bool playback_goes_back(struct playback *playback, struct interpreter *interpreter)
{
    if (!playback->again || interpreter->quit)
        return false;
    rewind_heap(playback, interpreter);
    playback->again = false;
    playback->is_skipping = playback->until_stop > 1 || playback->until_section > 0;
    playback->stops = playback->sections = playback->section_stops = 0;
    playback->asked = playback->words = 0;
    interpreter->score = (struct score){0};
    return true;
}

bool playback_is_skipping(const struct interpreter *interpreter)
{
    return interpreter->playback && interpreter->playback->is_skipping;
}

/* Let it be played again up to a stop, or to a section. */
static bool go_back(struct interpreter *interpreter, size_t stop, size_t section,
                    struct error *error)
{
    struct playback *playback = interpreter->playback;

    playback->again = playback->is_skipping = true;
    playback->until_stop = stop;
    playback->until_section = section;
    reading_stop(interpreter->reading);
    return error_set(error, "stopped");
}

static bool go_back_a_section(struct interpreter *interpreter, struct error *error)
{
    const struct playback *playback = interpreter->playback;
    bool is_at_its_beginning = playback->stops <= playback->section_stops + 1;
    size_t section = playback->sections - (is_at_its_beginning && playback->sections > 0);

    return section > 0 ? go_back(interpreter, 0, section, error)
                       : go_back(interpreter, 1, 0, error);
}

/* ---- Stops ---- */

/* How long it takes to read so many words, and to look. */
static unsigned reading_time(size_t words)
{
    return (unsigned)(REHEARSAL_LOOK_MS + words * REHEARSAL_WORD_MS);
}

/* Let the user say how to go on. */
static enum pause_end ask_user(struct interpreter *interpreter, struct pause *pause)
{
    struct playback *playback = interpreter->playback;
    const struct pause *outer = interpreter->pause;
    enum pause_end end;

    pause->is_played = playback != NULL;
    pause->milliseconds = reading_time(playback ? playback->words : 0);
    interpreter->pause = pause;
    end = interpreter->face.pause(interpreter->face.context, pause);
    interpreter->pause = outer;
    interpreter->playback = playback;
    return end;
}

static bool end_here(struct interpreter *interpreter, struct error *error)
{
    reading_stop(interpreter->reading);
    return error_set(error, "stopped");
}

bool playback_stop(struct interpreter *interpreter, struct pause *pause, struct error *error)
{
    struct playback *playback = interpreter->playback;

    if (!playback)
        return ask_user(interpreter, pause) != PAUSE_OVER || end_here(interpreter, error);
    playback->stops++;
    if (playback->is_skipping) {
        playback->words = 0;
        playback->is_skipping =
            playback->until_stop == 0 || playback->stops + 1 < playback->until_stop;
        return true;
    }
    for (;;) {
        switch (ask_user(interpreter, pause)) {
        case PAUSE_ON: playback->words = 0; return true;
        case PAUSE_BACK:
            return go_back(interpreter, playback->stops > 1 ? playback->stops - 1 : 1, 0, error);
        case PAUSE_AGAIN: return go_back(interpreter, playback->stops, 0, error);
        case PAUSE_SECTION_BACK: return go_back_a_section(interpreter, error);
        case PAUSE_SECTION_ON:
            if (playback->sections >= playback->sections_known)
                continue;
            playback->is_skipping = true;
            playback->until_stop = 0;
            playback->until_section = playback->sections + 1;
            return true;
        case PAUSE_OVER: return end_here(interpreter, error);
        }
    }
}

/* ---- What is passed on the way ---- */

void playback_note_words(struct interpreter *interpreter, const char *text)
{
    if (interpreter->playback)
        interpreter->playback->words += rehearsal_count_words(text);
}

void playback_note_section(struct interpreter *interpreter)
{
    struct playback *playback = interpreter->playback;

    if (!playback)
        return;
    playback->sections++;
    playback->section_stops = playback->stops;
    if (playback->until_section > 0 && playback->sections >= playback->until_section)
        playback->is_skipping = false;
}

/* The first answer counts, however often the question is come back to. */
void playback_note_answer(struct interpreter *interpreter, bool was_given, bool is_right)
{
    struct playback *playback = interpreter->playback;

    interpreter->score.asked++;
    if (playback && playback->asked < PLAYBACK_ANSWERS_MAX) {
        size_t number = playback->asked++;

        if (was_given && playback->answers[number] == ANSWER_NONE)
            playback->answers[number] = is_right ? ANSWER_RIGHT : ANSWER_WRONG;
        is_right = playback->answers[number] == ANSWER_RIGHT;
    }
    interpreter->score.right += is_right;
}
