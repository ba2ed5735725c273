/* forks.c: a program that calls malloc often, and then has children, each of which does so at once.
 * Ends with 0 if none of them was long about it, however long it takes whoever follows to make
 * steps of the calls before. */
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAIRS = 600000, CHILDREN = 4, SECONDS_MOST = 1 };

static void *volatile kept; /* so that nothing is optimized away */

static void allocate(int pairs)
{
    for (int i = 0; i < pairs; i++) {
        kept = malloc(1007);
        free(kept);
    }
}

/* Whether a child could do it in time. */
static int fork_one(void)
{
    struct timespec before, after;
    int status;
    pid_t child;

    clock_gettime(CLOCK_MONOTONIC, &before);
    child = fork();
    if (child == 0) {
        allocate(1);
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &after);
    return after.tv_sec - before.tv_sec <= SECONDS_MOST;
}

int main(void)
{
    int in_time = 1;

    allocate(PAIRS);
    for (int i = 0; i < CHILDREN; i++)
        in_time &= fork_one();
    return in_time ? 0 : 9;
}
