/* test_terminal.c: the real program on a real terminal: typed at, resized, killed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/term.h"
#include "test.h"

static const char *program;

static char state_folder[] = "/tmp/heapglass-test-XXXXXX";

/* Start the program on a terminal of this size and type. */
static struct term *start_as(int rows, int columns, const char *type, const char *locale,
                             const char *option, const char *argument)
{
    char home[64], state[64], term[64], ctype[64];
    const char *environment[] = {home, state, term, ctype, "NO_COLOR", NULL};
    const char *arguments[] = {program, option, argument, NULL};

    snprintf(home, sizeof home, "HOME=%s", state_folder);
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s", state_folder);
    snprintf(term, sizeof term, "TERM=%s", type);
    snprintf(ctype, sizeof ctype, "LC_ALL=%s", locale);
    return term_start(rows, columns, environment, arguments);
}

static struct term *start(void)
{
    struct term *term = start_as(24, 80, "xterm-256color", "C.UTF-8", NULL, NULL);

    term_expect(term, "PgDn walk along"); /* the last row of the welcome */
    return term;
}

/* Leave, and find the terminal as it was before. */
static void leave(struct term *term)
{
    int status;

    term_type(term, "quit\r");
    status = term_wait_end(term);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(term_is_alternate(term));
    assert_true(term_modes(term).c_lflag & ECHO);
    assert_true(term_modes(term).c_lflag & ICANON);
    term_finish(term);
}

static void the_story_is_typed(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc A 10M\r");
    term_expect(term, "step 1: alloc A 10M");
    term_expect(term, "AAAAAAAAAA");
    term_type(term, "alloc B 10M; alloc C 10M\r");
    term_expect(term, "step 3: alloc C 10M");
    term_type(term, "free B\r");
    term_expect(term, "Its neighbours, A and C, are not free,");
    term_type(term, "alloc D 20M\r");
    term_expect(term, "step 5: alloc D 20M");
    term_expect(term, "beyond C");
    term_expect(term, "DDDDDDDDDD");
    leave(term);
}

static void tab_completes(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "all\t");
    term_expect(term, "heap> alloc ");
    term_type(term, "apple 100\r");
    term_expect(term, "step 1: alloc apple 100");
    term_type(term, "fre\t");
    term_expect(term, "heap> free");
    term_type(term, "\t");
    term_expect(term, "free  freelist"); /* both are offered */
    term_type(term, " \t");
    term_expect(term, "heap> free apple ");
    term_type(term, "\r");
    term_expect(term, "step 2: free apple");
    leave(term);
}

static void history_is_recalled_and_kept(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc first 10\r");
    term_expect(term, "step 1");
    term_type(term, "alloc second 20\r");
    term_expect(term, "step 2");
    term_type(term, "\033[A\033[A");
    term_expect(term, "heap> alloc first 10");
    term_type(term, "0\r");
    term_expect(term, "step 3: alloc first 100");
    leave(term);
    term = start();
    term_type(term, "\033OA\033OA"); /* quit, and before it the last alloc */
    term_expect(term, "heap> alloc first 100");
    term_type(term, "\003");
    term_expect_gone(term, "heap> alloc");
    term_type(term, "\022second"); /* Ctrl-R: search backwards */
    term_expect(term, "alloc second 20");
    term_type(term, "\r");
    term_expect(term, "step 1: alloc second 20");
    leave(term);
}

static void lines_are_edited(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "lloc A 1\001a\0055\r"); /* to the start, to the end */
    term_expect(term, "step 1: alloc A 15");
    term_type(term, "nonsense\003");
    term_expect_gone(term, "nonsense");
    term_type(term, "alloc B 2x\1770\033[D\033[D\033[C\r");
    term_expect(term, "step 2: alloc B 20");
    term_type(term, "\014"); /* Ctrl-L */
    term_expect(term, "step 2: alloc B 20");
    term_type(term, "\004"); /* Ctrl-D on an empty line */
    assert_true(WIFEXITED(term_wait_end(term)));
    term_finish(term);
}

