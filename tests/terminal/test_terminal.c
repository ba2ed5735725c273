/* test_terminal.c: the terminal itself: of any kind and size, given back on every way out. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "terminal/program.h"
#include "test.h"

static void resizing_redraws(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M; alloc B 10M; free A\r");
    term_expect(term, "step 3");
    term_type(term, "alloc ty");
    term_resize(term, 30, 100);
    term_expect(term, "header 8  align 16");
    term_resize(term, 12, 50);
    term_expect_gone(term, "header 8");
    term_resize(term, 5, 20);
    term_expect(term, "heapglass needs  ");
    term_expect(term, "40x10; this is 20x5");
    term_resize(term, 2, 6); /* the prompt goes before the words are garbled */
    term_expect(term, "40x10 ");
    term_expect_gone(term, "heap>");
    term_resize(term, 1, 1);
    term_expect(term, "!");
    term_resize(term, 24, 80);
    term_expect(term, "fragmentation");
    term_expect(term, "heap> alloc ty"); /* what was typed is still there */
    for (int i = 0; i < 200; i++)
        term_resize(term, 3 + i * 7 % 50, 10 + i * 13 % 170);
    term_resize(term, 24, 80);
    term_type(term, "pe 100\r");
    term_expect(term, "step 4: alloc type 100");
    program_leave(term);
}

enum { ROWS = 24, ROW_BYTES = 512 };

/* Copy what is on the screen above the prompt. */
static void copy_rows(struct term *term, char rows[ROWS - 1][ROW_BYTES])
{
    for (int row = 0; row < ROWS - 1; row++)
        snprintf(rows[row], ROW_BYTES, "%s", term_row(term, row));
}

/* What is left on the screen because it did not change is what would be drawn: to be told of a new
 * size has everything drawn anew. */
static void what_is_left_is_what_would_be_drawn(void **state)
{
    static const struct {
        const char *line, *expected;
    } rows[] = {
        {"alloc A 10M; alloc B 10M", "step 2: alloc B"}, {"say \"日本日本日本\"", "日本日本日本"},
        {"say \"x日本日本日\"", "x日本日本日"},          {"say \"x日x日x日x日\"", "x日x日x日x日"},
        {"set map hilbert; free A", "step 3: free A"},   {"help", "Allocating and freeing"},
        {"layout +timeline -ribbon", "Hidden: ribbon"},  {"set theme mono", "theme is mono"},
    };
    static char left[ROWS - 1][ROW_BYTES], anew[ROWS - 1][ROW_BYTES];
    struct term *term = program_start();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        term_type(term, rows[i].line);
        term_type(term, "\rz");
        term_expect(term, rows[i].expected);
        term_expect(term, "heap> z ");
        copy_rows(term, left);
        kill(term_pid(term), SIGWINCH);
        term_type(term, "y");
        term_expect(term, "heap> zy ");
        term_type(term, "x");
        term_expect(term, "heap> zyx ");
        copy_rows(term, anew);
        for (int row = 0; row < ROWS - 1; row++)
            assert_string_equal(left[row], anew[row]);
        term_type(term, "\025"); /* clears the line */
    }
    term_type(term, "layout all\r");
    term_expect(term, "Chosen: map");
    program_leave(term);
}

/* Panels go and come back; the next session has those that the last one had. */
static void the_layout_is_remembered(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "layout map ribbon\r");
    term_expect(term, "Hidden: free meters timeline");
    term_expect_gone(term, "fragmentation");
    program_leave(term);
    term = program_start();
    term_expect(term, "^ +0x");
    term_expect_gone(term, "fragmentation");
    term_type(term, "layout all\r");
    term_expect(term, "fragmentation");
    term_expect(term, "Without room: timeline histogram"); /* it is not said to be there */
    program_leave(term);
    term = program_start();
    term_expect(term, "fragmentation");
    program_leave(term);
}

/* To a class there are the panels that it needs, and they are not what is usual afterwards. */
static void a_presentation_has_panels_of_its_own(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "layout map ribbon\r");
    term_expect_gone(term, "fragmentation");
    program_leave(term);
    term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", "--present", NULL);
    term_expect(term, "external");
    term_expect_gone(term, "^ +0x");
    term_type(term, "layout -meters\r");
    term_expect_gone(term, "external");
    program_leave(term);
    term = program_start();
    term_expect(term, "^ +0x");
    term_expect_gone(term, "fragmentation");
    term_type(term, "layout all\r");
    term_expect(term, "fragmentation");
    program_leave(term);
}

