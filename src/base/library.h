/* library.h: the libraries that belong to the program and that it does not link with: where they
 * are, wherever both were moved. */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Find one, in the build folder, where it was installed together with the program, or where both
 * were meant to be installed.
 *   name      "libheapglass-malloc.so"
 *   room      of the source, which is the folder that it is built in: "preload"
 *   ret_path  set; to be given back, also on failure */
bool library_find(const char *name, const char *room, struct text *ret_path, struct error *error);

#endif
