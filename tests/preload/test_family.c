/* test_family.c: `heapglass run --follow`: children of a program are followed, too, each as a
 * session of its own. */
#include <stdlib.h>

#include "shell.h"
#include "test.h"

#define FOLLOW "$P run --no-config --batch --plain --follow "

static void children_have_sessions_of_their_own(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW
         "-e process -- sh -c '$KNOWN 200000 & $KNOWN 200000; wait; exit 3' 2>&1 | "
         "grep -cE '^   [2-5] +[0-9]+     400008     977K  known         exited with status 7$'",
         0, "2\n"},
        {FOLLOW "-- sh -c '$KNOWN; exit 3' 2>&1", 3, "2 other processes were followed"},
        {FOLLOW "-e 'process known; check' -- sh -c '$KNOWN; exit 3' 2>&1", 3,
         "known exited with status 7 after 4008 calls; the last was malloc(1000009), called by "
         "main"},
        {FOLLOW "-e 'process 2; check; process 1; check' -- sh -c '$KNOWN; exit 3' 2>&1 | "
                "grep -c 'The heap is whole'",
         0, "2\n"},
        {FOLLOW "-e 'process 2; steps' -- sh -c '$KNOWN' 2>&1 | grep -c 'b0 1000001 '", 0, "1\n"},
        {FOLLOW "-e 'process 2; goto 3; process 1; process 2; why' -- sh -c '$KNOWN' 2>&1", 7,
         "aligned b2 64 1000032"},
        {FOLLOW "-e 'process known; callers' -- sh -c '$KNOWN' 2>&1", 7, "main (known.c:33)"},
        {FOLLOW "-e process -- true 2>&1", 0, ">  1"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* It would begin with what is not there any more. */
static void a_copy_of_which_the_first_steps_are_gone_says_so(void **state)
{
    (void)state;
    shell_expect(FOLLOW "-s keep=1M -e 'process 2' -- perl -e 'for (1..9) { my %all = "
                        "map { $_ => $_ } 1..20000 } wait if fork' 2>&1",
                 125,
                 "the first steps of the process that it is a copy of are not kept; 'set keep all' "
                 "keeps them");
}

/* What their parents alone are told by waiting, also of those for which nobody waits. */
static void how_children_ended_is_known(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "-e process -- sh -c '(exit 3); exit 9' 2>&1", 9, "exited with status 3, a copy"},
        {FOLLOW "-e process -- sh -c 'sh -c \"kill -9 \\$\\$\"; exit 9' 2>&1", 9,
         " sh            was ended by SIGKILL (Killed)"},
        {FOLLOW "-e 'process 2' -- sh -c '$WRONG twice 40; exit 9' 2>&1", 9,
         "wrong was ended by SIGABRT (Aborted) after "},
        {FOLLOW "-e process -- "
                "sh -c '(while [ -e /proc/$$ ]; do :; done; exec $KNOWN) & exit 9' 2>&1",
         9, "known         exited with status 7"}, /* it begins when its parent has ended */
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Each by a sentence of its own, in whatever way it was started. */
static void children_that_load_nothing_are_named(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "-e process -- sh -c '$T/static; exit 3' 2>&1", 3,
         "  static        is statically linked, so that"},
        {FOLLOW "-e process -- sh -c '$T/script; exit 3' 2>&1", 3,
         "  static        is statically linked, so that"}, /* which is what runs it */
        {FOLLOW "-e process -- python3 -c \"import subprocess as s; s.run(['$T/static'])\" 2>&1", 0,
         "  static        is statically linked, so that"},
        {FOLLOW "-e process -- sh -c 'env -i $KNOWN; exit 3' 2>&1", 3,
         "env           exited with status 7; known was given an environment without LD_PRELOAD"},
        {FOLLOW "-e process -- env -i $T/static 2>&1", 5, "static is statically linked"},
        {FOLLOW "-e process -- sh -c 'for way in execl execlp execle fexecve execveat; "
                "do $BECOMES $way $T/static; done; exit 3' 2>&1 | "
                "grep -c '^ .* becomes .*static is statically linked, so that'",
         0, "5\n"},
        {FOLLOW "-e process -- sh -c '$T/static $T/nonesuch; $KNOWN' 2>&1 | "
                "grep -c 'known .*library'",
         1, "0\n"},
    };

    (void)state;
    if (system("echo 'int main(int n) { return n + 4; }' | $CC -static -xc - -o $T/static "
               "2>/dev/null && echo \"#!$T/static\" >$T/script && chmod +x $T/script") != 0) {
        test_skipped("programs cannot be linked statically");
        return;
    }
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* They get them, and their handlers allocate, from the moment on that they are there. */
static void children_that_wait_keep_signals_back(void **state)
{
    (void)state;
    shell_expect(FOLLOW "-e process -- $ALARMED children 2>&1 | "
                        "grep -c ' alarmed  *exited with status 0, a copy of [0-9]*$'",
                 0, "8\n");
}

