/* user.h: what the user set up once: a config file, which is a scenario of settings, and the
 * layout of the screen, as it was last. */
#ifndef USER_H
#define USER_H

#include "command/interpreter.h"
#include "options.h"

/* Run the config file, if there is one; what is wrong in it is told to the face and passed over.
 * What the command line says counts for more.
 *   returns  false with `error` set if it cannot be read */
bool user_configure(struct interpreter *interpreter, const struct options *options,
                    struct error *error);

/* Take over the layout of the last session, unless there is one already; false with `error` set if
 * it cannot be read. */
bool user_load_layout(struct interpreter *interpreter, struct error *error);

/* Keep the layout for the next session, unless it is still as it was `before`; false with `error`
 * set if that fails. */
bool user_save_layout(const struct interpreter *interpreter, const struct panel_choice *before,
                      struct error *error);

#endif
