/* audit.c: see audit.h. */
#include "own/audit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/maps.h"
#include "base/patience.h"
#include "base/random.h"
#include "own/answer.h"
#include "own/checks.h"
#include "own/others.h"
#include "own/run.h"

/* An operation takes two processes a few microseconds, which are not the allocator's. */
enum { MS_PER_SECOND = 1000, OPERATION_NS = 50000, NS_PER_MS = 1000000, PARTS = 16 };

struct audit {
    struct run run;
    struct sheet sheet; /* nobody else's */
    struct subject subject;
    struct checks checks;
    uint64_t low;  /* where the heap begins: the first greeting */
    size_t unseen; /* operations since the kernel was asked how large it is */
    struct patience patience;
    uint64_t most_ms; /* that it may spend */
    bool is_late;
    struct random random;
    struct others memory;
};

/* ---- Asking ---- */

/* Look at the process now and then; whether it has spent more than it may. */
static bool takes_too_long(struct audit *audit)
{
    struct patience_look look;

    if (clock_ms() < audit->patience.last.passed_ms + PATIENCE_LOOK_MS)
        return false;
    look = patience_look(audit->run.process);
    return patience_spend(&audit->patience, &look) >= audit->most_ms;
}

static bool wait_for_answer(struct audit *audit)
{
    struct pollfd file = {.fd = audit->run.channel, .events = POLLIN};
    int count;

    do {
        bool is_over = takes_too_long(audit);

        count = poll(&file, 1, is_over ? 0 : PATIENCE_LOOK_MS);
        audit->is_late = count == 0 && is_over;
    } while (!audit->is_late && (count == 0 || (count < 0 && errno == EINTR)));
    return count > 0;
}

/* Take the next message, which must have this size; else it is gone, and all of that is zero. */
static void hear(struct audit *audit, void *message, size_t size)
{
    if (audit->subject.is_gone || !wait_for_answer(audit) ||
        read(audit->run.channel, message, size) != (ssize_t)size) {
        audit->subject.is_gone = true;
        memset(message, 0, size);
    }
}

/* The heap as it says it is; where it says nothing, as much as it may have, so that no payload lies
 * where those that overlap are not looked for. */
static struct extent bounded(const struct audit *audit, struct extent told)
{
    uint64_t most = audit->sheet.memory;

    return (struct extent){.low = audit->low,
                           .bound = told.bound > 0 && told.bound < most ? told.bound : most,
                           .size = told.size};
}

/* The kernel's word on how far the break is from where the heap begins; 0 where that is nowhere. */
static uint64_t kernel_extent(const struct audit *audit)
{
    struct mapping mapping;
    struct text text = {0};
    uint64_t extent = 0;
    const char *line;

    if (maps_read(audit->run.process, &text)) {
        for (line = text_string(&text); extent == 0 && maps_next(&line, &mapping);) {
            if (strcmp(mapping.name, "[heap]") == 0 && mapping.end > audit->low)
                extent = mapping.end - audit->low;
        }
    }
    text_finish(&text);
    return extent;
}

/* See to it that the heap is not larger than is said: not by a page. Where all memory is there at
 * once, how far payloads reach counts, and not that. */
static void look_at_break(struct audit *audit, struct extent *heap)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t extent = audit->subject.is_handed ? 0 : kernel_extent(audit);

    audit->unseen = 0;
    if (extent >= heap->size + page)
        heap->size = extent;
}

/* So many are to be asked at once next: what is given back among them is not looked at before that,
 * so it is not to be known, and of a short trace a small part. */
static size_t choose_next(struct audit *audit)
{
    uint64_t part = audit->sheet.op_count / PARTS;

    return 1 + random_below(&audit->random, part < SUBJECT_MOST ? part + 1 : SUBJECT_MOST);
}

static void answer(void *context, const struct question *questions, size_t count,
                   struct answer *ret_answers)
{
    struct audit *audit = context;
    size_t size = count * sizeof questions[0];

