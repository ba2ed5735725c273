/* interpreter.c: running lines and files of commands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/lexer.h"
#include "command/parser.h"

void interpreter_init(struct interpreter *interpreter, struct session *session,
                      const struct face *face)
{
    *interpreter = (struct interpreter){.session = session, .face = *face};
    session->progress = face->tick;
    session->progress_context = face->context;
}

void interpreter_finish(struct interpreter *interpreter)
{
    text_finish(&interpreter->output);
    free(interpreter->dumped);
}

/* ---- Outcomes ---- */

/* Tell the face what came of a command, and begin afresh. */
static void report(struct interpreter *interpreter, struct outcome *outcome)
{
    struct session *session = interpreter->session;

    outcome->location = interpreter->location;
    outcome->notice = text_string(&session->notice);
    outcome->show = interpreter->show;
    outcome->said = interpreter->saying;
    interpreter->face.report(interpreter->face.context, outcome);
    text_clear(&session->notice);
    text_clear(&interpreter->output);
    interpreter->show = (struct show){0};
    interpreter->saying = false;
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

static void report_success(struct interpreter *interpreter, const char *line, const char *command,
                           size_t steps_before)
{
    struct session *session = interpreter->session;
    struct outcome outcome = {.command = command, .ok = true, .line = line};
    struct text step_command = {0};

    if (session->steps.count > steps_before) {
        outcome.step = session_last_step(session);
        outcome.text = text_string(&session->explanation);
        session_add_command(session, outcome.step, &step_command);
        outcome.command = text_string(&step_command);
    } else {
        outcome.text = text_string(&interpreter->output);
    }
    report(interpreter, &outcome);
    text_finish(&step_command);
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
    size_t steps = interpreter->session->steps.count;
    struct error error = {0}, told = {0};

    if (command->run(interpreter, &run->parsed.arguments, &error)) {
        if (!interpreter->quit)
            report_success(interpreter, run->line, run->text, steps);
        return true;
    }
    if (error.text[0] == '\0') /* a file in which a command failed: the face knows */
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

                error_set(&error, "stopped after %zu of %zu", (size_t)done, (size_t)total);
                report_failure(interpreter, run->line, run->text, &error);
                return false;
            }
        }
    }
    return true;
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
    if (!parse_statement(line, statement, &run.parsed, &error)) {
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
    if (good && error.text[0]) {
        report_failure(interpreter, line, line, &error);
        good = false;
    }
    statement_finish(&statement);
    return good;
}

/* ---- Files ---- */

static FILE *open_file(const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    struct stat status;

    if (file && fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        fclose(file);
        file = NULL;
        errno = EISDIR;
    }
    if (!file)
        error_set_errno(error, "%s", path);
    return file;
}

/* Read one line; what is no text at all is an error. Returns false at the end or with an error. */
static bool read_line(FILE *file, char **line, size_t *capacity, struct location *location,
                      struct error *error)
{
    ssize_t length = getline(line, capacity, file);

    if (length < 0) {
        if (ferror(file))
            error_set_errno(error, "%s", location->file);
        return false;
    }
    location->line++;
    if (strlen(*line) != (size_t)length)
        return error_set(error, "%s:%u: this is no text file", location->file, location->line);
    if (length > LINE_LENGTH_MAX)
        return error_set(error, "%s:%u: this line is longer than %d characters", location->file,
                         location->line, LINE_LENGTH_MAX);
    while (length > 0 && ((*line)[length - 1] == '\n' || (*line)[length - 1] == '\r'))
        (*line)[--length] = '\0';
    return true;
}

static bool run_lines(struct interpreter *interpreter, FILE *file, struct error *error)
{
    char *line = NULL;
    size_t capacity = 0;
    bool good = true;

    while (!interpreter->quit && (good || interpreter->keep_going) &&
           read_line(file, &line, &capacity, &interpreter->location, error))
        good = interpreter_run_line(interpreter, line) && good;
    free(line);
    return good && error->text[0] == '\0';
}

bool interpreter_run_stream(struct interpreter *interpreter, FILE *stream, const char *name,
                            struct error *error)
{
    struct location before = interpreter->location;
    bool good;

    error->text[0] = '\0';
    interpreter->depth++;
    interpreter->location = (struct location){.file = name};
    good = run_lines(interpreter, stream, error);
    interpreter->location = before;
    interpreter->depth--;
    return good;
}

bool interpreter_run_file(struct interpreter *interpreter, const char *path, struct error *error)
{
    FILE *file;
    bool good;

    if (interpreter->depth == SOURCE_DEPTH_MAX)
        return error_set(error, "%s: files are nested more than %d deep", path, SOURCE_DEPTH_MAX);
    file = open_file(path, error);
    if (!file)
        return false;
    good = interpreter_run_stream(interpreter, file, path, error);
    fclose(file);
    return good;
}
