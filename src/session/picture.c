/* picture.c: see picture.h. */
#include "session/picture.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/linking.h"

void picture_finish(struct picture *picture)
{
    block_table_finish(&picture->blocks);
    ledger_finish(&picture->ledger);
    damage_finish(&picture->damage);
    free(picture->variables.items);
    free(picture->variables.by_name);
    free(picture->events.items);
    links_finish(&picture->links);
    free(picture->losses.items);
    free(picture->doubted.items);
    *picture = (struct picture){0};
}

static struct variables copy_variables(const struct variables *variables)
{
    struct variables copy = {0};

    copy.items = memory_reserve(NULL, &copy.capacity, variables->count, sizeof variables->items[0]);
    memory_copy(copy.items, variables->items, variables->count * sizeof variables->items[0]);
    copy.count = variables->count;
    copy.by_name =
        memory_reserve(NULL, &copy.name_capacity, variables->names, sizeof copy.by_name[0]);
    memory_copy(copy.by_name, variables->by_name, variables->names * sizeof copy.by_name[0]);
    copy.names = variables->names;
    return copy;
}

void picture_copy(struct picture *picture, const struct picture *other)
{
    *picture = *other;
    picture->blocks = (struct block_table){0};
    block_table_copy(&picture->blocks, &other->blocks);
    picture->ledger = ledger_copy(&other->ledger);
    picture->links = links_copy(&other->links);
    picture->losses = payloads_copy(&other->losses);
    picture->doubted = (struct payloads){0};
    picture->variables = copy_variables(&other->variables);
    picture->damage = damage_copy(&other->damage);
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

    events->items =
        memory_reserve(events->items, &events->capacity, count, sizeof events->items[0]);
    memory_copy(events->items, items, count * sizeof events->items[0]);
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
    if (block->kind != HG_KIND_USED && !(block->kind == HG_KIND_UNREADABLE && block->header > 0))
        return NULL;
    return ledger_find(&picture->ledger, block->at + block->header);
}

bool picture_is_lost(const struct picture *picture, const struct block *block)
{
    const struct allocation *allocation = picture_allocation(picture, block);

    return !allocation || allocation->lost_in > 0;
}

const char *picture_block_name(const struct picture *picture, const struct block *block)
{
    const struct allocation *allocation = picture_allocation(picture, block);

    if (!allocation || allocation->referrer == NO_VARIABLE)
        return NULL;
    return picture_name(picture, allocation->referrer);
}

/* ---- Variables ---- */

const char *picture_name(const struct picture *picture, uint32_t place)
{
    return names_text(picture->names, picture->variables.items[place].name);
}

/* One that points nowhere. */
static struct variable no_pointer(void)
{
    return (struct variable){.payload = OFFSET_NULL,
                             .target = OFFSET_NULL,
                             .next = NO_VARIABLE,
                             .previous = NO_VARIABLE,
                             .name = NO_NAME};
}

struct variable picture_variable(const struct picture *picture, uint32_t place)
{
    if (place < picture->variables.count)
        return picture->variables.items[place];
    return no_pointer();
}

bool picture_find(const struct picture *picture, uint32_t name, uint32_t *ret_place)
{
    const struct variables *variables = &picture->variables;

    *ret_place = name < variables->names ? variables->by_name[name] : NO_VARIABLE;
    return *ret_place != NO_VARIABLE;
}

bool variable_is_live(const struct variable *variable)
{
    return variable->target != OFFSET_NULL;
}

/* ---- Who refers to what ---- */

static struct variable *variable_at(struct picture *picture, uint32_t place)
{
    struct variables *variables = &picture->variables;

    variables->items = memory_reserve(variables->items, &variables->capacity, (size_t)place + 1,
                                      sizeof variables->items[0]);
    while (variables->count <= place)
        variables->items[variables->count++] = no_pointer();
    return &variables->items[place];
}

/* The variable refers to nothing any more: if nothing else leads to its payload, that is lost. */
static void let_go(struct picture *picture, uint32_t place)
{
    struct variable *items = picture->variables.items, *variable = &items[place];

    if (variable->target == OFFSET_NULL)
        return;
    if (variable->previous != NO_VARIABLE)
        items[variable->previous].next = variable->next;
    else
        ledger_find(&picture->ledger, variable->target)->referrer = variable->next;
    if (variable->next != NO_VARIABLE)
        items[variable->next].previous = variable->previous;
    payloads_add(&picture->doubted, variable->target);
    variable->target = OFFSET_NULL;
    variable->next = variable->previous = NO_VARIABLE;
}

/* Let a variable that refers to nothing refer to a live payload, as its first or its second one. */
static void refer(struct picture *picture, uint32_t place, struct allocation *allocation,
                  bool is_first)
{
    struct variable *items = picture->variables.items, *variable = &items[place];
    uint32_t before = is_first ? NO_VARIABLE : allocation->referrer;
    uint32_t *link = before == NO_VARIABLE ? &allocation->referrer : &items[before].next;

    variable->target = allocation->payload;
    variable->previous = before;
    variable->next = *link;
    *link = place;
    if (variable->next != NO_VARIABLE)
        items[variable->next].previous = place;
    linking_gain(picture, allocation->payload, NO_LINK);
}

