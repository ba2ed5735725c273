/* import.h: traces in place of scenarios: whether a file is one, and running one as a session. */
#ifndef COMMAND_IMPORT_H
#define COMMAND_IMPORT_H

#include "command/interpreter.h"

/* Whether the file at a path, by how it begins, is a trace. One that cannot be read is none. */
bool import_is_trace(const char *path);

/* Whether a word is a command that, as the first of the command line, takes what the others name:
 * import, attach, open. */
bool import_is_opener(const char *word);

/* Run interpreter->opener, or import, of a file as a command of its own.
 *   errors  ERROR_TOLD where that failed, of which the face has been told */
bool import_run_file(struct interpreter *interpreter, const char *path, struct error *error);

#endif
