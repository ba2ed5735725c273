/* keyboard.h: the keyboard and the mouse of the terminal that the display has, and its new
 * sizes. */
#ifndef TERMINAL_KEYBOARD_H
#define TERMINAL_KEYBOARD_H

#include <stdbool.h>

#include "terminal/keys.h"

enum { KEYBOARD_OTHERS = 2 };

/* Hear of new sizes from now on. To be called before the display is opened. */
void keyboard_open(void);

/* Tell pasted text from keys, and control characters from keys that some terminals have for them,
 * from now on. To be called when the display is open. */
void keyboard_define(void);

/* Forget what has been typed ahead, and what is just being pasted. */
void keyboard_close(void);

/* Wait for a key or a new size.
 *   timeout_ms  how long at most; -1 for as long as it takes
 *   others      descriptors to wait for as well, -1 for none; NULL for none at all
 *   returns     KEY_KIND_NONE when the time has passed or one of them has become readable */
struct key keyboard_read(int timeout_ms, const int others[KEYBOARD_OTHERS]);

/* Let the next keyboard_read return `key`, which it returned last. */
void keyboard_unread(const struct key *key);

/* Whether Ctrl-C has been typed by now, which makes void what was typed before it; else what has
 * been typed is kept for keyboard_read. Ctrl-Z stops the program at once. A new size is heard
 * of. */
bool keyboard_interrupted(void);

#endif
