/* verbs_bytes.c: the commands that write and read the bytes in blocks, and around them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "command/lexer.h"
#include "command/place.h"
#include "command/verbs.h"
#include "explain/parts.h"
#include "explain/stack_word.h"

/* ---- Writing ---- */

static bool store(struct interpreter *interpreter, const struct arguments *arguments,
                  enum op_kind kind, const unsigned char *bytes, size_t count, struct error *error)
{
    struct reach reach;

    if (!reach_parse(interpreter->session, arguments->items[0].text, &reach, error))
        return verb_fail_at(error, &arguments->items[0]);
    interpreter->task.column = arguments->items[0].column;
    return interpreter_act(interpreter,
                           &(struct action){.kind = kind,
                                            .name = reach.name[0] ? reach.name : NULL,
                                            .argument = reach.distance,
                                            .size = count,
                                            .bytes = bytes,
                                            .address = reach.address,
                                            .forced = arguments->forced},
                           error);
}

static bool too_many(struct error *error)
{
    return error_set(error, "at most %d bytes can be written at once", STORE_MAX);
}

/* Add what a word of bytes stands for. */
static bool add_word(const char *word, bool quoted, struct text *bytes, struct error *error)
{
    uint64_t number;
    char byte;

    if (quoted) {
        text_add_string(bytes, word);
    } else if (!number_parse(word, &number, error) || number > UINT8_MAX) {
        return error_set(
            error, "'%.64s' is no byte; bytes are numbers from 0 to 255 and texts in quotes", word);
    } else {
        byte = (char)number;
        text_add_bytes(bytes, &byte, 1);
    }
    return bytes->length <= STORE_MAX || too_many(error);
}

/* Add what all words of an argument stand for. */
static bool add_words(const struct argument *argument, struct text *bytes, struct error *error)
{
    struct statement statement = {0};
    size_t position = 0;
    bool good = true;

    lexer_next(argument->text, &position, &statement, error);
    for (size_t i = 0; i < statement.count && good; i++) {
        const struct token *token = &statement.tokens[i];

        good = add_word(token->text, token->quoted, bytes, error);
        if (!good)
            error->column = argument->column + (int)token->start;
    }
    statement_finish(&statement);
    return good;
}

static bool parse_bytes(const struct argument *argument, struct text *bytes, struct error *error)
{
    error->column = argument->column;
    if (!(argument->quoted ? add_word(argument->text, true, bytes, error)
                           : add_words(argument, bytes, error)))
        return false;
    return bytes->length > 0 || error_set(error, "there is nothing to write") ||
           verb_fail_at(error, argument);
}

VERB(poke)
{
    struct text bytes = {0};
    bool good = parse_bytes(&arguments->items[1], &bytes, error) &&
                store(interpreter, arguments, OP_POKE, (const unsigned char *)bytes.data,
                      bytes.length, error);

    text_finish(&bytes);
    return good;
}

VERB(write)
{
    const char *text = arguments->items[1].text;
    size_t size = strlen(text) + 1;

    if (size > STORE_MAX) {
        too_many(error);
        return verb_fail_at(error, &arguments->items[1]);
    }
    return store(interpreter, arguments, OP_WRITE, (const unsigned char *)text, size, error);
}

/* ---- Reading ---- */

enum { READ_MAX = 64 * 1024, READ_DEFAULT = 16, ROW_BYTES = 8 };

/* Where a reach leads, and how many bytes were asked for from there on. */
static bool find_target(const struct session *session, const struct reach *reach, bool forced,
                        uint64_t *ret_at, uint64_t *ret_length, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const struct allocation *allocation;
    struct variable variable = {0};
    uint32_t slot;

    *ret_at = reach->distance;
    *ret_length = READ_DEFAULT;
    if (!reach->name[0])
        return true;
    if (!session_variable(session, reach->name, &slot, &variable, error))
        return false;
    if (variable.bytes > 0 || reach->address) {
        uint64_t bytes = variable.bytes > 0 ? variable.bytes : WORD_BYTES;

        *ret_at = picture_offset_of(picture, slot) + reach->distance;
        *ret_length = reach->distance < bytes ? bytes - reach->distance : 1;
        return true;
    }
    if (variable.payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL: there is nothing to read", reach->name);
    if (!forced && variable.freed_in > 0)
        return error_set(
            error,
            "'%s' points to %s step %" PRIu32 " %s; read! %s reads it all the "
            "same",
            reach->name,
            picture_place_of(picture, variable.payload, &slot) ? "a frame that" : "memory that",
            variable.freed_in,
            picture_place_of(picture, variable.payload, &slot) ? "popped" : "freed", reach->name);
    *ret_at = variable.payload + reach->distance;
    if (picture_place_of(picture, variable.payload, &slot))
        *ret_length = WORD_BYTES;
    allocation = ledger_find(&picture->ledger, variable.target);
    if (allocation && *ret_at - allocation->payload < allocation->requested)
        *ret_length = allocation->requested - (*ret_at - allocation->payload);
    return true;
}

/* How many bytes from `at` on a row has: up to a multiple of ROW_BYTES, or where the part ends. */
static size_t row_length(const struct part *part, uint64_t at, size_t left)
{
    uint64_t length = ROW_BYTES - at % ROW_BYTES;

    length = part->high - at < length ? part->high - at : length;
    return length < left ? (size_t)length : left;
}

/* The bytes as numbers and as characters. */
static void add_bytes(const unsigned char *bytes, size_t count, struct text *text)
{
    for (size_t i = 0; i < ROW_BYTES; i++) {
        if (i < count)
            text_add(text, " %02x", bytes[i]);
        else
            text_add(text, "   ");
    }
    text_add(text, "  ");
    for (size_t i = 0; i < ROW_BYTES; i++)
        text_add(text, "%c",
                 i >= count                           ? ' '
                 : bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i]
                                                      : '.');
    text_add(text, "  ");
}

