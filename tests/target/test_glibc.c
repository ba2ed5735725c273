/* test_glibc.c: the C library's malloc as a heap: driven in a heap process, read back from its
 * chunk headers. */
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "needs_glibc.h"
#include "target/serve.h"
#include "target/space.h"
#include "target/target.h"
#include "test.h"

enum { HEADER = 8, SLOTS = 200 };

static struct kind_description description; /* of the heap that was started last */

/* Later versions of the C library's malloc take no small threshold. */
int mallopt(int parameter, int value)
{
    int (*next)(int parameter, int value);
    void *found = dlsym(RTLD_NEXT, "mallopt");

    memcpy(&next, &found, sizeof next);
    return parameter == M_MMAP_THRESHOLD && value < 1000 ? 0 : next(parameter, value);
}

static struct target *start_with(const struct hg_config *config, struct target_splice *ret_splice)
{
    struct error error;
    struct target *target = target_create(NULL, &error);

    assert_non_null(target);
    if (!target_open(target, config, &description, ret_splice, &error))
        fail_msg("%s", error.text);
    assert_string_equal(description.policy, "glibc");
    return target;
}

static struct target *start(struct target_splice *ret_splice)
{
    struct hg_config config = kind_config_default("glibc");

    return start_with(&config, ret_splice);
}

static struct op_result run(struct target *target, struct op op, struct target_splice *ret_splice)
{
    struct target_change change;

    assert_true(target_run(target, &op, &change));
    assert_true(target_walk(target, 0, ret_splice)); /* not what has changed alone */
    ret_splice->heap_size = change.result.heap_size;
    return change.result;
}

static void assert_tiled(const struct target_splice *splice)
{
    uint64_t at = 0;

    assert_int_equal(splice->low, 0);
    assert_int_equal(splice->more, OFFSET_NULL);
    for (size_t i = 0; i < splice->count; i++) {
        assert_int_equal(splice->blocks[i].at, at);
        assert_int_not_equal(splice->blocks[i].kind, HG_KIND_UNREADABLE);
        at += splice->blocks[i].size;
    }
    assert_int_equal(at, splice->heap_size);
}

/* The block whose payload this is. */
static const struct hg_block *block_of(const struct target_splice *splice, uint64_t payload)
{
    for (size_t i = 0; i < splice->count; i++) {
        if (splice->blocks[i].at + splice->blocks[i].header == payload)
            return &splice->blocks[i];
    }
    fail_msg("no block has the payload +0x%llx", (unsigned long long)payload);
    return NULL;
}

static void assert_in_use(const struct target_splice *splice, const struct op_result *result)
{
    const struct hg_block *block = block_of(splice, result->payload);

    assert_int_equal(block->kind, HG_KIND_USED);
    assert_int_equal(block->header, HEADER);
    assert_int_equal(block->size, HEADER + result->usable); /* malloc_usable_size */
}

static void nothing_but_what_malloc_needs_lies_in_a_fresh_heap(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op_result first;

    (void)state;
    assert_tiled(&splice);
    assert_int_equal(splice.count, 2);
    assert_int_equal(splice.blocks[0].kind, HG_KIND_BOOKKEEPING);
    assert_int_equal(splice.blocks[1].kind, HG_KIND_FREE);
    first = run(target, (struct op){.kind = OP_ALLOC, .size = 100}, &splice);
    assert_int_equal(first.payload, splice.blocks[0].size + HEADER);
    assert_int_equal(splice.count, 3);
    target_destroy(target);
}

static void each_operation_does_what_malloc_does(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    const unsigned char *bytes;
    struct op_result result;
    size_t count;

    (void)state;
    result = run(target, (struct op){.kind = OP_ALLOC, .size = 24}, &splice);
    assert_in_use(&splice, &result);
    assert_int_equal(result.usable, 24);
    run(target, (struct op){.kind = OP_FILL, .size = 24, .argument = 0xab}, &splice);
    assert_true(target_peek(target, result.payload, 24, &bytes, &count));
    assert_int_equal(bytes[23], 0xab);
    result = run(target, (struct op){.kind = OP_REALLOC, .size = 5000}, &splice);
    assert_in_use(&splice, &result);
    assert_true(target_peek(target, result.payload, 24, &bytes, &count));
    assert_int_equal(bytes[23], 0xab);
    result =
        run(target, (struct op){.kind = OP_CALLOC, .slot = 1, .size = 10, .argument = 20}, &splice);
    assert_in_use(&splice, &result);
    assert_true(result.usable >= 200);
    result = run(target, (struct op){.kind = OP_ALIGNED, .slot = 2, .size = 10, .argument = 512},
                 &splice);
    assert_in_use(&splice, &result);
    assert_int_equal((splice.heap_size + result.payload) % 512, splice.heap_size % 512);
    result = run(target, (struct op){.kind = OP_FREE, .slot = 1}, &splice);
    assert_false(result.refused);
    result = run(target, (struct op){.kind = OP_COALESCE}, &splice);
    assert_true(result.refused); /* there is no such thing */
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 3, .size = UINT64_MAX / 2}, &splice);
    assert_true(result.refused);
    assert_int_equal(result.payload, OFFSET_NULL);
    assert_tiled(&splice);
    target_destroy(target);
}

