/* failure.c: see failure.h. */
#include "session/failure.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "collector/events.h"
#include "target/guard.h"
#include "target/said.h"

static const char *signal_name(int number)
{
    const char *name = sigabbrev_np(number);

    return name ? name : "?";
}

void failure_add(const struct target_failure *failure, struct text *text)
{
    switch (failure->kind) {
    case TARGET_FINE: break;
    case TARGET_FAULT:
        if (failure->number == SIGABRT)
            text_add(text, "the allocator gave up: SIGABRT");
        else
            text_add(text, "the allocator faulted: SIG%s at address 0x%" PRIx64 "%s",
                     signal_name(failure->number), failure->address,
                     guard_remark(failure->is_overflow));
        break;
    case TARGET_STUCK:
        text_add(text, "the allocator was still running after %d s and was stopped",
                 failure->number);
        break;
    case TARGET_KILLED:
        text_add(text, "the heap process was killed by SIG%s", signal_name(failure->number));
        break;
    case TARGET_EXITED:
        text_add(text, "the heap process ended with status %d", failure->number);
        break;
    case TARGET_STOPPED: text_add(text, "the heap process is stopped"); break;
    case TARGET_ABANDONED:
        text_add(text, "the heap process was stopped in the middle of it, and was given up");
        break;
    case TARGET_GARBLED: text_add(text, "the heap process answered what makes no sense"); break;
    case TARGET_REFUSED:
        text_add(text, "the heap process refused: %s", strerror(failure->number));
        break;
    }
}

/* A fault that no allocator has to do with. */
static void add_access(const struct target_failure *failure, struct text *text)
{
    text_add(text, "nothing can be written there: SIG%s at address 0x%" PRIx64,
             signal_name(failure->number), failure->address);
}

static void add_event(const struct hg_event *event, struct text *text)
{
    text_add(text, "; the last that it reported was %s at +0x%04" PRIx64, event_name(event->kind),
             event->at);
    if (event->size > 0)
        text_add(text, ", %" PRIu64 " bytes", event->size);
}

void failure_add_of(const struct target_failure *failure, const struct op *op, struct text *text)
{
    if (failure->kind == TARGET_FAULT && op_has(op, OP_STORES | OP_LINKS))
        add_access(failure, text);
    else
        failure_add(failure, text);
    if (failure->kind == TARGET_EXITED && op_has(op, OP_CALLS))
        text_add(text, ": the allocator called exit");
    if (failure->has_event)
        add_event(&failure->event, text);
    if (failure->said_length > 0) {
        text_add(text, "; it ");
        said_add(text, failure->said, failure->said_length);
    }
}