static void a_long_line_is_moved_along(void **state)
{
    struct term *term = start();

    (void)state;
    for (int i = 0; i < 30; i++)
        term_type(term, "alloc a 1; ");
    term_type(term, "say the end");
    term_expect(term, "say the end");
    term_type(term, "\r");
    term_expect(term, "step 30");
    leave(term);
}

static void errors_are_shown_with_a_caret(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc A 12Q\r");
    term_expect(term, "there is no unit 'Q'");
    term_expect(term, "  alloc A 12Q");
    term_expect(term, "          ^");
    leave(term);
}

static void long_output_opens_a_page(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "help\r");
    term_expect(term, "Allocating and freeing");
    term_expect(term, "PgUp, PgDn; Esc closes");
    term_type(term, "\033[6~\033[6~");
    term_expect(term, "leave");
    term_type(term, "\033");
    term_expect(term, "fragmentation");
    term_type(term, "alloc a1..a60 100\r");
    term_expect(term, "step 60");
    term_type(term, "blocks\r");
    term_expect(term, "1-20 of 64");
    term_type(term, "\033OB\033OB");
    term_expect(term, "3-22 of 64");
    term_type(term, "alloc b 1\r"); /* typing goes on, and closes it */
    term_expect(term, "step 61: alloc b 1");
    term_type(term, "\033OP"); /* F1 */
    term_expect(term, "Allocating and freeing");
    leave(term);
}

/* What would be is drawn until the next key; then it is what it was. */
static void what_if_is_shown_until_the_next_key(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc A 10M\r");
    term_expect(term, "step 1: alloc A 10M");
    term_type(term, "whatif alloc B 20M\r");
    term_expect(term, "whatif alloc B 20M");
    term_expect(term, "heap 30M");
    term_expect(term, "BBBB");
    term_type(term, "x");
    term_expect(term, "heap> x");
    term_expect(term, "step 1");
    term_expect(term, "heap 10M");
    term_type(term, "\bundo\r");
    term_expect(term, "step 0 of 1");
    term_type(term, "redo\r");
    term_expect(term, "the heap after step 1, alloc A 10M");
    leave(term);
}

static void resizing_redraws(void **state)
{
    struct term *term = start();

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
    leave(term);
}

/* A shell with job control starts the program, is told that it stopped, and lets it go on. */
static void suspending_gives_the_terminal_back(void **state)
{
    static const char job[] = "set -m; $P; echo stopped with $?; read line; fg >/dev/null; exit $?";
    const char *environment[] = {"TERM=xterm", "LC_ALL=C.UTF-8", NULL};
    const char *arguments[] = {"/bin/sh", "-c", job, NULL};
    struct term *term;

    (void)state;
    setenv("P", program, 1);
    term = term_start(24, 80, environment, arguments);
    term_type(term, "alloc A 100\r");
    term_expect(term, "step 1");
    term_type(term, "\032");
    term_expect(term, "stopped with 148"); /* 128 + SIGTSTP */
    assert_false(term_is_alternate(term));
    assert_true(term_modes(term).c_lflag & ECHO);
    term_type(term, "\r");
    term_expect(term, "step 1");
    assert_true(term_is_alternate(term));
    term_type(term, "alloc B 100\r");
    term_expect(term, "step 2: alloc B 100");
    leave(term);
}

static void signals_give_the_terminal_back(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP,  SIGINT,  SIGABRT, SIGSEGV,   SIGPIPE, SIGUSR1,
                                  SIGUSR2, SIGALRM, SIGQUIT, SIGXCPU, SIGVTALRM, SIGSYS,  SIGTRAP};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(signals); i++) {
        struct term *term = start();
        int status;

        kill(term_pid(term), signals[i]);
        status = term_wait_end(term);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signals[i]);
        assert_false(term_is_alternate(term));
        assert_true(term_modes(term).c_lflag & ECHO);
        term_finish(term);
    }
}

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
    struct term *term = start();
    pid_t heap = heap_process(term);

    (void)state;
    term_type(term, "alloc A 10M\r");
    term_expect(term, "step 1");
    kill(heap, SIGKILL);
    term_expect(term, "the heap process was killed by SIGKILL");
    term_type(term, "free A\r");
    term_expect(term, "step 2: free A");
    leave(term);
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
    struct term *term = start();
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
    leave(term);
}

