/* option.h: what is wrong with a command line, said so that no argument reaches the terminal raw,
 * as it does in getopt_long's own messages. */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include <stddef.h>

#include "base/error.h"

/* Say on standard error why getopt_long answered '?' or ':', with opterr 0 and `letters`, which
 * begin with ':' (behind a '+' or '-').
 *   arguments  as they were given to getopt_long just now */
void option_tell_wrong(const char *program, int answer, const char *letters,
                       char *const *arguments);

/* Find the row that an option's argument names.
 *   option     "--format"
 *   rows       `count` of them, `bytes` each, of which the first member is the name, a string
 *   returns    the row; NULL with `error` set, which lists the names */
const void *option_choose(const char *option, const char *word, const void *rows, size_t count,
                          size_t bytes, struct error *error);

#endif
