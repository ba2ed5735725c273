/* restore.c: see restore.h. What the handlers do is async-signal-safe: neither curses nor stdio. */
#include "terminal/restore.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { SEQUENCE_MAX = 256 };

/* Mutable state of the one terminal there is. */
static volatile sig_atomic_t is_open;
static struct termios modes_before;
static struct sigaction stop_before; /* how the program was stopped; curses has a handler for it */
static char last[SEQUENCE_MAX];      /* sent when a signal ends the program, before `always` */
static char always[SEQUENCE_MAX], again[SEQUENCE_MAX];

/* In the background, the terminal is somebody else's. */
static bool has_terminal(void)
{
    return is_open && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static void send(const char *sequence)
{
    ssize_t written = write(STDOUT_FILENO, sequence, strlen(sequence));

    (void)written;
}

/* The signal is blocked until the return, and then ends the program. */
static void on_fatal_signal(int number)
{
    if (has_terminal()) {
        send(last);
        send(always);
        tcsetattr(STDIN_FILENO, TCSANOW, &modes_before);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* Stop as the system does, and come back with the modes that there were. */
static void stop(const struct sigaction *handler)
{
    struct termios modes;
    bool had_terminal = has_terminal();
    sigset_t stopping;

    if (had_terminal && tcgetattr(STDIN_FILENO, &modes) == 0)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_before);
    signal(SIGTSTP, SIG_DFL);
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stopping, NULL); /* it stops here */
    sigprocmask(SIG_BLOCK, &stopping, NULL);
    sigaction(SIGTSTP, handler, NULL);
    if (had_terminal && has_terminal())
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

static void on_stop(int number)
{
    struct sigaction handler = {.sa_handler = on_stop, .sa_flags = SA_RESTART};
    int error = errno;

    if (has_terminal())
        send(always);
    if (stop_before.sa_handler == SIG_DFL)
        stop(&handler);
    else
        stop_before.sa_handler(number);
    if (has_terminal())
        send(again);
    errno = error;
}

/* Whether a signal ends a program that does nothing about it. */
static bool is_fatal(int number)
{
    static const int others[] = {SIGCHLD, SIGCONT, SIGURG,  SIGWINCH, SIGSTOP,
                                 SIGTSTP, SIGTTIN, SIGTTOU, SIGKILL};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i] == number)
            return false;
    }
    return true;
}

/* Let `handler` have every fatal signal that is not ignored. */
static void handle_fatal_signals(void (*handler)(int number))
{
    struct sigaction action = {.sa_handler = handler}, old;

    for (int number = 1; number <= SIGRTMAX; number++) {
        if (is_fatal(number) && sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(number, &action, NULL);
    }
}

void restore_open(const struct termios *modes)
{
    struct sigaction action = {.sa_handler = on_stop, .sa_flags = SA_RESTART};

    last[0] = always[0] = again[0] = '\0';
    if (is_open)
        return;
    modes_before = *modes;
    is_open = true;
    handle_fatal_signals(on_fatal_signal);
    sigaction(SIGTSTP, NULL, &stop_before);
    if (stop_before.sa_handler != SIG_IGN)
        sigaction(SIGTSTP, &action, NULL);
}

void restore_close(void)
{
    if (!is_open)
        return;
    is_open = false;
    handle_fatal_signals(SIG_DFL);
    sigaction(SIGTSTP, &stop_before, NULL);
}

/* Append a sequence without its padding, "$<5>", which is for terminals that are slow. */
static void add(char sequences[SEQUENCE_MAX], const char *sequence)
{
    size_t length = strlen(sequences);

    if (!sequence || length + strlen(sequence) >= SEQUENCE_MAX)
        return;
    while (*sequence) {
        const char *padding_end = strncmp(sequence, "$<", 2) == 0 ? strchr(sequence, '>') : NULL;

        if (padding_end)
            sequence = padding_end + 1;
        else
            sequences[length++] = *sequence++;
    }
    sequences[length] = '\0';
}

void restore_add(const char *sequence)
{
    add(last, sequence);
}

void restore_add_always(const char *sequence, const char *coming_back)
{
    add(always, sequence);
    add(again, coming_back);
}

void restore_leave(void)
{
    if (is_open)
        send(always);
}

void restore_come_back(void)
{
    if (is_open)
        send(again);
}
