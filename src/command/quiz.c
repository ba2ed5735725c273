/* quiz.c: see quiz.h. */
#include "command/quiz.h"

#include <inttypes.h>

#include "command/playback.h"
#include "command/reading.h"
#include "command/scenario.h"
#include "command/tell.h"
#include "exercise/heap_text.h"

/* A quiz that goes on. */
struct round {
    struct interpreter *interpreter;
    const struct quiz *quiz;
    struct exercise exercise;
    struct show show;    /* what is looked at of its heap */
    struct text given;   /* the answer, in the form that answers have; "" for none */
    size_t asked, right; /* up to now */
    unsigned missed;     /* bits: topics of which an answer was wrong */
    bool is_left;        /* the user wants no more of it */
};

/* ---- The heap that it is about ---- */

/* Let commands, keys and views be about another session. */
static void visit(struct interpreter *interpreter, struct session *session, struct show *show)
{
    interpreter->session = session;
    interpreter->show = show;
    if (interpreter->face.visit)
        interpreter->face.visit(interpreter->face.context, session, show);
}

/* Where the first block is that is not the heap's own. */
static uint64_t first_block(const struct picture *picture)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;

    while ((block = block_cursor_get(&cursor)) && block->kind == HG_KIND_BOOKKEEPING)
        block_cursor_next(&cursor);
    return block ? block->at : 0;
}

static void visit_exercise(struct round *round, struct session *session)
{
    const struct show *own = &round->show;

    round->show.outlook = (struct outlook){
        .choice = own->outlook.choice, .room = own->outlook.room, .focus = round->exercise.subject};
    if (round->exercise.subject == 0)
        round->show.outlook.focus = first_block(&session->mirror->picture);
    session_wait_with(session, &round->interpreter->waiter);
    visit(round->interpreter, session, &round->show);
}

/* ---- What is said ---- */

/* Tell what the task's output says, and what a program that reads it can know of it. */
static void say(struct round *round, const char *given)
{
    struct task *task = &round->interpreter->task;
    struct quiz_outcome told = {.exercise = &round->exercise,
                                .seed = round->quiz->seed,
                                .number = round->asked,
                                .count = round->quiz->count,
                                .given = given};

    if (given)
        told.is_right = exercise_is_right(&round->exercise, given);
    task->saying = SAID_TEXT;
    task->quiz = &told;
    tell_success(round->interpreter);
    task->quiz = NULL;
}

static void say_question(struct round *round)
{
    struct text *output = &round->interpreter->task.output;
    const struct exercise *exercise = &round->exercise;

    if (!round->interpreter->face.is_seen) {
        heap_text_add(exercise->before, output);
        text_add_string(output, "\n");
    }
    text_add(output, "**%zu of %" PRIu64 ":** `%s`. %s", round->asked, round->quiz->count,
             text_string(&exercise->command), text_string(&exercise->question));
    say(round, NULL);
}

/* The answer is right or wrong; why, and what was probably thought. */
static void say_reply(struct round *round)
{
    struct text *output = &round->interpreter->task.output;
    const struct exercise *exercise = &round->exercise;
    const char *given = text_string(&round->given), *thought = exercise_thought(exercise, given);
    bool is_right = exercise_is_right(exercise, given);

    text_add(output, "`%s`. ", text_string(&exercise->command));
    if (is_right) {
        text_add_string(output, "**Right:** ");
    } else if (given[0]) {
        text_add_string(output, "**Wrong:** you said ");
        exercise_add_answer(exercise, given, output);
        text_add_string(output, "; the answer is **");
    } else {
        text_add_string(output, "The answer is **");
    }
    exercise_add_answer(exercise, text_string(&exercise->answer), output);
    text_add_string(output, is_right ? "." : "**.");
    if (thought && !is_right)
        text_add(output, " You probably %s.", thought);
    text_add(output, " %s", text_string(&exercise->reason));
    say(round, given);
}

/* The command that asks the same questions, behind those that make the heap what it is here. */
static void add_command(const struct round *round, struct text *text)
{
    const struct quiz *quiz = round->quiz;
    struct text lines = {0};

    scenario_add_config(&round->interpreter->session->mirror->picture.config, &lines);
    for (const char *at = text_string(&lines); *at; at++)
        text_add_bytes(text, *at == '\n' ? "; " : at, *at == '\n' ? 2 : 1);
    text_finish(&lines);
    text_add(text, "quiz %s%s--seed %" PRIu64 " --count %" PRIu64,
             quiz->topic < TOPICS ? exercise_topic_word(quiz->topic) : "",
             quiz->topic < TOPICS ? " " : "", quiz->seed, quiz->count);
}

