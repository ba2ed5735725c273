/* test_programs.c: real programs do under the preloaded library what they do without it, whatever
 * the policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "heapglass/heap.h"
#include "shell.h"
#include "test.h"

/* The next policy from *number on that can serve a program, which is not content with slots of one
 * size; NULL when there is none left. Textbooks' allocators are for exercises: some align to 8, and
 * none gives memory back. */
static const char *next_policy(unsigned *number)
{
    const struct hg_policy_info *policy;

    while ((policy = hg_policy((*number)++))) {
        if (!policy->growth && !(policy->settings & 1u << HG_SETTING_SLOT_SIZE))
            return policy->name;
    }
    return NULL;
}

/* Programs, each a line of shell whose output does not depend on when or where it runs, that writes
 * below $T at most. */
static const struct {
    const char *needs; /* skipped where that program is not to be had */
    const char *line;
} programs[] = {
    {"ls", "ls -R /usr/include"}, /* where nobody writes meanwhile */
    {"python3", "python3 $SOURCE/tests/preload/words.py"},
    {"perl", "perl $SOURCE/tests/preload/words.pl"},
    {"gcc", "gcc -O2 -D_GNU_SOURCE -I$SOURCE/src -I$SOURCE/include -c $SOURCE/src/base/size.c "
            "-o $T/size.o && cksum <$T/size.o"},
    {"sort", "awk 'BEGIN { for (i = 0; i < 200000; i++) print i * 7919 % 1000003 }' | "
             "sort --parallel=4 -S 100M | cksum"},
    {"git", "git -C $T/repository log --stat --patch | cksum"},
};

/* Something for git to show. */
static const char make_repository[] =
    "git init -q $T/repository && cd $T/repository && "
    "for i in 1 2 3 4 5 6 7 8; do seq $i 3 2000 >numbers && git add numbers && "
    "git -c user.name=a -c user.email=a@b commit -qm $i || exit 1; done";

/* Run `line` under each policy: its output must be as without the library, and every program in it
 * that ends in the usual way says that its heap is in order. */
static void expect_same(const char *line)
{
    unsigned number = 0;
    const char *policy;
    char text[1024];

    setenv("LINE", line, 1);
    shell_expect("sh -c \"$LINE\" >$T/plain", 0, "");
    while ((policy = next_policy(&number))) {
        snprintf(text, sizeof text,
                 "LD_PRELOAD=$PRELOAD HEAPGLASS_POLICY=%s HEAPGLASS_CHECK=1 sh -c \"$LINE\" "
                 ">$T/ours 2>$T/errors; echo status $?; cmp $T/plain $T/ours && "
                 "! grep -v 'heapglass: a heap of .*, in order' $T/errors && grep -c order "
                 "$T/errors",
                 policy);
        shell_expect(text, 0, "status 0\n");
    }
}

static bool is_to_be_had(const char *name)
{
    char line[256];

    snprintf(line, sizeof line, "command -v %s >/dev/null", name);
    return system(line) == 0;
}

static void programs_do_what_they_do_without_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(programs); i++) {
        if (is_to_be_had(programs[i].needs))
            expect_same(programs[i].line);
    }
}

static void the_standards_are_kept(void **state)
{
    unsigned number = 0;
    const char *policy;

    (void)state;
    while ((policy = next_policy(&number))) {
        char line[256];

        snprintf(line, sizeof line, "HEAPGLASS_POLICY=%s $ANSWERS 2>&1", policy);
        shell_expect(line, 0, "");
    }
}

static void threads_and_children_can_allocate(void **state)
{
    (void)state;
    expect_same("$STRESS");
}

/* As without a guard, and nothing is found where nothing is wrong. */
static void a_guard_finds_nothing_in_good_programs(void **state)
{
    static const char *const lines[] = {"$STRESS", "python3 $SOURCE/tests/preload/words.py"};

    (void)state;
    setenv("HEAPGLASS_CHECK", "2", 1);
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        unsigned number = 0;
        const char *policy;
        char line[512];

        if (i == 1 && !is_to_be_had("python3"))
            continue;
        while ((policy = next_policy(&number))) {
            snprintf(line, sizeof line,
                     "HEAPGLASS_POLICY=%s LD_PRELOAD=$PRELOAD %s 2>&1 >$T/ours; echo status $?",
                     policy, lines[i]);
            shell_expect(line, 0, ", in order\nstatus 0\n");
        }
    }
    unsetenv("HEAPGLASS_CHECK");
}

