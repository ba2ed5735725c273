/* guard.c: see guard.h. The only mutable state at file scope in this layer: a signal handler has
 * nowhere else to look. */
#include "target/guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

enum {
    HANDLER_STACK_SIZE = 64 * 1024,
    /* A handler is left by a jump, which does not restore the signal mask: let it not change. */
    FLAGS = SA_ONSTACK | SA_NODEFER,
};

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

static sigjmp_buf way_out;
static volatile sig_atomic_t is_running;
static volatile struct guard_report report;
static char handler_stack[HANDLER_STACK_SIZE]; /* a fault may be the stack's own overflow */

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (!is_running) {
        signal(number, SIG_DFL); /* not the allocator's: let it kill the process, */
        raise(number);           /* also if it was sent rather than met */
        return;
    }
    report.signal = number;
    report.address = number == SIGABRT ? 0 : (uint64_t)(uintptr_t)info->si_addr;
    siglongjmp(way_out, GUARD_FAULT);
}

static void on_interrupt(int number)
{
    (void)number;
    if (is_running)
        siglongjmp(way_out, GUARD_INTERRUPTED);
}

void guard_install(void)
{
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = FLAGS | SA_SIGINFO};
    struct sigaction interrupt = {.sa_handler = on_interrupt, .sa_flags = FLAGS};

    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof fault_signals / sizeof fault_signals[0]; i++)
        sigaction(fault_signals[i], &fault, NULL);
    sigaction(SIGUSR1, &interrupt, NULL);
}

enum guard_outcome guard_run(void (*function)(void *context), void *context,
                             struct guard_report *ret_report)
{
    int outcome = sigsetjmp(way_out, 0);

    if (outcome == GUARD_COMPLETED) {
        is_running = 1;
        function(context);
    }
    is_running = 0;
    if (outcome == GUARD_FAULT) {
        ret_report->signal = report.signal;
        ret_report->address = report.address;
    }
    return (enum guard_outcome)outcome;
}
