/* lines.c: see lines.h. */
#include "trace/lines.h"

#include <ctype.h>
#include <string.h>

enum { SHOWN_MOST = 24, SNIFFED_LINES = 2048 };

/* ---- Lines ---- */

/* The line that begins at `at`; where the next one does. */
static const char *cut_line(const char *at, const char *end, struct trace_line *ret_line)
{
    const char *line_break = memchr(at, '\n', (size_t)(end - at));
    const char *last = line_break ? line_break : end;

    *ret_line = (struct trace_line){.start = at, .at = at, .end = last, .is_cut = !line_break};
    if (last > at && last[-1] == '\r')
        ret_line->end--;
    line_skip_spaces(ret_line);
    return line_break ? line_break + 1 : end;
}

/* Whether there is more in it than white space or a comment. */
static bool is_told(const struct trace_line *line)
{
    return !line_is_at_end(line) && *line->at != '#';
}

/* Put FILE:LINE before the error's text, and set its column. */
static bool fail_at(const struct trace_source *source, size_t number, const struct trace_line *line,
                    struct error *error)
{
    struct error what = *error;

    error_set_kind(error, what.kind == ERROR_NO_MEMORY ? ERROR_NO_MEMORY : ERROR_MALFORMED,
                   "%s:%zu: %s", source->name, number, what.text);
    error->column = (int)(line->at - line->start) + 1;
    return false;
}

bool lines_read(const struct trace_source *source, trace_line_reader *read, void *context,
                struct trace *trace, struct error *error)
{
    const char *at = source->bytes, *end = source->bytes + source->size;
    struct trace_line line;

    for (size_t number = 1; at < end; number++) {
        at = cut_line(at, end, &line);
        if (!source_goes_on(source, number, (size_t)(at - source->bytes), error))
            return false;
        if (!is_told(&line) || read(context, &line, trace, error))
            continue;
        if (!source->lenient || error->kind == ERROR_NO_MEMORY)
            return fail_at(source, number, &line, error);
        trace->left_out++;
    }
    return true;
}

struct trace_line lines_first(const struct trace_source *source)
{
    const char *at = source->bytes, *end = source->bytes + source->size;
    struct trace_line line = {.at = at, .end = at};

    while (at < end) {
        at = cut_line(at, end, &line);
        if (is_told(&line))
            return line;
    }
    line.at = line.end;
    return line;
}

bool lines_any(const struct trace_source *source, bool (*pleases)(struct trace_line line))
{
    const char *at = source->bytes, *end = source->bytes + source->size;
    struct trace_line line;

    for (int i = 0; i < SNIFFED_LINES && at < end; i++) {
        at = cut_line(at, end, &line);
        if (pleases(line))
            return true;
    }
    return false;
}

/* ---- Pieces ---- */

void line_skip_spaces(struct trace_line *line)
{
    while (line->at < line->end && isspace((unsigned char)*line->at))
        line->at++;
}

bool line_is_at_end(const struct trace_line *line)
{
    return line->at == line->end;
}

bool line_take(struct trace_line *line, const char *text)
{
    size_t length = strlen(text);

    if ((size_t)(line->end - line->at) < length || memcmp(line->at, text, length) != 0)
        return false;
    line->at += length;
    return true;
}

size_t line_word(struct trace_line *line, const char **ret_word)
{
    *ret_word = line->at;
    while (line->at < line->end && !isspace((unsigned char)*line->at))
        line->at++;
    return (size_t)(line->at - *ret_word);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | ('a' - 'A'));
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool line_number(struct trace_line *line, uint64_t *ret_number)
{
    struct trace_line rest = *line;
    unsigned base = line_take(&rest, "0x") ? 16 : 10;
    const char *first = rest.at;
    uint64_t number = 0;

    for (; rest.at < rest.end && (unsigned)digit_of(*rest.at) < base; rest.at++) {
        if (__builtin_mul_overflow(number, base, &number) ||
            __builtin_add_overflow(number, (uint64_t)digit_of(*rest.at), &number))
            number = UINT64_MAX;
    }
    if (rest.at == first)
        return false;
    *line = rest;
    *ret_number = number;
    return true;
}

bool line_address(struct trace_line *line, uint64_t *ret_address)
{
    static const char *const nulls[] = {"(nil)", "nil", "NULL"};

    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
        if (line_take(line, nulls[i])) {
            *ret_address = 0;
            return true;
        }
    }
    return line_number(line, ret_address);
}

bool line_expected(const struct trace_line *line, const char *what, struct error *error)
{
    size_t length = (size_t)(line->end - line->at);
    char found[SHOWN_MOST + 1];

    if (length == 0)
        return error_set_kind(error, ERROR_MALFORMED, "expected %s, but the line ends", what);
    for (size_t i = 0; i < length && i < SHOWN_MOST; i++)
        found[i] = isprint((unsigned char)line->at[i]) ? line->at[i] : '?';
    found[length < SHOWN_MOST ? length : SHOWN_MOST] = '\0';
    return error_set_kind(error, ERROR_MALFORMED, "expected %s, not '%s%s'", what, found,
                          length > SHOWN_MOST ? "..." : "");
}
