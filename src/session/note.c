/* note.c: what a step did to the variables and to the sizes asked for. See picture.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "session/linking.h"
#include "session/picture.h"

/* ---- Who refers to what ---- */

/* The variable refers to nothing any more: if nothing else leads to its payload, that is lost. */
static void let_go(struct picture *picture, uint32_t place)
{
    struct variables *variables = &picture->variables;
    struct variable *variable = variables_get(variables, place);

    variables_point_out(&picture->variables, place);
    if (variable->target == OFFSET_NULL)
        return;
    if (variable->previous != NO_VARIABLE)
        variables_get(variables, variable->previous)->next = variable->next;
    else
        ledger_find(&picture->ledger, variable->target)->referrer = variable->next;
    if (variable->next != NO_VARIABLE)
        variables_get(variables, variable->next)->previous = variable->previous;
    payloads_add(&picture->doubted, variable->target);
    variable->target = OFFSET_NULL;
    variable->next = variable->previous = NO_VARIABLE;
}

/* Let a variable that refers to nothing refer to a live payload, as its first or its second one. */
static void refer(struct picture *picture, uint32_t place, struct allocation *allocation,
                  bool is_first)
{
    struct variables *variables = &picture->variables;
    struct variable *variable = variables_get(variables, place);
    uint32_t before = is_first ? NO_VARIABLE : allocation->referrer;
    uint32_t *link =
        before == NO_VARIABLE ? &allocation->referrer : &variables_get(variables, before)->next;

    variable->target = allocation->payload;
    variable->previous = before;
    variable->next = *link;
    *link = place;
    if (variable->next != NO_VARIABLE)
        variables_get(variables, variable->next)->previous = place;
    if (allocation->lost_in > 0)
        linking_gain(picture, allocation->payload, NO_LINK);
}

/* The variable's target, payload or word of the stack, is gone. */
static void dangle(struct picture *picture, uint32_t place, uint32_t number)
{
    struct aftermath *aftermath = &picture->aftermath;
    size_t at = aftermath->dangling_count++;

    variables_get(&picture->variables, place)->freed_in = number;
    if (at >= AFTERMATH_MOST)
        return;
    for (; at > 0 && aftermath->dangling[at - 1] > place; at--)
        aftermath->dangling[at] = aftermath->dangling[at - 1];
    aftermath->dangling[at] = place;
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
        variables_at(&picture->variables, referrer)->name =
            variables_get(&other->variables, referrer)->name;
}

void picture_recall(struct picture *picture, uint32_t place, uint32_t name,
                    const struct allocation *allocation, uint32_t freed_in)
{
    struct variable *variable = variables_at(&picture->variables, place);

    variables_call(&picture->variables, place, name);
    variable->payload = allocation->payload;
    variable->freed_in = freed_in;
    if (allocation->payload == OFFSET_NULL || freed_in > 0)
        return;
    refer(picture, place, ledger_enter(&picture->ledger, allocation), true);
}

/* ---- Values ---- */

/* Give the step's variable a value. */
static void assign(struct picture *picture, const struct step *step)
{
    uint32_t place = step->op.slot;
    struct variable *variable = variables_at(&picture->variables, place);

    let_go(picture, place);
    if (variable->name == NO_NAME)
        variables_call(&picture->variables, place, step->names[0]);
    variable->payload = step->result.payload;
    variable->freed_in = 0;
    if (variable->bytes > 0) {
        variable->bytes = 0;
        variable->slot_name = NO_NAME;
    }
}

/* Find out what a variable refers to, of which nothing is known but what it holds. That it points
 * into a payload cannot be told without the blocks as they then are, and so is not told. */
static void look_up(struct picture *picture, uint32_t place)
{
    struct variable *variable = variables_get(&picture->variables, place);
    struct allocation *allocation = ledger_find(&picture->ledger, variable->payload);
    uint32_t pointed_to;

    if (allocation)
        refer(picture, place, allocation, false);
    else if (picture_place_of(picture, variable->payload, &pointed_to) &&
             pointed_to < picture->variables.count)
        variables_point_in(&picture->variables, place);
}

/* What holds a variable's address, or what was found somewhere, is known by its value alone. */
static bool is_known_by_value(const struct picture *picture, const struct op *op)
{
    struct variable from = picture_variable(picture, op->other);

    return op->address || from.points_in || variable_state(&from) == VARIABLE_DATA ||
           variable_state(&from) == VARIABLE_WILD;
}

/* Let the step's variable hold what another one does, or a few bytes beyond; or what a slot does;
 * or the other one's address, or NULL. */
static void assign_pointer(struct picture *picture, const struct step *step)
{
    struct pointee pointee = linking_pointee(picture, step);
    bool by_value = step->op.kind == OP_LOAD
                        ? pointee.target == OFFSET_NULL && pointee.freed_in == 0
                        : is_known_by_value(picture, &step->op);

    assign(picture, step);
    if (by_value) {
        look_up(picture, step->op.slot);
        return;
    }
    variables_get(&picture->variables, step->op.slot)->freed_in = pointee.freed_in;
    if (pointee.target != OFFSET_NULL)
        refer(picture, step->op.slot, ledger_find(&picture->ledger, pointee.target), false);
}

