/* explain.c: the sentence on a step, by its kind. See explain.h. */
#include "explain/explain.h"

#include <inttypes.h>
#include <unistd.h>

#include "explain/telling.h"

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

    text_add(telling->text, "Wrote %s of 0x%02" PRIx64 " into %s's payload at %s.",
             tell_amount(telling, op->size), op->argument, tell_own_name(telling),
             tell_offset(telling, telling->step->before));
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

void explain_step(const struct picture *picture, const struct history *history,
                  const struct step *step, struct text *text)
{
    struct telling telling = telling_begin(picture, history, step, text);
    bool is_call = step->op.kind != OP_FILL && step->op.kind != OP_LIMIT;

    if (is_call && !description_can(&picture->description, KIND_EXPLAINS)) {
        tell_plainly(&telling);
        return;
    }
    switch ((enum op_kind)step->op.kind) {
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED: tell_allocation(&telling); break;
    case OP_REALLOC: tell_reallocation(&telling); break;
    case OP_FREE: tell_free(&telling); break;
    case OP_FILL: tell_fill(&telling); break;
    case OP_LIMIT: tell_limit(&telling); break;
    case OP_COALESCE: tell_coalesce(&telling); break;
    }
}

void explain_last_step(const struct session *session, struct text *text)
{
    const struct step *step = history_last_step(session->history);

    if (step && step->left_out)
        text_add(text, "It was left out: on this heap there is nothing that it could be done to.");
    else if (step)
        explain_step(&session->mirror->picture, session->history, step, text);
}
