/* typing.h: typing on a terminal without a full screen: a prompt, a line, its outcome, and again.
 * */
#ifndef TERMINAL_TYPING_H
#define TERMINAL_TYPING_H

#include "command/interpreter.h"

/* Let the user type until they leave; the interpreter's face prints. Ctrl-C clears the line.
 *   returns  false with `error` set if the line editor cannot be started */
bool typing_interact(struct interpreter *interpreter, struct error *error);

/* Whether Ctrl-C was pressed since the last call; for faces, while a command runs. */
bool typing_interrupted(void);

#endif