static void one_thread_pays_for_no_lock(void **state)
{
    (void)state;
    shell_expect("LD_PRELOAD=$COUNTED $LOCKS", 0, "alone 0\n");
}

static void threads_take_few_locks_also_for_what_others_free(void **state)
{
    (void)state;
    shell_expect("LD_PRELOAD=$COUNTED $LOCKS", 0, "together few\nhanding over few\n");
}

static void what_threads_hold_is_little_and_goes_back(void **state)
{
    static const char *const heaps[] = {"POLICY=segregated",      "POLICY=tlsf",
                                        "POLICY=first-fit",       "POLICY=buddy",
                                        "SET=trim=0,release=64K", "SET=trim=never,release=never"};
    char line[256];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(heaps); i++) {
        snprintf(line, sizeof line, "HEAPGLASS_%s LD_PRELOAD=$PRELOAD timeout 60 $THREADS 2>&1",
                 heaps[i]);
        shell_expect(line, 0, "");
    }
}

static void a_fork_does_not_wait_for_who_waits_for_memory(void **state)
{
    (void)state;
    shell_expect("LD_PRELOAD=$PRELOAD $STREAMS", 0, "");
}

/* Under a limit on address space the library makes do with less. */
static void a_limit_on_address_space_is_respected(void **state)
{
    (void)state;
    expect_same("ulimit -v 500000; $STRESS");
}

static void free_memory_below_something_small_goes_back(void **state)
{
    unsigned number = 0;
    const char *policy;

    (void)state;
    while ((policy = next_policy(&number))) {
        char line[256];
        bool is_linear = strcmp(policy, "linear") == 0;

        snprintf(line, sizeof line, "HEAPGLASS_POLICY=%s LD_PRELOAD=$PRELOAD $RELEASE", policy);
        shell_expect(line, 0, is_linear ? "all stays\n" : "little stays\n");
    }
    shell_expect("HEAPGLASS_SET=release=never LD_PRELOAD=$PRELOAD $RELEASE", 0, "all stays\n");
}

/* What waits for a request of its size, unmerged, keeps no more pages than that. */
static void so_does_what_was_freed_in_small_blocks(void **state)
{
    (void)state;
    shell_expect("HEAPGLASS_SET=release=8M LD_PRELOAD=$PRELOAD $RELEASE 1000 200", 0,
                 "little stays\n");
    shell_expect("HEAPGLASS_SET=release=never LD_PRELOAD=$PRELOAD $RELEASE 1000 200", 0,
                 "all stays\n");
}

/* Whether the kernel gives huge pages to who asks for them, and to nobody else. */
static bool has_huge_pages(void)
{
    FILE *stream = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
    char line[128] = "";
    bool has = stream && fgets(line, sizeof line, stream) && strstr(line, "[madvise]");

    if (stream)
        fclose(stream);
    return has;
}

/* As many as there are; what comes at once has none, and none keeps what was given back. */
static void what_small_blocks_fill_lies_in_huge_pages(void **state)
{
    (void)state;
    if (!has_huge_pages()) {
        test_skipped("the kernel does not leave it to programs whether pages are huge");
        return;
    }
    shell_expect("HEAPGLASS_SET=release=never LD_PRELOAD=$PRELOAD $HUGE | grep -cE '^(huge|mixed), "
                 "untouched, gone$'",
                 0, "1\n");
}

