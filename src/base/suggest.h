/* suggest.h: the word that somebody probably meant. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

/* Collects candidates for a misspelt word and keeps the nearest: fewest letters wrong, missing,
 * added or exchanged with their neighbour, and at most a third of the word. */
struct suggestion {
    const char *word;
    const char *best; /* NULL while nothing comes near */
    size_t distance;  /* of the best; SIZE_MAX while there is none */
};

struct suggestion suggestion_for(const char *word);
void suggestion_consider(struct suggestion *suggestion, const char *candidate);

#endif
