/* lock.h: locks whose holders need them for less time than it takes to sleep and be woken. */
#ifndef PRELOAD_LOCK_H
#define PRELOAD_LOCK_H

#include <pthread.h>
#include <stdbool.h>

/* Take the lock once another thread gives it up: look for some microseconds, and then sleep. */
void lock_await(pthread_mutex_t *lock);

static inline void lock_take(pthread_mutex_t *lock)
{
    if (__builtin_expect(pthread_mutex_trylock(lock) != 0, false))
        lock_await(lock);
}

#endif
