/* child.c: see child.h. */
#include "base/child.h"

#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"

void child_block_signals(sigset_t *ret_blocked, sigset_t *ret_before)
{
    static const int signals[] = {SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    sigemptyset(ret_blocked);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaddset(ret_blocked, signals[i]);
    sigprocmask(SIG_BLOCK, ret_blocked, ret_before);
}

int child_wait(pid_t child, const sigset_t *blocked, uint64_t until_ms, int *ret_status)
{
    enum { MS_PER_SECOND = 1000, NS_PER_MS = 1000000 };
    int number = SIGCHLD;

    while (number <= 0 || number == SIGCHLD) {
        uint64_t now = clock_ms(), left = now < until_ms ? until_ms - now : 0;
        struct timespec patience = {.tv_sec = (time_t)(left / MS_PER_SECOND),
                                    .tv_nsec = (long)(left % MS_PER_SECOND) * NS_PER_MS};

        if (waitpid(child, ret_status, WNOHANG) == child)
            return CHILD_HAS_ENDED;
        if (left == 0)
            return CHILD_TAKES_LONGER;
        number = sigtimedwait(blocked, NULL, &patience);
    }
    return number;
}
