/* option.h: the options of a command line, as a table of rows; and what is wrong with them, said so
 * that no argument reaches the terminal raw, as it does in getopt_long's own messages. */
#ifndef BASE_OPTION_H
#define BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Takes an option's argument, which is NULL where there is none, into a field. Returns false with
 * `error` set, or told where it has said itself what is wrong. */
typedef bool option_take(void *field, const char *argument, struct error *error);

struct option_row {
    char letter; /* 0 if it has none */
    const char *name;
    const char *argument; /* what it takes, in brackets where it can do without; NULL for nothing */
    option_take *take;    /* NULL for what is asked for in place of all else, such as help */
    size_t offset;        /* of the field, in what all options are read into */
    const char *help;     /* one line, for whoever prints the rows; or NULL */
};

enum { OPTION_ROWS_MAX = 64 };

struct option_command {
    const char *name; /* what its messages begin with: "heapglass grade" */
    const char *help; /* what prints its help, if not NAME --help; or NULL */
    const struct option_row *rows;
    size_t row_count; /* OPTION_ROWS_MAX at most */
    /* Takes a word that is no option in its turn; false where the options end before it. NULL: they
     * may stand behind words, which are left. */
    bool (*take_word)(void *into, const char *word);
};

/* What an option is kept in that is no more than said: a bool, which becomes true, and a
 * const char *. */
bool option_take_switch(void *field, const char *argument, struct error *error);
bool option_take_text(void *field, const char *argument, struct error *error);

enum option_outcome {
    OPTION_READ,
    OPTION_ASKED, /* for what is told in place of all else */
    OPTION_WRONG  /* which was said on standard error */
};

/* What is left of a command line. */
struct option_line {
    char **words; /* those behind the options, up to a NULL */
    size_t word_count;
    const struct option_row *asked; /* the row that was asked for; NULL if there is none */
};

/* Read a command line whose first argument is the command's name. Its arguments are put into the
 * order of options and words.
 *   into      what the rows' fields lie in */
enum option_outcome option_read(const struct option_command *command, int count, char **arguments,
                                void *into, struct option_line *ret_line);

/* Say what else is wrong with a command line, and how to get help. */
void option_complain(const struct option_command *command, const char *what);

/* Rows of which an option's argument names one. */
struct option_choice {
    const char *option; /* "--format" */
    const void *rows;
    size_t count, bytes; /* of one, of which the first member is the name, a string */
};

/* Let a field point to the row that `word` names.
 *   field    is of type const struct THE_ROWS *
 *   returns  false with `error` set, which lists the names */
bool option_take_chosen(void *field, const struct option_choice *choice, const char *word,
                        struct error *error);

#endif
