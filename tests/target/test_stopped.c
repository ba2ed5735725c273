/* test_stopped.c: a heap process that is stopped, by a signal or by a debugger: it is waited for,
 * for as long as somebody wants that, and nothing is lost. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/serve.h"
#include "target/target.h"
#include "test.h"

/* A waiter that lets the process go on when it is asked for the `patience`-th time, or gives up. */
struct watcher {
    struct target *target;
    int patience, asked;
    bool gives_up;
};

static bool ask(void *context)
{
    struct watcher *watcher = context;
    struct target_splice splice;

    assert_false(target_walk(watcher->target, 0, &splice)); /* all that is asked meanwhile fails */
    if (++watcher->asked < watcher->patience)
        return true;
    if (!watcher->gives_up)
        kill(target_pid(watcher->target), SIGCONT);
    return !watcher->gives_up;
}

static struct target *start(const struct target_waiter *waiter)
{
    struct hg_config config = kind_config_default("first-fit");
    struct kind_description description;
    struct target_splice splice;
    struct error error;
    struct target *target = target_create(waiter, &error);

    assert_non_null(target);
    assert_true(target_open(target, &config, &description, &splice, &error));
    return target;
}

/* Stop the process, and see that it is. */
static void stop(const struct target *target)
{
    siginfo_t info;

    assert_int_equal(kill(target_pid(target), SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)target_pid(target), &info, WSTOPPED), 0);
}

static bool allocate(struct target *target, uint64_t *ret_payload)
{
    struct op op = {.kind = OP_ALLOC, .size = 100};
    struct target_change change;

    if (!target_run(target, &op, &change))
        return false;
    *ret_payload = change.result.payload;
    return true;
}

static void a_stopped_process_is_waited_for(void **state)
{
    struct watcher watcher = {.patience = 12}; /* longer than any operation may take */
    struct target_waiter waiter = {.is_stopped = ask, .context = &watcher};
    uint64_t payload;

    (void)state;
    watcher.target = start(&waiter);
    stop(watcher.target);
    assert_true(allocate(watcher.target, &payload));
    assert_int_equal(watcher.asked, 12);
    target_destroy(watcher.target);
}

static void a_debugger_stops_it_too(void **state)
{
    struct watcher watcher = {.patience = 2, .gives_up = true};
    struct target_waiter waiter = {.is_stopped = ask, .context = &watcher};
    int ready[2], done[2];
    uint64_t payload;
    pid_t debugger;
    char byte;

    (void)state;
    watcher.target = start(&waiter);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    debugger = fork();
    if (debugger == 0) {
        bool attached = ptrace(PTRACE_ATTACH, target_pid(watcher.target), NULL, NULL) == 0 &&
                        waitpid(target_pid(watcher.target), NULL, __WALL) > 0;

        close(done[1]);
        _exit(write(ready[1], attached ? "y" : "n", 1) != 1 || read(done[0], &byte, 1) != 0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    if (byte == 'y') { /* else the system does not let us be a debugger */
        assert_false(allocate(watcher.target, &payload));
        assert_int_equal(target_failure(watcher.target)->kind, TARGET_STOPPED);
    }
    close(done[1]); /* the debugger leaves */
    waitpid(debugger, NULL, 0);
    assert_true(allocate(watcher.target, &payload));
    target_destroy(watcher.target);
}

static void what_was_given_up_is_not_done(void **state)
{
    struct watcher watcher = {.patience = 2, .gives_up = true};
    struct target_waiter waiter = {.is_stopped = ask, .context = &watcher};
    struct target *other = start(NULL);
    uint64_t payload, expected;

    (void)state;
    watcher.target = start(&waiter);
    stop(watcher.target);
    assert_false(allocate(watcher.target, &payload));
    assert_int_equal(target_failure(watcher.target)->kind, TARGET_STOPPED);
    assert_false(allocate(watcher.target, &payload)); /* at once: nobody is asked again */
    assert_int_equal(target_failure(watcher.target)->kind, TARGET_STOPPED);
    assert_int_equal(watcher.asked, 2);
    kill(target_pid(watcher.target), SIGCONT);
    while (!allocate(watcher.target, &payload)) /* until it has gone on */
        assert_int_equal(target_failure(watcher.target)->kind, TARGET_STOPPED);
    assert_true(allocate(other, &expected));
    assert_int_equal(payload, expected);
    target_destroy(watcher.target);
    target_destroy(other);
}

static void a_clone_that_was_given_up_leaves_nothing_behind(void **state)
{
    struct watcher watcher = {.patience = 1, .gives_up = true};
    struct target_waiter waiter = {.is_stopped = ask, .context = &watcher};
    struct target *clone;
    struct error error;
    uint64_t here, there;

    (void)state;
    watcher.target = start(&waiter);
    stop(watcher.target);
    assert_null(target_clone(watcher.target, TARGET_BOTH_ACT, &error));
    assert_string_equal(error.text, "the heap process cannot be cloned: it is stopped");
    kill(target_pid(watcher.target), SIGCONT);
    while (!(clone = target_clone(watcher.target, TARGET_BOTH_ACT, &error)))
        assert_int_equal(target_failure(watcher.target)->kind, TARGET_STOPPED);
    assert_true(allocate(watcher.target, &here));
    assert_true(allocate(clone, &there));
    assert_int_equal(here, there);
    target_destroy(clone);
    target_destroy(watcher.target);
}

static pid_t to_be_stopped;

static void on_alarm(int number)
{
    (void)number;
    kill(to_be_stopped, SIGSTOP);
}

/* Stopped in the middle of an operation, it is ended when it is given up: nobody would know what it
 * has done when it goes on. */
static void what_was_begun_is_abandoned(void **state)
{
    struct watcher watcher = {.patience = 1, .gives_up = true};
    struct target_waiter waiter = {.is_stopped = ask, .context = &watcher};
    struct itimerval soon = {.it_value = {.tv_usec = 200000}};
    struct op ops[] = {
        {.kind = OP_ALLOC, .slot = 0, .size = 100},
        {.kind = OP_ALLOC, .slot = 1, .size = 100},
        {.kind = OP_FREE, .slot = 0},
        {.kind = OP_FREE, .slot = 0}, /* now the list is a ring, and a search in it does not end */
        {.kind = OP_ALLOC, .slot = 2, .size = 4000},
    };
    struct target_failure failure;
    size_t done;

    (void)state;
    watcher.target = start(&waiter);
    to_be_stopped = target_pid(watcher.target);
    signal(SIGALRM, on_alarm);
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_true(target_send(watcher.target, ops, TEST_COUNT(ops), false));
    assert_false(target_receive(watcher.target, &done));
    assert_int_equal(target_failure(watcher.target)->kind, TARGET_ABANDONED);
    assert_int_equal(target_failure(watcher.target)->op, 4);
    assert_true(target_has_ended(watcher.target, &failure));
    assert_int_equal(failure.kind, TARGET_ABANDONED);
    target_destroy(watcher.target);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_process_is_waited_for),
        cmocka_unit_test(a_debugger_stops_it_too),
        cmocka_unit_test(what_was_given_up_is_not_done),
        cmocka_unit_test(a_clone_that_was_given_up_leaves_nothing_behind),
        cmocka_unit_test(what_was_begun_is_abandoned),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
