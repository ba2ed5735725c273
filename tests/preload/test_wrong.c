/* test_wrong.c: a pointer that must not be freed is told, at once, under every policy: in words, by
 * SIGABRT, and before anything is done with it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heapglass/heap.h"
#include "shell.h"
#include "test.h"

enum { SHELL_ABORTED = 128 + SIGABRT };

#define POOL_SLOT "8K" /* for those who have slots: what the C library itself needs fits */

struct row {
    const char *mistake, *words;
};

static const char *where = ""; /* the mistakes are made: "thread" for in one of its own */

/* What `mistake` comes to with blocks of `size` bytes, under the policies and settings around. */
static void expect_told(const struct row *row, unsigned size)
{
    char line[512];

    snprintf(line, sizeof line, "LD_PRELOAD=$PRELOAD timeout 20 $WRONG %s %u %s 2>&1", row->mistake,
             size, where);
    shell_expect(line, SHELL_ABORTED, row->words);
}

/* Expect all `rows` under each policy, but those that cannot do with slots where there are. */
static void expect_all_told(const struct row *rows, size_t count, const unsigned *sizes,
                            size_t size_count, bool in_slots)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        bool slots = policy->settings & 1u << HG_SETTING_SLOT_SIZE;

        if (policy->alignment || (slots && !in_slots))
            continue; /* it cannot serve programs, or not these */
        setenv("HEAPGLASS_POLICY", policy->name, 1);
        setenv("HEAPGLASS_SET", slots ? "slot-size=" POOL_SLOT : "", 1);
        for (size_t i = 0; i < count; i++) {
            for (size_t j = 0; j < size_count; j++)
                expect_told(&rows[i], sizes[j]);
        }
    }
    unsetenv("HEAPGLASS_POLICY");
    unsetenv("HEAPGLASS_SET");
}

static void what_is_freed_twice_is_told(void **state)
{
    static const unsigned sizes[] = {40, 4000};
    static const struct row rows[] = {
        {"twice", "): freed twice"},
        {"twice_with_others_between", "heapglass: free(0x"},
        {"twice_with_others_between", "): freed twice"},
        {"twice_after_a_merge", "): freed twice"},
        {"twice_of_many", "): freed twice"},
        {"twice_by_realloc_to_nothing", "): freed twice"},
        {"twice_of_what_was_aligned", "): freed twice"},
        {"twice_in_a_thread", "): freed twice"},
        {"twice_in_two_threads", "): freed twice"},
        {"twice_in_a_handler", "): freed twice"},
        {"twice_in_a_child", "): freed twice"},
    };

    (void)state;
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), true);
}

/* A block that its thread keeps for itself is in use for the heap, but not for the program. */
static void what_waits_with_a_thread_is_told(void **state)
{
    static const unsigned sizes[] = {40, 500};
    static const struct row rows[] = {
        {"twice", "heapglass: free(0x"},
        {"twice", "): freed twice"},
        {"twice_with_others_between", "): freed twice"},
        {"twice_after_a_merge", "): freed twice"},
        {"twice_of_many", "): freed twice"},
        {"twice_of_what_was_reallocated", "): freed twice"},
        {"twice_by_realloc_to_nothing", "): freed twice"},
        {"twice_in_a_thread", "): freed twice"},
        {"twice_in_two_threads", "): freed twice"},
        {"twice_by_another_thread", "): freed twice"},
        {"twice_in_a_child", "): freed twice"},
        {"inside", " bytes, 8 from its start"},
        {"realloc_of_freed", "): freed before"},
        {"reallocarray_of_freed", "): freed before"},
        {"usable_size_of_freed", "): freed before"},
    };

    (void)state;
    where = "thread";
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), false);
    where = "";
}

static void what_is_written_to_while_it_waits_is_told(void **state)
{
    static const unsigned sizes[] = {8, 500};
    static const char *const policies[] = {"segregated", "first-fit", "buddy"};
    static const struct row rows[] = {
        {"first_word_written_after_a_free", "written to after it was freed; a block of "},
        {"first_word_written_and_freed_again", "freed twice, or written to"},
    };

    (void)state;
    where = "thread";
    for (size_t i = 0; i < TEST_COUNT(rows) * TEST_COUNT(sizes) * TEST_COUNT(policies); i++) {
        setenv("HEAPGLASS_POLICY", policies[i / (TEST_COUNT(rows) * TEST_COUNT(sizes))], 1);
        expect_told(&rows[i % TEST_COUNT(rows)], sizes[i / TEST_COUNT(rows) % TEST_COUNT(sizes)]);
    }
    unsetenv("HEAPGLASS_POLICY");
    where = "";
}

/* Where both threads pass, it is told when they end. */
static void what_two_threads_free_at_once_is_told(void **state)
{
    static const unsigned sizes[] = {40, 100000};

    (void)state;
    where = "thread";
    for (size_t i = 0; i < TEST_COUNT(sizes); i++)
        expect_told(&(struct row){"twice_at_once", "): freed twice"}, sizes[i]);
    where = "";
}

static void what_moved_or_went_back_is_told(void **state)
{
    static const unsigned sizes[] = {200};
    static const struct row rows[] = {
        {"twice_of_what_went_back", "): freed twice"},
        {"twice_of_what_was_reallocated", "): freed twice"},
    };

    (void)state;
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), false);
}

