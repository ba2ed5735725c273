/* display.h: the terminal as a display: a grid goes out, keys come in. The one module that includes
 * curses; it owns the terminal's modes, and gives the terminal back on every way out: a return, an
 * exit, a signal, a failed assertion. */
#ifndef TERMINAL_DISPLAY_H
#define TERMINAL_DISPLAY_H

#include <stdbool.h>

#include "base/error.h"
#include "terminal/keys.h"
#include "view/grid.h"

enum color_use { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Take over the terminal.
 *   returns  false with `error` set if it cannot move the cursor, or is none */
bool display_open(enum color_use color, struct error *error);

/* Give it back. Does nothing if it is not taken. */
void display_close(void);

/* Use this theme from now on; see theme.h. */
void display_set_theme(unsigned theme);

/* The size of the terminal, as last heard of. */
void display_size(int *ret_rows, int *ret_columns);

/* Show a grid of the display's size, and the cursor. Only what changed is sent.
 *   before      the grid that was shown last, or an empty one
 *   cursor_row  -1 to hide the cursor */
void display_draw(const struct grid *grid, const struct grid *before, int cursor_row,
                  int cursor_column);

/* Send everything anew with the next draw, for a screen that somebody else has written on. */
void display_redraw(void);

/* Wait for a key or a new size.
 *   timeout_ms  how long at most; -1 for as long as it takes
 *   other       a descriptor to wait for as well; -1 for none
 *   returns     KEY_KIND_NONE when the time has passed or `other` has become readable */
struct key display_read_key(int timeout_ms, int other);

/* Let the next display_read_key return `key`, which it returned last. */
void display_unread_key(const struct key *key);

/* Whether Ctrl-C has been typed by now, which makes void what was typed before it; else what has
 * been typed is kept for display_read_key. Ctrl-Z stops the program at once. A new size is heard
 * of. */
bool display_interrupted(void);

/* Stop the program, as Ctrl-Z asks; returns when it goes on. */
void display_suspend(void);

#endif
