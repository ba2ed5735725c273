/* test_collector.c: the collector frees what a slow and plain search does not reach, and nothing
 * else, on every policy of the library's. */
#include "collector/collector.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "test.h"

enum { ARENA = 1 << 18, PAYLOADS = 60, ROOTS = 12, WORD = 8 };

struct payload {
    char *start;
    size_t size;  /* bytes that may be used */
    bool reached; /* in the model */
    uint64_t sum; /* of its bytes */
};

/* A heap, and what a test did to it. */
struct world {
    struct hg_arena arena;
    struct hg_heap *heap;
    struct payload payloads[PAYLOADS];
    size_t count;
    uint64_t roots[ROOTS];
    struct random random;
};

static char memory[ARENA] __attribute__((aligned(4096)));

static struct hg_os begin_arena(struct world *world)
{
    memset(memory, 0, sizeof memory);
    world->arena = (struct hg_arena){.start = memory, .size = sizeof memory};
    return hg_os_arena(&world->arena);
}

static struct collector_order order_of(const struct world *world, unsigned stride, bool sweeps)
{
    return (struct collector_order){.kind = &kind_hg,
                                    .heap = world->heap,
                                    .start = memory,
                                    .extent = hg_size(world->heap),
                                    .roots = world->roots,
                                    .root_count = ROOTS,
                                    .stride = stride,
                                    .sweeps = sweeps};
}

/* ---- Random heaps ---- */

/* Something that points to a payload, or into it, or just beyond it, or that is only a number. */
static uint64_t some_word(struct world *world)
{
    const struct payload *payload = &world->payloads[random_below(&world->random, world->count)];
    uint64_t start = (uint64_t)(uintptr_t)payload->start;

    switch (random_below(&world->random, 8)) {
    case 0: return start + random_below(&world->random, payload->size);
    case 1: return start + payload->size;
    case 2: return start - 1;
    case 3: return random_next(&world->random);
    case 4: return (uint64_t)(uintptr_t)memory + random_below(&world->random, ARENA);
    case 5: return start;
    default: return 0;
    }
}

static void write_words(struct world *world, const struct payload *payload)
{
    size_t words = 1 + random_below(&world->random, 4);

    memset(payload->start, 0, payload->size);
    for (size_t i = 0; i < words && payload->size >= WORD; i++) {
        uint64_t word = some_word(world);
        bool odd = random_below(&world->random, 4) == 0;
        size_t at = random_below(&world->random, payload->size - WORD + 1);

        memcpy(payload->start + (odd ? at : at / WORD * WORD), &word, WORD);
    }
}

/* Allocate payloads of random sizes, free some of them again, and let words point to those left. */
static void populate(struct world *world, size_t largest)
{
    for (size_t i = 0; i < PAYLOADS; i++) {
        struct payload *payload = &world->payloads[world->count];

        payload->start = hg_malloc(world->heap, 1 + random_below(&world->random, largest));
        if (!payload->start)
            continue;
        if (random_below(&world->random, 3) == 0 && hg_free(world->heap, payload->start))
            continue;
        payload->size = hg_usable_size(world->heap, payload->start);
        world->count++;
    }
    assert_true(world->count > 0);
    for (size_t i = 0; i < world->count; i++)
        write_words(world, &world->payloads[i]);
    for (size_t i = 0; i < ROOTS; i++)
        world->roots[i] = random_below(&world->random, 2) ? some_word(world) : 0;
}

static uint64_t sum_of(const struct payload *payload)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < payload->size; i++)
        sum = bits_mix(sum + (unsigned char)payload->start[i] + 1);
    return sum;
}

/* ---- The model ---- */

/* Mark the payload into which the word points; whether that is news. */
static bool model_reach(struct world *world, uint64_t word)
{
    for (size_t i = 0; i < world->count; i++) {
        struct payload *payload = &world->payloads[i];
        bool points = word - (uint64_t)(uintptr_t)payload->start < payload->size;

        if (points && !payload->reached)
            return payload->reached = true;
    }
    return false;
}

static bool model_look_through(struct world *world, const struct payload *payload, unsigned stride)
{
    bool news = false;
    uint64_t word;

    for (size_t at = 0; at + WORD <= payload->size; at += stride) {
        memcpy(&word, payload->start + at, WORD);
        news = model_reach(world, word) || news;
    }
    return news;
}

static void model_mark(struct world *world, unsigned stride)
{
    uint64_t word;
    bool news = true;

    for (size_t i = 0; i < world->count; i++)
        world->payloads[i].reached = false;
    for (size_t at = 0; at + WORD <= sizeof world->roots; at += stride) {
        memcpy(&word, (const char *)world->roots + at, WORD);
        model_reach(world, word);
    }
    while (news) {
        news = false;
        for (size_t i = 0; i < world->count; i++) {
            if (world->payloads[i].reached)
                news = model_look_through(world, &world->payloads[i], stride) || news;
        }
    }
}

