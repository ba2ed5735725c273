/* answer.h: the forms that answers have, and how they are read. */
#ifndef EXERCISE_ANSWER_H
#define EXERCISE_ANSWER_H

#include "base/text.h"
#include "session/free_lists.h"
#include "session/picture.h"

enum answer_kind {
    ANSWER_BLOCK,   /* the offset of a block: "+0x00b8" */
    ANSWER_NUMBER,  /* "3" */
    ANSWER_PERCENT, /* "62.5" */
    ANSWER_CHOICE,  /* a word */
    ANSWER_SIZES    /* numbers, in order, separated by blanks: "208 96"; "none" for none */
};

/* Read what was given into the form that answers of its kind have.
 *   picture  of the heap that is asked about
 *   choices  of a choice: "yes|no"
 *   text     to which it is appended
 *   returns  false with `error` set where it cannot be an answer */
bool answer_read(enum answer_kind kind, const struct picture *picture, const char *choices,
                 const char *given, struct text *text, struct error *error);

/* Whether two answers are the same; percentages need be so to half a percent only. */
bool answer_is(enum answer_kind kind, const char *one, const char *other);

/* Append the form of each kind. */
void answer_add_block(uint64_t at, struct text *text);
void answer_add_percent(double ratio, struct text *text);

/* Append the sizes of all blocks on the lists, list by list, head first. */
void answer_add_sizes(const struct picture *picture, const struct free_lists *lists,
                      struct text *text);

/* Append the choices in words: "none, left, right or both". */
void answer_add_choices(const char *choices, struct text *text);

#endif
