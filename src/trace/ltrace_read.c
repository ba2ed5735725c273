/* ltrace_read.c: what ltrace writes.
 *
 *      malloc(100)                                     = 0x55cdfaa334a0
 *      [pid 812] a.out->realloc(0x55cdfaa334a0, 4000)  = 0x55cdfaa33560
 *      812 free(0x55cdfaa33560)                        = <void>
 *      813 malloc(24 <unfinished ...>
 *      813 <... malloc resumed> )                      = 0x55cdfaa33690
 *      puts("hello")                                   = 6
 *      +++ exited (status 0) +++
 *
 * With times in front of a line, too. Other calls are passed over. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/calls.h"

/* A call whose result is not known yet. */
struct unfinished {
    uint64_t process;
    struct call call;
};

struct ltrace {
    struct addresses addresses;
    struct unfinished *items;
    size_t count, capacity;
};

/* Go on behind the process's number, a time, and the library that calls. */
static uint64_t skip_prefix(struct trace_line *line)
{
    struct trace_line rest;
    uint64_t process = 0, number;

    if (line_take(line, "[pid ")) {
        line_number(line, &process);
        line_take(line, "]");
    }
    line_skip_spaces(line);
    for (rest = *line; line_number(&rest, &number); rest = *line) {
        bool is_time = !line_is_at_end(&rest) && strchr(":.", *rest.at);

        if (!is_time)
            process = number;
        while (!line_is_at_end(&rest) &&
               (isdigit((unsigned char)*rest.at) || strchr(":.", *rest.at)))
            rest.at++;
        if (line_is_at_end(&rest) || !isspace((unsigned char)*rest.at))
            break;
        line_skip_spaces(&rest);
        *line = rest;
    }
    for (const char *at = line->at; at + 1 < line->end && *at != '(' && *at != ' '; at++) {
        if (at[0] == '-' && at[1] == '>')
            line->at = at + 2;
    }
    return process;
}

static bool is_unfinished(const struct trace_line *line)
{
    static const char sign[] = "<unfinished ...>";

    return memmem(line->at, (size_t)(line->end - line->at), sign, sizeof sign - 1) != NULL;
}

static void suspend(struct ltrace *ltrace, uint64_t process, const struct call *call)
{
    ltrace->items = memory_reserve(ltrace->items, &ltrace->capacity, ltrace->count + 1,
                                   sizeof ltrace->items[0]);
    ltrace->items[ltrace->count++] = (struct unfinished){process, *call};
}

/* The call of a process that is resumed, and no longer unfinished. */
static bool resume(struct ltrace *ltrace, uint64_t process, struct call *ret_call)
{
    for (size_t i = ltrace->count; i-- > 0;) {
        if (ltrace->items[i].process != process)
            continue;
        *ret_call = ltrace->items[i].call;
        ltrace->items[i] = ltrace->items[--ltrace->count];
        return true;
    }
    return false;
}

/* Whether a name that is followed by a space is one of the allocator's functions. */
static bool is_allocators(const char *name, size_t length)
{
    enum { LENGTH_MOST = 32 };
    char called[LENGTH_MOST + 1];
    struct trace_line line = {.at = called};
    struct call ignored;

    if (length >= LENGTH_MOST)
        return false;
    memcpy(called, name, length);
    called[length] = '(';
    line.end = called + length + 1;
    return call_take_name(&line, &ignored);
}

/* "malloc resumed> ) = 0x55cdfaa33690" */
static bool read_resumed(struct ltrace *ltrace, uint64_t process, struct trace_line *line,
                         struct trace *trace, struct error *error)
{
    struct call call;
    const char *name;
    size_t length = line_word(line, &name);

    if (!line_take(line, " resumed>"))
        return line_expected(line, "resumed>", error);
    if (!is_allocators(name, length))
        return true;
    if (!resume(ltrace, process, &call))
        return line_expected(line, "a call that is unfinished", error);
    return call.kind == CALL_FREES || call_conclude(line, &call, &ltrace->addresses, trace, error);
}

/* Whether a line that has none of the allocator's calls is another that ltrace writes. */
static bool is_other(const struct trace_line *line)
{
    const char *at = line->at;

    if (line->is_cut)
        return false;
    if (strchr("+-<", *at))
        return true;
    while (at < line->end && *at != '(')
        at++;
    return at < line->end && at > line->at;
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    struct ltrace *ltrace = context;
    uint64_t process = skip_prefix(line);
    struct call call;

    if (line_is_at_end(line))
        return line_expected(line, "a call", error);
    if (line_take(line, "<... "))
        return read_resumed(ltrace, process, line, trace, error);
    if (!call_take_name(line, &call))
        return is_other(line) || line_expected(line, "a call and its result", error);
    if (!call_read_arguments(line, &call, error))
        return false;
    if (!is_unfinished(line) || line->is_cut)
        return call_conclude(line, &call, &ltrace->addresses, trace, error);
    if (call.kind == CALL_FREES &&
        !addresses_release(&ltrace->addresses, trace, call.address, error))
        return false;
    suspend(ltrace, process, &call);
    return true;
}

/* A call of the allocator with an address as its result. */
static bool is_telling(struct trace_line line)
{
    struct call call;
    struct error ignored;

    skip_prefix(&line);
    if (!call_take_name(&line, &call))
        return false;
    if (call.kind != CALL_HIDES && !call_read_arguments(&line, &call, &ignored))
        return false;
    return is_unfinished(&line) || memmem(line.at, (size_t)(line.end - line.at), "= 0x", 4) ||
           memmem(line.at, (size_t)(line.end - line.at), "= <void>", 8);
}

bool ltrace_sniff(const struct trace_source *source)
{
    return lines_any(source, is_telling);
}

bool ltrace_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct ltrace ltrace = {0};
    bool good = lines_read(source, read_line, &ltrace, trace, error);

    addresses_finish(&ltrace.addresses);
    free(ltrace.items);
    return good;
}
