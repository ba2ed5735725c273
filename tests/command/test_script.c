/* test_script.c: scenarios that speak: what they say, ask, repeat and expect, and how they are
 * played back and forth. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/rehearsal.h"
#include "command/spy.h"
#include "command/syntax.h"
#include "target/serve.h"
#include "test.h"

static char path[] = "/tmp/heapglass-script-XXXXXX";

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Play a text as a file. */
static bool play(struct spy *spy, const char *text)
{
    struct error error;

    write_file(text);
    text_clear(&spy->said);
    return interpreter_run_file(&spy->interpreter, path, &error);
}

static void figures_are_computed_when_they_are_said(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; alloc B 10M; alloc C 24; free B");
    spy_expect(spy, "say A has {A.padding} of padding in {A.size:bytes} at {A.at}.");
    assert_string_equal(text_string(&spy->last), "A has 14 bytes of padding in 32 at +0x00c0.");
    spy_expect(spy, "say {largest}, {largest:bytes}, {free-blocks}, {{x}, {alignment}, {policy}");
    assert_string_equal(text_string(&spy->last), "10M, 10,485,776, 2, {x}, 16, first-fit");
    spy_expect(spy, "say {A.requested} {A.header} {A.block} {step} {external} {grew} {fits:bytes}");
    assert_string_equal(text_string(&spy->last),
                        "10 bytes 8 bytes +0x00b8 4 0.0% 0 bytes 10,485,768");
    spy_expect(spy, "title T; section S{step}");
    assert_string_equal(text_string(&spy->last), "S4");
    spy_expect_error(spy, "say see {fre}", "there is no figure 'fre'; did you mean 'free'?", 9);
    spy_expect_error(spy, "say {i}", "counts the rounds within repeat", 5);
    spy_expect_error(spy, "say \"{Z.at}\"", "no variable 'Z'", 6);
    spy_expect_error(spy, "say {A.colour}", "no figure 'colour' of a variable", 5);
    spy_expect_error(spy, "say {free", "this brace is not closed", 5);
    spy_expect(spy, "help figures");
    spy_expect_said(spy, "{A.padding}");
    spy_destroy(spy);
}

static void repeat_runs_commands_and_lines(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "repeat 3 alloc a{i} 16; repeat 2 \"alloc b{i} 24; free b{i}\"");
    assert_string_equal(text_string(&spy->commands),
                        "alloc a1 16\nalloc a2 16\nalloc a3 16\nrepeat 3 alloc a{i} 16\n"
                        "alloc b1 24\nfree b1\nalloc b2 24\nfree b2\n"
                        "repeat 2 \"alloc b{i} 24; free b{i}\"\n");
    text_clear(&spy->commands);
    assert_true(play(spy, "repeat 2 # rounds\nalloc c{i} 8\nrepeat 2\nalloc d{j}{i} 8\nend\nend\n"
                          "repeat 0\nnonsense\nend\nfree c1\n"));
    assert_string_equal(text_string(&spy->commands),
                        "alloc c1 8\nalloc d11 8\nalloc d12 8\nrepeat 2\nalloc c2 8\nalloc d21 8\n"
                        "alloc d22 8\nrepeat 2\nrepeat 2\nrepeat 0\nfree c1\n");
    assert_true(interpreter_run_text(&spy->interpreter, "repeat 2\nalloc e{i} 8\nend"));
    spy_expect_error(spy, "repeat 2", "here it takes a command", 1);
    spy_expect_error(spy, "end", "there is no repeat", 1);
    spy_expect_error(spy, "repeat 1000001 alloc x 1", "up to 1000000 times", 8);
    spy_expect_error(spy, "repeat 2 repeat 2 repeat 2 repeat 2 repeat 2 alloc x 1",
                     "nested more than 4 deep", 1);
    spy_destroy(spy);
}

static void a_failure_within_repeat_says_its_line(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    assert_false(play(spy, "alloc A 8\nrepeat 3\nalloc b{i} 8\nfree A\nend\nalloc Z 8\n"));
    assert_false(spy->ok);
    assert_int_equal(spy->location.line, 4);
    assert_string_equal(spy->file, path);
    assert_int_equal(spy->session->history->steps.count, 4);
    assert_false(play(spy, "\nrepeat 3\nalloc b 8\n"));
    spy_expect_said(spy, "repeat: there is no 'end' for it");
    assert_false(play(spy, "repeat 3; alloc b 8\nend\n"));
    spy_expect_said(spy, "stands on lines of its own");
    spy_destroy(spy);
}