/* ---- Comparing ---- */

/* Whether the offset is among the orphans. */
static bool is_orphan(const struct collector_result *result, const struct payload *payload)
{
    for (uint64_t i = 0; i < result->orphans; i++) {
        if (result->payloads[i] == (uint64_t)(payload->start - memory))
            return true;
    }
    return false;
}

static void compare(const struct world *world, const struct collector_result *result,
                    const char *policy, unsigned seed)
{
    size_t orphans = 0;

    for (size_t i = 0; i < world->count; i++) {
        const struct payload *payload = &world->payloads[i];

        orphans += !payload->reached;
        if (is_orphan(result, payload) == payload->reached)
            fail_msg("%s, seed %u: payload %zu is %s", policy, seed, i,
                     payload->reached ? "reached, and goes" : "not reached, and stays");
    }
    assert_int_equal(result->orphans, orphans);
    assert_int_equal(result->reached, world->count - orphans);
}

static void check_survivors(const struct world *world, const char *policy)
{
    struct hg_defect defect;

    if (!hg_check(world->heap, hg_size(world->heap), &defect))
        fail_msg("%s: at %#jx: %s", policy, (uintmax_t)defect.at, hg_invariant_text(defect.broken));
    for (size_t i = 0; i < world->count; i++) {
        if (world->payloads[i].reached && sum_of(&world->payloads[i]) != world->payloads[i].sum)
            fail_msg("%s: payload %zu was written to", policy, i);
    }
}

static void run_once(const char *policy, unsigned seed)
{
    struct hg_config config = hg_config_default(policy);
    struct world world = {.random = {seed}};
    struct hg_os os = begin_arena(&world);
    unsigned stride = seed % 2 ? COLLECTOR_WORDS : COLLECTOR_BYTES;
    struct collector_order order;
    struct collector_result result;

    world.heap = hg_open(&config, &os, NULL, NULL);
    assert_non_null(world.heap);
    populate(&world, strncmp(policy, "pool", 4) == 0 ? 64 : 300);
    model_mark(&world, stride);
    for (size_t i = 0; i < world.count; i++)
        world.payloads[i].sum = sum_of(&world.payloads[i]);
    order = order_of(&world, stride, false);
    assert_true(collector_run(&order, &result));
    compare(&world, &result, policy, seed);
    assert_int_equal(result.freed, 0);
    collector_finish(&result);
    order.sweeps = true;
    assert_true(collector_run(&order, &result));
    compare(&world, &result, policy, seed);
    if (strcmp(policy, "linear") != 0)
        assert_int_equal(result.freed, result.orphans);
    check_survivors(&world, policy);
    collector_finish(&result);
    assert_true(collector_run(&order, &result));
    if (strcmp(policy, "linear") != 0)
        assert_int_equal(result.orphans, 0); /* who was reached by no orphan still is */
    collector_finish(&result);
}

static void it_frees_what_is_not_reached_and_nothing_else(void **state)
{
    enum { SEEDS = 60 };

    (void)state;
    for (unsigned number = 0; hg_policy(number); number++) {
        for (unsigned seed = 1; seed <= SEEDS; seed++)
            run_once(hg_policy(number)->name, seed);
    }
}

/* ---- Small heaps ---- */

/* A heap of first-fit with three payloads of 24 bytes. */
static void begin_three(struct world *world)
{
    struct hg_config config = hg_config_default("first-fit");
    struct hg_os os = begin_arena(world);

    world->heap = hg_open(&config, &os, NULL, NULL);
    for (world->count = 0; world->count < 3; world->count++)
        world->payloads[world->count] =
            (struct payload){.start = hg_calloc(world->heap, 1, 24), .size = 24};
}

static void point(const struct world *world, size_t from, size_t slot, size_t to)
{
    memcpy(world->payloads[from].start + slot * WORD, &world->payloads[to].start, WORD);
}

static void cycles_go(void **state)
{
    struct world world = {.count = 0};
    struct collector_order order;
    struct collector_result result;

    (void)state;
    begin_three(&world);
    point(&world, 1, 0, 2);
    point(&world, 2, 2, 1);
    world.roots[3] = (uint64_t)(uintptr_t)world.payloads[0].start;
    order = order_of(&world, COLLECTOR_WORDS, true);
    assert_true(collector_run(&order, &result));
    assert_int_equal(result.reached, 1);
    assert_int_equal(result.freed, 2);
    assert_int_equal(result.orphan_bytes, 48);
    assert_true(result.payloads[0] < result.payloads[1]);
    collector_finish(&result);
}

