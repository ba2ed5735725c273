/* test_running.c: commands that take long or never end, scenarios, and a heap process that dies. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

/* The number behind "in process" on the screen. */
static pid_t heap_process(struct term *term)
{
    for (int row = 0; row < 24; row++) {
        const char *words = strstr(term_row(term, row), "in process ");

        if (words)
            return (pid_t)atoi(words + strlen("in process "));
    }
    fail_msg("the screen does not name the heap process");
    return -1;
}

static void a_killed_heap_process_is_noticed_at_once(void **state)
{
    struct term *term = program_start();
    pid_t heap = heap_process(term);

    (void)state;
    term_type(term, "alloc A 10M\r");
    term_expect(term, "step 1");
    kill(heap, SIGKILL);
    term_expect(term, "the heap process was killed by SIGKILL");
    term_type(term, "free A\r");
    term_expect(term, "step 2: free A");
    program_leave(term);
}

/* The screen says what it waits for, and lives. */
static void a_stopped_heap_process_is_told_of(void **state)
{
    struct term *term = program_start();
    pid_t heap = heap_process(term);

    (void)state;
    kill(heap, SIGSTOP);
    term_type(term, "alloc A 10M\r");
    term_expect(term, "the heap process is stopped; Ctrl-C waits no longer");
    kill(heap, SIGCONT);
    term_expect(term, "step 1: alloc A");
    kill(heap, SIGSTOP);
    term_type(term, "alloc B 10M\r");
    term_expect(term, "the heap process is stopped; Ctrl-C waits no longer");
    term_type(term, "\003");
    term_expect(term, "the heap process is stopped: nothing was done");
    term_type(term, "say hello\r");
    term_expect(term, "hello");
    kill(heap, SIGCONT);
    term_type(term, "alloc C 10M\r");
    term_expect(term, "step 2: alloc C");
    program_leave(term);
}

/* How many children the program has now. */
static size_t count_children(const struct term *term)
{
    char path[96], children[4096] = "";
    size_t count = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)term_pid(term),
             (int)term_pid(term));
    file = fopen(path, "r");
    assert_non_null(file);
    if (fgets(children, sizeof children, file)) {
        for (char *child = strtok(children, " "); child; child = strtok(NULL, " "))
            count++;
    }
    fclose(file);
    return count;
}

/* Replaying many steps shows progress; that must not start another replay. */
static void many_steps_are_replayed_once(void **state)
{
    struct term *term = program_start();
    pid_t heap = heap_process(term);
    size_t children;

    (void)state;
    term_type(term, "alloc a1..a60000 16\r");
    term_expect(term, "step 60000");
    children = count_children(term); /* with the checkpoints */
    kill(heap, SIGKILL);
    term_expect(term, "killed by SIGKILL; a fresh heap is as it was after step");
    assert_int_equal(count_children(term), children);
    term_type(term, "free a1\r");
    term_expect(term, "step 60001: free a1");
    program_leave(term);
}

/* Every byte of large payloads is looked at: that takes a while. */
static void a_long_collection_shows_progress_and_can_be_stopped(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc a1..a4 600M; set gc-step 1\r");
    term_expect(term, "gc-step");
    term_type(term, "gc\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\003");
    term_expect(term, "stopped: nothing was freed");
    term_type(term, "check\r");
    term_expect(term, "The heap is whole");
    program_leave(term);
}

static void a_played_file_can_be_stopped(void **state)
{
    char path[128], line[160];
    struct term *term = program_start();
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/long.hg", program_state());
    file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 400000; i++)
        fprintf(file, "alloc a%d 16\n", i);
    fclose(file);
    snprintf(line, sizeof line, "source %s\r", path);
    term_type(term, line);
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\003");
    term_expect(term, "stopped");
    term_type(term, "reset\r");
    term_expect(term, "A fresh heap: no steps");
    program_leave(term);
    term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", path,
                            NULL); /* before anything is typed */
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\003");
    term_expect(term, "Note: ");
    term_expect(term, "stopped");
    term_type(term, "\004");
    assert_int_equal(WEXITSTATUS(term_wait_end(term)), 1);
    term_finish(term);
    unlink(path);
}

static void an_allocator_that_loops_is_cut_off(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 100; alloc B 100; free A; free! A\r");
    term_expect(term, "The heap is damaged");
    term_type(term, "alloc C 1M\r");
    term_expect(term, "still running after 2 s");
    term_type(term, "free B\r");
    term_expect(term, "step 5: free B");
    program_leave(term);
}