static void what_is_wrong_in_the_environment_is_said(void **state)
{
    static const struct {
        const char *environment, *words;
    } rows[] = {
        {"HEAPGLASS_POLICY=frist-fit",
         "heapglass: HEAPGLASS_POLICY: there is no policy 'frist-fit'; did you mean 'first-fit'?"},
        {"HEAPGLASS_POLICY=xyzzy", "there is no policy 'xyzzy'; there are first-fit, next-fit"},
        {"HEAPGLASS_POLICY=csapp", "policy 'csapp' aligns to 8, which is too little for programs"},
        {"HEAPGLASS_SET=xyzzy=1", "there is no setting 'xyzzy'; there are header, alignment"},
        {"HEAPGLASS_SET=grow", "heapglass: HEAPGLASS_SET: 'grow' is not KEY=VALUE"},
        {"HEAPGLASS_SET=trim=never,gorw=4K",
         "heapglass: HEAPGLASS_SET: there is no setting 'gorw'"},
        {"HEAPGLASS_SET=alignment=24", "alignment 24 must be a power of two"},
        {"HEAPGLASS_SET=alignment=8", "alignment 8 is too small for programs; they need 16"},
        {"HEAPGLASS_SET=grow=4X", "'4X': there is no unit 'X'"},
    };
    char line[512];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        snprintf(line, sizeof line, "env %s LD_PRELOAD=$PRELOAD /bin/echo fine 2>&1",
                 rows[i].environment);
        shell_expect(line, 0, "fine\n");
        shell_expect(line, 0, rows[i].words);
        snprintf(line, sizeof line, "env %s LD_PRELOAD=$PRELOAD /bin/echo fine 2>&1 | wc -l",
                 rows[i].environment);
        shell_expect(line, 0, "2\n");
    }
}

static void settings_reach_the_heap(void **state)
{
    (void)state;
    /* /bin/echo needs little, and the break moves by whole quanta */
    shell_expect("HEAPGLASS_POLICY=first-fit HEAPGLASS_SET=grow=3M,trim=never HEAPGLASS_CHECK=1 "
                 "LD_PRELOAD=$PRELOAD /bin/echo 2>&1",
                 0, "heapglass: a heap of 3M, in order");
}

/* Writing before a payload damages its header, which is found at the end. */
static void damage_is_found_at_the_end(void **state)
{
    (void)state;
    if (!is_to_be_had("python3"))
        return;
    shell_expect("HEAPGLASS_POLICY=first-fit HEAPGLASS_CHECK=1 LD_PRELOAD=$PRELOAD python3 -c '\n"
                 "import ctypes, os\n"
                 "libc = ctypes.CDLL(None)\n"
                 "libc.malloc.restype = ctypes.c_void_p\n"
                 "payload = libc.malloc(100)\n"
                 "ctypes.memset(payload - 8, 0xff, 8)\n"
                 "libc.exit(0)' 2>&1",
                 0, "heapglass: the heap is damaged at +0x");
}

static void a_pointer_of_somebody_elses_is_named(void **state)
{
    (void)state;
    if (!is_to_be_had("python3"))
        return;
    shell_expect("LD_PRELOAD=$PRELOAD python3 -c 'import ctypes\n"
                 "ctypes.CDLL(None).free(ctypes.c_void_p(0x1230))' 2>&1; echo status $?",
                 0, "heapglass: free(0x1230): never allocated here\n");
}

static int begin(void **state)
{
    return shell_make_folder(state) || shell_run(make_repository).status != 0;
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"PRELOAD", "COUNTED", "STRESS", "STREAMS", "ANSWERS",
                                        "LOCKS",   "RELEASE", "HUGE",   "THREADS", "SOURCE"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_do_what_they_do_without_it),
        cmocka_unit_test(the_standards_are_kept),
        cmocka_unit_test(threads_and_children_can_allocate),
        cmocka_unit_test(a_guard_finds_nothing_in_good_programs),
        cmocka_unit_test(one_thread_pays_for_no_lock),
        cmocka_unit_test(threads_take_few_locks_also_for_what_others_free),
        cmocka_unit_test(what_threads_hold_is_little_and_goes_back),
        cmocka_unit_test(a_fork_does_not_wait_for_who_waits_for_memory),
        cmocka_unit_test(a_limit_on_address_space_is_respected),
        cmocka_unit_test(free_memory_below_something_small_goes_back),
        cmocka_unit_test(so_does_what_was_freed_in_small_blocks),
        cmocka_unit_test(what_small_blocks_fill_lies_in_huge_pages),
        cmocka_unit_test(what_is_wrong_in_the_environment_is_said),
        cmocka_unit_test(settings_reach_the_heap),
        cmocka_unit_test(damage_is_found_at_the_end),
        cmocka_unit_test(a_pointer_of_somebody_elses_is_named),
    };

    return shell_name_paths(names, TEST_COUNT(names), count, arguments)
               ? cmocka_run_group_tests(tests, begin, shell_remove_folder)
               : 2;
}
