/* alarmed.c: a program whose handler of a signal allocates: while a timer runs, which interrupts
 * whatever it does, most likely a wait; or, given a word, in children to which it sends the signal
 * from the moment on that they are there. It ends with 5. */
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BEEPS = 5, EVERY_US = 1000, CHILDREN = 8, STATUS = 5 };

static void *volatile kept[BEEPS];
static volatile sig_atomic_t beeps;

static void beep(int number)
{
    (void)number;
    free(malloc(777));
    if (beeps < BEEPS)
        kept[beeps++] = malloc(55);
}

/* The signals that it has not got by then it does not get. */
static void alarm_child(void)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        free(malloc(333));
        _exit(0);
    }
    while (waitpid(child, &status, WNOHANG) == 0)
        kill(child, SIGALRM);
    if (status != 0)
        _exit(1);
}

static void beep_by_timer(void)
{
    const struct itimerval often = {{0, EVERY_US}, {0, EVERY_US}}, never = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &often, NULL);
    while (beeps < BEEPS)
        free(malloc(100));
    setitimer(ITIMER_REAL, &never, NULL);
    for (int i = 0; i < BEEPS; i++)
        free(kept[i]);
}

int main(int count, char **arguments)
{
    (void)arguments;
    signal(SIGALRM, beep);
    for (int i = 0; count > 1 && i < CHILDREN; i++)
        alarm_child();
    if (count == 1)
        beep_by_timer();
    return STATUS;
}
