/* rep_read.c: .rep files, and scripts, which have no header. Nothing in a file is trusted: it is
 * taken apart word by word, and every number and id is looked at before it is used. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "trace/format.h"

enum {
    WORD_MAX = 20, /* letters: the longest number of 64 bits */
    ANY_FILES_IDS = 1 << 20,
};

struct reader {
    const struct trace_source *source;
    const char *name; /* of the file, for errors */
    const char *at, *end;
    const char *line_start;
    uint64_t max_id; /* see trace.h */
    size_t line;     /* from 1 */
    bool lenient;
};

/* A stretch of the file without white space, outside of comments, which go from # to a line's
 * end. */
struct word {
    const char *start;
    size_t length; /* 0 at the end of the file */
};

struct header {
    uint64_t id_count, op_count; /* UINT64_MAX where there is no header */
    enum trace_worth worth;
};

/* ---- Errors ---- */

/* Put FILE:LINE before the error's text, and set its column to where `word` starts. */
static bool fail_at(const struct reader *reader, struct word word, struct error *error)
{
    struct error what = *error;

    error_set_kind(error, what.kind == ERROR_NO_MEMORY ? ERROR_NO_MEMORY : ERROR_MALFORMED,
                   "%s:%zu: %s", reader->name, reader->line, what.text);
    error->column =
        word.start >= reader->line_start ? (int)(word.start - reader->line_start) + 1 : 1;
    return false;
}

/* A word fit for a message. */
static const char *printable(struct word word, char buffer[WORD_MAX + 4])
{
    size_t length = word.length <= WORD_MAX ? word.length : WORD_MAX;

    for (size_t i = 0; i < length; i++)
        buffer[i] = isprint((unsigned char)word.start[i]) ? word.start[i] : '?';
    memcpy(buffer + length, word.length > length ? "..." : "", word.length > length ? 4 : 1);
    return buffer;
}

/* ---- Words and numbers ---- */

/* As isspace in the C locale. */
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word. At the end of the file, the line stays that of the last word. */
static struct word next_word(struct reader *reader)
{
    const char *at = reader->at, *end = reader->end, *line_start = reader->line_start;
    size_t line = reader->line;
    struct word word;

    for (; at < end && (is_space(*at) || *at == '#'); at++) {
        if (*at == '#' && !(at = memchr(at, '\n', (size_t)(end - at)))) {
            at = end;
            break;
        }
        if (*at == '\n') {
            line++;
            line_start = at + 1;
        }
    }
    word.start = at;
    if (at < end) {
        reader->line = line;
        reader->line_start = line_start;
    }
    while (at < end && (*at > ' ' || !is_space(*at)))
        at++;
    word.length = (size_t)(at - word.start);
    reader->at = at;
    return word;
}

/* Read `word`, if it has digits alone, and so few that they are a number of 64 bits. */
static bool read_digits(struct word word, uint64_t *ret_number)
{
    enum { DIGITS_MOST = 19 };
    uint64_t number = 0;

    if (word.length > DIGITS_MOST)
        return false;
    for (size_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned)(unsigned char)word.start[i] - '0';

        if (digit > 9)
            return false;
        number = 10 * number + digit;
    }
    *ret_number = number;
    return true;
}

/* Read `word` as a number up to `max`, which `what` names. */
static bool parse_number(const struct reader *reader, struct word word, const char *what,
                         uint64_t max, uint64_t *ret_number, struct error *error)
{
    char buffer[WORD_MAX + 4];
    uint64_t number = 0;

    if (read_digits(word, &number) && number <= max) {
        *ret_number = number;
        return true;
    }
    number = 0;
    for (size_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned)(unsigned char)word.start[i] - '0';

        if (digit > 9) {
            error_set(error, "%s '%s' is not a number in digits alone", what,
                      printable(word, buffer));
            return fail_at(reader, word, error);
        }
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, digit, &number))
            number = UINT64_MAX;
        if (number > max) {
            error_set(error, "%s %s is too large; it can be %" PRIu64 " at most", what,
                      printable(word, buffer), max);
            return fail_at(reader, word, error);
        }
    }
    *ret_number = number;
    return true;
}

/* ---- The header ---- */

/* The numbers of a header. Courses that leave out the first hand out ids and operations, with a
 * weight behind them or without; that is taken where there are as many operations as it says. */
static const struct header_line {
    const char *name;
    uint64_t most;
} header_lines[] = {
    {"the suggested heap size", UINT64_MAX - 1},
    {"the number of ids", TRACE_IDS_MAX},
    {"the number of operations", TRACE_OPS_MAX},
    {"the weight or peak", UINT64_MAX - 1},
};

enum { HEADER_LINES = sizeof header_lines / sizeof header_lines[0] };
enum { OF_WORTH, OF_IDS, OF_OPERATIONS };

