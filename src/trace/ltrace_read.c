/* ltrace_read.c: what ltrace writes.
 *
 *      malloc(100)                                     = 0x55cdfaa334a0
 *      [pid 812] a.out->realloc(0x55cdfaa334a0, 4000)  = 0x55cdfaa33560
 *      812 free(0x55cdfaa33560)                        = <void>
 *      813 malloc(24 <unfinished ...>
 *      813 <... malloc resumed> )                      = 0x55cdfaa33690
 *      malloc@libc.so.6(5)                             = 0x55cdfaa33910
 *      puts("hello")                                   = 6
 *      +++ exited (status 0) +++
 *
 * With times and places in the program ([0x55cb08f9d284]) in front of a line, too. Other calls are
 * passed over, and so is what the allocator calls while another of its calls is unfinished. Where
 * children are followed, one is known by its fork, which returns 0: its heap is another. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/calls.h"

/* A call whose result is not known yet. */
struct unfinished {
    uint64_t process;
    struct logged_call call;
    bool is_inner; /* one before it, of the same process, was unfinished, too */
};

struct ltrace {
    struct addresses addresses;
    struct address_table children; /* by process: those that came of a fork */
    struct unfinished *items;
    size_t count, capacity;
};

/* Go on behind "[0x55cb08f9d284] ", where the call comes from. */
static void skip_place(struct trace_line *line)
{
    struct trace_line rest = *line;
    const char *close;

    if (!line_take(&rest, "[0x") || !(close = memchr(rest.at, ']', (size_t)(rest.end - rest.at))))
        return;
    line->at = close + 1;
    line_skip_spaces(line);
}

/* Go on behind the process's number, a time, a place, and the library that calls. */
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
    skip_place(line);
    for (const char *at = line->at; at + 1 < line->end && *at != '(' && *at != ' '; at++) {
        if (at[0] == '-' && at[1] == '>')
            line->at = at + 2;
    }
    return process;
}

static const char *find_in(const struct trace_line *line, const char *text)
{
    return memmem(line->at, (size_t)(line->end - line->at), text, strlen(text));
}

/* Some that are said to have no return are resumed all the same. */
static bool is_unfinished(const struct trace_line *line)
{
    static const char end[] = " ...>"; /* of both */
    size_t length = sizeof end - 1;

    if ((size_t)(line->end - line->at) < length || memcmp(line->end - length, end, length) != 0)
        return false;
    return find_in(line, "<unfinished ...>") || find_in(line, "<no return ...>");
}

/* The last call of a process that is unfinished; NULL where there is none. */
static struct unfinished *find_last(const struct ltrace *ltrace, uint64_t process)
{
    for (size_t i = ltrace->count; i-- > 0;) {
        if (ltrace->items[i].process == process)
            return &ltrace->items[i];
    }
    return NULL;
}

static void suspend(struct ltrace *ltrace, uint64_t process, const struct logged_call *call)
{
    bool is_inner = find_last(ltrace, process) != NULL;

    ltrace->items = memory_reserve(ltrace->items, &ltrace->capacity, ltrace->count + 1,
                                   sizeof ltrace->items[0]);
    ltrace->items[ltrace->count++] = (struct unfinished){process, *call, is_inner};
}

/* The call of a process that is resumed, and no longer unfinished. */
static bool resume(struct ltrace *ltrace, uint64_t process, struct unfinished *ret_call)
{
    struct unfinished *last = find_last(ltrace, process);

    if (!last)
        return false;
    *ret_call = *last;
    ltrace->count--;
    memmove(last, last + 1, (size_t)(ltrace->items + ltrace->count - last) * sizeof *last);
    return true;
}

/* Whether a name is one of the allocator's functions. */
static bool is_allocators(const char *name, size_t length)
{
    enum { LENGTH_MOST = 128 };
    char called[LENGTH_MOST + 1];
    struct trace_line line = {.at = called};
    struct logged_call ignored;

    if (length >= LENGTH_MOST)
        return false;
    memcpy(called, name, length);
    called[length] = '(';
    line.end = called + length + 1;
    return call_take_name(&line, &ignored);
}

