/* guard.h: running an operation that may fault or never end. */
#ifndef TARGET_GUARD_H
#define TARGET_GUARD_H

#include <stdbool.h>
#include <stdint.h>

enum guard_outcome { GUARD_COMPLETED, GUARD_FAULT, GUARD_INTERRUPTED };

struct guard_report {
    int signal;
    uint64_t address; /* that the fault was about; 0 of SIGABRT, which is about none */
    bool is_overflow; /* that of the stack, as by a function that calls itself without end */
};

/* What is said behind the address. */
static inline const char *guard_remark(bool is_overflow)
{
    return is_overflow ? " (stack overflow)" : "";
}

/* Install the handlers for faults, and for SIGUSR1, by which the front interrupts. Once. */
void guard_install(void);

/* Call `function(context)`. A fault or an interrupt abandons it where it stands.
 *   ret_report  of a fault: which, and where; else untouched */
enum guard_outcome guard_run(void (*function)(void *context), void *context,
                             struct guard_report *ret_report);

#endif
