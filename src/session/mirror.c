/* mirror.c: see mirror.h. */
#include "session/mirror.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void mirror_destroy(struct mirror *mirror)
{
    if (!mirror)
        return;
    target_destroy(mirror->target);
    block_table_finish(&mirror->blocks);
    ledger_finish(&mirror->ledger);
    free(mirror->variables);
    free(mirror->events);
    free(mirror);
}

/* ---- Blocks ---- */

/* A vector of blocks as read, with what the ledger knows of each. */
struct reading {
    struct block *blocks;
    size_t count, capacity;
};

/* What a block has besides its header and footer; the heap process may have said nonsense. */
static uint64_t capacity_of(const struct hg_block *read)
{
    uint64_t tags = (uint64_t)read->header + read->footer;

    return read->size > tags ? read->size - tags : 0;
}

static bool is_possible(const struct hg_block *read)
{
    return read->header <= UINT16_MAX && read->footer <= UINT16_MAX &&
           read->size >= (uint64_t)read->header + read->footer;
}

/* A used block that the ledger does not know, as after a double free, counts as asked for whole. */
static uint64_t requested_of(const struct mirror *mirror, const struct hg_block *read)
{
    const struct allocation *allocation = ledger_find(&mirror->ledger, read->at + read->header);
    uint64_t capacity = capacity_of(read);

    if (read->kind != HG_KIND_USED)
        return 0;
    return allocation && allocation->requested < capacity ? allocation->requested : capacity;
}

static void add_blocks(struct reading *reading, const struct mirror *mirror,
                       const struct target_splice *splice)
{
    reading->blocks = memory_reserve(reading->blocks, &reading->capacity,
                                     reading->count + splice->count, sizeof reading->blocks[0]);
    for (size_t i = 0; i < splice->count; i++) {
        const struct hg_block *read = &splice->blocks[i];
        bool possible = is_possible(read);

        reading->blocks[reading->count++] = (struct block){
            .at = read->at,
            .size = read->size,
            .requested = possible ? requested_of(mirror, read) : 0,
            .list = read->list,
            .header = possible ? (uint16_t)read->header : 0,
            .footer = possible ? (uint16_t)read->footer : 0,
            .kind = possible ? (uint8_t)read->kind : HG_KIND_UNREADABLE,
        };
    }
}

/* Read on where the splice had no room, up to its end, or up to the heap's. */
static bool read_rest(struct mirror *mirror, struct reading *reading, struct target_splice *splice)
{
    add_blocks(reading, mirror, splice);
    while (splice->more != OFFSET_NULL && splice->count > 0) {
        uint64_t low = splice->low;

        if (!target_walk(mirror->target, splice->more, splice))
            return false;
        splice->low = low;
        add_blocks(reading, mirror, splice);
    }
    return true;
}

/* Read the whole heap. */
static bool read_all(struct mirror *mirror, struct reading *reading)
{
    struct target_splice splice;

    reading->count = 0;
    return target_walk(mirror->target, 0, &splice) && read_rest(mirror, reading, &splice);
}

static bool read_anew(struct mirror *mirror, struct reading *reading)
{
    if (!read_all(mirror, reading))
        return false;
    block_table_splice(&mirror->blocks, 0, UINT64_MAX, reading->blocks, reading->count);
    return true;
}

static bool apply_splice(struct mirror *mirror, const struct target_splice *splice,
                         const struct reading *reading)
{
    uint64_t high = splice->high >= splice->heap_size ? UINT64_MAX : splice->high;

    return block_table_splice(&mirror->blocks, splice->low, high, reading->blocks, reading->count);
}

/* Bring the block table up to date. A splice that does not fit, which damage can cause, is answered
 * by reading the whole heap. */
static bool update_blocks(struct mirror *mirror, struct target_splice *splice)
{
    struct reading reading = {0};
    bool alive = read_rest(mirror, &reading, splice);
    bool changed = splice->low < splice->high;

    if (alive && ((changed && !apply_splice(mirror, splice, &reading)) ||
                  block_table_end(&mirror->blocks) != splice->heap_size))
        alive = read_anew(mirror, &reading);
    free(reading.blocks);
    return alive;
}

bool mirror_read(struct mirror *mirror, const struct metrics *before)
{
    struct reading reading = {0};
    bool alive = read_all(mirror, &reading);

    if (alive) {
        block_table_splice(&mirror->blocks, 0, UINT64_MAX, reading.blocks, reading.count);
        mirror->metrics = metrics_measure(&mirror->blocks, before);
    }
    free(reading.blocks);
    return alive;
}

