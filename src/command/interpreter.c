/* interpreter.c: running lines and files of commands. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/memory.h"
#include "command/command.h"
#include "command/lexer.h"
#include "command/parser.h"
#include "explain/explain.h"

void interpreter_init(struct interpreter *interpreter, struct session *session, struct show *show,
                      const struct face *face)
{
    *interpreter = (struct interpreter){
        .session = session, .show = show, .face = *face, .line = "", .supposition = ""};
    session->history->progress = face->tick;
    session->history->progress_context = face->context;
    interpreter->waiter = (struct target_waiter){face->stopped, face->context};
    session_wait_with(session, &interpreter->waiter);
}

static void destroy_imagined(struct imagined *imagined)
{
    if (imagined)
        session_destroy(imagined->session);
    free(imagined);
}

void interpreter_finish(struct interpreter *interpreter)
{
    session_wait_with(interpreter->session, NULL);
    text_finish(&interpreter->output);
    exhibit_finish(&interpreter->exhibit);
    comparison_finish(&interpreter->comparison);
    destroy_imagined(interpreter->imagined);
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
    exhibit_finish(&interpreter->exhibit);
    interpreter->exhibit = *exhibit;
}

void interpreter_prefer(struct interpreter *interpreter, enum preference preference, unsigned value)
{
    interpreter->show->preferences[preference] = value;
    interpreter->face.prefer(interpreter->face.context, interpreter->show->preferences);
}

/* ---- Outcomes ---- */

