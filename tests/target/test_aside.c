/* test_aside.c: memory beside a heap, by which long lists are gone through, changes nothing that is
 * told of the heap, nor how large it may be. */
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "target/same_change.h"
#include "target/serve.h"
#include "target/target.h"
#include "test.h"

enum { SLOTS = 5000, ROUNDS = 300 };

static struct target_change run(struct target *target, struct op op)
{
    struct target_change change;

    assert_true(target_run(target, &op, &change));
    return change;
}

/* A heap whose list is long. One that may be damaged goes along its list all the same: it is enough
 * that a pointer was looked at before it was freed. */
static struct target *start_under(const char *policy, enum hg_order order, bool is_suspect)
{
    struct hg_config config = kind_config_default(policy);
    struct kind_description description;
    struct target_splice splice;
    struct error error;
    struct target *target = target_create(NULL, &error);

    config.settings[HG_SETTING_ORDER] = order;
    assert_non_null(target);
    assert_true(target_open(target, &config, &description, &splice, &error));
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        run(target, (struct op){.kind = OP_ALLOC, .slot = slot, .size = 24 + slot * 7 % 300});
    for (uint32_t slot = 1; slot < SLOTS; slot += 2)
        run(target, (struct op){.kind = OP_FREE, .slot = slot, .examine = slot == 1 && is_suspect});
    return target;
}

static struct target *start(bool is_suspect)
{
    return start_under("best-fit", HG_ORDER_LIFO, is_suspect);
}

/* Private memory of the heap process, in KiB. */
static unsigned long data_size(struct target *target)
{
    char path[64], line[256];
    unsigned long size = 0;
    FILE *status;

    snprintf(path, sizeof path, "/proc/%d/status", target_pid(target));
    status = fopen(path, "r");
    assert_non_null(status);
    while (fgets(line, sizeof line, status))
        sscanf(line, "VmData: %lu", &size);
    fclose(status);
    return size;
}

/* Whether memory beside the heap was mapped since there was so much. */
static bool has_aside(struct target *target, unsigned long before)
{
    return data_size(target) - before >= 8192;
}

/* What may come next, and which variables then point to a block. */
struct plan {
    struct random random;
    bool is_live[SLOTS];
};

static struct plan plan_begin(void)
{
    struct plan plan = {.random = {5}};

    for (size_t slot = 0; slot < SLOTS; slot += 2)
        plan.is_live[slot] = true;
    return plan;
}

static struct op plan_op(struct plan *plan)
{
    static const enum op_kind to_live[] = {OP_FREE, OP_REALLOC, OP_COALESCE};
    static const enum op_kind to_none[] = {OP_ALLOC, OP_ALIGNED};
    size_t slot = random_below(&plan->random, SLOTS);
    struct op op = {
        .slot = (uint32_t)slot, .size = 1 + random_below(&plan->random, 600), .argument = 256};

    op.kind = plan->is_live[slot] ? to_live[random_below(&plan->random, TEST_COUNT(to_live))]
                                  : to_none[random_below(&plan->random, TEST_COUNT(to_none))];
    plan->is_live[slot] = op.kind != OP_FREE;
    return op;
}

/* The same is done to both, and told of both. */
static void act_on_both(struct target *one, struct target *other, struct plan *plan)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct op op = plan_op(plan);
        struct target_change change = run(one, op), expected = run(other, op);

        assert_same_change(&change, &expected);
    }
}

static struct target *clone_of(struct target *target)
{
    struct error error;
    struct target *clone = target_clone(target, TARGET_BOTH_ACT, &error);

    assert_non_null(clone);
    return clone;
}

/* The same is done to both, and nobody is told. */
static void replay_on_both(struct target *one, struct target *other, struct plan *plan)
{
    const struct op_result *results;
    struct op silent[ROUNDS];

    for (int i = 0; i < ROUNDS; i++)
        silent[i] = plan_op(plan);
    assert_true(target_replay(one, silent, ROUNDS, false, &results));
    assert_true(target_replay(other, silent, ROUNDS, false, &results));
}

/* Also behind a replay, of which nobody is told, and in a clone. */
static void what_is_told_of_a_long_list_is_the_same(void **state)
{
    struct target *aside = start(false), *along = start(true), *clone;
    unsigned long aside_before = data_size(aside), along_before = data_size(along);
    struct plan plan = plan_begin();

    (void)state;
    act_on_both(aside, along, &plan);
    replay_on_both(aside, along, &plan);
    act_on_both(aside, along, &plan);
    clone = clone_of(aside);
    act_on_both(clone, along, &plan);
    assert_true(has_aside(aside, aside_before));
    assert_false(has_aside(along, along_before));
    target_destroy(clone);
    target_destroy(along);
    target_destroy(aside);
}