void mirror_set_events(struct mirror *mirror, const struct hg_event *events, size_t count,
                       uint64_t dropped)
{
    mirror->events =
        memory_reserve(mirror->events, &mirror->event_capacity, count, sizeof mirror->events[0]);
    memory_copy(mirror->events, events, count * sizeof mirror->events[0]);
    mirror->event_count = count;
    mirror->events_dropped = dropped;
}

/* Take over what a reply says of the heap. */
static bool update(struct mirror *mirror, struct target_splice *splice)
{
    mirror_set_events(mirror, splice->events, splice->event_count, splice->events_dropped);
    if (!update_blocks(mirror, splice))
        return false;
    mirror->metrics = metrics_measure(&mirror->blocks, &mirror->metrics);
    return true;
}

/* ---- Opening ---- */

static bool open_heap(struct mirror *mirror, struct error *error)
{
    struct target_splice splice;
    bool opened = target_open(mirror->target, &mirror->config, &splice);

    if (opened) {
        mirror->heap_start = splice.heap_start;
        opened = update(mirror, &splice);
        mirror->opening = mirror->metrics;
    }
    if (opened)
        return true;
    return error_set(error, "the heap process cannot open a heap: %s",
                     target_failure(mirror->target)->kind == TARGET_REFUSED
                         ? strerror(target_failure(mirror->target)->number)
                         : "it ended");
}

struct mirror *mirror_create(const struct hg_config *config, struct error *error)
{
    struct mirror *mirror = memory_create(1, sizeof *mirror);

    mirror->config = *config;
    mirror->limit = NO_LIMIT;
    mirror->target = target_create(error);
    if (mirror->target && open_heap(mirror, error))
        return mirror;
    mirror_destroy(mirror);
    return NULL;
}

/* ---- Others like it ---- */

struct mirror *mirror_of(struct target *target, uint64_t heap_start, const struct mirror *like)
{
    struct mirror *mirror = memory_create(1, sizeof *mirror);

    mirror->target = target;
    mirror->config = like->config;
    mirror->heap_start = heap_start;
    mirror->limit = NO_LIMIT;
    mirror->opening = mirror->metrics = like->opening;
    return mirror;
}

struct mirror *mirror_clone(const struct mirror *mirror, struct error *error)
{
    struct target *target = target_clone(mirror->target, error);
    struct mirror *clone;

    if (!target)
        return NULL;
    clone = mirror_of(target, mirror->heap_start, mirror);
    clone->limit = mirror->limit;
    block_table_copy(&clone->blocks, &mirror->blocks);
    clone->ledger = ledger_copy(&mirror->ledger);
    clone->variables = memory_reserve(NULL, &clone->variable_capacity, mirror->variable_count,
                                      sizeof clone->variables[0]);
    memory_copy(clone->variables, mirror->variables,
                mirror->variable_count * sizeof clone->variables[0]);
    clone->variable_count = mirror->variable_count;
    clone->metrics = mirror->metrics;
    return clone;
}

/* ---- Variables ---- */

struct variable mirror_variable(const struct mirror *mirror, uint32_t slot)
{
    if (slot < mirror->variable_count)
        return mirror->variables[slot];
    return (struct variable){.payload = OFFSET_NULL};
}

bool variable_is_live(const struct mirror *mirror, const struct variable *variable)
{
    return variable->payload != OFFSET_NULL && variable->freed_in == 0 &&
           ledger_find(&mirror->ledger, variable->payload);
}

static struct variable *variable_at(struct mirror *mirror, uint32_t slot)
{
    mirror->variables = memory_reserve(mirror->variables, &mirror->variable_capacity,
                                       (size_t)slot + 1, sizeof mirror->variables[0]);
    while (mirror->variable_count <= slot)
        mirror->variables[mirror->variable_count++] = (struct variable){.payload = OFFSET_NULL};
    return &mirror->variables[slot];
}

/* The variable is about to point elsewhere; what it pointed to is leaked. */
static void let_go(struct mirror *mirror, uint32_t slot)
{
    struct allocation *allocation =
        ledger_find(&mirror->ledger, variable_at(mirror, slot)->payload);

    if (allocation && allocation->owner == slot)
        allocation->owner = LEDGER_NO_OWNER;
}

