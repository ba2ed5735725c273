/* c_reader.c: see c_reader.h. */
#include "command/c_reader.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "command/c_number.h"

void c_reader_skip_blanks(struct c_reader *reader)
{
    reader->place += strspn(reader->line + reader->place, " \t\r\n");
}

static bool is_word(char character)
{
    return isalnum((unsigned char)character) || character == '_';
}

size_t c_reader_word(const struct c_reader *reader)
{
    const char *word = reader->line + reader->place;
    size_t length = 0;

    if (isdigit((unsigned char)word[0]))
        return 0;
    while (is_word(word[length]))
        length++;
    return length;
}

bool c_reader_sees(const struct c_reader *reader, const char *word)
{
    size_t length = strlen(word);

    return strncmp(reader->line + reader->place, word, length) == 0 &&
           !(is_word(word[0]) && is_word(reader->line[reader->place + length]));
}

bool c_reader_take(struct c_reader *reader, const char *word)
{
    if (!c_reader_sees(reader, word))
        return false;
    reader->place += strlen(word);
    c_reader_skip_blanks(reader);
    return true;
}

bool c_reader_fail(struct c_reader *reader)
{
    reader->error->column = lexer_column(reader->place);
    return false;
}

bool c_reader_fail_in_call(struct c_reader *reader, const struct c_call *call, const char *missing)
{
    struct text form = {0};

    c_call_add_form(call, &form);
    error_set(reader->error, "%s is missing; it reads %s", missing, text_string(&form));
    text_finish(&form);
    return c_reader_fail(reader);
}

/* ---- Tokens ---- */

void c_reader_add(struct c_reader *reader, const char *text, size_t length, size_t start,
                  bool quoted)
{
    struct statement *statement = reader->statement;
    struct token token = {memory_create(length + 1, 1), start, reader->place, quoted};

    memcpy(token.text, text, length);
    statement->tokens =
        memory_reserve(statement->tokens, &statement->capacity, statement->count + 1, sizeof token);
    statement->tokens[statement->count++] = token;
}

/* ---- Types and casts ---- */

bool c_reader_take_type(struct c_reader *reader, bool *ret_good)
{
    size_t start = reader->place;
    bool is_pointer = false;

    *ret_good = true;
    if (!c_type_skip(reader->line, &reader->place, NULL))
        return false;
    c_reader_skip_blanks(reader);
    while (c_reader_take(reader, "*") || c_reader_take(reader, "const"))
        is_pointer = true;
    if (is_pointer)
        return true;
    error_set(reader->error, "variables are pointers here, as in 'char *p'");
    reader->place = start;
    *ret_good = c_reader_fail(reader);
    return true;
}

bool c_reader_skip_casts(struct c_reader *reader)
{
    bool good = true;

    while (good && c_reader_sees(reader, "(")) {
        size_t start = reader->place;

        c_reader_take(reader, "(");
        if (!c_reader_take_type(reader, &good) || (good && !c_reader_take(reader, ")"))) {
            reader->place = start;
            return true;
        }
    }
    return good;
}
