/* test_look.c: heaps of programs that run: what is seen of them is what they say themselves.
 *
 * What is looked at is opened in a heap process, as a session would. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "kind/c_library.h"
#include "subjects.h"
#include "target/pages.h"
#include "target/serve.h"
#include "target/space.h"
#include "test.h"
#include "tracing.h"

static const struct progress nobody;

/* As many as malloc says, and as large together. */
static void assert_large_blocks(const struct kind_image *image, const struct subject *subject)
{
    const struct image_parameters *parameters = &image->parameters;
    uint64_t bytes = 0, aligned = 0;

    assert_true(parameters->are_known);
    assert_int_equal(parameters->n_mmaps, subject->mapped);
    assert_int_equal(parameters->mmapped_mem, subject->mapped_bytes);
    assert_int_equal(image->large.count, subject->mapped);
    for (uint64_t i = 0; i < image->large.count; i++) {
        const struct image_large *large = &image_large(image)[i];

        bytes += large->before + large->size + large->behind;
        aligned += large->before > 0 && large->address + 2 * GLIBC_WORD == subject->aligned;
    }
    assert_int_equal(bytes, subject->mapped_bytes);
    assert_int_equal(aligned, subject->mapped > 0);
}

/* The pages are those that the program has, which has waited since. */
static void assert_pages(const struct kind_image *image, const struct subject *subject)
{
    const struct image_heap *heap = image_heaps(image);
    const struct image_pages *rows = image_pages(image, heap);
    int pagemap = pages_open(subject->pid);
    struct error error;
    struct pages pages;

    assert_true(pages_read(pagemap, heap->address, heap->size, &pages, &error));
    assert_int_equal(heap->page_size, pages.page_size);
    assert_int_equal(heap->pages.count, pages.run_count);
    for (size_t i = 0; i < pages.run_count; i++) {
        assert_int_equal(rows[i].first, pages.runs[i].first);
        assert_int_equal(rows[i].count, pages.runs[i].count);
        assert_int_equal(rows[i].state, pages.runs[i].state);
    }
    pages_finish(&pages);
    close(pagemap);
}

static void assert_look(struct subject *subject)
{
    struct error error = {0};
    struct look look;
    struct seen seen;

    if (!look_process(subject->pid, &nobody, &look, &error))
        fail_msg("%s", error.text);
    assert_true(image_heaps(look.image)->has_cache && look.image->knows_threads);
    assert_true(see(&look, &seen));
    assert_seen(&seen, subject);
    assert_int_equal(seen.start, image_heaps(look.image)->address);
    assert_int_equal(seen.description.process, subject->pid);
    assert_large_blocks(look.image, subject);
    assert_pages(look.image, subject);
    see_no_more(&seen);
    look_finish(&look);
}

static void a_process_has_the_blocks_that_it_says(void **state)
{
    static struct subject subject;

    (void)state;
    subject_begin(&subject, "");
    for (int i = 0; i < 6; i++) {
        assert_look(&subject);
        subject_go_on(&subject);
    }
    subject_end(&subject);
}

static void large_blocks_with_mappings_of_their_own_are_counted(void **state)
{
    static struct subject subject;

    (void)state;
    subject_begin(&subject, "mapped");
    assert_int_equal(subject.mapped, 3);
    assert_look(&subject);
    subject_end(&subject);
}

static void all_threads_are_held_and_let_go(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;

    (void)state;
    subject_begin(&subject, "thread");
    assert_look(&subject);
    assert_true(look_process(subject.pid, &nobody, &look, &error));
    assert_int_equal(look.image->threads.count, 2);
    look_finish(&look);
    subject_go_on(&subject);
    subject_end(&subject);
}

/* A part of the heap that ends, with what is not malloc's behind it, is malloc's own. */
static void a_break_that_others_move_does_not_end_the_heap(void **state)
{
    static struct subject subject;

    (void)state;
    subject_begin(&subject, "moved");
    assert_look(&subject);
    subject_go_on(&subject);
    assert_look(&subject);
    subject_end(&subject);
}

/* Free blocks of the heap are on lists with those that lie elsewhere. */
static void a_break_that_cannot_move_tears_no_list(void **state)
{
    static struct subject subject;
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct error error = {0};
    struct look look;
    struct seen seen;

    (void)state;
    subject_begin(&subject, "blocked");
    for (int round = 0; round < 3; round++) {
        assert_true(look_process(subject.pid, &nobody, &look, &error));
        assert_true(look.image->goes_on && look.image->away.count > 0);
        assert_true(see(&look, &seen));
        assert_true(target_check(seen.target, &defect));
        assert_int_equal(defect.broken, HG_INVARIANT_NONE);
        see_no_more(&seen);
        look_finish(&look);
        subject_go_on(&subject);
    }
    subject_end(&subject);
}

