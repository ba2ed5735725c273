/* to_trace.c: see to_trace.h. A payload is what has an id: variables may share one, or lose it. */
#include "session/to_trace.h"

#include <stdlib.h>

#include "base/memory.h"
#include "trace/addresses.h"

/* Where a payload is as an address that is not NULL's. */
static uint64_t address_of(uint64_t payload)
{
    return payload == OFFSET_NULL ? 0 : payload + 1;
}

/* What the collector freed in the step. */
static bool add_collected(struct addresses *addresses, struct trace *trace, const struct step *step,
                          struct error *error)
{
    for (uint64_t i = 0; step->collected && i < step->result.collected; i++) {
        if (!addresses_release(addresses, trace, address_of(step->collected[i]), error))
            return false;
    }
    return true;
}

/* The trace on its way. */
struct writing {
    struct trace trace;
    struct addresses addresses;
    uint64_t *held; /* what the variable in a place holds, of traced steps */
    size_t count, capacity;
};

/* What the variable of a traced step held before it, of which the step does not tell. */
static uint64_t change_held(struct writing *writing, const struct step *step)
{
    uint64_t before;

    writing->held = memory_reserve(writing->held, &writing->capacity, (size_t)step->op.slot + 1,
                                   sizeof writing->held[0]);
    while (writing->count <= step->op.slot)
        writing->held[writing->count++] = OFFSET_NULL;
    before = writing->held[step->op.slot];
    writing->held[step->op.slot] = step->result.payload;
    return before;
}

/* Add what a step asked for, to whose variable belonged `before`.
 *   ret_told  whether there is an operation that says it */
static bool add_step(struct writing *writing, const struct step *step, uint64_t before,
                     bool *ret_told, struct error *error)
{
    bool gives = op_has(&step->op, OP_GIVES), takes = op_has(&step->op, OP_TAKES);
    uint64_t from = address_of(before), to = address_of(step->result.payload);
    struct addresses *addresses = &writing->addresses;

    *ret_told = (gives || takes) && !step->result.refused && !step->left_out;
    if (takes && from != 0 && addresses_find(addresses, from) == TRACE_NULL_ID)
        *ret_told = false; /* it was forced */
    if (!add_collected(addresses, &writing->trace, step, error))
        return false;
    if (!*ret_told)
        return true;
    if (gives && takes)
        return addresses_resize(addresses, &writing->trace, from, to, op_bytes(&step->op), error);
    if (gives)
        return addresses_allocate(addresses, &writing->trace, to, op_bytes(&step->op), error);
    return addresses_release(addresses, &writing->trace, from, error);
}

/* Tell how far it is, now and then. */
static bool goes_on(const struct history *history, size_t number, struct error *error)
{
    enum { TICK_EVERY = 4096 };

    return number % TICK_EVERY != 0 ||
           progress_tick(&history->progress, number, history->steps.count) ||
           error_set_kind(error, ERROR_STOPPED, "stopped; no file has been written");
}

bool session_to_trace(const struct session *session, const char *name, struct trace *ret_trace,
                      size_t *ret_left_out, struct error *error)
{
    const struct steps *steps = &session->history->steps;
    struct writing writing = {0};
    size_t left_out = 0;
    bool good = true, is_told;

    if (!history_is_whole(session->history, error))
        return false;
    trace_init(&writing.trace, name);
    for (size_t number = 1; good && number <= steps->count; number++) {
        const struct step *step = steps_at(steps, number);
        uint64_t before =
            number <= steps->traced_count ? change_held(&writing, step) : step->before;

        good = add_step(&writing, step, before, &is_told, error) &&
               goes_on(session->history, number, error);
        left_out += !is_told;
    }
    addresses_finish(&writing.addresses);
    free(writing.held);
    if (!good) {
        trace_finish(&writing.trace);
        return false;
    }
    *ret_left_out = left_out;
    *ret_trace = writing.trace;
    return true;
}
