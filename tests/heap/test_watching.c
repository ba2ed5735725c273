/* test_watching.c: a heap does the same whether somebody watches or not. Steps are replayed
 * unwatched, so undo relies on it, and the fast engine compiles its paths twice. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bits.h"
#include "heap/settings.h"
#include "test.h"

enum { OPERATIONS = 8000, LIVE_MOST = 1500, LARGE = 1 << 28, SMALL = 1 << 18 };

struct twin {
    struct hg_arena arena;
    struct hg_heap *heap;
    void *live[LIVE_MOST];
};

static void ignore(void *context, const struct hg_event *event)
{
    (void)context;
    (void)event;
}

static void twin_open(struct twin *twin, const struct hg_config *config, size_t arena_size,
                      hg_observer *observer)
{
    struct hg_os os = hg_os_arena(&twin->arena);

    twin->arena.size = arena_size;
    twin->arena.start = mmap(NULL, arena_size, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(twin->arena.start != MAP_FAILED);
    twin->heap = hg_open(config, &os, observer, NULL);
    assert_non_null(twin->heap);
}

static void twin_close(struct twin *twin)
{
    struct hg_defect defect;

    assert_true(hg_check(twin->heap, hg_size(twin->heap), &defect));
    hg_close(twin->heap);
    munmap(twin->arena.start, twin->arena.size);
}

struct operation {
    enum { ALLOCATE, ALIGN, RESIZE, RELEASE } kind;
    size_t index, size;
};

struct sizes {
    size_t most, step; /* all are multiples of `step` */
};

/* Mostly allocations until many are live, then as many releases. */
static struct operation random_operation(struct random *random, const struct twin *twin,
                                         struct sizes sizes)
{
    struct operation operation = {
        .index = random_below(random, LIVE_MOST),
        .size = bits_align_up(settings_random_size(random, sizes.most), sizes.step),
    };
    uint64_t choice = random_below(random, 16);

    if (!twin->live[operation.index])
        operation.kind = choice == 0 ? ALIGN : ALLOCATE;
    else
        operation.kind = choice < 3 ? RESIZE : RELEASE;
    return operation;
}

static void act(struct twin *twin, const struct operation *operation)
{
    void **payload = &twin->live[operation->index], *resized;

    switch (operation->kind) {
    case ALLOCATE: *payload = hg_malloc(twin->heap, operation->size); break;
    case ALIGN: *payload = hg_aligned_alloc(twin->heap, 64, operation->size); break;
    case RESIZE:
        resized = hg_realloc(twin->heap, *payload, operation->size);
        if (resized)
            *payload = resized;
        break;
    case RELEASE:
        if (hg_free(twin->heap, *payload))
            *payload = NULL;
        break;
    }
}

static int64_t offset_of(const struct twin *twin, size_t index)
{
    const char *payload = twin->live[index];

    return payload ? payload - (const char *)twin->heap : -1;
}

/* Compare two heaps, watched and alone, operation by operation. Returns how many of these were
 * refused. */
static int compare_run(const struct hg_config *config, struct sizes sizes, size_t arena_size,
                       uint64_t seed)
{
    struct twin *watched = calloc(2, sizeof *watched), *alone = watched + 1;
    struct random random = {.state = seed};
    int refused = 0;

    assert_non_null(watched);
    twin_open(watched, config, arena_size, ignore);
    twin_open(alone, config, arena_size, NULL);
    for (int i = 0; i < OPERATIONS; i++) {
        struct operation operation = random_operation(&random, watched, sizes);

        act(watched, &operation);
        act(alone, &operation);
        if (offset_of(watched, operation.index) != offset_of(alone, operation.index) ||
            hg_size(watched->heap) != hg_size(alone->heap))
            fail_msg("%s, sizes up to %zu: operation %d differs", config->policy, sizes.most, i);
        refused += operation.kind == ALLOCATE && !alone->live[operation.index];
    }
    twin_close(watched);
    twin_close(alone);
    free(watched);
    return refused;
}

static void a_heap_does_the_same_when_nobody_watches(void **state)
{
    static const struct sizes rows[] = {{100, 1}, {600, 1}, {20000, 1}, {600, 256}};
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        size_t limit = settings_most_size(&config);

        for (size_t i = 0; i < TEST_COUNT(rows); i++) {
            struct sizes sizes = rows[i];

            sizes.most = sizes.most < limit ? sizes.most : limit;
            compare_run(&config, sizes, LARGE, i + 1);
        }
    }
}

/* Requests beyond what a break can move are among those that both refuse. */
static void nor_does_a_heap_that_is_full(void **state)
{
    static const struct sizes rows[] = {{3000, 1}, {(size_t)1 << 40, (size_t)1 << 36}};
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);

        for (size_t i = 0; i < TEST_COUNT(rows); i++)
            assert_true(compare_run(&config, rows[i], SMALL, i + 1) > 0);
    }
}

/* A heap that becomes large: a third of its blocks are freed at once, so that it has holes too. */
static void nor_does_a_large_heap_of_small_blocks_differ(void **state)
{
    enum { BLOCKS = 60000, ANY = 0 };
    struct hg_config config = hg_config_default("segregated");
    struct twin *watched = calloc(2, sizeof *watched), *alone = watched + 1;
    struct random random = {.state = 1};

    (void)state;
    assert_non_null(watched);
    twin_open(watched, &config, LARGE, ignore);
    twin_open(alone, &config, LARGE, NULL);
    for (int i = 0; i < BLOCKS; i++) {
        struct operation allocate = {ALLOCATE, ANY, 1 + random_below(&random, 128)};
        struct operation release = {RELEASE, ANY, 0};

        act(watched, &allocate);
        act(alone, &allocate);
        assert_int_equal(offset_of(watched, ANY), offset_of(alone, ANY));
        if (i % 3 == 0) {
            act(watched, &release);
            act(alone, &release);
        }
    }
    assert_int_equal(hg_size(watched->heap), hg_size(alone->heap));
    twin_close(watched);
    twin_close(alone);
    free(watched);
}

/* A large block that slides into the hole to its left. */
static void nor_does_a_block_that_slides(void **state)
{
    static const struct operation operations[] = {{ALLOCATE, 0, 8000},
                                                  {ALLOCATE, 1, 8000},
                                                  {ALLOCATE, 2, 5000},
                                                  {RELEASE, 0, 0},
                                                  {RESIZE, 1, 14000}};
    struct hg_config config = hg_config_default("segregated");
    struct twin *watched = calloc(2, sizeof *watched), *alone = watched + 1;

    (void)state;
    assert_non_null(watched);
    twin_open(watched, &config, LARGE, ignore);
    twin_open(alone, &config, LARGE, NULL);
    for (size_t i = 0; i < TEST_COUNT(operations); i++) {
        act(watched, &operations[i]);
        act(alone, &operations[i]);
        assert_int_equal(offset_of(watched, operations[i].index),
                         offset_of(alone, operations[i].index));
    }
    assert_true(offset_of(alone, 1) < 8000);
    assert_int_equal(hg_size(watched->heap), hg_size(alone->heap));
    twin_close(watched);
    twin_close(alone);
    free(watched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heap_does_the_same_when_nobody_watches),
        cmocka_unit_test(nor_does_a_heap_that_is_full),
        cmocka_unit_test(nor_does_a_large_heap_of_small_blocks_differ),
        cmocka_unit_test(nor_does_a_block_that_slides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
