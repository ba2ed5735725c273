/* suggest.c: see suggest.h. */
#include "base/suggest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { WORD_MAX = 31 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A word in lower case, and how long it is. */
struct folded {
    char letters[WORD_MAX + 1];
    size_t length;
};

/* Fold a word; false where it is too long. */
static bool fold(const char *word, struct folded *folded)
{
    size_t i = 0;

    for (; word[i]; i++) {
        if (i == WORD_MAX)
            return false;
        folded->letters[i] = (char)tolower((unsigned char)word[i]);
    }
    folded->length = i;
    return true;
}

/* The optimal string alignment distance of two words; or any number above `most`, if it is. */
static size_t distance(const struct folded *a, const struct folded *b, size_t most)
{
    size_t rows[3][WORD_MAX + 1], least_above = 0;

    if (a->length > b->length + most || b->length > a->length + most)
        return most + 1;
    for (size_t j = 0; j <= b->length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a->length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        char letter = a->letters[i - 1];
        size_t least = row[0] = i;

        for (size_t j = 1; j <= b->length; j++) {
            row[j] = smaller(above[j] + 1, row[j - 1] + 1);
            row[j] = smaller(row[j], above[j - 1] + (letter != b->letters[j - 1]));
            if (i > 1 && j > 1 && letter == b->letters[j - 2] &&
                a->letters[i - 2] == b->letters[j - 1])
                row[j] = smaller(row[j], two_above[j - 2] + 1);
            least = smaller(least, row[j]);
        }
        if (least > most && least_above > most)
            return most + 1;
        least_above = least;
    }
    return rows[a->length % 3][b->length];
}

struct suggestion suggestion_for(const char *word)
{
    return (struct suggestion){.word = word, .distance = SIZE_MAX};
}

void suggestion_consider(struct suggestion *suggestion, const char *candidate)
{
    struct folded word, other;
    size_t wrong, most;

    if (suggestion->distance == 0 || !fold(suggestion->word, &word) || !fold(candidate, &other))
        return;
    most = smaller((word.length + 2) / 3, suggestion->distance - 1);
    wrong = distance(&word, &other, most);
    if (wrong <= most && (wrong == 0 || wrong < word.length)) {
        suggestion->best = candidate;
        suggestion->distance = wrong;
    }
}

bool suggestion_add(const struct suggestion *suggestion, struct error *error)
{
    if (suggestion->best)
        error_append(error, "; did you mean '%s'?", suggestion->best);
    return suggestion->best != NULL;
}
