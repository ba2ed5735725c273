/* locks.c: counts the locks that are taken: none while the process has one thread, and one for each
 * use of the heap while it has two. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 1000 };

static atomic_uint locks;
static void *volatile kept; /* so that nothing is optimized away */

static int (*lock)(pthread_mutex_t *mutex); /* the C library's */

/* The program's own comes before the C library's for everybody in the process. */
int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    locks++;
    return lock ? lock(mutex) : 0; /* so early there is but one thread */
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

int main(void)
{
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    unsigned alone, together;
    pthread_t thread;

    *(void **)&lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    alone = locks_of_work();
    lock(&gate);
    if (pthread_create(&thread, NULL, wait_for_the_end, &gate) != 0)
        return 1;
    together = locks_of_work();
    pthread_mutex_unlock(&gate);
    pthread_join(thread, NULL);
    printf("alone %u together %u\n", alone, together);
    return 0;
}
