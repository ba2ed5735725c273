/* verbs_script.c: the commands for scenarios that speak: what is said, where it waits, what it
 * asks, and what it repeats. */
#include <stdlib.h>
#include <string.h>

#include "command/figures.h"
#include "command/playback.h"
#include "command/question.h"
#include "command/reading.h"
#include "command/repeat.h"
#include "command/tell.h"
#include "command/verbs.h"
#include "exercise/answer.h"

/* ---- Saying ---- */

/* Append an argument with its figures. */
static bool expand(const struct interpreter *interpreter, const struct argument *argument,
                   struct text *text, struct error *error)
{
    if (figures_expand(interpreter, argument->text, text, error))
        return true;
    error->column += argument->column - (argument->quoted ? 0 : 1);
    return false;
}

bool check_figures(const struct arguments *arguments, struct error *error)
{
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *argument = &arguments->items[i];

        if (!figures_check(argument->text, error)) {
            error->column += argument->column - (argument->quoted ? 0 : 1);
            return false;
        }
    }
    return true;
}

/* Let the command say its first argument. */
static bool say(struct interpreter *interpreter, const struct arguments *arguments, enum said said,
                struct error *error)
{
    struct text *output = &interpreter->task.output;

    if (!expand(interpreter, &arguments->items[0], output, error))
        return false;
    interpreter->task.saying = said;
    playback_note_words(interpreter, text_string(output));
    return true;
}

VERB(say)
{
    return say(interpreter, arguments, SAID_TEXT, error);
}

VERB(title)
{
    return say(interpreter, arguments, SAID_TITLE, error);
}

VERB(section)
{
    playback_note_section(interpreter);
    return say(interpreter, arguments, SAID_SECTION, error);
}

VERB(note)
{
    const struct face *face = &interpreter->face;
    struct text text = {0};

    if (!expand(interpreter, &arguments->items[0], &text, error)) {
        text_finish(&text);
        return false;
    }
    if (face->note && !playback_is_skipping(interpreter))
        face->note(face->note_context, text_string(&text));
    if (interpreter->shows_notes) {
        text_add(&interpreter->task.output, "Note: %s", text_string(&text));
        interpreter->task.saying = SAID_TEXT;
    }
    text_finish(&text);
    return true;
}

/* ---- Waiting ---- */

VERB(pause)
{
    if (arguments->count > 0 && !say(interpreter, arguments, SAID_TEXT, error))
        return false;
    if (!interpreter->face.pause)
        return true;
    if (arguments->count > 0) {
        tell_success(interpreter);
        interpreter->task.told = true;
    }
    return playback_stop(interpreter, &(struct pause){0}, error);
}

VERB(wait)
{
    const struct face *face = &interpreter->face;

    (void)error;
    if (face->wait && !playback_is_skipping(interpreter))
        face->wait(face->context, (unsigned)arguments->items[0].number);
    return true;
}

VERB(resume)
{
    (void)arguments;
    if (!interpreter->pause)
        return error_set(error, "no scenario waits");
    interpreter->wants_back = true;
    return true;
}

/* ---- Asking ---- */

/* Wait for an answer that can be one. */
static bool take_answer(struct interpreter *interpreter, const struct question *question,
                        struct text *given, struct error *error)
{
    struct text why = {0};
    struct pause pause = {.answer = given};
    bool good;

    for (;;) {
        text_clear(given);
        good = playback_stop(interpreter, &pause, error);
        if (!good || given->length == 0 || question_accepts(question, given))
            break;
        text_clear(&why);
        text_add(&why, "'%s' is no answer here; type ", text_string(given));
        answer_add_choices(question->choices, &why);
        text_add_string(&why, "; Space shows the answer.");
        pause.why = text_string(&why);
        if (interpreter->playback)
            interpreter->playback->stops--; /* the same one */
    }
    text_finish(&why);
    return good;
}

static bool ask(struct interpreter *interpreter, const struct question *question,
                struct error *error)
{
    struct task *task = &interpreter->task;
    struct text given = {0};
    bool good = true, is_right;