static void add_row(const struct picture *picture, uint64_t at, const unsigned char *bytes,
                    size_t count, const struct part *part, struct text *text)
{
    const struct wound *wound = NULL;

    text_add(text, "+0x%04" PRIx64 " ", at);
    add_bytes(bytes, count, text);
    part_add_name(picture, part, text);
    for (size_t i = 0; i < count && !wound; i++)
        wound = wounds_find(&picture->damage.wounds, at + i);
    if (wound)
        text_add(text, ", damaged by step %" PRIu32, wound->step);
}

/* A row for each word, or part of one. */
static void add_stack_rows(const struct picture *picture, uint64_t at, const unsigned char *bytes,
                           size_t count, struct text *text)
{
    for (size_t done = 0; done < count;) {
        uint64_t address = picture->heap_start + at + done;
        size_t length = WORD_BYTES - address % WORD_BYTES;
        uint32_t place;

        length = length < count - done ? length : count - done;
        text_add(text, "%s0x%" PRIx64 " ", done > 0 ? "\n" : "", address);
        add_bytes(bytes + done, length, text);
        if (picture_place_of(picture, at + done, &place))
            stack_word_add(picture, place, text);
        done += length;
    }
}

static void add_rows(const struct picture *picture, uint64_t at, const unsigned char *bytes,
                     size_t count, struct text *text)
{
    uint32_t place;

    if (picture_place_of(picture, at, &place)) {
        add_stack_rows(picture, at, bytes, count, text);
        return;
    }
    for (size_t done = 0; done < count;) {
        struct part part = part_at(picture, at + done);
        size_t length = row_length(&part, at + done, count - done);

        text_add(text, "%s", done > 0 ? "\n" : "");
        add_row(picture, at + done, bytes + done, length, &part, text);
        done += length;
    }
}

static bool read_bytes(struct interpreter *interpreter, uint64_t at, uint64_t length,
                       struct error *error)
{
    struct session *session = interpreter->session;
    uint64_t heap_size = session->mirror->picture.metrics.heap_size;
    struct text *output = &interpreter->task.output;
    unsigned char *bytes;
    size_t count;
    uint32_t place;
    bool is_stack = picture_place_of(&session->mirror->picture, at, &place);

    if (!is_stack && (int64_t)at < 0)
        return error_set(error, "that is %" PRIu64 " bytes below the heap's start", -at);
    if (!is_stack && at >= heap_size)
        return error_set(error, "+0x%04" PRIx64 " is beyond the break, +0x%04" PRIx64, at,
                         heap_size);
    if (!session_read_bytes(session, at, length, &bytes, &count, error))
        return false;
    add_rows(&session->mirror->picture, at, bytes, count, output);
    if (count < length)
        text_add(output, is_stack ? "\nThere the stack begins."
                                  : "\nThere the heap ends; beyond is the break.");
    free(bytes);
    return true;
}

VERB(read)
{
    struct reach reach;
    uint64_t at, length;

    if (!reach_parse(interpreter->session, arguments->items[0].text, &reach, error) ||
        !find_target(interpreter->session, &reach, arguments->forced, &at, &length, error))
        return verb_fail_at(error, &arguments->items[0]);
    if (arguments->count > 1)
        length = arguments->items[1].number;
    else if (length > READ_MAX)
        length = READ_MAX;
    if (length > READ_MAX) {
        error_set(error, "at most %d bytes can be read at once", READ_MAX);
        return verb_fail_at(error, &arguments->items[1]);
    }
    return read_bytes(interpreter, at, length, error) || verb_fail_at(error, &arguments->items[0]);
}