/* Tell the face what came of a command, and begin afresh. */
static void report(struct interpreter *interpreter, struct outcome *outcome)
{
    struct session *session = interpreter->session;

    outcome->location = interpreter->location;
    outcome->notice = text_string(&session->notice);
    outcome->exhibit = &interpreter->exhibit;
    outcome->said = interpreter->saying;
    outcome->imagined = interpreter->supposed;
    outcome->comparison = interpreter->comparison.count > 0 ? &interpreter->comparison : NULL;
    if (!interpreter->configuring || !outcome->ok)
        interpreter->face.report(interpreter->face.context, outcome);
    text_clear(&session->notice);
    text_clear(&interpreter->output);
    exhibit_finish(&interpreter->exhibit);
    comparison_finish(&interpreter->comparison);
    interpreter->saying = false;
    interpreter->stepped = false;
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
        text_add(&command, "whatif %s", interpreter->supposition);
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
    if (interpreter->stepped)
        report_step(interpreter, line);
    else
        report(interpreter, &(struct outcome){.command = command,
                                              .ok = true,
                                              .line = line,
                                              .text = text_string(&interpreter->output)});
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

    interpreter->told = false;
    if (interpreter->configuring && !command->sets_up)
        error_set(&error, "this cannot stand in a config file, which only sets things up");
    else if (session_revive(interpreter->session, &error) &&
             command->run(interpreter, &run->parsed.arguments, &error)) {
        if (!interpreter->quit && !interpreter->told)
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

                interpreter->stopped = true;
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
    interpreter->line = line;
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

bool interpreter_run_line(struct interpreter *interpreter, const char *line)
{
    struct statement statement = {0};
    struct error error = {0};
    size_t position = 0;
    bool good = true;

    while (good && !interpreter->quit && lexer_next(line, &position, &statement, &error))
        good = run_statement(interpreter, line, &statement);
    if (good && error.kind != ERROR_NONE) {
        report_failure(interpreter, line, line, &error);
        good = false;
    }
    statement_finish(&statement);
    return good;
}

/* ---- What if ---- */

bool interpreter_suppose(struct interpreter *interpreter, size_t position, const char *supposition,
                         struct session *session)
{
    struct imagined *imagined = memory_create(1, sizeof *imagined);
    struct interpreter other;
    struct statement statement = {0};
    struct error error = {0};
    bool good = false;

    *imagined = (struct imagined){session, *interpreter->show};
    interpreter_init(&other, session, &imagined->show, &interpreter->face);
    other.location = interpreter->location;
    other.supposing = true;
    other.supposed = imagined;
    other.supposition = supposition;
    if (lexer_next(interpreter->line, &position, &statement, &error))
        good = run_statement(&other, interpreter->line, &statement);
    statement_finish(&statement);
    interpreter_finish(&other);
    destroy_imagined(interpreter->imagined);
    interpreter->imagined = imagined;
    interpreter->told = true;
    return good;
}

/* A face that remembers the last error, and lets the true one be asked whether to go on. */
struct catcher {
    const struct face *face;
    struct error error;
};

static void catch_error(void *context, const struct outcome *outcome)
{
    struct catcher *catcher = context;

    if (!outcome->ok)
        error_set(&catcher->error, "%s", outcome->error);
}

static bool pass_on_tick(void *context, size_t done, size_t total)
{
    const struct face *face = ((struct catcher *)context)->face;

    return face->tick(face->context, done, total);
}

static bool pass_on_stopped(void *context)
{
    const struct face *face = ((struct catcher *)context)->face;

    return !face->stopped || face->stopped(face->context);
}

bool interpreter_try(struct interpreter *interpreter, struct session *session, const char *line,
                     struct error *error)
{
    struct catcher catcher = {.face = &interpreter->face};
    struct face face = {.report = catch_error,
                        .tick = pass_on_tick,
                        .stopped = pass_on_stopped,
                        .context = &catcher};
    struct show show = *interpreter->show;
    struct interpreter other;
    bool good;

    interpreter_init(&other, session, &show, &face);
    other.supposing = true;
    good = interpreter_run_line(&other, line);
    interpreter_finish(&other);
    session->history->progress = NULL; /* the face that it told is gone */
    session_wait_with(session, &interpreter->waiter);
    return good || error_set(error, "%s", catcher.error.text);
}

/* ---- Files ---- */

/* Open a file for reading; one that is a pipe without waiting for whoever writes. */
static int open_file(const char *path, uint64_t *ret_size, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(descriptor);
        descriptor = -1;
        errno = EISDIR;
    }
    if (descriptor < 0)
        error_set_errno(error, "%s", path);
    else
        *ret_size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return descriptor;
}

/* What is being read, and how far we are. */
struct reading {
    struct interpreter *interpreter;
    struct line_reader lines;
    uint64_t size; /* bytes; 0 if it is not known */
    bool keep_going;
};

static bool tick(void *context)
{
    struct reading *reading = context;
    struct interpreter *interpreter = reading->interpreter;
    const struct face *face = &interpreter->face;

    if (!face->tick(face->context, reading->lines.consumed, reading->size))
        interpreter->stopped = true;
    return !interpreter->stopped;
}

/* Say why there is no next line; that a file ends is no error. */
static void explain_end(enum line_outcome outcome, const struct location *location,
                        struct error *error)
{
    switch (outcome) {
    case LINE_READ:
    case LINE_END: break;
    case LINE_STOPPED:
        error_set_kind(error, ERROR_STOPPED, "%s:%u: stopped", location->file, location->line);
        break;
    case LINE_FAILED: error_set_errno(error, "%s", location->file); break;
    case LINE_BINARY:
        error_set_kind(error, ERROR_MALFORMED, "%s:%u: this is no text file", location->file,
                       location->line + 1);
        break;
    case LINE_TOO_LONG:
        error_set_kind(error, ERROR_MALFORMED, "%s:%u: this line is longer than %d characters",
                       location->file, location->line + 1, LINE_LENGTH_MAX);
        break;
    }
}

static bool run_lines(struct reading *reading, struct error *error)
{
    struct interpreter *interpreter = reading->interpreter;
    enum line_outcome outcome = LINE_READ;
    bool good = true;
    char *line;

    while (!interpreter->quit && (good || reading->keep_going)) {
        outcome = tick(reading) ? line_reader_next(&reading->lines, &line) : LINE_STOPPED;
        if (outcome != LINE_READ)
            break;
        interpreter->location.line++;
        good = interpreter_run_line(interpreter, line) && good;
    }
    if (!good)
        error_set_told(error);
    explain_end(outcome, &interpreter->location, error);
    return good && error->kind == ERROR_NONE;
}

static bool run_descriptor(struct reading *reading, const char *name, struct error *error)
{
    struct interpreter *interpreter = reading->interpreter;
    struct location before = interpreter->location;
    bool good;

    *error = (struct error){0};
    if (interpreter->depth++ == 0)
        interpreter->stopped = false;
    interpreter->location = (struct location){.file = name};
    reading->lines.go_on = tick;
    reading->lines.context = reading;
    good = run_lines(reading, error);
    line_reader_finish(&reading->lines);
    interpreter->location = before;
    interpreter->depth--;
    return good;
}

bool interpreter_run_input(struct interpreter *interpreter, bool as_typed, struct error *error)
{
    struct reading reading = {.interpreter = interpreter,
                              .lines = {.descriptor = STDIN_FILENO},
                              .keep_going = as_typed || interpreter->keep_going};

    return run_descriptor(&reading, "-", error);
}

bool interpreter_run_file(struct interpreter *interpreter, const char *path, struct error *error)
{
    struct reading reading = {.interpreter = interpreter, .keep_going = interpreter->keep_going};
    bool good;

    if (interpreter->depth == SOURCE_DEPTH_MAX)
        return error_set(error, "%s: files are nested more than %d deep", path, SOURCE_DEPTH_MAX);
    reading.lines.descriptor = open_file(path, &reading.size, error);
    if (reading.lines.descriptor < 0)
        return false;
    good = run_descriptor(&reading, path, error);
    close(reading.lines.descriptor);
    return good;
}

bool interpreter_configure(struct interpreter *interpreter, const char *path, struct error *error)
{
    bool keep_going = interpreter->keep_going, good;

    interpreter->configuring = interpreter->keep_going = true;
    good = interpreter_run_file(interpreter, path, error);
    interpreter->configuring = false;
    interpreter->keep_going = keep_going;
    return good;
}

bool interpreter_run_text(struct interpreter *interpreter, const char *text)
{
    bool good = true;

    while (good && *text && !interpreter->quit) {
        size_t length = strcspn(text, "\n");
        struct text line = {0};

        text_add_bytes(&line, text, length);
        good = interpreter_run_line(interpreter, text_string(&line));
        text_finish(&line);
        text += length + (text[length] == '\n');
    }
    return good;
}
