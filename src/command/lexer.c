/* lexer.c: see lexer.h. */
#include "command/lexer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void clear(struct statement *statement)
{
    for (size_t i = 0; i < statement->count; i++)
        free(statement->tokens[i].text);
    statement->count = 0;
}

void statement_finish(struct statement *statement)
{
    clear(statement);
    free(statement->tokens);
    *statement = (struct statement){0};
}

static bool is_space(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static bool fail_at(struct error *error, size_t place, const char *what)
{
    error_set(error, "%s", what);
    error->column = lexer_column(place);
    return false;
}

/* The control character that is written at `at` as \x0a; '\0' where there is none. */
static char control_character(const char *at)
{
    char digits[] = "00";
    unsigned long number;

    if (at[0] != '\\' || at[1] != 'x' || !isxdigit((unsigned char)at[2]) ||
        !isxdigit((unsigned char)at[3]))
        return '\0';
    memcpy(digits, at + 2, 2);
    number = strtoul(digits, NULL, 16);
    return number < 0x80 && iscntrl((int)number) ? (char)number : '\0';
}

/* Copy a quoted token from behind its opening quote to `text`. Returns where it ends, behind the
 * closing quote; 0 if there is none. */
static size_t read_quoted(const char *line, size_t place, char *text)
{
    enum { LENGTH = 4 }; /* of \x0a */

    while (line[place] && line[place] != '"') {
        char control = control_character(line + place);

        if (line[place] == '\\' && (line[place + 1] == '"' || line[place + 1] == '\\'))
            place++;
        *text++ = control ? control : line[place];
        place += control ? LENGTH : 1;
    }
    *text = '\0';
    return line[place] ? place + 1 : 0;
}

/* The closing quote of a token that begins with a single one, as in a shell; NULL where that is an
 * apostrophe: there is no other, or not at the end of a word. */
static const char *closing_single(const char *token)
{
    const char *closing = token[0] == '\'' ? strchr(token + 1, '\'') : NULL;

    return closing && (is_space(closing[1]) || closing[1] == ';' || !closing[1]) ? closing : NULL;
}

/* The same of a token in single quotes, in which nothing else has a meaning. */
static size_t read_single(const char *line, size_t place, const char *closing, char *text)
{
    size_t length = (size_t)(closing - (line + place));

    memcpy(text, line + place, length);
    text[length] = '\0';
    return place + length + 1;
}

static size_t read_plain(const char *line, size_t place, char *text)
{
    while (line[place] && !is_space(line[place]) && line[place] != ';')
        *text++ = line[place++];
    *text = '\0';
    return place;
}

/* How long a token can be that begins at `place`, quotes and all. */
static size_t token_length(const char *line, size_t place)
{
    return line[place] == '"' || line[place] == '\'' ? strlen(line + place)
                                                     : strcspn(line + place, " \t\r\n;");
}

static bool read_token(const char *line, size_t *position, struct statement *statement,
                       struct error *error)
{
    const char *closing = closing_single(line + *position);
    struct token token = {.start = *position, .quoted = closing || line[*position] == '"'};

    if (statement->count == TOKENS_MAX)
        return fail_at(error, token.start, "there are too many words in this command");
    token.text = memory_create(token_length(line, token.start) + 1, 1);
    if (closing)
        token.end = read_single(line, token.start + 1, closing, token.text);
    else
        token.end = token.quoted ? read_quoted(line, token.start + 1, token.text)
                                 : read_plain(line, token.start, token.text);
    statement->tokens =
        memory_reserve(statement->tokens, &statement->capacity, statement->count + 1, sizeof token);
    statement->tokens[statement->count++] = token;
    if (token.end == 0)
        return fail_at(error, token.start, "this quote is not closed");
    *position = token.end;
    return true;
}

static bool has_control_character(const char *line, size_t *ret_place)
{
    for (size_t place = 0; line[place]; place++) {
        if (iscntrl((unsigned char)line[place]) && !is_space(line[place])) {
            *ret_place = place;
            return true;
        }
    }
    return false;
}

bool lexer_next(const char *line, size_t *position, struct statement *statement,
                struct error *error)
{
    size_t place;

    clear(statement);
    error->kind = ERROR_NONE;
    if (*position == 0 && has_control_character(line, &place))
        return fail_at(error, place, "there is a control character here");
    for (;;) {
        char next = line[*position];

        if (is_space(next)) {
            ++*position;
        } else if (next == ';') {
            ++*position;
            if (statement->count > 0)
                return true;
        } else if (next == '\0' || next == '#') {
            *position += strlen(line + *position);
            return statement->count > 0;
        } else if (!read_token(line, position, statement, error)) {
            return false;
        }
    }
}