/* Lists go from one heap of an arena to the other. */
static void an_arena_may_have_several_heaps(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;
    size_t used = 0, free = 0;

    (void)state;
    subject_begin(&subject, "heaps");
    assert_true(look_process(subject.pid, &nobody, &look, &error));
    assert_int_equal(look.image->arenas.count, 2);
    assert_int_equal(look.image->heaps.count, 3);
    for (unsigned heap = 1; heap < 3; heap++) {
        struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
        struct seen seen;

        assert_true(see_heap(&look, heap, &seen));
        for (size_t i = 0; i < seen.count; i++) {
            used += seen.blocks[i].kind == HG_KIND_USED && seen.blocks[i].size > 100000;
            free += seen.blocks[i].kind == HG_KIND_FREE && seen.blocks[i].size > 100000;
        }
        assert_true(target_check(seen.target, &defect));
        assert_int_equal(defect.broken, HG_INVARIANT_NONE);
        see_no_more(&seen);
    }
    assert_int_equal(used, 600);
    assert_in_range(free, 299, 302); /* one was cut; the top may be one, and where a heap ends */
    look_finish(&look);
    subject_end(&subject);
}

static void what_threads_have_and_what_waits_in_their_caches_is_seen(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;

    (void)state;
    subject_begin(&subject, "thread");
    assert_int_equal(subject.waiting_count, 5);
    assert_true(look_process(subject.pid, &nobody, &look, &error));
    assert_thread_seen(&look, &subject);
    look_finish(&look);
    subject_end(&subject);
}

/* Other versions of the C library's: HEAPGLASS_LIBCS names folders that have one, with its loader,
 * ":" between them. */
static void other_versions_are_read_as_well(void **state)
{
    const char *folders = getenv("HEAPGLASS_LIBCS");
    static const char *const ways[] = {"", "mapped", "thread"};
    static struct subject subject;
    struct error error;
    struct look look;

    (void)state;
    while (*folders) {
        char folder[256];
        size_t length = strcspn(folders, ":");

        snprintf(folder, sizeof folder, "%.*s", (int)length, folders);
        folders += length + (folders[length] == ':');
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            subject_begin_with(&subject, folder, ways[i]);
            for (int round = 0; round < 3; round++) {
                assert_look(&subject);
                if (strcmp(ways[i], "thread") == 0 && round == 0) {
                    assert_true(look_process(subject.pid, &nobody, &look, &error));
                    assert_thread_seen(&look, &subject);
                    look_finish(&look);
                }
                subject_go_on(&subject);
            }
            subject_end(&subject);
        }
    }
}

/* Wait until the process is in a state. */
static char state_of(pid_t pid)
{
    char path[64], line[512], state;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(strrchr(line, ')'));
    state = strrchr(line, ')')[2];
    fclose(file);
    return state;
}

static void wait_for_state(pid_t pid, char wanted)
{
    for (int i = 0; i < 5000 && state_of(pid) != wanted; i++)
        usleep(1000);
    assert_int_equal(state_of(pid), wanted);
}

/* Of what was looked at is told whether a signal had stopped it. */
static void assert_stopped(const struct subject *subject, bool is_stopped)
{
    struct error error = {0};
    struct look look;

    assert_true(look_process(subject->pid, &nobody, &look, &error));
    assert_int_equal(look.image->was_stopped, is_stopped);
    look_finish(&look);
}

static void a_stopped_process_stays_stopped(void **state)
{
    static struct subject subject;

    (void)state;
    subject_begin(&subject, "");
    kill(subject.pid, SIGSTOP);
    wait_for_state(subject.pid, 'T');
    assert_look(&subject);
    wait_for_state(subject.pid, 'T');
    assert_stopped(&subject, true);
    kill(subject.pid, SIGCONT);
    subject_go_on(&subject);
    assert_stopped(&subject, false);
    subject_end(&subject);
}

static bool give_up(void *context, size_t done, size_t total)
{
    (void)done;
    (void)total;
    return ++*(int *)context < 1;
}

static void who_gives_up_leaves_it_running(void **state)
{
    static struct subject subject;
    struct error error = {0};
    struct look look;
    int ticks = 0;

    (void)state;
    subject_begin(&subject, "");
    assert_false(look_process(subject.pid, &(struct progress){give_up, &ticks}, &look, &error));
    assert_int_equal(error.kind, ERROR_STOPPED);
    subject_go_on(&subject);
    assert_look(&subject);
    subject_end(&subject);
}

