/* test_damage.c: bytes written where they may be and where they must not, and what is said of
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "base/red_zone.h"
#include "command/spy.h"
#include "kind/c_library.h"
#include "kind/kind.h"
#include "target/serve.h"
#include "test.h"

static const struct picture *picture_of(const struct spy *spy)
{
    return &spy->session->mirror->picture;
}

/* The kind of the block at an offset. */
static enum hg_kind kind_of_block(const struct spy *spy, uint64_t at)
{
    return (enum hg_kind)block_table_get(&picture_of(spy)->blocks, at)->kind;
}

static void what_is_written_is_read(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; write A \"hello\"");
    spy_expect_said(spy, "Wrote 6 bytes");
    spy_expect_said(spy, "into A's payload at +0x00c0.");
    spy_expect(spy, "read A");
    spy_expect_said(spy, "+0x00c0  68 65 6c 6c 6f 00 00 00  hello...  A's payload\n"
                         "+0x00c8  00 00                    ..        A's payload");
    spy_expect(spy, "poke A+6 0x41 66 \"C\\\"D\"; read A+6 6");
    spy_expect_said(spy, "+0x00c6  41 42                    AB        A's payload\n"
                         "+0x00c8  43 22                    C\"        A's payload\n"
                         "+0x00ca  44 00                    D.        A's padding");
    spy_expect(spy, "poke +0xc0 74; read +0xc0 1");
    spy_expect_said(spy, "J");
    spy_expect(spy, "undo 2; read A 7");
    spy_expect_said(spy, "68 65 6c 6c 6f 00 00");
    spy_expect(spy, "redo; read A 7; expect A = live");
    spy_destroy(spy);
}

static void what_cannot_be_written_is_refused_with_words(void **state)
{
    static const struct {
        const char *line, *words;
        int column;
    } cases[] = {
        {"poke", "PLACE is missing", 6},
        {"poke A", "BYTES is missing", 8},
        {"poke A 256", "'256' is no byte", 8},
        {"poke A 1 x", "'x' is no byte", 10},
        {"poke A \"\"", "there is nothing to write", 8},
        {"poke A-x 1", "'A-x' is no place", 6},
        {"read A+", "'A+' is no place", 6},
        {"poke A+8Q 1", "Q", 6},
        {"poke 8A 1", "8A", 6},
        {"poke A! 1", "'A!' is no place", 6},
        {"poke B 1", "no variable 'B'", 6},
        {"write A", "TEXT is missing", 9},
        {"read A-1M", "below the heap's start", 6},
        {"read A+1M", "beyond the break", 6},
        {"read A 1M", "at most 65536 bytes", 8},
        {"poke -8 1", "'-8' is no place", 6},
        {"poke N 1", "'N' is NULL; poke! N", 6},
        {"read N", "'N' is NULL", 6},
        {"poke +0x900000000000 1", "SIG", 6},
        {"poke A-64K 1", "the heap process's own", 6},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; let N = NULL");
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        spy_expect_error(spy, cases[i].line, cases[i].words, cases[i].column);
        assert_int_equal(spy->session->history->steps.count, 2);
    }
    spy_expect(spy, "check");
    spy_destroy(spy);
}

static void beyond_the_heap_the_kernel_has_its_say(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; write A \"kept\"");
    spy_expect_error(spy, "poke A+100M 1", "SIG", 6);
    spy_expect_said(spy, "step 3, poke A+100M 0x01");
    spy_expect_said(spy, "as it was after step 2");
    spy_expect_error(spy, "poke! +0 1; write! A+1G \"x\"", "SIG", 20);
    spy_expect(spy, "undo; read A; check");
    spy_destroy(spy);
}