    question_add(question, &task->output);
    task->saying = SAID_TEXT;
    playback_note_words(interpreter, text_string(&task->output));
    if (interpreter->face.pause) {
        tell_success(interpreter);
        good = take_answer(interpreter, question, &given, error);
        task_begin(task);
    } else {
        text_add(&task->output, "\n");
    }
    if (good) {
        is_right = question_is_right(question, &given);
        playback_note_answer(interpreter, given.length > 0, is_right);
        question_add_reply(question, &given, is_right, &task->output);
        task->saying = SAID_TEXT;
        playback_note_words(interpreter, text_string(&task->output));
    }
    text_finish(&given);
    if (!good || !interpreter->face.pause)
        return good;
    tell_success(interpreter);
    task->told = true;
    return playback_stop(interpreter, &(struct pause){0}, error); /* to read why */
}

/* Let a text have its figures. */
static bool replace_figures(const struct interpreter *interpreter, struct text *text,
                            struct error *error)
{
    struct text replaced = {0};
    bool good = figures_expand(interpreter, text_string(text), &replaced, error);

    text_finish(text);
    *text = replaced;
    return good;
}

VERB(ask)
{
    struct question question = {.choices = arguments->items[1].text};
    bool good = expand(interpreter, &arguments->items[0], &question.words, error);

    if (good &&
        !(question_set_answer(&question, arguments->items[2].text, error) &&
          replace_figures(interpreter, &question.answer, error) &&
          replace_figures(interpreter, &question.why, error) && question_check(&question, error)))
        good = verb_fail_at(error, &arguments->items[2]);
    good = good && ask(interpreter, &question, error);
    question_finish(&question);
    return good;
}

bool check_question(const struct arguments *arguments, struct error *error)
{
    struct question question = {.choices = arguments->items[1].text};
    bool is_computed = strchr(arguments->items[2].text, '{');
    bool good = check_figures(arguments, error);

    if (good && !(question_set_answer(&question, arguments->items[2].text, error) &&
                  (is_computed || question_check(&question, error))))
        good = verb_fail_at(error, &arguments->items[2]);
    question_finish(&question);
    return good;
}

/* ---- Repeating ---- */

bool check_rounds(const struct arguments *arguments, struct error *error)
{
    if (arguments->items[0].number <= REPEAT_ROUNDS_MAX)
        return true;
    error_set(error, "it can be up to %d times", REPEAT_ROUNDS_MAX);
    return verb_fail_at(error, &arguments->items[0]);
}

/* Whether nothing but a comment stands behind the command. */
static bool ends_its_line(const struct task *task)
{
    const char *behind = strstr(task->line, task->text);

    if (!behind)
        return true;
    behind += strlen(task->text);
    behind += strspn(behind, "; \t\r");
    return !*behind || *behind == '#';
}

/* Repeat the lines that follow, up to 'end'. */
static bool repeat_lines(struct interpreter *interpreter, uint64_t rounds, struct error *error)
{
    struct location location = reading_location(interpreter->reading);
    struct text body = {0};
    bool good;

    if (!interpreter->reading)
        return error_set(error, "here it takes a command, such as repeat 3 alloc a{i} 16");
    if (!ends_its_line(&interpreter->task))
        return error_set(error, "what it repeats stands on lines of its own, up to 'end'");
    good = reading_take_body(interpreter->reading, &body, error) &&
           interpreter_repeat(interpreter, text_string(&body), rounds, location, error);
    text_finish(&body);
    return good;
}

VERB(repeat)
{
    struct location location = reading_location(interpreter->reading);

    if (!check_rounds(arguments, error))
        return false;
    if (arguments->count == 1)
        return repeat_lines(interpreter, arguments->items[0].number, error);
    location.line -= location.line > 0;
    return interpreter_repeat(interpreter, arguments->items[1].text, arguments->items[0].number,
                              location, error);
}

VERB(end)
{
    (void)interpreter;
    (void)arguments;
    return error_set(error, "there is no repeat that it could end");
}
