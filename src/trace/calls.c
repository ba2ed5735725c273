/* calls.c: see calls.h. */
#include "trace/calls.h"

#include <string.h>

static const struct {
    const char *name;
    enum logged_kind kind;
    bool is_begun; /* with more behind it: what C++ calls the same by the types of its arguments */
} functions[] = {
    {"malloc", CALL_ALLOCATES, false},
    {"valloc", CALL_ALLOCATES, false},
    {"pvalloc", CALL_ALLOCATES, false},
    {"_Zn", CALL_ALLOCATES, true},
    {"operator new", CALL_ALLOCATES, true},
    {"calloc", CALL_COUNTS, false},
    {"memalign", CALL_ALIGNS, false},
    {"aligned_alloc", CALL_ALIGNS, false},
    {"realloc", CALL_RESIZES, false},
    {"reallocarray", CALL_RESIZES_COUNTED, false},
    {"free", CALL_FREES, false},
    {"cfree", CALL_FREES, false},
    {"_Zd", CALL_FREES, true},
    {"operator delete", CALL_FREES, true},
    {"posix_memalign", CALL_HIDES, false},
};

/* Go on behind the next parenthesis. */
static bool skip_to_arguments(struct trace_line *line)
{
    const char *open = memchr(line->at, '(', (size_t)(line->end - line->at));

    line->at = open ? open + 1 : line->at;
    return open != NULL;
}

/* Go on behind the parenthesis that opens the arguments, of "new(unsigned long)(24)" the second;
 * where the function is found may stand before it: "malloc@libc.so.6(24)". */
static bool take_opening(struct trace_line *line, bool is_begun)
{
    const char *close;

    if (!is_begun)
        return line_take(line, "(") || (line_take(line, "@") && skip_to_arguments(line));
    if (!skip_to_arguments(line))
        return false;
    close = memchr(line->at, ')', (size_t)(line->end - line->at));
    if (close && close + 1 < line->end && (close[1] == '(' || close[1] == '@')) {
        line->at = close + 1;
        return skip_to_arguments(line);
    }
    return true;
}

bool call_take_name(struct trace_line *line, struct logged_call *ret_call)
{
    struct trace_line rest;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        rest = *line;
        if (!line_take(&rest, functions[i].name) || !take_opening(&rest, functions[i].is_begun))
            continue;
        *ret_call = (struct logged_call){.kind = functions[i].kind};
        *line = rest;
        return true;
    }
    return false;
}

/* A number, and the word before it, if there is one ("al 64"). */
static bool read_number(struct trace_line *line, uint64_t *ret_number, struct error *error)
{
    line_skip_spaces(line);
    if (line_take(line, "al ") || line_take(line, "size "))
        line_skip_spaces(line);
    return line_number(line, ret_number) || line_expected(line, "a number", error);
}

static bool read_comma(struct trace_line *line, struct error *error)
{
    line_skip_spaces(line);
    return line_take(line, ",") || line_expected(line, "a comma", error);
}

bool call_read_arguments(struct trace_line *line, struct logged_call *call, struct error *error)
{
    bool resizes = call->kind == CALL_RESIZES || call->kind == CALL_RESIZES_COUNTED;
    bool counts = call->kind == CALL_COUNTS || call->kind == CALL_RESIZES_COUNTED;
    uint64_t count = 1;

    if (call->kind == CALL_HIDES)
        return error_set_kind(error, ERROR_MALFORMED,
                              "expected malloc, calloc, realloc, memalign or free: of other calls "
                              "the log does not tell all");
    if (resizes || call->kind == CALL_FREES) {
        line_skip_spaces(line);
        if (!line_address(line, &call->address))
            return line_expected(line, "an address", error);
        if (call->kind == CALL_FREES)
            return true;
        if (!read_comma(line, error))
            return false;
    }
    if ((counts || call->kind == CALL_ALIGNS) &&
        (!read_number(line, &count, error) || !read_comma(line, error)))
        return false;
    if (!read_number(line, &call->size, error))
        return false;
    if (counts && __builtin_mul_overflow(call->size, count, &call->size))
        call->size = UINT64_MAX;
    return true;
}

/* The last of the result's address, behind the arguments that are of no interest. */
static bool read_result(struct trace_line *line, uint64_t *ret_address, struct error *error)
{
    const char *sign = line->at;

    while (sign < line->end && *sign != '=')
        sign++;
    if (sign == line->end)
        return line_expected(line, "= and a result", error);
    line->at = sign + 1;
    line_skip_spaces(line);
    return line_address(line, ret_address) || line_expected(line, "an address", error);
}

bool call_conclude(struct trace_line *line, const struct logged_call *call,
                   struct addresses *addresses, struct trace *trace, struct error *error)
{
    uint64_t address = 0;

    if (line->is_cut)
        return error_set_kind(error, ERROR_MALFORMED,
                              "expected the line to end, but the file does");
    if (call->kind == CALL_FREES)
        return line_take(line, ")") || memchr(line->at, ')', (size_t)(line->end - line->at))
                   ? addresses_release(addresses, trace, call->address, error)
                   : line_expected(line, "a closing parenthesis", error);
    if (!read_result(line, &address, error))
        return false;
    if (call->kind == CALL_RESIZES || call->kind == CALL_RESIZES_COUNTED)
        return addresses_resize(addresses, trace, call->address, address, call->size, error);
    return addresses_allocate(addresses, trace, address, call->size, error);
}