static void an_overrun_is_told_to_the_byte_and_the_step(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; alloc B 20; alloc C 30; check");
    spy_expect(spy, "write A \"123456789012345678901234\""); /* 24, and the NUL in B's header */
    spy_expect_said(spy, "10 of A's payload, 14 of A's padding, 1 of B's header.");
    spy_expect_said(spy, "B's header, block +0x00d8, byte +0x00d8 is 00, not 23");
    spy_expect_said(spy, "at +0x00d8, this does not hold: a header's size and flags are possible");
    assert_int_equal(kind_of_block(spy, 0xd8), HG_KIND_UNREADABLE);
    assert_int_equal(kind_of_block(spy, 0xf8), HG_KIND_USED);
    spy_expect_error(spy, "check", "at +0x00d8 this does not hold", 1);
    spy_expect(spy, "alloc D 10; read A+16 16");
    spy_expect_said(spy, "B's header, damaged by step 4");
    spy_expect(spy, "undo 2; check; redo");
    assert_int_equal(kind_of_block(spy, 0xd8), HG_KIND_UNREADABLE);
    spy_expect_error(spy, "check", "at +0x00d8 this does not hold", 1);
    spy_expect(spy, "poke B-8 0x23; check");
    assert_int_equal(kind_of_block(spy, 0xd8), HG_KIND_USED);
    spy_expect(spy, "undo");
    assert_int_equal(kind_of_block(spy, 0xd8), HG_KIND_UNREADABLE);
    spy_destroy(spy);
}

static void what_is_freed_is_written_with_a_mark_alone(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 30; alloc B 30; write A \"secret\"; free A");
    spy_expect_error(spy, "write A \"x\"",
                     "'A' points to memory that step 4 freed; write! A writes there", 7);
    spy_expect_error(spy, "poke A+8 1", "step 4 freed; poke! A", 6);
    spy_expect_error(spy, "read A", "step 4 freed; read! A", 6);
    spy_expect(spy, "read! A");
    spy_expect_said(spy, "a free block's links");
    spy_expect(spy, "write! A \"xxxxxxxxx\"");
    spy_expect_said(spy, "10 of a free block's links");
    spy_expect_said(spy, "A was freed in step 4: what lies there is not its.");
    spy_expect_said(spy, "That is damage: a free block's links, block +0x00b8");
    spy_expect_error(spy, "check", "links", 1);
    spy_expect(spy, "undo; check");
    spy_destroy(spy);
}

/* Once something is broken, each step says so where that is wanted, until it is mended. */
static void each_step_is_checked_where_that_is_wanted(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "set check each; alloc A 10; alloc B 20");
    assert_null(strstr(text_string(&spy->last), "damaged"));
    spy_expect(spy, "poke B-8 0x77; alloc C 10");
    spy_expect_said(spy, "The heap is damaged: at +0x00d8 this does not hold");
    spy_expect_said(spy, "so since step 3 (poke B-8 0x77)");
    spy_expect_said(spy,
                    "B's header, block +0x00d8, byte +0x00d8 is 77, not 23, written by step 3");
    spy_expect(spy, "poke B-8 0x23; alloc D 10");
    assert_null(strstr(text_string(&spy->last), "damaged"));
    spy_expect(spy, "set check off; poke B-8 0x77; alloc E 10");
    assert_null(strstr(text_string(&spy->last), "is damaged"));
    spy_destroy(spy);
}

/* The allocator believes what is there; when it does not survive that, the step is taken back. */
static void a_fault_is_told_with_its_step_and_the_last_event(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 30; alloc B 30; free A; poke! A 0x41 0x41 0x41 0x41 0x41 0x41 0x41");
    spy_expect_error(spy, "alloc C 30", "step 5, alloc C 30: the allocator ", 7);
    spy_expect_said(
        spy,
        "; the last that it reported was visit at +0x00b8, 48 bytes; a fresh heap is as it was "
        "after step 4");
    assert_int_equal(spy->session->history->steps.count, 4);
    spy_expect_error(spy, "check", "a free block's links", 1);
    spy_expect(spy, "undo; alloc C 30; check");
    spy_destroy(spy);
}

