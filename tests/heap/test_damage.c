/* test_damage.c: heaps of every policy with random damage: check and walk report it; they never
 * follow it out of bounds, or round and round. The heap ends where memory ends, so that reading
 * beyond it faults. */
#include <string.h>
#include <sys/mman.h>

#include "base/random.h"
#include "heapglass/heap.h"
#include "test.h"

enum { MEMORY_SIZE = 1 << 18, GUARD_SIZE = 4096, OPERATIONS = 300, LIVE_MAX = 96, ROUNDS = 4000 };

struct patient {
    char *memory;  /* MEMORY_SIZE bytes, and behind them a page that cannot be touched */
    char *healthy; /* a copy of the heap before it was damaged */
    struct hg_arena arena;
    struct hg_heap *heap;
};

static char *map_memory(void)
{
    char *memory = mmap(NULL, MEMORY_SIZE + GUARD_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_true(memory != MAP_FAILED);
    assert_int_equal(mprotect(memory + MEMORY_SIZE, GUARD_SIZE, PROT_NONE), 0);
    return memory;
}

/* Allocate and free for a while, always in the same way. */
static void use(struct hg_heap *heap, uint64_t seed)
{
    struct random random = {.state = seed};
    void *live[LIVE_MAX];
    size_t count = 0;

    for (int i = 0; i < OPERATIONS; i++) {
        size_t victim = count ? random_below(&random, count) : 0;
        void *payload;

        if (count == LIVE_MAX || (count > 0 && random_below(&random, 3) == 0)) {
            hg_free(heap, live[victim]);
            live[victim] = live[--count];
        } else if ((payload = hg_malloc(heap, random_below(&random, i % 8 ? 200 : 4000)))) {
            live[count++] = payload;
        }
    }
}

static void open_at(struct patient *patient, const struct hg_config *config, size_t skipped,
                    uint64_t seed)
{
    struct hg_os os = hg_os_arena(&patient->arena);

    memset(patient->memory, 0, MEMORY_SIZE);
    patient->arena =
        (struct hg_arena){.start = patient->memory + skipped, .size = MEMORY_SIZE - skipped};
    patient->heap = hg_open(config, &os, NULL, NULL);
    assert_non_null(patient->heap);
    use(patient->heap, seed);
}

/* Open a heap, once to learn how large it becomes, and once so that it ends at the guard. */
static void prepare(struct patient *patient, const struct hg_config *config, uint64_t seed)
{
    size_t unit =
        config->settings[HG_SETTING_ALIGNMENT] > 64 ? config->settings[HG_SETTING_ALIGNMENT] : 64;
    struct hg_defect defect;

    open_at(patient, config, 0, seed);
    open_at(patient, config, (MEMORY_SIZE - patient->arena.used) & ~(unit - 1), seed);
    assert_true(hg_check(patient->heap, patient->arena.used, &defect));
    memcpy(patient->healthy, patient->arena.start, patient->arena.used);
}

/* Write over the heap in a few places, with anything or with something near a real address. */
static void damage(struct patient *patient, struct random *random)
{
    size_t used = patient->arena.used;
    uint64_t start = (uint64_t)(uintptr_t)patient->arena.start;

    memcpy(patient->arena.start, patient->healthy, used);
    for (uint64_t i = 0, count = 1 + random_below(random, 8); i < count; i++) {
        size_t range = used > 512 && random_below(random, 2) ? 512 : used;
        size_t at = random_below(random, range / 8) * 8;
        uint64_t word = random_next(random) >> random_below(random, 64);

        if (random_below(random, 2))
            word = start + random_below(random, used);
        if (random_below(random, 4) == 0) /* just below the break */
            word = start + used - 8 * random_below(random, 8);
        memcpy(patient->arena.start + at, &word, sizeof word);
    }
}

struct reading {
    uint64_t until, size, items;
};

static bool expect_in_bounds(void *context, const struct hg_block *block)
{
    struct reading *reading = context;

    assert_int_equal(block->at, reading->until);
    assert_true(block->size > 0 && block->size <= reading->size - block->at);
    assert_true(block->kind <= HG_KIND_UNREADABLE);
    reading->until += block->size;
    return true;
}

static bool count_item(void *context, uint64_t at)
{
    struct reading *reading = context;

    assert_true(at < reading->size);
    reading->items++;
    return true;
}

static void read_all(const struct patient *patient, const struct hg_config *config)
{
    struct reading reading = {.size = patient->arena.used};
    struct hg_defect defect;

    hg_check(patient->heap, reading.size, &defect);
    hg_walk(patient->heap, reading.size, 0, expect_in_bounds, &reading);
    assert_int_equal(reading.until, reading.size);
    for (uint32_t list = 0; list < hg_list_count(config); list++) {
        reading.items = 0;
        hg_list_walk(patient->heap, reading.size, list, count_item, &reading);
        assert_true(reading.items <= reading.size / 8);
    }
}

static void damaged_heaps_are_read_within_bounds(void **state)
{
    static const uint64_t alignments[] = {8, 16, 64};
    struct patient patient = {.memory = map_memory(), .healthy = map_memory()};
    const struct hg_policy_info *policy;
    struct random random = {.state = 99};

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config;
        unsigned setting;

        for (int round = 0; round < ROUNDS; round++) {
            if (round % 100 == 0) {
                config = hg_config_default(policy->name);
                config.settings[HG_SETTING_ALIGNMENT] = alignments[random_below(&random, 3)];
                config.settings[HG_SETTING_HEADER] = (uint64_t)8 << random_below(&random, 3);
                config.settings[HG_SETTING_ORDER] = random_below(&random, 5);
                config.settings[HG_SETTING_BOUNDARY_TAGS] = random_below(&random, 2);
                config.settings[HG_SETTING_GROW] = random_below(&random, 2) ? 4096 : HG_GROW_EXACT;
                if (hg_config_problem(&config, &setting))
                    config = hg_config_default(policy->name);
                prepare(&patient, &config, random_next(&random));
            }
            damage(&patient, &random);
            read_all(&patient, &config);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_heaps_are_read_within_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
