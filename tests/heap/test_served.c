/* test_served.c: the largest request that a heap serves without growing: so much is given, and,
 * where that is known, one byte more is not. */
#include <stdlib.h>

#include "base/random.h"
#include "heap/settings.h"
#include "test.h"

#define ARENA_SIZE ((size_t)1 << 24)

enum { LIVE = 200, OPERATIONS = 3000 };

/* Memory that can be kept from growing. */
struct kept {
    struct hg_os os;
    bool keeps;
};

static void *grow(void *context, size_t size)
{
    struct kept *kept = context;

    return kept->keeps ? NULL : kept->os.grow(kept->os.context, size);
}

static bool shrink(void *context, void *end, size_t size)
{
    struct kept *kept = context;

    return !kept->keeps && kept->os.shrink(kept->os.context, end, size);
}

static bool find_largest(void *context, const struct hg_block *block)
{
    uint64_t *largest = context;

    if (block->kind == HG_KIND_FREE && block->size > *largest)
        *largest = block->size;
    return true;
}

/* Whether the heap, kept from growing, gives so much. For tables it may ask for memory, in vain. */
static bool is_given(struct hg_heap *heap, uint64_t size)
{
    void *payload;

    payload = hg_malloc(heap, (size_t)size);
    hg_free(heap, payload);
    return payload;
}

/* What the heap is said to serve as it is. A refused request may have changed it: a heap makes its
 * tables in what is free before it asks for more. */
static uint64_t told(struct hg_heap *heap, const struct hg_config *config, bool *ret_exact)
{
    uint64_t largest = 0;

    hg_walk(heap, hg_size(heap), 0, find_largest, &largest);
    return hg_request_served(config, largest, ret_exact);
}

static void expect_served(struct hg_heap *heap, struct kept *kept, const struct hg_config *config)
{
    bool exact;
    uint64_t served = told(heap, config, &exact);

    kept->keeps = true;
    if (exact && is_given(heap, served + 1))
        fail_msg("%s: %zu given, at most %zu told", config->policy, (size_t)served + 1,
                 (size_t)served);
    served = told(heap, config, &exact);
    if (served > 0 && !is_given(heap, served))
        fail_msg("%s: %zu told, not given", config->policy, (size_t)served);
    kept->keeps = false;
}

static void run(const struct hg_config *config, uint64_t seed, size_t most)
{
    struct hg_arena arena = {.size = ARENA_SIZE};
    struct kept kept = {.keeps = false};
    struct hg_os os = {.grow = grow, .shrink = shrink, .context = &kept};
    struct random random = {.state = seed};
    void *live[LIVE] = {NULL};
    struct hg_heap *heap;

    arena.start = aligned_alloc(4096, ARENA_SIZE);
    kept.os = hg_os_arena(&arena);
    heap = hg_open(config, &os, NULL, NULL);
    assert_non_null(heap);
    for (int i = 0; i < OPERATIONS; i++) {
        size_t place = random_below(&random, LIVE);

        if (live[place]) {
            hg_free(heap, live[place]);
            live[place] = NULL;
        } else {
            live[place] = hg_malloc(heap, 1 + random_below(&random, most));
        }
        if (i % 7 == 0)
            expect_served(heap, &kept, config);
    }
    hg_close(heap);
    free(arena.start);
}

static void as_much_as_is_told_is_given_and_no_more(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        size_t most = settings_most_size(&config);

        run(&config, number + 1, most < 5000 ? most : 5000);
        run(&config, number + 100, most < 60 ? most : 60);
    }
}

static void with_any_settings_too(void **state)
{
    enum { ROUNDS = 20 };
    const struct hg_policy_info *policy;
    struct random random = {.state = 11};

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        for (int round = 0; round < ROUNDS; round++) {
            struct hg_config config = settings_random(&random, policy->name);
            size_t most = settings_most_size(&config);

            config.settings[HG_SETTING_SPLIT_THRESHOLD] = 0;
            run(&config, random_next(&random), most < 3000 ? most : 3000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_much_as_is_told_is_given_and_no_more),
        cmocka_unit_test(with_any_settings_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
