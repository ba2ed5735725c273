/* source.c: see source.h. */
#include "own/source.h"

#include <ctype.h>
#include <string.h>

/* ---- Stripping ---- */

/* See source.h: no source has these outside of directives, comments and quotes. */
enum { MARK_IF = '#', MARK_END = '`' };

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

/* What is left of a directive: a mark, if it begins or ends what is compiled on a condition. */
static char mark_of_directive(const char *at)
{
    at += 1 + strspn(at + 1, " \t");
    return strncmp(at, "if", 2) == 0 ? MARK_IF : strncmp(at, "endif", 5) == 0 ? MARK_END : ' ';
}

void source_strip(const char *source, struct text *ret_stripped)
{
    struct text stripped = {0};

    while (*source) {
        const char *end = end_of_opaque(source);
        char mark = *source == '#' ? mark_of_directive(source) : ' ';

        if (end == source || mark != ' ') {
            text_add_bytes(&stripped, mark != ' ' ? &mark : source, 1);
            source++;
        }
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
    static const char *const words[] = {"noexcept", "override", "final", "const"};
    const char *end, *next;

    at = skip_blanks(at);
    end = *at == '(' ? strchr(at, ')') : NULL;
    next = end ? skip_blanks(end + 1) : at;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) { /* of C++ */
        size_t length = strlen(words[i]);

        if (strncmp(next, words[i], length) == 0 && !is_word(next[length]))
            next = skip_blanks(next + length);
    }
    return end && *next == '{' ? end : NULL;
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

/* Where the words and stars before a function's name begin: behind the last thing that is none. */
static const char *start_of_type(const char *source, const char *name)
{
    while (name > source &&
           (is_word(name[-1]) || isspace((unsigned char)name[-1]) || name[-1] == '*'))
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

/* Whether what stands at `at` is compiled on a condition. */
static bool is_conditional(const char *stripped, const char *at)
{
    unsigned depth = 0;

    for (; stripped < at; stripped++) {
        depth += *stripped == MARK_IF;
        depth -= *stripped == MARK_END && depth > 0;
    }
    return depth > 0;
}

/* Whether a word is one that types are made of. */
static bool is_of_type(const char *word, size_t length)
{
    static const char *const words[] = {
        "extern",   "const",  "void",    "char",     "short",    "int",       "long",
        "unsigned", "signed", "size_t",  "ssize_t",  "intptr_t", "uintptr_t", "ptrdiff_t",
        "int32_t",  "bool",   "int64_t", "uint32_t", "uint64_t",
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == length && strncmp(words[i], word, length) == 0)
            return true;
    }
    return false;
}

/* Whether a word is the name of a pointer's type: "typedef void *Addr;". */
static bool is_pointer_type(const char *stripped, const char *word, size_t length)
{
    const char *statement = stripped;

    for (const char *at = stripped; *at; at++) {
        if (strchr(";{}", *at))
            statement = at + 1;
        if (strncmp(at, word, length) == 0 && at > stripped && !is_word(at[-1]) &&
            *skip_blanks(at + length) == ';' && has_word(statement, at, "typedef") &&
            memchr(statement, '*', (size_t)(at - statement)))
            return true;
    }
    return false;
}

bool source_is_pointer(const char *stripped, const char *type, size_t length)
{
    const char *end = type + length;

    if (memchr(type, '*', length))
        return true;
    while (type < end) {
        size_t word = 0;

        while (type + word < end && is_word(type[word]))
            word++;
        if (word > 0 && !is_of_type(type, word) && is_pointer_type(stripped, type, word))
            return true;
        type += word > 0 ? word : 1;
    }
    return false;
}

static void describe(const char *stripped, const char *type, const char *name, size_t length,
                     const char *end, struct source_function *function)
{
    *function = (struct source_function){
        .answers = source_is_pointer(stripped, type, (size_t)(name - type))        ? SOURCE_POINTER
                   : has_word(type, name, "void")                                  ? SOURCE_VOID
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

        if (!end || is_word(at[length]) || (at > stripped && (is_word(at[-1]) || at[-1] == ':')))
            continue;
        describe(stripped, start_of_type(stripped, at), at, length, end, ret_function);
        if (is_declared_static(stripped, at, name))
            ret_function->is_static = true;
        ret_function->is_conditional = is_conditional(stripped, at);
        return true;
    }
    return false;
}

bool source_defines(const char *stripped, const char *name)
{
    struct source_function function;

    if (!name[0] || !source_find(stripped, name, &function))
        return false;
    text_finish(&function.head);
    return true;
}

/* Whether what stands from `statement` on defines the variable whose name is `length` bytes from
 * `at` on, where it stands outside of all braces. */
static bool is_definition(const char *statement, const char *at, size_t length)
{
    static const char *const others[] = {"extern", "static", "typedef"};
    const char *before = at, *behind = skip_blanks(at + length);

    while (before > statement && isspace((unsigned char)before[-1]))
        before--;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (has_word(statement, at, others[i]))
            return false;
    }
    return before > statement && (is_word(before[-1]) || strchr("*,}", before[-1])) && *behind &&
           strchr("=;,[", *behind);
}

