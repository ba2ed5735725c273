/* paste.h: text that is pasted, which the terminal puts in brackets: ESC [ 2 0 0 ~ before it, and
 * ESC [ 2 0 1 ~ behind it. All that comes between is text, whatever it is as a key. */
#ifndef TERMINAL_PASTE_H
#define TERMINAL_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* What the terminal sends before. */
#define PASTE_BEGIN "\033[200~"

enum { PASTE_END_LENGTH = 6 };

/* Where in a paste we are. All zero is outside of one. */
struct paste {
    bool is_open;                        /* its end has not come yet */
    size_t matched;                      /* characters of the end that have come by now */
    wchar_t ready[PASTE_END_LENGTH + 1]; /* text that is not taken yet: [first, count) */
    size_t first, count;
};

/* The terminal has sent PASTE_BEGIN. */
void paste_open(struct paste *paste);

/* Take what the terminal sends next, while it is open and nothing is ready. */
void paste_feed(struct paste *paste, wchar_t character);

/* The next character of the text; false if none is ready. */
bool paste_take(struct paste *paste, wchar_t *ret_character);

#endif
