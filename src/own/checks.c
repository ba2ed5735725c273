/* checks.c: see checks.h. */
#include "own/checks.h"

/* Some operations that an allocator is asked for at once. */
struct batch {
    const struct trace_op *ops;
    uint64_t first; /* the step of the first */
    size_t count;
    struct question questions[SUBJECT_MOST];
    struct answer answers[SUBJECT_MOST];
    struct look looks[SUBJECT_MOST]; /* at payloads of before them, or of behind them */
    size_t look_count;
};

bool checks_begin(struct checks *checks, struct sheet *sheet, const struct trace_op *ops,
                  struct subject *subject, const char *heap)
{
    *checks = (struct checks){.sheet = sheet,
                              .ops = ops,
                              .subject = subject,
                              .batch = payloads_map(sizeof *checks->batch)};
    return payloads_begin(&checks->payloads, sheet, subject, heap) && checks->batch;
}

void checks_finish(struct checks *checks)
{
    payloads_finish(&checks->payloads);
    payloads_unmap(checks->batch, sizeof *checks->batch);
}

static bool is_about_payload(const struct trace_op *op)
{
    return op->id != TRACE_NULL_ID;
}

static void add_look(struct batch *batch, size_t k, enum fault_kind kind)
{
    batch->looks[batch->look_count++] =
        (struct look){.id = batch->ops[k].id, .kind = kind, .step = batch->first + k};
}

/* ---- Before ---- */

/* The question of an operation; a payload of before them all that it gives back or resizes is to be
 * looked at. */
static void prepare(struct checks *checks, struct batch *batch, size_t k)
{
    const struct trace_op *op = &batch->ops[k];
    struct question *question = &batch->questions[k];
    struct payload *payload;

    *question = (struct question){.kind = op->kind, .size = op->size};
    if (!is_about_payload(op))
        return;
    payload = &checks->payloads.items[op->id];
    if (op->kind != TRACE_ALLOCATE && payload->asked >= batch->first) {
        question->of = (uint32_t)(payload->asked - batch->first + 1);
    } else if (op->kind != TRACE_ALLOCATE) {
        question->payload = (uint64_t)(uintptr_t)payload->start;
        add_look(batch, k, FAULT_DAMAGED);
    }
    payload->asked = batch->first + k;
}

/* ---- Behind ---- */

static void check_allocate(struct checks *checks, const struct trace_op *op, void *start)
{
    if (start)
        payloads_take(&checks->payloads, op->id, start, op->size, 0);
    else if (op->size > 0)
        payloads_refuse(&checks->payloads, op->id, op->size, true);
}

static void check_reallocate(struct checks *checks, const struct trace_op *op, void *start)
{
    struct payloads *payloads = &checks->payloads;
    struct payload before = payloads->items[op->id];
    uint64_t kept = before.is_tainted ? 0 : before.filled;

    if (!start && op->size > 0) {
        payloads_refuse(payloads, op->id, op->size, checks->subject->can_resize);
        return;
    }
    payloads_drop(payloads, op->id);
    if (start && op->size == 0 && checks->sheet->frees_by_realloc)
        payloads_not_null(payloads, op->id, start);
    else if (start)
        payloads_take(payloads, op->id, start, op->size, kept < op->size ? kept : op->size);
}

/* How far payloads reach, of memory that was handed over at once; the heap's size otherwise. */
static void note_heap(struct checks *checks)
{
    const struct subject *subject = checks->subject;
    uint64_t size = subject->is_handed ? checks->payloads.reach : subject->heap.size;

    if (size > checks->sheet->peak_heap)
        checks->sheet->peak_heap = size;
}

static void check(struct checks *checks, const struct trace_op *op, const struct answer *answer)
{
    void *start = (void *)(uintptr_t)answer->payload;

    checks->subject->heap = answer->heap;
    if (op->kind == TRACE_ALLOCATE)
        check_allocate(checks, op, start);
    else if (op->kind == TRACE_REALLOCATE)
        check_reallocate(checks, op, start);
    else if (is_about_payload(op))
        payloads_drop(&checks->payloads, op->id);
    note_heap(checks);
}

/* What was handed out, and is still there, holds what it was moved with, and is filled. */
static void check_contents(struct checks *checks, struct batch *batch)
{
    batch->look_count = 0;
    for (size_t k = 0; k < batch->count; k++) {
        const struct trace_op *op = &batch->ops[k];

        if (op->kind != TRACE_FREE && is_about_payload(op) &&
            checks->payloads.items[op->id].step == batch->first + k)
            add_look(batch, k, FAULT_LOST);
    }
    payloads_verify(&checks->payloads, batch->looks, batch->look_count);
    payloads_fill(&checks->payloads, batch->looks, batch->look_count);
}

/* ---- Both ---- */

/* Carry out so many operations at once from number `i` on. */
static void advance(struct checks *checks, uint64_t i, size_t count)
{
    struct subject *subject = checks->subject;
    uint64_t *step = &checks->sheet->step;
    struct batch *batch = checks->batch;

    batch->ops = checks->ops + i;
    batch->first = i + 1;
    batch->count = count;
    batch->look_count = 0;
    for (size_t k = 0; k < count; k++)
        prepare(checks, batch, k);
    *step = batch->first;
    payloads_verify(&checks->payloads, batch->looks, batch->look_count);
    *step = batch->first;
    subject->answer(subject->context, batch->questions, count, batch->answers);
    for (size_t k = 0; k < count && !subject->is_gone; k++) {
        *step = batch->first + k;
        check(checks, &batch->ops[k], &batch->answers[k]);
    }
    if (!subject->is_gone)
        check_contents(checks, batch);
}

void checks_step(struct checks *checks, uint64_t i)
{
    advance(checks, i, 1);
}

static void check_rest(struct checks *checks)
{
    struct look *looks = checks->batch->looks;
    size_t count = 0;

    for (uint32_t id = 0; id < checks->sheet->id_count; id++) {
        looks[count++] =
            (struct look){.id = id, .kind = FAULT_DAMAGED, .step = checks->sheet->op_count};
        if (count == SUBJECT_MOST || id + 1 == checks->sheet->id_count) {
            payloads_verify(&checks->payloads, looks, count);
            count = 0;
        }
    }
}

void checks_round(struct checks *checks)
{
    const struct subject *subject = checks->subject;
    uint64_t count;

    checks->sheet->peak_heap = 0;
    note_heap(checks);
    for (uint64_t i = 0; i < checks->sheet->op_count && !subject->is_gone; i += count) {
        uint64_t left = checks->sheet->op_count - i;

        count = subject->at_once < left ? subject->at_once : left;
        advance(checks, i, count);
    }
    if (!subject->is_gone)
        check_rest(checks);
}