static void odd_bytes_count_only_where_every_byte_is_looked_at(void **state)
{
    struct world world = {.count = 0};
    struct collector_order order;
    struct collector_result result;

    (void)state;
    begin_three(&world);
    memcpy(world.payloads[0].start + 3, &world.payloads[1].start, WORD);
    memcpy((char *)world.roots + 13, &world.payloads[2].start, WORD);
    world.roots[5] = (uint64_t)(uintptr_t)world.payloads[0].start;
    order = order_of(&world, COLLECTOR_BYTES, true);
    assert_true(collector_run(&order, &result));
    assert_int_equal(result.orphans, 0);
    order.stride = COLLECTOR_WORDS;
    assert_true(collector_run(&order, &result));
    assert_int_equal(result.freed, 2);
    collector_finish(&result);
}

static void an_empty_heap_has_no_orphans(void **state)
{
    struct hg_config config = hg_config_default("first-fit");
    struct world world = {.count = 0};
    struct hg_os os = begin_arena(&world);
    struct collector_order order;
    struct collector_result result;

    (void)state;
    world.heap = hg_open(&config, &os, NULL, NULL);
    world.roots[0] = (uint64_t)(uintptr_t)memory;
    order = order_of(&world, COLLECTOR_WORDS, true);
    assert_true(collector_run(&order, &result));
    assert_int_equal(result.reached + result.orphans, 0);
    collector_finish(&result);
}

/* ---- What it tells ---- */

enum { TOLD_MOST = 64 };

struct told {
    struct hg_event events[TOLD_MOST];
    size_t count;
};

static void note(void *context, const struct hg_event *event)
{
    struct told *told = context;

    assert_true(told->count < TOLD_MOST);
    told->events[told->count++] = *event;
}

static void add_names(const struct told *told, char *text, size_t size)
{
    for (size_t i = 0; i < told->count; i++) {
        const struct hg_event *event = &told->events[i];
        size_t length = strlen(text);

        snprintf(text + length, size - length, "%s%s%s", i ? " " : "", event_name(event->kind),
                 event->kind == EVENT_LOOK && event->fits ? "!" : "");
    }
}

static void it_tells_of_each_window_and_block_in_order(void **state)
{
    struct world world = {.count = 0};
    struct told told = {.count = 0};
    struct collector_order order;
    struct collector_result result;
    char text[400] = "";

    (void)state;
    begin_three(&world);
    point(&world, 0, 1, 1);
    world.roots[2] = (uint64_t)(uintptr_t)world.payloads[0].start;
    order = order_of(&world, COLLECTOR_WORDS, false);
    order.observe = note;
    order.context = &told;
    assert_true(collector_run(&order, &result));
    add_names(&told, text, sizeof text);
    assert_string_equal(text,
                        "root grey look look! grey look black look look look black orphan swept");
    assert_int_equal(told.events[0].other, 2 * WORD);
    assert_int_equal(told.events[3].at, world.payloads[0].start - memory + WORD);
    assert_int_equal(told.events[3].size, WORD);
    assert_int_equal(told.events[3].other, told.events[4].at);
    assert_int_equal(told.events[6].other, 1);
    collector_finish(&result);
}

static void a_long_payload_without_pointers_is_told_of_in_few_words(void **state)
{
    struct world world = {.count = 0};
    struct told told = {.count = 0};
    struct collector_order order;
    struct collector_result result;
    uint64_t covered = 0;

    (void)state;
    begin_three(&world);
    world.payloads[0] = (struct payload){.start = hg_calloc(world.heap, 1, 40000), .size = 40000};
    point(&world, 0, 2500, 1);
    world.roots[2] = (uint64_t)(uintptr_t)world.payloads[0].start;
    order = order_of(&world, COLLECTOR_WORDS, false);
    order.observe = note;
    order.context = &told;
    assert_true(collector_run(&order, &result));
    for (size_t i = 0; i < told.count; i++)
        covered += told.events[i].kind == EVENT_LOOK ? told.events[i].size : 0;
    assert_int_equal(covered, hg_usable_size(world.heap, world.payloads[0].start) + 24);
    collector_finish(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_frees_what_is_not_reached_and_nothing_else),
        cmocka_unit_test(cycles_go),
        cmocka_unit_test(odd_bytes_count_only_where_every_byte_is_looked_at),
        cmocka_unit_test(an_empty_heap_has_no_orphans),
        cmocka_unit_test(it_tells_of_each_window_and_block_in_order),
        cmocka_unit_test(a_long_payload_without_pointers_is_told_of_in_few_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
