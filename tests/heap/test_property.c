/* test_property.c: random operations for each policy, with its initial settings and with random
 * ones, compared with the shadow after each. With --long, a hundred times as many. */
#include <string.h>

#include "heap/settings.h"
#include "heap/shadow.h"
#include "test.h"

#define ARENA_SIZE ((size_t)1 << 26)

enum { OPERATIONS = 10000, SHORT_ROUNDS = 2, LONG_ROUNDS = 100, SMALL = 100 };

/* How much is tried: operations for a run with initial settings, and how many random settings. */
struct effort {
    size_t operations;
    int rounds;
};

static void run(const struct hg_config *config, uint64_t seed, size_t operations, size_t most)
{
    struct shadow *shadow = shadow_create(config, ARENA_SIZE, seed);

    for (size_t i = 0; i < operations; i++)
        shadow_step(shadow, most);
    shadow_free_all(shadow);
    shadow_destroy(shadow);
}

static void every_policy_agrees_with_the_shadow(void **state)
{
    const struct effort *effort = *state;
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);

        run(&config, number + 1, effort->operations, settings_most_size(&config));
    }
}

/* Every combination of what decides where words lie, in a heap that grows and shrinks by little. */
static void every_layout_agrees_with_the_shadow(void **state)
{
    enum { HEADERS = 3, ALIGNMENTS = 4, TAGS = 2, COALESCE = 3 };
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        if (!(policy->settings & 1u << HG_SETTING_HEADER))
            continue;
        for (unsigned choice = 0; choice < HEADERS * ALIGNMENTS * TAGS * COALESCE; choice++) {
            struct hg_config config = hg_config_default(policy->name);

            config.settings[HG_SETTING_HEADER] = 8u << choice % HEADERS;
            config.settings[HG_SETTING_ALIGNMENT] = 8u << choice / HEADERS % ALIGNMENTS;
            config.settings[HG_SETTING_BOUNDARY_TAGS] = choice / (HEADERS * ALIGNMENTS) % TAGS;
            config.settings[HG_SETTING_COALESCE] = choice / (HEADERS * ALIGNMENTS * TAGS);
            config.settings[HG_SETTING_GROW] = HG_GROW_EXACT;
            config.settings[HG_SETTING_TRIM] = 0;
            run(&config, choice, OPERATIONS / 40, SMALL);
        }
    }
}

static void random_settings_agree_with_the_shadow(void **state)
{
    const struct effort *effort = *state;
    const struct hg_policy_info *policy;
    struct random random = {.state = 7};

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        for (int round = 0; round < effort->rounds; round++) {
            struct hg_config config = settings_random(&random, policy->name);

            run(&config, random_next(&random), OPERATIONS, settings_most_size(&config));
        }
    }
}

int main(int argument_count, char **arguments)
{
    struct effort effort = {OPERATIONS, SHORT_ROUNDS};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_policy_agrees_with_the_shadow, &effort),
        cmocka_unit_test(every_layout_agrees_with_the_shadow),
        cmocka_unit_test_prestate(random_settings_agree_with_the_shadow, &effort),
    };

    if (argument_count > 1 && strcmp(arguments[1], "--long") == 0)
        effort = (struct effort){(size_t)OPERATIONS * LONG_ROUNDS, LONG_ROUNDS};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
