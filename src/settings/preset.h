/* preset.h: heaps by name: a policy with the settings that show what a lesson tells. What a preset
 * does not name is as it is at first. */
#ifndef SETTINGS_PRESET_H
#define SETTINGS_PRESET_H

#include "base/error.h"
#include "heapglass/heap.h"

struct preset {
    const char *name;
    const char *summary;
    const char *policy;
    const char *settings[6][2]; /* names and values, up to a NULL */
    const char *rules;          /* of a textbook's allocator, a line each; else NULL */
    const char *source;         /* the textbook */
};

/* The preset with this number; NULL beyond the last. */
const struct preset *preset_at(unsigned number);

/* The preset called `name`; NULL if there is none. */
const struct preset *preset_called(const char *name);

/* Make the config of the preset called `name`.
 *   errors  there is none, and which there are */
bool preset_find(const char *name, struct hg_config *ret_config, struct error *error);

#endif
