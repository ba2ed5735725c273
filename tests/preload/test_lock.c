/* test_lock.c: one thread at a time holds a lock, and who sleeps for it is woken. */
#include "preload/lock.h"

#include <pthread.h>
#include <sched.h>

#include "test.h"

enum { THREADS = 4, ROUNDS = 100000, YIELDS_EVERY = 1000 };

static struct lock lock;
static uint64_t count; /* under the lock */

/* Now and then it is held for so long that others go to sleep. */
static void *add(void *unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        lock_take(&lock);
        count++;
        if (round % YIELDS_EVERY == 0)
            sched_yield();
        lock_give_up(&lock);
    }
    return NULL;
}

static void one_thread_at_a_time_holds_it(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    count = 0;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count, THREADS * ROUNDS);
    assert_int_equal(lock.state, LOCK_FREE);
}

static void *take(void *unused)
{
    (void)unused;
    lock_take(&lock);
    count++;
    lock_give_up(&lock);
    return NULL;
}

static void all_who_sleep_are_woken(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    count = 0;
    lock_take(&lock);
    assert_false(lock_try(&lock));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take, NULL), 0);
    while (__atomic_load_n(&lock.state, __ATOMIC_RELAXED) != LOCK_AWAITED)
        sched_yield();
    assert_int_equal(count, 0);
    lock_give_up(&lock);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count, THREADS);
    assert_true(lock_try(&lock));
    lock_give_up(&lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_at_a_time_holds_it),
        cmocka_unit_test(all_who_sleep_are_woken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
