/* settings.c: see settings.h. */
#include "settings/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "base/choice.h"
#include "kind/kind.h"

unsigned setting_find(const char *name)
{
    unsigned setting = 0;

    while (setting < KIND_SETTINGS && strcmp(kind_setting(setting)->name, name) != 0)
        setting++;
    return setting;
}

void setting_suggest(struct suggestion *suggestion)
{
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++)
        suggestion_consider(suggestion, kind_setting(setting)->name);
}

bool setting_unknown(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    setting_suggest(&suggestion);
    error_set(error, "there is no setting '%s'", name);
    if (suggestion_add(&suggestion, error))
        return false;
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++)
        error_append(error, "%s %s", setting ? "," : "; there are", kind_setting(setting)->name);
    return false;
}

static bool parse_value(const struct hg_setting_info *setting, const char *text,
                        uint64_t *ret_value, struct error *error)
{
    unsigned choice;

    if (setting->choices) {
        if (!choice_find(setting->name, setting->choices, text, &choice, error))
            return false;
        *ret_value = choice;
        return true;
    }
    if (setting->word && strcmp(text, setting->word) == 0) {
        *ret_value = setting->word_value;
        return true;
    }
    return size_parse(text, ret_value, error);
}

/* Whether a number is possible by itself: what stands in its way then is another setting. */
static bool is_in_range(const struct hg_setting_info *info, uint64_t value)
{
    return value >= info->min && value <= info->max &&
           (!info->power_of_two || bits_is_power_of_two(value));
}

bool setting_check(const struct hg_config *config, struct error *error)
{
    char buffer[SIZE_TEXT_MAX], low[SIZE_TEXT_MAX], high[SIZE_TEXT_MAX];
    const struct hg_setting_info *info;
    unsigned setting = KIND_SETTINGS;
    const char *problem = kind_config_problem(config, &setting);

    if (!problem)
        return true;
    info = kind_setting(setting);
    if (!info)
        return error_set(error, "policy '%s' %s", config->policy, problem);
    error_set(error, "%s %s %s", info->name,
              setting_text(setting, config->settings[setting], buffer), problem);
    if (!info->choices && !is_in_range(info, config->settings[setting]))
        error_append(error, "; it can be from %s to %s%s%s", size_exact(info->min, low),
                     size_exact(info->max, high), info->word ? ", or " : "",
                     info->word ? info->word : "");
    return false;
}

bool setting_set(struct hg_config *config, const char *name, const char *value, struct error *error)
{
    unsigned setting = setting_find(name);

    if (setting == KIND_SETTINGS)
        return setting_unknown(name, error);
    return parse_value(kind_setting(setting), value, &config->settings[setting], error);
}

const char *setting_cut_pair(const char *pair, char ret_key[SETTING_KEY_MAX], struct error *error)
{
    const char *equals = strchr(pair, '=');

    if (!equals) {
        error_set(error, "--set wants KEY=VALUE");
        return NULL;
    }
    snprintf(ret_key, SETTING_KEY_MAX, "%.*s", (int)(equals - pair), pair);
    return equals + 1;
}

uint32_t setting_suit_program(struct hg_config *config, uint32_t set)
{
    enum { KEPT = 32 << 20 };
    static const struct {
        unsigned setting;
        uint64_t value;
    } rows[] = {
        /* programs that free much often ask for as much again, and pay for each page that they are
         * given anew; */
        {HG_SETTING_TRIM, KEPT},
        /* also below something small, where the break cannot move; */
        {HG_SETTING_RELEASE, KEPT},
        /* and what is freed and asked for again in a small heap need not be merged and split */
        {HG_SETTING_QUICK_LISTS, HG_SWITCH_ALWAYS},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t bit = 1u << rows[i].setting;

        if (!(set & bit))
            config->settings[rows[i].setting] = rows[i].value;
        set |= bit;
    }
    return set;
}

bool setting_take_pair(void *config, const char *pair, struct error *error)
{
    char key[SETTING_KEY_MAX];
    const char *value = setting_cut_pair(pair, key, error);

    return value && setting_set(config, key, value, error);
}

bool setting_take_policy(void *config, const char *name, struct error *error)
{
    return setting_set_policy(config, name, error);
}

bool setting_matters(const struct hg_config *config, unsigned setting)
{
    return setting == KIND_SETTING_GUARD ||
           kind_policy_find(config->policy, NULL)->settings & 1u << setting;
}

bool setting_unknown_policy(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++)
        suggestion_consider(&suggestion, policy->name);
    error_set(error, "there is no policy '%s'", name);
    if (suggestion_add(&suggestion, error))
        return false;
    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++)
        error_append(error, "%s %s", number ? "," : "; there are", policy->name);
    return false;
}

bool setting_set_policy(struct hg_config *config, const char *name, struct error *error)
{
    const struct hg_policy_info *policy = kind_policy_find(name, NULL);

    if (!policy)
        return setting_unknown_policy(name, error);
    config->policy = policy->name;
    return true;
}

const char *setting_text(unsigned setting, uint64_t value, char buffer[SIZE_TEXT_MAX])
{
    const struct hg_setting_info *info = kind_setting(setting);

    if (info->choices)
        return info->choices[value];
    if (info->word && value == info->word_value)
        return info->word;
    return size_exact(value, buffer);
}