static void a_long_command_can_be_stopped(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc a1..a4000000 16\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\003");
    term_expect(term, "stopped after");
    term_type(term, "reset\r");
    term_expect(term, "A fresh heap: no steps");
    program_leave(term);
}

/* Ctrl-Z does not wait for the end of a long command. */
static void a_long_command_can_be_suspended(void **state)
{
    struct term *term = program_start_as_job();

    (void)state;
    term_type(term, "alloc a1..a4000000 16\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\032");
    term_expect(term, "stopped with 148"); /* 128 + SIGTSTP */
    term_type(term, "\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\003");
    term_expect(term, "stopped after");
    program_leave(term);
}

static void a_scenario_stays_for_typing(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm", "C.UTF-8", "-e",
                                         "alloc A 1M; say watch this; pause; free A");

    (void)state;
    term_expect(term, "Space goes on");
    term_expect(term, "watch this");
    term_type(term, "\033OP"); /* F1: it does what it always does */
    term_expect(term, "Esc closes");
    term_expect_gone(term, "Space goes on"); /* one thing at a time */
    term_type(term, "\033");
    term_expect_gone(term, "Esc closes");
    term_type(term, "\033");
    term_expect(term, "arrows walk");
    term_type(term, "\033[5~"); /* PgUp */
    term_type(term, "vars\177s\r");
    term_expect(term, "points to");
    term_type(term, "\r"); /* closes the page, */
    term_expect_gone(term, "points to");
    term_type(term, "alloc B 2M\r");
    term_expect(term, "step 2: alloc B 2M");
    term_expect(term, "paused>");
    term_type(term, "\r"); /* and goes on */
    term_expect(term, "step 3: free A");
    term_expect(term, "F1 help   Esc browses"); /* there was no room for a welcome */
    term_type(term, "say something that is so long that there is no room for");
    term_expect_gone(term, "Esc browses");
    term_expect(term, "F1 help");
    term_type(term, " two hints");
    term_expect_gone(term, "F1 help");
    term_type(term, "\003");
    term_expect(term, "F1 help   Esc browses");
    program_leave(term);
}

/* What fails in a file leaves the user where it failed, and goes on when they want. */
static void a_scenario_that_fails_can_be_resumed(void **state)
{
    static const char scenario[] =
        "alloc A 10\nexpect A = NULL\nalloc B 10\nfree X\nalloc C 10\npause\nalloc D 10\n";
    char path[] = "/tmp/heapglass-resume-XXXXXX";
    int file = mkstemp(path);
    struct term *term;
    int status;

    (void)state;
    assert_int_equal(write(file, scenario, strlen(scenario)), strlen(scenario));
    close(file);
    term = program_start_as(24, 80, "xterm", "C.UTF-8", path, NULL);
    term_expect(term, "expected A = NULL, found live");
    term_expect(term, "5 lines are left: Enter goes on with them");
    term_type(term, "free A\r");
    term_expect(term, "step 2: free A");
    term_type(term, " ");
    term_expect(term, "no variable 'X'");
    term_expect(term, "step 3");
    term_type(term, " ");
    term_expect(term, "step 4: alloc C 10");
    term_type(term, "\003"); /* and leaves the rest */
    term_expect(term, "heap>");
    term_expect(term, "step 4");
    term_type(term, "quit\r");
    status = term_wait_end(term);
    assert_int_equal(WEXITSTATUS(status), 1);
    term_finish(term);
    unlink(path);
}

/* The same in plain text: lines are typed at a prompt of the terminal's own. */
static void plain_text_waits_where_a_scenario_fails(void **state)
{
    static const char scenario[] = "alloc A 10\nexpect A = NULL\nalloc B 10\npause\nalloc C 10\n"
                                   "pause\nalloc D 10\n";
    char path[] = "/tmp/heapglass-plain-XXXXXX";
    int file = mkstemp(path);
    struct term *term;

    (void)state;
    assert_int_equal(write(file, scenario, strlen(scenario)), strlen(scenario));
    close(file);
    term = program_start_as(45, 80, "xterm", "C.UTF-8", "--plain", path);
    term_expect(term, "expected A = NULL, found live");
    term_expect(term, "5 lines are left: Enter goes on with them");
    term_type(term, "free A\n");
    term_expect(term, "2  free A");
    term_type(term, "\n");
    term_expect(term, "3  alloc B 10");
    term_type(term, "\n");
    term_expect(term, "4  alloc C 10");
    term_expect_cursor(term, 44, 8); /* behind the prompt, where Ctrl-C leaves the rest */
    term_type(term, "\003");
    term_expect(term, "heap>");
    term_type(term, "steps\r");
    term_expect(term, "4  alloc C 10");
    term_type(term, "quit\r");
    assert_int_equal(WEXITSTATUS(term_wait_end(term)), 1);
    term_finish(term);
    unlink(path);
}