static void a_guard_sees_an_overrun_to_the_byte_and_the_step(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "set guard on; alloc A 10; alloc B 20; expect red-zones = 32; check");
    spy_expect(spy, "read A 32");
    spy_expect_said(spy, "+0x00ca  fb fb fb fb fb fb        ......    A's red zone");
    spy_expect(spy, "poke A+25 1");
    spy_expect_said(spy,
                    "A's red zone at byte 25 of its payload, block +0x00b8, byte +0x00d9 is 01");
    spy_expect_error(spy, "check", "A's red zone at byte 25 of its payload", 1);
    spy_expect_said(spy, "written by step 3 (poke A+25 0x01)");
    spy_expect(spy, "undo; check; redo; undo; write A \"123456789\"; check");
    spy_expect(spy, "free A; read! A 30");
    spy_expect_said(spy, "a free block's links");
    spy_expect(spy, "poke! A+20 1");
    spy_expect_said(spy, "byte +0x00d4 is 01");
    spy_expect_error(spy, "check", "a free block, block +0x00b8, byte +0x00d4 is 01, not fb", 1);
    spy_expect(spy, "alloc C 10; check"); /* painted anew */
    spy_expect(spy, "realloc C 300; calloc D 3 7; aligned E 64 9; check; free C; check");
    spy_expect(spy, "set guard off; expect red-zones = 0; expect used-blocks = 3; check");
    spy_expect(spy, "policy buddy; set guard on; check");
    spy_expect(spy, "policy segregated; check; policy tlsf; check");
    spy_destroy(spy);
}

/* Where a payload moved away, too: also in the bytes that are not filled, as the heap may keep its
 * links there, or a footer. */
static void a_guard_sees_what_is_written_to_what_realloc_left(void **state)
{
    static const struct {
        const char *line, *named;
    } cases[] = {
        {"poke! old+40 7", "a free block, block +0x00b8, byte +0x00e8 is 07, not 00"},
        {"poke! old+300 7", "a free block, block +0x00b8, byte +0x01ec is 07, not dd"},
        {"poke! old+595 7", "a free block, block +0x00b8, byte +0x0313 is 07, not dd"},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "set guard on; alloc A 600; let old = A; alloc B 16; realloc A 3000; check");
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        spy_expect(spy, cases[i].line);
        spy_expect_error(spy, "check", cases[i].named, 1);
        spy_expect_said(spy, "written by step 5 (poke! old+");
        spy_expect(spy, "undo; check");
    }
    spy_destroy(spy);
}

/* What its header no longer tells of is not said to be leaked. */
static void what_cannot_be_read_is_called_so(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 16; alloc B 16; poke A+24 0xff; free A");
    spy_expect_said(spy, "Its neighbours, the heap's own state and what cannot be read, are not");
    spy_destroy(spy);
}

/* How many bytes from an offset on hold the pattern of what was freed. */
static size_t count_filled(struct spy *spy, uint64_t offset, size_t count)
{
    unsigned char *bytes;
    struct error error;
    size_t size, filled = 0;

    assert_true(session_read_bytes(spy->session, offset, count, &bytes, &size, &error));
    for (size_t i = 0; i < size; i++)
        filled += bytes[i] == RED_FREED_BYTE;
    free(bytes);
    return filled;
}

/* Whatever gives it back: free, realloc that moves it, or the collector. What the heap needs of a
 * free block is its own. */
static void under_guard_what_is_given_back_is_filled(void **state)
{
    static const char *const ways[] = {"free A", "realloc A 3000", "let A = NULL; gc"};
    static const char *const policies[] = {"first-fit", "buddy", "tlsf"};
    char line[128];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(ways) * TEST_COUNT(policies); i++) {
        struct spy *spy = spy_create();
        uint64_t payload;

        snprintf(line, sizeof line, "policy %s; set guard on; alloc A 600; alloc B 16; fill A 1",
                 policies[i / TEST_COUNT(ways)]);
        spy_expect(spy, line);
        payload = spy->session->history->steps.items[0].result.payload;
        assert_int_equal(count_filled(spy, payload, 600), 0);
        spy_expect(spy, ways[i % TEST_COUNT(ways)]);
        assert_in_range(count_filled(spy, payload, 600), 500, 600);
        spy_expect(spy, "check; undo; check; redo; check; alloc C 500; alloc D 60; check");
        spy_destroy(spy);
    }
}

