/* test_playing.c: steps play event by event, at the user's pace or by themselves. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

static struct term *start_with_story(void)
{
    struct term *term = program_start();

    term_type(term, "alloc A 10M; alloc B 10M; alloc C 10M; free B\r");
    term_expect(term, "step 4: free B");
    return term;
}

static void space_goes_from_event_to_event(void **state)
{
    static const char *const allocation[] = {
        "alloc D 5M: request", "search    10M at +0xa000c8",  "takes 10M at +0xa000c8 off",
        "alloc D 5M: split",   "takes the place on the list", "handover  D ="};
    static const char *const release[] = {"header    the header at +0xa000c8",
                                          "leaves the list 'free'", "free D: merge",
                                          "goes onto the list 'free'"};
    struct term *term = start_with_story();

    (void)state;
    term_type(term, "step on\r");
    term_expect(term, "From now on each step plays");
    term_type(term, "alloc D 5M\r");
    for (size_t i = 0; i < TEST_COUNT(allocation); i++) {
        term_expect(term, allocation[i]);
        term_expect(term, "Space goes on");
        term_type(term, " ");
    }
    term_expect(term, "D takes the first free block that fits");
    term_expect(term, "heap> ");
    term_type(term, "free D\r");
    for (size_t i = 0; i < TEST_COUNT(release); i++) {
        term_expect(term, release[i]);
        term_type(term, " ");
    }
    term_expect(term, "D's block (5M at +0xa000c8) is free. It merged");
    program_leave(term);
}

/* The block that an event is about is lit on the map, in the ribbon and in the free list; what will
 * be is not shown before it is. */
static void blocks_are_shown_as_they_were(void **state)
{
    struct term *term = start_with_story();

    (void)state;
    term_type(term, "step on\r");
    term_expect(term, "From now on");
    term_type(term, "alloc D 5M\r");
    term_expect(term, "alloc D 5M: request");
    term_expect(term, "free 10M");
    term_type(term, " ");
    term_expect(term, "+0xa000c8: fits");
    term_expect(term, "\u25c6\u25c6\u25c6\u25c6"); /* the free block, lit */
    term_expect_gone(term, "DDDD");
    term_expect_gone(term, "\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7\u00b7");
    term_expect(term, "\u2502 +0xa000c8 10M \u2192"); /* on the list */
    term_type(term, " ");
    term_expect(term, "off the list");
    term_expect_gone(term, "\u2502 +0xa000c8 10M \u2192"); /* not any more */
    term_type(term, "   ");
    term_expect(term, "alloc D 5M: handover");
    term_expect(term, "DDDD");
    term_type(term, " ");
    term_expect(term, "heap> ");
    term_expect_gone(term, "\u25c6");
    program_leave(term);
}

static void playing_can_be_skipped_and_ended(void **state)
{
    struct term *term = start_with_story();

    (void)state;
    term_type(term, "\033[19~"); /* F8 */
    term_expect(term, "From now on each step plays");
    term_type(term, "alloc D 5M\r");
    term_expect(term, "alloc D 5M: request");
    term_type(term, "s");
    term_expect(term, "D takes the first free block that fits");
    term_type(term, "alloc E 1M\r");
    term_expect(term, "alloc E 1M: request");
    term_type(term, "\033");
    term_expect(term, "E takes the first free block that fits");
    term_type(term, "alloc F 1M\r");
    term_expect(term, "F takes the first free block that fits");
    term_type(term, "set step\r");
    term_expect(term, "step             off");
    program_leave(term);
}

/* At 60 events a second, without a key being pressed. */
static void a_step_plays_by_itself(void **state)
{
    struct term *term = start_with_story();

    (void)state;
    term_type(term, "animate 60\r");
    term_expect(term, "60 events a second");
    term_type(term, "alloc D 5M\r");
    term_expect(term, "Space goes on");
    term_expect(term, "D takes the first free block that fits");
    term_expect(term, "heap> ");
    program_leave(term);
}

/* The story, and behind it a step that plays by itself. */
static struct term *start_playing(void)
{
    struct term *term = start_with_story();

    term_type(term, "set speed 1; step on\r");
    term_expect(term, "From now on");
    term_type(term, "alloc D 5M\r");
    term_expect(term, "alloc D 5M: request");
    return term;
}

/* What is typed while a step plays, at any pace, is a line like any other. */
static void no_key_is_lost(void **state)
{
    struct term *term = start_playing();

    (void)state;
    term_type(term, "say still here\r");
    term_expect(term, "still here");
    term_type(term, "alloc E 1K\rset speed 0\ralloc F 1K\rsay a line\ralloc G 1K\r");
    term_expect(term, "alloc G 1K: request");
    term_type(term, "fre");
    term_expect(term, "heap> fre");
    term_type(term, "e G\r");
    term_expect(term, "free G: header");
    term_type(term, "s");
    term_expect(term, "step 9: free G");
    term_expect(term, "G's block");
    program_leave(term);
}

/* While a step plays by itself, too, a key that skips is not typed. */
static void a_key_that_skips_is_no_letter(void **state)
{
    struct term *term = start_playing();

    (void)state;
    term_type(term, "s");
    term_expect(term, "D takes the first free block that fits");
    term_type(term, "teps\r");
    term_expect(term, "there is no command 'teps'");
    program_leave(term);
}

/* A search through thousands of blocks shows some of them. */
static void a_long_search_is_shortened(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc a1..a4001 100; free a1..a3999:2; step on\r");
    term_expect(term, "From now on");
    term_type(term, "alloc big 10K\r");
    term_expect(term, "alloc big 10K: request");
    for (int i = 0; i < 15; i++)
        term_type(term, " ");
    term_expect(term, " more ...");
    for (int i = 0; i < 45; i++)
        term_type(term, " ");
    term_expect(term, "big lies at");
    program_leave(term);
}

static void scenarios_play_too(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", "-e",
                                         "alloc A 1M; step on; say watch; alloc B 1K; free A");

    (void)state;
    term_expect(term, "alloc B 1K: request");
    term_expect(term, "watch");
    term_type(term, "s");
    term_expect(term, "free A: header");
    term_type(term, "\033");
    term_expect(term, "step 3: free A");
    term_expect(term, "heap> ");
    program_leave(term);
    term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", "--step", NULL);
    term_expect(term, "heap> ");
    term_type(term, "alloc A 1M\r");
    term_expect(term, "alloc A 1M: request");
    term_type(term, "s");
    program_leave(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(space_goes_from_event_to_event),
        cmocka_unit_test(blocks_are_shown_as_they_were),
        cmocka_unit_test(playing_can_be_skipped_and_ended),
        cmocka_unit_test(a_step_plays_by_itself),
        cmocka_unit_test(no_key_is_lost),
        cmocka_unit_test(a_key_that_skips_is_no_letter),
        cmocka_unit_test(a_long_search_is_shortened),
        cmocka_unit_test(scenarios_play_too),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
