/* keys.h: what comes from the keyboard and the mouse, without curses' numbers. */
#ifndef TERMINAL_KEYS_H
#define TERMINAL_KEYS_H

#include <wchar.h>

enum key_kind {
    KEY_KIND_NONE,      /* no key within the time given */
    KEY_KIND_CHARACTER, /* `character` */
    KEY_KIND_PASTED,    /* `character`, which is text, whatever it is as a key */
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
    KEY_KIND_F1, /* and on up to F12 */
    KEY_KIND_F2,
    KEY_KIND_F3,
    KEY_KIND_F4,
    KEY_KIND_F5,
    KEY_KIND_F6,
    KEY_KIND_F7,
    KEY_KIND_F8,
    KEY_KIND_F9,
    KEY_KIND_F10,
    KEY_KIND_F11,
    KEY_KIND_F12,
    KEY_KIND_CLICK,      /* the mouse, at `row` and `column` */
    KEY_KIND_DRAG,       /* it was moved there, the button being held */
    KEY_KIND_WHEEL_UP,   /* as a click */
    KEY_KIND_WHEEL_DOWN, /* the same */
    KEY_KIND_RESIZE,
    KEY_KIND_CLOSED, /* the terminal is gone */
    KEY_KIND_OTHER,  /* a key without a name here, by its `sequence` */
};

/* What goes before a character, or with it. */
enum key_prefix { PREFIX_NONE, PREFIX_ALT, PREFIX_CONTROL_X };

enum { KEY_SEQUENCE_MOST = 16 };

struct key {
    enum key_kind kind;
    wchar_t character;
    enum key_prefix prefix;
    int row, column;
    char sequence[KEY_SEQUENCE_MOST]; /* what the terminal sent; "" where that is not known */
};

enum {
    CONTROL_C = 'C' & 0x1f,
    CONTROL_L = 'L' & 0x1f,
    CONTROL_V = 'V' & 0x1f,
    CONTROL_X = 'X' & 0x1f,
    CONTROL_Z = 'Z' & 0x1f,
    ENTER = '\r',
    ESCAPE = 0x1b,
};

#endif
