/* preferences.h: how the user wants to see things, and how steps to come are to be made. Unlike a
 * heap's settings they change no heap that there is. */
#ifndef SHOW_PREFERENCES_H
#define SHOW_PREFERENCES_H

#include <stdint.h>

#include "base/error.h"
#include "base/suggest.h"

enum preference {
    PREFERENCE_ADDRESSES,
    PREFERENCE_THEME,
    PREFERENCE_MAP,
    PREFERENCE_STEP,
    PREFERENCE_SPEED,
    PREFERENCE_SYNTAX,
    PREFERENCE_MOUSE,
    PREFERENCE_PRESENT,
    PREFERENCE_CHECK,
    PREFERENCE_GC,
    PREFERENCE_GC_STEP,
    PREFERENCE_KEEP,
    PREFERENCES /* how many there are */
};

enum { ADDRESSES_OFFSET, ADDRESSES_ABSOLUTE };
enum { THEME_DARK, THEME_LIGHT, THEME_HIGH_CONTRAST, THEME_COLOR_BLIND, THEME_MONO, THEMES };
enum { MAP_ROWS, MAP_HILBERT };
enum { STEP_OFF, STEP_ON };
enum { SYNTAX_COMMANDS, SYNTAX_C };
enum { MOUSE_ON, MOUSE_OFF };
enum { PRESENT_OFF, PRESENT_ON };
enum { CHECK_OFF, CHECK_EACH };
enum { GC_OFF, GC_AUTO };
enum { GC_STEP_WORD, GC_STEP_BYTE };
enum { KEEP_1G, KEEP_1M, KEEP_16M, KEEP_256M, KEEP_4G, KEEP_16G, KEEP_ALL };

enum { SPEED_MOST = 60 };

/* Every preference is 0 at first. */
struct preference_info {
    const char *name;
    const char *summary;
    const char *const *choices; /* the values 0, 1, ... by name, up to a NULL; NULL for a number */
    unsigned most;              /* the largest number */
};

/* The preference with this number; NULL beyond the last. */
const struct preference_info *preference_info(unsigned preference);

/* The number of the preference called `name`; PREFERENCES if there is none. */
unsigned preference_find(const char *name);

/* Read a value of a preference.
 *   errors  it can be no such thing, and what it can be */
bool preference_parse(const struct preference_info *info, const char *text, unsigned *ret_value,
                      struct error *error);

/* The bytes that a value of PREFERENCE_KEEP says; UINT64_MAX of KEEP_ALL. */
uint64_t preference_kept_bytes(unsigned value);

/* Consider every preference's name for what was probably meant. */
void preference_suggest(struct suggestion *suggestion);

#endif
