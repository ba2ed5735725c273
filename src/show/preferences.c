/* preferences.c: see preferences.h. */
#include "show/preferences.h"

#include <stddef.h>
#include <string.h>

static const char *const addresses[] = {
    [ADDRESSES_OFFSET] = "offset",
    [ADDRESSES_ABSOLUTE] = "absolute",
    NULL,
};
static const char *const themes[] = {
    [THEME_DARK] = "dark",
    [THEME_LIGHT] = "light",
    [THEME_HIGH_CONTRAST] = "high-contrast",
    [THEME_COLOR_BLIND] = "color-blind",
    [THEME_MONO] = "mono",
    [THEMES] = NULL,
};
static const char *const maps[] = {
    [MAP_ROWS] = "rows",
    [MAP_HILBERT] = "hilbert",
    NULL,
};
static const char *const steps[] = {
    [STEP_OFF] = "off",
    [STEP_ON] = "on",
    NULL,
};

static const struct preference_info preferences[PREFERENCES] = {
    [PREFERENCE_ADDRESSES] = {"addresses", "as offsets from the heap's start, or absolute",
                              addresses, 0},
    [PREFERENCE_THEME] = {"theme", "the colours of the full screen", themes, 0},
    [PREFERENCE_MAP] = {"map", "the map's cells go in rows, or along a Hilbert curve", maps, 0},
    [PREFERENCE_STEP] = {"step", "play each step event by event, in the full screen", steps, 0},
    [PREFERENCE_SPEED] = {"speed", "events a second while a step plays; 0: wait for Space", NULL,
                          SPEED_MOST},
};

const struct preference_info *preference_info(unsigned preference)
{
    return preference < PREFERENCES ? &preferences[preference] : NULL;
}

unsigned preference_find(const char *name)
{
    unsigned preference = 0;

    while (preference < PREFERENCES && strcmp(preferences[preference].name, name) != 0)
        preference++;
    return preference;
}

void preference_suggest(struct suggestion *suggestion)
{
    for (unsigned preference = 0; preference < PREFERENCES; preference++)
        suggestion_consider(suggestion, preferences[preference].name);
}