static void wrong_frees_are_told_with_the_steps_that_made_them_so(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 40; alloc B 40; free A");
    spy_expect_error(spy, "free A",
                     "'A' was already freed in step 3, after step 1 had given it out; free! A", 6);
    spy_expect(spy, "alloc C 40");
    spy_expect_error(spy, "free A", "had given it out, and step 4 has given it out again, to C", 6);
    spy_expect(spy, "let p = B+8");
    spy_expect_error(spy, "free p", "'p' points into a block, 8 bytes behind the start", 6);
    spy_expect_said(spy,
                    "its payload, which step 2 gave out: that start alone can be freed; free! p");
    spy_expect(spy, "let q = B+4K");
    spy_expect_error(spy, "free q", "4096 bytes behind the start of a payload of 40, beyond its",
                     6);
    spy_expect(spy, "local x 16; let r = &x");
    spy_expect_error(spy, "free r", "'r' points to x on the stack, which the allocator never", 6);
    spy_expect_said(spy, "; free! r hands it to the allocator all the same");
    spy_expect(spy, "check; refused free A; refused free p; refused free r");
    spy_expect_said(spy, "Refused: free: 'r' points to x on the stack");
    spy_expect_error(spy, "refused free B", "'free B' is not refused", 9);
    spy_expect_error(spy, "refused check", "'check' makes no step", 9);
    spy_expect(spy, "expect B = live; expect C = live");
    assert_int_equal(spy->session->history->steps.count, 8);
    spy_destroy(spy);
}

/* Freed twice, a block is on the list twice, and is given out twice. */
static void a_double_free_hands_out_the_same_block_twice(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 40; alloc B 40; alloc C 40; free A; free B; free! A");
    spy_expect_said(spy, "The heap is damaged");
    spy_expect(spy, "alloc D 40; alloc E 40; alloc F 40; expect F = D");
    spy_destroy(spy);
}

/* By hand: what a careless program does to a heap. Whatever comes of it, the way back is there. */
static void ten_ways_to_corrupt_a_heap_under_each_policy(void **state)
{
    static const char *const ways[] = {
        "poke A-8 0 0 0 0 0 0 0 0", /* its own header, zero */
        "write A \"a text that is longer than forty bytes, and goes on into B and beyond\"",
        "poke A+40 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff",
        "poke C-8 0x31",                                     /* a flag in a header */
        "poke C-16 0x41 0x41 0x41 0x41 0x41 0x41 0x41 0x41", /* what may be a footer */
        "poke! B 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",    /* links */
        "poke! B 0 0 0 0 0 0 0 0",                           /* a list that ends too soon */
        "poke +4 9",                                         /* which policy it is */
        "poke +64 0x7f 0x7f 0x7f 0x7f",                      /* its state */
        "poke C+40 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    };
    const struct hg_policy_info *policy;
    struct spy *spy = spy_create();
    char line[128];
    bool good;

    (void)state;
    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++) {
        if (strcmp(policy->name, "glibc") == 0 && !c_library_has_malloc())
            continue; /* malloc is a sanitizer's, or valgrind's */
        for (size_t way = 0; way < TEST_COUNT(ways); way++) {
            snprintf(line, sizeof line, "reset; policy %s; limit 1M", policy->name);
            spy_expect(spy, line);
            spy_expect(spy, "alloc A 40; alloc B 40; alloc C 40");
            good = interpreter_run_line(&spy->interpreter, "free B");
            interpreter_run_line(&spy->interpreter, ways[way]);
            interpreter_run_line(&spy->interpreter, "check");
            interpreter_run_line(&spy->interpreter, "alloc D 40");
            interpreter_run_line(&spy->interpreter, "free A");
            interpreter_run_line(&spy->interpreter, "free C");
            interpreter_run_line(&spy->interpreter, "alloc E 100");
            assert_true(spy->session->history->steps.count >= 4);
            spy_expect(spy, good ? "goto 5; check" : "goto 4; check");
        }
    }
    spy_destroy(spy);
}

