/* guard.c: see guard.h. The only mutable state at file scope in this layer: a signal handler has
 * nowhere else to look. */
#include "target/guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

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

/* Where the stack's top was; 0 where the machine is none that we know. */
static uintptr_t stack_pointer(const ucontext_t *context)
{
#if defined __x86_64__
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined __aarch64__
    return (uintptr_t)context->uc_mcontext.sp;
#else
    (void)context;
    return 0;
#endif
}

/* Whether a function's words there could not be had: a little below the top, as by a call, or in
 * what the function has above it. All of a stack that is there can be written to. */
static bool is_overflow(int number, uintptr_t address, uintptr_t top)
{
    enum { BELOW = 4096, ABOVE = 1 << 20 };

    return number == SIGSEGV && top > BELOW && address >= top - BELOW && address < top + ABOVE;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    uintptr_t address;

    if (!is_running) {
        signal(number, SIG_DFL); /* not the allocator's: let it kill the process, */
        raise(number);           /* also if it was sent rather than met */
        return;
    }
    report.signal = number;
    address = info->si_code > 0 ? (uintptr_t)info->si_addr : 0; /* met, and not sent */
    report.address = address;
    report.is_overflow = is_overflow(number, address, stack_pointer(context));
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
        ret_report->is_overflow = report.is_overflow;
    }
    return (enum guard_outcome)outcome;
}
