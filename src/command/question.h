/* question.h: a question that a scenario asks, and whether an answer is right. */
#ifndef COMMAND_QUESTION_H
#define COMMAND_QUESTION_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

struct question {
    const char *choices; /* "yes|no"; "?" for a number or a word of one's own */
    struct text words, answer, why;
};

void question_finish(struct question *question);

/* Set answer and why from "no The hole is too small.". */
bool question_set_answer(struct question *question, const char *text, struct error *error);

/* Whether the answer is one of the choices. */
bool question_check(const struct question *question, struct error *error);

/* Append the question, and what the answers are. */
void question_add(const struct question *question, struct text *text);

/* Whether what was typed is an answer; one that is shortened then stands in full, and a number is
 * that of a choice. */
bool question_accepts(const struct question *question, struct text *given);

bool question_is_right(const struct question *question, const struct text *given);

/* Append what comes of an answer; of none if it is empty. */
void question_add_reply(const struct question *question, const struct text *given, bool is_right,
                        struct text *text);

#endif