void picture_adopt(struct picture *picture, const struct picture *other,
                   const struct allocation *allocation)
{
    uint32_t referrer = allocation->referrer;

    ledger_enter(&picture->ledger, &(struct allocation){.payload = allocation->payload,
                                                        .requested = allocation->requested,
                                                        .referrer = referrer,
                                                        .born = allocation->born,
                                                        .changed = allocation->changed,
                                                        .links_out = NO_LINK,
                                                        .links_in = NO_LINK,
                                                        .parent = NO_LINK});
    if (referrer != NO_VARIABLE)
        variable_at(picture, referrer)->name = other->variables.items[referrer].name;
}

/* ---- What a step does to them ---- */

/* From now on the name means this place. */
static void enter_name(struct picture *picture, uint32_t name, uint32_t place)
{
    struct variables *variables = &picture->variables;

    if (name == NO_NAME)
        return;
    variables->by_name = memory_reserve(variables->by_name, &variables->name_capacity,
                                        (size_t)name + 1, sizeof variables->by_name[0]);
    while (variables->names <= name)
        variables->by_name[variables->names++] = NO_VARIABLE;
    variables->by_name[name] = place;
}

/* Give the step's variable a value. */
static void assign(struct picture *picture, const struct step *step)
{
    uint32_t place = step->op.slot;
    struct variable *variable = variable_at(picture, place);

    let_go(picture, place);
    if (variable->name != step->names[0])
        enter_name(picture, step->names[0], place);
    *variable = no_pointer();
    variable->name = step->names[0];
    variable->payload = step->result.payload;
}

/* A payload is handed out. Where that was done before, as after a double free, both point there. */
static void note_given(struct picture *picture, const struct step *step, uint32_t number,
                       uint32_t born)
{
    uint64_t payload = step->result.payload;
    struct allocation allocation = {.payload = payload,
                                    .requested = op_bytes(&step->op),
                                    .referrer = NO_VARIABLE,
                                    .born = born,
                                    .changed = number,
                                    .links_out = NO_LINK,
                                    .links_in = NO_LINK,
                                    .parent = NO_LINK};
    const struct allocation *live;

    assign(picture, step);
    if (payload == OFFSET_NULL)
        return;
    live = ledger_find(&picture->ledger, payload);
    if (live) {
        allocation = *live;
        allocation.requested = op_bytes(&step->op);
        allocation.born = born;
        allocation.changed = number;
        allocation.twice = true;
    }
    ledger_enter(&picture->ledger, &allocation);
    refer(picture, step->op.slot, ledger_find(&picture->ledger, payload), true);
}

void picture_forget_payload(struct picture *picture, uint64_t payload, uint32_t number)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, payload);

    while (allocation && allocation->referrer != NO_VARIABLE) {
        picture->variables.items[allocation->referrer].freed_in = number;
        let_go(picture, allocation->referrer);
    }
    linking_forget_payload(picture, payload, number);
    ledger_remove(&picture->ledger, payload);
}

/* The payload that a variable points to is given back. */
static void note_taken(struct picture *picture, uint32_t place, uint32_t number)
{
    struct variable *variable = variable_at(picture, place);

    if (variable->payload == OFFSET_NULL)
        return;
    picture_forget_payload(picture, variable->payload, number);
    variable->freed_in = number;
}

/* Where a payload stays where it was, all that refer to it still do. */
static void note_resized(struct picture *picture, const struct step *step, uint32_t number)
{
    uint64_t before = variable_at(picture, step->op.slot)->payload;
    struct allocation *allocation = ledger_find(&picture->ledger, before);
    uint32_t born = allocation ? allocation->born : number;
    struct moved_links moved;

    if (allocation && step->result.payload == before) {
        allocation->requested = op_bytes(&step->op);
        allocation->changed = number;
        linking_cut(picture, before);
        return;
    }
    moved = linking_take_out(picture, before);
    note_taken(picture, step->op.slot, number);
    note_given(picture, step, number, born);
    linking_put_in(picture, &moved, before, step->result.payload, number);
}

/* A variable points where another one does, or a few bytes beyond; or where a slot does. */
static void note_pointed(struct picture *picture, const struct step *step)
{
    struct pointee pointee = linking_pointee(picture, step);

    assign(picture, step);
    picture->variables.items[step->op.slot].freed_in = pointee.freed_in;
    if (pointee.target != OFFSET_NULL)
        refer(picture, step->op.slot, ledger_find(&picture->ledger, pointee.target), false);
}

static void note(struct picture *picture, const struct step *step, uint32_t number)
{
    bool gives = op_has(&step->op, OP_GIVES), takes = op_has(&step->op, OP_TAKES);

    for (uint64_t i = 0; step->collected && i < step->result.collected; i++)
        picture_forget_payload(picture, step->collected[i], number);
    if (step->result.refused && !(gives && !takes)) /* what gives alone gives NULL, then */
        return;
    if (gives && takes)
        note_resized(picture, step, number);
    else if (gives)
        note_given(picture, step, number, number);
    else if (takes)
        note_taken(picture, step->op.slot, number);
    else if (op_has(&step->op, OP_LINKS))
        linking_note(picture, step);
    else if (op_has(&step->op, OP_POINTS))
        note_pointed(picture, step);
    else if (op_has(&step->op, OP_FILLS) && !op_has(&step->op, OP_PARTLY))
        linking_overwrite(picture, step->result.payload, step->op.size);
    else if (op_has(&step->op, OP_STORES))
        linking_overwrite(picture, step->result.payload, step->op.size);
    else if (op_has(&step->op, OP_LIMITS))
        picture->limit = step->op.size;
}

void picture_note(struct picture *picture, const struct step *step, uint32_t number)
{
    picture->losses.count = picture->doubted.count = 0;
    note(picture, step, number);
    linking_settle(picture, number);
}
