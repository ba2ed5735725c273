/* reading.c: see reading.h; running files of commands. */
#include "command/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "command/c_syntax.h"
#include "command/import.h"
#include "command/playback.h"
#include "command/queue.h"
#include "command/repeat.h"
#include "trace/format.h"

enum { SOURCE_DEPTH_MAX = 16 };

struct location reading_location(const struct reading *reading)
{
    return reading ? reading->location : (struct location){0};
}

bool reading_sets_up(const struct reading *reading)
{
    return reading && reading->sets_up;
}

void reading_stop(struct reading *reading)
{
    for (; reading; reading = reading->outer)
        reading->stopped = true;
}

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

/* Tell how much of the file has been read, and let it end where the user wants that. */
static bool tick(void *context, size_t done, size_t total)
{
    struct reading *reading = context;

    (void)total; /* the reader does not know */
    if (!progress_tick(&reading->interpreter->face.progress, done, reading->size))
        reading_stop(reading);
    return !reading->stopped;
}

bool reading_may_be_commands(const struct line_reader *lines, const char *name, bool is_no_trace,
                             struct error *error)
{
    const char *packed = file_packed(lines->data, lines->end);

    if (packed)
        return error_set_kind(error, ERROR_MALFORMED, "%s: %s", name, packed);
    return is_no_trace || !trace_format_of(lines->data, lines->end) ||
           error_set_kind(error, ERROR_MALFORMED, "%s: this is a trace; 'import %s' reads it", name,
                          name);
}

