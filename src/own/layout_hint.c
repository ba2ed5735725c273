/* layout_hint.c: see layout_hint.h.
 *
 *      | pad | prologue | epilogue |        what mm_init begins with: `words` words of WSIZE
 *      | pad | prologue | header | payload ... | footer | ... | epilogue | */
#include "own/layout_hint.h"

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>

#define DEFINES(name) "^[ \t]*#[ \t]*define[ \t]+" name "[ \t]*"

/* Whether a pattern is found in a line.
 *   ret_part  where what stands in its first parentheses begins; NULL for nobody who asks */
static bool finds(const char *source, const char *pattern, const char **ret_part)
{
    regmatch_t matches[2];
    regex_t regex;
    bool found;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
        return false;
    found = regexec(&regex, source, 2, matches, 0) == 0;
    regfree(&regex);
    if (found && ret_part)
        *ret_part = source + matches[1].rm_so;
    return found;
}

void layout_hint_add(const char *source, struct text *words)
{
    const char *word, *mask, *begun;
    unsigned long size, flags, count;

    if (!finds(source, DEFINES("WSIZE") "[(]?([48])([^0-9]|$)", &word) ||
        !finds(source, DEFINES("HDRP[(][a-z]+[)]") ".*- *WSIZE *[)]", NULL) ||
        !finds(source, DEFINES("FTRP[(][a-z]+[)]") ".*GET_SIZE.*- *DSIZE *[)]", NULL) ||
        !finds(source, DEFINES("GET_SIZE[(][a-z]+[)]") ".*& *~ *[(]?(0x0*[7fF]|DSIZE)", &mask) ||
        !finds(source, "mem_sbrk *[(] *([46]) *[*] *WSIZE *[)]", &begun) ||
        finds(source, DEFINES("[A-Z_]*PREV_?ALLOC"), NULL))
        return;
    size = strtoul(word, NULL, 10);
    count = strtoul(begun, NULL, 10);
    flags = *mask == 'D' ? 2 * size - 1 : strtoul(mask, NULL, 16);
    text_add(words, "header=%lu footer=%lu size=~%lu used=1 start=%lu end=%lu", size, size, flags,
             (count - 1) * size, size);
    if (size == 8 && finds(source, DEFINES("GET[(][a-z]+[)]") ".*unsigned int *[*]", NULL))
        text_add_string(words, " word=4");
}