static void a_seed_makes_the_same_heap_again(void **state)
{
    struct spy *spy = spy_create(), *other = spy_create();

    (void)state;
    spy_expect(spy, "random 40 --seed 7 --sizes 16..512 --free 25%");
    spy_expect(other, "random 40 --seed 7 --sizes 16..512 --free 25%");
    assert_string_equal(text_string(&spy->commands), text_string(&other->commands));
    assert_int_equal(spy->session->history->steps.count, 50);
    assert_int_equal(spy->session->mirror->picture.metrics.used_blocks, 30);
    spy_expect(other, "random 40 --seed 8 --lifetime short --free 100%");
    assert_int_equal(other->session->mirror->picture.metrics.used_blocks, 30);
    spy_expect(other, "random 2 --lifetime long --free 0; expect r82 = live");
    spy_expect_error(spy, "random 0", "from 1 to", 8);
    spy_expect_error(spy, "random 5 --sizes 9..3", "the first size is from 1 to the second", 10);
    spy_expect_error(spy, "random 5 --free x%", "no whole percentage", 10);
    spy_expect_error(spy, "random 5 --lifetime middle", "short, long or mixed", 10);
    spy_expect_error(spy, "random 5 --seed", "--seed wants a value", 10);
    spy_destroy(spy);
    spy_destroy(other);
}

static void expectations_have_further_forms(void **state)
{
    static const char *const good[] = {
        "expect A at +0xc0",
        "expect A padding 14",
        "expect A size 32",
        "expect A header 8",
        "expect A size >= 32",
        "expect A < C",
        "expect C > A",
        "expect A requested 10",
        "expect A footer 0",
        "expect fail alloc D 20M",
        "expect error free Z",
        "expect error free B",
        "expect check",
        "expect leaks 0",
        "expect leaks < 1",
        "expect freelist 1M 3.7K",
        "expect grew 0",
        "expect freelist 1048592 3.7K",
        "expect fail alloc D 20M; expect D = D",
    };
    static const struct {
        const char *line, *words;
    } bad[] = {
        {"expect A at +0x40", "expected A at +0x40, found +0x00c0"},
        {"expect A padding 6", "expected A padding 6, found 14"},
        {"expect Z padding 6", "no variable 'Z'"},
        {"expect fail alloc D 16", "expected 'alloc D 16' to fail, found that it succeeds"},
        {"expect error alloc D 20M", "to be an error, found that it answers NULL"},
        {"expect leaks 1", "expected leaks 1, found 0"},
        {"expect freelist 10M", "expected freelist 10M, found 1048592 3"},
        {"expect freelist none", "expected freelist none, found 1048592"},
        {"expect grew 20M", "expected grew 20M, found 0"},
        {"expect grew", "VALUE is missing"},
        {"expect A padding", "VALUE is missing"},
        {"expect A > C", "expected A > C, found live"},
        {"expect A", "RELATION is missing"},
        {"expect free =", "VALUE is missing"},
    };
    struct spy *spy = spy_create();
    size_t steps;

    (void)state;
    spy_expect(spy, "alloc A 10; alloc B 1M; expect grew >= 1M; alloc C 24; let D = A; free B");
    spy_expect(spy, "limit 4M");
    steps = spy->session->history->steps.count;
    for (size_t i = 0; i < TEST_COUNT(good); i++)
        spy_expect(spy, good[i]);
    for (size_t i = 0; i < TEST_COUNT(bad); i++)
        spy_expect_error(spy, bad[i].line, bad[i].words, 8);
    spy_expect_error(spy, "expect free 0", "'0' is no relation", 13);
    assert_int_equal(spy->session->history->steps.count, steps);
    spy_expect(spy, "let C = NULL; expect leaks 1; let C = NULL");
    spy_expect(spy, "write A \"over the end of all that is there\"");
    spy_expect_error(spy, "expect check", "expected a whole heap, found that at ", 8);
    spy_destroy(spy);
}

