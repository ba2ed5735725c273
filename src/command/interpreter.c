/* interpreter.c: see interpreter.h. Reading files is in reading.c, what if in suppose.c. */
#include "command/interpreter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/lexer.h"
#include "command/parser.h"
#include "command/reading.h"
#include "explain/explain.h"

void interpreter_init(struct interpreter *interpreter, struct session *session, struct show *show,
                      const struct face *face)
{
    *interpreter =
        (struct interpreter){.session = session, .show = show, .face = *face, .task.line = ""};
    session->history->progress = face->tick;
    session->history->progress_context = face->context;
    interpreter->waiter = (struct target_waiter){face->stopped, face->context};
    session_wait_with(session, &interpreter->waiter);
}

void task_finish(struct task *task)
{
    text_finish(&task->output);
    exhibit_finish(&task->exhibit);
    comparison_finish(&task->comparison);
}

void interpreter_finish(struct interpreter *interpreter)
{
    session_wait_with(interpreter->session, NULL);
    task_finish(&interpreter->task);
    imagined_destroy(interpreter->imagined);
}

void interpreter_look_at_last_step(struct interpreter *interpreter)
{
    const struct session *session = interpreter->session;
    uint64_t place = history_place_of_last_step(session->history);

    if (place != OFFSET_NULL)
        outlook_look_at(&interpreter->show->outlook, session->mirror->picture.metrics.heap_size,
                        place);
}

void interpreter_exhibit(struct interpreter *interpreter, const struct exhibit *exhibit)
{
    exhibit_finish(&interpreter->task.exhibit);
    interpreter->task.exhibit = *exhibit;
}

void interpreter_prefer(struct interpreter *interpreter, enum preference preference, unsigned value)
{
    interpreter->show->preferences[preference] = value;
    interpreter->face.prefer(interpreter->face.context, interpreter->show->preferences);
}

/* ---- Outcomes ---- */

/* Forget the command at hand. */
static void begin_afresh(struct task *task)
{
    struct text output = task->output; /* its memory is used again */

    text_clear(&output);
    task->output = (struct text){0};
    task_finish(task);
    *task = (struct task){.line = task->line, .output = output};
}

/* Tell the face what came of the command at hand. */
static void report(struct interpreter *interpreter, struct outcome *outcome)
{
    struct session *session = interpreter->session;
    struct task *task = &interpreter->task;

    outcome->location = reading_location(interpreter->reading);
    outcome->notice = text_string(&session->notice);
    outcome->exhibit = &task->exhibit;
    outcome->said = task->saying;
    outcome->imagined = interpreter->supposing ? interpreter->supposing->imagined : NULL;
    outcome->comparison = task->comparison.count > 0 ? &task->comparison : NULL;
    if (!reading_sets_up(interpreter->reading) || !outcome->ok)
        interpreter->face.report(interpreter->face.context, outcome);
    text_clear(&session->notice);
    begin_afresh(task);
}

static void report_failure(struct interpreter *interpreter, const char *line, const char *command,
                           const struct error *error)
{
    report(interpreter, &(struct outcome){.command = command,
                                          .error = error->text,
                                          .column = error->column,
                                          .line = line,
                                          .text = ""});
}

/* After the allocator was handed what it did not own: say whether the heap is still whole. */
static void add_damage(struct session *session, struct text *text)
{
    struct error problem;

    if (!session_check(session, &problem))
        text_add(text, " The heap is damaged: %s.", problem.text);
}

/* Tell the face of the step that the command at hand made. */
static void report_step(struct interpreter *interpreter, const char *line)
{
    struct session *session = interpreter->session;
    const struct step *step = history_last_step(session->history);
    struct text command = {0}, explanation = {0};

    interpreter_look_at_last_step(interpreter);
    if (interpreter->supposing)
        text_add(&command, "whatif %s", interpreter->supposing->options);
    history_add_command(session->history, step, &command);
    explain_last_step(session, &explanation);
    if (step->forced)
        add_damage(session, &explanation);
    report(interpreter, &(struct outcome){.command = text_string(&command),
                                          .step = step,
                                          .ok = true,
                                          .line = line,
                                          .text = text_string(&explanation)});
    text_finish(&command);
    text_finish(&explanation);
}

static void report_success(struct interpreter *interpreter, const char *line, const char *command)
{
    if (interpreter->task.stepped)
        report_step(interpreter, line);
    else
        report(interpreter, &(struct outcome){.command = command,
                                              .ok = true,
                                              .line = line,
                                              .text = text_string(&interpreter->task.output)});
}

