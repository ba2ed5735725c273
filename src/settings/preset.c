/* preset.c: the one table of presets. */
#include "settings/preset.h"

#include <string.h>

#include "kind/kind.h"
#include "settings/settings.h"

static const struct preset presets[] = {
    {
        .name = "ten-asked",
        .summary = "slots of 16 bytes, without headers: 10 requested, 16 given, 6 wasted",
        .policy = "pool-stack",
        .settings = {{"slot-size", "16"}},
    },
    {
        .name = "segregated-lists",
        .summary = "bins by size, slabs and quick lists from the first step on",
        .policy = "segregated",
        .settings = {{"bins", "always"}, {"slabs", "always"}, {"quick-lists", "always"}},
    },
};

enum { PRESETS = sizeof presets / sizeof presets[0] };

const struct preset *preset_at(unsigned number)
{
    return number < PRESETS ? &presets[number] : NULL;
}

static bool make_config(const struct preset *preset, struct hg_config *ret_config,
                        struct error *error)
{
    struct hg_config config = kind_config_default(preset->policy);

    for (unsigned i = 0; preset->settings[i][0]; i++) {
        if (!setting_set(&config, preset->settings[i][0], preset->settings[i][1], error))
            return false;
    }
    *ret_config = config;
    return setting_check(&config, error);
}

bool preset_find(const char *name, struct hg_config *ret_config, struct error *error)
{
    for (unsigned number = 0; number < PRESETS; number++) {
        if (strcmp(presets[number].name, name) == 0)
            return make_config(&presets[number], ret_config, error);
    }
    error_set(error, "there is no preset '%s'; there are", name);
    for (unsigned number = 0; number < PRESETS; number++)
        error_append(error, "%s %s", number ? "," : "", presets[number].name);
    return false;
}
