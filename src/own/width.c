/* width.c: see width.h. */
#include "own/width.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Whether a file, a Makefile, has this option outside of its comments. */
static bool has_option(const char *path, const char *option)
{
    FILE *file = fopen(path, "re");
    char line[1024];
    bool found = false;

    while (file && !found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "#")] = '\0';
        found = strstr(line, option);
    }
    if (file)
        fclose(file);
    return found;
}

/* Whether a Makefile lies beside the source that builds it for 32 bits. */
static bool is_built_for_32_bits(const char *path)
{
    static const char *const names[] = {"Makefile", "makefile", "GNUmakefile"};
    const char *slash = strrchr(path, '/');
    bool found = false;

    for (size_t i = 0; i < sizeof names / sizeof names[0] && !found; i++) {
        struct text makefile = {0};

        text_add_bytes(&makefile, path, slash ? (size_t)(slash + 1 - path) : 0);
        text_add_string(&makefile, names[i]);
        found = has_option(text_string(&makefile), "-m32");
        text_finish(&makefile);
    }
    return found;
}

/* Whether a pattern is found.
 *   flags  REG_NEWLINE where it is to be in one line */
static bool matches(const char *source, const char *pattern, int flags)
{
    regex_t regex;
    bool found;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | flags) != 0)
        return false;
    found = regexec(&regex, source, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

/* What the book calls a word, and others after it. */
#define WORD "(WSIZE|WORD_SIZE|WORDSIZE|W_SIZE)"
#define POINTERS "[(](char|void|struct [a-z_]+|[a-z_]+_t) *[*] *[*] *[)]"

static bool has_words_of_4_bytes(const char *source)
{
    return matches(source, "^[ \t]*#[ \t]*define[ \t]+" WORD "[ \t]+[(]?4[)]?([^0-9]|$)",
                   REG_NEWLINE);
}

/* Whether GET reads a word as a size_t: what the book once did, be it a macro or a function. */
static bool reads_too_much(const char *source)
{
    static const char macro[] = "^[ \t]*#[ \t]*define[ \t]+GET[(][^)]*[)].*[*][(]size_t *[*][)]";
    static const char function[] = "[ *]GET[(][^)]*[)][ \t\n]*[{][^;}]*[*][(]size_t *[*][)]";

    return matches(source, macro, REG_NEWLINE) || matches(source, function, 0);
}

/* Whether a pointer is read a word behind another one, or where its lower 4 bytes were written. */
static bool has_pointers_in_words(const char *source)
{
    static const char behind[] = POINTERS "[^;]*[+] *[(]?" WORD;
    static const char written[] = "[*][(](unsigned int|unsigned|uint32_t|int) *[*][)].*="
                                  " *[(](unsigned int|unsigned|uint32_t|int)[)]";

    return matches(source, behind, REG_NEWLINE) ||
           (matches(source, POINTERS, REG_NEWLINE) && matches(source, written, REG_NEWLINE));
}

const char *width_reason(const char *path, const char *source)
{
    if (is_built_for_32_bits(path))
        return "its Makefile builds it for 32 bits";
    if (!has_words_of_4_bytes(source))
        return NULL;
    if (reads_too_much(source))
        return "its words have 4 bytes (WSIZE), but GET reads a size_t: it was written for 32 bits";
    if (has_pointers_in_words(source))
        return "its words have 4 bytes (WSIZE), and it keeps a pointer in one: it was written for "
               "32 bits";
    return NULL;
}
