/* glibc_settings.c: see glibc_settings.h. */
#include "kind/glibc_settings.h"

#include <gnu/libc-version.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BY_ENVIRONMENT = 0, NEVER = 0 };

#define KIBIBYTE ((uint64_t)1024)
#define MEBIBYTE (1024 * KIBIBYTE)

/* How a setting is told to malloc: by a parameter of mallopt's, or by a tunable. */
static const struct {
    struct hg_setting_info info;
    int parameter; /* BY_ENVIRONMENT for the latter */
    const char *tunable;
} settings[] = {
    [KIND_SETTING_TOP_PAD - KIND_SETTING_TOP_PAD] =
        {{.name = "top-pad",
          .summary = "bytes more than needed for which the break moves up, M_TOP_PAD",
          .reason = "Each move is a system call; what is not needed yet waits in the top.",
          .max = 1024 * MEBIBYTE,
          .initial = 128 * KIBIBYTE},
         M_TOP_PAD,
         NULL},
    [KIND_SETTING_TRIM_THRESHOLD - KIND_SETTING_TOP_PAD] =
        {{.name = "trim-threshold",
          .summary = "give memory back when the top has this many bytes, M_TRIM_THRESHOLD",
          .reason = "Only the top can go back to the system by the break; top-pad is kept. In "
                    "programs the threshold rises with mappings that are freed, here it stays.",
          .max = 1024 * MEBIBYTE,
          .initial = 128 * KIBIBYTE},
         M_TRIM_THRESHOLD,
         NULL},
    [KIND_SETTING_MMAP_THRESHOLD - KIND_SETTING_TOP_PAD] =
        {{.name = "mmap-threshold",
          .summary = "requests of this many bytes are mapped apart, M_MMAP_THRESHOLD, or never",
          .reason = "In programs it is 128 KiB at first. Here all lies on the break unless it is "
                    "set, as what is mapped apart is no part of the heap that is shown.",
          .word = "never",
          .word_value = NEVER,
          .min = 1,
          .max = 32 * MEBIBYTE,
          .initial = NEVER},
         M_MMAP_THRESHOLD,
         NULL},
    [KIND_SETTING_TCACHE_COUNT - KIND_SETTING_TOP_PAD] =
        {{.name = "tcache-count",
          .summary = "how many blocks of a size wait in the thread cache",
          .reason = "What is freed beyond them goes into a fast bin, or is merged and sorted. 0 "
                    "turns the thread cache off. It is read when a process begins.",
          .max = 65535,
          .initial = 7},
         BY_ENVIRONMENT,
         "glibc.malloc.tcache_count"},
    [KIND_SETTING_TCACHE_MAX - KIND_SETTING_TOP_PAD] =
        {{.name = "tcache-max",
          .summary = "the largest request whose block may wait in the thread cache",
          .reason = "It is read when a process begins.",
          .max = 1032,
          .initial = 1032},
         BY_ENVIRONMENT,
         "glibc.malloc.tcache_max"},
    [KIND_SETTING_TCACHE_UNSORTED - KIND_SETTING_TOP_PAD] =
        {{.name = "tcache-unsorted",
          .summary = "most blocks put from the unsorted bin into the thread cache; 0: no limit",
          .reason = "While malloc sorts, it keeps blocks of the size that it looks for. It is "
                    "read when a process begins.",
          .max = MEBIBYTE,
          .initial = 0},
         BY_ENVIRONMENT,
         "glibc.malloc.tcache_unsorted_limit"},
    [KIND_SETTING_MXFAST - KIND_SETTING_TOP_PAD] =
        {{.name = "mxfast",
          .summary = "the largest request whose block may wait in a fast bin, M_MXFAST",
          .reason = "Blocks there are not merged until a large request, or a large block that "
                    "is freed, makes malloc consolidate them. 0 turns fast bins off.",
          .max = 160,
          .initial = 128},
         M_MXFAST,
         NULL},
    [KIND_SETTING_PERTURB - KIND_SETTING_TOP_PAD] =
        {{.name = "perturb",
          .summary = "a byte that fills what is freed, and inverted what is given, M_PERTURB",
          .reason = "So use of memory before it is written to, or after it was freed, shows. 0 "
                    "leaves all as it is.",
          .max = 255,
          .initial = 0},
         M_PERTURB,
         NULL},
};