/* The operation that a word is the letter of; TRACE_KINDS for none. */
static unsigned operation_of(struct word word)
{
    static const char letters[TRACE_KINDS] = {'a', 'r', 'f'}; /* in the order of enum trace_kind */
    unsigned kind = 0;

    while (kind < TRACE_KINDS && (word.length != 1 || word.start[0] != letters[kind]))
        kind++;
    return kind;
}

static bool is_operation(struct word word)
{
    return operation_of(word) < TRACE_KINDS;
}

/* How many numbers the file begins with; goes on to the word behind them. */
static size_t skip_numbers(struct reader *reader, struct word *ret_behind)
{
    size_t count = 0;

    while ((*ret_behind = next_word(reader)).length > 0 &&
           isdigit((unsigned char)ret_behind->start[0]))
        count++;
    return count;
}

/* Whether a header that begins with the number of ids says how many operations there are, of which
 * the first, `operation`, is what `ahead` has just come to. */
static bool fits_operations(const struct reader *reader, size_t lines, struct reader ahead,
                            struct word operation)
{
    struct reader header = *reader;
    struct error ignored;
    uint64_t wanted, count = 0;

    if (lines <= OF_OPERATIONS - OF_IDS)
        return false;
    next_word(&header);
    if (!parse_number(&header, next_word(&header), "", TRACE_OPS_MAX, &wanted, &ignored))
        return false;
    for (; operation.length > 0 && count <= wanted; operation = next_word(&ahead))
        count += is_operation(operation);
    return count == wanted;
}

/* How many lines of a header are to be read: all, or those that are there, if they fit what
 * follows, or leniently. */
static bool choose_header(const struct reader *reader, size_t *ret_lines, struct error *error)
{
    struct reader ahead = *reader;
    struct word behind;
    size_t count = skip_numbers(&ahead, &behind);
    bool is_short = count < HEADER_LINES && (is_operation(behind) || (count > 0 && !behind.length));
    bool is_taken = is_short && (reader->lenient || fits_operations(reader, count, ahead, behind));

    *ret_lines = is_taken ? count : HEADER_LINES;
    if (*ret_lines == count || (count < HEADER_LINES && !is_operation(behind)))
        return true;
    error_set(error,
              "the header has %zu line%s, and %d are wanted: suggested heap size, ids, "
              "operations, weight%s",
              count, count == 1 ? "" : "s", (int)HEADER_LINES,
              is_short ? "; --lenient takes it" : "");
    return fail_at(&ahead, behind, error);
}

static bool read_header(struct reader *reader, struct header *ret_header, struct error *error)
{
    uint64_t numbers[HEADER_LINES] = {[OF_WORTH] = TRACE_WORTH_BOTH};
    size_t lines, first;

    if (!choose_header(reader, &lines, error))
        return false;
    first = lines < HEADER_LINES ? OF_IDS : 0;
    for (size_t i = first; i < first + lines; i++) {
        struct word word = next_word(reader);

        if (word.length == 0) {
            error_set(error, "the file ends before %s, number %zu of %d in its header",
                      header_lines[i].name, i + 1, (int)HEADER_LINES);
            return fail_at(reader, word, error);
        }
        if (!parse_number(reader, word, header_lines[i].name, header_lines[i].most, &numbers[i],
                          error))
            return false;
    }
    *ret_header = (struct header){.id_count = numbers[OF_IDS],
                                  .op_count = numbers[OF_OPERATIONS],
                                  .worth = numbers[OF_WORTH] <= TRACE_WORTH_SPEED
                                               ? (enum trace_worth)numbers[OF_WORTH]
                                               : TRACE_WORTH_BOTH};
    return true;
}

/* ---- Operations ---- */

static bool parse_kind(const struct reader *reader, struct word word, enum trace_kind *ret_kind,
                       struct error *error)
{
    unsigned kind = operation_of(word);
    char buffer[WORD_MAX + 4];

    if (kind == TRACE_KINDS) {
        error_set(error, "'%s' is no operation; operations are a, r and f",
                  printable(word, buffer));
        return fail_at(reader, word, error);
    }
    *ret_kind = (enum trace_kind)kind;
    return true;
}

static bool parse_id(const struct reader *reader, const struct header *header, struct word word,
                     enum trace_kind kind, uint32_t *ret_id, struct error *error)
{
    uint64_t id = 0;

    if (kind == TRACE_FREE && word.length == 2 && memcmp(word.start, "-1", 2) == 0) {
        *ret_id = TRACE_NULL_ID;
        return true;
    }
    if (!parse_number(reader, word, "id", reader->max_id, &id, error))
        return false;
    if (id >= header->id_count && !reader->lenient) {
        error_set(error, "id %" PRIu64 " is out of range; the header's number of ids is %" PRIu64,
                  id, header->id_count);
        return fail_at(reader, word, error);
    }
    *ret_id = (uint32_t)id;
    return true;
}

