/* list_read.c: lists as OSTEP's malloc.py takes them with -A: +10,-0,+20. +10 allocates 10 bytes;
 * -0 frees what the first of the allocations got. They are parted by commas or white space. */
#include <ctype.h>
#include <string.h>

#include "trace/lines.h"

static bool read_number(struct trace_line *line, const char *what, uint64_t *ret_number,
                        struct error *error)
{
    return line_number(line, ret_number) || line_expected(line, what, error);
}

static bool read_op(struct trace_line *line, struct trace *trace, struct error *error)
{
    uint64_t number = 0;

    if (line_take(line, "+"))
        return read_number(line, "a size", &number, error) &&
               trace_add(trace, TRACE_ALLOCATE, trace->id_count, number, error);
    if (!line_take(line, "-"))
        return line_expected(line, "+SIZE or -NUMBER", error);
    if (!read_number(line, "which allocation to free", &number, error))
        return false;
    return trace_add(trace, TRACE_FREE, number < TRACE_IDS_MAX ? (uint32_t)number : TRACE_IDS_MAX,
                     0, error);
}

/* What part of the line is good is taken even if the rest is not. */
static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    (void)context;
    while (!line_is_at_end(line)) {
        if (!read_op(line, trace, error))
            return false;
        if (!line_is_at_end(line) && !strchr(", \t", *line->at))
            return line_expected(line, "a comma", error);
        while (!line_is_at_end(line) && strchr(", \t", *line->at))
            line->at++;
    }
    return true;
}

/* A number with a sign; a file with none but - has nothing to free, and is no list. */
bool list_sniff(const struct trace_source *source)
{
    struct trace_line line = lines_first(source);

    return line.end - line.at > 1 && (line.at[0] == '+' || line.at[0] == '-') &&
           isdigit((unsigned char)line.at[1]) && memchr(source->bytes, '+', source->size);
}

bool list_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    return lines_read(source, read_line, NULL, trace, error);
}
