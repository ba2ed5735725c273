/* handle.c: see handle.h. */
#include "own/handle.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Append a type, without blanks but those between words. */
static void add_type(const char *at, const char *end, struct text *type)
{
    for (; at < end; at++) {
        bool is_blank = isspace((unsigned char)*at);
        bool is_between = is_blank && type->length > 0 && at + 1 < end && is_word(at[1]) &&
                          is_word(text_string(type)[type->length - 1]);

        if (!is_blank || is_between)
            text_add_bytes(type, is_blank ? " " : at, 1);
    }
}

/* What a function answers, without what says who can call it. */
static void add_answer(const struct source_function *function, struct text *type)
{
    static const char *const words[] = {"static ", "extern ", "inline "};
    const char *at = text_string(&function->head), *end = strrchr(at, '(');

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        at += strncmp(at, words[i], strlen(words[i])) == 0 ? strlen(words[i]) : 0;
    while (end > at && isspace((unsigned char)end[-1]))
        end--;
    while (end > at && is_word(end[-1]))
        end--;
    add_type(at, end, type);
}

bool handle_find(const char *stripped, const struct source_function *function,
                 struct text *ret_type)
{
    const char *open = strrchr(text_string(&function->head), '(') + 1;
    size_t length = strcspn(open, ",)");

    if (function->parameters == 0 || !source_is_pointer(stripped, open, length) ||
        memmem(open, length, "char", 4))
        return false;
    while (length > 0 && isspace((unsigned char)open[length - 1]))
        length--;
    while (length > 0 && is_word(open[length - 1])) /* its name */
        length--;
    add_type(open, open + length, ret_type);
    return strncmp(text_string(ret_type), "void", 4) != 0;
}

bool handle_is_shared(const char *stripped, const struct source_function *function,
                      const struct source_function *other)
{
    struct text one = {0}, two = {0};
    bool good = handle_find(stripped, function, &one) && handle_find(stripped, other, &two) &&
                strcmp(text_string(&one), text_string(&two)) == 0;

    text_finish(&one);
    text_finish(&two);
    return good;
}

bool handle_is_answered(const char *stripped, const struct source_function *begin,
                        const struct source_function *function)
{
    struct text type = {0}, answer = {0};
    bool good = handle_find(stripped, function, &type);

    add_answer(begin, &answer);
    good = good && strcmp(text_string(&type), text_string(&answer)) == 0;
    text_finish(&type);
    text_finish(&answer);
    return good;
}

void handle_add(const char *stripped, const struct source_function *function, bool is_answered,
                struct text *text)
{
    struct text found = {0};
    const char *type;

    handle_find(stripped, function, &found);
    type = text_string(&found);
    if (is_answered)
        text_add(text, "static %s " HANDLE_NAME ";\n", type);
    else
        text_add(text,
                 "static __typeof__(*(%s)0) heapglass_heap;\n"
                 "static %s " HANDLE_NAME " = &heapglass_heap;\n",
                 type, type);
    text_finish(&found);
}
