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

static bool ends_word(char character)
{
    return is_space(character) || character == ';' || character == '\0';
}

/* Whether a quote is written here as shells want it between single quotes: 'it'\''s'. */
static bool is_single_apart(const char *at)
{
    return at[0] == '\\' && at[1] == '\'';
}

/* How long a token is that begins with a single quote, as in a shell; 0 where that is an
 * apostrophe: there is no other, or not at the end of a word. */
static size_t single_length(const char *token)
{
    const char *at = token;

    while (*at == '\'') {
        const char *closing = strchr(at + 1, '\'');

        if (!closing)
            return 0;
        at = closing + 1;
        while (is_single_apart(at))
            at += 2;
    }
    return ends_word(*at) ? (size_t)(at - token) : 0;
}

/* Copy such a token to `text`: within the quotes, nothing else has a meaning. */
static size_t read_single(const char *line, size_t place, size_t length, char *text)
{
    size_t end = place + length;

    for (bool within = false; place < end; place++) {
        if (line[place] == '\'')
            within = !within;
        else
            *text++ = line[within ? place : ++place];
    }
    *text = '\0';
    return end;
}

static size_t read_plain(const char *line, size_t place, char *text)
{
    while (!ends_word(line[place]))
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
    size_t single = single_length(line + *position);
    struct token token = {.start = *position, .quoted = single > 0 || line[*position] == '"'};

    if (statement->count == TOKENS_MAX)
        return fail_at(error, token.start, "there are too many words in this command");
    token.text = memory_create(token_length(line, token.start) + 1, 1);
    if (single > 0)
        token.end = read_single(line, token.start, single, token.text);
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