/* Also between two pauses, while lines are played: the prompt is there then. */
static void a_file_in_plain_text_can_be_stopped(void **state)
{
    char path[128];
    struct term *term;
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/plain.hg", program_state());
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "pause\n");
    for (int i = 0; i < 400000; i++)
        fprintf(file, "alloc a%d 16\n", i);
    fprintf(file, "pause\n");
    fclose(file);
    term = program_start_as(24, 80, "xterm", "C.UTF-8", "--plain", path);
    term_expect(term, "paused> ");
    term_type(term, "\n");
    term_expect(term, "alloc a");
    term_type(term, "\003");
    term_expect(term, ": stopped");
    term_expect(term, "heap> ");
    term_type(term, "free Q\r");
    term_expect(term, "no variable 'Q'");
    term_type(term, "quit\r");
    assert_int_equal(WEXITSTATUS(term_wait_end(term)), 1);
    term_finish(term);
    unlink(path);
}

/* ---- A trace that takes its time to come ---- */

/* A pipe with a name, which nobody has written to yet. */
static int make_pipe(char path[128])
{
    int descriptor;

    snprintf(path, 128, "%s/pipe.rep", program_state());
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    descriptor = open(path, O_RDWR | O_CLOEXEC);
    assert_true(descriptor >= 0);
    return descriptor;
}

static void put(int descriptor, const char *text)
{
    assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
}

static void a_trace_that_does_not_come_can_be_left(void **state)
{
    struct term *term = program_start();
    char path[128], line[160];
    int descriptor = make_pipe(path);

    (void)state;
    snprintf(line, sizeof line, "import %s\r", path);
    term_type(term, line);
    term_expect(term, "working; Ctrl-C stops");
    put(descriptor, "1\n2\n3\n9\na 0 5\na 1 4\n");
    term_expect(term, "20 done");
    term_type(term, "\003");
    term_expect(term, "stopped; nothing has changed");
    put(descriptor, "1\n2\n3\n9\na 0 5\na 1 4\n");
    term_type(term, line);
    term_expect(term, "20 done");
    put(descriptor, "f 0\n");
    close(descriptor);
    term_expect(term, "3 operations of pipe became 3 steps");
    program_leave(term);
}

/* So it is where there is no screen. */
static void who_waits_for_a_trace_on_standard_input_is_told(void **state)
{
    char path[128], line[256];
    int descriptor = make_pipe(path);
    const char *environment[] = {"TERM=xterm", NULL};
    const char *arguments[] = {"/bin/sh", "-c", line, NULL};
    struct term *term;

    (void)state;
    snprintf(line, sizeof line, "exec %s --plain --no-config import - <%s", program_path(), path);
    term = term_start(24, 80, environment, arguments);
    put(descriptor, "1\n2\n3\n9\na 0 5\na 1 4\n");
    term_expect(term, "20 done");
    put(descriptor, "f 0\n");
    close(descriptor);
    term_expect(term, "3 operations of standard input became 3 steps");
    term_expect_gone(term, "20 done");
    term_finish(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_killed_heap_process_is_noticed_at_once),
        cmocka_unit_test(a_stopped_heap_process_is_told_of),
        cmocka_unit_test(many_steps_are_replayed_once),
        cmocka_unit_test(a_trace_that_does_not_come_can_be_left),
        cmocka_unit_test(who_waits_for_a_trace_on_standard_input_is_told),
        cmocka_unit_test(a_long_collection_shows_progress_and_can_be_stopped),
        cmocka_unit_test(a_played_file_can_be_stopped),
        cmocka_unit_test(an_allocator_that_loops_is_cut_off),
        cmocka_unit_test(a_long_command_can_be_stopped),
        cmocka_unit_test(a_long_command_can_be_suspended),
        cmocka_unit_test(a_scenario_stays_for_typing),
        cmocka_unit_test(a_scenario_that_fails_can_be_resumed),
        cmocka_unit_test(plain_text_waits_where_a_scenario_fails),
        cmocka_unit_test(a_file_in_plain_text_can_be_stopped),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
