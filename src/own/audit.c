/* audit.c: see audit.h. */
#include "own/audit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "own/answer.h"
#include "own/checks.h"
#include "own/run.h"

/* An operation takes two processes a few microseconds, which are not the allocator's. */
enum { NS_PER_SECOND = 1000000000, OPERATION_NS = 50000, NS_PER_MS = 1000000, CHUNK = 64 * 1024 };

struct audit {
    struct run run;
    struct sheet sheet; /* nobody else's */
    struct subject subject;
    struct checks checks;
    struct answer answer; /* the last one */
    uint64_t low;         /* where the heap begins, as was said before the allocator ran */
    uint64_t until_ns;
    bool is_late, is_unreadable;
};

/* ---- Asking ---- */

static bool wait_for_answer(struct audit *audit)
{
    struct pollfd file = {.fd = audit->run.channel, .events = POLLIN};
    uint64_t now = clock_ns(), left = now < audit->until_ns ? audit->until_ns - now : 0;
    int count;

    do
        count = poll(&file, 1, (int)(left / NS_PER_MS));
    while (count < 0 && errno == EINTR);
    audit->is_late = count == 0;
    return count > 0;
}

static void hear(struct audit *audit)
{
    struct answer answer;

    if (!audit->subject.is_gone && wait_for_answer(audit) &&
        read(audit->run.channel, &answer, sizeof answer) == sizeof answer)
        audit->answer = answer;
    else
        audit->subject.is_gone = true;
}

/* The payload that is answered; NULL where there is no answer. */
static void *ask(struct audit *audit, struct question question)
{
    if (send(audit->run.channel, &question, sizeof question, MSG_NOSIGNAL) != sizeof question)
        audit->subject.is_gone = true;
    hear(audit);
    return audit->subject.is_gone ? NULL : (void *)(uintptr_t)audit->answer.payload;
}

static void *allocate(void *context, size_t size)
{
    return ask(context, (struct question){.kind = TRACE_ALLOCATE, .size = size});
}

static void *resize(void *context, void *payload, size_t size)
{
    return ask(context, (struct question){.kind = TRACE_REALLOCATE,
                                          .size = size,
                                          .payload = (uint64_t)(uintptr_t)payload});
}

static void release(void *context, void *payload)
{
    ask(context, (struct question){.kind = TRACE_FREE, .payload = (uint64_t)(uintptr_t)payload});
}

static const char *low(void *context)
{
    return (const char *)(uintptr_t)((const struct audit *)context)->low;
}

/* As it says; where that is nothing, as much as it may have, so that no payload lies where those
 * that overlap are not looked for. */
static uint64_t bound(void *context)
{
    const struct audit *audit = context;
    uint64_t told = audit->answer.bound, most = audit->sheet.memory;

    return told > 0 && told < most ? told : most;
}

static uint64_t size_of(void *context)
{
    return ((const struct audit *)context)->answer.size;
}

/* ---- Its memory ---- */

/* Copy bytes from its memory, or to it. Memory that is not there is a lie, and holds nothing. */
static bool copy(struct audit *audit, void *here, const char *there, size_t size, bool is_written)
{
    struct iovec own = {.iov_base = here, .iov_len = size};
    struct iovec other = {.iov_base = (char *)there, .iov_len = size};
    pid_t process = audit->run.process;
    ssize_t count = is_written ? process_vm_writev(process, &own, 1, &other, 1, 0)
                               : process_vm_readv(process, &own, 1, &other, 1, 0);

    if (count < 0 && (errno == EPERM || errno == ENOSYS))
        audit->is_unreadable = audit->subject.is_gone = true;
    return count == (ssize_t)size;
}

static void fill(void *context, char *start, unsigned char byte, uint64_t size)
{
    unsigned char bytes[CHUNK];

    memset(bytes, byte, size < CHUNK ? size : CHUNK);
    for (uint64_t done = 0; done < size; done += CHUNK) {
        size_t part = size - done < CHUNK ? size - done : CHUNK;

        if (!copy(context, bytes, start + done, part, true))
            return;
    }
}

static uint64_t match(void *context, const char *start, unsigned char byte, uint64_t size,
                      unsigned char *ret_other)
{
    unsigned char bytes[CHUNK];
    uint64_t done = 0;

    while (done < size) {
        size_t part = size - done < CHUNK ? size - done : CHUNK, same;

        if (!copy(context, bytes, start + done, part, false))
            bytes[0] = (unsigned char)~byte;
        same = subject_count_same(bytes, byte, part);
        done += same;
        if (same < part) {
            *ret_other = bytes[same];
            break;
        }
    }
    return done;
}

/* ---- All of it ---- */

/* Let it begin, and hear where its heap is. */
static bool begin(struct audit *audit, const struct trace *trace)
{
    audit->until_ns = clock_ns() + audit->sheet.seconds * NS_PER_SECOND +
                      trace->op_count * (uint64_t)OPERATION_NS;
    audit->sheet.op_count = trace->op_count;
    audit->sheet.round = SHEET_FIRST;
    hear(audit);
    audit->low = audit->answer.low;
    hear(audit);
    audit->subject.can_resize = audit->answer.can_resize;
    audit->subject.is_handed = audit->answer.is_handed;
    audit->checks =
        (struct checks){.sheet = &audit->sheet, .ops = trace->ops, .subject = &audit->subject};
    return payloads_begin(&audit->checks.payloads, &audit->sheet, &audit->subject, low(audit));
}

/* What was found here, and, where it did not come to the end, how it ended. */
static void take_result(struct audit *audit, struct examination_result *result)
{
    const struct sheet *sheet = &audit->sheet;
    uint64_t reach = audit->checks.payloads.reach;

    if (!audit->subject.is_gone || audit->is_unreadable)
        kill(audit->run.process, SIGKILL);
    run_wait(&audit->run, audit->is_late ? 0 : 1, result);
    if (!audit->subject.is_gone)
        result->end = EXAMINATION_DONE;
    else if (audit->is_late)
        result->end = EXAMINATION_TIMEOUT;
    else if (result->end == EXAMINATION_DONE)
        result->end = EXAMINATION_EXITED;
    if (result->end != EXAMINATION_DONE)
        run_take_sheet(&audit->run, result);
    result->step = sheet->step;
    result->round = sheet->round;
    result->fault_count = sheet->fault_count;
    result->listed = sheet->listed;
    memcpy(result->faults, sheet->faults, sizeof result->faults);
    result->peak_heap = sheet->peak_heap > reach ? sheet->peak_heap : reach;
}

bool audit(const struct trace *trace, const struct examination_limits *limits,
           struct examination_result *result, struct error *error)
{
    struct audit audit = {.subject = {.context = &audit,
                                      .allocate = allocate,
                                      .resize = resize,
                                      .release = release,
                                      .low = low,
                                      .bound = bound,
                                      .size = size_of,
                                      .fill = fill,
                                      .match = match}};
    bool good = run_open(trace, limits, SHEET_ANSWER, &audit.run, error);

    if (good) {
        audit.sheet = *audit.run.sheet;
        good = run_start(&audit.run, error);
    }
    if (good) {
        if (begin(&audit, trace))
            checks_round(&audit.checks);
        else
            good = error_set(error, "there is no memory to examine it in");
        take_result(&audit, result);
        payloads_finish(&audit.checks.payloads);
    }
    if (audit.is_unreadable)
        good = error_set(error, "the system does not let one process read another's memory");
    run_close(&audit.run);
    return good;
}
