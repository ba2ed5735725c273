/* history.c: see history.h; visits are in visit.c. */
#include "session/history.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/size.h"

struct history *history_create(void)
{
    return memory_create(1, sizeof(struct history));
}

void history_destroy(struct history *history)
{
    if (!history)
        return;
    checkpoints_finish(&history->checkpoints);
    names_finish(&history->names);
    free(history->steps.items);
    free(history);
}

const struct step *history_last_step(const struct history *history)
{
    return history->steps.count ? &history->steps.items[history->steps.count - 1] : NULL;
}

const struct metrics *history_metrics_at(const struct history *history, size_t step)
{
    return step == 0 ? &history->opening : &history->steps.items[step - 1].metrics;
}

struct metrics history_metrics_before(const struct history *history, const struct step *step)
{
    return step == history->steps.items ? history->opening : step[-1].metrics;
}

/* ---- Steps in words ---- */

void step_add_command(const struct step *step, const char *name, struct text *text)
{
    const struct op *op = &step->op;
    char size[SIZE_TEXT_MAX], more[SIZE_TEXT_MAX];

    size_exact(op->size, size);
    size_exact(op->argument, more);
    switch ((enum op_kind)op->kind) {
    case OP_ALLOC: text_add(text, "alloc %s %s", name, size); break;
    case OP_CALLOC: text_add(text, "calloc %s %" PRIu64 " %s", name, op->argument, size); break;
    case OP_REALLOC: text_add(text, "realloc %s %s", name, size); break;
    case OP_ALIGNED: text_add(text, "aligned %s %s %s", name, more, size); break;
    case OP_FREE: text_add(text, "free%s %s", step->forced ? "!" : "", name); break;
    case OP_FILL: text_add(text, "fill %s 0x%02" PRIx64, name, op->argument); break;
    case OP_LIMIT: text_add(text, "limit %s", op->size == NO_LIMIT ? "none" : size); break;
    case OP_COALESCE: text_add(text, "coalesce"); break;
    }
}

void history_add_command(const struct history *history, const struct step *step, struct text *text)
{
    bool has_name = step->op.kind != OP_LIMIT && step->op.kind != OP_COALESCE;

    step_add_command(step, has_name ? names_text(&history->names, step->op.slot) : "", text);
}

/* ---- Checkpoints on the way ---- */

void history_begin(struct history *history, const struct mirror *mirror)
{
    struct error ignored;
    struct target *target = target_clone(mirror->target, &ignored);

    history->opening = mirror->picture.metrics;
    history->checkpoints.interval = CHECKPOINT_INTERVAL_NS;
    if (target)
        checkpoints_keep(&history->checkpoints, &history->steps, 0, target, &mirror->picture);
}

void history_note(struct history *history, const struct mirror *mirror, size_t step)
{
    struct checkpoints *checkpoints = &history->checkpoints;
    struct target *target;
    struct error ignored;
    uint64_t here;

    if (checkpoints->count == 0)
        return;
    checkpoints->since += checkpoint_cost(&history->steps.items[step - 1]);
    if (checkpoints->since < checkpoints->interval)
        return;
    here = checkpoints->items[checkpoints->count - 1].cost + checkpoints->since;
    checkpoints->since = 0;
    if (!checkpoints_make_room(checkpoints, mirror->picture.metrics.heap_size, here))
        return;
    target = target_clone(mirror->target, &ignored);
    if (target)
        checkpoints_keep(checkpoints, &history->steps, step, target, &mirror->picture);
}
