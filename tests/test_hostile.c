/* test_hostile.c: the program on a machine that gives it little: limits, folders that cannot be
 * used, input that cannot be read, signals at a bad time. What is wrong is named, nothing hangs,
 * and nothing stays behind. */
#include <stdlib.h>
#include <unistd.h>

#include "shell.h"
#include "test.h"

/* Lines of shell run the program as $P; $O is the folder of allocators of one's own; $D is empty,
 * and is the folder they are in. */
static char folder[] = "/tmp/heapglass-hostile-XXXXXX";

/* Before a command that root, too, is to run without a right. */
#define WITHOUT(right)                                                                             \
    "$(test $(id -u) != 0 || echo setpriv --inh-caps=-" right " --bounding-set=-" right ") "

static void whatever_needs_a_heap_names_the_limit_that_keeps_it_from_one(void **state)
{
    static const struct shell_row rows[] = {
        {"(ulimit -f 1; $P homework) 2>&1", 1, "large enough: File too large; the limit on the "},
        {"(ulimit -f 1; $P homework --topic size) 2>&1", 1, "(ulimit -f)\n"},
        {"(ulimit -n 12; $P homework) 2>&1", 1, "the limit on open files is 12 (ulimit -n)\n"},
        {"(ulimit -n 12; $P quiz </dev/null) 2>&1", 1, "error: quiz: the heap process cannot be "},
        {"echo 'expect check' >a.hg; (ulimit -f 1; $P grade a.hg)", 1,
         "no   a heap can be had\n     the heap process cannot be started: "},
        {"(ulimit -f 1; $P bench -g nodes:500) 2>&1", 2,
         "nodes:500: it cannot be handed over: File too large; the limit on the size of files "},
#ifndef __SANITIZE_ADDRESS__ /* which needs all addresses there are, and a malloc of its own */
        {"(ulimit -n 5; $P trace record ls) 2>&1", 125,
         "no pipe: Too many open files; the limit on open files is 5 (ulimit -n)\n"},
        {"(ulimit -v 60000; $P run --batch ls) 2>&1", 125, "the limit on addresses is 60000 KiB"},
#endif
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Whatever bounds are set for what is handed in, lower ones of the shell's are kept. */
static void hand_ins_are_graded_below_limits_of_the_shell(void **state)
{
    static const struct shell_row rows[] = {
        {"echo 'expect check' >a.hg; (ulimit -t 8; " WITHOUT("sys_resource") "$P grade a.hg)", 0,
         "1 of 1\n"},
        {"(ulimit -t 8; " WITHOUT("sys_resource") "$P grade $O/implicit.c $O/small.rep)", 0,
         "1 of 1"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void an_allocator_is_compiled_whatever_the_folder_for_that_is_like(void **state)
{
    static const struct shell_row rows[] = {
        {"TMPDIR=$D/none $P -a $O/implicit.c -e 'alloc A 1' 2>&1", 2,
         "heapglass: there is no folder to compile in (TMPDIR): "},
        {"TMPDIR=$D/none $P -a $O/implicit.c -e 'alloc A 1' 2>&1 | grep -c help", 1, "0\n"},
        {"(umask 777; " WITHOUT("dac_override") "$P -a $O/implicit.c -e 'alloc A 1')", 0,
         "1  alloc A 1 ("},
        {"env -u PATH $P -a $O/implicit.c -e 'alloc A 1'", 0, "1  alloc A 1 ("},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
    if (shell_run("unshare -rm sh -c 'mkdir m && mount -t tmpfs m m'").status == 0)
        shell_expect("unshare -rm sh -c 'mount -t tmpfs -o noexec m m; "
                     "TMPDIR=$D/m $P -a $O/implicit.c -e \"alloc A 1\"'",
                     0, "1  alloc A 1 (");
}

/* What the compiler says of a source is text. It waits for the end of its source here. */
static void a_compiler_that_is_interrupted_leaves_nothing(void **state)
{
    (void)state;
    shell_expect("printf 'int \\033[31m;\\n' >esc.c; $P -a esc.c >said 2>&1; "
                 "! grep -q $(printf '\\033') said && cat said",
                 0, "[31m;\n");
    shell_expect("mkfifo in.h; mkdir t; echo '#include \"in.h\"' >slow.c; "
                 "TMPDIR=$D/t timeout 20 $P -a slow.c & p=$!; exec 3>in.h; ls t; "
                 "kill -TERM $p; wait $p; echo $?; ls t | wc -l",
                 0, "\n143\n0\n");
    /* what the compiler has started ends, if not at once */
    shell_expect("n=200; while ps -A -o args | grep -q '[c]c1.*heapglass-hostile'; do "
                 "n=$((n - 1)); [ $n -gt 0 ] || exit 1; sleep 0.05; done; echo gone",
                 0, "gone\n");
}

#ifndef __SANITIZE_ADDRESS__ /* whose malloc must be the program's */

/* What cannot be written is told before the program runs, where that can be known. */
static void a_recording_is_kept_or_the_reason_is_told(void **state)
{
    static const struct shell_row rows[] = {
        {"$P trace record -o none/a.rep echo ran 2>&1", 125, "record: none/a.rep: No such file or"},
        {"$P trace record -o none/a.rep echo ran 2>&1 | grep -c ran", 1, "0\n"},
        {"$P trace record -o . echo ran 2>&1", 125, ".: Is a directory"},
        {"$P trace record -o /dev/full true 2>&1", 125, "/dev/full: No space left on device"},
        {"$P trace generate nodes:10 -o /dev/full 2>&1", 1, "/dev/full: No space left on device"},
        {"(ulimit -f 1; $P trace record -o r.rep true) 2>&1", 125, "no room for the journal; TMPD"},
        {"TMPDIR=none $P trace record -o r.rep true 2>&1", 125, "no folder for the journal (TMPDI"},
        {"(umask 777; " WITHOUT("dac_override") "$P trace record -o masked.rep ls) 2>&1", 0,
         "masked.rep: "},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
    /* what is to end the recorder ends the program, and is no loss; it is there once it reads */
    shell_expect("mkfifo go; timeout 20 $P trace record -o s.rep cat go 2>&1 & p=$!; exec 3>go; "
                 "kill -TERM $p; wait $p; echo $?",
                 0, "bytes live\n143\n");
    shell_expect("for i in 1 2 3 4 5 6 7 8; do $P trace record -o s.rep "
                 "sh -c 'kill -TERM $PPID; sleep 0.02' 2>&1; done | grep -c 'bytes live'",
                 0, "8\n"); /* even at once */
    /* nor is what reaches the recorder when the program has ended: it finds both signals waiting */
    shell_expect("$P trace record -o s.rep sh -c 'kill -STOP $PPID; "
                 "until grep -q State:.T /proc/$PPID/status; do :; done; kill -HUP $PPID; "
                 "kill -TERM $PPID; (until grep -q State:.Z /proc/$$/status; do :; done; "
                 "kill -CONT $PPID) &' 2>&1; echo $?",
                 0, "bytes live\n0\n");
}

#endif

static void input_that_is_none_is_told_of_at_once(void **state)
{
    static const struct shell_row rows[] = {
        {"$P import - --batch <. 2>&1", 2, "heapglass: standard input: Is a directory\n"},
        {"(ulimit -f 1; $P trace generate nodes:2000 | $P import - --batch) 2>&1", 2,
         "standard input: File too large; the limit on the size of files"},
        {"timeout 20 $P homework --students /dev/zero 2>&1", 1,
         "/dev/zero: this is no list of nam"},
        {"truncate -s 1T sparse.rep; timeout 20 $P trace check sparse.rep 2>&1", 2,
         "is larger than"},
        {"timeout 20 $P bench -p buddy sparse.rep 2>&1", 2, "is larger than"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What editors put before the first line is no part of it. */
static void a_byte_order_mark_is_passed_over(void **state)
{
    static const struct shell_row rows[] = {
        {"(printf '\\357\\273\\277'; cat $O/small.rep) >m.rep; $P trace check m.rep", 0, "9 op"},
        {"$P --plain m.rep -e steps", 0, "9 operations of m became 9 steps"},
        {"$P grade $O/implicit.c m.rep", 0, "1 of 1"},
        {"printf '\\357\\273\\277Ada\\r\\n' >marked; printf Ada >not; $P homework --students "
         "marked "
         ">m.txt; $P homework --students not | cmp - m.txt",
         0, ""},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
    shell_expect("$P homework --seed \"$(printf 'a\\033[31m')\"", 0, ", seed a^[[31m\n");
}

/* What is said of a file is in one line, whatever its name is. */
static void line_ends_in_names_are_shown(void **state)
{
    static const struct shell_row rows[] = {
        {"f=$(printf 'c\nd.hg'); echo xx >\"$f\"; $P --plain \"$f\" 2>&1", 1,
         "c^Jd.hg:1:1: there is no command 'xx'"},
        {"$P grade \"$(printf 'c\nd.hg')\" 2>&1", 1, "c^Jd.hg:1:1: there is no command 'xx'"},
        {"f=$(printf 'a\nb.rep'); cp $O/small.rep \"$f\"; $P grade -f tap $O/implicit.c \"$f\"", 0,
         "ok 1 - a^Jb\n"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

#ifndef __SANITIZE_ADDRESS__ /* which looks there for leaks */

static void what_lies_beside_the_program_is_found_without_proc(void **state)
{
#define WITHOUT_PROC(line) "unshare -rm sh -c 'mount -t tmpfs none /proc; " line "' 2>&1"
    static const struct shell_row rows[] = {
        {WITHOUT_PROC("$P lesson"), 0, "fragmentation"},
        {WITHOUT_PROC("$P trace record true"), 125, "cannot be handed over (/proc/self/fd): No su"},
        {WITHOUT_PROC("$P bench -g nodes:500 -p buddy"), 1,
         "libc: this program cannot be run once more (/proc/self/exe): No such file or directory"},
        {WITHOUT_PROC("$P homework"), 1, "/proc is not mounted\n"},
    };

    (void)state;
    if (shell_run(WITHOUT_PROC("true")).status != 0) {
        test_skipped("/proc cannot be taken away");
        return;
    }
    shell_expect_all(rows, TEST_COUNT(rows));
}

#endif

/* Some that start programs ignore what comes of children, and so would these. */
static void children_are_waited_for_whatever_is_inherited(void **state)
{
#define DEAF "timeout 30 env --ignore-signal=CHLD $P "
    static const struct shell_row rows[] = {
#ifndef __SANITIZE_ADDRESS__
        {DEAF "run --no-config --batch -q -- sh -c 'exit 7'", 7, ""},
        {DEAF "trace record -o c.rep sh -c 'exit 7' 2>&1", 7, "bytes live\n"},
#endif
        {DEAF "-a $O/implicit.c -e 'alloc A 1'", 0, "1  alloc A 1 ("},
        {DEAF "grade $O/implicit.c $O/small.rep", 0, "1 of 1"},
        {DEAF "bench -g nodes:500 -p buddy --runs 1", 0, "libc"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static int make_folder(void **state)
{
    (void)state;
    return !mkdtemp(folder) || chdir(folder) != 0 || setenv("D", folder, 1) != 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return shell_run("cd /; chmod -R u+rwx $D; rm -r $D").status;
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"P", "O"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_needs_a_heap_names_the_limit_that_keeps_it_from_one),
        cmocka_unit_test(hand_ins_are_graded_below_limits_of_the_shell),
        cmocka_unit_test(an_allocator_is_compiled_whatever_the_folder_for_that_is_like),
        cmocka_unit_test(a_compiler_that_is_interrupted_leaves_nothing),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(a_recording_is_kept_or_the_reason_is_told),
        cmocka_unit_test(what_lies_beside_the_program_is_found_without_proc),
#endif
        cmocka_unit_test(input_that_is_none_is_told_of_at_once),
        cmocka_unit_test(children_are_waited_for_whatever_is_inherited),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(line_ends_in_names_are_shown),
    };

    if (!shell_name_paths(names, TEST_COUNT(names), count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
