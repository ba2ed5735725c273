/* test_handin.c: scenarios that are handed in are graded by what they expect, or by what the
 * teacher does; and whatever is handed in, it writes no file, reads none elsewhere, and ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own/jail.h"
#include "shell.h"
#include "test.h"

/* Lines of shell run the program as $P; $D is the folder of hand-ins, in a folder of its own. */
static char folder[] = "/tmp/heapglass-handin-XXXXXX";

static void hand_in(const char *name, const char *lines)
{
    struct text path = {0};
    FILE *file;

    text_add(&path, "%s/in/%s", folder, name);
    file = fopen(text_string(&path), "we");
    assert_non_null(file);
    fputs(lines, file);
    assert_int_equal(fclose(file), 0);
    text_finish(&path);
}

static void expects_are_graded_with_line_step_and_what_was_found(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade $D/hole.hg", 1, "yes  line 4: expect D = NULL\n"},
        {"$P grade $D/hole.hg", 1, "no   line 5: expect largest > 20M\n     /tmp/"},
        {"$P grade $D/hole.hg", 1,
         "hole.hg:5:8: expected largest > 20M, found 10485776 (after step 6, alloc D 20M)\n"},
        {"$P grade $D/hole.hg", 1, "no   line 6: free Z\n"},
        {"$P grade $D/hole.hg", 1, "yes  line 7: expect check\n2 of 4\n"},
        {"$P grade $D/right.hg", 0, "2 of 2\n"},
        {"$P grade -p best-fit $D/right.hg", 0, "2 of 2\n"},
        {"cd $D && $P grade right.hg", 0, "2 of 2\n"},
        {"$P grade $D/empty.hg", 1, "there is no expect in it\n0 of 1\n"},
        {"$P grade $D/quits.hg", 0, "1 of 1\n"},
        {"$P grade $D/refuses.hg", 0, "yes  line 2: refused free A\n"},
    };

    (void)state;
    hand_in("hole.hg", "alloc A 10M; alloc B 10M; alloc C 10M\nfree B\nlimit 35M; alloc D 20M\n"
                       "expect D = NULL\nexpect largest > 20M\nfree Z\nexpect check\n");
    hand_in("right.hg", "alloc A 10\nexpect A = live\nexpect check\n");
    hand_in("empty.hg", "alloc A 10\n");
    hand_in("quits.hg", "expect check\nquit\nexpect A = live\n");
    hand_in("refuses.hg", "alloc A 1; free A\nrefused free A\n");
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void the_teachers_expects_count_in_place_of_its_own(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade $D/mine.hg --against $D/theirs.hg", 1, "yes  line 1: expect external > 40%\n"},
        {"$P grade $D/mine.hg --against $D/theirs.hg", 1, "no   line 3: expect D = NULL\n"},
        {"$P grade $D/mine.hg --against $D/theirs.hg", 1, "2 of 3\n"},
        {"$P grade --against $D/theirs.hg $D/wrong.hg", 1, "no   line 1: free Q\n"},
        {"$P grade --against $D/missing.hg $D/mine.hg 2>&1", 2, "missing.hg: No such file"},
    };

    (void)state;
    hand_in("mine.hg", "alloc a1..a5 1M\nfree a2 a4\nexpect a1 = NULL\nquit\n");
    hand_in("theirs.hg", "expect external > 40%\nexpect a1 = live\nexpect D = NULL\n");
    hand_in("wrong.hg", "free Q\n");
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void results_are_written_as_others_read_them(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade -f tap $D/half.hg", 1, "TAP version 14\n1..2\nok 1 - line 1: expect check\n"},
        {"$P grade -f tap $D/half.hg", 1, "not ok 2 - line 2: expect A = \"\\#1\"\n# /tmp/"},
        {"$P grade -f junit $D/half.hg", 1, "tests=\"2\" failures=\"1\""},
        {"$P grade -f junit $D/half.hg | python3 -c 'import sys, xml.dom.minidom as d; "
         "print(len(d.parse(sys.stdin).getElementsByTagName(\"failure\")))'",
         0, "1\n"},
        {"$P grade -f gradescope $D/half.hg", 1, "\"score\": 50.0"},
        {"$P grade -f gradescope $D/half.hg | python3 -c 'import sys, json; "
         "print([t[\"status\"] for t in json.load(sys.stdin)[\"tests\"]])'",
         0, "['passed', 'failed']"},
    };

    (void)state;
    hand_in("half.hg", "expect check\nexpect A = \"#1\"\n");
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void nothing_is_written_nor_read_elsewhere(void **state)
{
    static const struct shell_row rows[] = {
        {"ln -s ../secret.hg $D/link.hg; echo 'say words' >$D/../secret.hg; mkdir $D/sub; "
         "echo 'expect check' >$D/sub/part.hg; mkfifo $D/pipe.hg; mkdir $D/../in-name; "
         "cp $D/../secret.hg $D/../in-name",
         0, ""},
        {"$P grade $D/writes.hg | grep -c 'may not write files'", 0, "11\n"},
        {"$P grade $D/runs.hg | grep -c 'nor start or look at processes'", 0, "3\n"},
        {"$P grade $D/reads.hg | grep -c 'lies outside of the folder'", 0, "8\n"},
        {"$P grade $D/reads.hg | grep -c words", 1, "0\n"},
        {"$P grade $D/reads.hg", 1, "it is no regular file"},
        {"$P grade $D/reads.hg", 1, "part.hg, line 1: expect check\n"},
        {"$P grade $D/link.hg 2>&1", 2, "lies outside of the folder"},
        {"$P grade $D/pipe.hg 2>&1", 2, "it is no regular file"},
        {"ls $D/.. $D /tmp | grep -c written", 1, "0\n"},
    };

    (void)state;
    hand_in("writes.hg", "alloc A 10\nsave written.hg\nsave! written.hg\nsave /tmp/written.hg\n"
                         "export written.rep\nexport! ../written.hg\nattach 1\nopen core\n"
                         "whatif save written.hg\nrefused save written.hg\n"
                         "compare first-fit -- save written.hg\nrepeat 1 save written.hg\n"
                         "repeat 2\nsave written{i}.hg\nend\nexpect error save written.hg\n");
    hand_in("runs.hg", "run /bin/sh -c 'echo >/tmp/written'\nrun\n"
                       "repeat 1 run --held /bin/true\n");
    hand_in("reads.hg", "source ../secret.hg\nsource link.hg\nsource /etc/passwd\n"
                        "import /etc/passwd\ncode /etc/passwd:1\nsource sub/../../secret.hg\n"
                        "source sub/part.hg\nsource pipe.hg\nimport -\ncode off\n"
                        "import ../secret.hg --lenient\nsource ../in-name/secret.hg\n");
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void whatever_is_handed_in_it_ends(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade --time 1 $D/forever.hg", 1, "it did not end within 1 second\n"},
        {"$P grade --time 1 -f gradescope $D/forever.hg", 1, "\"score\": 0.0"},
        {"$P grade --time 60 $D/self.hg", 1, "nested more than 16 deep"},
        {"$P grade --time 60 $D/nested.hg", 1, "no   line 1: repeat 2 "},
        {"$P grade --memory 64M --time 30 $D/huge.hg", 0, "2 of 2\n"},
        {"$P grade --memory 64M --time 20 $D/many.hg | tail -n 1", 0, " of "},
        {"$P grade --memory 64M --time 120 $D/deep.hg", 1, "it took more than 64M of memory\n"},
        {"$P grade --time 60 $D/crowd.hg", 1, "there are not too many\n"},
        /* a line of 60,000 letters is cut off, between two of them */
        {"$P grade --time 60 $D/long.hg | awk 'length > 300' | wc -l", 0, "0\n"},
        {"$P grade --time 60 $D/long.hg", 1, "\303\266...\n     "},
        {"$P grade --time 60 $D/crowd.hg", 1, "10000 of 10001\n"},
        {"$P grade --time 60 $D/kills.hg", 1, "the allocator faulted: SIGSEGV"},
        {"$P grade --time 60 $D/kills.hg", 1, "yes  line 7: expect B != NULL\n"},
    };
    struct text nested = {0}, line = {0};

    (void)state;
    text_add_string(&line, "say ");
    text_add_repeated(&line, "\303\266", 30000);
    text_add_string(&line, " \"\nexpect check\n");
    hand_in("long.hg", text_string(&line));
    text_finish(&line);
    hand_in("forever.hg", "expect check\nrepeat 1000000 \"alloc A 10; free A\"\n");
    hand_in("self.hg", "source self.hg\n");
    for (unsigned i = 0; i < 40; i++)
        text_add_string(&nested, "repeat 2 ");
    text_add_string(&nested, "alloc A 1\n");
    hand_in("nested.hg", text_string(&nested));
    hand_in("huge.hg", "alloc A 900G\nexpect A = NULL\nalloc B 100M\nexpect B = NULL\n");
    hand_in("many.hg", "alloc a1..a100000 64K\nfill a1..a100000\nexpect check\n");
    hand_in("deep.hg", "call f\nrecurse 100000\nrecurse 100000000\nexpect check\n");
    hand_in("crowd.hg", "repeat 20000 expect free > 1\n");
    hand_in("kills.hg", "alloc A 100; alloc B 100\nfree A\n"
                        "write! A \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n"
                        "alloc C 90\nfree B\nalloc D 90\nexpect B != NULL\n");
    shell_expect_all(rows, TEST_COUNT(rows));
    text_finish(&nested);
}