/* ---- Statements ---- */

/* A statement at work. */
struct run {
    struct interpreter *interpreter;
    const char *line;
    const char *text; /* the statement alone */
    struct parsed parsed;
};

/* Run the handler once, and tell the face. */
static bool run_once(struct run *run, int column)
{
    struct interpreter *interpreter = run->interpreter;
    const struct command *command = run->parsed.command;
    struct error error = {0}, told = {0};

    begin_afresh(&interpreter->task);
    if (reading_sets_up(interpreter->reading) && !command->sets_up)
        error_set(&error, "this cannot stand in a config file, which only sets things up");
    else if (session_revive(interpreter->session, &error) &&
             command->run(interpreter, &run->parsed.arguments, &error)) {
        if (!interpreter->quit && !interpreter->task.told)
            report_success(interpreter, run->line, run->text);
        return true;
    }
    if (error.kind == ERROR_TOLD)
        return false;
    error_set(&told, "%s: %s", command->name, error.text);
    told.column = error.column ? error.column : column;
    report_failure(interpreter, run->line, run->text, &told);
    return false;
}

static uint64_t count_names(const struct parsed *parsed)
{
    uint64_t count = 0;

    for (size_t i = 0; i < parsed->name_count; i++)
        count += parsed->names[i].count;
    return count;
}

/* Run the handler for each of the names, up to the first that fails. */
static bool run_for_names(struct run *run)
{
    struct interpreter *interpreter = run->interpreter;
    const struct face *face = &interpreter->face;
    uint64_t total = count_names(&run->parsed), done = 0;
    char name[NAME_LENGTH_MAX + 1];

    for (size_t i = 0; i < run->parsed.name_count; i++) {
        for (uint64_t j = 0; j < run->parsed.names[i].count; j++) {
            run->parsed.arguments.name = range_name(&run->parsed.names[i], j, name);
            if (!run_once(run, run->parsed.name_columns[i]))
                return false;
            if (++done < total && !face->tick(face->context, done, total)) {
                struct error error = {0};

                reading_stop(interpreter->reading);
                error_set(&error, "stopped after %zu of %zu", (size_t)done, (size_t)total);
                report_failure(interpreter, run->line, run->text, &error);
                return false;
            }
        }
    }
    return true;
}

/* Read a statement; where only steps can be supposed, it must be one of a command that makes
 * some. */
static bool parse(const struct interpreter *interpreter, const char *line,
                  const struct statement *statement, struct parsed *ret_parsed, struct error *error)
{
    if (!parse_statement(line, statement, ret_parsed, error))
        return false;
    if (!interpreter->supposing || ret_parsed->command->steps)
        return true;
    error_set(error, "it makes no step, so there is nothing to suppose");
    error->column = lexer_column(statement->tokens[0].start);
    return false;
}

static bool run_statement(struct interpreter *interpreter, const char *line,
                          const struct statement *statement)
{
    size_t start = statement->tokens[0].start;
    size_t end = statement->tokens[statement->count - 1].end;
    char *text = memory_create(end - start + 1, 1);
    struct run run = {.interpreter = interpreter, .line = line, .text = text};
    struct error error = {0};
    bool good;

    memcpy(text, line + start, end - start);
    interpreter->task.line = line;
    if (!parse(interpreter, line, statement, &run.parsed, &error)) {
        struct error told = {0};

        error_set(&told, "%s%s%s", run.parsed.command ? run.parsed.command->name : "",
                  run.parsed.command ? ": " : "", error.text);
        told.column = error.column;
        report_failure(interpreter, line, text, &told);
        good = false;
    } else if (run.parsed.name_count > 0) {
        good = run_for_names(&run);
    } else {
        good = run_once(&run, lexer_column(start));
    }
    parsed_finish(&run.parsed);
    free(text);
    return good;
}

bool interpreter_run_next(struct interpreter *interpreter, const char *line, size_t *position,
                          bool *ret_good)
{
    struct statement statement = {0};
    struct error error = {0};
    bool more = lexer_next(line, position, &statement, &error);

    *ret_good = more ? run_statement(interpreter, line, &statement) : error.kind == ERROR_NONE;
    if (error.kind != ERROR_NONE)
        report_failure(interpreter, line, line, &error);
    statement_finish(&statement);
    return more && *ret_good;
}

bool interpreter_run_line(struct interpreter *interpreter, const char *line)
{
    size_t position = 0;
    bool good = true;

    while (!interpreter->quit && interpreter_run_next(interpreter, line, &position, &good))
        continue;
    return good;
}
