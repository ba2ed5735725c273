/* width.c: see width.h. */
#include "own/width.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

/* Whether a Makefile lies beside the source that builds it for 32 bits. */
static bool is_built_for_32_bits(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct text makefile = {0};
    char line[1024];
    bool found = false;
    FILE *file;

    text_add_bytes(&makefile, path, slash ? (size_t)(slash + 1 - path) : 0);
    text_add_string(&makefile, "Makefile");
    file = fopen(text_string(&makefile), "re");
    while (file && !found && fgets(line, sizeof line, file))
        found = line[0] != '#' && strstr(line, "-m32");
    if (file)
        fclose(file);
    text_finish(&makefile);
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

/* Whether the words of headers have 4 bytes, but are read as a size_t: what the book's GET once
 * did, be it a macro or a function. */
static bool reads_too_much(const char *source)
{
    static const char words[] = "^[ \t]*#[ \t]*define[ \t]+WSIZE[ \t]+[(]?4[)]?([^0-9]|$)";
    static const char macro[] = "^[ \t]*#[ \t]*define[ \t]+GET[(][^)]*[)].*[*][(]size_t *[*][)]";
    static const char function[] = "[ *]GET[(][^)]*[)][ \t\n]*[{][^;}]*[*][(]size_t *[*][)]";

    return matches(source, words, REG_NEWLINE) &&
           (matches(source, macro, REG_NEWLINE) || matches(source, function, 0));
}

void width_tell(const char *path, const char *source, struct text *warnings)
{
    if (is_built_for_32_bits(path))
        text_add(warnings,
                 "%s: its Makefile builds it for 32 bits; here pointers and size_t have 64\n",
                 path);
    else if (reads_too_much(source))
        text_add(warnings,
                 "%s: its words have 4 bytes (WSIZE), but GET reads a size_t, which has 8 here: it "
                 "was written for 32 bits\n",
                 path);
}
