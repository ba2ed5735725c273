/* fault.c: see fault.h. */
#include "own/fault.h"

#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "target/guard.h"
#include "target/said.h"

/* Of an operation on what asked for nothing, that it did: many answer NULL then, and do not expect
 * that back. */
static void add_nothing(const struct trace *trace, uint64_t step, struct text *text)
{
    const struct trace_op *op = &trace->ops[step - 1];
    uint64_t before = step - 1;

    while (before > 0 && trace->ops[before - 1].id != op->id)
        before--;
    if (before > 0 && trace->ops[before - 1].kind != TRACE_FREE && trace->ops[before - 1].size == 0)
        text_add(text, ", of the 0 bytes that step %" PRIu64 " asked for", before);
}

/* "step 9, realloc 4 to 40 bytes" */
static void add_step(const struct trace *trace, uint64_t step, struct text *text)
{
    const struct trace_op *op = &trace->ops[step - 1];

    text_add(text, "step %" PRIu64 ", ", step);
    if (op->kind == TRACE_FREE && op->id == TRACE_NULL_ID)
        text_add(text, "free NULL");
    else if (op->kind == TRACE_FREE)
        text_add(text, "free %" PRIu32, op->id);
    else
        text_add(text,
                 op->kind == TRACE_ALLOCATE ? "alloc %" PRIu32 " (%" PRIu64 " bytes)"
                                            : "realloc %" PRIu32 " to %" PRIu64 " bytes",
                 op->id, op->size);
    if (op->kind != TRACE_ALLOCATE && op->id != TRACE_NULL_ID)
        add_nothing(trace, step, text);
}

/* "+0x0010 to +0x0037" */
static void add_range(uint64_t at, uint64_t size, struct text *text)
{
    text_add(text, "+0x%04" PRIx64 " to +0x%04" PRIx64, at, size > 0 ? at + size - 1 : at);
}

/* Where a payload begins that is not where it must be. */
static void add_start(const struct fault *fault, struct text *text)
{
    char buffer[SIZE_TEXT_MAX];

    text_add(text, "its payload is at %s",
             place_text(fault->at, fault->other_at, fault->other_size, buffer));
}

/* A heap may have grown beyond what it may have, where nothing stops it. */
static void add_outside(const struct fault *fault, const struct examination_limits *limits,
                        struct text *text)
{
    uint64_t end = fault->at + fault->size;
    char size[SIZE_TEXT_MAX];

    if (place_is_near(fault->at, fault->other_size)) {
        text_add_string(text, "its payload, ");
        add_range(fault->at, fault->size, text);
        if (end > limits->memory && end <= fault->other_size)
            text_add(text, ", ends beyond the %s that the heap may have",
                     size_short(limits->memory, size));
        else
            text_add_string(text, ", is not in the heap");
        return;
    }
    add_start(fault, text);
    text_add(text, ", which is not in the heap: that begins at 0x%" PRIx64, fault->other_at);
}

static void add_overlap(const struct fault *fault, struct text *text)
{
    text_add(text, "its payload, ");
    add_range(fault->at, fault->size, text);
    text_add(text, ", overlaps with that of id %" PRIu32 ", ", fault->other);
    add_range(fault->other_at, fault->other_size, text);
    text_add(text, ", which step %" PRIu64 " handed out", fault->other_step);
}

static void add_bytes(const struct fault *fault, struct text *text)
{
    text_add(text, "byte %" PRIu64 " (+0x%04" PRIx64 ") holds 0x%02x in place of 0x%02x",
             fault->byte, fault->at + fault->byte, fault->found, fault->expected);
}

static void add_damage(const struct fault *fault, const struct trace *trace, struct text *text)
{
    text_add(text, "the payload of id %" PRIu32 ", ", fault->id);
    add_range(fault->at, fault->size, text);
    text_add(text, ", was written over: ");
    add_bytes(fault, text);
    if (fault->since > 0 && fault->since < fault->step) {
        text_add(text, "; found in ");
        add_step(trace, fault->step, text);
    }
}

/* What comes before a step. */
static void add_round(uint32_t round, struct text *text)
{
    if (round == SHEET_ANEW)
        text_add_string(text, "after mm_init was called again, ");
}

