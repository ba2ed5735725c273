/* replay.c: see replay.h. */
#include "session/replay.h"

#include "session/linking.h"

/* How many of the bytes asked for lie from the offset `at` on. */
static uint64_t bytes_from(const struct allocation *allocation, uint64_t at)
{
    uint64_t before = at - allocation->payload;

    return before < allocation->requested ? allocation->requested - before : 0;
}

/* So many percent of `size` bytes, rounded up. */
static uint64_t part_of(uint64_t size, uint64_t percent)
{
    return size / 100 * percent + (size % 100 * percent + 99) / 100;
}

/* What the collector starts from; where an allocation may collect, nothing if nothing can be
 * garbage. */
static uint32_t roots_of(const struct picture *picture, const struct op *op)
{
    if (!op_has(op, OP_COLLECTS) && picture->ledger.lost == 0)
        return NO_ROOTS;
    return (uint32_t)picture->variables.count;
}

/* How many bytes a variable is about: of stack data its own; else those that it points to. */
static uint64_t bytes_to_fill(const struct picture *picture, const struct variable *variable)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, variable->target);
    uint64_t distance, bytes;
    uint32_t place;

    if (variable->bytes > 0)
        return variable->bytes;
    if (allocation)
        return bytes_from(allocation, variable->payload);
    if (!variable->points_in || !picture_own(picture, variable->payload, &place, &distance))
        return 0;
    bytes = variables_get(&picture->variables, place)->bytes;
    bytes = bytes > 0 ? bytes : WORD_BYTES;
    return distance < bytes ? bytes - distance : 0;
}

/* How many bytes of what is freed are to be filled. */
static uint64_t bytes_to_wipe(const struct picture *picture, const struct variable *variable)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, variable->payload);

    return picture_is_guarded(picture) && allocation ? allocation->requested : 0;
}

bool replay_complete(const struct picture *picture, struct step *step)
{
    struct op *op = &step->op;
    struct variable variable = picture_variable(picture, op->slot);
    static const char *const no_names[2] = {"", ""};
    struct error ignored;

    op->roots = op->window > 0 ? roots_of(picture, op) : 0;
    if (op_has(op, OP_FILLS)) {
        op->address = variable.bytes > 0;
        op->size = bytes_to_fill(picture, &variable);
        if (op_has(op, OP_PARTLY))
            op->size = part_of(op->size, op->argument);
        return op->size > 0;
    }
    if (op_has(op, OP_STORES)) {
        op->address = op->own || variable.bytes > 0;
        return op->slot == NO_VARIABLE || op->address || variable_is_live(&variable) ||
               variable.points_in || (step->forced && variable.payload != OFFSET_NULL);
    }
    if (op_has(op, OP_SLOT))
        return linking_check(picture, step, no_names, &ignored);
    if (op_has(op, OP_TAKES))
        *(op_has(op, OP_GIVES) ? &op->argument : &op->size) = bytes_to_wipe(picture, &variable);
    return !op_has(op, OP_TAKES) || step->forced || variable.freed_in == 0;
}

/* Carry out a step once more, and note its result anew. */
static bool repeat(struct mirror *mirror, struct step *step, uint32_t number)
{
    struct picture *picture = &mirror->picture;

    step->before = picture_variable(picture, step->op.slot).payload;
    step->collected = NULL;
    step->rewritten_count = 0;
    step->left_out = !replay_complete(picture, step);
    if (step->left_out) {
        step->result = (struct op_result){
            .payload = step->before, .heap_size = picture->metrics.heap_size, .refused = true};
        picture_set_events(picture, NULL, 0, 0);
        picture_set_said(picture, NULL, 0);
    } else if (!mirror_run(mirror, step, number)) {
        return false;
    }
    step->metrics = picture->metrics;
    return true;
}

size_t replay_steps(struct history *history, struct mirror *mirror, size_t from, size_t to,
                    bool stoppable)
{
    enum { PROGRESS_INTERVAL = 512, LOOKED_AT_MOST = 1000 /* pages would take as long again */ };
    bool looks = history->watches_pages || to - from <= LOOKED_AT_MOST;

    wounds_cut(&history->wounds, (uint32_t)from);
    for (size_t i = from; i < to; i++) {
        struct step *step = steps_own(&history->steps, i + 1);

        if (!repeat(mirror, step, (uint32_t)i + 1))
            return i;
        history_keep_collected(history, step);
        if (!step->left_out)
            history_keep_rewritten(history, step, &mirror->picture.rewritten);
        history_note_damage(history, &mirror->picture, i + 1);
        history_note_memory(history, mirror, i + 1, looks);
        history_note(history, mirror, i + 1, true);
        if ((i + 1) % PROGRESS_INTERVAL == 0 && !progress_tick(&history->progress, i + 1, to) &&
            stoppable)
            return i + 1;
    }
    return to;
}
