/* notes.h: the speaker's notes of a scenario, on a terminal of their own. */
#ifndef NOTES_H
#define NOTES_H

#include "base/error.h"

struct notes;

/* Open the terminal, or a file that is there already, to write notes to its end.
 *   returns  NULL with `error` set if that cannot be */
struct notes *notes_open(const char *path, struct error *error);
/* NULL does nothing. */
void notes_close(struct notes *notes);

/* Write a note, as the face's function does; `context` is the notes. */
void notes_write(void *context, const char *text);

#endif