bool source_defines_variable(const char *stripped, const char *name)
{
    const char *statement = stripped;
    size_t length = strlen(name);
    unsigned depth = 0;

    for (const char *at = stripped; *at; at++) {
        if (depth == 0 && strncmp(at, name, length) == 0 && !is_word(at[length]) &&
            (at == stripped || !is_word(at[-1])) && is_definition(statement, at, length))
            return true;
        if (strchr("{(", *at))
            depth++;
        else if (strchr("})", *at))
            depth -= depth > 0;
        if (depth == 0 && (*at == ';' || (*at == '}' && *skip_blanks(at + 1) != *name)))
            statement = at + 1;
    }
    return false;
}

bool source_uses(const char *stripped, const char *word)
{
    return has_word(stripped, stripped + strlen(stripped), word);
}

bool source_defines_type(const char *stripped, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = stripped; (at = strchr(at, '}')); at++) {
        const char *word = skip_blanks(at + 1);

        if (strncmp(word, name, length) == 0 && strchr(",;", *skip_blanks(word + length)))
            return true;
    }
    return false;
}

bool source_has_before(const char *stripped, const char *word, char next)
{
    size_t length = strlen(word);

    for (const char *at = stripped; (at = strstr(at, word)); at += length) {
        const char *behind = skip_blanks(at + length);

        if ((at == stripped || !is_word(at[-1])) && !is_word(at[length]) && behind[0] == next &&
            behind[1] != '=')
            return true;
    }
    return false;
}

/* Whether the word that ends before `at` is a type of a byte. */
static bool is_byte_before(const char *source, const char *at)
{
    static const char *const types[] = {"char", "uint8_t", "int8_t", "u_char", "byte"};
    const char *end;

    while (at > source && isspace((unsigned char)at[-1]))
        at--;
    end = at;
    while (at > source && is_word(at[-1]))
        at--;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strlen(types[i]) == (size_t)(end - at) &&
            strncmp(types[i], at, (size_t)(end - at)) == 0)
            return true;
    }
    return false;
}

bool source_has_bytes(const char *stripped, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = stripped; length > 0 && (at = strstr(at, name)); at += length) {
        if (!is_word(at[length]) && *skip_blanks(at + length) == '[' &&
            is_byte_before(stripped, at))
            return true;
    }
    return false;
}

/* ---- Declarations ---- */

/* Whether there are words from `at` on, and all of them are such. */
static bool are_of_type(const char *at, const char *end)
{
    bool any = false;

    while (at < end) {
        size_t length = 0;

        while (at + length < end && is_word(at[length]))
            length++;
        if (length > 0 && !is_of_type(at, length))
            return false;
        any = any || length > 0;
        at += length > 0 ? length : 1;
    }
    return any;
}

/* Whether each of the parameters from `open` on begins with a type, or there are none. */
static bool are_parameters(const char *open, const char *end)
{
    const char *at = skip_blanks(open + 1);

    while (at < end) {
        const char *next = memchr(at, ',', (size_t)(end - at));
        size_t length = strcspn(at, " \t\r\n*,)");

        if (!is_of_type(at, length))
            return false;
        at = next ? skip_blanks(next + 1) : end;
    }
    return true;
}

bool source_find_declaration(const char *stripped, const char *name, struct text *ret_head)
{
    size_t length = strlen(name);

    for (const char *at = stripped; (at = strstr(at, name)); at += length) {
        const char *type, *open = skip_blanks(at + length);
        const char *end = *open == '(' ? strchr(open, ')') : NULL;

        if (!end || is_word(at[length]) || (at > stripped && is_word(at[-1])) ||
            !strchr(";{", *skip_blanks(end + 1)))
            continue;
        type = start_of_type(stripped, at);
        if (!are_of_type(type, at) || !are_parameters(open, end))
            continue;
        text_add_bytes(ret_head, type, (size_t)(end + 1 - type));
        return true;
    }
    return false;
}

void source_add_pointer_types(const char *stripped, struct text *text)
{
    const char *statement = stripped;

    for (const char *at = stripped; *at; at++) {
        if (*at == ';' && has_word(statement, at, "typedef") &&
            !memchr(statement, '(', (size_t)(at - statement)) &&
            memchr(statement, '*', (size_t)(at - statement)))
            text_add_bytes(text, statement, (size_t)(at + 1 - statement));
        if (strchr(";{}", *at))
            statement = at + 1;
    }
}
