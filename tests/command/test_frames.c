/* test_frames.c: functions, their frames and locals, and pointers to what is gone, as they are
 * typed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

static void a_call_hides_the_callers_variables(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 100; alloc B 50; call f A");
    assert_string_equal(text_string(&spy->commands),
                        "alloc A 100\nalloc B 50\ncall f\nlet A = caller:A\n");
    spy_expect(spy, "expect A = live; expect main:A = A; expect f:A = A; expect caller:B = live");
    spy_expect_error(spy, "free B",
                     "no variable 'B' in f's frame; in main's there is one: 'main:B'", 6);
    spy_expect(spy, "free main:B; expect main:B = freed; alloc B 10; expect B = live");
    spy_expect(spy, "return; expect B = freed; expect A = live; check");
    spy_destroy(spy);
}

static void the_address_of_a_local_dangles_when_it_is_returned(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call get_price; local price 4; let p = &price");
    spy_expect_said(spy, "where price itself lies");
    spy_expect(spy, "expect p = stack; expect price = data; return &price -> p");
    spy_expect_said(spy,
                    "get_price returns to main, and its frame is popped. main's p is given the "
                    "address 0x");
    spy_expect_said(spy, ", where price lay. p points into the popped frame, and is dangling now.");
    spy_expect(spy, "expect p = dangling; check");
    spy_expect_error(spy, "free p", "'p' points into the stack, to a frame that step 4 has popped",
                     6);
    spy_expect_error(spy, "fill p", "'p' points into the stack, to a frame", 6);
    /* another frame in its place changes nothing about that */
    spy_expect(spy, "call other; local x 4; return; expect p = dangling; check");
    spy_destroy(spy);
}

static void a_new_frame_writes_over_the_bytes_of_the_old_one(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; local x 8; fill x 0x2a; return; call g; local y 8");
    spy_expect_said(spy, "what it holds, 0x2a2a2a2a2a2a2a2a, is from an earlier frame");
    spy_expect(spy, "return; call g; call h; return; local z 8"); /* h's frame lay there */
    spy_expect_said(spy, "is from an earlier frame");
    assert_null(strstr(text_string(&spy->last), "2a2a2a2a"));
    spy_destroy(spy);
}

static void a_local_as_large_as_a_pointer_can_be_given_one(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; local p 8; expect p = data; alloc p 24; expect p = live; check");
    spy_expect(spy, "local q 8; let q = p; free q; expect p = freed");
    spy_expect(spy, "local n 4");
    spy_expect_error(spy, "alloc n 8", "'n' is 4 bytes of stack data, and holds no pointer", 7);
    spy_expect_error(spy, "let q = n", "and holds no pointer; its address is &n", 9);
    spy_expect_error(spy, "free n", "'n' is stack data, which the allocator never gave out", 6);
    spy_expect(spy, "local r 8");
    spy_expect_error(spy, "free r", "'r' has no value yet", 6);
    spy_expect(spy, "let s = &n");
    spy_expect_error(spy, "free s", "'s' points to n on the stack, which the allocator never", 6);
    spy_destroy(spy);
}

static void writing_over_a_variable_is_seen(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; let p = &A; fill p 0x2a");
    spy_expect(spy, "expect A = wild; check; undo; expect A = live; redo; expect A = wild; check");
    spy_expect(spy, "goto 0; goto 3; expect A = wild; check");
    spy_destroy(spy);
}

static void bytes_on_the_stack_are_written_and_read(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; local price 4; poke price 42 0 0 0; read price");
    spy_expect_said(spy, "  2a 00 00 00              *...      price");
    spy_expect(spy, "let p = &price; poke p+1 7; read p");
    spy_expect_said(spy, "  2a 07 00 00 ");
    spy_expect(spy, "return p");
    spy_expect_error(spy, "read p", "'p' points to a frame that step 6 popped", 6);
    spy_expect(spy, "read! p");
    spy_expect_said(spy, "  2a 07 00 00 ");
    spy_expect_said(spy, "a frame that is gone");
    spy_expect(spy, "call g; read! main:p");
    spy_expect_said(spy, "g's saved frame pointer");
    assert_null(strstr(text_string(&spy->last), "2a 07"));
    spy_destroy(spy);
}

