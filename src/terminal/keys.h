/* keys.h: what comes from the keyboard, without curses' numbers. */
#ifndef TERMINAL_KEYS_H
#define TERMINAL_KEYS_H

#include <wchar.h>

enum key_kind {
    KEY_KIND_NONE,      /* no key within the time given */
    KEY_KIND_CHARACTER, /* `character` */
    KEY_KIND_LEFT,
    KEY_KIND_RIGHT,
    KEY_KIND_UP,
    KEY_KIND_DOWN,
    KEY_KIND_HOME,
    KEY_KIND_END,
    KEY_KIND_BACKSPACE,
    KEY_KIND_DELETE,
    KEY_KIND_PAGE_UP,
    KEY_KIND_PAGE_DOWN,
    KEY_KIND_HELP,
    KEY_KIND_RESIZE,
    KEY_KIND_CLOSED, /* the terminal is gone */
    KEY_KIND_OTHER,
};

struct key {
    enum key_kind kind;
    wchar_t character;
};

enum {
    CONTROL_C = 'C' & 0x1f,
    CONTROL_L = 'L' & 0x1f,
    CONTROL_Z = 'Z' & 0x1f,
    ESCAPE = 0x1b,
};

#endif