static void what_is_no_text_is_no_hand_in(void **state)
{
    static const struct shell_row rows[] = {
        {"head -c 3000 $P >$D/binary.hg; $P grade $D/binary.hg", 1, "this is no text file"},
        {"printf 'expect check\\n\\0\\0\\nexpect check\\n' >$D/nul.hg; $P grade $D/nul.hg", 1,
         "nul.hg:2: this is no text file\n1 of 2\n"},
        {"printf 'alloc A 10\\nexpect check\\nalloc B' >$D/cut.hg; $P grade $D/cut.hg", 1,
         "no   line 3: alloc B\n"},
        {"printf 'expect check' >$D/end.hg; $P grade $D/end.hg", 0, "1 of 1\n"},
        {": >$D/nothing.hg; $P grade $D/nothing.hg", 1, "0 of 1\n"},
        {"head -c 2000000 /dev/zero | tr '\\0' 'a' >$D/long.hg; $P grade $D/long.hg", 1,
         "this line is longer than"},
        {"$P grade $D 2>&1", 2, ""},
        {"$P grade $D/missing.hg 2>&1", 2, "missing.hg: No such file"},
        {"$P grade a.hg b.hg 2>&1", 2, "it takes one HANDIN.hg"},
        {"$P grade --time 0 $D/end.hg 2>&1", 2, "--time is from 1 to 3600"},
        {"$P grade --memory 1M $D/end.hg 2>&1", 2, "--memory is 16M at least"},
        {"$P grade -f word $D/end.hg 2>&1", 2, "text, tap, junit or gradescope"},
        {"$P grade $D/end.hg --help", 0, "--against FILE"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* In a process that may not write: 0 if it cannot, and can do all else. */
static int try_to_write(void)
{
    char path[sizeof folder + 16];

    if (!jail_keep_files())
        return 0; /* this kernel does not see to it */
    snprintf(path, sizeof path, "%s/made", folder);
    if (open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 || errno != EPERM)
        return 1;
    if (mkdir(path, 0700) == 0 || errno != EPERM)
        return 2;
    if (rename(folder, path) == 0 || errno != EPERM)
        return 3;
    if (open(folder, O_RDONLY | O_CLOEXEC) < 0)
        return 4;
    return system("true") == 0 ? 0 : 5;
}

static void the_kernel_keeps_it_from_writing_as_well(void **state)
{
    pid_t process = fork();
    int status = 0;

    (void)state;
    if (process == 0)
        _exit(try_to_write());
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expects_are_graded_with_line_step_and_what_was_found),
        cmocka_unit_test(the_teachers_expects_count_in_place_of_its_own),
        cmocka_unit_test(results_are_written_as_others_read_them),
        cmocka_unit_test(nothing_is_written_nor_read_elsewhere),
        cmocka_unit_test(whatever_is_handed_in_it_ends),
        cmocka_unit_test(what_is_no_text_is_no_hand_in),
        cmocka_unit_test(the_kernel_keeps_it_from_writing_as_well),
    };
    char path[sizeof folder + 4];
    char *program = count == 2 ? realpath(arguments[1], NULL) : NULL;
    int failed;

    if (!program || setenv("P", program, 1) != 0 || !mkdtemp(folder))
        return 2;
    free(program);
    snprintf(path, sizeof path, "%s/in", folder);
    if (mkdir(path, 0700) != 0 || setenv("D", path, 1) != 0)
        return 2;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    shell_expect("rm -r ${D%/*}", 0, "");
    return failed;
}
