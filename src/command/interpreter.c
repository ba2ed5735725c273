/* interpreter.c: see interpreter.h. Reading files is in reading.c, what if in suppose.c. */
#include "command/interpreter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "collector/collector.h"
#include "command/c_syntax.h"
#include "command/command.h"
#include "command/confine.h"
#include "command/lexer.h"
#include "command/parser.h"
#include "command/queue.h"
#include "command/reading.h"
#include "command/tell.h"
#include "session/followed.h"

void interpreter_init(struct interpreter *interpreter, struct session *session, struct show *show,
                      const struct face *face)
{
    *interpreter = (struct interpreter){
        .session = session, .show = show, .face = *face, .task = {.line = "", .text = ""}};
    if (!face->inner_progress.tick)
        interpreter->face.inner_progress = face->progress;
    session->history->progress = interpreter->face.inner_progress;
    interpreter->waiter = (struct target_waiter){.is_stopped = face->stopped,
                                                 .context = face->context,
                                                 .progress = &interpreter->face.inner_progress};
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
    queue_destroy(interpreter->queue);
    task_finish(&interpreter->task);
    text_finish(&interpreter->words.command);
    text_finish(&interpreter->words.c_form);
    text_finish(&interpreter->words.explanation);
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

void interpreter_keep_past(const struct interpreter *interpreter)
{
    session_keep_past(interpreter->session,
                      preference_kept_bytes(interpreter->show->preferences[PREFERENCE_KEEP]));
}

void interpreter_prefer(struct interpreter *interpreter, enum preference preference, unsigned value)
{
    interpreter->show->preferences[preference] = value;
    interpreter_keep_past(interpreter);
    interpreter->face.prefer(interpreter->face.context, interpreter->show->preferences);
}

void task_begin(struct task *task)
{
    struct text output = task->output; /* its memory is used again */

    text_clear(&output);
    task->output = (struct text){0};
    task_finish(task);
    *task = (struct task){.command = task->command,
                          .line = task->line,
                          .text = task->text,
                          .line_number = task->line_number,
                          .location = task->location,
                          .column = task->column,
                          .output = output};
}

uint32_t interpreter_window(const struct interpreter *interpreter)
{
    return interpreter->show->preferences[PREFERENCE_GC_STEP] == GC_STEP_BYTE ? COLLECTOR_BYTES
                                                                              : COLLECTOR_WORDS;
}

/* The action, that may collect garbage if the user wants it to. */
static struct action with_collecting(const struct interpreter *interpreter,
                                     const struct action *action)
{
    struct action collecting = *action;
    unsigned traits = op_info(action->kind)->traits;
    bool is_auto = interpreter->show->preferences[PREFERENCE_GC] == GC_AUTO;

    if (traits & OP_COLLECTS || (is_auto && traits & OP_GIVES))
        collecting.window = interpreter_window(interpreter);
    return collecting;
}

bool interpreter_act(struct interpreter *interpreter, const struct action *action,
                     struct error *error)
{
    struct action collecting = with_collecting(interpreter, action);
    struct task *task = &interpreter->task;

    if (task->stepped) /* the command makes several */
        tell_step(interpreter);
    task->queued = queue_is_open(interpreter);
    if (task->queued)
        return queue_add(interpreter, &collecting) || error_set_told(error);
    task->stepped = session_act(interpreter->session, &collecting, error);
    return task->stepped;
}

/* ---- Statements ---- */

/* Run the handler. Commands that make steps see to their turn themselves; all others come after all
 * steps that are to be made. */
static bool run_handler(struct interpreter *interpreter, const struct arguments *arguments,
                        struct error *error)
{
    const struct command *command = interpreter->task.command;

    if (reading_sets_up(interpreter->reading) && !command->sets_up)
        return error_set(error, "this cannot stand in a config file, which only sets things up");
    if (!(command->steps && queue_is_open(interpreter)) &&
        !(queue_settle(interpreter) && session_revive(interpreter->session, error)))
        return error->kind == ERROR_NONE ? error_set_told(error) : false;
    return command->run(interpreter, arguments, error);
}

/* Run the handler once, and tell the face. */
static bool run_once(struct interpreter *interpreter, const struct arguments *arguments)
{
    struct task *task = &interpreter->task;
    struct error error;

    error_clear(&error);
    task_begin(task);
    if (run_handler(interpreter, arguments, &error)) {
        if (!interpreter->quit && !task->told && !task->queued)
            tell_success(interpreter);
        return true;
    }
    if (error.kind != ERROR_TOLD && queue_settle(interpreter))
        tell_failure(interpreter, &error);
    return false;
}

static uint64_t count_names(const struct parsed *parsed)
{
    uint64_t count = 0;

    for (size_t i = 0; i < parsed->name_count; i++)
        count += parsed->names[i].count;
    return count;
}

/* The user does not want the rest of the names. */
static bool stop(struct interpreter *interpreter, uint64_t done, uint64_t total)
{
    struct error error = {0};

    reading_stop(interpreter->reading);
    error_set(&error, "stopped after %zu of %zu", (size_t)done, (size_t)total);
    if (queue_settle(interpreter))
        tell_error(interpreter, &error);
    return false;
}

/* Run the handler for each of the names, up to the first that fails. */
static bool run_for_names(struct interpreter *interpreter, struct parsed *parsed)
{
    uint64_t total = count_names(parsed), done = 0;
    char name[SCOPED_NAME_MAX + 1];

    for (size_t i = 0; i < parsed->name_count; i++) {
        interpreter->task.column = parsed->name_columns[i];
        for (uint64_t j = 0; j < parsed->names[i].count; j++) {
            parsed->arguments.name = range_name(&parsed->names[i], j, name);
            if (!run_once(interpreter, &parsed->arguments))
                return false;
            if (++done < total && !progress_tick(&interpreter->face.progress, done, total))
                return stop(interpreter, done, total);
        }
    }
    return true;
}

static bool only_looks(const struct command *command)
{
    return command->group == GROUP_LOOK || strcmp(command->name, "help") == 0;
}

/* Read a statement; where only steps can be supposed, it must be one of a command that makes
 * some, and in a quiz one that changes nothing. */
static bool parse(const struct interpreter *interpreter, const struct statement *statement,
                  struct parsed *ret_parsed, struct error *error)
{
    if (!parse_statement(interpreter->task.line, statement, ret_parsed, error))
        return false;
    error->column = 0;
    if (interpreter->confined_to && !confine_allows(interpreter, ret_parsed, error))
        ; /* and why */
    else if (interpreter->is_in_quiz && !only_looks(ret_parsed->command))
        error_set(error, "this is a quiz, in which you can look around; Esc or Ctrl-C leaves it");
    else if (interpreter->supposing && !ret_parsed->command->steps)
        error_set(error, "it makes no step, so there is nothing to suppose");
    else
        return true;
    if (error->column == 0)
        error->column = lexer_column(statement->tokens[0].start);
    return false;
}

/* Run a statement, of which the task says where it stands. */
static bool run_statement(struct interpreter *interpreter, const struct statement *statement)
{
    struct parsed parsed;
    struct error error;
    bool good;

    error_clear(&error);
    good = parse(interpreter, statement, &parsed, &error);
    interpreter->task.command = parsed.command;
    interpreter->task.column = lexer_column(statement->tokens[0].start);
    if (!good && queue_settle(interpreter))
        tell_failure(interpreter, &error);
    else if (good && parsed.name_count > 0)
        good = run_for_names(interpreter, &parsed);
    else if (good)
        good = run_once(interpreter, &parsed.arguments);
    parsed_finish(&parsed);
    return good;
}

/* Let the task be about a part of a line. */
static void begin_task(struct interpreter *interpreter, const char *line, const char *text)
{
    struct task *task = &interpreter->task;

    task->command = NULL;
    task->line = line;
    task->text = text;
    task->line_number = interpreter->lines;
    task->location = reading_location(interpreter->reading);
    task->column = 0;
}

static bool run_tokens(struct interpreter *interpreter, const char *line,
                       const struct statement *statement)
{
    size_t start = statement->tokens[0].start;
    size_t end = statement->tokens[statement->count - 1].end;
    char *text = memory_create(end - start + 1, 1);
    bool good;

    memcpy(text, line + start, end - start);
    begin_task(interpreter, line, text);
    good = run_statement(interpreter, statement);
    free(text);
    return good;
}

bool interpreter_run_next(struct interpreter *interpreter, const char *line, size_t *position,
                          bool *ret_good)
{
    struct statement statement = {0};
    struct error error;
    bool more;

    error_clear(&error);
    more = statement_next(line, position, &statement, &error);
    *ret_good = more ? run_tokens(interpreter, line, &statement) : error.kind == ERROR_NONE;
    if (error.kind != ERROR_NONE) {
        begin_task(interpreter, line, line);
        if (queue_settle(interpreter))
            tell_error(interpreter, &error);
    }
    statement_finish(&statement);
    return more && *ret_good;
}

bool interpreter_run_line(struct interpreter *interpreter, const char *line)
{
    size_t position = 0;
    bool good = true;

    interpreter->lines++;
    while (!interpreter->quit && interpreter_run_next(interpreter, line, &position, &good))
        continue;
    return good;
}
