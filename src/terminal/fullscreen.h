/* fullscreen.h: the full screen: views on the display, keys to the editor, lines to the
 * interpreter. */
#ifndef TERMINAL_FULLSCREEN_H
#define TERMINAL_FULLSCREEN_H

#include "command/interpreter.h"
#include "terminal/ink.h"
#include "view/options.h"

struct fullscreen;

/* Take over the terminal for `session`, of which `show` says what is looked at.
 *   returns  NULL with `error` set if the terminal cannot show a full screen */
struct fullscreen *fullscreen_create(struct session *session, struct show *show,
                                     const struct view_options *options, enum color_use color,
                                     struct error *error);
void fullscreen_destroy(struct fullscreen *fullscreen);

/* The face that the interpreter is to tell. */
struct face fullscreen_face(struct fullscreen *fullscreen);

/* Say something beside what the last command said. */
void fullscreen_note(struct fullscreen *fullscreen, const char *note);

/* Get ready for commands of `interpreter`, in whose pauses the user can type. False with `error`
 * set if the line editor cannot be started. */
bool fullscreen_begin(struct fullscreen *fullscreen, struct interpreter *interpreter,
                      struct error *error);

/* Let the user type until they leave. */
void fullscreen_interact(struct fullscreen *fullscreen);

#endif
