/* test_inferred.c: what is said of a step on a heap of the C library's: where a block came from and
 * where it went, inferred from before and after. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "explain/explain.h"
#include "needs_glibc.h"
#include "target/serve.h"

static struct session *start(unsigned setting, uint64_t value)
{
    struct hg_config config = kind_config_default("glibc");

    if (setting < KIND_SETTINGS)
        config.settings[setting] = value;
    return begin_configured(&config);
}

/* Carry out steps: "A100 -A" allocates and frees, "=A50" resizes, "%A50" aligns to 1024; names are
 * letters. */
static void take_steps(struct session *session, const char *steps)
{
    for (const char *step = steps; *step; step += strcspn(step, " "), step += *step == ' ') {
        bool frees = *step == '-', resizes = *step == '=', aligns = *step == '%';
        char name[2] = {step[frees || resizes || aligns], '\0'};
        struct action action = {.kind = frees     ? OP_FREE
                                        : resizes ? OP_REALLOC
                                        : aligns  ? OP_ALIGNED
                                                  : OP_ALLOC,
                                .name = name,
                                .argument = aligns ? 1024 : 0};
        struct error error;

        if (!frees)
            action.size = strtoull(step + 1 + (resizes || aligns), NULL, 10);
        if (!session_act(session, &action, &error))
            fail_msg("%s", error.text);
    }
}

struct row {
    const char *steps, *sentence;
};

/* A's block is the first of the heap, at +0x0298. */
static const struct row rows[] = {
    {"A100", "A lies in a block of 112 bytes at +0x0298, cut off the top; 131K of it remain."},
    {"A24 -A", "A's block (32 bytes at +0x0298) is free; it waits, unmerged, on the thread cache, "
               "bin 32, alone."},
    {"A24 B24 -A -B", "B's block (32 bytes at +0x02b8) is free; it waits, unmerged, on the thread "
                      "cache, bin 32, with 1 other."},
    {"A24 B24 C24 -A -B -C D24",
     "D lies in a block of 32 bytes at +0x02d8, taken from the thread cache, bin 32; 2 remain."},
    {"A24 -A B24", "B lies in a block of 32 bytes at +0x0298, taken from the thread cache, bin 32; "
                   "none remains."},
    {"A3000 B24 -A", "A's block (2.9K at +0x0298) is free; it is on the unsorted bin."},
    {"A3000 B24 -A C3000", "C lies in a block of 2.9K at +0x0298, taken from the unsorted bin; "
                           "none remains."},
    {"A3000 B24 -A C2000", "C lies in a block of 2K at +0x0298, cut off a free block of 2.9K on "
                           "the unsorted bin; the 992 bytes behind it went onto the unsorted "
                           "bin."},
    {"A3000 B24 -A C5000", "C lies in a block of 4.9K at +0x0e78, cut off the top; 123K of it "
                           "remain. 1 other free block was sorted into bins."},
    {"A3000 B24 -A C5000 D3000", "D lies in a block of 2.9K at +0x0298, taken from the large bin "
                                 "3008; none remains."},
    {"A2000 B3000 C24 -B -A", "A's block (2K at +0x0298) is free; it merged with what was free to "
                              "its right, into 4.9K at +0x0298; it is on the unsorted bin."},
    {"A3000 -A", "A's block (2.9K at +0x0298) is free; it merged with what was free to its right, "
                 "into 131K at +0x0298, which is the top now."},
    {"A5000 B24 -A C20000 %D100",
     "D lies in a block of 112 bytes at +0x03f8, cut off a free block of 4.9K on the large bin "
     "4608; the 720 bytes behind it went onto the thread cache, bin 720."},
    {"A300000", "A lies in a block of 293K at +0x0298, cut off the top, for which the break moved "
                "up by 292K; 130K of it remain."},
    {"A100 =A500", "A grew where it is, by 400 bytes of the top."},
    {"A500 =A100", "A shrank where it is: the 400 bytes behind it are free."},
    {"A5000 B3000 C24 -B =A1000", "A shrank where it is: the 3.9K behind it are free, and merged "
                                  "with what was free there."},
    {"A100 =A104", "A stays as it is: its block of 112 bytes has room for this size."},
    {"A100 B24 =A500", "A lies in a block of 512 bytes at +0x0328, cut off the top; 131K of it "
                       "remain. Its 104 bytes were copied there. A's old block (112 bytes at "
                       "+0x0298) is free; it waits, unmerged, on the thread cache, bin 112, "
                       "alone."},
};

static void assert_told(const struct session *session, const char *sentence)
{
    char told[600];
    struct text text = {0};

    snprintf(told, sizeof told, "%s (Inferred from before and after.)", sentence);
    explain_last_step(session, EXPLAIN_ROUNDED, &text);
    assert_string_equal(text_string(&text), told);
    text_finish(&text);
}

static void it_is_said_where_a_block_came_from_and_went(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct session *session = start(KIND_SETTINGS, 0);
        struct error error;

        take_steps(session, rows[i].steps);
        assert_told(session, rows[i].sentence);
        assert_true(session_check(session, &error));
        session_destroy(session);
    }
}

/* With room for one block in the thread cache, others of the size go to a fast bin. */
static void what_the_cache_has_no_room_for_is_told(void **state)
{
    struct session *session = start(KIND_SETTING_TCACHE_COUNT, 1);

    (void)state;
    take_steps(session, "A24 B24 C24 -A -B");
    assert_told(session, "B's block (32 bytes at +0x02b8) is free; it waits, unmerged, on the fast "
                         "bin 32, alone.");
    take_steps(session, "-C D24 E24");
    assert_told(session, "E lies in a block of 32 bytes at +0x02d8, taken from the fast bin 32; "
                         "none remains. 1 other free block moved from the fast bin 32 to the "
                         "thread cache, bin 32.");
    session_destroy(session);
}

static void a_small_bin_gives_what_was_sorted(void **state)
{
    struct session *session = start(KIND_SETTING_TCACHE_COUNT, 0);

    (void)state;
    take_steps(session, "A500 B24 -A C2000 D500");
    assert_told(session, "D lies in a block of 512 bytes at +0x0298, taken from the small bin 512; "
                         "none remains.");
    session_destroy(session);
}

static void what_is_mapped_apart_is_told(void **state)
{
    struct session *session = start(KIND_SETTING_MMAP_THRESHOLD, 128 * 1024);

    (void)state;
    take_steps(session, "A200000");
    assert_told(session, "A lies outside of the heap, in a mapping of its own; 196K of it can be "
                         "used.");
    session_destroy(session);
}

/* A step that was looked at again is told in the same words. */
static void going_back_tells_the_same(void **state)
{
    struct session *session = start(KIND_SETTINGS, 0);
    struct error error;

    (void)state;
    take_steps(session, "A24 B24 -A -B C24 D24");
    for (size_t step = 6; step-- > 0;)
        assert_true(session_go(session, step, &error));
    assert_true(session_go(session, 5, &error));
    assert_told(session, "C lies in a block of 32 bytes at +0x02b8, taken from the thread cache, "
                         "bin 32; 1 remains.");
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_said_where_a_block_came_from_and_went),
        cmocka_unit_test(what_the_cache_has_no_room_for_is_told),
        cmocka_unit_test(a_small_bin_gives_what_was_sorted),
        cmocka_unit_test(what_is_mapped_apart_is_told),
        cmocka_unit_test(going_back_tells_the_same),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (!malloc_is_the_c_librarys())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