    if (send(audit->run.channel, questions, size, MSG_NOSIGNAL) != (ssize_t)size)
        audit->subject.is_gone = true;
    hear(audit, ret_answers, count * sizeof ret_answers[0]);
    for (size_t i = 0; i < count; i++)
        ret_answers[i].heap = bounded(audit, ret_answers[i].heap);
    audit->unseen += count;
    if (audit->unseen >= SUBJECT_MOST)
        look_at_break(audit, &ret_answers[count - 1].heap);
    audit->subject.at_once = choose_next(audit);
}

/* ---- Its memory ---- */

static void fill(void *context, struct span *spans, size_t count)
{
    struct audit *audit = context;

    others_fill(&audit->memory, spans, count);
    audit->subject.is_gone |= audit->memory.is_unreadable;
}

static void match(void *context, struct span *spans, size_t count)
{
    struct audit *audit = context;

    others_match(&audit->memory, spans, count);
    audit->subject.is_gone |= audit->memory.is_unreadable;
}

/* ---- All of it ---- */

/* Let it begin, and hear where its heap is. */
static bool begin(struct audit *audit, const struct trace *trace)
{
    struct greeting greeting;

    audit->most_ms =
        audit->sheet.seconds * MS_PER_SECOND + trace->op_count * (uint64_t)OPERATION_NS / NS_PER_MS;
    audit->memory.process = audit->run.process;
    audit->sheet.op_count = trace->op_count;
    audit->sheet.round = SHEET_FIRST;
    getentropy(&audit->random.state, sizeof audit->random.state);
    audit->subject.at_once = choose_next(audit);
    hear(audit, &greeting, sizeof greeting);
    audit->low = greeting.heap.low;
    hear(audit, &greeting, sizeof greeting);
    audit->subject.can_resize = greeting.can_resize;
    audit->subject.is_handed = greeting.is_handed;
    audit->subject.heap = bounded(audit, greeting.heap);
    return checks_begin(&audit->checks, &audit->sheet, trace->ops, &audit->subject,
                        (const char *)(uintptr_t)audit->low);
}

/* The operation at which it was gone: of those that it was asked for at once the one that it says,
 * else the first. */
static uint64_t last_step(const struct audit *audit)
{
    uint64_t first = audit->sheet.step, told = audit->run.sheet->step;

    return told > first && told < first + SUBJECT_MOST ? told : first;
}

/* How it ended, where it did not come to the end. */
static void take_end(struct audit *audit, struct examination_result *result)
{
    run_wait(&audit->run, audit->is_late ? 0 : 1, result);
    if (audit->is_late)
        result->end = EXAMINATION_TIMEOUT;
    else if (result->end == EXAMINATION_DONE)
        result->end = EXAMINATION_EXITED;
    run_take_sheet(&audit->run, result);
    result->step = last_step(audit);
}

/* What was found here. */
static void take_faults(const struct audit *audit, struct examination_result *result)
{
    const struct sheet *sheet = &audit->sheet;

    result->round = sheet->round;
    result->fault_count = sheet->fault_count;
    result->listed = sheet->listed;
    memcpy(result->faults, sheet->faults, sizeof result->faults);
}

/* The heap's peak is no less than is seen. */
static uint64_t peak_heap(struct audit *audit)
{
    struct extent heap = {.size = audit->sheet.peak_heap};
    uint64_t reach = audit->checks.payloads.reach;

    look_at_break(audit, &heap);
    return heap.size > reach ? heap.size : reach;
}

static void take_result(struct audit *audit, struct examination_result *result)
{
    struct examination_result killed = {0};

    result->audited = audit->memory.is_unreadable ? AUDIT_DENIED : AUDIT_DONE;
    if (audit->subject.is_gone && !audit->memory.is_unreadable) {
        take_end(audit, result);
        take_faults(audit, result);
        return;
    }
    if (!audit->memory.is_unreadable) {
        take_faults(audit, result);
        result->peak_heap = peak_heap(audit);
    }
    kill(audit->run.process, SIGKILL);
    run_wait(&audit->run, 1, &killed);
}

bool audit(const struct trace *trace, const struct examination_limits *limits,
           struct examination_result *result, struct error *error)
{
    struct audit audit = {
        .subject = {.context = &audit, .answer = answer, .fill = fill, .match = match}};
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
        checks_finish(&audit.checks);
    }
    run_close(&audit.run);
    return good;
}
