/* counted_lock.h: locks as those of preload/lock.h, in place of which it is included, but the C
 * library's, that locks.c counts. */
#ifndef PRELOAD_LOCK_H
#define PRELOAD_LOCK_H

#include <pthread.h>
#include <stdbool.h>

struct lock {
    pthread_mutex_t mutex;
};

static inline bool lock_try(struct lock *lock)
{
    return pthread_mutex_trylock(&lock->mutex) == 0;
}

static inline void lock_take(struct lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

static inline void lock_give_up(struct lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

#endif