static void large_blocks_lie_on_the_break_too(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    uint64_t before = splice.heap_size;
    struct op_result result;

    (void)state;
    result = run(target, (struct op){.kind = OP_ALLOC, .size = 8 << 20}, &splice);
    assert_in_use(&splice, &result);
    assert_tiled(&splice);
    assert_true(splice.heap_size >= before + (8 << 20));
    run(target, (struct op){.kind = OP_FREE}, &splice); /* malloc gives the top back */
    assert_tiled(&splice);
    assert_true(splice.heap_size <= before + (1 << 20));
    target_destroy(target);
}

static struct op random_op(struct random *random)
{
    static const enum op_kind kinds[] = {OP_ALLOC, OP_ALLOC,   OP_CALLOC,
                                         OP_FREE,  OP_REALLOC, OP_ALIGNED};
    static const uint64_t sizes[] = {24, 200, 1500, 40000, 300000};
    struct op op = {.kind = kinds[random_below(random, 6)],
                    .slot = (uint32_t)random_below(random, SLOTS),
                    .size = 1 + random_below(random, sizes[random_below(random, 5)])};

    if (op.kind == OP_CALLOC)
        op.argument = 1;
    else if (op.kind == OP_ALIGNED)
        op.argument = (uint64_t)16 << random_below(random, 6);
    return op;
}

/* Whatever was asked for before: blocks tile the heap, and those of live payloads are in use and as
 * large as malloc_usable_size says. */
static void the_blocks_are_those_that_malloc_knows(void **state)
{
    struct op_result live[SLOTS] = {0};
    struct target_splice splice;
    struct target *target = start(&splice);
    struct random random = {12};
    struct hg_defect defect;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct op op = random_op(&random);
        bool allocates = op.kind != OP_FREE && op.kind != OP_REALLOC;
        struct op_result result;

        if ((live[op.slot].usable > 0) == allocates)
            continue;
        result = run(target, op, &splice);
        assert_false(result.refused);
        live[op.slot] = op.kind == OP_FREE ? (struct op_result){0} : result;
        assert_tiled(&splice);
        for (int slot = 0; i % 50 == 0 && slot < SLOTS; slot++) {
            if (live[slot].usable > 0)
                assert_in_use(&splice, &live[slot]);
        }
    }
    assert_true(target_check(target, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_NONE);
    target_destroy(target);
}

/* Behind it the walk goes on where headers lead to the top again. */
static void a_damaged_header_costs_its_block_alone(void **state)
{
    static const unsigned char bytes[] = {0x00, 0x01, 0x22, 0x7f, 0xff};
    struct target_splice splice;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct target *target = start(&splice);
        uint64_t payload = run(target, (struct op){.kind = OP_ALLOC, .size = 24}, &splice).payload;
        const struct hg_block *lost;
        struct hg_defect defect;

        run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 24}, &splice);
        run(target, (struct op){.kind = OP_FILL, .size = 32, .argument = bytes[i]}, &splice);
        assert_true(target_walk(target, 0, &splice));
        lost = &splice.blocks[splice.count - 2];
        assert_int_equal(lost->kind, HG_KIND_UNREADABLE);
        assert_int_equal(lost->at, payload + 24);
        assert_int_equal(lost->size, 32);
        assert_int_equal(lost[1].kind, HG_KIND_FREE);
        assert_int_equal(lost[1].at + lost[1].size, splice.heap_size);
        assert_true(target_check(target, &defect));
        assert_int_equal(defect.broken, HG_INVARIANT_TAG);
        assert_int_equal(defect.at, payload + 24);
        target_destroy(target);
    }
}

