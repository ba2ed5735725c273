/* user_file.h: the files that the program keeps for its user, where the XDG base directory
 * specification wants them. */
#ifndef BASE_USER_FILE_H
#define BASE_USER_FILE_H

#include <stdbool.h>

/* "$VARIABLE/heapglass/NAME" or, where that is not set, "$HOME/FALLBACK/heapglass/NAME".
 *   returns  a path to be freed; NULL where there is no place for it */
char *user_file_path(const char *variable, const char *fallback, const char *name);

/* Make the directories that a path leads through; false with errno set if that fails. */
bool user_file_make_directories(const char *path);

#endif
