/* c_syntax.c: reading C. See c_syntax.h; words are in c_reader.c, numbers in c_number.c, calls in
 * c_call.c. */
#include "command/c_syntax.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "command/c_call.h"
#include "command/c_number.h"
#include "command/c_reader.h"
#include "command/command.h"
#include "session/names.h"

/* ---- Calls ---- */

static bool read_text(struct c_reader *reader, const struct c_call *call)
{
    size_t start = reader->place, end = start + 1;
    struct text text = {0};

    if (!c_reader_sees(reader, "\""))
        return c_reader_fail_in_call(reader, call, "a text in quotes");
    for (; reader->line[end] && reader->line[end] != '"'; end++) {
        if (reader->line[end] == '\\' && reader->line[end + 1])
            end++;
        text_add_bytes(&text, reader->line + end, 1);
    }
    if (!reader->line[end]) {
        text_finish(&text);
        error_set(reader->error, "this quote is not closed");
        return c_reader_fail(reader);
    }
    reader->place = end + 1;
    c_reader_add(reader, text_string(&text), text.length, start, true);
    text_finish(&text);
    return true;
}

static bool read_number(struct c_reader *reader, const struct c_call *call)
{
    size_t start = reader->place;
    char text[SIZE_TEXT_MAX];
    uint64_t number;

    if (c_reader_sees(reader, ")") || c_reader_sees(reader, ",") || !reader->line[start])
        return c_reader_fail_in_call(reader, call, "a number");
    if (!c_number_read(reader->line, &reader->place, &number, reader->error))
        return false;
    snprintf(text, sizeof text, "%" PRIu64, number);
    c_reader_add(reader, text, strlen(text), start, false);
    return true;
}

/* Read "p", or of a place "p + 8" as "p+8". */
static bool read_name(struct c_reader *reader, const struct c_call *call, bool is_place)
{
    struct text text = {0};
    size_t start, length;
    uint64_t distance;
    bool good = true;

    if (!c_reader_skip_casts(reader))
        return false;
    start = reader->place;
    length = c_reader_word(reader);
    if (length == 0)
        return c_reader_fail_in_call(reader, call, "a variable");
    text_add_bytes(&text, reader->line + start, length);
    reader->place += length;
    c_reader_skip_blanks(reader);
    if (is_place && (c_reader_sees(reader, "+") || c_reader_sees(reader, "-"))) {
        text_add_bytes(&text, reader->line + reader->place, 1);
        reader->place++;
        c_reader_skip_blanks(reader);
        good = c_number_read(reader->line, &reader->place, &distance, reader->error);
        text_add(&text, "%" PRIu64, distance);
    }
    if (good)
        c_reader_add(reader, text_string(&text), text.length, start, false);
    text_finish(&text);
    return good;
}

/* What is given back must be what the answer is given to: else that would be dangling, unless it
 * did not move. */
static bool read_same(struct c_reader *reader, const struct c_call *call)
{
    const struct token *name = &reader->statement->tokens[1];
    size_t length;

    if (!c_reader_skip_casts(reader))
        return false;
    length = c_reader_word(reader);
    if (length == 0)
        return c_reader_fail_in_call(reader, call, "a variable");
    if (length != strlen(name->text) ||
        strncmp(name->text, reader->line + reader->place, length) != 0) {
        error_set(
            reader->error,
            "its answer goes back to the same variable here: first %s = %.*s; then %s = %s(%s,",
            name->text, (int)length, reader->line + reader->place, name->text, call->function,
            name->text);
        error_append(reader->error, " ...)");
        return c_reader_fail(reader);
    }
    reader->place += length;
    return true;
}

static bool read_part(struct c_reader *reader, const struct c_call *call, char part)
{
    switch ((enum c_part)part) {
    case C_PART_NAME: return read_name(reader, call, false);
    case C_PART_SAME: return read_same(reader, call);
    case C_PART_PLACE: return read_name(reader, call, true);
    case C_PART_TEXT: return read_text(reader, call);
    case C_PART_SIZE:
    case C_PART_COUNT:
    case C_PART_ALIGNMENT:
    case C_PART_BYTE: return read_number(reader, call);
    }
    return false;
}

/* Read a call from the bracket behind its name on. */
static bool read_arguments(struct c_reader *reader, const struct c_call *call)
{
    c_reader_take(reader, "(");
    for (const char *part = call->parts; *part; part++) {
        if (part > call->parts && !c_reader_take(reader, ","))
            return c_reader_fail_in_call(reader, call, "','");
        if (!read_part(reader, call, *part))
            return false;
        c_reader_skip_blanks(reader);
    }
    return c_reader_take(reader, ")") || c_reader_fail_in_call(reader, call, "')'");
}

