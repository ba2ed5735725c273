/* settings.c: see settings.h. */
#include "heap/settings.h"

#include <stdio.h>
#include <string.h>

enum { MOST_NUMBER_LOG2 = 14, MOST_SIZE = 20000 };

static uint64_t choice_count(const struct hg_setting_info *setting)
{
    uint64_t count = 0;

    while (setting->choices[count])
        count++;
    return count;
}

static uint64_t random_value(struct random *random, const struct hg_setting_info *setting)
{
    uint64_t power = (uint64_t)1 << random_below(random, MOST_NUMBER_LOG2);

    if (setting->choices)
        return random_below(random, choice_count(setting));
    if (setting->word && random_below(random, 3) == 0)
        return setting->word_value;
    if (setting->power_of_two || random_below(random, 2))
        return power;
    return power + 8 * random_below(random, power / 8 + 1);
}

struct hg_config settings_random(struct random *random, const char *policy)
{
    uint32_t heeded = hg_policy_find(policy, NULL)->settings;
    struct hg_config config;
    unsigned setting;

    do {
        config = hg_config_default(policy);
        for (setting = 0; setting < HG_SETTING_COUNT; setting++) {
            if (heeded & 1u << setting && random_below(random, 2))
                config.settings[setting] = random_value(random, hg_setting(setting));
        }
    } while (hg_config_problem(&config, &setting));
    return config;
}

const char *settings_text(const struct hg_config *config, char *text)
{
    int length = snprintf(text, SETTINGS_TEXT_MAX, "%s", config->policy);

    for (unsigned i = 0; i < HG_SETTING_COUNT; i++) {
        if (config->settings[i] != hg_setting(i)->initial)
            length += snprintf(text + length, SETTINGS_TEXT_MAX - (size_t)length, " %s=%llu",
                               hg_setting(i)->name, (unsigned long long)config->settings[i]);
    }
    return text;
}

size_t settings_most_size(const struct hg_config *config)
{
    bool has_slots = false;
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        if (strcmp(config->policy, policy->name) == 0)
            has_slots = policy->settings & 1u << HG_SETTING_SLOT_SIZE;
    }
    return has_slots ? config->settings[HG_SETTING_SLOT_SIZE] + 8 : MOST_SIZE;
}

size_t settings_random_size(struct random *random, size_t most)
{
    size_t limit = most >> random_below(random, 8);

    return 1 + random_below(random, limit ? limit : 1);
}