static void questions_are_answered_and_explained(void **state)
{
    static const enum pause_end on[32] = {PAUSE_ON};
    static const char *const answers[] = {"n", "yes", "perhaps", "2", "", "14 bytes", "20"};
    static const char script[] = "ask \"Fits it?\" yes|no no Too {step}.\n"
                                 "ask \"Fits it?\" yes|no no\n"
                                 "ask \"Fits it?\" yes|no no\n"
                                 "ask \"Fits it?\" yes|no no\n"
                                 "alloc A 10\n"
                                 "ask \"Padding?\" ? {A.padding}\n"
                                 "ask \"Padding?\" ? {A.padding}\n"
                                 "say {right} of {asked}\n";
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "ask \"Fits it?\" yes|no no \"It is full.\"");
    assert_string_equal(text_string(&spy->last), "Fits it?  yes / no\nIt is **no**. It is full.");
    spy_wait(spy, on, answers);
    assert_true(play(spy, script));
    assert_non_null(strstr(text_string(&spy->said), "Fits it?  yes / no\npause 1: 0 steps\n"
                                                    "**Right:** no. Too 0.\n"));
    assert_non_null(strstr(text_string(&spy->said), "You said yes; it is **no**.\n"));
    assert_non_null(strstr(text_string(&spy->said), "pause 5: 0 steps\npause 6"));
    assert_non_null(strstr(text_string(&spy->said), "\nIt is **no**.\n"));
    assert_non_null(strstr(text_string(&spy->said), "**Right:** 14 bytes.\n"));
    assert_string_equal(text_string(&spy->last), "3 of 6");
    spy_expect_error(spy, "ask \"x\" yes,no yes", "choices are parted by '|', as in yes|no", 16);
    spy_expect_error(spy, "ask \"x\" yes|no maybe", "'maybe', is none of yes|no", 16);
    spy_expect_error(spy, "ask \"x\"", "CHOICES is missing", 9);
    spy_destroy(spy);
}

static const char story[] = "title Story\nsay zero\npause\n"
                            "section One\nalloc A 10\nsay one\npause\nalloc B 20\npause two\n"
                            "section Two\nreset\npolicy best-fit\nalloc C 30\npause three\n"
                            "free C\npause four\n";

/* Going back leads to the heap as it was, across a reset and another policy, and whatever was
 * tried. */
static void a_scenario_is_played_back_and_forth(void **state)
{
    static const enum pause_end ends[] = {
        PAUSE_ON, PAUSE_ON,           PAUSE_ON,         PAUSE_BACK, PAUSE_BACK,  PAUSE_ON,
        PAUSE_ON, PAUSE_SECTION_BACK, PAUSE_SECTION_ON, PAUSE_ON,   PAUSE_AGAIN, PAUSE_OVER};
    struct spy *spy = spy_create();

    (void)state;
    spy_wait(spy, ends, NULL);
    assert_false(play(spy, story));
    assert_string_equal(text_string(&spy->said),
                        "Story\nzero\npause 1: 0 steps\nOne\none\npause 2: 1 steps\n"
                        "two\npause 3: 2 steps\nTwo\nthree\npause 4: 1 steps\n" /* back */
                        "two\npause 5: 2 steps\n"                               /* back */
                        "One\none\npause 6: 1 steps\ntwo\npause 7: 2 steps\n"
                        "Two\nthree\npause 8: 1 steps\n" /* section back */
                        "One\none\npause 9: 1 steps\n"   /* section on */
                        "Two\nthree\npause 10: 1 steps\nfour\npause 11: 2 steps\n" /* again */
                        "four\npause 12: 2 steps\n");
    assert_string_equal(spy->session->mirror->picture.config.policy, "best-fit");
    spy_destroy(spy);
}

/* What was there before the file is there again. */
static void going_back_keeps_what_was_before(void **state)
{
    static const enum pause_end ends[] = {PAUSE_ON, PAUSE_BACK, PAUSE_ON, PAUSE_ON};
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "set order address; alloc Q 100");
    spy_wait(spy, ends, NULL);
    assert_true(play(spy, "alloc A 10\npause\nreset; set order fifo; alloc B 10\npause\n"));
    assert_string_equal(text_string(&spy->said), "pause 1: 2 steps\npause 2: 1 steps\n"
                                                 "pause 3: 2 steps\npause 4: 1 steps\n");
    spy_destroy(spy);
}

