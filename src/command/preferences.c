/* preferences.c: see preferences.h. */
#include "command/preferences.h"

#include <stddef.h>

static const char *const addresses[] = {"offset", "absolute", NULL};
static const char *const themes[] = {"dark", "light", "mono", NULL};

static const struct preference_info preferences[PREFERENCES] = {
    [PREFERENCE_ADDRESSES] = {"addresses", "as offsets from the heap's start, or absolute",
                              addresses},
    [PREFERENCE_THEME] = {"theme", "the colours of the full screen", themes},
};

const struct preference_info *preference_info(unsigned preference)
{
    return preference < PREFERENCES ? &preferences[preference] : NULL;
}