void reading_explain_end(enum line_outcome outcome, const struct location *location,
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

/* Run a line. Returns false if a command failed, there or in a line before it. */
static bool run_line(struct interpreter *interpreter, const char *line)
{
    bool good = interpreter_run_line(interpreter, line);

    return !queue_take_failure(interpreter) && good;
}

/* Do and tell all that is left to do, before waiting for more. Returns false if a command
 * failed. */
static bool rest(struct interpreter *interpreter)
{
    queue_settle(interpreter);
    if (interpreter->face.rest)
        interpreter->face.rest(interpreter->face.context);
    return !queue_take_failure(interpreter);
}

/* How many lines are left of a file; 0 where that is not known. */
static size_t count_lines_left(const struct reading *reading)
{
    char bytes[4096];
    off_t place = (off_t)reading->lines.consumed;
    size_t lines = 0;
    ssize_t count;

    while (reading->size &&
           (count = pread(reading->lines.descriptor, bytes, sizeof bytes, place)) > 0) {
        for (ssize_t i = 0; i < count; i++)
            lines += bytes[i] == '\n';
        place += count;
    }
    return lines;
}

/* A command of the line failed. Where there is somebody who can look what is wrong, it is theirs to
 * say whether the rest is run all the same. */
static void ask_whether_to_resume(struct reading *reading)
{
    struct interpreter *interpreter = reading->interpreter;
    const struct face *face = &interpreter->face;
    struct text why = {0};
    size_t left;

    reading->resumed = playback_is_skipping(interpreter) && !reading->stopped;
    if (reading->resumed || !face->pause || reading->keep_going || reading->sets_up ||
        reading->stopped || interpreter->quit)
        return;
    left = count_lines_left(reading);
    if (left == 0)
        return;
    text_add(&why, "%zu line%s left: Enter goes on with %s, Ctrl-C leaves %s.", left,
             left == 1 ? " is" : "s are", left == 1 ? "it" : "them", left == 1 ? "it" : "them");
    reading->resumed =
        face->pause(face->context, &(struct pause){.why = text_string(&why)}) != PAUSE_OVER;
    text_finish(&why);
    if (!reading->resumed)
        reading_stop(reading);
    interpreter->resumed |= reading->resumed;
}

/* Read the next line. What is known to be left to do is done before waiting for one. */
static enum line_outcome read_line(struct reading *reading, bool *good, char **ret_line)
{
    if (!line_reader_has_line(&reading->lines))
        *good = rest(reading->interpreter) && *good;
    if (!*good && !reading->keep_going)
        return LINE_END;
    return tick(reading, reading->lines.consumed, 0) ? line_reader_next(&reading->lines, ret_line)
                                                     : LINE_STOPPED;
}

/* Where the first line is at hand: whether it, and what was read behind it, may be commands. A file
 * was looked at before; of what comes through a pipe that can be done only now. */
static bool begins_well(const struct reading *reading, struct error *error)
{
    bool was_looked_at = reading->size > 0 || isatty(reading->lines.descriptor);

    return reading->location.line > 0 || !reading->lines.data ||
           reading_may_be_commands(&reading->lines, reading->location.file, was_looked_at, error);
}

static bool run_lines(struct reading *reading, struct error *error)
{
    struct interpreter *interpreter = reading->interpreter;
    enum line_outcome outcome = LINE_READ;
    bool good = true;
    char *line;

    while (!interpreter->quit && (good || reading->keep_going)) {
        outcome = read_line(reading, &good, &line);
        if (!begins_well(reading, error))
            return false;
        if (outcome != LINE_READ)
            break;
        reading->location.line++;
        text_clear(&reading->line); /* a copy: the command may read on */
        text_add_string(&reading->line, line);
        if (run_line(interpreter, text_string(&reading->line)))
            continue;
        ask_whether_to_resume(reading);
        good = reading->resumed;
    }
    good = rest(interpreter) && good;
    if (!good)
        error_set_told(error);
    reading_explain_end(outcome, &reading->location, error);
    return good && error->kind == ERROR_NONE;
}

static bool run_reading(struct reading *reading, const char *name, struct error *error)
{
    struct interpreter *interpreter = reading->interpreter;
    struct task task = interpreter->task; /* that has it read */
    bool good;

    *error = (struct error){0};
    reading->location = (struct location){.file = name};
    reading->lines.progress = (struct progress){tick, reading};
    reading->outer = interpreter->reading;
    interpreter->reading = reading;
    interpreter->task = (struct task){.line = "", .text = ""};
    good = run_lines(reading, error);
    task_finish(&interpreter->task);
    interpreter->task = task;
    interpreter->reading = reading->outer;
    line_reader_finish(&reading->lines);
    text_finish(&reading->line);
    return good;
}

bool interpreter_run_input(struct interpreter *interpreter, bool as_typed, struct error *error)
{
    struct reading reading = {.interpreter = interpreter,
                              .lines = {.descriptor = STDIN_FILENO},
                              .keep_going = as_typed || interpreter->keep_going};

    return run_reading(&reading, "-", error);
}

static int depth_of(const struct reading *reading)
{
    int depth = 0;

    for (; reading; reading = reading->outer)
        depth += reading->location.file != NULL && !reading->is_repeat;
    return depth;
}

static bool run_file(struct reading *reading, const char *path, struct error *error)
{
    bool good;

    if (depth_of(reading->interpreter->reading) == SOURCE_DEPTH_MAX)
        return error_set(error, "%s: files are nested more than %d deep", path, SOURCE_DEPTH_MAX);
    reading->lines.descriptor = open_file(path, &reading->size, error);
    if (reading->lines.descriptor < 0)
        return false;
    good = run_reading(reading, path, error);
    close(reading->lines.descriptor);
    return good;
}

/* Play a file, and again as often as somebody goes back. */
static bool play_file(struct interpreter *interpreter, const char *path, struct error *error)
{
    struct playback playback;
    bool is_played = playback_begin(&playback, interpreter, path), good;

    do {
        struct reading reading = {.interpreter = interpreter,
                                  .keep_going = interpreter->keep_going};

        good = run_file(&reading, path, error);
    } while (is_played && playback_goes_back(&playback, interpreter));
    if (is_played)
        playback_end(&playback, interpreter);
    return good;
}

bool interpreter_run_file(struct interpreter *interpreter, const char *path, struct error *error)
{
    struct reading reading = {.interpreter = interpreter, .keep_going = interpreter->keep_going};
    size_t length = strlen(path);
    bool is_scenario = length > 3 && strcmp(path + length - 3, ".hg") == 0;

    if (!is_scenario && import_is_trace(path))
        return import_run_file(interpreter, path, error);
    if (interpreter->face.pause && !interpreter->reading)
        return play_file(interpreter, path, error);
    return run_file(&reading, path, error);
}

bool interpreter_configure(struct interpreter *interpreter, const char *path, struct error *error)
{
    struct reading reading = {.interpreter = interpreter, .keep_going = true, .sets_up = true};

    return run_file(&reading, path, error);
}

bool interpreter_run_aside(struct interpreter *interpreter, const char *line)
{
    struct task task = interpreter->task;
    struct reading *reading = interpreter->reading;
    struct playback *playback = interpreter->playback;
    bool good;

    interpreter->task = (struct task){.line = "", .text = ""};
    interpreter->reading = NULL;
    interpreter->playback = NULL;
    good = interpreter_run_line(interpreter, line);
    task_finish(&interpreter->task);
    interpreter->task = task;
    interpreter->reading = reading;
    interpreter->playback = playback;
    return good;
}

/* ---- Texts ---- */

/* Take the next line of a text. Returns false at its end. */
static bool take_text_line(struct reading *reading, struct text *line)
{
    size_t length = strcspn(reading->text, "\n");

    if (!*reading->text)
        return false;
    text_clear(line);
    text_add_bytes(line, reading->text, length);
    reading->text += length + (reading->text[length] == '\n');
    reading->location.line++;
    return true;
}

static bool run_text(struct reading *reading)
{
    struct interpreter *interpreter = reading->interpreter;
    bool good = true;

    reading->outer = interpreter->reading;
    interpreter->reading = reading;
    while ((good || reading->keep_going) && !interpreter->quit && !reading->stopped &&
           take_text_line(reading, &reading->line))
        good = run_line(interpreter, text_string(&reading->line)) && good;
    if (!reading->outer)
        good = rest(interpreter) && good;
    interpreter->reading = reading->outer;
    text_finish(&reading->line);
    return good;
}

bool interpreter_run_text(struct interpreter *interpreter, const char *text)
{
    struct reading reading = {.interpreter = interpreter, .text = text};

    return run_text(&reading);
}

/* ---- Repeating ---- */

/* Take the next line, of whatever is read. */
static enum line_outcome take_line(struct reading *reading, struct text *line)
{
    enum line_outcome outcome;
    char *read;

    if (reading->text)
        return take_text_line(reading, line) ? LINE_READ : LINE_END;
    outcome = line_reader_next(&reading->lines, &read);
    if (outcome != LINE_READ)
        return outcome;
    reading->location.line++;
    text_clear(line);
    text_add_string(line, read);
    return LINE_READ;
}

bool reading_take_body(struct reading *reading, struct text *ret_body, struct error *error)
{
    enum { BODY_MOST = 16 * 1024 * 1024 };
    struct text line = {0};
    enum line_outcome outcome = LINE_READ;
    size_t depth = 1;

    while (depth > 0 && ret_body->length < BODY_MOST) {
        outcome = take_line(reading, &line);
        if (outcome != LINE_READ)
            break;
        depth = repeat_depth_behind(text_string(&line), depth);
        if (depth > 0)
            text_add(ret_body, "%s\n", text_string(&line));
    }
    text_finish(&line);
    if (depth == 0)
        return true;
    reading_explain_end(outcome, &reading->location, error);
    return error->kind == ERROR_NONE ? error_set(error, "there is no 'end' for it") : false;
}

bool reading_take_answer(struct reading *reading, struct text *line)
{
    return reading && !reading->text && reading->lines.descriptor == STDIN_FILENO &&
           take_line(reading, line) == LINE_READ;
}

static unsigned repeats_around(const struct reading *reading)
{
    unsigned depth = 0;

    for (; reading; reading = reading->outer)
        depth += reading->is_repeat;
    return depth;
}

bool interpreter_repeat(struct interpreter *interpreter, const char *text, uint64_t rounds,
                        struct location location, struct error *error)
{
    struct reading *outer = interpreter->reading;
    struct task task = interpreter->task;
    bool good = true;

    if (repeats_around(outer) == REPEAT_DEPTH_MAX)
        return error_set(error, "repeats are nested more than %d deep", REPEAT_DEPTH_MAX);
    interpreter->task = (struct task){.line = "", .text = ""};
    for (uint64_t round = 1; good && round <= rounds && !interpreter->quit; round++) {
        struct text body = {0};
        struct reading reading = {.interpreter = interpreter,
                                  .location = location,
                                  .keep_going = outer && outer->keep_going,
                                  .is_repeat = true};

        repeat_add_round(text, round, &body);
        reading.text = text_string(&body);
        good = (run_text(&reading) || reading.keep_going) && !reading.stopped;
        text_finish(&body);
        if (good && !progress_tick(&interpreter->face.progress, round, rounds)) {
            reading_stop(outer);
            good = false;
        }
    }
    task_finish(&interpreter->task);
    interpreter->task = task;
    return good || error_set_told(error);
}
