/* pointer.h: pointers as users write them: what a variable or a slot holds, where a variable lies,
 * so many bytes beyond, NULL. */
#ifndef COMMAND_POINTER_H
#define COMMAND_POINTER_H

#include "command/slot.h"
#include "session/session.h"

/* Read "A", "A+8", "&x", "&x+8" or "NULL" into the action: up to an arrow, or to the end. A let may
 * also read "A.0", and then is a load.
 *   other  where the name is kept that the action then has */
bool reader_pointer(struct reader *reader, char other[SCOPED_NAME_MAX + 1], struct action *action,
                    struct error *error);

/* Whether an arrow is next. */
bool reader_is_at_arrow(const struct reader *reader);

#endif