static void running_over_a_local_breaks_the_frame(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; local buffer 8; write buffer \"much too long\"");
    spy_expect_said(spy, ": over buffer, f's saved frame pointer.");
    spy_expect_error(spy, "check", "in f's frame the saved frame pointer has been overwritten", 1);
    spy_expect(spy, "undo; check; redo; return");
    spy_expect_said(spy, "a real program would crash here");
    spy_expect(spy, "check; goto 0; goto 4");
    spy_expect_said(spy, "a real program would crash here");
    spy_destroy(spy);
}

static void it_is_known_who_points_where(void **state)
{
    static const struct {
        const char *line, *said;
    } rows[] = {
        {"who main:A",
         "+0x00c0 is A's payload: 100 asked for in step 1. Its block lies from +0x00b8 to "
         "+0x0128.\nPointed to by main's A, main's B (+8), slot 1 of C's payload."},
        {"who main:A+16", "+0x00d0 is byte 16 of A's payload: 100 asked for"},
        {"who +0xb8", "+0x00b8 is A's header: 100 asked for"},
        {"who main:D", "+0x0160 is a free block's links. Its block lies from +0x0158"},
        {"who main:D", "\nPointed to by main's D (dangling)."},
        {"who x", " on the stack is x, 16 bytes of data.\nPointed to by p (+8)."},
        {"who p", " on the stack is byte 8 of x, 16 bytes of data."},
        {"who &p", " on the stack is p, 8 bytes that hold a pointer.\nNothing points to it."},
        {"who &main:A",
         " on the stack is main's A, 8 bytes that hold a pointer.\nPointed to by q."},
        {"who 0x10000000", "is what lies beyond the break."},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy,
               "alloc A 100; let B = A+8; alloc C 40; link C.1 -> A; alloc D 40; alloc E 8; free D;"
               "call f; local x 16; let p = &x+8; let q = &main:A");
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect(spy, rows[i].line);
        spy_expect_said(spy, rows[i].said);
    }
    spy_expect(spy, "let z = NULL");
    spy_expect_error(spy, "who z", "'z' is NULL; &z is where it lies", 5);
    spy_expect_error(spy, "who nobody", "no variable 'nobody'", 5);
    spy_destroy(spy);
}

static void what_a_return_loses_is_named(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; alloc A 40; alloc B 24; let C = A; return A");
    spy_expect_said(spy,
                    "main's A is given the address +0x00c0, which A held. What only f knew (24 "
                    "bytes at +0x00f0, from step 3) is leaked.");
    spy_expect(spy, "expect A = live; call g; alloc A 8; alloc B 8; return A");
    spy_expect_said(spy,
                    "What only g knew (40 bytes at +0x00c0, from step 2; 8 bytes at +0x0130, from "
                    "step 8) is leaked.");
    spy_expect(spy, "let A = A; check");
    assert_null(strstr(text_string(&spy->last), "leaked"));
    spy_destroy(spy);
}

static void aliases_dangle_together(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 40; let B = A; free A");
    spy_expect_said(spy, " B points there too, and is dangling now.");
    spy_expect(spy, "alloc A 40; let B = A; let C = A+8; call f A; free A");
    spy_expect_said(spy, " main's A, main's B and main's C point there too, and are dangling now.");
    spy_destroy(spy);
}

static void frames_go_back_and_forth(void **state)
{
    struct spy *spy = spy_create();
    size_t steps;

    (void)state;
    spy_expect(spy,
               "alloc A 10; call f A; local x 24; let p = &x; alloc B 8; recurse 3; local y 8; "
               "return; return &f:x -> p; return p -> q; return B; free A");
    steps = spy->session->history->steps.count;
    for (size_t step = 0; step <= steps; step++) {
        char line[32];

        snprintf(line, sizeof line, "goto %zu; check", steps - step);
        spy_expect(spy, line);
        snprintf(line, sizeof line, "goto %zu; check", step);
        spy_expect(spy, line);
    }
    spy_expect(spy, "goto 5; whatif return; expect p = stack; policy buddy; check; redo 8; check");
    spy_destroy(spy);
}

