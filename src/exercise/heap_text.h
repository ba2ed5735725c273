/* heap_text.h: the heap that an exercise is about, in characters: for paper, and for pipes. */
#ifndef EXERCISE_HEAP_TEXT_H
#define EXERCISE_HEAP_TEXT_H

#include "exercise/exercise.h"

/* Append "best-fit; header 8, alignment 16, order lifo; sizes are rounded up to the alignment":
 * the rules by which the heap of a session works, in bytes. Costs a heap process. */
void heap_text_add_rules(const struct session *session, struct text *text);

/* Append what a block is: "A, 250 asked for", "free", "the heap's own". */
void heap_text_add_block(const struct picture *picture, const struct block *block,
                         struct text *text);

/* Append the free lists that are not empty, a line for each: "free list: +0x01b8 (128), ...". */
void heap_text_add_lists(struct session *session, struct text *text);

/* Append all of it: a line for the rules, one for each block, and the free lists. */
void heap_text_add(struct session *session, struct text *text);

#endif
