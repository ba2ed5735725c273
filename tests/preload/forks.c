/* forks.c: a program that calls malloc often, and then has children, each of which does so at once;
 * or, given a word, a child that has a child, and so on. Ends with 0 if none of its own was long
 * about it, however long it takes whoever follows to make steps of the calls before. */
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

/* Each makes three calls, but the third, which makes none before it has a child. */
static void fork_in_turn(int left)
{
    if (left > 0 && fork() == 0) {
        if (left != CHILDREN - 2) {
            kept = malloc(10);
            allocate(1);
        }
        fork_in_turn(left - 1);
        _exit(left);
    }
    wait(NULL);
}

int main(int count, char **arguments)
{
    int in_time = 1;

    (void)arguments;
    allocate(PAIRS);
    if (count > 1)
        fork_in_turn(CHILDREN);
    for (int i = 0; count == 1 && i < CHILDREN; i++)
        in_time &= fork_one();
    return in_time ? 0 : 9;
}
