/* confine.h: what the commands of somebody who is not trusted may reach: the heap, and files to
 * read that lie in one folder. */
#ifndef COMMAND_CONFINE_H
#define COMMAND_CONFINE_H

#include "command/interpreter.h"
#include "command/parser.h"

/* Whether the path leads to a regular file in the folder, or in one of its own, whatever links it
 * goes by. Else false, with `error` set.
 *   folder  without links: realpath(3) */
bool confine_is_inside(const char *folder, const char *path, struct error *error);

/* Whether the command may be carried out where the interpreter is confined. */
bool confine_allows(const struct interpreter *interpreter, const struct parsed *parsed,
                    struct error *error);

#endif
