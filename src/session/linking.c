/* linking.c: see linking.h. */
#include "session/linking.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"

static struct graph graph_of(struct picture *picture, uint32_t number)
{
    return (struct graph){&picture->ledger, &picture->links, &picture->losses, number};
}

void linking_gain(struct picture *picture, uint64_t payload, uint32_t link)
{
    struct graph graph = graph_of(picture, 0);

    reach_gain(&graph, payload, link);
}

void linking_settle(struct picture *picture, uint32_t number)
{
    struct graph graph = graph_of(picture, number);

    reach_settle(&graph, &picture->doubted);
}

/* ---- Single links ---- */

static struct allocation *find(const struct picture *picture, uint64_t payload)
{
    return payload == OFFSET_NULL ? NULL : ledger_find(&picture->ledger, payload);
}

/* The link refers to nothing any more. */
static void let_go(struct picture *picture, uint32_t number)
{
    struct allocation *target = find(picture, picture->links.items[number].target);

    if (!target)
        return;
    links_let_go(&picture->links, number, target);
    if (target->parent != number)
        return;
    target->parent = NO_LINK;
    payloads_add(&picture->doubted, target->payload);
}

static void drop(struct picture *picture, uint32_t number)
{
    let_go(picture, number);
    links_remove(&picture->links, number, find(picture, picture->links.items[number].source));
}

static void add(struct picture *picture, struct allocation *source, uint64_t at, uint64_t word,
                const struct pointee *pointee)
{
    uint32_t number = links_add(&picture->links, source, at, word), place;
    struct allocation *target = find(picture, pointee->target);

    picture->links.items[number].freed_in = pointee->freed_in;
    if (!target) {
        links_point_in(&picture->links, number,
                       pointee->freed_in == 0 && picture_place_of(picture, word, &place) &&
                           place < picture->variables.count);
        return;
    }
    links_refer(&picture->links, number, target);
    linking_gain(picture, target->payload, number);
}

/* The link in slot number `slot` of what a variable points to; NULL if there is none. */
static const struct payload_link *link_in(const struct picture *picture,
                                          const struct variable *variable, uint64_t slot)
{
    uint32_t number = links_find(&picture->links, variable->payload + slot * SLOT_BYTES);

    return variable->target == OFFSET_NULL || number == NO_LINK ? NULL
                                                                : &picture->links.items[number];
}

/* ---- What steps do ---- */

/* Whether a word lies in a payload, or points into it. */
static bool covers(const struct allocation *allocation, uint64_t at, uint64_t size)
{
    return allocation && at >= allocation->payload &&
           at - allocation->payload + size <= allocation->requested;
}

/* What a word points to that was taken over from a variable that points to `target`. */
static struct pointee beyond(const struct picture *picture, const struct variable *variable,
                             uint64_t word)
{
    struct pointee pointee = {.target = OFFSET_NULL, .freed_in = variable->freed_in};

    if (covers(find(picture, variable->target), word, 1))
        pointee.target = variable->target;
    return pointee;
}

/* What a word points to that was read from a slot. */
static struct pointee loaded(const struct picture *picture, const struct step *step)
{
    struct variable variable = picture_variable(picture, step->op.other);
    const struct payload_link *link;

    if (step->op.own && step->op.size < variable.bytes / SLOT_BYTES) {
        variable = picture_variable(picture, step->op.other - (uint32_t)step->op.size);
        return (struct pointee){variable.target, variable.freed_in};
    }
    link = link_in(picture, &variable, step->op.size);
    if (link && link->word == step->result.word)
        return (struct pointee){link->target, link->freed_in};
    return (struct pointee){find(picture, step->result.word) ? step->result.word : OFFSET_NULL, 0};
}

struct pointee linking_pointee(const struct picture *picture, const struct step *step)
{
    const struct op *op = &step->op;
    struct variable variable;

    if (op->kind == OP_LOAD)
        return loaded(picture, step);
    if (op->other == NO_VARIABLE)
        return (struct pointee){OFFSET_NULL, 0};
    variable = picture_variable(picture, op->other);
    return (struct pointee){variable.target, variable.freed_in};
}

/* Append how it can be done all the same. */
static bool refuse(const struct step *step, const char *const names[2], struct error *error)
{
    if (step->op.kind == OP_LINK)
        error_append(error, "; link! %s.%" PRIu64 " -> %s writes there all the same", names[0],
                     step->op.size, names[1]);
    else if (step->op.kind == OP_UNLINK)
        error_append(error, "; unlink! %s.%" PRIu64 " writes there all the same", names[0],
                     step->op.size);
    return false;
}

static void tell_slots(const char *name, uint64_t bytes, struct error *error)
{
    if (bytes < SLOT_BYTES)
        error_set(error, "'%s' has %" PRIu64 " byte%s, too few for a slot of %d", name, bytes,
                  bytes == 1 ? "" : "s", SLOT_BYTES);
    else if (bytes < 2 * SLOT_BYTES)
        error_set(error, "'%s' has %" PRIu64 " bytes, and so the slot 0 alone", name, bytes);
    else
        error_set(error, "'%s' has %" PRIu64 " bytes, and so the slots 0 to %" PRIu64, name, bytes,
                  bytes / SLOT_BYTES - 1);
}