static void frames_are_saved(void **state)
{
    struct spy *spy = spy_create();
    char path[] = "/tmp/heapglass-test-XXXXXX", line[64];

    (void)state;
    close(mkstemp(path));
    spy_expect(spy, "alloc A 10; call f A; local x 24; let p = &x+8; recurse 2; return; "
                    "return NULL -> q; return p+4 -> r");
    snprintf(line, sizeof line, "save! %s", path);
    spy_expect(spy, line);
    text_clear(&spy->commands);
    snprintf(line, sizeof line, "reset; source %s", path);
    spy_expect(spy, line);
    assert_non_null(strstr(text_string(&spy->commands), "call f\nlet A = caller:A\n"));
    assert_non_null(strstr(text_string(&spy->commands), "let p = &x+8\n"));
    assert_non_null(strstr(text_string(&spy->commands), "return NULL -> q\nreturn p+4 -> r\n"));
    spy_expect(spy, "expect r = dangling; check");
    unlink(path);
    spy_destroy(spy);
}

static void what_makes_no_sense_is_refused(void **state)
{
    static const struct {
        const char *before, *line, *words;
        int column;
    } rows[] = {
        {"", "return", "main is on top, and the program would end with it", 1},
        {"alloc A 1", "return A", "main is on top", 1},
        {"", "recurse 2", "main does not call itself", 1},
        {"call f", "recurse 0", "nothing is called 0 times", 1},
        {"", "call main", "no function can be called 'main'", 1},
        {"", "call caller", "no function can be called 'caller'", 1},
        {"", "call 5", "'5' is not the name of a function", 6},
        {"", "call f A", "no variable 'A'", 8},
        {"alloc A 1", "call f A Q", "no variable 'Q'", 10},
        {"local x 4", "call f x", "'x' is stack data: pass a pointer to it", 8},
        {"alloc A 1", "free g:A", "no frame of 'g' is on the stack; on top is that of main", 6},
        {"alloc A 1; call f", "free g:A", "on top is that of f", 6},
        {"", "free caller:A", "main is on top, and nobody called it", 6},
        {"call f; alloc abc 1", "free abd", "no variable 'abd' in f's frame; did you mean 'abc'?",
         6},
        {"call f", "alloc main:A 8", "no variable 'A' in main's frame", 7},
        {"local x 8", "local x 8", "'x' is there already, in main's frame", 7},
        {"", "local x 0", "a local has one byte at least", 7},
        {"", "local x 33M", "the stack overflows: of its 32M 32M are left, and this takes 33M", 7},
        {"call f; local x 20M", "local y 20M", "of its 32M 12M are left", 7},
        {"call f", "return A -> A", "no variable 'A' in f's frame", 1},
        {"call f; alloc A 1", "return A B", "behind the variable there can only be +", 10},
        {"call f; alloc A 1", "return A ->", "'' is not a name", 12},
        {"call f; alloc A 1", "return A -> main:B", "goes to a variable of the caller's own", 13},
        {"call f; alloc A 1", "return A -> B C", "there can be nothing more", 15},
        {"call f", "return NULL", "it is not said which of the caller's variables gets it", 1},
        {"local x 4; call f; alloc A 1", "return A -> x", "'x' is 4 bytes of stack data", 1},
        {"", "let p = &x", "no variable 'x'", 9},
        {"local x 16", "show x", "'x' lies on the stack, and not in the heap", 6},
        {"call f", "alloc x::y 8", "'x::y' is not a name", 7},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct spy *spy = spy_create();
        size_t steps;

        spy_expect(spy, rows[i].before);
        steps = spy->session->history->steps.count;
        spy_expect_error(spy, rows[i].line, rows[i].words, rows[i].column);
        assert_int_equal(spy->session->history->steps.count, steps);
        spy_expect(spy, "check");
        spy_destroy(spy);
    }
}

