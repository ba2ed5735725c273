/* tracing.h: whether processes can be traced here, as they cannot in some containers. */
#ifndef TESTS_TRACING_H
#define TESTS_TRACING_H

#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that stops is seized, as a look does it. */
static inline bool tracing_is_possible(void)
{
    pid_t child = fork();
    bool good;

    if (child == 0) {
        pause();
        _exit(0);
    }
    good = child > 0 && ptrace(PTRACE_SEIZE, child, NULL, NULL) == 0;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return good;
}

#endif