static void behind_a_damaged_top_there_is_nothing(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    uint64_t payload = run(target, (struct op){.kind = OP_ALLOC, .size = 24}, &splice).payload;
    const struct hg_block *last;

    (void)state;
    run(target, (struct op){.kind = OP_FILL, .size = 32, .argument = 0x7f}, &splice);
    assert_true(target_walk(target, 0, &splice));
    last = &splice.blocks[splice.count - 1];
    assert_int_equal(last->kind, HG_KIND_UNREADABLE);
    assert_int_equal(last->at, payload + 24);
    assert_int_equal(last->at + last->size, splice.heap_size);
    target_destroy(target);
}

static void a_wrong_footer_is_found(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct hg_defect defect;
    struct op_result freed;

    (void)state;
    freed = run(target, (struct op){.kind = OP_ALLOC, .size = 2040}, &splice); /* no cache has it */
    run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 24}, &splice);
    run(target, (struct op){.kind = OP_FREE}, &splice);
    assert_int_equal(block_of(&splice, freed.payload)->kind, HG_KIND_FREE);
    assert_int_equal(block_of(&splice, freed.payload)->footer, HEADER);
    run(target, (struct op){.kind = OP_FILL, .size = freed.usable, .argument = 1}, &splice);
    assert_true(target_check(target, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_FOOTER);
    assert_int_equal(defect.at, freed.payload - HEADER);
    target_destroy(target);
}

static void a_limit_makes_malloc_answer_null(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op_result result;

    (void)state;
    run(target, (struct op){.kind = OP_LIMIT, .size = 1 << 20}, &splice);
    result = run(target, (struct op){.kind = OP_ALLOC, .size = 2 << 20}, &splice);
    assert_true(result.refused);
    assert_tiled(&splice);
    result = run(target, (struct op){.kind = OP_ALLOC, .size = 500000}, &splice);
    assert_false(result.refused);
    assert_in_use(&splice, &result);
    run(target, (struct op){.kind = OP_LIMIT, .size = NO_LIMIT}, &splice);
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 2 << 20}, &splice);
    assert_false(result.refused);
    target_destroy(target);
}

static void a_clone_goes_its_own_way(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice), *clone;
    struct op_result here, there;
    struct error error;

    (void)state;
    run(target, (struct op){.kind = OP_ALLOC, .size = 100}, &splice);
    run(target, (struct op){.kind = OP_FREE}, &splice);
    clone = target_clone(target, TARGET_BOTH_ACT, &error);
    assert_non_null(clone);
    there = run(clone, (struct op){.kind = OP_ALLOC, .size = 100}, &splice);
    assert_in_use(&splice, &there);
    here = run(target, (struct op){.kind = OP_ALLOC, .size = 100}, &splice);
    assert_int_equal(here.payload, there.payload); /* both had it in their caches */
    target_destroy(clone);
    target_destroy(target);
}

/* How many blocks wait on the list of this name. */
static size_t count_on(struct target *target, const char *name)
{
    uint32_t list = 0;
    struct target_run read;

    while (strcmp(description.lists[list].name, name) != 0)
        assert_true(++list < description.list_count);
    assert_true(target_list(target, list, 0, 100, &read));
    return read.count;
}

/* What only the environment can set, mallopt and what the user's own environment says. */
static void settings_are_those_of_the_heap(void **state)
{
    struct hg_config config = kind_config_default("glibc");
    struct target_splice splice;
    struct target *target;

    (void)state;
    setenv("GLIBC_TUNABLES", "glibc.malloc.mxfast=128", 1);
    config.settings[KIND_SETTING_TCACHE_COUNT] = 2;
    config.settings[KIND_SETTING_TOP_PAD] = 1 << 20;
    target = start_with(&config, &splice);
    assert_true(splice.heap_size >= 1 << 20);
    for (uint32_t i = 0; i < 5; i++)
        run(target, (struct op){.kind = OP_ALLOC, .slot = i, .size = 24}, &splice);
    for (uint32_t i = 0; i < 5; i++)
        run(target, (struct op){.kind = OP_FREE, .slot = i}, &splice);
    assert_int_equal(count_on(target, "tcache 32"), 2);
    assert_int_equal(count_on(target, "fast 32"), 3);
    target_destroy(target);
    unsetenv("GLIBC_TUNABLES");
}

/* What the kind remembers is none of the user's stack, as the kernel lists it. */
static void its_own_memory_is_no_part_of_the_stack(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    const struct space_part *stack;
    struct space space;
    struct error error;

    (void)state;
    assert_true(space_read(target_pid(target), splice.stack.top - 1, &space, &error));
    stack = space_find(&space, SPACE_VARIABLES);
    assert_non_null(stack);
    assert_int_equal(stack->end - stack->start, (uint64_t)VARIABLES_MAX * sizeof(uint64_t));
    space_finish(&space);
    target_destroy(target);
}

