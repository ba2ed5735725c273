/* parameter.h: the one table of what a command can be given: how it is read, and what the line that
 * is being typed can go on with. */
#ifndef COMMAND_PARAMETER_H
#define COMMAND_PARAMETER_H

#include "command/command.h"
#include "command/completion.h"
#include "command/lexer.h"

/* ---- A completion in the making ---- */

struct completer {
    const struct session *session;
    struct completion completion;
    const struct statement *statement; /* that is being typed, */
    size_t index;                      /* the number of the word at hand, */
    const char *word;                  /* and what stands there so far */
};

/* Take the candidate, or all up to a NULL, where what stands there so far can become it. */
void completer_consider(struct completer *completer, const char *candidate);
void completer_consider_all(struct completer *completer, const char *const *candidates);

void completer_consider_commands(struct completer *completer);
void completer_consider_variables(struct completer *completer);

/* Consider what the word at hand can be, of a command that is the word number `first`. */
void completer_consider_word(struct completer *completer, size_t first);

/* ---- The table ---- */

struct parameter_kind {
    bool is_name;    /* names of variables: the command runs once for each */
    bool takes_rest; /* all the rest of the command, as it stands */
    /* Read a word that stands for a number; NULL: it stays text. */
    bool (*read)(const char *text, uint64_t *ret_number, struct error *error);
    const char *const *words; /* some that it can be, up to a NULL; NULL: none in particular */
    /* Consider what else the word at hand can be; NULL: nothing that is known. */
    void (*complete)(struct completer *completer);
};

const struct parameter_kind *parameter_kind(enum parameter_type type);

#endif
