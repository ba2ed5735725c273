/* cxx_names.c: see cxx_names.h. */
#include "follow/cxx_names.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>

enum { LONG = 40 /* characters, of a name that is told with less */ };

#define ANONYMOUS "(anonymous)"

/* ---- Reading a name ---- */

/* A name that is read, part by part, and how much of its templates is told. */
struct reader {
    const char *at;
    int levels; /* of arguments within arguments */
};

static bool takes(struct reader *reader, const char *word)
{
    size_t length = strlen(word);
    bool is_there = strncmp(reader->at, word, length) == 0;

    reader->at += is_there ? length : 0;
    return is_there;
}

static void add_next(struct reader *reader, struct text *text)
{
    text_add_bytes(text, reader->at++, 1);
}

/* Go behind what a bracket, which has been read, holds. */
static void skip_to(struct reader *reader, char closing)
{
    static const char pairs[] = "()[]{}<>";

    while (*reader->at && *reader->at != closing) {
        const char *pair = strchr(pairs, *reader->at++);

        if (pair && (pair - pairs) % 2 == 0)
            skip_to(reader, pair[1]);
    }
    reader->at += *reader->at == closing;
}

/* "operator<<", which looks like brackets. Returns whether it is there. */
static bool add_operator(struct reader *reader, size_t begin, struct text *text)
{
    const char *signs = "+-*/%^&|~!=,[]";
    char last = text->length > begin ? text->data[text->length - 1] : ' ';

    if (isalnum((unsigned char)last) || last == '_' || !takes(reader, "operator"))
        return false;
    text_add(text, "operator");
    if (*reader->at == '<' || *reader->at == '>')
        signs = "<=>";
    else if (strncmp(reader->at, "->", 2) == 0)
        signs = "->*";
    else if (takes(reader, "()"))
        text_add(text, "()");
    while (*reader->at && strchr(signs, *reader->at))
        add_next(reader, text);
    return true;
}

/* Whether an argument of a template is one that stands there unless somebody writes another. */
static bool is_usual(const char *argument)
{
    static const char *const usual[] = {"std::allocator<", "std::char_traits<",
                                        "std::less<",      "std::hash<",
                                        "std::equal_to<",  "std::default_delete<"};

    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (strncmp(argument, usual[i], strlen(usual[i])) == 0)
            return true;
    }
    return false;
}

static void add_arguments(struct reader *reader, int depth, struct text *text);

/* Up to the comma or the bracket that ends it. */
static void add_argument(struct reader *reader, int depth, struct text *text)
{
    int brackets = 0;

    while (*reader->at && (brackets > 0 || !strchr(",>", *reader->at))) {
        brackets += strchr("([{", *reader->at) != NULL;
        brackets -= strchr(")]}", *reader->at) != NULL;
        if (*reader->at == '<')
            add_arguments(reader, depth, text);
        else if (strncmp(reader->at, " >", 2) == 0)
            reader->at++;
        else
            add_next(reader, text);
    }
}

/* "<int>" of "<int, std::allocator<int> >". */
static void add_arguments(struct reader *reader, int depth, struct text *text)
{
    reader->at++;
    if (depth >= reader->levels) {
        skip_to(reader, '>');
        text_add_string(text, *reader->at == '\0' || *reader->at == '(' ? "" : "<...>");
        return;
    }
    text_add(text, "<");
    for (bool is_first = true; *reader->at && *reader->at != '>'; is_first = false) {
        struct text argument = {0};
        bool is_told;

        takes(reader, ",");
        takes(reader, " ");
        is_told = is_first || !is_usual(reader->at);
        add_argument(reader, depth + 1, &argument);
        if (is_told)
            text_add(text, "%s%s", is_first ? "" : ", ", text_string(&argument));
        text_finish(&argument);
    }
    text_add(text, ">");
    reader->at += *reader->at == '>';
}

static void add_name(const char *name, int levels, struct text *text)
{
    struct reader reader = {name, levels};
    const size_t begin = text->length;
    bool is_operator = false;

    while (*reader.at) {
        if (add_operator(&reader, begin, text)) {
            is_operator = true;
        } else if (takes(&reader, ANONYMOUS)) {
            text_add(text, ANONYMOUS);
        } else if (takes(&reader, "{lambda(")) {
            skip_to(&reader, ')');
            text_add(text, "{lambda");
        } else if (*reader.at == '<') {
            add_arguments(&reader, 0, text);
        } else if (*reader.at == '(') {
            reader.at++;
            skip_to(&reader, ')');
            takes(&reader, " const");
            if (strncmp(reader.at, "::", 2) != 0)
                return;
            is_operator = false;
        } else if (*reader.at == '[') { /* [abi:cxx11] */
            reader.at++;
            skip_to(&reader, ']');
        } else if (*reader.at == ' ' && reader.at[1] == '<') {
            reader.at++;
        } else if (*reader.at == ' ' && !is_operator) { /* what came before is what it returns */
            reader.at++;
            text->length = begin;
        } else {
            add_next(&reader, text);
        }
    }
}

/* What everybody calls by a shorter name. The longest come first. */
static const struct {
    const char *name, *told;
} shorter[] = {
    {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >",
     "std::string"},
    {"__cxx11::", ""},
    {"(anonymous namespace)", ANONYMOUS},
};

static void add_shorter(const char *name, struct text *text)
{
    enum { COUNT = sizeof shorter / sizeof shorter[0] };
    size_t which;

    while (*name) {
        for (which = 0; which < COUNT; which++) {
            if (strncmp(name, shorter[which].name, strlen(shorter[which].name)) == 0)
                break;
        }
        if (which < COUNT)
            text_add_string(text, shorter[which].told);
        else
            text_add_bytes(text, name, 1);
        name += which < COUNT ? strlen(shorter[which].name) : 1;
    }
}

void cxx_names_add_short(const char *name, struct text *text)
{
    enum { ALL = 1000 };
    static const int levels[] = {ALL, 1, 0};
    const size_t begin = text->length;
    struct text whole = {0};

    add_shorter(name, &whole);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        text->length = begin;
        add_name(text_string(&whole), levels[i], text);
        if (text->length - begin <= LONG)
            break;
    }
    text_finish(&whole);
    if (text->length == begin) /* it is of no function */
        text_add_string(text, name);
}

/* ---- Symbols ---- */

static void look_for_library(struct cxx_names *names)
{
    static const char *const libraries[] = {"libstdc++.so.6", "libc++abi.so.1"};

    names->has_looked = true;
    for (size_t i = 0; !names->library && i < sizeof libraries / sizeof libraries[0]; i++)
        names->library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);
    if (names->library)
        *(void **)&names->demangle = dlsym(names->library, "__cxa_demangle");
}

void cxx_names_finish(struct cxx_names *names)
{
    if (names->library)
        dlclose(names->library);
    *names = (struct cxx_names){0};
}

void cxx_names_add(struct cxx_names *names, const char *symbol, struct text *text)
{
    char *name = NULL;
    int status = 0;

    if (strncmp(symbol, "_Z", 2) == 0 && !names->has_looked)
        look_for_library(names);
    if (strncmp(symbol, "_Z", 2) == 0 && names->demangle)
        name = names->demangle(symbol, NULL, NULL, &status);
    if (name)
        cxx_names_add_short(name, text);
    else
        text_add_string(text, symbol);
    free(name);
}
