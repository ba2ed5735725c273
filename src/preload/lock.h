/* lock.h: locks whose holders need them for less time than it takes to sleep and be woken.
 *
 * A word, for the system to wait by: to take a free lock and to give it up are an instruction each.
 * The C library's mutexes take a fourth of all that a call takes that is told to somebody who
 * follows, which has to be in order. */
#ifndef PRELOAD_LOCK_H
#define PRELOAD_LOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { LOCK_FREE, LOCK_TAKEN, LOCK_AWAITED };

/* One that is all zero is free. */
struct lock {
    uint32_t state; /* LOCK_AWAITED: a thread may sleep until it is given up */
};

/* Take the lock once another thread gives it up: look for some microseconds, and then sleep. */
void lock_await(struct lock *lock);

/* Wake one that sleeps. */
void lock_wake(struct lock *lock);

/* Take it if it is free; whether it was. */
static inline bool lock_try(struct lock *lock)
{
    uint32_t free = LOCK_FREE;

    return __atomic_compare_exchange_n(&lock->state, &free, LOCK_TAKEN, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static inline void lock_take(struct lock *lock)
{
    if (__builtin_expect(!lock_try(lock), false))
        lock_await(lock);
}

static inline void lock_give_up(struct lock *lock)
{
    if (__builtin_expect(
            __atomic_exchange_n(&lock->state, LOCK_FREE, __ATOMIC_RELEASE) == LOCK_AWAITED, false))
        lock_wake(lock);
}

#endif