static void long_lists_can_be_read_to_their_end(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc a1..a300 16; free a1..a299:2\r");
    term_expect(term, "step 450");
    term_type(term, "freelist\r");
    term_expect(term, "1-20 of 152");
    for (int i = 0; i < 7; i++)
        term_type(term, "\033[6~");
    term_expect(term, "133-152 of 152");
    term_expect(term, "     150  +0x"); /* the last of 151 */
    leave(term);
}

static void what_is_typed_ahead_is_kept(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc a1..a120000 16\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "say typed ahead\r");
    term_expect(term, "typed ahead");
    term_expect_gone(term, "working");
    term_expect(term, "step 120000");
    leave(term);
}

/* More than fits into any small buffer, in order, to the last key. */
static void much_can_be_typed_ahead(void **state)
{
    enum { LINES = 300 };
    struct term *term = start();
    char line[32];

    (void)state;
    term_type(term, "alloc a1..a120000 16\r");
    term_expect(term, "working; Ctrl-C stops");
    for (int i = 0; i < LINES; i++) {
        snprintf(line, sizeof line, "alloc b%d %d\r", i, i + 1);
        term_type(term, line);
    }
    snprintf(line, sizeof line, "step %d: alloc b%d %d", 120000 + LINES, LINES - 1, LINES);
    term_expect(term, line);
    leave(term);
}

/* At 80x12 the panel has two rows: a long explanation stays in it, and Enter shows all of it. */
static void a_long_explanation_stays_in_its_panel(void **state)
{
    struct term *term = start_as(12, 80, "xterm-256color", "C.UTF-8", NULL, NULL);

    (void)state;
    term_expect(term, "heap>");
    term_type(term, "alloc A 10M; alloc B 10M; alloc C 10M; free B; alloc D 20M\r");
    term_expect(term, "step 5: alloc D 20M");
    term_expect(term, "more: Enter");
    term_expect(term, "AAAAAAAAAA"); /* the map is still there */
    term_type(term, "\r");
    term_expect(term, "beyond C.");
    term_expect(term, "Esc closes");
    term_type(term, "\r");
    term_expect_gone(term, "Esc closes");
    term_expect(term, "AAAAAAAAAA");
    leave(term);
}

static void pages_are_wrapped_anew(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "help\r");
    term_expect(term, "Esc closes");
    term_resize(term, 24, 44);
    term_expect(term, "  realloc NAME SIZE        ");
    term_expect(term, "    change the size of what NAME points ");
    term_resize(term, 24, 100);
    term_expect(term, "realloc NAME SIZE              change the size of what NAME points to");
    leave(term);
}

/* Bytes that a terminal would obey come from a file, for the prompt would take them as keys. */
static void nothing_typed_reaches_the_terminal_raw(void **state)
{
    char path[128];
    struct term *term;
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/evil.hg", state_folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("alloc\tA\t12Q \033[1m\n", file);
    fclose(file);
    term = start_as(24, 80, "xterm-256color", "C.UTF-8", path, NULL);
    term_expect(term, "there is a control character here");
    term_expect(term, "  alloc A 12Q ^[[1m");
    term_expect(term, "              ^ ");
    term_type(term, "alloc A 12Q\026\033[2J\r"); /* Ctrl-V: the next key as it stands */
    term_expect(term, "  alloc A 12Q^[[2J");
    term_type(term, "say \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81|\r"); /* wide, combining */
    term_expect(term, "\xe2\x94\x82 \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81|");
    term_type(term, "\004");
    assert_int_equal(WEXITSTATUS(term_wait_end(term)), 1); /* a command of the file's failed */
    term_finish(term);
    unlink(path);
}

static void a_played_file_can_be_stopped(void **state)
{
    char path[128], line[160];
    struct term *term = start();
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/long.hg", state_folder);
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
    leave(term);
    term = start_as(24, 80, "xterm-256color", "C.UTF-8", path, NULL); /* before anything is typed */
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
    struct term *term = start();

    (void)state;
    term_type(term, "alloc A 100; alloc B 100; free A; free! A\r");
    term_expect(term, "The heap is damaged");
    term_type(term, "alloc C 1M\r");
    term_expect(term, "still running after 2 s");
    term_type(term, "free B\r");
    term_expect(term, "step 5: free B");
    leave(term);
}

static void a_long_command_can_be_stopped(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc a1..a4000000 16\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "\003");
    term_expect(term, "stopped after");
    term_type(term, "reset\r");
    term_expect(term, "A fresh heap: no steps");
    leave(term);
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
        struct term *term = start_as(24, 80, rows[i].type, rows[i].locale, NULL, NULL);

        term_expect(term, rows[i].expected);
        term_type(term, "alloc A 10M\r");
        term_expect(term, "AAAAAAAAAA");
        term_type(term, "quit\r");
        assert_int_equal(WEXITSTATUS(term_wait_end(term)), 0);
        term_finish(term);
    }
}

