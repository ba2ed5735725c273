/* mtrace_read.c: what glibc's mtrace() writes.
 *
 *      = Start
 *      @ ./program:(main+0x2a)[0x11d0] + 0x55cdfaa334a0 0x64     allocated, 100 bytes
 *      @ ./program:[0x11f8] < 0x55cdfaa334a0                     resized from there
 *      @ ./program:[0x11f8] > 0x55cdfaa33560 0xfa0               to there, 4000 bytes
 *      @ ./program:[0x1216] - 0x55cdfaa33510                     freed
 *      @ ./program:[0x1290] ! 0x55cdfaa33510 0x7ffff             resizing failed
 *      = End
 *
 * What was allocated is called after the function that did, where that is known. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "trace/addresses.h"
#include "trace/lines.h"

struct mtrace {
    struct addresses addresses;
    uint64_t resized; /* what the line before said that it is resized; 0 for nothing */
};

/* The function in "FILE:(FUNCTION+0x2a)[0x11d0]"; nothing where there is none. */
static size_t find_caller(const char *place, const char *end, const char **ret_caller)
{
    const char *open = memchr(place, '(', (size_t)(end - place)), *last;

    if (!open)
        return 0;
    *ret_caller = open + 1;
    for (last = open + 1; last < end && (isalnum((unsigned char)*last) || *last == '_'); last++)
        continue;
    return last < end && (*last == '+' || *last == ')') ? (size_t)(last - *ret_caller) : 0;
}

/* Go on behind "@ PLACE ", if that is there. */
static size_t skip_place(struct trace_line *line, const char **ret_caller)
{
    const char *place = line->at, *at;

    if (!line_take(line, "@ "))
        return 0;
    for (at = line->end; at > line->at + 1; at--) {
        if (at[-1] == ' ' && at < line->end && strchr("+-<>!", *at)) {
            line->at = at;
            return find_caller(place, at, ret_caller);
        }
    }
    return 0;
}

static void name_block(struct trace *trace, const char *caller, size_t length)
{
    enum { LENGTH_MOST = 40 };
    struct text name = {0};

    if (length == 0 || isdigit((unsigned char)caller[0]))
        return;
    text_add_bytes(&name, caller, length < LENGTH_MOST ? length : LENGTH_MOST);
    text_add(&name, "_%u", trace->id_count - 1);
    trace_name(trace, trace->id_count - 1, text_string(&name));
    text_finish(&name);
}

static bool carry_out(struct mtrace *mtrace, char sign, uint64_t address, uint64_t size,
                      struct trace *trace, struct error *error)
{
    struct addresses *addresses = &mtrace->addresses;
    uint64_t resized = mtrace->resized;

    mtrace->resized = sign == '<' ? address : 0;
    switch (sign) {
    case '+': return addresses_allocate(addresses, trace, address, size, error);
    case '-': return addresses_release(addresses, trace, address, error);
    case '>': return addresses_resize(addresses, trace, resized, address, size, error);
    default: return true;
    }
}

static bool read_line(void *context, struct trace_line *line, struct trace *trace,
                      struct error *error)
{
    struct mtrace *mtrace = context;
    struct trace_line before = *line;
    const char *caller = NULL;
    uint32_t ids = trace->id_count;
    uint64_t address = 0, size = 0;
    size_t length;
    char sign;

    if (line_take(line, "= ")) /* Start, or End */
        return true;
    length = skip_place(line, &caller);
    sign = line_is_at_end(line) ? ' ' : *line->at;
    if (!strchr("+-<>!", sign) || (mtrace->resized != 0) != (sign == '>')) {
        const char *what = mtrace->resized ? "'>' and what it became" : "one of + - < > !";

        mtrace->resized = 0;
        return line_expected(line, what, error);
    }
    line->at++;
    line_skip_spaces(line);
    if (!line_address(line, &address))
        return line_expected(line, "an address", error);
    line_skip_spaces(line);
    if (strchr("+>!", sign) && !line_number(line, &size))
        return line_expected(line, "a size", error);
    line_skip_spaces(line);
    if (!line_is_at_end(line) || line->is_cut)
        return line_expected(line, "the end of the line", error);
    line->at = before.at;
    if (!carry_out(mtrace, sign, address, size, trace, error))
        return false;
    if (trace->id_count > ids)
        name_block(trace, caller, length);
    return true;
}

static bool is_telling(struct trace_line line)
{
    return line_take(&line, "= Start") ||
           (line_take(&line, "@ ") && memchr(line.at, '[', (size_t)(line.end - line.at)));
}

bool mtrace_sniff(const struct trace_source *source)
{
    return source->size > 2 && strchr("=@", source->bytes[0]) && source->bytes[1] == ' ' &&
           lines_any(source, is_telling);
}

bool mtrace_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct mtrace mtrace = {0};
    bool good = lines_read(source, read_line, &mtrace, trace, error);

    addresses_finish(&mtrace.addresses);
    return good;
}