static void what_is_inside_a_block_is_told(void **state)
{
    static const unsigned sizes[] = {40, 4000};
    static const struct row rows[] = {
        {"inside", "): inside a block of "},
        {"inside", " bytes, 8 from its start"},
        {"inside_by_a_byte", " bytes, 1 from its start"},
        {"inside_at_the_end", "): inside a block of "},
        {"inside_behind_a_twin_of_the_header", " bytes, 64 from its start"},
    };

    (void)state;
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), true);
}

/* A linear heap has no free blocks. */
static void what_is_inside_a_free_block_is_told(void **state)
{
    static const unsigned sizes[] = {40, 4000};
    static const struct row row = {"inside_of_what_is_free", "block of "};

    (void)state;
    expect_all_told(&row, 1, sizes, TEST_COUNT(sizes), true);
}

static void what_was_never_allocated_is_told(void **state)
{
    static const unsigned sizes[] = {40};
    static const struct row rows[] = {
        {"on_the_stack", "): never allocated here"},
        {"static_memory", "): never allocated here"},
        {"a_small_integer", "free(0x10): never allocated here"},
        {"a_function", "): never allocated here"},
        {"minus_one", "free(0xffffffffffffffff): never allocated here"},
        {"the_breaks_memory", "): never allocated here"},
    };

    (void)state;
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), true);
}

static void realloc_and_usable_size_look_as_well(void **state)
{
    static const unsigned sizes[] = {40, 1000};
    static const struct row rows[] = {
        {"realloc_of_freed", "heapglass: realloc(0x"},
        {"realloc_of_freed", "): freed before"},
        {"realloc_inside", " bytes, 8 from its start"},
        {"realloc_on_the_stack", "): never allocated here"},
        {"reallocarray_of_freed", "): freed before"},
        {"usable_size_of_freed", "): freed before"},
        {"usable_size_inside", "heapglass: malloc_usable_size(0x"},
        {"usable_size_inside", " bytes, 8 from its start"},
        {"usable_size_on_the_stack", "): never allocated here"},
    };

    (void)state;
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), true);
}

/* Under guard a block says what was asked for. */
static void a_guard_tells_as_well(void **state)
{
    static const unsigned sizes[] = {40};
    static const struct row rows[] = {
        {"twice", "): freed twice; a free block of 40 bytes starts there"},
        {"twice_of_many", "): freed twice; a free block of 40 bytes starts there"},
        {"twice_in_two_threads", "): freed twice; a free block of 40 bytes starts there"},
        {"inside", "): inside a block of 40 bytes, 8 from its start"},
        {"inside_behind_a_twin_of_the_header", "): inside a block of 168 bytes, 64 from its start"},
        {"inside_of_what_is_free", "): inside a free block of 40 bytes, 8 from its start"},
        {"on_the_stack", "): never allocated here"},
        {"realloc_of_freed", "): freed before"},
        {"usable_size_inside", "): inside a block of 40 bytes, 8 from its start"},
    };

    (void)state;
    setenv("HEAPGLASS_CHECK", "2", 1);
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), true);
    unsetenv("HEAPGLASS_CHECK");
}

static void a_guard_finds_what_was_overwritten(void **state)
{
    static const unsigned sizes[] = {1, 40, 4000};
    static const struct row rows[] = {
        {"overrun_by_a_byte", "heapglass: free found a block of "},
        {"overrun_by_a_byte", " written to behind its end, at byte "},
        {"overrun_far", "heapglass: free found a block "},
    };
    static const unsigned size[] = {40};
    static const struct row one[] = {
        {"written_after_it_was_freed", " written to after it was freed, at byte 3\n"},
        {"overrun_by_a_byte", "a block of 40 bytes at 0x"},
    };

    (void)state;
    setenv("HEAPGLASS_CHECK", "2", 1);
    expect_all_told(rows, TEST_COUNT(rows), sizes, TEST_COUNT(sizes), true);
    expect_all_told(one, TEST_COUNT(one), size, 1, true);
    setenv("HEAPGLASS_POLICY", "first-fit", 1);
    expect_told(&(struct row){"underrun", "heapglass: free found "}, 40);
    shell_expect("LD_PRELOAD=$PRELOAD $WRONG overrun_and_left_alone 40 2>&1", 0,
                 "heapglass: the end found a block of 40 bytes at 0x");
    unsetenv("HEAPGLASS_POLICY");
    unsetenv("HEAPGLASS_CHECK");
}

/* Where each call is a step that is recorded. */
static void what_is_recorded_is_told_as_well(void **state)
{
    (void)state;
    shell_expect("cd $T && $P trace record -o $T/x.rep $WRONG twice 40 2>&1", SHELL_ABORTED,
                 "): freed twice; a free block of ");
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"PRELOAD", "WRONG", "P"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_freed_twice_is_told),
        cmocka_unit_test(what_waits_with_a_thread_is_told),
        cmocka_unit_test(what_is_written_to_while_it_waits_is_told),
        cmocka_unit_test(what_two_threads_free_at_once_is_told),
        cmocka_unit_test(what_moved_or_went_back_is_told),
        cmocka_unit_test(what_is_inside_a_block_is_told),
        cmocka_unit_test(what_is_inside_a_free_block_is_told),
        cmocka_unit_test(what_was_never_allocated_is_told),
        cmocka_unit_test(realloc_and_usable_size_look_as_well),
        cmocka_unit_test(a_guard_tells_as_well),
        cmocka_unit_test(a_guard_finds_what_was_overwritten),
        cmocka_unit_test(what_is_recorded_is_told_as_well),
    };

    return shell_name_paths(names, TEST_COUNT(names), count, arguments)
               ? cmocka_run_group_tests(tests, shell_make_folder, shell_remove_folder)
               : 2;
}