static void a_stack_can_overflow(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; local x 33554360; recurse 3");
    spy_expect_error(spy, "recurse 1", "the stack overflows: of its 32M 8 are left", 1);
    spy_expect(spy, "return; return; return; return; alloc A 100; check");
    spy_destroy(spy);
}

/* What q pointed to, and nothing else, has been lost in this step. */
static void expect_lost_in(const struct spy *spy, uint32_t step)
{
    const struct picture *picture = &spy->session->mirror->picture;
    uint64_t payload = spy->session->history->steps.items[5].result.payload;

    assert_int_equal(picture->ledger.lost, 1);
    assert_int_equal(ledger_find(&picture->ledger, payload)->lost_in, step);
}

/* "&x" is the variable itself, as in C, whatever it holds. */
static void a_variable_itself_is_written_and_read(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc p 24; local x 12; read &x");
    spy_expect_said(spy, "x\n0x");
    spy_expect(spy, "poke &x+8 \"hi\"; read &x+8");
    spy_expect_said(spy, " 68 69 00 00 ");
    spy_expect(spy, "free p; poke &p 0 0 0 0 0 0 0 0"); /* what it holds is dangling; it is not */
    spy_expect_said(spy, "on the stack, at 0x");
    spy_expect(spy, "expect p = NULL; read &p; check; undo; expect p = dangling; redo");
    spy_expect_said(spy, "poke &p 0x00");
    spy_expect(spy, "alloc q 8; poke &q+7 0xff; check"); /* which it then does not point to */
    expect_lost_in(spy, 7);
    spy_expect(spy, "alloc z 8; alloc z2 8; undo; undo; redo; check");
    expect_lost_in(spy, 7);
    spy_expect_error(spy, "poke &nobody 1", "no variable 'nobody'", 6);
    spy_expect_error(spy, "read &", "'&' is no place", 6);
    spy_destroy(spy);
}

static void links_point_to_the_stack_until_its_frame_goes(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 40; call f; local x 8; link main:A.0 -> &x; let q = &x; call g");
    spy_expect(spy, "link main:A.1 -> f:q; graph");
    spy_expect_said(spy, "+.0 --> 0x");
    spy_expect_said(spy, " on the stack, f's x");
    spy_expect(spy, "return; graph"); /* from g, which had nothing to do with it */
    spy_expect_said(spy, " on the stack, x");
    spy_expect(spy, "let r = main:A.1; read r");
    spy_expect_said(spy, "  x");
    spy_expect(spy, "return; graph");
    spy_expect_said(spy, " on the stack, popped in step 10");
    spy_expect(spy, "let r = A.1; expect r = dangling; check; undo 3; check; redo 3; check");
    spy_expect(spy, "realloc A 400; let r = A.0; expect r = dangling");
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_hides_the_callers_variables),
        cmocka_unit_test(the_address_of_a_local_dangles_when_it_is_returned),
        cmocka_unit_test(a_new_frame_writes_over_the_bytes_of_the_old_one),
        cmocka_unit_test(a_local_as_large_as_a_pointer_can_be_given_one),
        cmocka_unit_test(writing_over_a_variable_is_seen),
        cmocka_unit_test(bytes_on_the_stack_are_written_and_read),
        cmocka_unit_test(running_over_a_local_breaks_the_frame),
        cmocka_unit_test(it_is_known_who_points_where),
        cmocka_unit_test(what_a_return_loses_is_named),
        cmocka_unit_test(aliases_dangle_together),
        cmocka_unit_test(frames_go_back_and_forth),
        cmocka_unit_test(frames_are_saved),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_variable_itself_is_written_and_read),
        cmocka_unit_test(links_point_to_the_stack_until_its_frame_goes),
        cmocka_unit_test(a_stack_can_overflow),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
