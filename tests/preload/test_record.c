/* test_record.c: `heapglass trace record`: what a program allocates becomes a trace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"
#include "test.h"

/* The operations on the known sizes, with the ids 0, 1, ... in the order of appearance. */
static void what_a_program_does_is_in_the_trace(void **state)
{
    static const char *const runs[] = {
        "$P trace record -o $T/known.rep $KNOWN 200000 2>&1",
        "$P trace record --output=$T/known.rep -- $KNOWN 200000 2>&1",
        "$P trace record -o $T/known.rep sh -c 'exec $KNOWN 200000' 2>&1",
        "HEAPGLASS_POLICY=buddy $P trace record -o $T/known.rep $KNOWN 200000 2>&1",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(runs); i++) {
        shell_expect(runs[i], 7, "known.rep: 40");
        shell_expect("$P trace check $T/known.rep", 0, "peak");
        shell_expect("awk '$1 == \"a\" && $3 >= 1000000 { known[$2] = count++ } "
                     "$2 in known { printf \"%s %d %s, \", $1, known[$2], $3 }' $T/known.rep",
                     0,
                     "a 0 1000001, a 1 3000009, a 2 1000032, f 1 , r 0 2000001, f 2 , f 0 , "
                     "a 3 1000009, ");
        shell_expect("grep -c 'a [0-9]* 1007$' $T/known.rep", 0, "200000\n");
    }
}

static void children_are_not_recorded(void **state)
{
    (void)state;
    shell_expect("$P trace record -o $T/known.rep $KNOWN 2>&1", 7, "");
    shell_expect("grep -c 7000001 $T/known.rep", 1, "0");
    shell_expect("$P trace record -o $T/sh.rep sh -c '$KNOWN; exit 0' 2>&1", 0, "");
    shell_expect("grep -c 1000001 $T/sh.rep", 1, "0");
}

static void threads_are_recorded_in_order(void **state)
{
    (void)state;
    shell_expect("$P trace record -o $T/stress.rep $STRESS 2>&1", 0, "all is where it belongs");
    shell_expect("$P trace check $T/stress.rep", 0, "peak");
}

static void the_status_is_the_programs(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P trace record --help", 0, "usage: heapglass trace record"},
        {"$P trace record -o $T/x.rep sh -c 'exit 3' 2>/dev/null", 3, ""},
        {"$P trace record -o $T/x.rep sh -c 'kill -9 $$' 2>&1", 128 + 9, "x.rep: "},
        {"$P trace record -o $T/x.rep sh -c 'test -e $HEAPGLASS_RECORD' 2>/dev/null", 0, ""},
        {"cd $T && $P trace record /bin/true 2>&1 && cat true.rep", 0, "true.rep: "},
        {"$P trace record 2>&1", 2, "a PROGRAM is missing"},
        {"$P trace record --nonsense true 2>&1", 2, "unrecognized option '--nonsense'"},
        {"$P trace record $T/nonesuch 2>&1", 127, "nonesuch: No such file or directory"},
        {"$P trace record nonesuch-in-path 2>&1", 127, "nonesuch-in-path: No such file"},
        {"$P trace record /etc/passwd 2>&1", 126, "/etc/passwd: Permission denied"},
        {"$P trace record -o $T/no/x.rep true 2>&1", 125, "no/x.rep: No such file"},
        {"TMPDIR=$T/no $P trace record true 2>&1", 125, "no folder for the journal (TMPDIR): "},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        shell_expect(rows[i].line, rows[i].status, rows[i].words);
}

static void what_cannot_load_the_library_is_said(void **state)
{
    (void)state;
    if (system("$CC -static -x c $SOURCE/tests/preload/known.c -o $T/static 2>/dev/null") != 0)
        return; /* there is no static C library */
    shell_expect(
        "$P trace record -o $T/x.rep $T/static 2>&1", 125,
        "static is statically linked, so that no library can be put before its own; build it "
        "without -static");
}

static void a_library_that_is_missing_is_said(void **state)
{
    (void)state;
    if (system("! [ -e $INSTALLED/libheapglass-malloc.so ]") != 0)
        return; /* it is installed where it is looked for last */
    shell_expect("mkdir $T/bin && cp $P $T/bin && $T/bin/heapglass trace record true 2>&1", 125,
                 "libheapglass-malloc.so is neither beside the program nor in /");
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"P", "KNOWN", "STRESS", "SOURCE", "INSTALLED"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_program_does_is_in_the_trace),
        cmocka_unit_test(children_are_not_recorded),
        cmocka_unit_test(threads_are_recorded_in_order),
        cmocka_unit_test(the_status_is_the_programs),
        cmocka_unit_test(what_cannot_load_the_library_is_said),
        cmocka_unit_test(a_library_that_is_missing_is_said),
    };

    return shell_name_paths(names, TEST_COUNT(names), count, arguments)
               ? cmocka_run_group_tests(tests, shell_make_folder, shell_remove_folder)
               : 2;
}
