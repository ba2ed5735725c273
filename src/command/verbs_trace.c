/* verbs_trace.c: traces made into steps, and steps into traces. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/utf8.h"
#include "command/import.h"
#include "command/reading.h"
#include "command/scenario.h"
#include "command/verbs.h"
#include "session/followed.h"
#include "session/import.h"
#include "session/looking.h"
#include "session/to_trace.h"
#include "trace/format.h"

/* ---- Import ---- */

bool import_is_trace(const char *path)
{
    enum { BEGINNING = 1 << 18 };
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *bytes = memory_create(BEGINNING, 1);
    struct stat status;
    ssize_t length = 0;
    bool is_trace;

    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode))
        length = pread(file, bytes, BEGINNING, 0);
    is_trace = length > 0 && trace_format_of(bytes, (size_t)length) != NULL;
    if (file >= 0)
        close(file);
    free(bytes);
    return is_trace;
}

bool import_is_opener(const char *word)
{
    static const char *const openers[] = {"import", "attach", "open"};

    for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++) {
        if (strcmp(word, openers[i]) == 0)
            return true;
    }
    return false;
}

bool import_run_file(struct interpreter *interpreter, const char *path, struct error *error)
{
    bool is_number = path[0] && path[strspn(path, "0123456789")] == '\0', good;
    const char *quote = is_number ? "" : "\"";
    struct text line = {0};

    text_add(&line, "%s %s", interpreter->opener ? interpreter->opener : "import", quote);
    text_add_typed(&line, path, strlen(path));
    text_add(&line, "%s%s", quote, interpreter->lenient ? " --lenient" : "");
    good = interpreter_run_text(interpreter, text_string(&line)) || error_set_told(error);
    text_finish(&line);
    return good;
}

static void add_count(struct text *output, size_t count, const char *one, const char *many)
{
    text_add(output, "%zu %s", count, count == 1 ? one : many);
}

/* What became of the trace. */
static void tell_import(const struct session *session, const struct trace *trace,
                        const struct import_report *report, struct text *output)
{
    const struct traced *traced = session->history->steps.traced;
    char live[SIZE_TEXT_MAX];

    add_count(output, trace->op_count, "operation", "operations");
    text_add(output, " of ");
    utf8_add_visible_line(output, trace->name);
    text_add(output, " became ");
    add_count(output, session->history->steps.count, "step", "steps");
    text_add(output, ".");
    if (trace->left_out > 0) {
        text_add(output, " Left out: ");
        add_count(output, trace->left_out, "line", "lines");
        text_add(output, " that cannot be read.");
    }
    if (report->null_frees > 0) {
        text_add(output, " ");
        add_count(output, report->null_frees, "free of NULL is no step.",
                  "frees of NULL are no steps.");
    }
    if (report->renamed > 0)
        text_add(output, " Its %zu blocks share variables: one that was freed is used again.",
                 report->renamed);
    if (report->cut.length > 0)
        text_add(output, " It ends there: %s.", report->cut.data);
    if (traced && traced->largest_live > 0)
        text_add(output, " The most that was live, %s, was so after step %zu; 'marks' lists more.",
                 size_in_words(traced->most.live, live), traced->largest_live);
}

static bool import(struct interpreter *interpreter, struct trace *trace, struct error *error)
{
    struct session *session = interpreter->session;
    struct import_report report;
    bool good = session_import(session, trace, &report, error);

    if (good) {
        tell_import(session, trace, &report, &interpreter->task.output);
        interpreter_look_at_last_step(interpreter);
        interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_MAP});
    }
    import_report_finish(&report);
    return good;
}

/* Read the trace in a file, or, as "-", in standard input, which may have been kept. */
static bool read_trace(const struct interpreter *interpreter, const char *text, bool lenient,
                       struct trace *ret_trace, struct error *error)
{
    char *path;
    bool good;

