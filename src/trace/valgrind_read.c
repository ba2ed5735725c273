/* valgrind_read.c: what valgrind writes with --trace-malloc=yes, among what the program writes.
 *
 *      --26452-- malloc(100) = 0x4A42040
 *      --26452-- calloc(3,20) = 0x4A420F0
 *      --26452-- realloc(0x4A42040,4000) = 0x4A42170
 *      --26452-- realloc(0x4A43150,0)free(0x4A43150)
 *      --26452-- memalign(al 64, size 100) = 0x4A43240
 *      --26452-- free(0x4A420F0)
 *
 * Lines without the program's number are passed over, and so are other calls. */

#include "trace/calls.h"

/* Go on behind "--26452-- ", or "==26452== ". */
static bool take_prefix(struct trace_line *line, const char *mark)
{
    struct trace_line rest = *line;
    uint64_t ignored;

    if (!line_take(&rest, mark) || !line_number(&rest, &ignored) || !line_take(&rest, mark))
        return false;
    line_skip_spaces(&rest);
    *line = rest;
    return true;
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    struct addresses *addresses = context;
    struct call call, inner;

    if (!take_prefix(line, "--") || !call_take_name(line, &call))
        return !line->is_cut || line->end[-1] == '=' ||
               line_expected(line, "the end of the line", error);
    if (!call_read_arguments(line, &call, error) ||
        (call.kind != CALL_FREES && !line_take(line, ")") &&
         !line_expected(line, "a closing parenthesis", error)))
        return false;
    if (call_take_name(line, &inner)) { /* what it is carried out with */
        if (!call_read_arguments(line, &inner, error))
            return false;
        call = inner;
    }
    return call_conclude(line, &call, addresses, trace, error);
}

static bool is_telling(struct trace_line line)
{
    return take_prefix(&line, "--") || take_prefix(&line, "==");
}

bool valgrind_sniff(const struct trace_source *source)
{
    return lines_any(source, is_telling);
}

bool valgrind_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct addresses addresses = {0};
    bool good = lines_read(source, read_line, &addresses, trace, error);

    addresses_finish(&addresses);
    return good;
}