/* The known program forks once, after four calls of its own, and its child makes two. */
static void what_a_process_did_before_it_was_copied_is_the_copys_too(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "-e process -- $KNOWN 2>&1", 7,
         "          6     1.9M  known         exited with status 0, a copy"},
        {FOLLOW "-e 'process 2; check' -- $KNOWN 2>&1", 7, "The heap is whole"},
        {FOLLOW "-e 'process 2; goto 1; why' -- $KNOWN 2>&1", 7, "alloc b0 1000001"},
        {FOLLOW "-e 'process 2; goto 5; why' -- $KNOWN 2>&1", 7, "alloc b3 7000001"},
        {FOLLOW "-e 'process 2; callers' -- $KNOWN 2>&1", 7, " (known.c:15)"},
        {FOLLOW "-e 'process 2; goto 5; who b3' -- $KNOWN 2>&1", 7, " (known.c:15)"},
        {FOLLOW "-e 'process 2; alloc x 10' -- $KNOWN 2>&1", 7, "7  alloc x 10"},
        {FOLLOW "-e process -- $WRONG twice_in_a_child 40 2>&1", 128 + 6, ", a copy of "},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Whoever follows makes steps of a million calls meanwhile; for each child once more, but only when
 * somebody wants to see them. */
static void children_need_not_wait_for_steps_to_be_made(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "-e process -- $FORKS 2>&1 | grep -cE '^   [2-5] +[0-9]+    1200002 +-  forks .* "
                "a copy of [0-9]+$|^A copy with .-. has many '",
         0, "5\n"},
        {FOLLOW "-e 'process 3; process; check; goto 1200001; why' -- $FORKS 2>&1 | "
                "grep -cE '^>  3 +[0-9]+    1200002 +0  forks .* of [0-9]+$|The heap is whole|"
                "after step 1200001, alloc b65535 1007;.* Called by [a-z]+ .forks.c:'",
         0, "3\n"},
    };

    (void)state;
    shell_expect(FOLLOW "-- $FORKS 2>&1", 0, "4 other processes were followed");
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Their steps are made in whatever order they are shown. */
static void copies_of_copies_have_the_steps_of_all(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "-e process -- $FORKS nest 2>&1 | grep -cE '^   [2-5] +[0-9]+    12000"
                "(03|06|09) +-  forks .* status [1-4], a copy of [0-9]+$'",
         0, "4\n"},
        {FOLLOW "-e 'process 3; check; process 5; check; process 2; check; process 4; check; "
                "process' -- $FORKS nest 2>&1 | grep -cE 'The heap is whole|^.  [2-5] +[0-9]+    "
                "1200(003 +10|006 +20|009 +30)  forks .* status [1-4], a copy of [0-9]+$'",
         0, "8\n"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* A shell's subshells ask to be followed while it executes the last command, or later. */
static void what_a_process_was_before_it_executed_another_its_copies_are(void **state)
{
    (void)state;
    shell_expect("for i in 1 2 3 4 5; do " FOLLOW
                 "-e process -- sh -c '(:; sleep 0.1) & (:; true) & exec $KNOWN 3' 2>&1; done | "
                 "grep -cE ' sleep +exited with status 0|not followed any more'",
                 0, "5\n");
}

static void all_are_held_together_and_one_goes_by_calls(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "--held -e 'next 4; process; kill' -- $KNOWN 2>&1", 128 + 9, "waits"},
        {FOLLOW "--held -e 'next 5; process 2; next; check; process 1; check; continue' "
                "-- $KNOWN 2>&1 | grep -c 'So is it in the memory of'",
         0, "1\n"},
        {FOLLOW "--held -e 'next 5' -- $KNOWN 2>&1", 0,
         "waits for a process that is held. 1 other"},
        {FOLLOW "--held -e 'next 5; process 2; kill; process 1; continue; process' -- $KNOWN 2>&1",
         7, " 4008 "},
        {FOLLOW "--held -e 'next 5; process 2; alloc x 1' -- $KNOWN 2>&1", 1, "'kill' ends it"},
        {FOLLOW "--held -e 'next 100; quit' -- "
                "sh -c 'sleep 54321 >/dev/null 2>&1 & echo $! >$T/pid' 2>&1; "
                "runs() { grep -q '^State:.[RSD]' /proc/$(cat $T/pid)/status 2>/dev/null; }; "
                "n=0; while runs && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done; runs",
         1, ""}, /* nobody is told when what is killed has ended but its parent, which has */
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Where a process is number 1 among others, whoever follows knows another by that number. */
static void processes_that_are_numbered_anew_are_not_followed(void **state)
{
    (void)state;
    if (system("unshare -p -f true 2>/dev/null") != 0) {
        test_skipped("processes cannot be numbered anew");
        return;
    }
    shell_expect(FOLLOW
                 "-e process -- unshare -p -f sh -c 'sort $T/lines | tail -1' 2>&1 | "
                 "grep -cE -e '- +- +- +- +(sh|sort|tail|unshare) +is in a container, where '",
                 0, "4\n");
}

static void what_was_typed_wrongly_is_said(void **state)
{
    static const struct shell_row rows[] = {
        {FOLLOW "-e 'process 3' -- true 2>&1", 1, "no process '3' is followed"},
        {FOLLOW "-e 'process nobody' -- true 2>&1", 1, "no process 'nobody' is followed"},
        {"$P --no-config --batch --plain -e process 2>&1", 1, "there is no program"},
        {"$P --no-config --batch --plain -e 'run --follow -- sh -c \"sort $T/lines\"; process' "
         "2>&1",
         0, "sort          exited with status 0"},
        {"$P --no-config --batch --plain -e 'run --follow --up 1 sh -c \"true | true\"; process' "
         "2>&1",
         0, "a copy of"},
        {"$P --no-config --batch --plain --follow --json 2>&1", 2, "options of run"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* A folder with a file to sort. */
static int make_lines(void **state)
{
    return shell_make_folder(state) || shell_run("seq 3000 | sort -R > $T/lines").status != 0;
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"P", "KNOWN", "WRONG", "BECOMES", "FORKS", "ALARMED"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_have_sessions_of_their_own),
        cmocka_unit_test(a_copy_of_which_the_first_steps_are_gone_says_so),
        cmocka_unit_test(how_children_ended_is_known),
        cmocka_unit_test(children_that_load_nothing_are_named),
        cmocka_unit_test(what_a_process_did_before_it_was_copied_is_the_copys_too),
        cmocka_unit_test(children_that_wait_keep_signals_back),
        cmocka_unit_test(children_need_not_wait_for_steps_to_be_made),
        cmocka_unit_test(copies_of_copies_have_the_steps_of_all),
        cmocka_unit_test(what_a_process_was_before_it_executed_another_its_copies_are),
        cmocka_unit_test(all_are_held_together_and_one_goes_by_calls),
        cmocka_unit_test(processes_that_are_numbered_anew_are_not_followed),
        cmocka_unit_test(what_was_typed_wrongly_is_said),
    };

    return shell_name_paths(names, TEST_COUNT(names), count, arguments)
               ? cmocka_run_group_tests(tests, make_lines, shell_remove_folder)
               : 2;
}
