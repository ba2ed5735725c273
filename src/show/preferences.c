/* preferences.c: see preferences.h. */
#include "show/preferences.h"

#include <stddef.h>
#include <string.h>

#include "base/choice.h"
#include "base/size.h"

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

static const char *const checks[] = {
    [CHECK_OFF] = "off",
    [CHECK_EACH] = "each",
    NULL,
};
static const char *const collecting[] = {
    [GC_OFF] = "off",
    [GC_AUTO] = "auto",
    NULL,
};
static const char *const gc_steps[] = {
    [GC_STEP_WORD] = "8",
    [GC_STEP_BYTE] = "1",
    NULL,
};

static const char *const kept[] = {
    [KEEP_1G] = "1G", [KEEP_1M] = "1M",   [KEEP_16M] = "16M", [KEEP_256M] = "256M",
    [KEEP_4G] = "4G", [KEEP_16G] = "16G", [KEEP_ALL] = "all", NULL,
};

static const char *const syntaxes[] = {
    [SYNTAX_COMMANDS] = "commands",
    [SYNTAX_C] = "c",
    NULL,
};

static const char *const mice[] = {
    [MOUSE_ON] = "on",
    [MOUSE_OFF] = "off",
    NULL,
};

static const char *const presenting[] = {
    [PRESENT_OFF] = "off",
    [PRESENT_ON] = "on",
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
    [PREFERENCE_SYNTAX] = {"syntax", "steps are titled with commands, or with C as well", syntaxes,
                           0},
    [PREFERENCE_MOUSE] = {"mouse", "points at blocks; off: it selects text, as Shift does always",
                          mice, 0},
    [PREFERENCE_PRESENT] = {"present",
                            "for a projector: the map, one figure and what is said, large",
                            presenting, 0},
    [PREFERENCE_CHECK] = {"check", "check the heap after each step", checks, 0},
    [PREFERENCE_GC] = {"gc", "collect garbage only when asked to, or before the heap would grow",
                       collecting, 0},
    [PREFERENCE_GC_STEP] = {"gc-step", "bytes from one place that gc looks at to the next",
                            gc_steps, 0},
    [PREFERENCE_KEEP] = {"keep", "of a program's steps; when they take more, the oldest go", kept,
                         0},
};

uint64_t preference_kept_bytes(unsigned value)
{
    static const unsigned char powers[] = {[KEEP_1G] = 30,   [KEEP_1M] = 20, [KEEP_16M] = 24,
                                           [KEEP_256M] = 28, [KEEP_4G] = 32, [KEEP_16G] = 34};

    return value < sizeof powers ? (uint64_t)1 << powers[value] : UINT64_MAX;
}

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

static bool parse_number(const struct preference_info *info, const char *text, unsigned *ret_value,
                         struct error *error)
{
    uint64_t number;

    if (!size_parse(text, &number, error))
        return false;
    if (number > info->most)
        return error_set(error, "%s cannot be %s; it can be from 0 to %u", info->name, text,
                         info->most);
    *ret_value = (unsigned)number;
    return true;
}

bool preference_parse(const struct preference_info *info, const char *text, unsigned *ret_value,
                      struct error *error)
{
    return info->choices ? choice_find(info->name, info->choices, text, ret_value, error)
                         : parse_number(info, text, ret_value, error);
}

void preference_suggest(struct suggestion *suggestion)
{
    for (unsigned preference = 0; preference < PREFERENCES; preference++)
        suggestion_consider(suggestion, preferences[preference].name);
}
