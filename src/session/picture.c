/* picture.c: see picture.h. */
#include "session/picture.h"

#include <stdlib.h>

#include "base/memory.h"

void picture_finish(struct picture *picture)
{
    block_table_finish(&picture->blocks);
    ledger_finish(&picture->ledger);
    free(picture->variables.items);
    free(picture->events.items);
    *picture = (struct picture){0};
}

static struct variables copy_variables(const struct variables *variables)
{
    struct variables copy = {0};

    copy.items = memory_reserve(NULL, &copy.capacity, variables->count, sizeof variables->items[0]);
    memory_copy(copy.items, variables->items, variables->count * sizeof variables->items[0]);
    copy.count = variables->count;
    return copy;
}

void picture_copy(struct picture *picture, const struct picture *other)
{
    *picture = *other;
    picture->blocks = (struct block_table){0};
    block_table_copy(&picture->blocks, &other->blocks);
    picture->ledger = ledger_copy(&other->ledger);
    picture->variables = copy_variables(&other->variables);
    picture->events = (struct events){0};
}

struct events events_copy(const struct events *events)
{
    struct events copy = {.count = events->count, .dropped = events->dropped};

    copy.items = memory_reserve(NULL, &copy.capacity, events->count, sizeof copy.items[0]);
    memory_copy(copy.items, events->items, events->count * sizeof copy.items[0]);
    return copy;
}

void picture_set_events(struct picture *picture, const struct hg_event *items, size_t count,
                        uint64_t dropped)
{
    struct events *events = &picture->events;

    events->items = memory_reserve(events->items, &events->capacity, count, sizeof items[0]);
    memory_copy(events->items, items, count * sizeof items[0]);
    events->count = count;
    events->dropped = dropped;
}

/* ---- Blocks ---- */

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

/* What a possible block is, and how much of it was asked for. A used block that the ledger does not
 * know, as after a double free, counts as asked for whole; but where blocks read back may only look
 * used, it is free. */
static void judge(const struct picture *picture, const struct hg_block *read, struct block *block)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, read->at + read->header);
    uint64_t capacity = capacity_of(read);

    block->kind = (uint8_t)read->kind;
    if (read->kind != HG_KIND_USED)
        return;
    if (!allocation && !description_can(&picture->description, KIND_TELLS_FREE))
        block->kind = HG_KIND_FREE;
    else
        block->requested =
            allocation && allocation->requested < capacity ? allocation->requested : capacity;
}

struct block picture_block_of(const struct picture *picture, const struct hg_block *read)
{
    bool possible = is_possible(read);
    struct block block = {
        .at = read->at,
        .size = read->size,
        .list = read->list,
        .header = possible ? (uint16_t)read->header : 0,
        .footer = possible ? (uint16_t)read->footer : 0,
        .kind = HG_KIND_UNREADABLE,
    };

    if (possible)
        judge(picture, read, &block);
    return block;
}

const struct allocation *picture_allocation(const struct picture *picture,
                                            const struct block *block)
{
    if (block->kind != HG_KIND_USED)
        return NULL;
    return ledger_find(&picture->ledger, block->at + block->header);
}

const char *picture_block_name(const struct picture *picture, const struct block *block)
{
    const struct allocation *allocation = picture_allocation(picture, block);

    if (!allocation || allocation->owner == LEDGER_NO_OWNER)
        return NULL;
    return picture_name(picture, allocation->owner);
}

/* ---- Variables ---- */

const char *picture_name(const struct picture *picture, uint32_t slot)
{
    return names_text(picture->names, slot);
}

struct variable picture_variable(const struct picture *picture, uint32_t slot)
{
    if (slot < picture->variables.count)
        return picture->variables.items[slot];
    return (struct variable){.payload = OFFSET_NULL};
}

bool picture_is_live(const struct picture *picture, const struct variable *variable)
{
    return variable->payload != OFFSET_NULL && variable->freed_in == 0 &&
           ledger_find(&picture->ledger, variable->payload);
}

/* ---- What a step does to them ---- */

static struct variable *variable_at(struct picture *picture, uint32_t slot)
{
    struct variables *variables = &picture->variables;

    variables->items = memory_reserve(variables->items, &variables->capacity, (size_t)slot + 1,
                                      sizeof variables->items[0]);
    while (variables->count <= slot)
        variables->items[variables->count++] = (struct variable){.payload = OFFSET_NULL};
    return &variables->items[slot];
}

/* The variable is about to point elsewhere; what it pointed to is leaked. */
static void let_go(struct picture *picture, uint32_t slot)
{
    struct allocation *allocation =
        ledger_find(&picture->ledger, variable_at(picture, slot)->payload);

    if (allocation && allocation->owner == slot)
        allocation->owner = LEDGER_NO_OWNER;
}

static void assign(struct picture *picture, uint32_t slot, uint64_t payload)
{
    *variable_at(picture, slot) = (struct variable){.payload = payload, .assigned = true};
}

static void note_allocation(struct picture *picture, const struct op *op, uint32_t step,
                            const struct op_result *result)
{
    struct allocation allocation = {
        .payload = result->payload,
        .requested = op->kind == OP_CALLOC ? op->size * op->argument : op->size,
        .owner = op->slot,
        .born = step,
        .changed = step,
    };

    let_go(picture, op->slot);
    assign(picture, op->slot, result->payload);
    if (result->payload != OFFSET_NULL)
        ledger_enter(&picture->ledger, &allocation);
}

static void note_reallocation(struct picture *picture, const struct op *op, uint32_t step,
                              const struct op_result *result)
{
    uint64_t before = variable_at(picture, op->slot)->payload;
    const struct allocation *old = ledger_find(&picture->ledger, before);
    uint32_t born = old ? old->born : step;

    if (result->refused)
        return;
    ledger_remove(&picture->ledger, before);
    note_allocation(picture, op, step, result);
    if (result->payload != OFFSET_NULL)
        ledger_find(&picture->ledger, result->payload)->born = born;
}

/* Whoever owned the payload, and whoever freed it, now points to freed memory. */
static void note_free(struct picture *picture, const struct op *op, uint32_t step)
{
    struct variable *variable = variable_at(picture, op->slot);
    const struct allocation *allocation = ledger_find(&picture->ledger, variable->payload);

    if (variable->payload == OFFSET_NULL)
        return;
    if (allocation && allocation->owner != LEDGER_NO_OWNER)
        variable_at(picture, allocation->owner)->freed_in = step;
    ledger_remove(&picture->ledger, variable->payload);
    variable_at(picture, op->slot)->freed_in = step;
}

void picture_note(struct picture *picture, const struct op *op, uint32_t step,
                  const struct op_result *result)
{
    switch ((enum op_kind)op->kind) {
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED: note_allocation(picture, op, step, result); break;
    case OP_REALLOC: note_reallocation(picture, op, step, result); break;
    case OP_FREE:
        if (!result->refused)
            note_free(picture, op, step);
        break;
    case OP_LIMIT:
        if (!result->refused)
            picture->limit = op->size;
        break;
    case OP_FILL:
    case OP_COALESCE: break;
    }
}
