/* file.h: writing a file so that it is there whole or not at all, and reading one whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Write `text` to the file at `path`: into another file beside it first, which takes its place.
 *   replaces  whether a file that is there may be replaced; what is no regular file never is
 *   returns   false with `error` set, and what was there as it was */
bool file_write(const char *path, const struct text *text, bool replaces, struct error *error);

/* Append all that is in a file, also in one whose size the kernel does not tell, as of /proc.
 *   returns  false with errno set if it cannot be read; what was read by then is appended */
bool file_read(const char *path, struct text *text);

/* Why a file that begins so is no text before something is done with it: "it is compressed; zcat
 * unpacks it"; NULL where that is not known. */
const char *file_packed(const char *bytes, size_t size);

#endif