static void plain_text_is_typed_at_a_prompt(void **state)
{
    struct term *term = start_as(24, 80, "xterm", "C.UTF-8", "--plain", NULL);

    (void)state;
    term_expect(term, "heap>");
    term_type(term, "nonsense\003"); /* Ctrl-C clears the line, and the program goes on */
    term_expect_gone(term, "nonsense");
    term_type(term, "all\tA 1K\r");
    term_expect(term, "1  alloc A 1K");
    term_expect(term, "heap>          "); /* the next prompt, with nothing behind it */
    assert_false(term_is_alternate(term));
    term_type(term, "\004");
    assert_int_equal(WEXITSTATUS(term_wait_end(term)), 0);
    assert_true(term_modes(term).c_lflag & ECHO);
    term_finish(term);
}

/* Panels go and come back; the next session has those that the last one had. */
static void the_layout_is_remembered(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "layout map ribbon\r");
    term_expect(term, "Hidden: free meters");
    term_expect_gone(term, "fragmentation");
    leave(term);
    term = start();
    term_expect(term, "blocks from");
    term_expect_gone(term, "fragmentation");
    term_type(term, "layout all\r");
    term_expect(term, "fragmentation");
    leave(term);
    term = start();
    term_expect(term, "fragmentation");
    leave(term);
}

/* From the whole heap to single cells and back. */
static void the_map_is_zoomed(void **state)
{
    struct term *term = start();

    (void)state;
    term_type(term, "alloc A 10M; alloc tiny 100; alloc C 10M\r");
    term_expect(term, "48K a cell");
    term_type(term, "zoom tiny\r");
    term_expect(term, ", 16 a cell");
    term_expect(term, "[tiny");
    term_type(term, "zoom out; zoom right\r");
    term_expect(term, ", 48 a cell");
    term_type(term, "zoom all\r");
    term_expect(term, "48K a cell");
    term_type(term, "detail tiny\r");
    term_expect(term, "history     step 2 alloc tiny 100");
    leave(term);
}

static void a_scenario_stays_for_typing(void **state)
{
    struct term *term =
        start_as(24, 80, "xterm", "C.UTF-8", "-e", "alloc A 1M; say watch this; pause; free A");

    (void)state;
    term_expect(term, "(press a key)");
    term_expect(term, "watch this");
    term_type(term, " ");
    term_expect(term, "step 2: free A");
    leave(term);
}

static void a_full_disk_loses_only_the_history(void **state)
{
    char link[128];
    struct term *term;

    (void)state;
    snprintf(link, sizeof link, "%s/heapglass", state_folder);
    mkdir(link, 0700);
    snprintf(link, sizeof link, "%s/heapglass/history", state_folder);
    unlink(link);
    assert_int_equal(symlink("/dev/full", link), 0);
    term = start();
    term_type(term, "alloc A 100\r");
    term_expect(term, "the history is no longer kept");
    term_type(term, "alloc B 100\r");
    term_expect(term, "step 2: alloc B 100");
    term_type(term, "\033[A");
    term_expect(term, "heap> alloc B 100");
    term_type(term, "\003");
    leave(term);
    unlink(link);
}

