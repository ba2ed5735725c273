/* option.c: see option.h. */
#include "base/option.h"

#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/tell.h"

void option_tell_wrong(const char *program, int answer, const char *letters, char *const *arguments)
{
    const char *argument = arguments[optind - 1]; /* where it is a long one */
    bool is_known = optopt > UCHAR_MAX || (optopt && strchr(letters, optopt));

    if (answer == ':' && strncmp(argument, "--", 2) == 0)
        tell(stderr, "%s: option '%s' requires an argument", program, argument);
    else if (answer == ':')
        tell(stderr, "%s: option requires an argument -- '%c'", program, optopt);
    else if (optopt == 0)
        tell(stderr, "%s: unrecognized option '%s'", program, argument);
    else if (is_known)
        tell(stderr, "%s: option '%.*s' doesn't allow an argument", program,
             (int)strcspn(argument, "="), argument);
    else
        tell(stderr, "%s: invalid option -- '%c'", program, optopt);
}
