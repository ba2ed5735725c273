/* user_file.h: the files that the program keeps for its user, where the XDG base directory
 * specification wants them. */
#ifndef BASE_USER_FILE_H
#define BASE_USER_FILE_H

#include <stdbool.h>

#include "base/error.h"

/* "$VARIABLE/heapglass/NAME" or, where that is not set, "$HOME/FALLBACK/heapglass/NAME".
 *   returns  a path to be freed; NULL where there is no place for it */
char *user_file_path(const char *variable, const char *fallback, const char *name);

/* Make the directories that lead to such a file. Where its user lives is not for the program to
 * make: neither $HOME nor, unless it lies there, $VARIABLE.
 *   path     of user_file_path, from the same VARIABLE
 *   returns  false with errno set if that fails */
bool user_file_make_directories(const char *variable, const char *path);

/* Open such a file for reading: a regular one, or a device.
 *   returns  a descriptor; -1 with `error` set if it cannot be read, ERROR_MISSING if it is not
 *            there */
int user_file_open(const char *path, struct error *error);

#endif
