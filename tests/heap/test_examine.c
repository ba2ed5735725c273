/* test_examine.c: every address is told for what it is: a payload, in a used or a free block, the
 * heap's own, or outside. */
#include <string.h>

#include "heapglass/heap.h"
#include "test.h"

enum { ARENA = 1 << 20, COUNT = 60, POOL_SLOT = 1024 };

static _Alignas(4096) char memory[ARENA];

struct made {
    struct hg_heap *heap;
    char *payloads[COUNT]; /* NULL where it was freed */
};

static size_t size_of(size_t i)
{
    return 1 + i * i * 7 % POOL_SLOT;
}

/* A heap with used and free blocks of many sizes. */
static struct made make(const char *policy, struct hg_arena *arena)
{
    struct hg_config config = hg_config_default(policy);
    struct hg_os os = hg_os_arena(arena);
    struct made made = {0};

    config.settings[HG_SETTING_SLOT_SIZE] = POOL_SLOT;
    made.heap = hg_open(&config, &os, NULL, NULL);
    assert_non_null(made.heap);
    for (size_t i = 0; i < COUNT; i++) {
        made.payloads[i] = hg_malloc(made.heap, size_of(i));
        assert_non_null(made.payloads[i]);
    }
    for (size_t i = 0; i < COUNT; i += 3) {
        if (hg_free(made.heap, made.payloads[i]))
            made.payloads[i] = NULL;
    }
    return made;
}

/* The payload that `address` is in, of those that are live; NULL if in none. */
static const char *owner_of(const struct made *made, const char *address)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (made->payloads[i] && (size_t)(address - made->payloads[i]) < size_of(i))
            return made->payloads[i];
    }
    return NULL;
}

static void expect_told(const struct made *made, const char *address)
{
    size_t extent = hg_size(made->heap), at = (size_t)(address - (char *)made->heap);
    const char *owner = owner_of(made, address);
    struct hg_pointer_report report;
    enum hg_pointer_kind kind = hg_examine(made->heap, extent, address, &report);

    assert_int_equal(kind, report.kind);
    if (kind == HG_POINTER_OUTSIDE) {
        assert_true(at >= extent);
        return;
    }
    assert_true(at - report.block.at < report.block.size);
    assert_true(report.distance == (int64_t)(at - report.block.at - report.block.header));
    assert_int_equal(kind == HG_POINTER_LIVE, owner == address);
    if (owner) {
        assert_int_equal(report.block.kind, HG_KIND_USED);
        assert_true(report.distance == address - owner);
    }
    assert_int_equal(kind == HG_POINTER_FREE, report.block.kind == HG_KIND_FREE);
    assert_int_equal(kind == HG_POINTER_BOOKKEEPING, report.block.kind == HG_KIND_BOOKKEEPING);
}

static void each_address_is_told_for_what_it_is(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_arena arena = {.start = memory, .size = sizeof memory};
        struct made made = make(policy->name, &arena);
        const char *end = memory + hg_size(made.heap);

        for (const char *address = memory; address < end; address++)
            expect_told(&made, address);
        expect_told(&made, end);
        expect_told(&made, NULL);
        expect_told(&made, (const char *)UINTPTR_MAX);
        hg_close(made.heap);
    }
}

/* Blocks that were freed and merged, or wait unmerged, are free wherever one points into them. */
static void what_was_freed_is_in_a_free_block(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_arena arena = {.start = memory, .size = sizeof memory};
        struct hg_config config = hg_config_default(policy->name);
        struct hg_os os = hg_os_arena(&arena);
        struct hg_heap *heap = hg_open(&config, &os, NULL, NULL);
        char *payloads[] = {hg_malloc(heap, 40), hg_malloc(heap, 40), hg_malloc(heap, 40)};
        struct hg_pointer_report report;

        assert_non_null(payloads[2]);
        for (size_t i = 0; i < TEST_COUNT(payloads) && hg_free(heap, payloads[i]); i++) {
            assert_int_equal(hg_examine(heap, hg_size(heap), payloads[i], &report),
                             HG_POINTER_FREE);
            assert_int_equal(hg_examine(heap, hg_size(heap), payloads[i] + 8, &report),
                             HG_POINTER_FREE);
        }
        hg_close(heap);
    }
}

/* Memory that makes no sense says nothing, and is not followed. */
static void a_damaged_heap_is_no_trap(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_arena arena = {.start = memory, .size = sizeof memory};
        struct made made = make(policy->name, &arena);
        size_t size = hg_size(made.heap);
        struct hg_pointer_report report;

        memset(memory, 0x5a, size);
        assert_int_equal(hg_examine(made.heap, size, memory + size / 2, &report),
                         HG_POINTER_BOOKKEEPING);
        assert_int_equal(report.block.kind, HG_KIND_UNREADABLE);
        memset(memory, 0, sizeof memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_address_is_told_for_what_it_is),
        cmocka_unit_test(what_was_freed_is_in_a_free_block),
        cmocka_unit_test(a_damaged_heap_is_no_trap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