/* A slot of stack data was written to. One beyond its end is none: what is overwritten there was
 * found out by reading it. */
static void note_stack_slot(struct picture *picture, const struct step *step)
{
    const struct op *op = &step->op;
    struct variable data = picture_variable(picture, op->slot);
    struct step assignment = *step;
    char name[SLOT_NAME_MAX];
    uint32_t id;

    if (op->size >= data.bytes / SLOT_BYTES)
        return;
    snprintf(name, sizeof name, "%s.%" PRIu64, names_text(picture->names, data.name), op->size);
    if (!names_find(picture->names, name, &id))
        return;
    assignment.op.slot -= (uint32_t)op->size;
    assignment.result.payload = step->result.word;
    variables_add_slot(&picture->variables, assignment.op.slot, id);
    assign_pointer(picture, &assignment);
    variables_get(&picture->variables, op->slot)->bytes = data.bytes;
    variables_get(&picture->variables, assignment.op.slot)->slot_name = id;
}

/* ---- What a step does to them ---- */

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
        uint32_t referrer = allocation->referrer;

        let_go(picture, referrer);
        dangle(picture, referrer, number);
    }
    linking_forget_payload(picture, payload, number);
    ledger_remove(&picture->ledger, payload);
}

/* The payload that a variable points to is given back. */
static void note_taken(struct picture *picture, uint32_t place, uint32_t number)
{
    struct variable *variable = variables_at(&picture->variables, place);

    if (variable->payload == OFFSET_NULL)
        return;
    picture_forget_payload(picture, variable->payload, number);
    variable->freed_in = number;
}

