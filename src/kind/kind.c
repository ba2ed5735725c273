/* kind.c: the one table of kinds. See kind.h. */
#include "kind/kind.h"

#include <string.h>

#include "kind/glibc_settings.h"

#define X(name) &kind_##name,
static const struct kind *const kinds[] = {KINDS(X)};
#undef X

enum { COUNT = sizeof kinds / sizeof kinds[0] };

uint32_t kind_capabilities(const struct kind *kind)
{
    return kind->declared | (kind->allocate && kind->release ? KIND_ACTS : 0) |
           (kind->resize ? KIND_RESIZES : 0) | (kind->coalesce ? KIND_MERGES : 0) |
           (kind->observe ? KIND_EXPLAINS : 0) | (kind->infer ? KIND_INFERS : 0) |
           (kind->walk ? KIND_WALKS : 0) | (kind->walk_list ? KIND_LISTS : 0) |
           (kind->check ? KIND_CHECKS : 0);
}

/* ---- Policies ---- */

const struct hg_policy_info *kind_policy(unsigned number, const struct kind **ret_kind)
{
    for (size_t i = 0; i < COUNT; i++) {
        const struct hg_policy_info *policy;

        for (unsigned own = 0; (policy = kinds[i]->policy(own)); own++) {
            if (number-- > 0)
                continue;
            if (ret_kind)
                *ret_kind = kinds[i];
            return policy;
        }
    }
    return NULL;
}

/* The policy of this name, its number and its kind. */
static const struct hg_policy_info *find(const char *name, unsigned *ret_number,
                                         const struct kind **ret_kind)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; name && (policy = kind_policy(number, ret_kind)); number++) {
        if (strcmp(policy->name, name) == 0) {
            *ret_number = number;
            return policy;
        }
    }
    return NULL;
}

const struct hg_policy_info *kind_policy_find(const char *name, unsigned *ret_number)
{
    unsigned number;
    const struct hg_policy_info *policy = find(name, &number, NULL);

    if (policy && ret_number)
        *ret_number = number;
    return policy;
}

const struct kind *kind_of_policy(const char *name)
{
    const struct kind *kind = NULL;
    unsigned number;

    return find(name, &number, &kind) ? kind : NULL;
}

/* ---- Settings ---- */

_Static_assert(KIND_SETTINGS <= HG_SETTING_MOST, "there is room for all settings in a config");

const struct hg_setting_info *kind_setting(unsigned number)
{
    static const char *const switches[] = {[HG_SWITCH_OFF] = "off", [HG_SWITCH_ON] = "on", NULL};
    static const struct hg_setting_info guard = {
        .name = "guard",
        .summary = "a red zone behind each payload, and a pattern in freed ones",
        .reason = "As debugging allocators do: 16 bytes more are asked for, and all behind the "
                  "payload holds 0xfb; what is freed is filled with 0xdd. So check sees what was "
                  "written behind a payload, or to a freed one, to the byte. Each block is larger "
                  "for it.",
        .choices = switches,
        .initial = HG_SWITCH_OFF,
    };

    if (number == KIND_SETTING_GUARD)
        return &guard;
    return number < HG_SETTING_COUNT ? hg_setting(number) : glibc_setting(number);
}

struct hg_config kind_config_default(const char *policy)
{
    struct hg_config config = hg_config_default(policy);

    for (unsigned setting = HG_SETTING_COUNT; setting < KIND_SETTINGS; setting++)
        config.settings[setting] = kind_setting(setting)->initial;
    return config;
}

struct hg_config kind_unguarded(const struct hg_config *config)
{
    const struct hg_policy_info *policy = kind_policy_find(config->policy, NULL);
    struct hg_config own = *config;

    for (unsigned setting = HG_SETTING_COUNT; setting < KIND_SETTINGS; setting++) {
        if (!policy || !(policy->settings & 1u << setting))
            own.settings[setting] = 0;
    }
    return own;
}

const char *kind_config_problem(const struct hg_config *config, unsigned *ret_setting)
{
    const struct kind *kind = kind_of_policy(config->policy);
    struct hg_config own = kind_unguarded(config);

    if (kind && !kind->problem)
        return NULL;
    return (kind ? kind : &kind_hg)->problem(&own, ret_setting);
}
