/* test_pasting.c: what is pasted is text, in either home of the line editor. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

#define PASTED(text) "\033[200~" text "\033[201~"

static struct term *start(const char *option)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", option, NULL);

    term_expect(term, "heap>");
    return term;
}

/* Tabs are no completion, and each line runs. */
static void lines_that_are_pasted_run_one_by_one(void **state)
{
    static const char *const line_ends[] = {"\r", "\n", "\r\n"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(line_ends); i++) {
        struct term *term = start(NULL);
        char pasted[128];

        snprintf(pasted, sizeof pasted, PASTED("alloc\tA\t10M%salloc  B\t20M%sfree\tA%s"),
                 line_ends[i], line_ends[i], line_ends[i]);
        term_type(term, pasted);
        term_expect(term, "step 3: free A");
        term_type(term, "steps\r");
        term_expect(term, "alloc A 10M");
        term_expect(term, "alloc B 20M");
        program_leave(term);
    }
}

/* What has no line end waits to be edited. */
static void the_rest_stays_in_the_line(void **state)
{
    struct term *term = start(NULL);

    (void)state;
    term_type(term, "fre" PASTED("alloc Q 10\nalloc B 2"));
    term_expect(term, "heap> alloc B 2 ");
    term_expect(term, "frealloc"); /* pasted where the cursor was */
    term_type(term, "00\r");
    term_expect(term, "step 1: alloc B 200");
    term_type(term, "10\001" PASTED("alloc C ") "\r"); /* at the line's start */
    term_expect(term, "step 2: alloc C 10");
    program_leave(term);
}

/* Neither keys nor what would be one: not F1, not Ctrl-C, not an Escape, not Ctrl-D. */
static void nothing_that_is_pasted_is_a_key(void **state)
{
    struct term *term = start(NULL);

    (void)state;
    term_type(term, "alloc A 10\r");
    term_expect(term, "step 1");
    term_type(term, PASTED("say \003\004\022x\033OPy\033[200~\032z\n"));
    term_expect(term, "there is a control character here");
    term_expect(term, "say ^C^D^Rx^[OPy^[[200~^Zz");
    term_type(term, PASTED("say one\033[20") "\003"); /* an end that was none, then Ctrl-C */
    term_expect(term, "heap>          ");
    program_leave(term);
}

/* A paste comes in as many parts as the line between us likes, also in the middle of its
 * brackets. */
static void a_paste_may_come_in_parts(void **state)
{
    static const char pasted[] = PASTED("alloc A 10\nfree A\n");
    struct term *term = start(NULL);

    (void)state;
    term_type(term, "\033[200~"); /* the beginning is a key, and keys come at once */
    for (const char *byte = pasted + strlen("\033[200~"); *byte; byte++) {
        char part[] = {*byte, '\0'};

        term_type(term, part);
        if (*byte == '0') /* what came before has been read */
            term_expect(term, "heap> alloc A 10");
    }
    term_expect(term, "step 2: free A");
    program_leave(term);
}

/* While single keys act, or a page is read, text still goes into the line. */
static void text_goes_into_the_line_from_everywhere(void **state)
{
    struct term *term = start(NULL);

    (void)state;
    term_type(term, "\033");
    term_expect(term, "letters type");
    term_type(term, PASTED("alloc A 10\n"));
    term_expect(term, "step 1: alloc A 10");
    term_type(term, "help\r");
    term_expect(term, "Allocating and freeing");
    term_type(term, PASTED("alloc B 10\n"));
    term_expect(term, "step 2: alloc B 10");
    term_type(term, PASTED("pause\nalloc C 10\n")); /* the next line is no key to press */
    term_expect(term, "step 3: alloc C 10");
    program_leave(term);
}

/* A command that takes long loses nothing of what is pasted behind it. */
static void lines_wait_while_a_command_runs(void **state)
{
    struct term *term = start(NULL);

    (void)state;
    term_type(term, PASTED("alloc a1..a60000 16\nfree\ta1\nalloc\tlast\t1\n"));
    term_expect(term, "step 60002: alloc last 1");
    program_leave(term);
}

/* In vi's command mode letters are commands, and pasted ones are not. */
static void text_is_text_for_vi_too(void **state)
{
    static const char *const options[] = {NULL, "--plain"};
    char path[128];
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/.editrc", program_state());
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("bind -v\n", file);
    fclose(file);
    for (size_t i = 0; i < TEST_COUNT(options); i++) {
        struct term *term = start(options[i]);

        term_type(term, "x");
        term_expect(term, "heap> x");
        term_type(term, "\033");
        term_expect_cursor(term, -1, 6); /* on the letter: this is the command mode */
        term_type(term, "0x" PASTED("alloc\tdd0x 10\nfree dd0x\n"));
        term_expect(term, options[i] ? "2  free dd0x" : "step 2: free dd0x");
        term_type(term, "quit\r");
        assert_int_equal(WEXITSTATUS(term_wait_end(term)), 0);
        term_finish(term);
    }
    unlink(path);
}

static void a_prompt_takes_pastes_too(void **state)
{
    struct term *term = start("--plain");
    int status;

    (void)state;
    assert_true(term_marks_pastes(term));
    term_type(term, PASTED("alloc\tA\t10M\nfree\tA\nall\tB"));
    term_expect(term, "1  alloc A 10M");
    term_expect(term, "2  free A");
    term_expect(term, "heap> all");
    term_type(term, "\003");                    /* it was no completion */
    term_type(term, "\033[200~alloc C 10\003"); /* an end that does not come */
    term_type(term, "alloc D 10\r");
    term_expect(term, "3  alloc D 10");
    term_expect(term, "heap>          ");
    term_type(term, "\004");
    status = term_wait_end(term);
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(term_marks_pastes(term));
    assert_true(term_modes(term).c_lflag & ECHO);
    term_finish(term);
}

/* A signal that ends the program at the prompt gives the terminal back, as it does on the
 * screen. */
static void signals_at_a_prompt_give_the_terminal_back(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGABRT, SIGQUIT};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(signals); i++) {
        struct term *term = start("--plain");
        int status;

        kill(term_pid(term), signals[i]);
        status = term_wait_end(term);
        assert_true(WIFSIGNALED(status));
        assert_false(term_marks_pastes(term));
        assert_true(term_modes(term).c_lflag & ECHO);
        assert_true(term_modes(term).c_lflag & ICANON);
        term_finish(term);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_are_pasted_run_one_by_one),
        cmocka_unit_test(the_rest_stays_in_the_line),
        cmocka_unit_test(nothing_that_is_pasted_is_a_key),
        cmocka_unit_test(a_paste_may_come_in_parts),
        cmocka_unit_test(text_goes_into_the_line_from_everywhere),
        cmocka_unit_test(lines_wait_while_a_command_runs),
        cmocka_unit_test(text_is_text_for_vi_too),
        cmocka_unit_test(a_prompt_takes_pastes_too),
        cmocka_unit_test(signals_at_a_prompt_give_the_terminal_back),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