/* Read what follows the letter of an operation, and add it.
 *   ret_cut_off  the file ends within the operation: nothing is added */
static bool read_op(struct reader *reader, const struct header *header, struct word letter,
                    struct trace *trace, bool *ret_cut_off, struct error *error)
{
    enum trace_kind kind = TRACE_FREE;
    struct word id_word, size_word;
    uint64_t size = 0;
    uint32_t id = TRACE_NULL_ID;

    if (!parse_kind(reader, letter, &kind, error))
        return false;
    id_word = next_word(reader);
    *ret_cut_off = id_word.length == 0;
    if (*ret_cut_off)
        return true;
    if (!parse_id(reader, header, id_word, kind, &id, error))
        return false;
    if (kind != TRACE_FREE) {
        size_word = next_word(reader);
        *ret_cut_off = size_word.length == 0;
        if (*ret_cut_off)
            return true;
        if (!parse_number(reader, size_word, "size", TRACE_SIZE_MAX, &size, error))
            return false;
    }
    return trace_add(trace, kind, id, size, error) || fail_at(reader, id_word, error);
}

/* Go on with the line behind the last word. */
static void skip_line(struct reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\n')
        reader->at++;
}

/* Read the operations up to the end of the file. */
static bool read_ops(struct reader *reader, const struct header *header, struct trace *trace,
                     struct error *error)
{
    struct word letter;
    bool cut_off = false;

    while ((letter = next_word(reader)).length > 0) {
        if (!source_goes_on(reader->source, trace->op_count + 1,
                            (size_t)(reader->at - reader->source->bytes), error))
            return false;
        if (trace->op_count == header->op_count && !reader->lenient) {
            error_set(error, "the file goes on; the header's number of operations is %" PRIu64,
                      header->op_count);
            return fail_at(reader, letter, error);
        }
        if (read_op(reader, header, letter, trace, &cut_off, error))
            continue;
        if (!reader->lenient || error->kind == ERROR_NO_MEMORY)
            return false;
        trace->left_out++;
        skip_line(reader);
    }
    trace->left_out += cut_off;
    if (cut_off && !reader->lenient) {
        error_set(error, "the file ends within an operation");
        return fail_at(reader, letter, error);
    }
    if (trace->op_count < header->op_count && header->op_count < UINT64_MAX && !reader->lenient) {
        error_set(error,
                  "the file ends after %zu operation%s; the header's number of them is %" PRIu64,
                  trace->op_count, trace->op_count == 1 ? "" : "s", header->op_count);
        return fail_at(reader, letter, error);
    }
    return true;
}

/* ---- The whole ---- */

/* The largest id that a file of `size` bytes may have. */
static uint64_t max_id(size_t size)
{
    if (size < ANY_FILES_IDS)
        return ANY_FILES_IDS;
    return size < TRACE_IDS_MAX ? size : TRACE_IDS_MAX - 1;
}

static struct reader begin(const struct trace_source *source)
{
    return (struct reader){.source = source,
                           .name = source->name,
                           .at = source->bytes,
                           .end = source->bytes + source->size,
                           .line_start = source->bytes,
                           .max_id = max_id(source->size),
                           .line = 1,
                           .lenient = source->lenient};
}

/* Four numbers in front: what has numbers alone may be one cut off. */
bool rep_sniff(const struct trace_source *source)
{
    struct reader reader = begin(source);
    struct word behind;

    return skip_numbers(&reader, &behind) > 0 && (is_operation(behind) || behind.length == 0);
}

/* An operation in front, and its id. */
bool script_sniff(const struct trace_source *source)
{
    struct reader reader = begin(source);
    struct word behind;

    if (skip_numbers(&reader, &behind) > 0 || !is_operation(behind))
        return false;
    behind = next_word(&reader);
    return behind.length > 0 && isdigit((unsigned char)behind.start[0]);
}

bool script_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    const struct header none = {.id_count = UINT64_MAX, .op_count = UINT64_MAX};
    struct reader reader = begin(source);

    return read_ops(&reader, &none, trace, error);
}

/* Make room for what the header claims, as far as there can be so much in the file. */
static void expect_claimed(const struct trace_source *source, const struct header *header,
                           struct trace *trace)
{
    enum { LEAST = sizeof "f 0" }; /* with its line end */
    size_t ops = source->size / LEAST + 1;

    if (header->op_count < ops)
        ops = (size_t)header->op_count;
    trace_expect(trace, ops, header->id_count < ops ? (size_t)header->id_count : ops);
}

bool rep_read(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct reader reader = begin(source);
    struct header header = {0};

    if (!read_header(&reader, &header, error))
        return false;
    trace->worth = header.worth;
    expect_claimed(source, &header, trace);
    return read_ops(&reader, &header, trace, error);
}
