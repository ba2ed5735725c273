/* source.c: see source.h. */
#include "own/source.h"

#include <ctype.h>
#include <string.h>

/* ---- Stripping ---- */

/* Where a directive of the preprocessor ends. */
static const char *end_of_directive(const char *at)
{
    while (*at && (*at != '\n' || at[-1] == '\\'))
        at++;
    return at;
}

/* Where the directive, comment, string or character constant that begins at `at` ends; `at` if
 * there is none there. */
static const char *end_of_opaque(const char *at)
{
    const char *end = NULL;
    char quote = *at;

    if (quote == '#')
        return end_of_directive(at);
    if (at[0] == '/' && at[1] == '/')
        return at + strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        end = strstr(at + 2, "*/");
        return end ? end + 2 : at + strlen(at);
    }
    if (quote != '"' && quote != '\'')
        return at;
    for (at++; *at && *at != quote && *at != '\n'; at++) {
        if (*at == '\\' && at[1])
            at++;
    }
    return *at ? at + 1 : at;
}

void source_strip(const char *source, struct text *ret_stripped)
{
    struct text stripped = {0};

    while (*source) {
        const char *end = end_of_opaque(source);

        if (end == source)
            text_add_bytes(&stripped, source++, 1);
        for (; source < end; source++)
            text_add_bytes(&stripped, *source == '\n' ? "\n" : " ", 1);
    }
    *ret_stripped = stripped;
}

/* ---- Finding ---- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* The parenthesis that ends the parameters of the name whose end is at `at`; NULL unless a body
 * follows them. */
static const char *end_of_parameters(const char *at)
{
    const char *end;

    at = skip_blanks(at);
    end = *at == '(' ? strchr(at, ')') : NULL;
    return end && *skip_blanks(end + 1) == '{' ? end : NULL;
}

static unsigned count_parameters(const char *open, const char *end)
{
    const char *first = skip_blanks(open + 1);
    unsigned count = 1;

    if (first == end || (strncmp(first, "void", 4) == 0 && skip_blanks(first + 4) == end))
        return 0;
    for (; first < end; first++)
        count += *first == ',';
    return count;
}

/* Where the words before a function's name begin: behind the last thing that is none. */
static const char *start_of_type(const char *source, const char *name)
{
    while (name > source && (is_word(name[-1]) || isspace((unsigned char)name[-1])))
        name--;
    return skip_blanks(name);
}

static bool has_word(const char *from, const char *end, const char *word)
{
    size_t length = strlen(word);

    for (; from + length <= end; from++) {
        if (strncmp(from, word, length) == 0 && !is_word(from[length]))
            return true;
        while (from < end && is_word(*from))
            from++;
    }
    return false;
}

static void describe(const char *type, const char *name, size_t length, const char *end,
                     struct source_function *function)
{
    *function = (struct source_function){
        .answers = has_word(type, name, "void")                                    ? SOURCE_VOID
                   : has_word(type, name, "bool") || has_word(type, name, "_Bool") ? SOURCE_BOOL
                                                                                   : SOURCE_INT,
        .parameters = count_parameters(skip_blanks(name + length), end),
        .is_static = has_word(type, name, "static"),
    };
    text_add_bytes(&function->head, type, (size_t)(end + 1 - type));
}

/* Whether a function is declared static somewhere before it is defined at `definition`, which then
 * need not say so. */
static bool is_declared_static(const char *stripped, const char *definition, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = stripped; (at = strstr(at, name)) && at < definition; at += length) {
        if (!is_word(at[length]) && (at == stripped || !is_word(at[-1])) &&
            has_word(start_of_type(stripped, at), at, "static"))
            return true;
    }
    return false;
}

bool source_find(const char *stripped, const char *name, struct source_function *ret_function)
{
    size_t length = strlen(name);

    for (const char *at = stripped; (at = strstr(at, name)); at += length) {
        const char *end = end_of_parameters(at + length);

        if (!end || is_word(at[length]) || (at > stripped && is_word(at[-1])))
            continue;
        describe(start_of_type(stripped, at), at, length, end, ret_function);
        if (is_declared_static(stripped, at, name))
            ret_function->is_static = true;
        return true;
    }
    return false;
}
