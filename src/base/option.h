/* option.h: what is wrong with a command line, said so that no argument reaches the terminal raw,
 * as it does in getopt_long's own messages. */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

/* Say on standard error why getopt_long answered '?' or ':', with opterr 0 and `letters`, which
 * begin with ':' (behind a '+' or '-').
 *   arguments  as they were given to getopt_long just now */
void option_tell_wrong(const char *program, int answer, const char *letters,
                       char *const *arguments);

#endif