/* Lines made of what lines are made of. */
static void whatever_is_typed_nothing_breaks(void **state)
{
    static const char *const words[] = {
        "poke",  "write", "read", "refused", "!",  " ", "A",     "B",    "x",
        "+",     "-",     "\"",   "\\",      "0x", "8", "255",   "1K",   "10M",
        ";",     "#",     "+0",   "-8",      "=",  ".", " ",     "NULL", "&",
        "main:", "\t",    "q",    "é",       "65", "0", "\"a\"", "-0",   "18446744073709551615",
    };
    struct random random = {.state = 3};
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "limit 1M; alloc A 100; alloc B 20; free B; local x 16");
    for (int i = 0; i < 4000; i++) {
        struct text line = {0};

        text_add_string(&line, words[random_below(&random, 4)]);
        text_add_string(&line, random_below(&random, 4) ? " " : "! ");
        text_add_string(&line, random_below(&random, 2) ? "A" : "");
        for (uint64_t count = random_below(&random, 8); count > 0; count--)
            text_add_string(&line, words[random_below(&random, TEST_COUNT(words))]);
        interpreter_run_line(&spy->interpreter, text_string(&line));
        text_finish(&line);
        if (i % 500 == 0)
            spy_expect(spy, "goto 5; check");
    }
    spy_destroy(spy);
}

/* Steps that wrote are saved such that they can be typed, and lead to the same bytes. */
static void what_was_written_is_saved_and_read_back(void **state)
{
    static const char *const lines[] = {
        "alloc A 100; alloc B 30; free B",
        "write A \"a \\\"quoted\\\" \\\\ text; # no comment\"",
        "write A+50 \"\"",
        "poke A+60 0 255 \"\\\"\" 10",
        "poke A-4 7",
        "poke +0xb9 3",
        "write A two words",
        "fill A 7 104",
        "fill A 7 8",
        "write! B \"\t\xc3\xa9\"",
    };
    char path[] = "/tmp/heapglass-damage-XXXXXX";
    struct text first = {0}, second = {0};
    struct spy *spy = spy_create();
    int file = mkstemp(path);
    char line[128];

    (void)state;
    assert_true(file >= 0);
    close(file);
    for (size_t i = 0; i < TEST_COUNT(lines); i++)
        spy_expect(spy, lines[i]);
    snprintf(line, sizeof line, "save! %s; dump +0 256; say x", path);
    spy_expect(spy, line);
    for (size_t i = 0; i < spy->session->history->steps.count; i++)
        history_add_command(spy->session->history, &spy->session->history->steps.items[i], &first);
    snprintf(line, sizeof line, "reset; source %s", path);
    spy_expect(spy, line);
    for (size_t i = 0; i < spy->session->history->steps.count; i++)
        history_add_command(spy->session->history, &spy->session->history->steps.items[i], &second);
    assert_string_equal(text_string(&first), text_string(&second));
    assert_non_null(strstr(text_string(&first), "write A+50 \"\""));
    assert_non_null(strstr(text_string(&first), "fill A 0x07 104"));
    text_finish(&first);
    text_finish(&second);
    unlink(path);
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_cannot_be_written_is_refused_with_words),
        cmocka_unit_test(beyond_the_heap_the_kernel_has_its_say),
        cmocka_unit_test(an_overrun_is_told_to_the_byte_and_the_step),
        cmocka_unit_test(what_is_freed_is_written_with_a_mark_alone),
        cmocka_unit_test(each_step_is_checked_where_that_is_wanted),
        cmocka_unit_test(a_fault_is_told_with_its_step_and_the_last_event),
        cmocka_unit_test(a_guard_sees_an_overrun_to_the_byte_and_the_step),
        cmocka_unit_test(a_guard_sees_what_is_written_to_what_realloc_left),
        cmocka_unit_test(what_cannot_be_read_is_called_so),
        cmocka_unit_test(under_guard_what_is_given_back_is_filled),
        cmocka_unit_test(wrong_frees_are_told_with_the_steps_that_made_them_so),
        cmocka_unit_test(a_double_free_hands_out_the_same_block_twice),
        cmocka_unit_test(ten_ways_to_corrupt_a_heap_under_each_policy),
        cmocka_unit_test(whatever_is_typed_nothing_breaks),
        cmocka_unit_test(what_was_written_is_saved_and_read_back),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
