/* known.c: a program whose allocations are known by their sizes, which nothing else asks for. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAIRS = 2000 }; /* unless it is told how many */

static void *volatile kept; /* so that nothing is optimized away */

static void in_a_child(void)
{
    pid_t child = fork();

    if (child == 0) {
        kept = malloc(7000001);
        free(kept);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

int main(int count, char **arguments)
{
    void *first = malloc(1000001), *second = calloc(3, 1000003),
         *third = aligned_alloc(64, 1000032);

    kept = first;
    free(second);
    in_a_child();
    first = realloc(first, 2000001);
    kept = first;
    for (int i = count > 1 ? atoi(arguments[1]) : PAIRS; i > 0; i--) {
        kept = malloc(1007);
        free(kept);
    }
    free(third);
    free(first);
    kept = malloc(1000009);
    _exit(first ? 7 : 1); /* at once: the journal is whole all the same */
}
