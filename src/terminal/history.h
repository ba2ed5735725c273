/* history.h: the lines typed, kept across sessions in a file of one line each.
 *
 * A line is appended as soon as it is typed, in one write, so that neither a crash nor another
 * session loses any. When a session starts and the file has grown to twice what is kept, it is
 * written anew beside itself and renamed into its place; what another session appends in just that
 * moment is lost. */
#ifndef TERMINAL_HISTORY_H
#define TERMINAL_HISTORY_H

#include <stdbool.h>

#include "base/error.h"

enum { HISTORY_LINES = 1000 };

struct history_file {
    char *path; /* NULL: nothing is kept */
    bool torn;  /* the last line in the file has no end */
};

/* Find the file under $XDG_STATE_HOME/heapglass (~/.local/state/heapglass), make its directory, and
 * tell `enter` of the last HISTORY_LINES lines. Where there is no place for it, nothing is kept.
 *   returns  false with `error` set if there is a place, but it cannot be used */
bool history_file_open(struct history_file *file, void (*enter)(void *context, const char *line),
                       void *context, struct error *error);
void history_file_close(struct history_file *file);

/* Append a line. On failure the file is given up, once, with `error` set. */
bool history_file_add(struct history_file *file, const char *line, struct error *error);

#endif