static const struct c_call *call_here(const struct c_reader *reader)
{
    return c_call_find(reader->line + reader->place, c_reader_word(reader));
}

/* Whether a bracket follows the word that stands here. */
static bool is_called(const struct c_reader *reader)
{
    const char *behind = reader->line + reader->place + c_reader_word(reader);

    return c_reader_word(reader) > 0 && behind[strspn(behind, " \t")] == '(';
}

static bool unknown_function(struct c_reader *reader)
{
    error_set(reader->error, "there is no function '%.*s' here; there are",
              (int)c_reader_word(reader), reader->line + reader->place);
    for (unsigned i = 0; c_call_at(i); i++)
        error_append(reader->error, "%s %s", i ? "," : "", c_call_at(i)->function);
    return c_reader_fail(reader);
}

static void skip_word(struct c_reader *reader)
{
    reader->place += c_reader_word(reader);
    c_reader_skip_blanks(reader);
}

/* A call whose answer nobody takes. */
static bool read_plain_call(struct c_reader *reader)
{
    const struct c_call *call = call_here(reader);
    size_t start = reader->place;

    if (!call)
        return unknown_function(reader);
    if (call->answers) {
        error_set(reader->error,
                  "nothing would point to what %s answers: it would be leaked; write p = %s(...)",
                  call->function, call->function);
        return c_reader_fail(reader);
    }
    skip_word(reader);
    c_reader_add(reader, call->command, strlen(call->command), start, false);
    return read_arguments(reader, call);
}

/* ---- Assignments ---- */

/* "q = p[1]" is "q = p.1". */
static void name_slots(struct text *text)
{
    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] == '[')
            text->data[i] = '.';
        else if (text->data[i] == ']')
            text->data[i] = ' ';
    }
}

/* "q = p + 8": let has the same form, so its text is what stands in the line; what it does not
 * know, casts, are blanks there, and a 0 is NULL. */
static bool read_pointer(struct c_reader *reader, size_t start)
{
    size_t cast = reader->place, end;
    struct text text = {0};

    if (!c_reader_skip_casts(reader))
        return false;
    end = reader->place + strcspn(reader->line + reader->place, ";#\r\n");
    text_add_bytes(&text, reader->line + start, cast - start);
    text_add_repeated(&text, " ", reader->place - cast);
    if (c_reader_sees(reader, "0"))
        text_add(&text, "NULL");
    else
        text_add_bytes(&text, reader->line + reader->place, end - reader->place);
    reader->place = end;
    name_slots(&text);
    text_trim_end(&text, " \t");
    c_reader_add(reader, "let", 3, start, false);
    c_reader_add(reader, text_string(&text), text.length, start, true);
    text_finish(&text);
    return true;
}

/* "p[1] = q": a slot of the payload is to hold a pointer, or with NULL none. */
static bool read_slot_assignment(struct c_reader *reader)
{
    size_t start = reader->place, length = c_reader_word(reader), end;
    struct text text = {0};
    uint64_t slot;
    bool is_null;

    reader->place += length + 1;
    if (!c_number_read(reader->line, &reader->place, &slot, reader->error))
        return false;
    c_reader_skip_blanks(reader);
    if (!c_reader_take(reader, "]") || !c_reader_take(reader, "=") ||
        !c_reader_skip_casts(reader)) {
        error_set(reader->error, "here it reads p[0] = q;");
        return c_reader_fail(reader);
    }
    is_null = c_reader_sees(reader, "0") || c_reader_sees(reader, "NULL");
    end = reader->place + strcspn(reader->line + reader->place, ";#\r\n");
    text_add(&text, "%.*s.%" PRIu64, (int)length, reader->line + start, slot);
    if (!is_null)
        text_add(&text, " -> %.*s", (int)(end - reader->place), reader->line + reader->place);
    reader->place = end;
    name_slots(&text);
    c_reader_add(reader, is_null ? "unlink" : "link", is_null ? 6 : 4, start, false);
    c_reader_add(reader, text_string(&text), text.length, start, true);
    text_finish(&text);
    return true;
}

static bool read_assignment(struct c_reader *reader)
{
    size_t start = reader->place, behind, from;
    const struct c_call *call;

    skip_word(reader);
    behind = reader->place;
    if (!c_reader_take(reader, "=")) {
        error_set(reader->error, "'=' is missing; it reads p = malloc(40);");
        return c_reader_fail(reader);
    }
    from = reader->place;
    if (!c_reader_skip_casts(reader))
        return false;
    if (!is_called(reader)) {
        reader->place = from;
        return read_pointer(reader, start);
    }
    call = call_here(reader);
    if (!call)
        return unknown_function(reader);
    if (!call->answers) {
        error_set(reader->error, "%s answers nothing that could be assigned", call->function);
        return c_reader_fail(reader);
    }
    c_reader_add(reader, call->command, strlen(call->command), reader->place, false);
    from = reader->place;
    reader->place = behind;
    c_reader_add(reader, reader->line + start, strcspn(reader->line + start, " \t="), start, false);
    reader->place = from;
    skip_word(reader);
    return read_arguments(reader, call);
}

