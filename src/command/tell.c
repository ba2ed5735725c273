/* tell.c: see tell.h. */
#include "command/tell.h"

#include <string.h>

#include "command/address.h"
#include "command/c_syntax.h"
#include "command/command.h"
#include "command/playback.h"
#include "command/reading.h"
#include "explain/explain.h"
#include "explain/parts.h"

/* Whether the face is to be told. */
static bool is_wanted(const struct interpreter *interpreter, const struct outcome *outcome)
{
    if (playback_is_skipping(interpreter))
        return false;
    if (!outcome->ok)
        return true;
    return !reading_sets_up(interpreter->reading) && (!interpreter->face.quiet || outcome->said);
}

/* Tell the face, with places as the user wants to see them, but for the user's own words. */
static void tell_face(struct interpreter *interpreter, struct outcome *outcome)
{
    const struct session *session = interpreter->session;
    struct text text = {0}, error = {0};

    if (!outcome->said) {
        address_add_text(session, interpreter->show, outcome->text, &text);
        outcome->text = text_string(&text);
    }
    if (outcome->error) {
        address_add_text(session, interpreter->show, outcome->error, &error);
        outcome->error = text_string(&error);
    }
    interpreter->face.report(interpreter->face.context, outcome);
    text_finish(&text);
    text_finish(&error);
}

/* Tell the face what came of the command at hand. */
static void report(struct interpreter *interpreter, struct outcome *outcome)
{
    struct session *session = interpreter->session;
    struct task *task = &interpreter->task;

    outcome->line = task->line;
    outcome->location = task->location;
    outcome->notice = text_string(&session->notice);
    outcome->exhibit = &task->exhibit;
    outcome->said = task->saying;
    outcome->imagined = interpreter->supposing ? interpreter->supposing->imagined : NULL;
    outcome->quiz = task->quiz;
    outcome->comparison = task->comparison.count > 0 ? &task->comparison : NULL;
    if (is_wanted(interpreter, outcome))
        tell_face(interpreter, outcome);
    text_clear(&session->notice);
    task_begin(task);
}

void tell_error(struct interpreter *interpreter, const struct error *error)
{
    bool has_claim = error->expected[0] != '\0';

    report(interpreter, &(struct outcome){.command = interpreter->task.text,
                                          .error = error->text,
                                          .expected = has_claim ? error->expected : NULL,
                                          .found = has_claim ? error->found : NULL,
                                          .column = error->column,
                                          .text = ""});
}

void tell_failure(struct interpreter *interpreter, const struct error *error)
{
    const struct task *task = &interpreter->task;
    const char *name = task->command ? task->command->name : "";
    bool is_named = strncmp(error->text, name, strlen(name)) == 0;
    struct error told = *error;

    if (!is_named) {
        error_set(&told, "%s: ", name);
        error_append(&told, "%s", error->text);
        memcpy(told.expected, error->expected, sizeof told.expected);
        memcpy(told.found, error->found, sizeof told.found);
    }
    told.column = error->column ? error->column : task->column;
    tell_error(interpreter, &told);
}

/* Say whether the heap is still whole, where it may not be, or where that is wanted of each step.
 * What a step wrote its sentence tells itself. */
static void add_damage(const struct interpreter *interpreter, const struct step *step,
                       struct text *text)
{
    struct session *session = interpreter->session;
    bool each = interpreter->show->preferences[PREFERENCE_CHECK] == CHECK_EACH;
    struct error problem;

    if (op_has(&step->op, OP_STORES) ? !each : !each && !step->forced)
        return;
    if (session_check(session, &problem))
        return;
    if (each)
        damage_explain(session, &problem);
    text_add(text, " The heap is damaged: %s.", problem.text);
}

static void add_c_form(const struct history *history, const struct step *step, struct text *text)
{
    const char *names[2];

    for (size_t i = 0; i < 2; i++)
        names[i] = step->names[i] == NO_NAME ? "" : names_text(&history->names, step->names[i]);
    c_syntax_add_step(step, names, text);
}

void tell_step(struct interpreter *interpreter)
{
    struct session *session = interpreter->session;
    const struct step *step = history_last_step(session->history);
    struct step_words *words = &interpreter->words;
    struct outcome outcome = {.step = step, .ok = true};

    text_clear(&words->command);
    text_clear(&words->c_form);
    text_clear(&words->explanation);
    interpreter_look_at_last_step(interpreter);
    if (is_wanted(interpreter, &outcome)) {
        if (interpreter->supposing)
            text_add(&words->command, "whatif %s", interpreter->supposing->options);
        history_add_command(session->history, step, &words->command);
        if (interpreter->show->preferences[PREFERENCE_SYNTAX] == SYNTAX_C)
            add_c_form(session->history, step, &words->c_form);
        explain_last_step(session, EXPLAIN_ROUNDED, &words->explanation);
        add_damage(interpreter, step, &words->explanation);
    }
    outcome.command = text_string(&words->command);
    outcome.c_form = words->c_form.length > 0 ? text_string(&words->c_form) : NULL;
    outcome.text = text_string(&words->explanation);
    report(interpreter, &outcome);
}

void tell_success(struct interpreter *interpreter)
{
    const struct task *task = &interpreter->task;

    if (task->stepped)
        tell_step(interpreter);
    else
        report(interpreter, &(struct outcome){.command = task->text,
                                              .ok = true,
                                              .text = text_string(&task->output)});
}
