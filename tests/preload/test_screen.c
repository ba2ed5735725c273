/* test_screen.c: a program that is followed, in the full screen. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

/* It counts, and waits for a line before the last. */
#define COUNTING                                                                                   \
    "run sh -c \"for i in 1 2 3 4 5 6 7 8 9; do echo at $i; done; echo more?; read more; echo "    \
    "got "                                                                                         \
    "$more\"\r"

static struct term *start(void)
{
    struct term *term = program_start_as(30, 100, "xterm-256color", "C.UTF-8", "--no-config", NULL);

    term_expect(term, "PgDn walk along");
    return term;
}

/* What came of the program fills a page. */
static void close_page(struct term *term)
{
    term_expect(term, "Esc closes");
    term_type(term, "\033");
    term_expect_gone(term, "Esc closes");
}

static void a_program_is_held_and_goes_on(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "run --held sort /etc/passwd\r");
    term_expect(term, "sort waits in ");
    term_expect(term, "Space goes on");
    term_type(term, "\033OC"); /* Right */
    term_expect(term, "after step 1, ");
    term_type(term, "next 9\r");
    term_expect(term, "after step 10, ");
    term_type(term, "check\r");
    term_expect(term, "bytes of headers and footers, and 1 free list.");
    term_type(term, "alloc A 10\r");
    term_expect(term, "the heap is that of sort, which runs");
    term_type(term, "undo 3\r");
    term_expect(term, "after step 7, ");
    term_type(term, " ");
    term_expect(term, "sort exited with status 0 after ");
    close_page(term);
    term_type(term, "output\r");
    term_expect(term, "what the program has printed");
    term_expect(term, "root:x:0:0:");
    close_page(term);
    term_type(term, "goto 3\r");
    term_expect(term, "after step 3, ");
    term_type(term, "alloc A 10\r");
    term_expect(term, "step 4: alloc A 10");
    program_leave(term);
}

static void a_program_asks_and_is_answered(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, COUNTING);
    term_expect(term, "a program runs");
    term_expect(term, "more?");
    term_type(term, "send of it\r"); /* the first letter holds it */
    term_expect(term, "heap> ");
    term_type(term, " ");
    term_expect(term, "sh exited with status 0 after ");
    close_page(term);
    term_type(term, "output\r");
    term_expect(term, "what the program has printed");
    term_expect(term, "got of it"); /* the last of it is seen first */
    close_page(term);
    program_leave(term);
}

static void a_program_gets_the_terminal_and_gives_it_back(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, COUNTING);
    term_expect(term, "more?");
    term_type(term, "terminal\r");
    term_expect(term, "Ctrl-] takes it back --");
    term_expect_gone(term, "heapglass");
    term_type(term, "\035"); /* Ctrl-] */
    term_expect(term, "will wait in its next call");
    term_type(term, "terminal\r");
    term_expect_gone(term, "heapglass");
    term_type(term, "typed\r");
    term_expect(term, "sh exited with status 0 after ");
    close_page(term);
    term_type(term, "output\r");
    term_expect(term, "what the program has printed");
    term_expect(term, "got typed");
    close_page(term);
    program_leave(term);
}

/* Where it has ended, or is held, there is nothing that a key could hold. */
static void what_a_program_has_done_is_taken_in_to_its_end(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "run perl -e '$a = [1] for 1..2000000'\r"); /* it calls faster than we take */
    term_expect(term, "what a program has done is taken in");
    term_expect_gone(term, "holds it");
    term_expect(term, "perl exited with status 0 after ");
    close_page(term);
    program_leave(term);
}

/* Open a pipe with a name, which a program is to be told. */
static int open_pipe(char *ret_path, size_t size)
{
    int end;

    snprintf(ret_path, size, "%s/pipe", program_state());
    assert_int_equal(mkfifo(ret_path, 0600), 0);
    end = open(ret_path, O_RDWR | O_NONBLOCK);
    assert_true(end >= 0);
    return end;
}

static void close_pipe(int end, const char *path)
{
    close(end);
    unlink(path);
}

/* A program that is held would not come to its end. */
static void a_new_size_holds_nothing(void **state)
{
    struct term *term = start();
    char path[128], line[256];
    int end = open_pipe(path, sizeof path);

    (void)state;
    snprintf(line, sizeof line, "run sh -c \"read word <%s; echo $word; exit 3\"\r", path);
    term_type(term, line);
    term_expect(term, "sh runs: ");
    term_resize(term, 24, 80);
    term_expect_in_row(term, 23, "holds it");
    assert_int_equal(write(end, "word\n", 5), 5);
    term_expect(term, "sh exited with status 3");
    close_pipe(end, path);
    close_page(term);
    program_leave(term);
}

/* More than a terminal keeps, from a child that no call of malloc holds. */
static void what_is_printed_while_a_program_is_held_is_read(void **state)
{
    enum { PATIENCE_MS = 60000 };
    struct term *term = start();
    struct pollfd told = {.events = POLLIN};
    char path[128], line[256];

    (void)state;
    told.fd = open_pipe(path, sizeof path);
    snprintf(line, sizeof line, "run sh -c \"(echo go?; read go; seq 50000; echo >%s)\"\r", path);
    term_type(term, line);
    term_expect(term, "go?");
    term_type(term, "send go\r");
    assert_int_equal(poll(&told, 1, PATIENCE_MS), 1);
    close_pipe(told.fd, path);
    term_type(term, "output\r");
    term_expect(term, "50000");
    close_page(term);
    program_leave(term);
}

static void a_program_is_killed(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "run sh -c \"while :; do :; done\"\r");
    term_expect(term, "sh runs: ");
    term_type(term, "kill\r");
    term_expect(term, "sh was ended by SIGKILL");
    term_type(term, "alloc A 10\r");
    term_expect(term, "alloc A 10");
    program_leave(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_is_held_and_goes_on),
        cmocka_unit_test(a_program_asks_and_is_answered),
        cmocka_unit_test(a_program_gets_the_terminal_and_gives_it_back),
        cmocka_unit_test(what_a_program_has_done_is_taken_in_to_its_end),
        cmocka_unit_test(a_new_size_holds_nothing),
        cmocka_unit_test(what_is_printed_while_a_program_is_held_is_read),
        cmocka_unit_test(a_program_is_killed),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