/* From the whole heap to single cells and back. */
static void the_map_is_zoomed(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M; alloc tiny 100; alloc C 10M\r");
    term_expect(term, "48K a cell");
    term_type(term, "zoom tiny\r");
    term_expect(term, ", 1 byte a cell");
    term_expect(term, "header 8 tiny 100");
    term_type(term, "zoom out; zoom right\r");
    term_expect(term, ", 2 bytes a cell");
    term_type(term, "zoom all\r");
    term_expect(term, "48K a cell");
    term_type(term, "detail tiny\r");
    term_expect(term, "history     step 2 alloc tiny 100");
    term_type(term, "fill tiny 65; detail tiny\r"); /* 80 columns have room for whole rows */
    term_expect(term, "41 41 41 41 41 41 41 41 AAAAAAAAAAAAAAAA \u2502");
    term_type(term, "layout map only; zoom A\r"); /* on the larger map, 12K will do */
    term_expect(term, ", 12K a cell");
    term_type(term, "layout all\r");
    term_expect(term, "fragmentation");
    program_leave(term);
}

/* A shell with job control starts the program, is told that it stopped, and lets it go on. */
static void suspending_gives_the_terminal_back(void **state)
{
    struct term *term = program_start_as_job();

    (void)state;
    term_type(term, "alloc A 100\r");
    term_expect(term, "step 1");
    term_type(term, "\032");
    term_expect(term, "stopped with 148"); /* 128 + SIGTSTP */
    assert_false(term_is_alternate(term));
    assert_false(term_marks_pastes(term));
    assert_true(term_modes(term).c_lflag & ECHO);
    term_type(term, "\r");
    term_expect(term, "step 1");
    assert_true(term_is_alternate(term));
    term_type(term, "alloc B 100\r");
    term_expect(term, "step 2: alloc B 100");
    assert_true(term_marks_pastes(term));
    program_leave(term);
}

static void signals_give_the_terminal_back(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP,  SIGINT,  SIGABRT, SIGSEGV,   SIGPIPE, SIGUSR1,
                                  SIGUSR2, SIGALRM, SIGQUIT, SIGXCPU, SIGVTALRM, SIGSYS,  SIGTRAP};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(signals); i++) {
        struct term *term = program_start();
        int status;

        kill(term_pid(term), signals[i]);
        status = term_wait_end(term);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        assert_false(term_is_alternate(term));
        assert_false(term_marks_pastes(term));
        assert_true(term_modes(term).c_lflag & ECHO);
        term_finish(term);
    }
}

/* Whatever curses has learned of it meanwhile. */
static void every_type_of_terminal_gets_its_modes_back(void **state)
{
    static const char *const types[] = {"rxvt", "rxvt-unicode", "xterm-mono", "screen", "vt220"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(types); i++) {
        struct term *term = program_start_as(24, 80, types[i], "C.UTF-8", NULL, NULL);
        struct termios modes;

        term_expect(term, "F1 help");
        term_type(term, "\004");
        term_wait_end(term);
        modes = term_modes(term);
        if (!(modes.c_lflag & ECHO) || !(modes.c_lflag & ICANON) || !(modes.c_oflag & ONLCR))
            fail_msg("a terminal of type %s is left raw", types[i]);
        term_finish(term);
    }
}

/* What was drawn stays on a terminal with one screen; what is written next stands on a row of its
 * own. */