/* What was played and is undone can be redone, and is when it is played again. */
static void going_back_undoes(void **state)
{
    static const enum pause_end ends[] = {PAUSE_ON,   PAUSE_ON,   PAUSE_BACK, PAUSE_ON,
                                          PAUSE_BACK, PAUSE_BACK, PAUSE_OVER};
    struct spy *spy = spy_create();
    const struct steps *steps = &spy->session->history->steps;

    (void)state;
    spy_expect(spy, "alloc Q 100");
    spy_wait(spy, ends, NULL);
    assert_false(play(spy, "alloc A 10\npause\nfree A; write Q x\npause\nalloc B 20\npause\n"));
    assert_string_equal(text_string(&spy->said),
                        "pause 1: 2 steps\npause 2: 4 steps\npause 3: 5 steps\n"
                        "pause 4: 4 steps\npause 5: 5 steps\npause 6: 4 steps\n"
                        "pause 7: 2 steps\n");
    assert_int_equal(steps->count, 2);
    assert_int_equal(steps->known, 5);
    spy_expect(spy, "check; redo 3; check; expect B = live");
    spy_destroy(spy);
}

static struct text mistakes;

static void note_mistake(void *context, const struct outcome *outcome)
{
    (void)context;
    text_add(&mistakes, "%u:%d: %s\n", outcome->location.line, outcome->column, outcome->error);
}

static void syntax_is_checked_without_a_heap(void **state)
{
    struct error error;
    size_t count;

    (void)state;
    write_file("alloc A 10\naloc B 2\nsay {fre}\nrepeat 2\nalloc a{i} 9\nend\nfree A {i}\nend\n"
               "repeat 3 \"alloc x{i} 1; fre x\"\nalloc a{i} 2\nset gc maybe\npolicy bestfit\n"
               "  repeat 2\n");
    text_clear(&mistakes);
    assert_true(syntax_check_file(path, note_mistake, NULL, &count, &error));
    assert_string_equal(text_string(&mistakes),
                        "2:1: there is no command 'aloc'; did you mean 'alloc'?\n"
                        "3:5: say: there is no figure 'fre'; did you mean 'free'?\n"
                        "7:8: free: '{i}' is not a name; names look like A, b2, last_one\n"
                        "8:1: end: there is no repeat that it could end\n"
                        "9:25: there is no command 'fre'; did you mean 'free'?\n"
                        "10:7: alloc: 'a{i}' is not a name; names look like A, b2, last_one\n"
                        "11:8: set: gc cannot be 'maybe'; it can be off, auto\n"
                        "12:8: policy: there is no policy 'bestfit'; did you mean 'best-fit'?\n"
                        "13:3: repeat: there is no 'end' for it\n");
    assert_int_equal(count, 9);
    text_finish(&mistakes);
    assert_false(syntax_check_file("/nowhere/x.hg", note_mistake, NULL, &count, &error));
}

static void a_rehearsal_lists_sections_with_their_length(void **state)
{
    struct rehearsal rehearsal;
    struct text text = {0};
    struct error error;

    (void)state;
    write_file(
        "title Two parts\nsay one two three four\npause\nsection First\n"
        "wait 29.5; wait 0.5\npause\nsection Second\nask \"why not?\" yes|no no\nalloc A 10\n");
    assert_true(rehearsal_read(path, &rehearsal, &error));
    rehearsal_add_table(&rehearsal, &text);
    assert_string_equal(text_string(&text), "Two parts\n"
                                            "  1   0:04  beginning (line 1, 1 stop)\n"
                                            "  2   0:35  First (line 4, 1 stop)\n"
                                            "  3   0:17  Second (line 7, 1 stop)\n"
                                            "      0:56  in all, with 1 question");
    text_finish(&text);
    rehearsal_finish(&rehearsal);
    assert_false(rehearsal_read("/dev/null", &rehearsal, &error));
    assert_non_null(strstr(error.text, "no file that can be read twice"));
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_computed_when_they_are_said),
        cmocka_unit_test(repeat_runs_commands_and_lines),
        cmocka_unit_test(a_failure_within_repeat_says_its_line),
        cmocka_unit_test(a_seed_makes_the_same_heap_again),
        cmocka_unit_test(expectations_have_further_forms),
        cmocka_unit_test(questions_are_answered_and_explained),
        cmocka_unit_test(a_scenario_is_played_back_and_forth),
        cmocka_unit_test(going_back_keeps_what_was_before),
        cmocka_unit_test(going_back_undoes),
        cmocka_unit_test(syntax_is_checked_without_a_heap),
        cmocka_unit_test(a_rehearsal_lists_sections_with_their_length),
    };
    int file, failed;

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    file = mkstemp(path);
    if (file < 0)
        return 2;
    close(file);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