/* What is larger than the top then is mapped apart, and no part of the heap. */
static void what_is_mapped_apart_lies_outside(void **state)
{
    struct hg_config config = kind_config_default("glibc");
    struct target_splice splice;
    struct op_result result;
    struct target *target;

    (void)state;
    config.settings[KIND_SETTING_MMAP_THRESHOLD] = 128 * 1024;
    target = start_with(&config, &splice);
    result = run(target, (struct op){.kind = OP_ALLOC, .size = 200000}, &splice);
    assert_false(result.refused);
    assert_true(result.usable >= 200000);
    assert_true(result.payload >= splice.heap_size);
    assert_tiled(&splice);
    assert_int_equal(splice.count, 2);
    result = run(target, (struct op){.kind = OP_FREE}, &splice);
    assert_false(result.refused);
    target_destroy(target);
}

static void what_malloc_does_not_take_is_said(void **state)
{
    struct hg_config config = kind_config_default("glibc");
    struct target *target;
    struct target_splice splice;
    struct error error;

    (void)state;
    config.settings[KIND_SETTING_MMAP_THRESHOLD] = 999;
    target = target_create(NULL, &error);
    assert_non_null(target);
    assert_false(target_open(target, &config, &description, &splice, &error));
    assert_non_null(strstr(error.text, " takes no mmap-threshold of 999 (mallopt refused it)"));
    target_destroy(target);
    config.settings[KIND_SETTING_MMAP_THRESHOLD] = 1000;
    target_destroy(start_with(&config, &splice));
}

/* How many blocks are read back after a step. */
static size_t count_read(struct target *target, struct op op)
{
    struct target_change change;

    assert_true(target_run(target, &op, &change));
    assert_int_equal(change.splice.more, OFFSET_NULL);
    return change.splice.count;
}

enum { COUNT = 2000 }; /* blocks of a heap */

/* A heap of small blocks and large ones between them, with no caches. */
static struct target *start_with_many(struct target_splice *ret_splice)
{
    struct hg_config config = kind_config_default("glibc");
    struct target *target;

    config.settings[KIND_SETTING_TCACHE_COUNT] = 0;
    target = start_with(&config, ret_splice);
    for (uint32_t i = 0; i < COUNT; i++)
        run(target, (struct op){.kind = OP_ALLOC, .slot = i, .size = i % 4 ? 24 : 2000},
            ret_splice);
    return target;
}

/* Blocks that wait in fast bins here and there merge, others are sorted, and so many others lie in
 * between and wait themselves. */
static void a_step_reads_back_what_it_changed_alone(void **state)
{
    enum { FEW = 12 };
    struct op_result result;
    struct target_splice splice;
    struct target *target = start_with_many(&splice);

    (void)state;
    for (uint32_t i = 101; i < COUNT; i += 600)
        assert_true(count_read(target, (struct op){.kind = OP_FREE, .slot = i}) <= 2);
    for (uint32_t i = 204; i < COUNT; i += 600)
        assert_true(count_read(target, (struct op){.kind = OP_FREE, .slot = i}) <= 2);
    assert_true(count_read(target, (struct op){.kind = OP_ALLOC, .slot = 101, .size = 5000}) <=
                FEW);
    assert_int_equal(count_on(target, "fast 32"), 0);
    assert_int_equal(count_on(target, "unsorted"), 0);
    for (uint32_t i = 1; i < COUNT; i += 4)
        count_read(target, (struct op){.kind = OP_FREE, .slot = i == 101 ? 103 : i});
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 24}, &splice);
    assert_false(result.refused);
    assert_true(count_read(target, (struct op){.kind = OP_FREE, .slot = 1}) <= 2);
    target_destroy(target);
}

static size_t count_unlinked(const struct target_splice *splice, const char *list)
{
    size_t count = 0;

    for (size_t i = 0; i < splice->event_count; i++) {
        const struct hg_event *event = &splice->events[i];

        count += event->kind == HG_EVENT_UNLINK &&
                 strcmp(description_list_name(&description, event->list), list) == 0;
    }
    return count;
}

/* What waits in fast bins merges with what is free beside it, and that is told of each block,
 * though the bin that has those is long, and so is the unsorted one, with nothing but blocks as
 * large. */
