/* valgrind_read.c: what valgrind writes with --trace-malloc=yes, among what the program writes.
 *
 *      --26452-- malloc(100) = 0x4A42040
 *      --26452-- calloc(3,20) = 0x4A420F0
 *      --26452-- realloc(0x4A42040,4000) = 0x4A42170
 *      --26452-- realloc(0x4A43150,0)free(0x4A43150)
 *      --26452-- memalign(al 64, size 100) = 0x4A43240
 *      --26452-- free(0x4A420F0)
 *
 *      --26452-- _ZnwmSt11align_val_t(size 64, al 64) = 0x4D75480
 *
 * With --time-stamp=yes, "00:00:00:00.688 " stands before the program's number. Lines without that
 * number are passed over, and so are other calls. The first process that calls is the one that is
 * read: those that it forks have heaps of their own. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "trace/calls.h"

struct valgrind {
    struct addresses addresses;
    uint64_t process; /* that calls; 0 as long as none does */
};

/* Go on behind "--26452-- ", or "==26452== ". */
static bool take_prefix(struct trace_line *line, const char *mark, uint64_t *ret_process)
{
    struct trace_line rest = *line;

    if (!line_take(&rest, mark) || !line_number(&rest, ret_process))
        return false;
    if (!line_is_at_end(&rest) && *rest.at == ':') { /* it is a time */
        while (!line_is_at_end(&rest) && !isspace((unsigned char)*rest.at))
            rest.at++;
        line_skip_spaces(&rest);
        if (!line_number(&rest, ret_process))
            return false;
    }
    if (!line_take(&rest, mark))
        return false;
    line_skip_spaces(&rest);
    *line = rest;
    return true;
}

/* What may stand between a call's arguments and its result: "al 64" of what C++ aligns, and the
 * closing parenthesis. */
static bool read_closing(struct trace_line *line, struct error *error)
{
    struct trace_line rest = *line;
    uint64_t ignored;

    if (line_take(&rest, ", al ") && line_number(&rest, &ignored))
        *line = rest;
    return line_take(line, ")") || line_expected(line, "a closing parenthesis", error);
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    struct valgrind *valgrind = context;
    uint64_t process;
    struct logged_call call, inner;

    if (!take_prefix(line, "--", &process) || !call_take_name(line, &call))
        return !line->is_cut || line->end[-1] == '=' ||
               line_expected(line, "the end of the line", error);
    if (valgrind->process == 0)
        valgrind->process = process;
    if (process != valgrind->process)
        return error_set_kind(error, ERROR_MALFORMED,
                              "expected process %" PRIu64 ", not %" PRIu64
                              ", whose heap is another; --log-file=FILE.%%p parts them",
                              valgrind->process, process);
    if (!call_read_arguments(line, &call, error) ||
        (call.kind != CALL_FREES && !read_closing(line, error)))
        return false;
    if (call_take_name(line, &inner)) { /* what it is carried out with */
        if (!call_read_arguments(line, &inner, error))
            return false;
        call = inner;
    }
    return call_conclude(line, &call, &valgrind->addresses, trace, error);
}

static bool is_telling(struct trace_line line)
{
    uint64_t ignored;

    return take_prefix(&line, "--", &ignored) || take_prefix(&line, "==", &ignored);
}

bool valgrind_sniff(const struct trace_source *source)
{
    return lines_any(source, is_telling);
}

bool valgrind_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct valgrind valgrind = {0};
    bool good = lines_read(source, read_line, &valgrind, trace, error);

    addresses_finish(&valgrind.addresses);
    if (!good || valgrind.process != 0 || source->lenient)
        return good;
    return error_set_kind(error, ERROR_MALFORMED,
                          "%s: it tells of no calls of malloc, which valgrind writes with "
                          "--trace-malloc=yes",
                          source->name);
}
