/* test_bell.c: how two processes wait for each other on a machine that others use, too. */
#include "target/bell.h"

#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

struct waiter {
    struct bell bell;
    int sockets[2]; /* it sleeps on the first */
    enum bell_outcome outcome;
};

static void begin(struct waiter *waiter, uint32_t crowded)
{
    *waiter = (struct waiter){.bell.crowded = crowded};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, waiter->sockets), 0);
}

static void finish(struct waiter *waiter)
{
    close(waiter->sockets[0]);
    close(waiter->sockets[1]);
}

static void *wait_for_ring(void *context)
{
    struct waiter *waiter = context;

    waiter->outcome = bell_wait(&waiter->bell, 1, waiter->sockets[0]);
    return NULL;
}

/* Ring once the waiter sleeps, and see what it came to. */
static void ring_sleeper(struct waiter *waiter)
{
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, wait_for_ring, waiter), 0);
    while (!__atomic_load_n(&waiter->bell.sleeping, __ATOMIC_ACQUIRE))
        sched_yield();
    assert_true(bell_ring(&waiter->bell, waiter->sockets[1]));
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(waiter->outcome, BELL_RUNG);
    assert_int_equal(waiter->bell.sleeping, 0);
}

static void a_sleeper_is_woken(void **state)
{
    struct waiter waiter;

    (void)state;
    begin(&waiter, 0);
    ring_sleeper(&waiter);
    finish(&waiter);
}

/* Whoever lets others run there would have to wait for all of them. */
static void where_it_is_crowded_it_lets_nobody_run_before_it_sleeps(void **state)
{
    struct waiter waiter;

    (void)state;
    begin(&waiter, 5);
    ring_sleeper(&waiter);
    assert_int_equal(waiter.bell.crowded, 4);
    finish(&waiter);
}

static void what_has_rung_is_not_waited_for(void **state)
{
    struct waiter waiter;

    (void)state;
    begin(&waiter, 5);
    assert_true(bell_ring(&waiter.bell, waiter.sockets[1]));
    assert_int_equal(bell_wait(&waiter.bell, 1, waiter.sockets[0]), BELL_RUNG);
    assert_int_equal(waiter.bell.crowded, 5);
    finish(&waiter);
}

static void the_end_of_the_other_side_is_heard(void **state)
{
    struct waiter waiter;

    (void)state;
    begin(&waiter, 1);
    close(waiter.sockets[1]);
    assert_int_equal(bell_wait(&waiter.bell, 1, waiter.sockets[0]), BELL_BROKEN);
    close(waiter.sockets[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sleeper_is_woken),
        cmocka_unit_test(where_it_is_crowded_it_lets_nobody_run_before_it_sleeps),
        cmocka_unit_test(what_has_rung_is_not_waited_for),
        cmocka_unit_test(the_end_of_the_other_side_is_heard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