/* Whether the slot lies in the payload that a variable of this name points to. */
static bool has_slot(const struct picture *picture, const struct variable *variable,
                     const char *name, const struct step *step, struct error *error)
{
    const struct allocation *allocation = find(picture, variable->target);
    uint64_t slot = step->op.size;

    if (variable->bytes > 0 && !(step->forced || slot < variable->bytes / SLOT_BYTES)) {
        tell_slots(name, variable->bytes, error);
        return false;
    }
    if (variable->bytes > 0)
        return true;
    if (variable->payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL", name);
    if (step->forced)
        return true;
    if (variable->freed_in > 0)
        return error_set(error, "'%s' points to memory that step %" PRIu32 " freed", name,
                         variable->freed_in);
    if (!allocation)
        return error_set(error, "'%s' does not point into a block", name);
    if (slot < allocation->requested &&
        covers(allocation, variable->payload + slot * SLOT_BYTES, SLOT_BYTES))
        return true;
    tell_slots(name, allocation->payload + allocation->requested - variable->payload, error);
    return false;
}

/* Whether what is written into a slot is worth pointing to. */
static bool is_worthy(const struct variable *variable, const char *name, struct error *error)
{
    if (variable->payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL, which points to nothing", name);
    if (variable->freed_in > 0)
        return error_set(error, "'%s' is dangling: step %" PRIu32 " freed what it points to", name,
                         variable->freed_in);
    return true;
}

bool linking_check(const struct picture *picture, const struct step *step,
                   const char *const names[2], struct error *error)
{
    const struct op *op = &step->op;
    bool loads = !op_has(op, OP_LINKS);
    struct variable holder = picture_variable(picture, loads ? op->other : op->slot), other;

    if (!has_slot(picture, &holder, names[loads], step, error))
        return holder.bytes == 0 && holder.payload == OFFSET_NULL ? false
                                                                  : refuse(step, names, error);
    if (op->kind != OP_LINK || step->forced)
        return true;
    other = picture_variable(picture, op->other);
    return op->address || is_worthy(&other, names[1], error) || refuse(step, names, error);
}

void linking_note(struct picture *picture, const struct step *step)
{
    const struct op *op = &step->op;
    struct variable variable = picture_variable(picture, op->slot), other;
    struct allocation *source = find(picture, variable.target);
    uint64_t at = variable.payload + op->size * SLOT_BYTES;
    struct pointee pointee;

    linking_overwrite(picture, at, SLOT_BYTES);
    if (op->kind == OP_UNLINK || !covers(source, at, SLOT_BYTES) ||
        step->result.word == OFFSET_NULL)
        return;
    other = op->address ? variable_none() : picture_variable(picture, op->other);
    pointee = beyond(picture, &other, step->result.word);
    add(picture, source, at, step->result.word, &pointee);
}

void linking_leave_dangling(struct picture *picture, uint32_t first, uint32_t number)
{
    struct links *links = &picture->links;
    uint32_t place;

    for (uint32_t i = 0; links->pointing_in > 0 && i < links->known; i++) {
        if (!links->items[i].points_in ||
            (picture_place_of(picture, links->items[i].word, &place) && place < first))
            continue;
        links_point_in(links, i, false);
        links->items[i].freed_in = number;
    }
}

/* Drop what lies at an offset, if something does. */
static void drop_at(struct picture *picture, uint64_t at)
{
    uint32_t number = links_find(&picture->links, at);

    if (number != NO_LINK)
        drop(picture, number);
}

void linking_overwrite(struct picture *picture, uint64_t at, uint64_t size)
{
    uint64_t first = at < SLOT_BYTES ? 0 : at - SLOT_BYTES + 1;

    if (at == OFFSET_NULL || size == 0 || picture->links.count == 0)
        return;
    if (size < picture->links.known) {
        for (uint64_t place = first; place < at + size; place++)
            drop_at(picture, place);
        return;
    }
    for (size_t i = 0; i < picture->links.known; i++) {
        uint64_t place = picture->links.items[i].at;

        if (place != OFFSET_NULL && place >= first && place < at + size)
            drop(picture, (uint32_t)i);
    }
}

void linking_cut(struct picture *picture, uint64_t payload)
{
    const struct allocation *allocation = find(picture, payload);
    uint32_t next = allocation ? allocation->links_out : NO_LINK;

    while (next != NO_LINK) {
        uint32_t number = next;

        next = picture->links.items[number].next_out;
        if (!covers(allocation, picture->links.items[number].at, SLOT_BYTES))
            drop(picture, number);
    }
}

void linking_forget_payload(struct picture *picture, uint64_t payload, uint32_t number)
{
    const struct allocation *allocation = find(picture, payload);

    while (allocation && allocation->links_in != NO_LINK) {
        picture->links.items[allocation->links_in].freed_in = number;
        let_go(picture, allocation->links_in);
    }
    while (allocation && allocation->links_out != NO_LINK)
        drop(picture, allocation->links_out);
}

/* ---- Payloads that move ---- */

struct moved_links linking_take_out(const struct picture *picture, uint64_t payload)
{
    const struct allocation *allocation = find(picture, payload);
    struct moved_links moved = {0};
    size_t capacity = 0;

    for (uint32_t next = allocation ? allocation->links_out : NO_LINK; next != NO_LINK;
         next = picture->links.items[next].next_out) {
        moved.items =
            memory_reserve(moved.items, &capacity, moved.count + 1, sizeof moved.items[0]);
        moved.items[moved.count++] = picture->links.items[next];
    }
    return moved;
}

void linking_put_in(struct picture *picture, struct moved_links *moved, uint64_t from, uint64_t to,
                    uint32_t number)
{
    struct allocation *source = find(picture, to);

    for (size_t i = 0; i < moved->count; i++) {
        const struct payload_link *link = &moved->items[i];
        struct pointee pointee = {link->target, link->freed_in};

        if (link->target == from)
            pointee = (struct pointee){OFFSET_NULL, number};
        if (covers(source, to + (link->at - from), SLOT_BYTES))
            add(picture, source, to + (link->at - from), link->word, &pointee);
    }
    free(moved->items);
    *moved = (struct moved_links){0};
}
