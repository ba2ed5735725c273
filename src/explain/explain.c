/* explain.c: the sentence on a step, by its kind. See explain.h. */
#include "explain/explain.h"

#include <inttypes.h>
#include <unistd.h>

#include "explain/telling.h"
#include "target/said.h"

static void tell_limit(struct telling *telling)
{
    uint64_t limit = telling->step->op.size, size = telling->step->result.heap_size;
    bool is_whole = (limit | size) % (uint64_t)sysconf(_SC_PAGESIZE) == 0;

    if (telling->step->result.refused)
        text_add(telling->text, "The kernel refused to set this limit.");
    else if (limit == NO_LIMIT)
        text_add(telling->text, "The heap can grow as far as the system lets it.");
    else
        text_add(telling->text,
                 "From now on the kernel refuses to let the heap grow beyond %s; it has %s.%s",
                 tell_amount(telling, limit), tell_amount(telling, size),
                 is_whole ? "" : " It counts whole pages.");
}

static void tell_fill(struct telling *telling)
{
    const struct op *op = &telling->step->op;

    text_add(telling->text, "Wrote %s of 0x%02" PRIx64, tell_amount(telling, op->size),
             op->argument);
    if (telling->step->result.stack_written)
        tell_stack_place(telling,
                         op->address ? picture_offset_of(telling->picture, op->slot)
                                     : telling->step->before,
                         op->size);
    else
        text_add(telling->text, " into %s's payload at %s.", tell_own_name(telling),
                 tell_offset(telling, telling->step->before));
    tell_losses(telling);
}

static void tell_touch(struct telling *telling)
{
    const struct step *step = telling->step;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), now = step->resident;
    uint64_t first = (telling->picture->heap_start + step->before) % page;
    uint64_t touched = (first + step->op.size + page - 1) / page;

    text_add(telling->text, "Wrote to %s of %s's payload, without changing a byte",
             touched == 1 ? "a page" : "each page", tell_own_name(telling));
    if (step->op.argument < 100)
        text_add(telling->text, " (%" PRIu64 "%% of it)", step->op.argument);
    if (touched > 1)
        text_add(telling->text, ": %" PRIu64 " pages", touched);
    if (now == RESIDENT_UNKNOWN || telling->resident == RESIDENT_UNKNOWN)
        text_add(telling->text, ".");
    else if (now <= telling->resident)
        text_add(telling->text, "; all of that was in memory already.");
    else
        text_add(telling->text, "; the kernel gave %s for it. %s of the heap's %s are in memory.",
                 tell_amount(telling, now - telling->resident), tell_amount(telling, now),
                 tell_amount(telling, step->result.heap_size));
}

static void tell_coalesce(struct telling *telling)
{
    uint64_t merges = telling->digest.early_merges;

    if (merges > 0)
        text_add(telling->text, "Merged free neighbours: %s two became one.",
                 tell_times(telling, merges));
    else
        text_add(telling->text, "There were no free neighbours to merge.");
    tell_trim(telling);
}

/* What is said of each operation. */
static void (*const sentences[OP_KINDS])(struct telling *telling) = {
    [OP_ALLOC] = tell_allocation,   [OP_CALLOC] = tell_allocation,
    [OP_ALIGNED] = tell_allocation, [OP_REALLOC] = tell_reallocation,
    [OP_FREE] = tell_free,          [OP_FILL] = tell_fill,
    [OP_POKE] = tell_store,         [OP_WRITE] = tell_store,
    [OP_TOUCH] = tell_touch,        [OP_LET] = tell_let,
    [OP_LIMIT] = tell_limit,        [OP_COALESCE] = tell_coalesce,
    [OP_LINK] = tell_link,          [OP_UNLINK] = tell_unlink,
    [OP_LOAD] = tell_load,          [OP_GC] = tell_gc,
    [OP_CALL] = tell_call,          [OP_LOCAL] = tell_local,
    [OP_RETURN] = tell_return,
};

/* After a double free the allocator hands out what somebody has already. */
static void tell_twice(struct telling *telling)
{
    const struct picture *picture = telling->picture;
    uint64_t payload = telling->step->result.payload;
    const struct allocation *allocation = ledger_find(&picture->ledger, payload);
    uint32_t other;

    if (!allocation || !allocation->twice || !op_has(&telling->step->op, OP_GIVES) ||
        (op_has(&telling->step->op, OP_TAKES) && telling->step->before == payload))
        return;
    other = picture_variable(picture, telling->step->op.slot).next;
    text_add(telling->text, " But %s was handed out before and never came back",
             tell_offset(telling, payload));
    if (other != NO_VARIABLE)
        text_add(telling->text,
                 ": %s points there, too, and what is written by one name is read "
                 "by the other",
                 picture_name(picture, other));
    text_add(telling->text, ".");
}

void explain_opening(const struct picture *picture, struct text *text)
{
    const struct text *said = &picture->events.said;

    if (said->length == 0)
        return;
    text_add_string(text, "the allocator, while it was set up, ");
    said_add(text, said->data, said->length);
}

static void tell_said(struct telling *telling)
{
    const struct text *said = &telling->picture->events.said;

    if (said->length == 0)
        return;
    text_add(telling->text, " It ");
    said_add(telling->text, said->data, said->length);
    text_add(telling->text, ".");
}

static void explain(const struct picture *picture, const struct history *history,
                    const struct step *step, enum explain_sizes sizes, struct text *text)
{
    struct telling telling = telling_begin(picture, history, step, sizes, text);
    /* what the collector did, it reports itself */
    bool is_allocators = op_has(&step->op, OP_CALLS) && step->op.kind != OP_GC;

    if (is_allocators && description_can(&picture->description, KIND_INFERS))
        tell_inferred(&telling);
    else if (is_allocators && !description_can(&picture->description, KIND_EXPLAINS))
        tell_plainly(&telling);
    else
        sentences[step->op.kind](&telling);
    tell_twice(&telling);
    tell_dangling(&telling);
    tell_said(&telling);
}

void explain_step(const struct picture *picture, const struct history *history,
                  const struct step *step, struct text *text)
{
    explain(picture, history, step, EXPLAIN_ROUNDED, text);
}

void explain_last_step(const struct session *session, enum explain_sizes sizes, struct text *text)
{
    const struct step *step = history_last_step(session->history);

    if (step && step->left_out)
        text_add(text, "It was left out: on this heap there is nothing that it could be done to.");
    else if (step)
        explain(&session->mirror->picture, session->history, step, sizes, text);
}