/* Where a payload stays where it was, all that refer to it still do. */
static void note_resized(struct picture *picture, const struct step *step, uint32_t number)
{
    uint64_t before = variables_at(&picture->variables, step->op.slot)->payload;
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

/* ---- Frames ---- */

static void note_call(struct picture *picture, const struct step *step, uint32_t number)
{
    struct variables *variables = &picture->variables;
    uint32_t first = (uint32_t)variables->count, caller = step->op.other;

    variables_push(variables, step->names[0], number);
    variables->is_played = true;
    variables_get(variables, first + FRAME_RETURN_ADDRESS)->payload = step->result.payload;
    variables_get(variables, first + FRAME_SAVED_POINTER)->payload =
        caller == NO_VARIABLE ? picture->stack.top - picture->heap_start
                              : picture_offset_of(picture, caller);
}

/* Stack data; of what fits a pointer, what its word was found to hold is known. */
static void note_local(struct picture *picture, const struct step *step)
{
    struct variable *variable = variables_at(&picture->variables, step->op.slot);

    picture->variables.is_played = true;
    variable->bytes = (uint32_t)step->op.size;
    variable->payload = step->result.payload;
    variables_call(&picture->variables, step->op.slot, step->names[0]);
}

/* All variables that point to words of the stack from the place `first` on are dangling. */
static void leave_dangling(struct picture *picture, uint32_t first, uint32_t number)
{
    struct variables *variables = &picture->variables;
    uint32_t place = variables->pointing_in > 0 ? variables->first_in : NO_VARIABLE;

    while (place != NO_VARIABLE) {
        uint32_t next = variables_get(variables, place)->next, pointed_to;

        if (!picture_place_of(picture, variables_get(variables, place)->payload, &pointed_to) ||
            pointed_to >= first) {
            variables_point_out(variables, place);
            dangle(picture, place, number);
        }
        place = next;
    }
}

/* The variable in the last place moves to the place `to`, which has lost its own. */
static void settle(struct picture *picture, uint32_t from, uint32_t to, uint32_t name)
{
    struct variables *variables = &picture->variables;
    struct variable moved = *variables_get(variables, from), *variable;

    variables->count = to;
    variable = variables_at(variables, to);
    *variable = moved;
    variable->name = NO_NAME;
    variables_call(variables, to, name);
    if (moved.next != NO_VARIABLE)
        variables_get(variables, moved.next)->previous = to;
    if (moved.previous != NO_VARIABLE)
        variables_get(variables, moved.previous)->next = to;
    else if (moved.target != OFFSET_NULL)
        ledger_find(&picture->ledger, moved.target)->referrer = to;
    else if (moved.points_in)
        variables->first_in = to;
}

/* The frame on top is popped, and hands a value over. So that what only the value leads to is not
 * taken for lost, the variable has it before the frame goes: one that is new, in a place beyond. */
static void note_return(struct picture *picture, const struct step *step, uint32_t number)
{
    struct variables *variables = &picture->variables;
    uint32_t first = variables->called[variables->called_count - 1].first;
    uint32_t end = (uint32_t)variables->count, into = step->op.slot;
    struct step handing_over = *step;
    bool is_new = into != NO_VARIABLE && into >= first;

    if (is_new) {
        handing_over.op.slot = end;
        handing_over.names[0] = NO_NAME;
    }
    if (into != NO_VARIABLE)
        assign_pointer(picture, &handing_over);
    for (uint32_t place = first; place < end; place++)
        let_go(picture, place);
    variables->count = end;
    picture->aftermath.popped = variables->called[variables->called_count - 1].name;
    picture->aftermath.popped_broken = variables->called[variables->called_count - 1].is_broken;
    variables_pop(variables);
    if (is_new)
        settle(picture, end, first, step->names[0]);
    leave_dangling(picture, first, number);
    linking_leave_dangling(picture, first, number);
}

/* What an operation on the heap did: who holds what, and links. */
static void note_on_heap(struct picture *picture, const struct step *step, uint32_t number)
{
    bool gives = op_has(&step->op, OP_GIVES), takes = op_has(&step->op, OP_TAKES);

    if (gives && takes)
        note_resized(picture, step, number);
    else if (gives)
        note_given(picture, step, number, number);
    else if (takes)
        note_taken(picture, step->op.slot, number);
    else if (op_has(&step->op, OP_LINKS) && step->op.own)
        note_stack_slot(picture, step);
    else if (op_has(&step->op, OP_LINKS))
        linking_note(picture, step);
    else if (op_has(&step->op, OP_POINTS))
        assign_pointer(picture, step);
    else if (((op_has(&step->op, OP_FILLS) && !op_has(&step->op, OP_PARTLY)) ||
              op_has(&step->op, OP_STORES)) &&
             !step->result.stack_written)
        linking_overwrite(picture, step->result.payload, step->op.size);
    else if (op_has(&step->op, OP_LIMITS))
        picture->limit = step->op.size;
}

static void note(struct picture *picture, const struct step *step, uint32_t number)
{
    bool gives_alone = op_has(&step->op, OP_GIVES) && !op_has(&step->op, OP_TAKES);

    for (uint64_t i = 0; step->collected && i < step->result.collected; i++)
        picture_forget_payload(picture, step->collected[i], number);
    if (step->result.refused && !gives_alone) /* that gives NULL, then */
        return;
    if (op_has(&step->op, OP_ENTERS))
        note_call(picture, step, number);
    else if (op_has(&step->op, OP_DECLARES))
        note_local(picture, step);
    else if (op_has(&step->op, OP_LEAVES))
        note_return(picture, step, number);
    else
        note_on_heap(picture, step, number);
}

/* Whether the word in a place is not a variable's, but of what a call pushes. */
static bool is_frames_own(const struct variables *variables, uint32_t place)
{
    struct frame frame = variables_frame(variables, variables_frame_of(variables, place));

    return frame.step > 0 && place - frame.first < FRAME_WORDS;
}

static void break_frame(struct variables *variables, uint32_t place)
{
    variables->called[variables_frame_of(variables, place) - 1].is_broken = true;
}

static void add_rewritten(struct picture *picture, uint32_t place, uint64_t payload)
{
    struct rewritten *rewritten = &picture->rewritten;

    rewritten->items = memory_reserve(rewritten->items, &rewritten->capacity, rewritten->count + 1,
                                      sizeof rewritten->items[0]);
    rewritten->items[rewritten->count++] = (struct word_change){payload, place};
}

void picture_note_words(struct picture *picture, uint32_t from, const uint64_t *payloads,
                        size_t count)
{
    for (size_t i = 0; i < count && from + i < picture->variables.count; i++) {
        uint32_t place = from + (uint32_t)i;
        struct variable *variable = variables_get(&picture->variables, place);

        if (variable->payload == payloads[i] ||
            (variable->name == NO_NAME && !is_frames_own(&picture->variables, place)))
            continue;
        add_rewritten(picture, place, payloads[i]);
        if (variable->name == NO_NAME) {
            break_frame(&picture->variables, place);
            continue;
        }
        let_go(picture, place);
        variable->payload = payloads[i];
        variable->freed_in = 0;
        if (variable_state(variable) != VARIABLE_DATA)
            look_up(picture, place);
    }
}

/* A step that was carried out before is known to have written over these words. */
static void note_rewritten(struct picture *picture, const struct step *step)
{
    for (size_t i = 0; i < step->rewritten_count; i++) {
        struct word_change change;

        memcpy(&change, step->rewritten + i * sizeof change, sizeof change);
        picture_note_words(picture, change.place, &change.payload, 1);
    }
}

void picture_note(struct picture *picture, const struct step *step, uint32_t number)
{
    picture->aftermath = (struct aftermath){.popped = NO_NAME};
    picture->losses.count = picture->doubted.count = picture->marks.count = 0;
    picture->rewritten.count = 0;
    note(picture, step, number);
    note_rewritten(picture, step);
    linking_settle(picture, number);
}
