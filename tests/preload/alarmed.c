/* alarmed.c: a program whose handler of a signal allocates: while a timer runs, which interrupts
 * whatever it does, most likely a wait. It ends with 5. */
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

enum { BEEPS = 5, EVERY_US = 1000, STATUS = 5 };

static void *volatile kept[BEEPS];
static volatile sig_atomic_t beeps;

static void beep(int number)
{
    (void)number;
    free(malloc(777));
    if (beeps < BEEPS)
        kept[beeps++] = malloc(55);
}

int main(void)
{
    const struct itimerval often = {{0, EVERY_US}, {0, EVERY_US}}, never = {{0, 0}, {0, 0}};

    signal(SIGALRM, beep);
    setitimer(ITIMER_REAL, &often, NULL);
    while (beeps < BEEPS)
        free(malloc(100));
    setitimer(ITIMER_REAL, &never, NULL);
    for (int i = 0; i < BEEPS; i++)
        free(kept[i]);
    return STATUS;
}
