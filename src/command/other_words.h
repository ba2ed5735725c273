/* other_words.h: what commands of other tools are called here.
 *
 * Who comes from a debugger with a view of malloc, from valgrind or from the malloc lab types the
 * words of these. None is a command: the error names the one that does the same. */
#ifndef COMMAND_OTHER_WORDS_H
#define COMMAND_OTHER_WORDS_H

#include <stddef.h>

struct other_words {
    const char *words; /* of others, between spaces */
    const char *command, *does;
};

/* The row with this number, from 0; NULL beyond the last. */
const struct other_words *other_words_at(size_t index);

/* The row that has the word; NULL for none. */
const struct other_words *other_words_find(const char *word);

#endif
