/* test_grade.c: allocators of the user's examined on traces: what is found, what it is worth, and
 * how that is written. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "kind/c_library.h"
#include "own/grade.h"
#include "shell.h"
#include "test.h"

/* A line of shell runs the program as $P; $H is the folder of hand-ins, $T a trace, and $B grades
 * the hand-in whose fault is named behind -D. */

static void allocators_that_are_right_pass(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade $H/implicit.c $T $H/../traces/*.rep 2>&1", 0, "17 of 17"},
        {"$P grade $H/explicit.c $T $H/../traces/*.rep 2>&1", 0, "17 of 17"},
        {"$P grade $H/later.c $T $H/../traces/*.rep 2>&1", 0, "17 of 17"},
        {"$P grade $H/plain.c $T 2>&1", 0, "1 of 1"},
        {"$P grade $H/broken.c $T 2>&1", 0, "index of 2002: "},
        {"CC='cc -DPRINTS' $P grade $H/broken.c $T 2>&1", 0, "1 of 1"},
        {"CC='cc -DPRINTS' $P grade $H/broken.c $T $T 2>&1", 0,
         "small: it printed \"freed after 4\", \"and told\", \"freed after 5\", \"and told\", "},
        {"CC='cc -DPRINTS' $P grade $H/broken.c $T $T 2>&1", 0,
         " lines more; so it did on 1 more; the time that takes is in its speed\n"},
        {"CC='cc -DPRINTS' $P grade -f tap $H/broken.c $T 2>&1", 0, "\n# it printed \"freed after"},
        {"$P grade $H/broken.c $T 2>&1 | grep -c printed", 1, "0\n"},
        {"CC='cc -DHOGS' $P grade $H/broken.c $T 2>&1", 0, "1 of 1"},
        {"$P grade --align 16 $H/broken.c $T 2>&1", 0, "1 of 1"},
        {"$P grade --align 16 $H/implicit.c $T 2>&1", 1, "not a multiple of 16"},
        {"CC='cc -DMISALIGNS' $P grade --align 4 $H/broken.c $T 2>&1", 0, "1 of 1"},
        {"printf 'a 0 8\n' | CC='cc -DHEAD=8' $P grade $H/chunks.c - 2>&1", 1,
         "not a multiple of 16"},
        {"grep -v '^r' $T | sed 's/^9$/8/' | $P grade --lenient $H/early.c - 2>&1", 0, "1 of 1"},
        {"$P grade $H/told.c $T 2>&1", 0, "1 of 1"},
        {"printf 'a 0 8\na 1 8\nf 0\na 2 1200\n' | $P grade $H/lazy.c - 2>&1", 0, "1 of 1"},
        {"printf 'a 0 8\na 1 8000\nf 1\na 2 9000\n' | $P grade $H/bulk.c - 2>&1", 0, "1 of 1"},
        {"printf 'a 0 8\n' | $P grade $H/lazy.c - 2>&1 | grep -c functions", 1, "0"},
        {"$P grade $H/early.c $T 2>&1", 1,
         "step 4, realloc 0 to 200 bytes: it has neither mm_realloc nor realloc"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What is no lab's hand-in need not have a realloc, and is not graded on traces that call it. */
static void traces_that_ask_for_an_absent_realloc_are_left_out(void **state)
{
    static const struct shell_row rows[] = {
        {"d=$(mktemp -d); cd $d; printf 'a 0 8\nf 0\n' >a.rep; printf 'a 0 8\nr 0 9\n' >b.rep; "
         "$P grade --lenient $H/kr.c a.rep b.rep $T 2>&1; s=$?; rm -r $d; exit $s",
         0, "left out, as there is no realloc: b, small"},
        {"printf 'a 0 8\nr 0 9\n' | $P grade $H/kr.c - 2>&1", 1,
         "index of 2002: 0, as there was nothing to grade it on"},
        {"$P grade -f tap $H/kr.c $T 2>&1", 1, "# left out, as there is no realloc: small"},
        {"d=$(mktemp -d); sed 's/void .realloc/&_/' $H/plain.c >$d/p.c; cc -w -shared -fPIC -o "
         "$d/p.so $d/p.c; $P grade $d/p.so $T 2>&1; s=$?; rm -r $d; exit $s",
         1, "left out, as there is no realloc: small"},
        {"$P grade $H/plain.c $T 2>&1 | grep -c left", 1, "0"},
        {"d=$(mktemp -d); cd $d; printf 'a 0 8\nf 0\n' >a.rep; "
         "$P grade --lenient $H/chunks.c a.rep $T 2>&1; s=$?; rm -r $d; exit $s",
         0, "left out, as there is no realloc: small"}, /* a lab whose memory is pages */
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Where no trace is named, some are made; what is found on them can be looked at, too. */
static void traces_need_not_be_named(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade --no-audit $H/explicit.c 2>&1", 0, "8 of 8"},
        {"CC='cc -w -DOVERLAPS' $P grade $H/broken.c 2>&1", 1,
         "heapglass trace generate binary:500 -o binary:500.rep && heapglass --allocator"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* A payload of 100 bytes and one of 40 behind headers of 8: of 160 bytes 140 are used. */
static void memory_that_is_handed_over_counts_as_far_as_payloads_reach(void **state)
{
    static const struct shell_row rows[] = {
        {"printf 'a 0 100\na 1 40\nf 0\n' | $P grade $H/handed.c - 2>&1", 0, "    87.5 "},
        {"printf 'a 0 100\na 1 40\nf 0\n' | $P grade --memory 1M $H/handed.c - 2>&1", 0,
         "    87.5 "},
        {"printf 'a 0 100\na 1 40\nf 0\n' | $P grade $H/region.c - 2>&1", 0, "    97.2 "},
        {"printf 'a 0 2097152\n' | $P grade $H/region.c - 2>&1", 0, "1 of 1"},
        {"printf 'a 0 2097152\n' | $P grade --memory 1M $H/handed.c - 2>&1", 1,
         "it answered NULL, though the heap may have 1M"},
        {"printf 'a 0 1G\n' | sed s/1G/536870912/ | $P grade $H/handed.c - 2>&1", 0, "1 of 1"},
        {"$P grade $H/handed.c $T 2>&1", 0, "1 of 1"},
        {"printf 'a 0 40\na 1 40\nf 0\n' | $P grade $H/pages.c - 2>&1", 0, "1 of 1"},
        {"printf 'a 0 40\na 1 40\nf 0\n' | $P grade $H/region.c - 2>&1", 0, "1 of 1"},
        {"grep -v '^r' $T | sed 's/^9$/8/' | $P grade --lenient $H/chunks.c - 2>&1", 0, "1 of 1"},
        {"printf 'a 0 8080\na 1 40\nf 0\na 2 4000\na 3 4000\n' | $P grade $H/chunks.c - 2>&1", 0,
         "    66.1 "}, /* 8120 of 3 pages, of which two were given back */
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What was not passed is no part of the means. */
static void means_are_of_what_was_passed(void **state)
{
#define MEANS(options)                                                                             \
    "(d=$(mktemp -d); cd $d; printf 'a 0 5000000\na 1 8\nf 1\nf 0\n' >a.rep; "                     \
    "printf 'a 0 99\n' >b.rep; $P grade --lenient " options " $H/plain.c a.rep b.rep 2>&1; "       \
    "rm -r $d)"
    static const struct shell_row rows[] = {
        {MEANS("") " | grep -c '^all  *2 of 2  *88.[67] mean utilization, [0-9]* Kops over all$'",
         0, "1\n"},
        {MEANS("--memory 1M") " | grep -c '^all  *1 of 2  77.3 mean utilization, [0-9]* Kops over "
                              "those$'",
         0, "1\n"}, /* 99 of 128 */
        {MEANS("--memory 1M"), 0,
         "step 1, alloc 0 (5000000 bytes): its payload, +0x0010 to +0x4c4b4f, ends beyond the 1M "
         "that the heap may have"},
        {"CC='cc -w -DCRASHES' $P grade $H/broken.c $T 2>&1", 1, "\nall               0 of 1\n"},
    };
#undef MEANS

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* The command that is named shows the heap with the fault. */
static void each_fault_can_be_looked_at(void **state)
{
    (void)state;
    shell_expect("CC='cc -w -DOVERLAPS'; export CC; heapglass() { $P --plain \"$@\"; }; "
                 "eval \"$($P grade $H/broken.c $T 2>&1 | grep '^ *heapglass' | head -1)\"",
                 0, "It overlaps with b1's payload");
    shell_expect(
        "heapglass() { $P --plain \"$@\"; }; eval \"$($P grade --align 16 $H/narrow.c $T 2>&1 "
        "| grep '^ *heapglass' | head -1)\"",
        0, "That is not a multiple of 16!");
    shell_expect("CC='cc -w -DCRASHES'; export CC; heapglass() { $P --plain \"$@\"; }; "
                 "eval \"$($P grade $H/broken.c $T 2>&1 | grep '^ *heapglass')\"",
                 0, "after step 4, realloc b0 200.");
    shell_expect("CC='cc -w -DREMEMBERS'; export CC; heapglass() { $P --plain \"$@\"; }; "
                 "eval \"$($P grade $H/broken.c $T 2>&1 | grep '^ *heapglass' | head -1)\"",
                 0, "That is not a multiple of 8!");
    shell_expect("CC='cc -w -DREMEMBERS' $P grade $H/broken.c $T 2>&1", 1,
                 "/small.rep -e 'goto 1'\n");
}

/* Before what --again goes through there is nothing to go back to. */
static void a_heap_can_begin_anew_behind_a_trace(void **state)
{
    static const struct shell_row rows[] = {
        {"CC='cc -w -DREMEMBERS' $P --plain -a $H/broken.c -e 'alloc A 8' 2>&1 | grep -c multiple",
         1, "0\n"},
        {"CC='cc -w -DREMEMBERS' $P --plain -a $H/broken.c --again $T -e 'alloc A 8' 2>&1", 0,
         "That is not a multiple of 8!"},
        {"CC='cc -w -DREMEMBERS' $P --plain -a $H/broken.c --again $T -e 'alloc A 8; undo; alloc B "
         "8' 2>&1 | grep -c 'That is not a multiple of 8!'",
         0, "2\n"},
        {"CC='cc -w -DCRASHES' $P --plain -a $H/broken.c --again $T -e 'alloc A 8' 2>&1", 3,
         "SIGSEGV while it was set up or went through the trace before"},
        {"CC='cc -w -DINIT_FAILS_AGAIN' $P --plain -a $H/broken.c --again $T -e 'alloc A 8' 2>&1",
         3, "mm_init answered that it failed"},
#define BEHIND(counts, steps)                                                                      \
    "d=$(mktemp -d); printf '1\n" counts "\n1\n" steps "' >$d/a.rep; $P --plain -a $H/rests.c "    \
    "--again $d/a.rep -e 'alloc A 8' 2>&1; s=$?; rm -r $d; exit $s"
        {BEHIND("0\n0", ""), 0, "A's payload lies at +0x0008."},
        {BEHIND("2\n5", "a 0 8\na 1 1001\nf 1\nr 0 1001\nf 0\n"), 0,
         "A's payload lies at +0x0008."},
        {BEHIND("2\n5", "a 0 8\na 1 8\nr 0 64\nf 1\nf 0\n"), 0, "A's payload lies at +0x0008."},
#undef BEHIND
        {"$P -a $H/broken.c --again $H/nothing.rep -e brk 2>&1", 2, "nothing.rep: No such file"},
        {"$P --again $T -e brk 2>&1", 2, "--again is of --allocator"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* A fault of a hand-in, and what is said of it on the trace. */
static void each_fault_is_told_rightly(void **state)
{
    static const struct {
        const char *fault, *words;
    } rows[] = {
        {"OVERLAPS", "step 3, alloc 2 (64 bytes): its payload, +0x0088 to +0x00c7, overlaps with "
                     "that of id 1, +0x0060 to +0x009f, which step 2 handed out"},
        {"MISALIGNS", "step 3, alloc 2 (64 bytes): its payload is at +0x00b4, which is not a "
                      "multiple of 8"},
        {"OUTSIDE", "step 3, alloc 2 (64 bytes): its payload, +0x00f0 to +0x012f, is not in the "
                    "heap"},
        {"FAR", "step 3, alloc 2 (64 bytes): its payload is at 0x0018, which is not in the heap: "
                "that begins at 0x10000000"},
        {"REFUSES", "step 3, alloc 2 (64 bytes): it answered NULL, though the heap may have 100M"},
        {"SCRIBBLES", "step 3, alloc 2 (64 bytes): the payload of id 1, +0x0060 to +0x009f, was "
                      "written over: byte 32 (+0x0080) holds 0x5a in place of 0x30; found in step "
                      "5, free 1"},
        {"LOSES", "step 4, realloc 0 to 200 bytes: the payload was not kept: byte 32 (+0x0120) "
                  "holds 0x00 in place of 0x0b"},
        {"REMEMBERS",
         "  after mm_init was called again, step 1, alloc 0 (64 bytes): its payload is "
         "at +0x0014, which is not a multiple of 8"},
        {"CRASHES", "step 5, free 1: SIGSEGV at address 0x8"},
        {"RECURS", "(stack overflow)"},
        {"EXITS", "step 5, free 1: it called exit, with status 3"},
        {"ASSERTS", "Assertion `payload == NULL' failed"},
        {"LOOPS", "step 5, free 1: it had not come to an end after 1 s"},
        {"SLEEPS", "step 5, free 1: it had not come to an end after 1 s"},
        {"INIT_FAILS", "before the first step: mm_init answered that it failed"},
        {"INIT_FAILS_AGAIN", "after mm_init was called again, before the first step: mm_init "
                             "answered that it failed"},
        {"TIRES", "  while it was timed, in run 1, before the first step: SIGSEGV\n"},
        {"TIRES_LATER", "  while it was timed, in run 2, step 4, realloc 0 to 200 bytes: SIGSEGV"},
        {"LOOPS_LATE", "  while it was timed, in run 1, before the first step: it had not come to "
                       "an end after 1 s"},
        {"LOOPS_LATER", "  while it was timed, in run 1, step 4, realloc 0 to 200 bytes: it had "
                        "not come to an end after 1 s"},
        {"INIT_EXITS", "before the first step: it called exit, with status 7"},
        {"INIT_LOOPS", "before the first step: it had not come to an end after 1 s"},
        {"FORKS", "step 5, free 1: SIGABRT, after the system had denied it something: here it can"},
        {"LOGS", "before the first step: SIGSEGV, after the system had denied it something: here"},
        {"INIT_WRITES=1", "before the first step: mm_init answered that it failed, after "
                          "the system had denied it something: here it can write no "
                          "file"},
        {"INIT_WRITES=4", "before the first step: it called exit, with status 4, after the "
                          "system had denied it something: here it can write no file"},
        {"CHATS=4", "step 5, free 1: SIGABRT; it printed \"freed after 4\""},
        {"KEEPS", "  after mm_init was called again, step 1, alloc 0 (64 bytes): its payload, "},
        {"SCRIBBLES_AFAR", "before the first step: it called exit, with status 0"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text line = {0};

        text_add(&line, "CC=\"cc -w -D%s\" $P grade --time 1 $H/broken.c $T 2>&1", rows[i].fault);
        shell_expect(text_string(&line), 1, rows[i].words);
        text_finish(&line);
    }
}

/* What ends only where nothing is written into payloads does so in a session, too. */
static void faults_on_the_clock_are_found_again(void **state)
{
#define UNFILLED                                                                                   \
    "(d=$(mktemp -d); cd $d; sed 's/(void)payload/if (*(char *)payload == 0) __builtin_trap()/' "  \
    "$H/plain.c >p.c; "
    static const struct shell_row rows[] = {
        {UNFILLED "$P grade p.c $T 2>&1; rm -r $d)", 0,
         "  while it was timed, in run 1, step 5, free 1: SIGILL"},
        {UNFILLED "heapglass() { $P --plain \"$@\"; }; "
                  "eval \"$($P grade p.c $T 2>&1 | grep '^ *heapglass')\"; rm -r $d)",
         0, "It ends there: step 5 of 9: the allocator faulted: SIGILL"},
        {"CC=\"cc -w -DDIES_UNSEEN -I$H/../../src -I$H/../../include\" $P grade $H/forger.c $T "
         "2>&1",
         1,
         "  while it was timed, in run 1: SIGABRT; done once more it did not end so: its step is "
         "not known\n"},
    };
#undef UNFILLED

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What has nothing to do with a trace is told of all of them at once. */
static void what_is_wrong_before_all_traces_is_told_once(void **state)
{
#define BEFORE(fault, words)                                                                       \
    "CC='cc -w -D" fault "' $P grade --time 1 $H/broken.c $T $H/../traces/search.rep 2>&1 | "      \
    "grep -A1 '" words "'"
    static const struct shell_row rows[] = {
        {BEFORE("INIT_FAILS", "^all traces"), 0,
         "all traces:\n  before the first step: mm_init answered that it failed\n"},
        {BEFORE("INIT_FAILS", "before the first step") " | grep -c 'before the first'", 0, "1\n"},
        {BEFORE("INIT_EXITS", "before the first step") " | grep -c 'before the first'", 0, "1\n"},
        {BEFORE("CRASHES", "^s[a-z]*:$") " | grep -c :", 0, "4\n"}, /* in steps of their own */
    };
#undef BEFORE

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void realloc_to_nothing_answers_nothing_in_later_labs(void **state)
{
    static const struct shell_row rows[] = {
        {"d=$(mktemp -d); cd $d; printf '1 1 3 1\na 0 8\nr 0 0\nf 0\n' >t.rep; "
         "sed 's/size > 0 ? malloc(size) : NULL/malloc(size)/' $H/offsets.c >o.c; "
         "$P grade $H/offsets.c t.rep 2>&1 && $P grade o.c t.rep 2>&1; s=$?; rm -r $d; exit $s",
         1,
         "step 2, realloc 0 to 0 bytes: it answered +0x0028, and realloc to 0 bytes must answer "
         "NULL"},
    };

    (void)state;
    if (c_library_has_malloc()) /* where its heap would begin, a sanitizer has its shadow */
        shell_expect_all(rows, TEST_COUNT(rows));
}

static void what_asked_for_nothing_is_told(void **state)
{
    static const struct shell_row rows[] = {
        {"printf 'a 0 0\na 1 8\nf 0\nf 1\n' | CC='cc -w -DCRASHES' $P grade $H/broken.c - 2>&1", 1,
         "step 3, free 0, of the 0 bytes that step 1 asked for: SIGSEGV"},
        {"printf 'a 0 0\nf 0\na 0 8\nf 0\n' | CC='cc -w -DEXITS' $P grade $H/broken.c - 2>&1", 1,
         "step 2, free 0, of the 0 bytes that step 1 asked for: it called exit"},
        {"printf 'a 0 8\na 1 0\nf 0\nf 1\n' | CC='cc -w -DCRASHES' $P grade $H/broken.c - 2>&1", 1,
         "step 3, free 0: SIGSEGV"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void what_is_wrong_again_and_again_is_counted(void **state)
{
    (void)state;
    shell_expect("$P grade --align 16 $H/narrow.c $H/../traces/search.rep 2>&1 | "
                 "grep -c 'not a multiple\\|more like these'",
                 0, "3\n");
}

static void nobody_comes_to_harm(void **state)
{
    (void)state;
    shell_expect("d=$(mktemp -d); cd $d; CC='cc -w -DINIT_DOES_HARM' $P grade $H/broken.c $T 2>&1; "
                 "status=$?; test -e harm && status=9; rm -r $d; exit $status",
                 0, "1 of 1");
    shell_expect(
        "d=$(mktemp -d); cd $d; (cat $H/array.c; echo '#include <stdio.h>'; "
        "echo '__attribute__((constructor)) void harm(void) { fopen(\"harm\", \"w\"); }') >a.c; "
        "$P grade a.c $T 2>&1; status=$?; test -e harm && status=9; rm -r $d; exit $status",
        0, "1 of 1");
    shell_expect("d=$(mktemp -d); cd $d; printf '1 1 2 1\\na 0 8388608\\nf 0\\n' >t.rep; "
                 "$P grade --memory 1M $H/implicit.c t.rep 2>&1; status=$?; rm -r $d; exit $status",
                 1, "it answered NULL, though the heap may have 1M");
    shell_expect("$P grade $H/array.c $T $H/../traces/*.rep 2>&1", 1,
                 "it answered NULL, though the heap may have 19.5K");
    shell_expect("$P grade $H/array.c $T 2>&1", 0, "small             yes     71.9 ");
}

/* A trace says by its first number what it counts for. */
static void traces_count_for_what_they_say(void **state)
{
    static const struct shell_row rows[] = {
        {"sed 1s/1/2/ $T | $P grade $H/implicit.c - 2>&1", 0, "9  util alone in 2016\n"},
        {"sed 1s/1/3/ $T | $P grade $H/implicit.c - 2>&1", 0, "9  Kops alone in 2016\n"},
        {"sed 1s/1/0/ $T | $P grade $H/implicit.c - 2>&1", 0, "9  not counted in 2016\n"},
        {"sed 1s/1/4/ $T | $P grade $H/implicit.c - 2>&1", 0, "9\n"},
        {"$P grade --weight 80 --library 1 $H/implicit.c $T 2>&1", 0, "all 20 from 1 Kops on"},
        {"$P grade --bounds 1:5:1:2 --mean harmonic --weight 55 $H/implicit.c $T 2>&1", 0,
         "index of 2016: 100 = 55 for utilization + 45 for speed; 8.0% from 1% to 5%"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void grades_are_written_for_programs(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade -f tap $H/implicit.c $T 2>&1", 0, "TAP version 14\n1..1\nok 1 - small\n"},
        {"CC='cc -w -DEXITS' $P grade -f tap $H/broken.c $T", 1,
         "not ok 1 - small\n# utilization 0.0 %, 0 Kops\n# step 5, free 1: it called exit"},
        {"CC='cc -w -DEXITS' $P grade -f junit $H/broken.c $T", 1,
         "<failure message=\"step 5, free 1: it called exit, with status 3\">"},
        {"$P grade -f junit $H/implicit.c $T", 0, "tests=\"1\" failures=\"0\""},
        {"CC='cc -w -DEXITS' $P grade -f gradescope $H/broken.c $T", 1, "\"status\": \"failed\""},
        {"CC='cc -w -DEXITS' $P grade -f gradescope $H/broken.c $T", 1, "\"score\": 0.0"},
        {"$P grade -f gradescope --index 2016 $H/explicit.c $T", 0, "index of 2016"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* A hand-in that can write where its results stand, and what an audit makes of that. That it is
 * passed without one shows that it does what its name says. */
static void an_audit_believes_no_forger(void **state)
{
    static const struct {
        const char *forger, *words, *audited;
        int status;
    } rows[] = {
        {"HONEST", "    60.3 ", "    60.3 ", 0},
        {"LOCKS_MEMORY", "    60.3 ", "    60.3 ", 0},
        {"EXITS_EARLY", "   146.4 ", "before the first step: it called exit, with status 0", 1},
        {"DIES_WHEN_ASKED", "    60.3 ", "step 5, free 1: it called exit, with status 0", 1},
        {"HIDES_WASTE", "   146.4 ", "     0.6 ", 0},
        {"HIDES_TOP", "     8.0 ", "     0.0 ", 0},
        {"HIDES_DAMAGE", "    60.3 ", "was written over: byte 3", 1},
        {"HIDES_FAULTS", "    60.3 ",
         "step 2, alloc 1 (64 bytes): its payload, +0x0008 to +0x0047, overlaps with that of id 0",
         1},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text line = {0};

        text_add(&line,
                 "f() { CC=\"cc -w -D%s -I$H/../../src -I$H/../../include\" $P grade $1 "
                 "$H/forger.c $T 2>&1; }; f ",
                 rows[i].forger);
        shell_expect(text_string(&line), rows[i].status, rows[i].audited);
        text_add_string(&line, "--no-audit");
        shell_expect(text_string(&line), 0, rows[i].words);
        text_finish(&line);
    }
}

/* What is right passes, and has the same utilization. */
static void an_audit_agrees_with_what_is_right(void **state)
{
    static const char *const hand_ins[] = {"implicit", "explicit", "handed", "plain"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(hand_ins); i++) {
        struct text line = {0};

        text_add(&line,
                 "f() { $P grade $1 $H/%s.c $T $H/../traces/*.rep 2>&1 | "
                 "grep -Eo '^.{16}  yes +[0-9.]+'; }; f | wc -l; "
                 "test \"$(f)\" = \"$(f --no-audit)\"",
                 hand_ins[i]);
        shell_expect(text_string(&line), 0, "17");
        text_finish(&line);
    }
}

/* Who reads grades is to read of a hand-in that is not even an allocator, too. */
static void what_cannot_be_compiled_is_graded_for_programs(void **state)
{
    static const struct {
        const char *format, *words;
    } rows[] = {
        {"gradescope | python3 -c 'import json, sys; all = json.load(sys.stdin); one, = "
         "all[\"tests\"]; print(all[\"score\"], one[\"status\"], one[\"output\"])'",
         "0.0 failed no.c: it does not compile"},
        {"tap", "1..1\nnot ok 1 - build\n# no.c: it does not compile\n# no.c:1:9: error"},
        {"junit | python3 -c 'import sys, xml.dom.minidom as d; "
         "print(d.parse(sys.stdin).getElementsByTagName(\"failure\")[0].toxml())'",
         "no.c: it does not compile"},
        {"text | wc -c | grep -x 0", "0\n"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text line = {0};

        text_add(&line,
                 "d=$(mktemp -d); cd $d; echo 'int x = ;' >no.c; "
                 "$P grade no.c $T >nothing 2>&1; test $? = 2 && "
                 "$P grade no.c $T 2>/dev/null -f %s; rm -r $d",
                 rows[i].format);
        shell_expect(text_string(&line), 0, rows[i].words);
        text_finish(&line);
    }
}

static void wrong_usage_is_told(void **state)
{
    static const struct shell_row rows[] = {
        {"$P grade 2>&1", 2, "a FILE is missing"},
        {"$P grade -f pdf $H/plain.c $T 2>&1", 2, "text, tap, junit or gradescope"},
        {"$P grade --align 7 $H/plain.c $T 2>&1", 2, "4, 8 or 16"},
        {"$P grade --index 1999 $H/plain.c $T 2>&1", 2, "2002 or 2016"},
        {"$P grade --weight 101 $H/plain.c $T 2>&1", 2, "from 0 to 100"},
        {"$P grade --library 0 $H/plain.c $T 2>&1", 2, "from 1 to"},
        {"$P grade --mean median $H/plain.c $T 2>&1", 2, "total, harmonic or geometric"},
        {"$P grade --bounds 1:2:3 $H/plain.c $T 2>&1", 2, "four numbers"},
        {"$P grade --bounds 90:70:1:2 $H/plain.c $T 2>&1", 2, "four numbers"},
        {"$P grade --memory 1 $H/plain.c $T 2>&1", 2, "from 1M to 16G"},
        {"$P grade --nonsense 2>&1", 2, "Try 'heapglass grade --help'"},
        {"$P grade --help", 0, "usage: heapglass grade"},
        {"$P grade $H/plain.c nothing.rep $T 2>&1", 2, "nothing.rep: No such file"},
        {"$P grade $H/plain.c nothing.rep $T 2>&1", 2, "1 of 1"},
        {"$P grade nothing.c $T 2>&1", 2, "nothing.c: No such file"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* ---- The formulas ---- */

static void check_index(const struct grade *grade, unsigned formula, double index)
{
    double ignored;

    assert_true(fabs(grade_index(grade, formula, &ignored) - index) < 0.001);
}

static void indexes_follow_their_formulas(void **state)
{
    struct trace traces[] = {{.op_count = 300, .peak_live = 80, .worth = TRACE_WORTH_BOTH},
                             {.op_count = 600, .peak_live = 60, .worth = TRACE_WORTH_BOTH}};
    struct examination_result results[] = {{.peak_heap = 100, .best_ns = 1000000},
                                           {.peak_heap = 100, .best_ns = 2000000}};
    struct grade grade = {.traces = traces,
                          .results = results,
                          .count = 2,
                          .rules = {.utilization_weight = 0.60,
                                    .library_speed = 600e3,
                                    .least_utilization = 0.60,
                                    .most_utilization = 0.80,
                                    .least_speed = 100e3,
                                    .most_speed = 1100e3,
                                    .mean = GRADE_MEAN_harmonic}};

    (void)state;
    check_index(&grade, 2002, 60 * 0.7 + 40 * 0.5);
    check_index(&grade, 2016, 60 * 0.5 + 40 * 0.2);
    results[0].best_ns = 100000; /* 3000 Kops */
    check_index(&grade, 2002, 60 * 0.7 + 40 * (900 / 0.0021 / 600e3));
    check_index(&grade, 2016, 60 * 0.5 + 40 * (2 / (1 / 3000. + 1 / 300.) - 100) / 1000);
    grade.rules.mean = GRADE_MEAN_geometric;
    check_index(&grade, 2016, 60 * 0.5 + 40 * (sqrt(3000. * 300.) - 100) / 1000);
    grade.rules.mean = GRADE_MEAN_total;
    check_index(&grade, 2016, 60 * 0.5 + 40 * (900 / 2.1 - 100) / 1000);
    grade.rules.utilization_weight = 0.50;
    check_index(&grade, 2016, 50 * 0.5 + 50 * (900 / 2.1 - 100) / 1000);
    traces[0].worth = TRACE_WORTH_SPACE;
    traces[1].worth = TRACE_WORTH_SPEED;
    check_index(&grade, 2016, 50 + 50 * 0.2);
    check_index(&grade, 2002, 50 * 0.7 + 50 * (900 / 0.0021 / 600e3));
    traces[0].worth = TRACE_WORTH_NONE;
    check_index(&grade, 2016, 50 * 0.2);
    results[1].fault_count = 1;
    check_index(&grade, 2002, 0);
    check_index(&grade, 2016, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocators_that_are_right_pass),
        cmocka_unit_test(traces_that_ask_for_an_absent_realloc_are_left_out),
        cmocka_unit_test(traces_need_not_be_named),
        cmocka_unit_test(each_fault_is_told_rightly),
        cmocka_unit_test(memory_that_is_handed_over_counts_as_far_as_payloads_reach),
        cmocka_unit_test(means_are_of_what_was_passed),
        cmocka_unit_test(each_fault_can_be_looked_at),
        cmocka_unit_test(a_heap_can_begin_anew_behind_a_trace),
        cmocka_unit_test(faults_on_the_clock_are_found_again),
        cmocka_unit_test(what_is_wrong_before_all_traces_is_told_once),
        cmocka_unit_test(realloc_to_nothing_answers_nothing_in_later_labs),
        cmocka_unit_test(what_asked_for_nothing_is_told),
        cmocka_unit_test(what_is_wrong_again_and_again_is_counted),
        cmocka_unit_test(nobody_comes_to_harm),
        cmocka_unit_test(traces_count_for_what_they_say),
        cmocka_unit_test(grades_are_written_for_programs),
        cmocka_unit_test(an_audit_believes_no_forger),
        cmocka_unit_test(an_audit_agrees_with_what_is_right),
        cmocka_unit_test(what_cannot_be_compiled_is_graded_for_programs),
        cmocka_unit_test(wrong_usage_is_told),
        cmocka_unit_test(indexes_follow_their_formulas),
    };
    char program[PATH_MAX], trace[PATH_MAX];

    if (argc != 3 || !realpath(argv[1], program) ||
        snprintf(trace, sizeof trace, "%s/small.rep", argv[2]) >= (int)sizeof trace)
        return 1;
    setenv("P", program, 1);
    setenv("H", argv[2], 1);
    setenv("T", trace, 1);
    unsetenv("CC");
    /* who looks for leaks starts a process for it, which no hand-in may */
    setenv("ASAN_OPTIONS", "detect_stack_use_after_return=0:abort_on_error=1:detect_leaks=0", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
