/* option.c: see option.h. */
#include "base/option.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/tell.h"

void option_tell_wrong(const char *program, int answer, const char *letters, char *const *arguments)
{
    const char *argument = arguments[optind - 1]; /* where it is a long one */

    if (answer == ':' && strncmp(argument, "--", 2) == 0)
        tell(stderr, "%s: option '%s' requires an argument", program, argument);
    else if (answer == ':')
        tell(stderr, "%s: option requires an argument -- '%c'", program, optopt);
    else if (optopt == 0)
        tell(stderr, "%s: unrecognized option '%s'", program, argument);
    else if (optopt > UCHAR_MAX || strchr(letters, optopt))
        tell(stderr, "%s: option '%.*s' doesn't allow an argument", program,
             (int)strcspn(argument, "="), argument);
    else
        tell(stderr, "%s: invalid option -- '%c'", program, optopt);
}

static const char *name_at(const void *rows, size_t number, size_t bytes)
{
    const char *const *name = (const void *)((const char *)rows + number * bytes);

    return *name;
}

const void *option_choose(const char *option, const char *word, const void *rows, size_t count,
                          size_t bytes, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name_at(rows, i, bytes), word) == 0)
            return (const char *)rows + i * bytes;
    }
    error_set(error, "%s is ", option);
    for (size_t i = 0; i < count; i++)
        error_append(error, "%s%s",
                     i == 0          ? ""
                     : i + 1 < count ? ", "
                                     : " or ",
                     name_at(rows, i, bytes));
    return NULL;
}
