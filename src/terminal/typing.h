/* typing.h: typing on a terminal without a full screen: a prompt, a line, its outcome, and so
 * on. */
#ifndef TERMINAL_TYPING_H
#define TERMINAL_TYPING_H

#include "command/interpreter.h"

/* From now on Ctrl-C does not end the program, but what it is doing: faces ask for it. */
void typing_watch(void);

/* Let the user type until they leave; the interpreter's face prints. Ctrl-C clears the line.
 *   returns  false with `error` set if the line editor cannot be started */
bool typing_interact(struct interpreter *interpreter, struct error *error);

/* Let the user look around, and type commands, while a scenario waits: an empty line goes on,
 * Ctrl-D leaves the rest of it, and so does Ctrl-C where it is watched for. See struct face. */
enum pause_end typing_pause(struct interpreter *interpreter, const struct pause *pause);

/* Whether Ctrl-C was pressed since the last call; for faces, while a command runs. */
bool typing_interrupted(void);

#endif