static void add_fault(const struct fault *fault, const struct trace *trace,
                      const struct examination_limits *limits, struct text *text)
{
    char size[SIZE_TEXT_MAX];

    add_round(fault->round, text);
    add_step(trace, fault->since > 0 ? fault->since : fault->step, text);
    text_add(text, ": ");
    switch ((enum fault_kind)fault->kind) {
    case FAULT_REFUSED:
        text_add(text, "it answered NULL, though the heap may have %s",
                 size_short(limits->memory, size));
        break;
    case FAULT_ABSENT: text_add_string(text, "it has neither mm_realloc nor realloc"); break;
    case FAULT_MISALIGNED:
        add_start(fault, text);
        text_add(text, ", which is not a multiple of %" PRIu64, limits->alignment);
        break;
    case FAULT_OUTSIDE: add_outside(fault, limits, text); break;
    case FAULT_OVERLAP: add_overlap(fault, text); break;
    case FAULT_DAMAGED: add_damage(fault, trace, text); break;
    case FAULT_LOST:
        text_add(text, "the payload was not kept: ");
        add_bytes(fault, text);
        break;
    case FAULT_NOT_NULL:
        text_add(text, "it answered +0x%04" PRIx64 ", and realloc to 0 bytes must answer NULL",
                 fault->at);
        break;
    case FAULT_KINDS: break;
    }
}

/* When it ended: the round, the run on the clock, the step, as far as they are known. */
static void add_moment(const struct examination_result *result, const struct trace *trace,
                       struct text *text)
{
    bool is_timed = result->round == SHEET_TIMED;

    add_round(result->round, text);
    if (is_timed)
        text_add_string(text, "while it was timed");
    if (result->run > 0)
        text_add(text, ", in run %" PRIu64, result->run);
    if (is_timed && (result->run == 0 || result->is_lost))
        return;
    text_add_string(text, is_timed ? ", " : "");
    if (result->step > 0)
        add_step(trace, result->step, text);
    else
        text_add_string(text, "before the first step");
}

static void add_end(const struct examination_result *result, const struct trace *trace,
                    const struct examination_limits *limits, struct text *text)
{
    const char *name = result->number > 0 ? sigabbrev_np(result->number) : NULL;

    add_moment(result, trace, text);
    text_add(text, ": ");
    switch (result->end) {
    case EXAMINATION_DONE: break;
    case EXAMINATION_REFUSED: text_add(text, "%s", text_string(&result->problem)); break;
    case EXAMINATION_FAULT:
        text_add(text, "SIG%s", name ? name : "?");
        if (result->address != 0)
            text_add(text, " at address 0x%" PRIx64 "%s", result->address,
                     guard_remark(result->is_overflow));
        break;
    case EXAMINATION_KILLED: text_add(text, "killed by SIG%s", name ? name : "?"); break;
    case EXAMINATION_EXITED:
        text_add(text, "it called exit, with status %d", result->number);
        break;
    case EXAMINATION_TIMEOUT:
        text_add(text, "it had not come to an end after %" PRIu64 " s", limits->seconds);
        break;
    }
    if (result->is_denied)
        text_add_string(text, ", after the system had denied it something: here it can write no "
                              "file, start no process and use no network");
    if (result->is_lost)
        text_add_string(text, "; done once more it did not end so: its step is not known");
    if (result->said.length > 0) {
        text_add(text, "; it ");
        said_add(text, result->said.data, result->said.length);
    }
}

size_t fault_count(const struct examination_result *result)
{
    return result->listed + (result->fault_count > result->listed) +
           (result->end != EXAMINATION_DONE);
}

void fault_add(const struct examination_result *result, const struct trace *trace, size_t number,
               const struct examination_limits *limits, struct text *text, uint64_t *ret_step,
               bool *ret_is_anew)
{
    uint32_t round = number < result->listed ? result->faults[number].round : result->round;

    *ret_step = 0;
    *ret_is_anew = round == SHEET_ANEW;
    if (number < result->listed) {
        const struct fault *fault = &result->faults[number];

        add_fault(fault, trace, limits, text);
        *ret_step = fault->since > 0 ? fault->since : fault->step;
    } else if (number == result->listed && result->fault_count > result->listed) {
        text_add(text, "and %" PRIu64 " more like these", result->fault_count - result->listed);
    } else {
        add_end(result, trace, limits, text);
        *ret_step = result->round != SHEET_TIMED || result->is_fresh ? result->step : 0;
    }
}
