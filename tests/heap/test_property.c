/* test_property.c: 10,000 random operations for each policy, seed and kind of settings, compared
 * with the shadow after each. */
#include <stdlib.h>
#include <string.h>

#include "heap/shadow.h"
#include "test.h"

enum { OPERATIONS = 10000, SEEDS = 2 };

#define ARENA_SIZE ((size_t)1 << 26)

static void run(const struct hg_config *config, uint64_t seed, size_t operations)
{
    struct shadow *shadow = shadow_create(config, ARENA_SIZE, seed);
    bool is_pool = strncmp(config->policy, "pool", 4) == 0;
    size_t most = is_pool ? config->settings[HG_SLOT_SIZE] + 8 : 20000;

    for (size_t i = 0; i < operations; i++)
        shadow_step(shadow, most);
    shadow_free_all(shadow);
    shadow_destroy(shadow);
}

static void every_policy_agrees_with_the_shadow(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);

        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            run(&config, seed, OPERATIONS);
    }
}

static uint64_t random_value(struct random *random, const struct hg_setting_info *setting)
{
    uint64_t choices = 0;

    if (setting->word && random_below(random, 3) == 0)
        return setting->word_value;
    if (!setting->choices)
        return (uint64_t)1 << random_below(random, 14);
    while (setting->choices[choices])
        choices++;
    return random_below(random, choices);
}

/* Settings drawn at random until they go together. */
static struct hg_config random_config(struct random *random, const char *policy)
{
    struct hg_config config;
    unsigned setting;

    do {
        config = hg_config_default(policy);
        for (setting = 0; setting < HG_SETTINGS; setting++) {
            if (random_below(random, 2))
                config.settings[setting] = random_value(random, hg_setting(setting));
        }
    } while (hg_config_problem(&config, &setting));
    return config;
}

static void random_settings_agree_with_the_shadow(void **state)
{
    const struct hg_policy_info *policy;
    struct random random = {.state = 7};

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        for (int round = 0; round < 40; round++) {
            struct hg_config config = random_config(&random, policy->name);

            run(&config, random_next(&random), OPERATIONS / 10);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy_agrees_with_the_shadow),
        cmocka_unit_test(random_settings_agree_with_the_shadow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
