/* test_trouble.c: what is said where a heap process cannot be started: the part that fails, and the
 * limit that is behind it. Each case runs in a process of its own, whose limits are lowered. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/serve.h"
#include "target/target.h"
#include "target/trouble.h"
#include "test.h"

/* Whether a heap can be had; what is said if not. */
static bool has_heap(struct error *error)
{
    struct hg_config config = kind_config_default("first-fit");
    static struct kind_description description;
    struct target *target = target_create(NULL, error);
    struct target_splice splice;
    bool opened = target && target_open(target, &config, &description, &splice, error);

    target_destroy(target);
    return opened;
}

/* Run `lower` in a process of its own, and then try to have a heap there: what is said? */
static void expect_trouble(void (*lower)(void), const char *words)
{
    struct error error = {0};
    int ends[2];
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        lower();
        if (has_heap(&error))
            error_set(&error, "nothing is wrong");
        _exit(write(ends[1], &error, sizeof error) != sizeof error);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &error, sizeof error), sizeof error);
    close(ends[0]);
    waitpid(child, NULL, 0);
    if (strcmp(error.text, words) != 0)
        fail_msg("'%s' is said in place of '%s'", error.text, words);
}

static void set_limit(__rlimit_resource_t resource, rlim_t most)
{
    struct rlimit limit = {.rlim_cur = most, .rlim_max = most};

    setrlimit(resource, &limit);
}

#ifndef __SANITIZE_ADDRESS__
static void lower_data(void)
{
    set_limit(RLIMIT_DATA, 20 << 20);
}
#endif

static void lower_files(void)
{
    set_limit(RLIMIT_NOFILE, (rlim_t)dup(STDOUT_FILENO) + 2);
}

static void lower_file_size(void)
{
    signal(SIGXFSZ, SIG_IGN);
    set_limit(RLIMIT_FSIZE, 1 << 20);
}

static void a_limit_that_is_too_low_is_named(void **state)
{
    char words[160];
    int next = dup(STDOUT_FILENO);

    (void)state;
    close(next);
#ifndef __SANITIZE_ADDRESS__ /* which has no room of its own below this limit */
    expect_trouble(lower_data,
                   "the heap process cannot be started: variables find no room in it: "
                   "Cannot allocate memory; the limit on data is 20480 KiB (ulimit -d)");
#endif
    /* the child has one end of the pipe more, and the descriptor that it counts by */
    snprintf(
        words, sizeof words,
        "the heap process cannot be started: there are no sockets to wake it by: Too many open "
        "files; the limit on open files is %d (ulimit -n)",
        next + 4);
    expect_trouble(lower_files, words);
    expect_trouble(lower_file_size,
                   "the heap process cannot be started: the memory to share with it cannot be made "
                   "large enough: File too large; the limit on the size of files is 1024 KiB "
                   "(ulimit -f)");
}

/* Let the kernel say that it does not know a system call. */
static void take_away(unsigned call)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void take_memfd(void)
{
    take_away(SYS_memfd_create);
}

static void take_pidfd(void)
{
    take_away(SYS_pidfd_open);
}

static void take_exec(void)
{
    take_away(SYS_execve);
}

static void a_part_that_is_missing_is_named(void **state)
{
    (void)state;
    expect_trouble(take_memfd,
                   "the heap process cannot be started: there is no memory to share with it "
                   "(memfd_create): Function not implemented");
    expect_trouble(take_pidfd, "the heap process cannot be started: it cannot be watched "
                               "(pidfd_open): Function not implemented");
    expect_trouble(take_exec,
                   "the heap process cannot be started: this program cannot be run once more "
                   "(/proc/self/exe): Function not implemented");
}

static void each_trouble_has_its_words(void **state)
{
    static const struct {
        struct trouble trouble;
        const char *words;
    } rows[] = {
        {{TROUBLE_PROGRAM, ENOENT},
         "it: this program cannot be run once more (/proc/self/exe): No such file or directory; "
         "/proc is not mounted"},
        {{TROUBLE_LOADING, 0}, "it: it ended while it was loaded"},
        {{77, 0}, "it: it says what makes no sense"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error error;

        assert_false(trouble_tell(&rows[i].trouble, "it", &error));
        if (strncmp(error.text, rows[i].words, strlen(rows[i].words)) != 0)
            fail_msg("'%s' is said in place of '%s'", error.text, rows[i].words);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_that_is_too_low_is_named),
        cmocka_unit_test(a_part_that_is_missing_is_named),
        cmocka_unit_test(each_trouble_has_its_words),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
