/* retrace.c: see retrace.h. While the heap process carries out the steps of one request, those of
 * the next are gathered; while it carries out those, what came of the first is compared. */
#include "session/retrace.h"

#include <stdlib.h>

#include "base/memory.h"

/* Steps in a request: few enough for what both sides have of them to stay in the cache. */
enum { RETRACED_AT_ONCE = 1024 };

_Static_assert((int)RETRACED_AT_ONCE <= (int)OPS_MAX, "a request has room for them");

/* Steps of a request, and what is known of each. */
struct batch {
    struct op ops[RETRACED_AT_ONCE];
    struct traced_step rows[RETRACED_AT_ONCE]; /* of those that are traced */
    size_t numbers[RETRACED_AT_ONCE];
    size_t count;
    size_t until; /* there is none to be carried out between the last of them and this number */
};

struct retrace {
    const struct history *history;
    struct target *target;
    size_t step, to; /* the last one that is gathered; and where to go */
    struct traced_view view;
    struct batch batches[2];
    size_t *ret_step;
};

bool retrace_is_same(const struct op_result *a, const struct op_result *b)
{
    return a->payload == b->payload && a->usable == b->usable && a->heap_size == b->heap_size &&
           a->refused == b->refused && a->word == b->word && a->collected == b->collected;
}

/* ---- A request ---- */

/* Add the next step, unless it was left out. */
static void add(struct retrace *retrace, struct batch *batch, const struct step *own)
{
    size_t number = ++retrace->step;

    if (own && own->left_out)
        return;
    batch->numbers[batch->count] = number;
    if (own) {
        batch->ops[batch->count] = own->op;
    } else {
        batch->rows[batch->count] = *traced_view_at(&retrace->view, number);
        batch->ops[batch->count] = traced_op(&batch->rows[batch->count]);
    }
    batch->count++;
}

/* Gather as many of the next steps as one request can hold: none only where there is none left that
 * is to be carried out. */
static void gather(struct retrace *retrace, struct batch *batch)
{
    const struct steps *steps = &retrace->history->steps;
    uint64_t stored = 0;

    batch->count = 0;
    while (retrace->step < retrace->to && batch->count < RETRACED_AT_ONCE) {
        const struct step *own = steps_own(steps, retrace->step + 1);
        bool stores = own && !own->left_out && op_has(&own->op, OP_STORES);

        stored += stores ? own->op.size : 0;
        if (stored > STORES_MAX)
            break;
        add(retrace, batch, own);
    }
    batch->until = retrace->step;
}

static enum visit_outcome end(const struct retrace *retrace, enum visit_outcome outcome,
                              size_t step)
{
    *retrace->ret_step = step;
    return outcome;
}

/* The process did not survive one of these. */
static enum visit_outcome died(const struct retrace *retrace, const struct batch *batch)
{
    uint64_t op = target_failure(retrace->target)->op;

    return end(retrace, VISIT_DIED, batch->numbers[op < batch->count ? op : batch->count - 1]);
}

static enum visit_outcome compare(const struct retrace *retrace, const struct batch *batch,
                                  const struct op_result *results)
{
    const struct steps *steps = &retrace->history->steps;

    for (size_t i = 0; i < batch->count; i++) {
        const struct step *own = steps_own(steps, batch->numbers[i]);

        if (!(own ? retrace_is_same(&results[i], &own->result)
                  : traced_went_so(&batch->rows[i], &results[i])))
            return end(retrace, VISIT_DIFFERED, batch->numbers[i]);
    }
    return VISIT_DONE;
}

static bool send(const struct retrace *retrace, const struct batch *batch)
{
    return batch->count == 0 ||
           target_begin_replay(retrace->target, batch->ops, batch->count, false);
}

/* ---- All of them ---- */

static enum visit_outcome go(struct retrace *retrace, bool can_be_stopped)
{
    struct batch *sent = &retrace->batches[0], *next = &retrace->batches[1], *before;
    const struct progress *progress = &retrace->history->progress;
    enum visit_outcome outcome = VISIT_DONE;

    gather(retrace, sent);
    if (!send(retrace, sent))
        return died(retrace, sent);
    while (sent->count > 0 && outcome == VISIT_DONE) {
        const struct op_result *results;

        gather(retrace, next);
        if (!target_end_replay(retrace->target, &results))
            return died(retrace, sent);
        if (!send(retrace, next))
            return died(retrace, next);
        outcome = compare(retrace, sent, results);
        if (outcome == VISIT_DONE && next->count > 0 &&
            !progress_tick(progress, sent->until, retrace->to) && can_be_stopped)
            outcome = end(retrace, VISIT_STOPPED, sent->until);
        before = sent;
        sent = next;
        next = before;
    }
    return outcome;
}

enum visit_outcome retrace_steps(const struct history *history, struct target *target, size_t from,
                                 size_t to, bool can_be_stopped, size_t *ret_step)
{
    struct retrace *retrace;
    enum visit_outcome outcome;

    if (from == to)
        return VISIT_DONE;
    retrace = memory_create(1, sizeof *retrace);
    retrace->history = history;
    retrace->target = target;
    retrace->step = from;
    retrace->to = to;
    retrace->ret_step = ret_step;
    if (history->steps.traced)
        traced_view_begin(&retrace->view, &history->steps.traced->rows, false);
    outcome = go(retrace, can_be_stopped);
    free(retrace);
    return outcome;
}