static void each_of_many_that_merge_is_told_of(void **state)
{
    enum { UNITS = 2000, UNIT = 3, BLOCKS = 2 * UNITS * UNIT };
    static const size_t sizes[UNIT] = {2000, 24, 24};
    struct hg_config config = kind_config_default("glibc");
    struct target_splice splice;
    struct target_change change;
    struct target *target;

    (void)state;
    config.settings[KIND_SETTING_TCACHE_COUNT] = 0;
    target = start_with(&config, &splice);
    for (uint32_t i = 0; i < BLOCKS; i++)
        count_read(target, (struct op){.kind = OP_ALLOC, .slot = i, .size = sizes[i % UNIT]});
    for (uint32_t i = 0; i < BLOCKS / 2; i += UNIT)
        count_read(target, (struct op){.kind = OP_FREE, .slot = i});
    count_read(target, (struct op){.kind = OP_ALLOC, .slot = 0, .size = 5000});
    for (uint32_t i = BLOCKS / 2; i < BLOCKS; i += UNIT)
        count_read(target, (struct op){.kind = OP_FREE, .slot = i});
    for (uint32_t i = 1; i < BLOCKS / 2; i += UNIT)
        count_read(target, (struct op){.kind = OP_FREE, .slot = i});
    assert_true(
        target_run(target, &(struct op){.kind = OP_ALLOC, .slot = 3, .size = 5000}, &change));
    assert_int_equal(change.splice.events_dropped, 0);
    assert_int_equal(count_unlinked(&change.splice, "fast 32"), UNITS);
    assert_int_equal(count_unlinked(&change.splice, "large 1984"), UNITS);
    target_destroy(target);
}

/* What was lost is freed, here and there in a heap of many blocks. */
static void what_is_collected_is_read_back_alone(void **state)
{
    enum { FEW = 12 };
    struct target_splice splice;
    struct target *target = start_with_many(&splice);

    (void)state;
    for (uint32_t i = 101; i < COUNT; i += 600)
        run(target, (struct op){.kind = OP_ALLOC, .slot = i, .size = 24},
            &splice); /* one is lost */
    assert_in_range(count_read(target, (struct op){.kind = OP_GC, .roots = COUNT}), 4, FEW);
    assert_int_equal(count_on(target, "fast 32"), 4);
    assert_int_equal(count_read(target, (struct op){.kind = OP_COALESCE}), 0); /* it has none */
    target_destroy(target);
}

/* What does not call malloc, and writes only where it gave out bytes, changes no block. */
static void who_does_not_call_malloc_changes_no_block(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);

    (void)state;
    run(target, (struct op){.kind = OP_ALLOC, .slot = 0, .size = 3000}, &splice);
    run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 24}, &splice);
    run(target, (struct op){.kind = OP_FREE, .slot = 0}, &splice);
    assert_int_equal(
        count_read(target, (struct op){.kind = OP_FILL, .slot = 1, .size = 24, .argument = 0x41}),
        0);
    assert_int_equal(count_read(target, (struct op){.kind = OP_TOUCH, .slot = 1, .size = 24}), 0);
    assert_int_equal(count_read(target, (struct op){.kind = OP_LET, .slot = 2, .other = 1}), 0);
    assert_true(target_walk(target, 0, &splice));
    assert_tiled(&splice);
    target_destroy(target);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_what_malloc_needs_lies_in_a_fresh_heap),
        cmocka_unit_test(each_operation_does_what_malloc_does),
        cmocka_unit_test(large_blocks_lie_on_the_break_too),
        cmocka_unit_test(the_blocks_are_those_that_malloc_knows),
        cmocka_unit_test(a_damaged_header_costs_its_block_alone),
        cmocka_unit_test(behind_a_damaged_top_there_is_nothing),
        cmocka_unit_test(a_wrong_footer_is_found),
        cmocka_unit_test(a_limit_makes_malloc_answer_null),
        cmocka_unit_test(a_clone_goes_its_own_way),
        cmocka_unit_test(settings_are_those_of_the_heap),
        cmocka_unit_test(its_own_memory_is_no_part_of_the_stack),
        cmocka_unit_test(what_malloc_does_not_take_is_said),
        cmocka_unit_test(what_is_mapped_apart_lies_outside),
        cmocka_unit_test(a_step_reads_back_what_it_changed_alone),
        cmocka_unit_test(each_of_many_that_merge_is_told_of),
        cmocka_unit_test(what_is_collected_is_read_back_alone),
        cmocka_unit_test(who_does_not_call_malloc_changes_no_block),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (!malloc_is_the_c_librarys())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
