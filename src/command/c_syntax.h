/* c_syntax.h: C, as it is written on a blackboard, read as commands.
 *
 *      char *p = malloc(10 * sizeof(int));     alloc p 40
 *      q = p + 8;                              let q = p + 8
 *      free(p);                                free p
 *
 * A statement of C becomes the tokens of the command that means it, each with the place in the line
 * where it was written, so that whatever is wrong with it is pointed at there. One table says which
 * call is which command; a step reads as C by it, too. */
#ifndef COMMAND_C_SYNTAX_H
#define COMMAND_C_SYNTAX_H

#include "base/text.h"
#include "command/lexer.h"
#include "session/step.h"

/* Read the next statement of a line, of either language: as lexer_next does. */
bool statement_next(const char *line, size_t *position, struct statement *statement,
                    struct error *error);

/* Append the step as a statement of C, "p = malloc(40);"; nothing if C has none for it.
 *   names  of the step's two variables */
void c_syntax_add_step(const struct step *step, const char *const names[2], struct text *text);

#endif