static void expect_error(int pid, const char *words)
{
    struct error error = {0};
    struct look look;

    if (look_process(pid, &nobody, &look, &error))
        fail_msg("%d was looked at", pid);
    if (!strstr(error.text, words))
        fail_msg("'%s' does not say '%s'", error.text, words);
}

static void what_cannot_be_looked_at_is_told(void **state)
{
    static struct subject subject;
    pid_t dead = fork(), traced;

    (void)state;
    assert_true(dead >= 0);
    if (dead == 0) {
        prctl(PR_SET_NAME, "a) R (b");
        _exit(0);
    }
    wait_for_state(dead, 'Z');
    expect_error(dead, "has ended");
    waitpid(dead, NULL, 0);
    expect_error(dead, "there is no process");
    subject_begin(&subject, "idle");
    expect_error(subject.pid, "has no heap");
    subject_end(&subject);
    traced = fork();
    assert_true(traced >= 0);
    if (traced == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        _exit(0);
    }
    waitpid(traced, NULL, WUNTRACED);
    expect_error(traced, "being traced by process");
    kill(traced, SIGKILL);
    waitpid(traced, NULL, 0);
}

/* Who has lent its memory to a child waits for that in the kernel, and for nothing else. */
static void who_waits_in_the_kernel_is_told_to_do_so(void **state)
{
    pid_t lender = fork();

    (void)state;
    assert_true(lender >= 0);
    if (lender == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (vfork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pause();
            _exit(0);
        }
        _exit(0);
    }
    wait_for_state(lender, 'D');
    expect_error(lender, "waits in the kernel (state D)");
    kill(lender, SIGKILL);
    waitpid(lender, NULL, 0);
}

/* It can end behind the look's back. */
static void what_is_no_more_tells_of_no_memory(void **state)
{
    struct error errors[2] = {{0}};
    pid_t child = fork();
    struct pages pages;
    struct space space;
    int pagemap;

    (void)state;
    assert_true(child >= 0);
    if (child == 0) {
        pause();
        _exit(0);
    }
    pagemap = pages_open(child);
    kill(child, SIGKILL);
    wait_for_state(child, 'Z');
    assert_false(pages_read(pagemap, 4096, 4096, &pages, &errors[0]));
    assert_false(space_read(child, 0, &space, &errors[1]));
    assert_non_null(strstr(errors[0].text, "has ended"));
    assert_non_null(strstr(errors[1].text, "has ended"));
    waitpid(child, NULL, 0);
    close(pagemap);
}

/* Who may not trace others, and is another user, is told which right it takes. */
static void the_missing_right_is_named(void **state)
{
    enum { NOBODY = 65534 };
    static struct subject subject;
    int status;
    pid_t other;

    (void)state;
    if (geteuid() != 0) {
        test_skipped("only root can become somebody else");
        return;
    }
    subject_begin(&subject, "");
    other = fork();
    assert_true(other >= 0);
    if (other == 0) {
        struct error error = {0};
        struct look look;

        if (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
            _exit(2);
        _exit(!look_process(subject.pid, &nobody, &look, &error) &&
                      strstr(error.text, "CAP_SYS_PTRACE") && strstr(error.text, "sudo")
                  ? 0
                  : 1);
    }
    waitpid(other, &status, 0);
    assert_int_equal(status, 0);
    subject_end(&subject);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_has_the_blocks_that_it_says),
        cmocka_unit_test(large_blocks_with_mappings_of_their_own_are_counted),
        cmocka_unit_test(all_threads_are_held_and_let_go),
        cmocka_unit_test(a_break_that_others_move_does_not_end_the_heap),
        cmocka_unit_test(a_break_that_cannot_move_tears_no_list),
        cmocka_unit_test(an_arena_may_have_several_heaps),
        cmocka_unit_test(what_threads_have_and_what_waits_in_their_caches_is_seen),
        cmocka_unit_test(a_stopped_process_stays_stopped),
        cmocka_unit_test(who_gives_up_leaves_it_running),
        cmocka_unit_test(what_cannot_be_looked_at_is_told),
        cmocka_unit_test(who_waits_in_the_kernel_is_told_to_do_so),
        cmocka_unit_test(what_is_no_more_tells_of_no_memory),
        cmocka_unit_test(the_missing_right_is_named),
    };

    const struct CMUnitTest other_libraries[] = {
        cmocka_unit_test(other_versions_are_read_as_well),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    subject_path = arguments[1];
    if (!tracing_is_possible()) {
        puts("1..0 # SKIP no process can be traced here");
        return 0;
    }
    if (getenv("HEAPGLASS_LIBCS"))
        return cmocka_run_group_tests(other_libraries, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
