/* suggest.h: the word that somebody probably meant. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Collects candidates for a misspelt word and keeps the nearest: fewest letters wrong, missing,
 * added or exchanged with their neighbour, and at most a third of the word. */
struct suggestion {
    const char *word;
    const char *best; /* NULL while nothing comes near */
    size_t distance;  /* of the best; SIZE_MAX while there is none */
};

struct suggestion suggestion_for(const char *word);
void suggestion_consider(struct suggestion *suggestion, const char *candidate);

/* Append "; did you mean 'BEST'?" to an error that says that there is no such word. Returns false
 * where nothing comes near: then it is for the caller to say what there is. */
bool suggestion_add(const struct suggestion *suggestion, struct error *error);

#endif
