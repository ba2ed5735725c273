/* display.h: the terminal as a display: a grid goes out. It owns the terminal's modes, and gives
 * the terminal back on every way out: a return, an exit, a signal, a failed assertion. Of the
 * modules that include curses, ink.h knows its colours, and keyboard.h its keys. */
#ifndef TERMINAL_DISPLAY_H
#define TERMINAL_DISPLAY_H

#include <stdbool.h>

#include "base/error.h"
#include "terminal/ink.h"
#include "view/grid.h"

/* Take over the terminal.
 *   returns  false with `error` set if it cannot move the cursor, or is none */
bool display_open(enum color_use color, struct error *error);

/* Give it back. Does nothing if it is not taken. */
void display_close(void);

/* Use this theme from now on; see theme.h. */
void display_set_theme(unsigned theme);

/* Hear of the mouse, or leave it to the terminal. */
void display_set_mouse(bool is_on);

/* The size of the terminal, as last heard of. */
void display_size(int *ret_rows, int *ret_columns);

/* Show a grid of the display's size, and the cursor. Only what changed is sent.
 *   before      the grid that was shown last, or an empty one
 *   cursor_row  -1 to hide the cursor */
void display_draw(const struct grid *grid, const struct grid *before, int cursor_row,
                  int cursor_column);

/* Send everything anew with the next draw, for a screen that somebody else has written on. */
void display_redraw(void);

/* Take over the terminal's size, whatever it is by now. */
void display_resize(void);

/* Let somebody else have the terminal for a while, with every key as it is; and take it back. */
void display_lend(void);
void display_take_back(void);

/* Stop the program, as Ctrl-Z asks; returns when it goes on. */
void display_suspend(void);

#endif
