/* ostep_read.c: what OSTEP's malloc.py prints, and the book's numbers in what 'ostep' says.
 *
 *      headerSize 4
 *      ptr[0] = Alloc(3) returned 1004 (searched 1 elements)    3 bytes are allocated; p0
 *      Free(ptr[0])                                             and freed
 *      ptr[1] = Alloc(500) returned 3 (searched 2 elements)     refused: -1, and the header
 *      ptr[2] = Alloc(8) returned ?                             not solved yet: taken for allocated
 *
 * Other lines tell what came of it there, and are passed over. */
#include "base/text.h"
#include "trace/lines.h"

struct ostep {
    uint64_t header_size; /* bytes */
    uint64_t count;       /* of allocations, refused ones, too */
};

/* Take `before`, a number, and `behind`. */
static bool read_number(struct trace_line *line, const char *before, uint64_t *ret_number,
                        const char *behind, struct error *error)
{
    if (!line_take(line, before))
        return line_expected(line, before, error);
    if (!line_number(line, ret_number))
        return line_expected(line, "a number", error);
    return line_take(line, behind) || line_expected(line, behind, error);
}

/* Go on behind what an allocation returned; whether that says that it was refused. */
static bool skip_result(const struct ostep *ostep, struct trace_line *line, bool *ret_refused,
                        struct error *error)
{
    uint64_t result = 0;
    bool is_negative;

    *ret_refused = false;
    line_skip_spaces(line);
    if (line_is_at_end(line) && !line->is_cut)
        return true;
    if (!line_take(line, "returned"))
        return line_expected(line, "returned", error);
    line_skip_spaces(line);
    if (line_take(line, "?"))
        return true;
    is_negative = line_take(line, "-");
    if (!line_number(line, &result))
        return line_expected(line, "an address or ?", error);
    *ret_refused = is_negative || result < ostep->header_size;
    return true;
}

static bool read_allocation(struct ostep *ostep, struct trace_line *line, struct trace *trace,
                            struct error *error)
{
    struct trace_line before = *line;
    uint64_t number = 0, size = 0;
    struct text name = {0};
    bool is_refused = false;

    if (!read_number(line, "ptr[", &number, "]", error))
        return false;
    line_skip_spaces(line);
    if (!line_take(line, "="))
        return line_expected(line, "=", error);
    line_skip_spaces(line);
    if (!read_number(line, "Alloc(", &size, ")", error) ||
        !skip_result(ostep, line, &is_refused, error))
        return false;
    line->at = before.at;
    if (number != ostep->count) {
        text_add(&name, "ptr[%llu]", (unsigned long long)ostep->count);
        line_expected(line, text_string(&name), error);
        text_finish(&name);
        return false;
    }
    if (!is_refused && !trace_add(trace, TRACE_ALLOCATE, (uint32_t)number, size, error))
        return false;
    ostep->count++;
    if (is_refused)
        return true;
    text_add(&name, "p%llu", (unsigned long long)number);
    trace_name(trace, (uint32_t)number, text_string(&name));
    text_finish(&name);
    return true;
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    struct ostep *ostep = context;
    struct trace_line before = *line;
    uint64_t number = 0;

    if (line_take(line, "headerSize ")) {
        line_number(line, &ostep->header_size);
        return true;
    }
    if (line_take(line, "ptr[")) {
        line->at = before.at;
        return read_allocation(ostep, line, trace, error);
    }
    if (!line_take(line, "Free("))
        return true;
    if (!read_number(line, "ptr[", &number, "])", error))
        return false;
    line->at = before.at;
    return trace_add(trace, TRACE_FREE, number < TRACE_IDS_MAX ? (uint32_t)number : TRACE_IDS_MAX,
                     0, error);
}

static bool is_telling(struct trace_line line)
{
    struct error ignored;
    uint64_t number = 0;

    if (!read_number(&line, "ptr[", &number, "]", &ignored))
        return false;
    line_skip_spaces(&line);
    if (!line_take(&line, "="))
        return false;
    line_skip_spaces(&line);
    return read_number(&line, "Alloc(", &number, ")", &ignored);
}

bool ostep_sniff(const struct trace_source *source)
{
    return lines_any(source, is_telling);
}

bool ostep_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct ostep ostep = {0};

    return lines_read(source, read_line, &ostep, trace, error);
}