/* Keep in mind that a process came of a fork, if its line ends in what a child is told. */
static void note_child(struct ltrace *ltrace, uint64_t process, const struct trace_line *line)
{
    bool returns_zero = line->end - line->at > 3 && memcmp(line->end - 3, "= 0", 3) == 0;

    if (process != 0 && returns_zero && !address_table_find(&ltrace->children, process))
        address_table_add(&ltrace->children, process, 0, 0);
}

/* "malloc resumed> ) = 0x55cdfaa33690" */
static bool read_resumed(struct ltrace *ltrace, uint64_t process, struct trace_line *line,
                         struct trace *trace, struct error *error)
{
    const char *name = line->at, *end = find_in(line, " resumed>");
    struct unfinished resumed;

    if (!end)
        return line_expected(line, "a name and resumed>", error);
    line->at = end;
    if (strncmp(name, "fork ", 5) == 0 || strncmp(name, "vfork ", 6) == 0)
        note_child(ltrace, process, line);
    if (!is_allocators(name, (size_t)(end - name)) ||
        address_table_find(&ltrace->children, process))
        return true;
    if (!resume(ltrace, process, &resumed))
        return line_expected(line, "a call that is unfinished", error);
    return resumed.is_inner || resumed.call.kind == CALL_FREES ||
           call_conclude(line, &resumed.call, &ltrace->addresses, trace, error);
}

/* Whether a line that has none of the allocator's calls is another that ltrace writes. Of functions
 * that a library chooses when it is loaded it knows no name: "libc.so.6->(0x5581, 17) = 0".
 *   start  where the line begins, with its prefix */
static bool is_other(const struct trace_line *line, const char *start)
{
    const char *at = line->at;
    bool is_nameless = at > start && at[-1] == '>';

    if (line->is_cut)
        return false;
    if (strchr("+-<", *at) || find_in(line, "unexpected breakpoint"))
        return true;
    while (at < line->end && *at != '(')
        at++;
    return at < line->end && (at > line->at || is_nameless);
}

/* A call that begins while another of its process is unfinished is part of that. */
static bool read_inner(struct ltrace *ltrace, uint64_t process, const struct trace_line *line,
                       const struct logged_call *call)
{
    if (is_unfinished(line))
        suspend(ltrace, process, call);
    return true;
}

static bool read_call(struct ltrace *ltrace, uint64_t process, struct trace_line *line,
                      struct logged_call *call, struct trace *trace, struct error *error)
{
    if (address_table_find(&ltrace->children, process))
        return error_set_kind(error, ERROR_MALFORMED,
                              "expected no call of process %" PRIu64
                              ", which came of a fork: its heap is another",
                              process);
    if (find_last(ltrace, process) && !line->is_cut)
        return read_inner(ltrace, process, line, call);
    if (!call_read_arguments(line, call, error))
        return false;
    if (!is_unfinished(line) || line->is_cut)
        return call_conclude(line, call, &ltrace->addresses, trace, error);
    if (call->kind == CALL_FREES &&
        !addresses_release(&ltrace->addresses, trace, call->address, error))
        return false;
    suspend(ltrace, process, call);
    return true;
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    struct ltrace *ltrace = context;
    const char *start = line->at;
    uint64_t process = skip_prefix(line);
    struct trace_line rest;
    struct logged_call call;

    if (line_is_at_end(line))
        return line_expected(line, "a call", error);
    if (line_take(line, "<... "))
        return read_resumed(ltrace, process, line, trace, error);
    if (call_take_name(line, &call))
        return read_call(ltrace, process, line, &call, trace, error);
    rest = *line;
    if (line_take(&rest, "fork(") || line_take(&rest, "vfork("))
        note_child(ltrace, process, line);
    return is_other(line, start) || line_expected(line, "a call and its result", error);
}

/* A call of the allocator with an address as its result. */
static bool is_telling(struct trace_line line)
{
    struct logged_call call;
    struct error ignored;

    skip_prefix(&line);
    if (!call_take_name(&line, &call))
        return false;
    if (call.kind != CALL_HIDES && !call_read_arguments(&line, &call, &ignored))
        return false;
    return is_unfinished(&line) || find_in(&line, "= 0x") || find_in(&line, "= <void>");
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
    address_table_finish(&ltrace.children);
    free(ltrace.items);
    return good;
}
