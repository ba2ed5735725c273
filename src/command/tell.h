/* tell.h: telling the face what came of the command at hand, which is then done with. */
#ifndef COMMAND_TELL_H
#define COMMAND_TELL_H

#include "command/interpreter.h"

/* It failed: the name of the command goes before the words, and its place is where they have
 * none. */
void tell_failure(struct interpreter *interpreter, const struct error *error);

/* It failed; the words are as they are to be read. */
void tell_error(struct interpreter *interpreter, const struct error *error);

/* It made the last step. */
void tell_step(struct interpreter *interpreter);

/* It made a step, or has something to say or to show. */
void tell_success(struct interpreter *interpreter);

#endif
