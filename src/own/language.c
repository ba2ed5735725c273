/* language.c: see language.h. */
#include "own/language.h"

#include <stdlib.h>
#include <string.h>

bool language_is_cpp(const char *path)
{
    static const char *const endings[] = {".cc", ".cpp", ".cxx", ".C", ".c++"};
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(dot, endings[i]) == 0)
            return true;
    }
    return false;
}

const char *language_name(bool is_cpp)
{
    return is_cpp ? "C++" : "C";
}

const char *language_variable(bool is_cpp)
{
    return is_cpp ? "CXX" : "CC";
}

/* The words of the variable; NULL where there are none. */
static const char *named_compiler(bool is_cpp)
{
    const char *named = getenv(language_variable(is_cpp));

    return named && named[strspn(named, " ")] ? named : NULL;
}

const char *language_compiler(bool is_cpp)
{
    const char *named = named_compiler(is_cpp);

    return named ? named : is_cpp ? "c++" : "cc";
}

const char *language_second_compiler(bool is_cpp)
{
    return named_compiler(is_cpp) ? NULL : is_cpp ? "clang++" : "clang";
}

const char *const *language_options(bool is_cpp)
{
    static const char *const c[] = {
        "-std=gnu11", "-fgnu89-inline", "-Wno-error=implicit-function-declaration", "-x", "c",
        NULL};
    static const char *const cpp[] = {"-std=gnu++17", "-Wno-write-strings", "-x", "c++", NULL};

    return is_cpp ? cpp : c;
}

void language_add_beginning(struct text *text)
{
    text_add_string(text, "#ifdef __cplusplus\n"
                          "extern \"C\" {\n"
                          "#endif\n");
}

void language_add_end(struct text *text)
{
    text_add_string(text, "#ifdef __cplusplus\n"
                          "}\n"
                          "#endif\n");
}
