/* test_typing.c: the real program on a real terminal, typed at. */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

static void the_story_is_typed(void **state)
{
    struct term *term = program_start();

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
    program_leave(term);
}

static void tab_completes(void **state)
{
    struct term *term = program_start();

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
    program_leave(term);
}

/* What would be is drawn until the next key; then it is what it was. */
static void what_if_is_shown_until_the_next_key(void **state)
{
    struct term *term = program_start();

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
    program_leave(term);
}

static void lines_are_edited(void **state)
{
    struct term *term = program_start();

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
    struct term *term = program_start();

    (void)state;
    for (int i = 0; i < 30; i++)
        term_type(term, "alloc a 1; ");
    term_type(term, "say the end");
    term_expect(term, "say the end");
    term_type(term, "\r");
    term_expect(term, "step 30");
    program_leave(term);
}

static void errors_are_shown_with_a_caret(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 12Q\r");
    term_expect(term, "there is no unit 'Q'");
    term_expect(term, "  alloc A 12Q");
    term_expect(term, "          ^");
    program_leave(term);
}

static void what_is_typed_ahead_is_kept(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc a1..a120000 16\r");
    term_expect(term, "working; Ctrl-C stops");
    term_type(term, "say typed ahead\r");
    term_expect(term, "typed ahead");
    term_expect_gone(term, "working");
    term_expect(term, "step 120000");
    program_leave(term);
}

/* More than fits into any small buffer, in order, to the last key. */
static void much_can_be_typed_ahead(void **state)
{
    enum { LINES = 300 };
    struct term *term = program_start();
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
    program_leave(term);
}

/* Bytes that a terminal would obey come from a file, for the prompt would take them as keys. */
static void nothing_typed_reaches_the_terminal_raw(void **state)
{
    char path[128];
    struct term *term;
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/evil.hg", program_state());
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("alloc\tA\t12Q \033[1m\n", file);
    fclose(file);
    term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", path, NULL);
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

static void plain_text_is_typed_at_a_prompt(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm", "C.UTF-8", "--plain", NULL);

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

/* Nobody writes to it, and nobody waits. */
static void an_editrc_that_is_no_file_is_passed_over(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/.editrc", program_state());
    assert_int_equal(mkfifo(path, 0600), 0);
    program_leave(program_start());
    assert_int_equal(unlink(path), 0);
}

/* What is lost then is a part of the line that is given up, and no more. */
static void a_write_that_control_c_ends_is_no_failure(void **state)
{
    static const char *const environment[] = {"TERM=xterm", "LC_ALL=C.UTF-8",
                                              "ASAN_OPTIONS=detect_leaks=0", NULL};
    static const char command[] =
        "exec strace -qq -o /dev/null -e trace=write "
        "-e inject=write:error=EINTR:signal=INT:when=10 $P --plain --no-config";
    struct term *term;
    int status;

    (void)state;
    if (access("/usr/bin/strace", X_OK) != 0) {
        test_skipped("there is no strace");
        return;
    }
    term = program_start_by_shell(command, environment);
    term_expect(term, "heap>");
    term_type(term, "nonsense nonsense\r");
    term_type(term, "alloc B 10M\r");
    term_expect(term, "BBBBBBBBBB");
    term_type(term, "quit\r");
    status = term_wait_end(term);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    term_finish(term);
}

enum { EDITRC_MAX = 128 };

/* Start it with such lines in ~/.editrc, whose path is for the caller to remove. */
static struct term *start_with_editrc(const char *lines, char ret_path[EDITRC_MAX])
{
    FILE *file;

    snprintf(ret_path, EDITRC_MAX, "%s/.editrc", program_state());
    file = fopen(ret_path, "w");
    assert_non_null(file);
    fputs(lines, file);
    fclose(file);
    return program_start();
}

/* The user's ~/.editrc asks for vi: Ctrl-C clears the line in both of its modes. */
static void control_c_clears_the_line_for_vi_too(void **state)
{
    char path[EDITRC_MAX];
    struct term *term = start_with_editrc("bind -v\n", path);

    (void)state;
    term_type(term, "nonsense\003");
    term_expect_gone(term, "nonsense");
    term_type(term, "more nonsense");
    term_expect(term, "more nonsense");
    term_type(term, "\033");
    term_type(term, "0\003"); /* to the line's start, a command */
    term_expect_gone(term, "nonsense");
    term_type(term, "alloc A 100\r");
    term_expect(term, "step 1: alloc A 100");
    program_leave(term);
    unlink(path);
}

/* Of keys that have no name here, those that ~/.editrc binds are its own, and Ctrl with an arrow
 * goes by words; of the others nothing is taken for text. */
static void keys_that_the_editrc_binds_are_the_editors(void **state)
{
    char path[EDITRC_MAX];
    struct term *term = start_with_editrc("bind \"\\e[1;3D\" ed-move-to-beg\n"
                                          "bind \"\\e[3\\^\" ed-delete-prev-char\n",
                                          path);

    (void)state;
    term_type(term, "oc A 100x\033[3^\033[1;3Dall"); /* what is bound */
    term_expect(term, "heap> alloc A 100 ");
    term_type(term, "\033[1;7C\033[23;5~\033[1;5C\033[1;5CB\r"); /* neither, and then two words */
    term_expect(term, "step 1: alloc AB 100");
    program_leave(term);
    unlink(path);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story_is_typed),
        cmocka_unit_test(tab_completes),
        cmocka_unit_test(what_if_is_shown_until_the_next_key),
        cmocka_unit_test(lines_are_edited),
        cmocka_unit_test(a_long_line_is_moved_along),
        cmocka_unit_test(errors_are_shown_with_a_caret),
        cmocka_unit_test(what_is_typed_ahead_is_kept),
        cmocka_unit_test(much_can_be_typed_ahead),
        cmocka_unit_test(nothing_typed_reaches_the_terminal_raw),
        cmocka_unit_test(plain_text_is_typed_at_a_prompt),
        cmocka_unit_test(a_write_that_control_c_ends_is_no_failure),
        cmocka_unit_test(an_editrc_that_is_no_file_is_passed_over),
        cmocka_unit_test(control_c_clears_the_line_for_vi_too),
        cmocka_unit_test(keys_that_the_editrc_binds_are_the_editors),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