static void assign(struct mirror *mirror, uint32_t slot, uint64_t payload)
{
    *variable_at(mirror, slot) = (struct variable){.payload = payload, .assigned = true};
}

static void note_allocation(struct mirror *mirror, const struct op *op, uint32_t step,
                            const struct op_result *result)
{
    struct allocation allocation = {
        .payload = result->payload,
        .requested = op->kind == OP_CALLOC ? op->size * op->argument : op->size,
        .owner = op->slot,
        .born = step,
        .changed = step,
    };

    let_go(mirror, op->slot);
    assign(mirror, op->slot, result->payload);
    if (result->payload != OFFSET_NULL)
        ledger_enter(&mirror->ledger, &allocation);
}

static void note_reallocation(struct mirror *mirror, const struct op *op, uint32_t step,
                              const struct op_result *result)
{
    uint64_t before = variable_at(mirror, op->slot)->payload;
    const struct allocation *old = ledger_find(&mirror->ledger, before);
    uint32_t born = old ? old->born : step;

    if (result->refused)
        return;
    ledger_remove(&mirror->ledger, before);
    note_allocation(mirror, op, step, result);
    if (result->payload != OFFSET_NULL)
        ledger_find(&mirror->ledger, result->payload)->born = born;
}

/* Whoever owned the payload, and whoever freed it, now points to freed memory. */
static void note_free(struct mirror *mirror, const struct op *op, uint32_t step)
{
    struct variable *variable = variable_at(mirror, op->slot);
    const struct allocation *allocation = ledger_find(&mirror->ledger, variable->payload);

    if (variable->payload == OFFSET_NULL)
        return;
    if (allocation && allocation->owner != LEDGER_NO_OWNER)
        variable_at(mirror, allocation->owner)->freed_in = step;
    ledger_remove(&mirror->ledger, variable->payload);
    variable_at(mirror, op->slot)->freed_in = step;
}

void mirror_note(struct mirror *mirror, const struct op *op, uint32_t step,
                 const struct op_result *result)
{
    switch ((enum op_kind)op->kind) {
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED: note_allocation(mirror, op, step, result); break;
    case OP_REALLOC: note_reallocation(mirror, op, step, result); break;
    case OP_FREE:
        if (!result->refused)
            note_free(mirror, op, step);
        break;
    case OP_LIMIT:
        if (!result->refused)
            mirror->limit = op->size;
        break;
    case OP_FILL:
    case OP_COALESCE: break;
    }
}

bool mirror_run(struct mirror *mirror, const struct op *op, uint32_t step,
                struct op_result *ret_result)
{
    struct target_splice splice;
    const struct op_result *results;

    if (!target_run(mirror->target, op, 1, &splice, &results))
        return false;
    *ret_result = results[0];
    mirror_note(mirror, op, step, ret_result);
    return update(mirror, &splice);
}

/* ---- Checking ---- */

static bool same_block(const struct block *a, const struct block *b)
{
    return a->at == b->at && a->size == b->size && a->kind == b->kind && a->list == b->list &&
           a->header == b->header && a->footer == b->footer;
}

static bool compare_blocks(const struct mirror *mirror, const struct reading *reading,
                           struct error *ret_problem)
{
    struct block_cursor cursor = block_table_find(&mirror->blocks, 0);
    const struct block *known;

    for (size_t i = 0; i < reading->count; i++) {
        known = block_cursor_get(&cursor);
        if (!known || !same_block(known, &reading->blocks[i]))
            return error_set(ret_problem, "the block at +0x%04" PRIx64 " is not what is shown",
                             reading->blocks[i].at);
        block_cursor_next(&cursor);
    }
    if (block_cursor_get(&cursor))
        return error_set(ret_problem, "the heap ends before the block at +0x%04" PRIx64,
                         block_cursor_get(&cursor)->at);
    return true;
}

bool mirror_check(struct mirror *mirror, struct error *ret_problem)
{
    struct reading reading = {0};
    struct hg_defect defect;
    bool well;

    if (!target_check(mirror->target, &defect))
        return error_set(ret_problem, "the heap process does not answer");
    if (defect.broken != HG_INVARIANT_NONE)
        return error_set(ret_problem, "at +0x%04" PRIx64 " this does not hold: %s", defect.at,
                         hg_invariant_text(defect.broken));
    if (!read_all(mirror, &reading))
        return error_set(ret_problem, "the heap process does not answer");
    well = compare_blocks(mirror, &reading, ret_problem);
    free(reading.blocks);
    return well;
}
