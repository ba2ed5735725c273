/* library.h: what belongs to the program and lies beside it, wherever both were moved: libraries
 * that it does not link with, and others. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Append the folder of the program that is running, with a slash. */
void library_add_own_folder(struct text *path);

/* Find a library, in the build folder, where it was installed together with the program, or where
 * both were meant to be installed.
 *   name      "libheapglass-malloc.so"
 *   room      of the source, which is the folder that it is built in: "preload"
 *   ret_path  set; to be given back, also on failure */
bool library_find(const char *name, const char *room, struct text *ret_path, struct error *error);

#endif
