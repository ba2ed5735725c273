/* checks.c: see checks.h. */
#include "own/checks.h"

/* Some operations that an allocator is asked for at once, none about a payload that another is
 * about. */
struct batch {
    const struct trace_op *ops;
    size_t count;
    struct question questions[SUBJECT_MOST];
    struct answer answers[SUBJECT_MOST];
    bool is_whole[SUBJECT_MOST]; /* whether the payload held before what it should */
};

static bool is_about_payload(const struct trace_op *op)
{
    return op->id != TRACE_NULL_ID;
}

/* Whether one of a batch is about the same payload. */
static bool is_in(const struct batch *batch, const struct trace_op *op)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->ops[i].id == op->id && is_about_payload(op))
            return true;
    }
    return false;
}

/* ---- Before ---- */

/* Look at a payload that is to be given back or resized. */
static struct question prepare(struct checks *checks, const struct trace_op *op, bool *ret_is_whole)
{
    struct payloads *payloads = &checks->payloads;
    struct question question = {.kind = op->kind, .size = op->size};

    *ret_is_whole = true;
    if (op->kind != TRACE_ALLOCATE && is_about_payload(op)) {
        struct payload payload = payloads->items[op->id];

        question.payload = (uint64_t)(uintptr_t)payload.start;
        *ret_is_whole =
            payloads_verify(payloads, op->id, payload.start, payload.size, FAULT_DAMAGED);
    }
    return question;
}

/* ---- Behind ---- */

static void check_allocate(struct checks *checks, const struct trace_op *op, void *start)
{
    if (start)
        payloads_take(&checks->payloads, op->id, start, op->size, 0);
    else if (op->size > 0)
        payloads_refuse(&checks->payloads, op->id, op->size, true);
}

static void check_reallocate(struct checks *checks, const struct trace_op *op, void *start,
                             bool is_whole)
{
    struct payloads *payloads = &checks->payloads;
    struct payload before = payloads->items[op->id];
    uint64_t kept = before.size < op->size ? before.size : op->size;

    if (!start && op->size > 0) {
        payloads_refuse(payloads, op->id, op->size, checks->subject->can_resize);
        return;
    }
    if (is_whole && start)
        is_whole = payloads_verify(payloads, op->id, start, kept, FAULT_LOST);
    payloads_drop(payloads, op->id);
    if (start && op->size == 0 && checks->sheet->frees_by_realloc)
        payloads_not_null(payloads, op->id, start);
    else if (start)
        payloads_take(payloads, op->id, start, op->size,
                      is_whole && !before.is_tainted && before.is_live ? kept : 0);
}

/* How far payloads reach, of memory that was handed over at once; the heap's size otherwise. */
static void note_heap(struct checks *checks)
{
    const struct subject *subject = checks->subject;
    uint64_t size = subject->is_handed ? checks->payloads.reach : subject->heap.size;

    if (size > checks->sheet->peak_heap)
        checks->sheet->peak_heap = size;
}

static void check(struct checks *checks, const struct trace_op *op, const struct answer *answer,
                  bool is_whole)
{
    void *start = (void *)(uintptr_t)answer->payload;

    checks->subject->heap = answer->heap;
    if (op->kind == TRACE_ALLOCATE)
        check_allocate(checks, op, start);
    else if (op->kind == TRACE_REALLOCATE)
        check_reallocate(checks, op, start, is_whole);
    else if (is_about_payload(op))
        payloads_drop(&checks->payloads, op->id);
    note_heap(checks);
}

/* ---- Both ---- */

/* Carry out some operations from number `i` on, at most `most` at once; returns how many. */
static size_t advance(struct checks *checks, uint64_t i, size_t most)
{
    struct subject *subject = checks->subject;
    uint64_t *step = &checks->sheet->step;
    struct batch batch; /* nothing of which is read before it is written */

    batch.ops = checks->ops + i;
    batch.count = 0;
    for (uint64_t left = checks->sheet->op_count - i; batch.count < most && batch.count < left;) {
        const struct trace_op *op = &batch.ops[batch.count];

        if (is_in(&batch, op))
            break;
        *step = i + batch.count + 1;
        batch.questions[batch.count] = prepare(checks, op, &batch.is_whole[batch.count]);
        batch.count++;
    }
    *step = i + 1;
    subject->answer(subject->context, batch.questions, batch.count, batch.answers);
    for (size_t k = 0; k < batch.count && !subject->is_gone; k++) {
        *step = i + k + 1;
        check(checks, &batch.ops[k], &batch.answers[k], batch.is_whole[k]);
    }
    return batch.count;
}

void checks_step(struct checks *checks, uint64_t i)
{
    advance(checks, i, 1);
}

static void check_rest(struct checks *checks)
{
    for (uint32_t id = 0; id < checks->sheet->id_count; id++) {
        const struct payload *payload = &checks->payloads.items[id];

        payloads_verify(&checks->payloads, id, payload->start, payload->size, FAULT_DAMAGED);
    }
}

void checks_round(struct checks *checks)
{
    const struct subject *subject = checks->subject;

    checks->sheet->peak_heap = 0;
    note_heap(checks);
    for (uint64_t i = 0; i < checks->sheet->op_count && !subject->is_gone;)
        i += advance(checks, i, subject->at_once);
    if (!subject->is_gone)
        check_rest(checks);
}
