/* stack_word.h: whose the words of the stack are, in words. */
#ifndef EXPLAIN_STACK_WORD_H
#define EXPLAIN_STACK_WORD_H

#include "base/text.h"
#include "session/picture.h"

/* Append "x", or "main's x" for a variable that is not in the frame on top. */
void stack_word_add_variable(const struct picture *picture, uint32_t place, struct text *text);

/* The same of what the user calls by a name: "x" where that is stack data and its first slot "x.0".
 */
void stack_word_add_own(const struct picture *picture, uint32_t place, struct text *text);

/* Append what the word in a place is part of: a variable, "f's return address", "a frame that is
 * gone". */
void stack_word_add(const struct picture *picture, uint32_t place, struct text *text);

/* The place of the next word further up that is part of something else; NO_VARIABLE behind the
 * last.
 *   place  of a word; of stack data, its lowest */
uint32_t stack_word_above(const struct picture *picture, uint32_t place);

#endif
