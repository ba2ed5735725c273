/* syntax.h: whether a scenario can be read, without a heap: that there are such commands, with such
 * arguments, and that each repeat has its end. */
#ifndef COMMAND_SYNTAX_H
#define COMMAND_SYNTAX_H

#include "command/face.h"

/* Check a file.
 *   tell     is told of each mistake, as of an outcome that is not ok
 *   returns  false with `error` set if it cannot be read
 *   ret_mistakes  how many there are */
bool syntax_check_file(const char *path, void (*tell)(void *context, const struct outcome *outcome),
                       void *context, size_t *ret_mistakes, struct error *error);

#endif
