/* restore.h: the way back: whatever ends or stops the program, the terminal is given back as it
 * was. What curses or libedit do when all is well is done for them where a signal ends the
 * program. */
#ifndef TERMINAL_RESTORE_H
#define TERMINAL_RESTORE_H

#include <termios.h>

/* What a terminal is sent so that it tells pasted text from keys, and so that it no longer does. */
#define RESTORE_PASTES "\033[?2004h"
#define RESTORE_NO_PASTES "\033[?2004l"

/* And so that it tells how the mouse moves while a button is held: curses does not ask for it. */
#define RESTORE_DRAGS "\033[?1002h"
#define RESTORE_NO_DRAGS "\033[?1002l"

/* From now on a signal that ends the program gives the terminal back first; nothing is to be sent
 * yet. May be called again to begin anew.
 *   modes  as they were before */
void restore_open(const struct termios *modes);

/* Forget about it: the terminal has been given back. */
void restore_close(void);

/* Send `sequence` as well where a signal ends the program; NULL for none. */
void restore_add(const char *sequence);

/* Send `sequence` on every way out, and `again` when the program goes on after it was stopped; NULL
 * for none. */
void restore_add_always(const char *sequence, const char *again);

/* Send what is sent on every way out: the program leaves by itself. */
void restore_leave(void);

/* Send what is sent when the program comes back. */
void restore_come_back(void);

#endif
