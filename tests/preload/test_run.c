/* test_run.c: `heapglass run`: the calls of a program become the steps of a session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell.h"
#include "test.h"

/* A heap that differed from the program's would be said to. */
#define RUN "$P run --no-config --batch --plain "

/* As many calls as fill the journal a few times over: 400008. */
#define KNOWN_LONG "$KNOWN 200000"

static void the_known_calls_are_the_steps(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-e check -- " KNOWN_LONG " 2>&1", 7, "The heap is whole"},
        {RUN "-- " KNOWN_LONG " 2>&1", 7,
         "known exited with status 7 after 400008 calls; the last was malloc(1000009), called by "
         "main (known.c:38). The most that was live, 4.8M, was so after step 3. Never freed: 977K "
         "in 1 block:"},
        {RUN "-e steps $KNOWN 2>&1 | grep -c 'b0 1000001 '", 0, "1\n"},
        {RUN "-e 'goto 2; why' -- $KNOWN 2>&1", 7, "calloc b1 1 3000009"},
        {RUN "-e 'goto 3; why' -- $KNOWN 2>&1", 7, "aligned b2 64 1000032"},
        {RUN "-e 'goto 5; why' -- $KNOWN 2>&1", 7, "realloc b0 2000001"},
        {RUN "-e marks -- $KNOWN 2>&1", 7, "the most is live"},
        {RUN "-e 'goto 4; undo; redo; check' -- $KNOWN 2>&1", 7, "The heap is whole"},
        {RUN "-e \"export $T/known.rep\" -- $KNOWN >/dev/null 2>&1; $P trace check $T/known.rep", 0,
         " 4008 "},
        {RUN "-e 'alloc x 10' -- $KNOWN 2>&1", 7, "4009  alloc x 10"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What a program prints by which the heap process that follows it is nicer than it is. */
#define NICER                                                                                      \
    "sh -c 'for s in /proc/[0-9]*/stat /proc/self/stat; do "                                       \
    "read -r p name s parent g e y z f a b c d u k v w priority nice rest <$s || continue; "       \
    "case \"$parent $name\" in \"$PPID (heapglass-heap)\") heap=$nice;; esac; "                    \
    "done 2>/dev/null; echo nicer by $((heap - nice))'"

static void our_heap_process_lets_the_program_go_first(void **state)
{
    (void)state;
    shell_expect(RUN "-- " NICER " 2>&1", 0, "nicer by 5\n");
}

/* Of very many steps the first go, but not what they came to. */
static void of_a_long_run_the_last_steps_are_kept(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-s keep=1M -e 'goto 400000; undo 9; redo 3; check; marks' -- " KNOWN_LONG
             " 2>&1 | grep -cE 'The heap is whole|^step 3 +the most is live, 4.8M: aligned b2|"
             "^Growths before step [0-9]+ are not kept'",
         0, "3\n"},
        {RUN "-s keep=1M -e 'goto 5' -- " KNOWN_LONG " 2>&1", 1,
         "steps are not kept: the heap is known from step "},
        {RUN "-s keep=1M -e 'callers; steps' -- " KNOWN_LONG
             " 2>&1 | grep -cE '200000 +.* main .known.c:33.|Steps 1 to [0-9]+ are not kept|"
             " b0 1000001 '",
         0, "2\n"},
        {RUN "-s keep=1M -e 'save $T/kept.hg' -- " KNOWN_LONG " 2>&1", 1, "steps are not kept"},
        {RUN "-s keep=1M -e compare -- " KNOWN_LONG " 2>&1", 1, "steps are not kept"},
        {RUN "-s keep=all -e 'goto 5; check' -- " KNOWN_LONG " 2>&1", 7, "The heap is whole"},
        {"$P run --no-config --batch --json -s keep=1M -e 'goto 400000' -- " KNOWN_LONG
         " 2>/dev/null | tail -n 1 | "
         "grep -cE '^.\"step\":400000,.*\"known_from\":[1-3][0-9]{5}[,}]'",
         0, "1\n"},
        {"$P run --no-config --batch --json -s keep=all -e 'goto 400000' -- " KNOWN_LONG
         " 2>/dev/null | tail -n 1 | "
         "grep -c known_from",
         1, "0\n"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void programs_are_followed_under_each_policy(void **state)
{
    static const char *const policies[] = {"first-fit", "next-fit",   "best-fit", "worst-fit",
                                           "tlsf",      "segregated", "buddy",    "linear"};
    char line[256];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        snprintf(line, sizeof line, RUN "-p %s -e check -- sort -r $T/lines 2>&1", policies[i]);
        shell_expect(line, 0, "The heap is whole");
        snprintf(line, sizeof line, RUN "-p %s -- sort -r $T/lines 2>&1 | grep -c further",
                 policies[i]);
        shell_expect(line, 1, "0");
    }
    shell_expect(RUN "-p glibc -- true 2>&1", 125, "policy 'glibc' cannot stand in for malloc");
    shell_expect(RUN "-p csapp -- true 2>&1", 125, "aligned to 16");
    shell_expect(RUN "-s alignment=8 -- true 2>&1", 125, "aligned to 16");
}

/* As 34 blocks of 2 GiB reach, which nobody touches. */
static void heaps_may_be_larger_than_a_cell_has_room_for(void **state)
{
    (void)state;
    shell_expect(RUN "-p first-fit -e 'steps; check' -- python3 -c 'import ctypes as c; "
                     "l = c.CDLL(None); l.malloc.argtypes = [c.c_size_t]; "
                     "l.malloc.restype = c.c_void_p; l.free.argtypes = [c.c_void_p]; "
                     "l.free([l.malloc(2 << 30) for i in range(34)][33])' 2>&1 | "
                     "grep -cE ' 2G +\\+0x10[0-9a-f]{8} |The heap is whole'",
                 0, "3\n");
}

static void real_programs_do_as_without(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-o $T/o -e check -- sort -n $T/lines && sort -n $T/lines | cmp - $T/o", 0,
         "The heap is whole"},
        {RUN "-o $T/o -e check -- git --version && git --version | cmp - $T/o", 0,
         "The heap is whole"},
        {RUN "-o $T/o -e check -- gcc -c -o $T/x.o $SOURCE/tests/preload/known.c && test -e $T/x.o",
         0, "The heap is whole"},
        {RUN "-o $T/o -e check -- python3 -c 'print(sum(len(str(i)) for i in range(9999)))' && "
             "cat $T/o",
         0, "38886\n"},
        {RUN "-e check -- $STRESS 2>&1", 0, "all is where it belongs"},
        {RUN "-e check -- $STRESS 2>&1", 0, "The heap is whole"},
        {"echo in | " RUN "-- cat 2>&1", 0, "in\n"},
        {RUN "-- sh -c 'echo out; echo err >&2' 2>/dev/null", 0, "out\n"},
        {"$P run --no-config --batch --json -- sh -c 'echo out' 2>/dev/null | grep -v '^{'", 1, ""},
        {RUN "-- sh -c 'exec $KNOWN' 2>&1", 7, "known exited with status 7 after 4008 calls"},
        {RUN "-- sh -c '$KNOWN; exit 4' 2>&1", 4, "sh exited with status 4 after "},
        {RUN "--follow known -e check -- sh -c '$KNOWN; $KNOWN; exit 4' 2>&1", 4,
         "sh exited with status 4. known made 4008 calls; the last was malloc(1000009)"},
        {"timeout 20 " RUN "--follow $KNOWN 2>&1", 7, "known exited with status 7"},
        {"timeout 20 " RUN "--follow=known -e check -- sh -c '$KNOWN; exit 4' 2>&1", 4, "is whole"},
        {"timeout 20 " RUN "--follow=-x -- sh -c 'exit 4' 2>&1", 4, "-x"},
        {RUN "--follow known nonesuch 2>&1", 127, "'known' is taken for the NAME that is followed"},
        {RUN "--follow nobody -- sh -c 'exit 4' 2>&1", 4,
         "sh exited with status 4. No program nobody loaded the library, if one was run."},
        {RUN "-o $T/o --follow cc1 -e check -- gcc -c -o $T/x.o $SOURCE/tests/preload/known.c", 0,
         "The heap is whole"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* known.c asks for what it frees in lines of its own. */
static void who_called_is_known(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-- $KNOWN 2>&1", 7, "1 block   main (known.c:38)"},
        {RUN "-e 'callers count' -- $KNOWN 2>&1 | grep -c ' 2000 .* main (known.c:33)'", 0, "1\n"},
        {RUN "-e 'goto 3; callers' -- $KNOWN 2>&1 | grep -c ' -  main'", 0, "3\n"},
        {RUN "-e 'goto 3; callers peak' -- $KNOWN 2>&1 | grep -A1 lifetime | grep -c known.c:24", 0,
         "1\n"},
        {RUN "-e 'goto 1; show b0' -- $KNOWN 2>&1 | grep -c 'by b0. Called by main (known.c:24)'",
         0, "1\n"},
        {RUN "-e 'goto 1; who b0' -- $KNOWN 2>&1", 7, "Called by main (known.c:24), in thread "},
        {RUN "-p best-fit -e 'policy first-fit; goto 1; who b0' -- $KNOWN 2>&1", 7,
         "Called by main (known.c:24), in thread "},
        {RUN "--up 9 -e check -- $STRESS 2>&1", 0, "The heap is whole"},
        {"$P --no-config --batch --plain -e 'run --up 1 sort /etc/passwd' 2>&1", 0, "sort exited"},
        {"$P --no-config --batch --plain -e 'run --up' 2>&1", 1, "there can be --held"},
        {RUN "-e 'callers size' -- $KNOWN 2>&1", 1, "ranked by live, count, peak or lifetime"},
        {"$P --no-config --batch --plain -e 'callers' 2>&1", 1, "nobody knows who called"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void functions_of_cxx_have_names(void **state)
{
    static const struct shell_row rows[] = {
        {"g++ -O1 -g -o $T/names $SOURCE/tests/preload/names.cc", 0, ""},
        {RUN "$T/names 2>/dev/null", 5, "bad_alloc\n"},
        {RUN "-o $T/o $T/names", 5, "  (anonymous)::make<(anonymous)::thing> (names.cc:16)"},
        {RUN "-o $T/o $T/names", 5, "  (anonymous)::make<char> (names.cc:16)"},
        {RUN "-o $T/o $T/names", 5, "  3.9K              1 block   main (names.cc:24)"},
        {RUN "--up 1 -o $T/o $T/names", 5, " 1 block   main (names.cc:22)"},
        {"strip -o $T/stripped $T/names && " RUN "-o $T/o $T/stripped", 5, " (stripped)"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Symbols of libraries may have versions, as those of the C library do. */
static void functions_are_named_without_their_versions(void **state)
{
    static const struct shell_row rows[] = {
        {"echo 'V1 { make; };' >$T/v.map; "
         "echo 'void make(void); int main(void) { make(); return 3; }' >$T/main.c; "
         "gcc -shared -fPIC -Wl,--version-script=$T/v.map -o $T/libv.so "
         "$SOURCE/tests/preload/versioned.c && gcc -o $T/versioned $T/main.c $T/libv.so && "
         "nm $T/libv.so | grep -o ' make@.*'",
         0, " make@@V1\n"},
        {RUN "$T/versioned", 3, "  make+0x"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Blocks of a new that a library brings are given to its delete. */
static void another_operator_new_is_left_to_the_program(void **state)
{
    static const struct shell_row rows[] = {
        {"for own in '' -DOWN; do g++ $own -shared -fPIC -o $T/lib${own}new.so "
         "$SOURCE/tests/preload/own_new.cc || exit 1; done; gcc -o $T/opens "
         "$SOURCE/tests/preload/opens.c; echo 'int work(void); int main(void) { return work(); }' "
         ">$T/main.c && gcc -o $T/own $T/main.c $T/lib-DOWNnew.so && "
         "gcc -o $T/usual $T/main.c $T/libnew.so",
         0, ""},
        {RUN "-e callers $T/own", 5, "  operator new+0x"},
        {RUN "-e callers $T/usual", 5, "  work+0x"},
        {RUN "-e callers $T/opens $T/lib-DOWNnew.so", 5, "  operator new+0x"},
        {RUN "-e callers $T/opens $T/libnew.so", 5, "  work+0x"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

#define STRINGS "perl -e 'for (1..200000) { push @a, \"x\" x 100; shift @a if @a > 100 }'"

/* Of a hundred strings the oldest goes whenever there is a new one, so that each lives as long as
 * some hundred calls. */
static void short_times_are_told_in_the_characters_there_are(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-e callers -- " STRINGS " 2>&1 | grep -c ' \u00b5s  '", 0, ""},
        {RUN "--ascii -e callers -- " STRINGS " 2>&1 | grep -c ' us  '", 0, ""},
        {RUN "--ascii -e callers -- " STRINGS " 2>&1 | grep -c \u00b5", 1, "0\n"},
        {RUN "-e callers -- sort $T/lines 2>&1 | grep -c ' < 1 ms '", 0, ""}, /* too few to say */
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What a program has in its own memory is what is shown. */
static void the_memory_of_a_program_that_is_held_is_compared(void **state)
{
    static const char *const policies[] = {"first-fit", "best-fit", "tlsf",     "segregated",
                                           "buddy",     "linear",   "worst-fit"};
    static const struct shell_row rows[] = {
        {RUN "--held -e 'check' -- $KNOWN 2>&1", 0, "1 block, 12 bytes of headers and foot"},
        {RUN "--held -e 'next; next 3; check' -- $KNOWN 2>&1", 0, "So is it in the memory of"},
        {RUN "--held -e 'next 5; undo; check' -- $KNOWN 2>&1 | grep -c 'So is it'", 1, "0"},
        {RUN "--held -e 'next until heap grows; next; continue' -- $KNOWN 2>&1", 7,
         "known waits in calloc(3000009), called by main (known.c:24)"},
        {RUN "--held -e 'next until NULL' -- sort $T/lines 2>&1", 0,
         "Up to its end, nothing is refused"},
        {RUN "--held -e 'next until requested >= 3M' -- $KNOWN 2>&1", 0, "after step 2, calloc"},
        {RUN "--held -e 'next 9; alloc x 10' -- $KNOWN 2>&1", 1,
         "the heap is that of known, which runs; 'kill' ends it"},
        {RUN "--held -e 'next 9; policy best-fit' -- $KNOWN 2>&1", 1, "'kill' ends it"},
        {RUN "--held -e 'next 9; reset' -- $KNOWN 2>&1", 1, "'kill' ends it"},
        {RUN "--held -e 'next 9; undo 4; next 5; kill; alloc x 10' -- $KNOWN 2>&1", 128 + 9,
         "11  alloc x 10"},
        {RUN "--held -e 'next 9; whatif alloc x 10' -- $KNOWN 2>&1", 0, "what if: x "},
        {RUN "--held -e 'next 9; quit' -- $KNOWN 2>&1", 0, "known waits in "},
    };
    char line[256];

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        snprintf(line, sizeof line,
                 RUN "--held -p %s -e 'next 1500; check' -- python3 -c 'print(1)' 2>&1",
                 policies[i]);
        shell_expect(line, 0, "So is it in the memory of process");
    }
    shell_expect(RUN "--held -e 'next 5000; check' -- $STRESS 2>&1", 0, "So is it in the memory");
}

/* Signals come while the program waits, and their handler allocates, too. */
static void handlers_of_signals_wait_with_the_call(void **state)
{
    static const struct shell_row rows[] = {
        {"steps=$(for i in $(seq 50); do echo 'next; check;'; done); " RUN
         "--held -e \"$steps continue\" -- $ALARMED >$T/alarmed 2>&1",
         5, ""},
        {"grep -c 'So is it' $T/alarmed", 0, "50\n"},
        {"cat $T/alarmed", 0, "alarmed exited with status 5 after "},
        {"cat $T/alarmed", 0, "malloc(777), called by beep (alarmed.c:"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void how_it_ended_is_said(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-- sh -c 'kill -9 $$' 2>&1", 128 + 9, "sh was ended by SIGKILL (Killed) after "},
        {RUN "-- sh -c 'kill -11 $$' 2>&1", 128 + 11, "was ended by SIGSEGV"},
        {RUN "-e check -- sh -c 'kill -11 $$' 2>&1", 128 + 11, "The heap is whole"},
        {RUN "-- $WRONG twice 40 2>&1", 128 + 6, "in the last, a pointer was wrong: freed twice"},
        {RUN "-- $WRONG all_of_what_is_free 40 2>&1", 128 + 11,
         "It ended in the next, malloc(40), called by all_of_what_is_free (wrong.c:"},
        {RUN "-- $WRONG over_its_calls 2000 2>&1", 125, "wrote over what is told of its calls"},
        {RUN "-- $WRONG over_its_calls 4000 2>&1", 125, "wrote over what is told of its calls"},
        {"ulimit -d 200000; " RUN "-e check -- " KNOWN_LONG " 2>&1", 125,
         "too little memory is left for more. known exited with status 7.\n"},
        {"ulimit -d 200000; " RUN "-e check -- " KNOWN_LONG " 2>&1", 125, "The heap is whole"},
        {"$P --no-config --batch --plain -e 'say before' run -e 'say behind' -- true 2>&1", 0,
         "before\ntrue exited with status 0"},
        {"$P --no-config --batch --plain -e 'say \"' run -e 'say behind' -- echo ran 2>&1", 1,
         "is not closed"},
        {RUN "-- $T/nonesuch 2>&1", 127, "nonesuch: No such file"},
        {RUN "-- /etc/passwd 2>&1", 126, "Permission denied"},
        {RUN "2>&1", 2, "run wants a PROGRAM"},
        {RUN "-o $T/no/x -- true 2>&1", 125, "no/x: No such file"},
        {"$P --batch --plain --output $T/x 2>&1", 2, "options of run"},
        {"$P --no-config --batch --plain -e 'continue' 2>&1", 1, "there is no program"},
        {"$P --no-config --batch --plain -e 'kill' 2>&1", 1, "there is no program"},
        {"$P --no-config --batch --plain -e 'run' 2>&1", 1, "a PROGRAM is missing"},
        {"$P --no-config --batch --plain -e 'run -p tlsf true' 2>&1", 1,
         "its heap has the policy and the settings at hand\n  run -p tlsf true\n      ^"},
        {"$P --no-config --batch --plain -e steps 2>&1", 0, "there is no step yet"},
        {"$P --no-config --batch --plain -e vars 2>&1", 0, "there is no variable yet"},
        {"$P --no-config --batch --plain -e 'run sort /etc/passwd' 2>&1", 0,
         "sort exited with status 0"},
        {"$P --no-config --batch --plain -e 'run sh -c \"exit 3\"' 2>&1", 0,
         "sh exited with status 3"},
        {"cat >$T/quoted.hg <<'E'\nrun printf '<%s>' 'a; '\\''b' \"it's\" ''\nE\n"
         "$P --no-config --batch --plain $T/quoted.hg 2>&1",
         0, "<a; 'b><it's><>"},
        {"$P --no-config --batch --plain -e \"run echo --a='b c'\" 2>&1", 1, "\n               ^"},
        {"$P --no-config --batch --plain -e \"run echo 'b\" 2>&1", 1, "\n           ^"},
        {"$P --no-config --batch --plain -e 'run echo \"a b\"c' 2>&1", 1, "\n                ^"},
        {"$P --no-config --batch --plain -e 'run sh -c \"exit 3' 2>&1", 1, "not closed"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Of a copy of a program, what is in the way is changed, and found. */
static void what_keeps_a_program_from_being_followed_is_said(void **state)
{
    static const struct shell_row rows[] = {
        {RUN "-- $T/static 2>&1", 5,
         "static exited with status 5. static is statically linked, so that no library can be put "
         "before its own; build it without -static."},
        {RUN "-- $T/script 2>&1", 6, "script exited with status 6. static is statically linked"},
        {RUN "-- env -i $T/dynamic 2>&1", 5,
         "dynamic was given an environment without LD_PRELOAD and HEAPGLASS_FOLLOW"},
        {RUN "-- env -i $T/nonesuch 2>&1 | grep -c LD_PRELOAD", 1, "0\n"}, /* it was not executed */
        {"PATH=$T:$PATH " RUN "-- static 2>&1", 5, "static is statically linked"},
        {RUN "-- $T/dynamic 2>&1", 5,
         "dynamic exited with status 5 after 0 calls. Either it needs no malloc, or "},
    };
    static const struct shell_row rows_of_root[] = {
        {"chown 1:1 $T/user && chmod 4755 $T/user && " RUN "-- $T/user 2>&1", 5,
         "user changes its user (setuid)"},
        {"chgrp 1 $T/group && chmod 2755 $T/group && " RUN "-- $T/group 2>&1", 5,
         "group changes its group (setgid)"},
        {"chown 0:0 $T/user && chmod 4755 $T/user && " RUN "-- $T/user 2>&1", 5,
         "user exited with status 5 after 0 calls"}, /* that is whom it has already */
    };

    (void)state;
    if (system("cd $T && echo 'int main(int n) { return n + 4; }' >4.c && $CC 4.c -o dynamic && "
               "cp dynamic user && cp dynamic group && $CC -static 4.c -o static 2>/dev/null && "
               "echo \"#!$T/static\" >script && chmod +x script") != 0) {
        test_skipped("programs cannot be linked statically");
        return;
    }
    shell_expect_all(rows, TEST_COUNT(rows));
    if (getuid() == 0)
        shell_expect_all(rows_of_root, TEST_COUNT(rows_of_root));
}

static void a_script_has_its_own_name(void **state)
{
    static const struct shell_row rows[] = {
        {"printf '#!/bin/sh -e\\nsort $T/lines\\nexit 3\\n' >$T/with-a-name-that-is-long.sh; "
         "chmod +x $T/*.sh; " RUN "-- $T/with-a-name-that-is-long.sh 2>&1",
         3, "with-a-name-that-is-long.sh exited with status 3 after "},
        {RUN "-- sh -c 'exit 4' 2>&1", 4, "sh exited with status 4 after "},
        {RUN "-- bash -c 'exec -a other sh -c \"exit 5\"' 2>&1", 5, "sh exited with status 5"},
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
    static const char *const names[] = {"P", "KNOWN", "STRESS", "WRONG", "ALARMED", "SOURCE"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_calls_are_the_steps),
        cmocka_unit_test(our_heap_process_lets_the_program_go_first),
        cmocka_unit_test(of_a_long_run_the_last_steps_are_kept),
        cmocka_unit_test(programs_are_followed_under_each_policy),
        cmocka_unit_test(heaps_may_be_larger_than_a_cell_has_room_for),
        cmocka_unit_test(real_programs_do_as_without),
        cmocka_unit_test(who_called_is_known),
        cmocka_unit_test(functions_of_cxx_have_names),
        cmocka_unit_test(functions_are_named_without_their_versions),
        cmocka_unit_test(another_operator_new_is_left_to_the_program),
        cmocka_unit_test(short_times_are_told_in_the_characters_there_are),
        cmocka_unit_test(the_memory_of_a_program_that_is_held_is_compared),
        cmocka_unit_test(handlers_of_signals_wait_with_the_call),
        cmocka_unit_test(how_it_ended_is_said),
        cmocka_unit_test(what_keeps_a_program_from_being_followed_is_said),
        cmocka_unit_test(a_script_has_its_own_name),
    };

    return shell_name_paths(names, TEST_COUNT(names), count, arguments)
               ? cmocka_run_group_tests(tests, make_lines, shell_remove_folder)
               : 2;
}