static void say_score(struct round *round)
{
    struct text *output = &round->interpreter->task.output;

    if (round->asked == 0)
        text_add_string(output, "No question was answered");
    else
        text_add(output, "**%zu of %zu** right", round->right, round->asked);
    for (unsigned topic = 0, told = 0; topic < TOPICS; topic++) {
        if (round->missed & 1u << topic)
            text_add(output, "%s%s",
                     told++ ? ", " : "; wrong: ", exercise_topic_word((enum exercise_topic)topic));
    }
    text_add_string(output, ". The same quiz again: `");
    add_command(round, output);
    text_add_string(output, "`.");
    round->interpreter->task.saying = SAID_TEXT;
}

/* ---- Answers ---- */

/* Wait for the user, at a terminal. */
static void wait(struct round *round, struct pause *pause)
{
    struct interpreter *interpreter = round->interpreter;
    const struct pause *outer = interpreter->pause;

    interpreter->pause = pause;
    round->is_left =
        interpreter->face.pause(interpreter->face.context, pause) != PAUSE_ON || interpreter->quit;
    interpreter->pause = outer;
}

/* Take an answer from the user, or from the lines that follow; "" where there is none. False where
 * no more are to come. */
static bool take_line(struct round *round, const char *why, struct text *line)
{
    struct interpreter *interpreter = round->interpreter;
    struct pause pause = {.why = why,
                          .answer = line,
                          .is_quiz = true,
                          .picks = exercise_is_pointed(&round->exercise)};

    text_clear(line);
    if (interpreter->face.pause)
        wait(round, &pause);
    else if (!reading_take_answer(interpreter->reading, line))
        return false;
    return !round->is_left;
}

/* Ask until something is given that can be an answer. */
static void take_answer(struct round *round)
{
    struct text line = {0};
    struct error error = {0};

    text_clear(&round->given);
    while (take_line(round, error.text[0] ? error.text : NULL, &line) &&
           line.length > strspn(text_string(&line), " \t") &&
           !exercise_read_answer(&round->exercise, text_string(&line), &round->given, &error)) {
        text_clear(&round->given);
        if (!round->interpreter->face.pause)
            break; /* nobody could mend it */
    }
    text_finish(&line);
}

/* ---- The rounds ---- */

static void ask(struct round *round)
{
    struct interpreter *interpreter = round->interpreter;
    bool is_right;

    visit_exercise(round, round->exercise.before);
    say_question(round);
    take_answer(round);
    if (round->is_left) {
        round->asked--;
        return;
    }
    is_right = exercise_is_right(&round->exercise, text_string(&round->given));
    round->right += is_right;
    round->missed |= is_right ? 0 : 1u << round->exercise.topic;
    visit_exercise(round, round->exercise.after);
    interpreter_look_at_last_step(interpreter);
    say_reply(round);
    if (interpreter->face.pause)
        wait(round, &(struct pause){.is_quiz = true}); /* to read why */
}

bool quiz_run(struct interpreter *interpreter, const struct quiz *quiz, struct error *error)
{
    struct session *session = interpreter->session;
    struct show *show = interpreter->show;
    const struct hg_config config = session->mirror->picture.config;
    struct round round = {.interpreter = interpreter, .quiz = quiz, .show = *show};
    bool good = true;

    if (playback_is_skipping(interpreter))
        return true;
    if (!description_can(&session->mirror->picture.description, KIND_ACTS))
        return error_set(error, "this heap is only looked at; a quiz needs one of which there can "
                                "be others");
    interpreter->is_in_quiz = true;
    while (good && !round.is_left && round.asked < quiz->count) {
        const struct exercise_id id = {quiz->seed, (unsigned)round.asked, quiz->topic};

        good = exercise_create_any(&config, &id, &round.exercise, error);
        round.asked += good;
        if (good)
            ask(&round);
        visit(interpreter, session, show);
        exercise_finish(&round.exercise);
    }
    interpreter->is_in_quiz = false;
    if (good)
        say_score(&round);
    text_finish(&round.given);
    return good;
}
