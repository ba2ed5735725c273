/* width.c: see width.h. */
#include "own/width.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "own/makefile.h"

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

/* What the book calls a word, and others after it; casts to a pointer's place; and what people call
 * a pointer. */
#define WORD "(WSIZE|WORD_SIZE|WORDSIZE|W_SIZE|WORD)"
#define PLACES "[(](char|void|struct [a-z_]+|[a-z_]+_t) *[*] *[*] *[)]"
#define POINTER "(ptr|bp|addr|node|next|prev|pred|succ)"

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

/* Whether a pointer is read a word behind another one, as SUCC is behind PRED, or where its lower 4
 * bytes were written. */
static bool has_pointers_in_words(const char *source)
{
    static const char behind[] = PLACES "[^;]*[+] *[(]?" WORD;
    static const char place_behind[] =
        "^[ \t]*#[ \t]*define[ \t]+[A-Za-z_]+[(][a-z]+[)][ \t]*[(] *[(](char|void) *[*] *[)] "
        "*[(]?[a-z]+[)]? *[+] *" WORD " *[)]";
    static const char written[] =
        "[*][(](unsigned int|unsigned|uint32_t|int) *[*][)].*= *[(](unsigned int|unsigned|uint32_t"
        "|int)[)] *[(]?" POINTER;

    return matches(source, behind, REG_NEWLINE) ||
           (matches(source, PLACES, REG_NEWLINE) &&
            (matches(source, place_behind, REG_NEWLINE) || matches(source, written, REG_NEWLINE)));
}

const char *width_reason(const char *path, const char *source)
{
    if (makefile_has(path, "-m32"))
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
