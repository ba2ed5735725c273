/* import.h: traces in place of scenarios: whether a file is one, and running one as a session. */
#ifndef COMMAND_IMPORT_H
#define COMMAND_IMPORT_H

#include "command/command.h"
#include "command/interpreter.h"

/* Whether the file at a path, by how it begins, is a trace. One that cannot be read is none. */
bool import_is_trace(const char *path);

/* Whether a word is a command that, as the first of the command line, takes what the others name:
 * import, attach, open. */
bool import_is_opener(const char *word);

/* Solve an exercise of OSTEP's, if that is what is to be imported: "ostep -s 3", or a file that
 * begins with such a line, or with that of the book's program.
 *   ret_good  what came of it
 *   returns   false where it is something else */
bool import_ostep(struct interpreter *interpreter, const struct arguments *arguments,
                  bool *ret_good, struct error *error);

/* Run interpreter->opener, or import, of a file as a command of its own.
 *   errors  ERROR_TOLD where that failed, of which the face has been told */
bool import_run_file(struct interpreter *interpreter, const char *path, struct error *error);

#endif
