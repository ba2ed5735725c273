/* test_history.c: the lines typed are kept, wherever that is possible. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

static void history_is_recalled_and_kept(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc first 10\r");
    term_expect(term, "step 1");
    term_type(term, "alloc second 20\r");
    term_expect(term, "step 2");
    term_type(term, "\033[A\033[A");
    term_expect(term, "heap> alloc first 10");
    term_type(term, "0\r");
    term_expect(term, "step 3: alloc first 100");
    program_leave(term);
    term = program_start();
    term_type(term, "\033OA\033OA"); /* quit, and before it the last alloc */
    term_expect(term, "heap> alloc first 100");
    term_type(term, "\003");
    term_expect_gone(term, "heap> alloc");
    term_type(term, "\022second"); /* Ctrl-R: search backwards */
    term_expect(term, "alloc second 20");
    term_type(term, "\r");
    term_expect(term, "step 1: alloc second 20");
    program_leave(term);
}

static void a_full_disk_loses_only_the_history(void **state)
{
    char link[128];
    struct term *term;

    (void)state;
    snprintf(link, sizeof link, "%s/heapglass", program_state());
    mkdir(link, 0700);
    snprintf(link, sizeof link, "%s/heapglass/history", program_state());
    unlink(link);
    assert_int_equal(symlink("/dev/full", link), 0);
    term = program_start();
    term_type(term, "alloc A 100\r");
    term_expect(term, "the history is no longer kept");
    term_type(term, "alloc B 100\r");
    term_expect(term, "step 2: alloc B 100");
    term_type(term, "\033[A");
    term_expect(term, "heap> alloc B 100");
    term_type(term, "\003");
    program_leave(term);
    unlink(link);
}

static void keep_history(const char *lines)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/heapglass", program_state());
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/heapglass/history", program_state());
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
    term = program_start();
    term_type(term, "\033[A");
    term_expect(term, "heap> alloc newer 10");
    term_type(term, "\033[A");
    term_expect(term, "heap> alloc older 10");
    term_type(term, "\003");
    program_leave(term);
}

/* Make a locale of the test's own, in Latin-1. Needs Debian's package locales. */
static void make_locale(void)
{
    char command[160];

    snprintf(command, sizeof command, "localedef -i en_US -f ISO-8859-1 %s/latin1",
             program_state());
    assert_int_equal(system(command), 0);
    assert_int_equal(setenv("LOCPATH", program_state(), true), 0);
}

static void remove_locale(void)
{
    char command[160];

    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s/latin1", program_state());
    assert_int_equal(system(command), 0);
}

/* What is typed in another encoding becomes UTF-8, and comes back as what was typed. */
static void lines_are_utf_8_in_every_locale(void **state)
{
    struct term *term;

    (void)state;
    make_locale();
    keep_history("");
    term = program_start_as(24, 80, "xterm", "latin1", NULL, NULL);
    term_expect(term, "PgDn walk along");
    term_type(term, "say caf\xe9 au lait\r");
    term_expect(term, " au lait ");
    program_leave(term);
    term = program_start();
    term_type(term, "\033[A\033[A"); /* before "quit" */
    term_expect(term, "heap> say caf\u00e9 au lait");
    term_type(term, "\r");
    term_expect(term, "\u2502 caf\u00e9 au lait");
    program_leave(term);
    remove_locale();
}

static void expect_note(void)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", NULL, NULL);

    term_expect(term, "Note: no history is kept:");
    term_expect(term, "more: Enter");
    term_type(term, "\r");
    term_expect(term, "PgDn walk along");
    program_leave(term);
}

static void a_history_that_cannot_be_read_is_told_of(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/heapglass/history", program_state());
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_note();
    rmdir(path);
    assert_int_equal(mkfifo(path, 0600), 0); /* nobody will ever write into it */
    expect_note();
    unlink(path);
    assert_int_equal(mknod(path, S_IFREG | 0600, 0), 0);
    assert_int_equal(truncate(path, 1L << 40), 0); /* all of it empty */
    expect_note();
    unlink(path);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(history_is_recalled_and_kept),
        cmocka_unit_test(a_full_disk_loses_only_the_history),
        cmocka_unit_test(what_is_no_text_does_not_hide_older_lines),
        cmocka_unit_test(lines_are_utf_8_in_every_locale),
        cmocka_unit_test(a_history_that_cannot_be_read_is_told_of),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
