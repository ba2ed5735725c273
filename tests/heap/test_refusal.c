/* test_refusal.c: an operating system that says no. Every n-th grow fails, or no memory is ever
 * taken back: then malloc answers NULL, nothing is lost, and later requests are answered. */
#include "heap/settings.h"
#include "heap/shadow.h"
#include "test.h"

#define ARENA_SIZE ((size_t)1 << 24)

enum { OPERATIONS = 200, MOST_PERIOD = 10, RANDOM_SETTINGS = 6, PROBE = 8 };

/* Operations under refusal, then some without. */
static void endure(const struct hg_config *config, uint64_t seed, size_t refuse_every,
                   bool refuse_shrinks)
{
    struct shadow *shadow = shadow_create(config, ARENA_SIZE, seed);

    shadow->refuse_every = refuse_every;
    shadow->refuse_shrinks = refuse_shrinks;
    for (int i = 0; i < OPERATIONS; i++)
        shadow_step(shadow, settings_most_size(config));
    shadow->refuse_every = 0;
    shadow->refuse_shrinks = false;
    for (int i = 0; i < OPERATIONS / 10; i++)
        shadow_step(shadow, settings_most_size(config));
    shadow_free_all(shadow);
    shadow_destroy(shadow);
}

static void endure_everything(const struct hg_config *config, uint64_t seed)
{
    for (size_t n = 1; n <= MOST_PERIOD; n++)
        endure(config, seed + n, n, n % 2);
    endure(config, seed, 0, true);
}

static void nothing_is_lost_when_the_break_refuses(void **state)
{
    const struct hg_policy_info *policy;
    struct random random = {.state = 11};

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);

        endure_everything(&config, number);
        for (int i = 0; i < RANDOM_SETTINGS; i++) {
            config = settings_random(&random, policy->name);
            endure_everything(&config, random_next(&random));
        }
    }
}

/* A heap that cannot grow fills up, answers NULL, and answers again once it can. */
static void a_full_heap_answers_again_when_the_break_moves(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        struct shadow *shadow = shadow_create(&config, ARENA_SIZE, number);

        shadow->refuse_every = 1;
        while (shadow->live_count < SHADOW_LIVE_MAX && shadow_allocate(shadow, PROBE, 1) >= 0)
            ;
        assert_true(shadow->live_count < SHADOW_LIVE_MAX);
        shadow_compare(shadow);
        shadow->refuse_every = 0;
        assert_true(shadow_allocate(shadow, PROBE, 1) >= 0);
        shadow_free_all(shadow);
        shadow_destroy(shadow);
    }
}

/* Reset where the break stays up: all that memory is free, and can be used again. */
static void a_reset_that_cannot_shrink_keeps_the_memory(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        struct shadow *shadow = shadow_create(&config, ARENA_SIZE, number);
        size_t full;

        while (shadow->live_count < SHADOW_LIVE_MAX)
            shadow_allocate(shadow, PROBE, 1);
        full = hg_size(shadow->heap);
        shadow->refuse_shrinks = true;
        shadow_reset(shadow);
        shadow_compare(shadow);
        while (shadow->live_count < SHADOW_LIVE_MAX)
            shadow_allocate(shadow, PROBE, 1);
        shadow_compare(shadow);
        assert_int_equal(hg_size(shadow->heap), full);
        shadow_destroy(shadow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_when_the_break_refuses),
        cmocka_unit_test(a_full_heap_answers_again_when_the_break_moves),
        cmocka_unit_test(a_reset_that_cannot_shrink_keeps_the_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