/* ---- Statements ---- */

static bool begins_with_type(const struct c_reader *reader)
{
    size_t place = reader->place;

    return c_type_skip(reader->line, &place, NULL);
}

/* Whether what stands here is C and no command: it assigns, calls, or begins with a type. */
static bool is_c(const struct c_reader *reader)
{
    size_t length = c_reader_word(reader), blanks;
    const char *word = reader->line + reader->place;
    char name[NAME_LENGTH_MAX + 1] = "";
    const struct command *command;

    if (length == 0 || length > NAME_LENGTH_MAX)
        return false;
    memcpy(name, word, length);
    blanks = strspn(word + length, " \t");
    if (word[length + blanks] == '=' && word[length + blanks + 1] != '=')
        return strcmp(name, "say") != 0;
    if (word[length] == '[' && isdigit((unsigned char)word[length + 1]))
        return true;
    if (word[length + blanks] == '(') {
        command = command_find(name);
        return !command || blanks == 0 || call_here(reader);
    }
    return begins_with_type(reader);
}

/* Read to the end of the statement, behind its semicolon. */
static bool read_end(struct c_reader *reader)
{
    struct statement *statement = reader->statement;

    c_reader_skip_blanks(reader);
    statement->tokens[statement->count - 1].end = reader->place;
    if (c_reader_take(reader, ";") || !reader->line[reader->place] || c_reader_sees(reader, "#") ||
        c_reader_sees(reader, "//"))
        return true;
    error_set(reader->error, "a ';' is missing before this");
    return c_reader_fail(reader);
}

/* "char buffer[64]": what is no pointer is a local of the function that runs. */
static bool read_local(struct c_reader *reader, uint64_t size, size_t start)
{
    size_t name = reader->place, length = c_reader_word(reader);
    uint64_t count = 1;
    char text[SIZE_TEXT_MAX];

    if (size == 0 || length == 0) {
        error_set(reader->error, length ? "how large that is, is not known here"
                                        : "a variable is missing; it reads char buffer[64];");
        return c_reader_fail(reader);
    }
    skip_word(reader);
    if (c_reader_take(reader, "[")) {
        if (!c_number_read(reader->line, &reader->place, &count, reader->error))
            return false;
        if (!c_reader_take(reader, "]") || count > UINT64_MAX / size) {
            error_set(reader->error, "']' is missing; it reads char buffer[64];");
            return c_reader_fail(reader);
        }
    }
    if (c_reader_sees(reader, "=")) {
        error_set(reader->error, "only pointers are given values; it reads int x; or int *p = q;");
        return c_reader_fail(reader);
    }
    snprintf(text, sizeof text, "%" PRIu64, size * count);
    c_reader_add(reader, "local", 5, start, false);
    c_reader_add(reader, reader->line + name, length, name, false);
    c_reader_add(reader, text, strlen(text), start, false);
    return true;
}

static bool read_declaration(struct c_reader *reader)
{
    size_t start = reader->place;
    uint64_t size = 0;
    bool good = true;

    if (c_type_skip(reader->line, &reader->place, &size) && !c_reader_sees(reader, "*"))
        return read_local(reader, size, start);
    reader->place = start;
    c_reader_take_type(reader, &good);
    return good && read_assignment(reader);
}

static bool read_statement(struct c_reader *reader)
{
    if (begins_with_type(reader))
        return read_declaration(reader) && read_end(reader);
    if (is_called(reader))
        return read_plain_call(reader) && read_end(reader);
    if (reader->line[reader->place + c_reader_word(reader)] == '[')
        return read_slot_assignment(reader) && read_end(reader);
    return read_assignment(reader) && read_end(reader);
}

bool statement_next(const char *line, size_t *position, struct statement *statement,
                    struct error *error)
{
    struct c_reader reader = {line, *position, statement, error};
    bool good;

    reader.place += strspn(line + *position, " \t\r\n;");
    if (c_reader_sees(&reader, "//"))
        reader.place += strlen(line + reader.place);
    *position = reader.place;
    if (!is_c(&reader))
        return lexer_next(line, position, statement, error);
    statement_finish(statement);
    error->kind = ERROR_NONE;
    good = read_statement(&reader);
    *position = good ? reader.place : strlen(line);
    return good;
}