static void keep_history(const char *lines)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/heapglass", state_folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/heapglass/history", state_folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(lines, file);
    fclose(file);
}

static void what_is_no_text_does_not_hide_older_lines(void **state)
{
    struct term *term;

    (void)state;
    keep_history("alloc older 10\nalloc \xff\xfe 10\nalloc newer 10\n");
    term = start();
    term_type(term, "\033[A");
    term_expect(term, "heap> alloc newer 10");
    term_type(term, "\033[A");
    term_expect(term, "heap> alloc older 10");
    term_type(term, "\003");
    leave(term);
}

static void a_history_that_cannot_be_read_is_told_of(void **state)
{
    char path[128];
    struct term *term;

    (void)state;
    snprintf(path, sizeof path, "%s/heapglass/history", state_folder);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    term = start_as(24, 80, "xterm-256color", "C.UTF-8", NULL, NULL);
    term_expect(term, "Note: no history is kept:");
    term_expect(term, "more: Enter");
    term_type(term, "\r");
    term_expect(term, "PgDn walk along");
    leave(term);
    rmdir(path);
}

/* The user's ~/.editrc asks for vi: Ctrl-C clears the line in both of its modes. */
static void control_c_clears_the_line_for_vi_too(void **state)
{
    char path[128];
    struct term *term;
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/.editrc", state_folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("bind -v\n", file);
    fclose(file);
    term = start();
    term_type(term, "nonsense\003");
    term_expect_gone(term, "nonsense");
    term_type(term, "more nonsense");
    term_expect(term, "more nonsense");
    term_type(term, "\033");
    term_type(term, "0\003"); /* to the line's start, a command */
    term_expect_gone(term, "nonsense");
    term_type(term, "alloc A 100\r");
    term_expect(term, "step 1: alloc A 100");
    leave(term);
    unlink(path);
}

static int clean_up(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/heapglass/history", state_folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/heapglass", state_folder);
    rmdir(path);
    rmdir(state_folder);
    return 0;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story_is_typed),
        cmocka_unit_test(tab_completes),
        cmocka_unit_test(history_is_recalled_and_kept),
        cmocka_unit_test(lines_are_edited),
        cmocka_unit_test(a_long_line_is_moved_along),
        cmocka_unit_test(errors_are_shown_with_a_caret),
        cmocka_unit_test(long_output_opens_a_page),
        cmocka_unit_test(what_if_is_shown_until_the_next_key),
        cmocka_unit_test(resizing_redraws),
        cmocka_unit_test(suspending_gives_the_terminal_back),
        cmocka_unit_test(signals_give_the_terminal_back),
        cmocka_unit_test(a_killed_heap_process_is_noticed_at_once),
        cmocka_unit_test(many_steps_are_replayed_once),
        cmocka_unit_test(long_lists_can_be_read_to_their_end),
        cmocka_unit_test(what_is_typed_ahead_is_kept),
        cmocka_unit_test(much_can_be_typed_ahead),
        cmocka_unit_test(a_long_explanation_stays_in_its_panel),
        cmocka_unit_test(pages_are_wrapped_anew),
        cmocka_unit_test(nothing_typed_reaches_the_terminal_raw),
        cmocka_unit_test(a_played_file_can_be_stopped),
        cmocka_unit_test(an_allocator_that_loops_is_cut_off),
        cmocka_unit_test(a_long_command_can_be_stopped),
        cmocka_unit_test(every_kind_of_terminal_works),
        cmocka_unit_test(plain_text_is_typed_at_a_prompt),
        cmocka_unit_test(the_layout_is_remembered),
        cmocka_unit_test(the_map_is_zoomed),
        cmocka_unit_test(a_scenario_stays_for_typing),
        cmocka_unit_test(a_full_disk_loses_only_the_history),
        cmocka_unit_test(what_is_no_text_does_not_hide_older_lines),
        cmocka_unit_test(a_history_that_cannot_be_read_is_told_of),
        cmocka_unit_test(control_c_clears_the_line_for_vi_too),
    };

    if (count != 2 || !mkdtemp(state_folder))
        return 2;
    program = arguments[1];
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