enum { COUNT = sizeof settings / sizeof settings[0] };

_Static_assert(KIND_SETTING_TOP_PAD + COUNT == KIND_SETTINGS, "each setting has a row");

const struct hg_setting_info *glibc_setting(unsigned number)
{
    unsigned row = number - KIND_SETTING_TOP_PAD;

    return number >= KIND_SETTING_TOP_PAD && row < COUNT ? &settings[row].info : NULL;
}

const char *glibc_problem(const struct hg_config *config, unsigned *ret_setting)
{
    for (unsigned row = 0; row < COUNT; row++) {
        const struct hg_setting_info *info = &settings[row].info;
        uint64_t value = config->settings[KIND_SETTING_TOP_PAD + row];

        if (info->word && value == info->word_value)
            continue;
        if (value >= info->min && value <= info->max)
            continue;
        *ret_setting = KIND_SETTING_TOP_PAD + row;
        return value < info->min ? "is too small" : "is too large";
    }
    return NULL;
}

/* Say that malloc does not take a setting. */
static const char *tell_refused(const struct hg_setting_info *info, uint64_t value)
{
    static char problem[KIND_ENVIRONMENT_MAX];

    snprintf(problem, sizeof problem,
             "the malloc of the C library %s takes no %s of %" PRIu64 " (mallopt refused it)",
             gnu_get_libc_version(), info->name, value);
    return problem;
}

const char *glibc_apply_settings(const struct hg_config *config)
{
    mallopt(M_ARENA_MAX, 1);
    if (config->settings[KIND_SETTING_MMAP_THRESHOLD] == NEVER)
        mallopt(M_MMAP_MAX, 0);
    for (unsigned row = 0; row < COUNT; row++) {
        uint64_t value = config->settings[KIND_SETTING_TOP_PAD + row];

        if (value != settings[row].info.initial && settings[row].parameter != BY_ENVIRONMENT &&
            mallopt(settings[row].parameter, (int)value) == 0)
            return tell_refused(&settings[row].info, value);
    }
    return NULL;
}

/* The tunables that differ from what malloc does by itself, a ':' before each. */
static size_t add_tunables(const struct hg_config *config, char text[KIND_ENVIRONMENT_MAX])
{
    size_t length = 0;

    text[0] = '\0';
    for (unsigned row = 0; row < COUNT; row++) {
        uint64_t value = config->settings[KIND_SETTING_TOP_PAD + row];

        if (value != settings[row].info.initial && settings[row].parameter == BY_ENVIRONMENT)
            length += (size_t)snprintf(text + length, KIND_ENVIRONMENT_MAX - length, ":%s=%" PRIu64,
                                       settings[row].tunable, value);
    }
    return length;
}

/* What the user's own environment says stays, and what comes last counts; what stands there at its
 * end already is not said twice. */
bool glibc_environment(const struct hg_config *config, char text[KIND_ENVIRONMENT_MAX])
{
    char added[KIND_ENVIRONMENT_MAX];
    const char *own = getenv("GLIBC_TUNABLES");
    size_t length = add_tunables(config, added), before = own ? strlen(own) : 0;
    bool is_there = own && before >= length && strcmp(own + before - length, added) == 0;

    if (length == 0)
        return false;
    snprintf(text, KIND_ENVIRONMENT_MAX, "GLIBC_TUNABLES=%.*s%s",
             (int)(is_there ? before : KIND_ENVIRONMENT_MAX / 2), own ? own : "",
             is_there ? "" : added);
    return true;
}

void glibc_describe_settings(const struct hg_config *config, struct kind_description *description)
{
    for (unsigned row = 0; row < COUNT; row++) {
        const struct hg_setting_info *info = &settings[row].info;
        uint64_t value = config->settings[KIND_SETTING_TOP_PAD + row];

        description_add_setting(description, info->name, value,
                                info->word && value == info->word_value ? info->word : NULL);
    }
}
