/* requests_read.c: requests as the contiguous-allocation project of Operating System Concepts has
 * them.
 *
 *      RQ P0 40000 W     process P0 asks for 40000 bytes; first, best or worst fit (F, B, W)
 *      RL P0             what P0 has is released
 *      C                 compact
 *      STAT              report
 *      X                 end
 *
 * Blocks are called after their process. How to fit is the policy's to say, nothing that malloc
 * hands out can be moved, and there is always a report: the letter, C and STAT are passed over. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trace/lines.h"

#define uthash_fatal(message) memory_exhausted()
#include <uthash.h>

struct process {
    UT_hash_handle hh;
    uint32_t id; /* of its block; of the last one, if it has none now */
    char name[];
};

struct requests {
    struct process *by_name;
};

static struct process *find(const struct requests *requests, const char *name, size_t length)
{
    struct process *process;

    HASH_FIND(hh, requests->by_name, name, length, process);
    return process;
}

/* The process that asks; it is new to those that asked before. */
static struct process *enter(struct requests *requests, const char *name, size_t length)
{
    struct process *process = find(requests, name, length);

    if (process)
        return process;
    process = memory_create(1, sizeof *process + length + 1);
    process->id = TRACE_NULL_ID;
    memcpy(process->name, name, length);
    HASH_ADD_KEYPTR(hh, requests->by_name, process->name, length, process);
    return process;
}

static bool read_process(struct trace_line *line, const char **ret_name, size_t *ret_length,
                         struct error *error)
{
    line_skip_spaces(line);
    *ret_length = line_word(line, ret_name);
    return *ret_length > 0 || line_expected(line, "a process", error);
}

static bool read_end(struct trace_line *line, struct error *error)
{
    line_skip_spaces(line);
    return line_is_at_end(line) || line_expected(line, "the end of the line", error);
}

/* Whether it names a fit: first, best or worst. */
static bool is_fit(char letter)
{
    return letter && strchr("FBWfbw", letter);
}

static bool read_request(struct requests *requests, struct trace_line *line, struct trace *trace,
                         struct error *error)
{
    struct process *process;
    uint64_t size, old_size;
    const char *name;
    size_t length;

    if (!read_process(line, &name, &length, error))
        return false;
    line_skip_spaces(line);
    if (!line_number(line, &size))
        return line_expected(line, "a size", error);
    line_skip_spaces(line);
    if (!line_is_at_end(line) && !is_fit(*line->at))
        return line_expected(line, "F, B or W", error);
    line->at += !line_is_at_end(line);
    if (!read_end(line, error))
        return false;
    process = enter(requests, name, length);
    if (process->id != TRACE_NULL_ID && trace_is_live(trace, process->id, &old_size))
        return error_set(error, "%s has memory already; expected RL %s first", process->name,
                         process->name);
    if (process->id == TRACE_NULL_ID) {
        if (!trace_add(trace, TRACE_ALLOCATE, trace->id_count, size, error))
            return false;
        process->id = trace->id_count - 1;
        trace_name(trace, process->id, process->name);
        return true;
    }
    return trace_add(trace, TRACE_ALLOCATE, process->id, size, error);
}

static bool read_release(const struct requests *requests, struct trace_line *line,
                         struct trace *trace, struct error *error)
{
    const struct process *process;
    const char *name;
    size_t length;
    uint64_t size;

    if (!read_process(line, &name, &length, error) || !read_end(line, error))
        return false;
    process = find(requests, name, length);
    if (!process || !trace_is_live(trace, process->id, &size))
        return error_set(error, "expected a process that has memory, not '%.*s'",
                         length < 24 ? (int)length : 24, name);
    return trace_add(trace, TRACE_FREE, process->id, 0, error);
}

/* A request's two letters, and white space behind them. */
static bool take_request(struct trace_line *line, const char *letters)
{
    struct trace_line rest = *line;

    if (!line_take(&rest, letters) || line_is_at_end(&rest) || !isspace((unsigned char)*rest.at))
        return false;
    *line = rest;
    return true;
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    if (line_take(line, "allocator>"))
        line_skip_spaces(line);
    if (take_request(line, "RQ"))
        return read_request(context, line, trace, error);
    if (take_request(line, "RL"))
        return read_release(context, line, trace, error);
    if (line_is_at_end(line) || line_take(line, "STAT") || line_take(line, "C") ||
        line_take(line, "X"))
        return read_end(line, error);
    return line_expected(line, "RQ, RL, C, STAT or X", error);
}

static bool is_telling(struct trace_line line)
{
    if (line_take(&line, "allocator>"))
        line_skip_spaces(&line);
    return take_request(&line, "RQ");
}

bool requests_sniff(const struct trace_source *source)
{
    return lines_any(source, is_telling);
}

bool requests_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct requests requests = {0};
    struct process *process, *next;
    bool good = lines_read(source, read_line, &requests, trace, error);

    process = requests.by_name;
    HASH_CLEAR(hh, requests.by_name);
    for (; process; process = next) {
        next = process->hh.next;
        free(process);
    }
    return good;
}