/* What a heap came to by an index, of which nobody was told, is what its searches would have made
 * of it; and an index is not taken to be true behind what was told. */
static void a_heap_is_the_same_behind_what_is_not_told(void **state)
{
    static const struct {
        const char *policy;
        enum hg_order order;
    } rows[] = {
        {"kr", HG_ORDER_LIFO},           {"csapp", HG_ORDER_LIFO},
        {"ostep", HG_ORDER_LIFO},        {"osmem", HG_ORDER_LIFO},
        {"first-fit", HG_ORDER_ADDRESS}, {"next-fit", HG_ORDER_ADDRESS},
        {"best-fit", HG_ORDER_LIFO},     {"best-fit", HG_ORDER_SIZE_UP},
        {"worst-fit", HG_ORDER_FIFO},
    };
    enum { TIMES = 20 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct target *aside = start_under(rows[i].policy, rows[i].order, false);
        struct target *along = start_under(rows[i].policy, rows[i].order, true);
        unsigned long aside_before = data_size(aside), along_before = data_size(along);
        struct plan plan = plan_begin();

        for (int time = 0; time < TIMES; time++) {
            replay_on_both(aside, along, &plan);
            if (time % 8 == 7)
                act_on_both(aside, along, &plan);
        }
        act_on_both(aside, along, &plan);
        assert_true(has_aside(aside, aside_before));
        assert_false(has_aside(along, along_before));
        target_destroy(along);
        target_destroy(aside);
    }
}

/* How many KiB of the memory beside the heap the process has: of the mapping that is so large. */
static unsigned long aside_resident(struct target *target)
{
    enum { ASIDE_KIB = 64 << 10 };
    unsigned long size = 0, resident = 0, found = 0;
    char path[64], line[512];
    FILE *maps;

    snprintf(path, sizeof path, "/proc/%d/smaps", target_pid(target));
    maps = fopen(path, "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        sscanf(line, "Size: %lu", &size);
        if (sscanf(line, "Rss: %lu", &resident) == 1 && size == ASIDE_KIB)
            found += resident;
    }
    fclose(maps);
    return found;
}

/* What lies beside a heap is not copied when there is a clone, nor at the first write to it. */
static void a_clone_has_memory_of_its_own_beside_the_heap(void **state)
{
    const struct op search = {.kind = OP_ALLOC, .slot = 1, .size = 100};
    struct target *target = start(false), *clone;

    (void)state;
    run(target, search);
    assert_true(aside_resident(target) > 0);
    clone = clone_of(target);
    assert_int_equal(aside_resident(clone), 0);
    run(clone, search);
    assert_true(aside_resident(clone) > 0);
    target_destroy(clone);
    target_destroy(target);
}

/* The first long search has a use for memory beside the heap, and not only the next. */
static void it_is_there_from_the_first_long_search_on(void **state)
{
    struct target *target = start(false);
    unsigned long before = data_size(target);

    (void)state;
    run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 100});
    assert_true(has_aside(target, before));
    assert_true(aside_resident(target) > 0);
    target_destroy(target);
}

/* A limit on the heap counts all private memory; what lies beside the heap leaves it as much. */
static void a_limit_leaves_the_heap_as_much(void **state)
{
    enum { LIMIT = 8 << 20, LARGE = 64 << 10, MORE = 6 << 20 };
    struct target *target = start(false);
    unsigned long before = data_size(target);
    struct target_change change;

    (void)state;
    run(target, (struct op){.kind = OP_LIMIT, .size = LIMIT});
    run(target, (struct op){.kind = OP_ALLOC, .size = LARGE});
    change = run(target, (struct op){.kind = OP_ALLOC, .size = MORE});
    assert_true(has_aside(target, before));
    assert_false(change.result.refused);
    assert_true(change.result.heap_size <= LIMIT);
    change = run(target, (struct op){.kind = OP_ALLOC, .size = MORE});
    assert_true(change.result.refused);
    target_destroy(target);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_of_a_long_list_is_the_same),
        cmocka_unit_test(a_heap_is_the_same_behind_what_is_not_told),
        cmocka_unit_test(a_clone_has_memory_of_its_own_beside_the_heap),
        cmocka_unit_test(it_is_there_from_the_first_long_search_on),
        cmocka_unit_test(a_limit_leaves_the_heap_as_much),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
