/* verbs_session.c: the commands that are about the session, and those for scenarios. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/size.h"
#include "command/expect.h"
#include "command/expect_forms.h"
#include "command/help.h"
#include "command/reading.h"
#include "command/scenario.h"
#include "command/verbs.h"
#include "session/looking.h"

VERB(steps)
{
    (void)arguments;
    (void)error;
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_STEPS});
    return true;
}

char *verb_resolve_path(const struct interpreter *interpreter, const char *path)
{
    const char *file = reading_location(interpreter->reading).file;
    const char *slash = file ? strrchr(file, '/') : NULL;
    struct text resolved = {0};

    if (slash && path[0] != '/')
        text_add_bytes(&resolved, file, (size_t)(slash - file) + 1);
    text_add(&resolved, "%s", path);
    return resolved.data;
}

VERB(save)
{
    char *path = verb_resolve_path(interpreter, arguments->items[0].text);
    bool good = session_check_acts(interpreter->session, error) &&
                scenario_save(interpreter->session, path, arguments->forced,
                              &interpreter->task.output, error);

    if (!good && error->kind == ERROR_EXISTS)
        error_append(error, "; save! replaces it");
    free(path);
    return good || verb_fail_at(error, &arguments->items[0]);
}

VERB(source)
{
    char *path = verb_resolve_path(interpreter, arguments->items[0].text);
    bool good = interpreter_run_file(interpreter, path, error);

    free(path);
    return good || verb_fail_at(error, &arguments->items[0]);
}

/* Mark a line of a file; the error points to what is at fault. */
static bool mark_line(struct interpreter *interpreter, const struct argument *argument,
                      const char *colon, struct error *error)
{
    struct text file = {0};
    bool at_line = false, good;
    uint64_t line;
    char *path;

    if (!number_parse(colon + 1, &line, error)) {
        error->column = argument->column + (int)(colon + 1 - argument->text);
        return false;
    }
    text_add_bytes(&file, argument->text, (size_t)(colon - argument->text));
    path = verb_resolve_path(interpreter, text_string(&file));
    good = sources_mark(&interpreter->session->history->sources, path, line, &at_line, error);
    error->column = argument->column + (at_line ? (int)(colon + 1 - argument->text) : 0);
    text_finish(&file);
    free(path);
    return good;
}

VERB(code)
{
    const struct argument *argument = &arguments->items[0];
    struct sources *sources = &interpreter->session->history->sources;
    struct panel_choice *choice = &interpreter->show->outlook.choice;
    const char *colon = strrchr(argument->text, ':');

    if (strcmp(argument->text, "off") == 0) {
        sources->now = 0;
        choice->called &= ~(1u << PANEL_CODE);
        text_add(&interpreter->task.output, "No line of code is shown.");
        return true;
    }
    if (!colon || colon == argument->text) {
        error_set(error, "it takes a file and a line, such as get_price.c:12, or off");
        return verb_fail_at(error, argument);
    }
    if (!mark_line(interpreter, argument, colon, error))
        return false;
    choice->called |= 1u << PANEL_CODE;
    sources_add_line(sources, &interpreter->task.output);
    return true;
}

VERB(step)
{
    const char *wanted = arguments->count > 0 ? arguments->items[0].text : NULL;
    bool on = interpreter->show->preferences[PREFERENCE_STEP] == STEP_OFF;

    if (wanted && strcmp(wanted, "on") != 0 && strcmp(wanted, "off") != 0) {
        error_set(error, "it can be on or off, not '%s'", wanted);
        return verb_fail_at(error, &arguments->items[0]);
    }
    if (wanted)
        on = strcmp(wanted, "on") == 0;
    interpreter_prefer(interpreter, PREFERENCE_STEP, on ? STEP_ON : STEP_OFF);
    text_add(&interpreter->task.output,
             on ? "From now on each step plays event by event." : "Steps are shown at once.");
    return true;
}

VERB(animate)
{
    enum { USUAL_SPEED = 4 };
    uint64_t speed = arguments->count > 0 ? arguments->items[0].number : USUAL_SPEED;

    if (speed < 1 || speed > SPEED_MOST) {
        error_set(error, "it can be from 1 to %d events a second", SPEED_MOST);
        return verb_fail_at(error, &arguments->items[0]);
    }
    interpreter_prefer(interpreter, PREFERENCE_SPEED, (unsigned)speed);
    interpreter_prefer(interpreter, PREFERENCE_STEP, STEP_ON);
    text_add(&interpreter->task.output, "From now on each step plays at %u event%s a second.",
             (unsigned)speed, speed == 1 ? "" : "s");
    return true;
}

VERB(expect)
{
    if (!check_expect(arguments, error))
        return error->column > 0 ? false : verb_fail_at(error, &arguments->items[0]);
    if (expect_forms_has(arguments))
        return expect_forms_hold(interpreter, arguments, error) ||
               verb_fail_at(error, &arguments->items[0]);
    return expect_holds(interpreter->session, arguments->items[0].text, arguments->items[1].text,
                        arguments->items[2].text, error) ||
           verb_fail_at(error, &arguments->items[0]);
}

VERB(help)
{
    if (arguments->count == 0) {
        help_add_overview(&interpreter->task.output);
        return true;
    }
    return help_add_topic(arguments->items[0].text,
                          arguments->count > 1 ? arguments->items[1].text : NULL,
                          &interpreter->face, &interpreter->task.output, error) ||
           verb_fail_at(error, &arguments->items[arguments->count - 1]);
}

VERB(quit)
{
    (void)arguments;
    (void)error;
    interpreter->quit = true;
    return true;
}
