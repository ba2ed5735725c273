/* checks.c: see checks.h. */
#include "own/checks.h"

static void check_allocate(struct checks *checks, const struct trace_op *op)
{
    struct subject *subject = checks->subject;
    void *start = subject->allocate(subject->context, op->size);

    if (start)
        payloads_take(&checks->payloads, op->id, start, op->size, 0);
    else if (op->size > 0 && !subject->is_gone)
        payloads_refuse(&checks->payloads, op->id, op->size, true);
}

static void check_free(struct checks *checks, const struct trace_op *op)
{
    struct payloads *payloads = &checks->payloads;
    struct payload payload = {0};

    if (op->id != TRACE_NULL_ID) {
        payload = payloads->items[op->id];
        payloads_verify(payloads, op->id, payload.start, payload.size, FAULT_DAMAGED);
        payloads_drop(payloads, op->id);
    }
    checks->subject->release(checks->subject->context, payload.start);
}

static void check_reallocate(struct checks *checks, const struct trace_op *op)
{
    struct subject *subject = checks->subject;
    struct payloads *payloads = &checks->payloads;
    struct payload before = payloads->items[op->id];
    uint64_t kept = before.size < op->size ? before.size : op->size;
    bool whole = payloads_verify(payloads, op->id, before.start, before.size, FAULT_DAMAGED);
    void *start = subject->resize(subject->context, before.start, op->size);

    if (!start && op->size > 0) {
        if (!subject->is_gone)
            payloads_refuse(payloads, op->id, op->size, subject->can_resize);
        return;
    }
    if (whole && start)
        whole = payloads_verify(payloads, op->id, start, kept, FAULT_LOST);
    payloads_drop(payloads, op->id);
    if (start && op->size == 0 && checks->sheet->frees_by_realloc)
        payloads_not_null(payloads, op->id, start);
    else if (start)
        payloads_take(payloads, op->id, start, op->size,
                      whole && !before.is_tainted && before.is_live ? kept : 0);
}

static void (*const kinds[TRACE_KINDS])(struct checks *, const struct trace_op *) = {
    [TRACE_ALLOCATE] = check_allocate,
    [TRACE_REALLOCATE] = check_reallocate,
    [TRACE_FREE] = check_free,
};

void checks_step(struct checks *checks, uint64_t i)
{
    checks->sheet->step = i + 1;
    kinds[checks->ops[i].kind](checks, &checks->ops[i]);
}

/* How far payloads reach, of memory that was handed over at once; the heap's size otherwise. */
static void note_heap(struct checks *checks)
{
    const struct subject *subject = checks->subject;
    uint64_t size = subject->is_handed ? checks->payloads.reach : subject->size(subject->context);

    if (size > checks->sheet->peak_heap)
        checks->sheet->peak_heap = size;
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
    checks->sheet->peak_heap = 0;
    note_heap(checks);
    for (uint64_t i = 0; i < checks->sheet->op_count && !checks->subject->is_gone; i++) {
        checks_step(checks, i);
        note_heap(checks);
    }
    if (!checks->subject->is_gone)
        check_rest(checks);
}