    if (strcmp(text, "-") == 0 && interpreter->input) {
        lseek(interpreter->input, 0, SEEK_SET);
        return trace_read_open(interpreter->input, "standard input", lenient,
                               &interpreter->face.progress, ret_trace, error);
    }
    if (strcmp(text, "-") == 0)
        return isatty(STDIN_FILENO) ? error_set(error, "standard input is the terminal")
                                    : trace_read_watched("-", lenient, &interpreter->face.progress,
                                                         ret_trace, error);
    path = verb_resolve_path(interpreter, text);
    good = trace_read_watched(path, lenient, &interpreter->face.progress, ret_trace, error);
    free(path);
    return good;
}

VERB(import)
{
    const struct argument *file = &arguments->items[0];
    bool lenient = arguments->count > 1, good;
    struct trace trace = {0};

    if (!session_is_free(interpreter->session, error))
        return false;
    if (import_ostep(interpreter, arguments, &good, error))
        return good;
    if (lenient && strcmp(arguments->items[1].text, "--lenient") != 0) {
        error_set(error, "behind the file there can be --lenient, not '%s'",
                  arguments->items[1].text);
        return verb_fail_at(error, &arguments->items[1]);
    }
    if (!read_trace(interpreter, file->text, lenient, &trace, error))
        return verb_fail_at(error, file);
    good = import(interpreter, &trace, error);
    trace_finish(&trace);
    memory_give_back();
    return good;
}

/* ---- Export ---- */

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), ending_length = strlen(ending);

    return length > ending_length && strcmp(path + length - ending_length, ending) == 0;
}

/* A .rep file in the making. */
struct making {
    struct text *text;
    const struct progress *progress;
    size_t told; /* bytes of which the progress knows */
    bool is_stopped;
};

/* Take what the writer has written; nothing any more once it is to stop. */
static ssize_t take_part(void *context, const char *bytes, size_t size)
{
    enum { TICK_EVERY = 1 << 18 };
    struct making *making = context;

    text_add_bytes(making->text, bytes, size);
    if (making->text->length - making->told < TICK_EVERY)
        return (ssize_t)size;
    making->told = making->text->length;
    making->is_stopped = making->is_stopped || !progress_tick(making->progress, making->told, 0);
    return making->is_stopped ? 0 : (ssize_t)size;
}

/* Add the text of a .rep file; false where the progress has stopped it. */
static bool add_trace(const struct trace *trace, const struct progress *progress, struct text *text)
{
    struct making making = {.text = text, .progress = progress};
    FILE *output = fopencookie(&making, "w", (cookie_io_functions_t){.write = take_part});

    if (output) {
        rep_write(trace, output);
        fclose(output);
    } else {
        memory_exhausted();
    }
    return !making.is_stopped;
}

static bool export_trace(const struct session *session, const char *path, bool replaces,
                         struct text *output, struct error *error)
{
    struct text text = {0};
    struct trace trace;
    size_t left_out = 0;
    bool good = session_to_trace(session, path, &trace, &left_out, error);

    if (!good)
        return false;
    good = (add_trace(&trace, &session->history->progress, &text) ||
            error_set_kind(error, ERROR_STOPPED, "stopped; no file has been written")) &&
           file_write(path, &text, replaces, error);
    if (good) {
        text_add(output, "%s has ", path);
        add_count(output, trace.op_count, "operation.", "operations.");
    }
    if (good && left_out > 0) {
        text_add(output, " Left out: ");
        add_count(output, left_out, "step that a trace cannot tell.",
                  "steps that a trace cannot tell.");
    }
    text_finish(&text);
    trace_finish(&trace);
    return good;
}

VERB(export)
{
    const struct argument *file = &arguments->items[0];
    bool is_trace = has_ending(file->text, ".rep");
    char *path;
    bool good;

    if (!is_trace && !has_ending(file->text, ".hg")) {
        error_set(error, "a file ends in .rep, for a trace, or in .hg, for a scenario");
        return verb_fail_at(error, file);
    }
    if (!session_check_acts(interpreter->session, error))
        return false;
    path = verb_resolve_path(interpreter, file->text);
    good = is_trace ? export_trace(interpreter->session, path, arguments->forced,
                                   &interpreter->task.output, error)
                    : scenario_save(interpreter->session, path, arguments->forced,
                                    &interpreter->task.output, error);
    if (!good && error->kind == ERROR_EXISTS)
        error_append(error, "; export! replaces it");
    free(path);
    return good || verb_fail_at(error, file);
}