static void a_terminal_of_one_screen_is_left_on_a_fresh_row(void **state)
{
    static const int ways_out[] = {0, SIGTERM, SIGABRT}; /* 0: quit */
    static const char *const types[] = {"linux", "vt100"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(ways_out) * TEST_COUNT(types); i++) {
        int way_out = ways_out[i % TEST_COUNT(ways_out)];
        struct term *term =
            program_start_as(24, 80, types[i / TEST_COUNT(ways_out)], "C.UTF-8", NULL, NULL);

        term_expect(term, "F1 help");
        term_type(term, "alloc A 10M");
        term_expect(term, "heap> alloc A 10M");
        term_resize(term, 20, 80);
        term_expect_in_row(term, 0, "heapglass"); /* all is drawn anew, from the top on */
        term_expect_in_row(term, 18, "\u2514");
        term_expect_in_row(term, 19, "heap> alloc A 10M");
        term_expect_cursor(term, 19, 17);
        if (way_out == 0)
            term_type(term, "\003quit\r");
        else
            kill(term_pid(term), way_out);
        term_wait_end(term);
        assert_int_equal(strspn(term_row(term, 19), " "), 80);
        assert_non_null(strstr(term_row(term, 18), "\u2514")); /* the frame is still there */
        term_expect_cursor(term, 19, 0);
        term_finish(term);
    }
}

/* A shell's prompt comes where the program was stopped. */
static void stopping_leaves_a_fresh_row(void **state)
{
    static const char *const environment[] = {"TERM=linux", "LC_ALL=C.UTF-8", NULL};
    struct term *term = program_start_as_job_with(environment);

    (void)state;
    term_expect(term, "F1 help");
    term_type(term, "\032");
    term_expect(term, "stopped with 148");
    assert_int_equal(strspn(term_row(term, 23), " "), 80);
    assert_int_equal(strncmp(term_row(term, 22), "stopped with 148", 16), 0);
    term_type(term, "\r");
    term_expect(term, "F1 help");
    program_leave(term);
}

static void every_kind_of_terminal_works(void **state)
{
    static const struct {
        const char *type, *locale, *expected;
    } rows[] = {
        {"vt100", "C.UTF-8", "┌─ heap"},    {"vt100", "C", "+- heap"},
        {"xterm-256color", "C", "+- heap"}, {"linux", "C.UTF-8", "┌─ heap"},
        {"ansi", "C.UTF-8", "┌─ heap"},     {"screen", "C.UTF-8", "┌─ heap"},
        {"dumb", "C.UTF-8", "heap>"},       {"no-such-terminal", "C.UTF-8", "using plain text"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct term *term = program_start_as(24, 80, rows[i].type, rows[i].locale, NULL, NULL);

        term_expect(term, rows[i].expected);
        term_type(term, "alloc A 10M\r");
        term_expect(term, "AAAAAAAAAA");
        term_type(term, "quit\r");
        assert_int_equal(WEXITSTATUS(term_wait_end(term)), 0);
        term_finish(term);
    }
}

/* A screen for that, and libedit's, would take gigabytes. */
static void a_size_that_no_screen_has_is_not_believed(void **state)
{
    static const char *const environment[] = {"TERM=xterm", "LC_ALL=C.UTF-8", NULL};
    struct term *term = program_start_by_shell("stty rows 65535 cols 65535; exec $P", environment);

    (void)state;
    term_expect(term, "heapglass: the terminal says that it has 65535 rows of 65535 columns");
    term_expect(term, "note: the terminal says that it has 65535 rows of 65535 columns");
    term_type(term, "alloc A 10M\r");
    term_expect(term, "AAAAAAAAAA");
    term_type(term, "nonsense\003");
    term_type(term, "free A\r");
    term_expect(term, "free A");
    term_type(term, "quit\r");
    assert_int_equal(WEXITSTATUS(term_wait_end(term)), 0);
    term_finish(term);

    term = program_start();
    term_claim(term, 65535, 65535);
    term_type(term, "alloc A 10M\r");
    term_expect(term, "step 1: alloc A 10M");
    program_leave(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resizing_redraws),
        cmocka_unit_test(what_is_left_is_what_would_be_drawn),
        cmocka_unit_test(the_layout_is_remembered),
        cmocka_unit_test(a_presentation_has_panels_of_its_own),
        cmocka_unit_test(the_map_is_zoomed),
        cmocka_unit_test(suspending_gives_the_terminal_back),
        cmocka_unit_test(signals_give_the_terminal_back),
        cmocka_unit_test(every_type_of_terminal_gets_its_modes_back),
        cmocka_unit_test(a_terminal_of_one_screen_is_left_on_a_fresh_row),
        cmocka_unit_test(stopping_leaves_a_fresh_row),
        cmocka_unit_test(every_kind_of_terminal_works),
        cmocka_unit_test(a_size_that_no_screen_has_is_not_believed),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
