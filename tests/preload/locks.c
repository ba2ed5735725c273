/* locks.c: counts the locks that are taken, as those of counted_lock.h are: none while the process
 * has one thread, and few while it has two, also where one of them frees what the other allocates.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 1000, FEW = PAIRS / 4, BATCH = 100 };

static atomic_uint locks;
static void *volatile kept; /* so that nothing is optimized away */

static int (*lock)(pthread_mutex_t *mutex); /* the C library's, as the next one */

static int (*try_lock)(pthread_mutex_t *mutex);

/* The program's own come before the C library's for everybody in the process. */
int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    locks++;
    return lock ? lock(mutex) : 0; /* so early there is but one thread */
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    locks++;
    return try_lock ? try_lock(mutex) : 0;
}

static unsigned locks_of_work(void)
{
    unsigned before = locks;

    for (int i = 0; i < PAIRS; i++) {
        kept = malloc(100);
        free(kept);
    }
    return locks - before;
}

static void *wait_for_the_end(void *gate)
{
    lock(gate);
    return NULL;
}

/* ---- What one thread allocates, the other frees ---- */

static void *payloads[BATCH];
static sem_t full, empty;

static void *free_all(void *unused)
{
    (void)unused;
    for (int i = 0; i < PAIRS / BATCH; i++) {
        sem_wait(&full);
        for (int j = 0; j < BATCH; j++)
            free(payloads[j]);
        sem_post(&empty);
    }
    return NULL;
}

static unsigned locks_of_handing_over(void)
{
    unsigned before = locks;
    pthread_t thread;

    if (sem_init(&full, 0, 0) != 0 || sem_init(&empty, 0, 1) != 0 ||
        pthread_create(&thread, NULL, free_all, NULL) != 0)
        exit(1);
    for (int i = 0; i < PAIRS / BATCH; i++) {
        sem_wait(&empty);
        for (int j = 0; j < BATCH; j++)
            payloads[j] = malloc(100);
        sem_post(&full);
    }
    pthread_join(thread, NULL);
    return locks - before;
}

static void tell(const char *what, unsigned count)
{
    if (count > 0 && count <= FEW)
        printf("%s few\n", what);
    else
        printf("%s %u\n", what, count);
}

int main(void)
{
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    unsigned alone, together;
    pthread_t thread;

    *(void **)&lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    *(void **)&try_lock = dlsym(RTLD_NEXT, "pthread_mutex_trylock");
    alone = locks_of_work();
    lock(&gate);
    if (pthread_create(&thread, NULL, wait_for_the_end, &gate) != 0)
        return 1;
    together = locks_of_work();
    pthread_mutex_unlock(&gate);
    pthread_join(thread, NULL);
    tell("alone", alone);
    tell("together", together);
    tell("handing over", locks_of_handing_over());
    return 0;
}
