/* follow_signals.c: see follow_signals.h. */
#include "preload/follow_signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

__thread bool follow_keeps_signals;

/* What was kept back before, by the program itself. */
static __thread sigset_t mask_before __attribute__((tls_model("initial-exec")));

/* All but those that tell of faults. */
static sigset_t all_signals(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    sigset_t signals;

    sigfillset(&signals);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(&signals, faults[i]);
    return signals;
}

/* Of those that are the C library's own, it tells nothing. */
static bool has_handler(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 &&
           (action.sa_flags & SA_SIGINFO ||
            (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN));
}

void follow_keep_signals(void)
{
    sigset_t signals = all_signals();

    if (!follow_keeps_signals)
        follow_keeps_signals = pthread_sigmask(SIG_BLOCK, &signals, &mask_before) == 0;
}

void follow_keep_handled_signals(void)
{
    int error = errno;
    sigset_t signals = all_signals();

    follow_keep_signals();
    for (int number = 1; number <= SIGRTMAX; number++) {
        if (!sigismember(&mask_before, number) && !has_handler(number))
            sigdelset(&signals, number);
    }
    pthread_sigmask(SIG_SETMASK, &signals, NULL);
    errno = error;
}

/* A handler that comes now may wait in a call of its own. */
void follow_let_signals(void)
{
    sigset_t mask = mask_before;

    follow_keeps_signals = false;
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}
