/* calls.c: see calls.h. */
#include "trace/calls.h"

#include <string.h>

/* Names are followed by a parenthesis, those of C++ by anything. */
static const struct {
    const char *name;
    enum call_kind kind;
} functions[] = {
    {"malloc(", CALL_ALLOCATES},      {"valloc(", CALL_ALLOCATES},
    {"pvalloc(", CALL_ALLOCATES},     {"_Zn", CALL_ALLOCATES},
    {"operator new", CALL_ALLOCATES}, {"calloc(", CALL_COUNTS},
    {"memalign(", CALL_ALIGNS},       {"aligned_alloc(", CALL_ALIGNS},
    {"realloc(", CALL_RESIZES},       {"free(", CALL_FREES},
    {"cfree(", CALL_FREES},           {"_Zd", CALL_FREES},
    {"operator delete", CALL_FREES},  {"posix_memalign(", CALL_HIDES},
    {"reallocarray(", CALL_HIDES},
};

/* Go on behind the parenthesis that opens the arguments of a function of C++. */
static bool skip_types(struct trace_line *line)
{
    const char *close, *open;

    if (line->at[-1] == '(')
        return true;
    open = memchr(line->at, '(', (size_t)(line->end - line->at));
    if (!open)
        return false;
    line->at = open + 1;
    close = memchr(line->at, ')', (size_t)(line->end - line->at));
    if (close && close + 1 < line->end && close[1] == '(') /* new(unsigned long)(24) */
        line->at = close + 2;
    return true;
}

bool call_take_name(struct trace_line *line, struct call *ret_call)
{
    struct trace_line rest = *line;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (!line_take(&rest, functions[i].name))
            continue;
        if (!skip_types(&rest))
            return false;
        *ret_call = (struct call){.kind = functions[i].kind};
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

bool call_read_arguments(struct trace_line *line, struct call *call, struct error *error)
{
    bool has_address = call->kind == CALL_RESIZES || call->kind == CALL_FREES;
    uint64_t count = 1;

    if (call->kind == CALL_HIDES)
        return error_set_kind(error, ERROR_MALFORMED,
                              "expected malloc, calloc, realloc, memalign or free: of other calls "
                              "the log does not tell all");
    if (has_address) {
        line_skip_spaces(line);
        if (!line_address(line, &call->address))
            return line_expected(line, "an address", error);
        if (call->kind == CALL_FREES)
            return true;
        if (!read_comma(line, error))
            return false;
    }
    if ((call->kind == CALL_COUNTS || call->kind == CALL_ALIGNS) &&
        (!read_number(line, &count, error) || !read_comma(line, error)))
        return false;
    if (!read_number(line, &call->size, error))
        return false;
    if (call->kind == CALL_COUNTS && __builtin_mul_overflow(call->size, count, &call->size))
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

bool call_conclude(struct trace_line *line, const struct call *call, struct addresses *addresses,
                   struct trace *trace, struct error *error)
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
    if (call->kind == CALL_RESIZES)
        return addresses_resize(addresses, trace, call->address, address, call->size, error);
    return addresses_allocate(addresses, trace, address, call->size, error);
}
