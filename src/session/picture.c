/* picture.c: see picture.h. */
#include "session/picture.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/red_zone.h"
#include "session/linking.h"
#include "session/untold.h"

void picture_finish(struct picture *picture)
{
    block_table_finish(&picture->blocks);
    ledger_finish(&picture->ledger);
    damage_finish(&picture->damage);
    variables_finish(&picture->variables);
    events_finish(&picture->events);
    links_finish(&picture->links);
    marks_finish(&picture->marks);
    free(picture->losses.items);
    free(picture->doubted.items);
    free(picture->rewritten.items);
    *picture = (struct picture){0};
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
    picture->rewritten = (struct rewritten){0};
    picture->marks = (struct marks){0};
    picture->variables = variables_copy(&other->variables);
    picture->damage = damage_copy(&other->damage);
    picture->events = (struct events){0};
}

void picture_forget_steps(struct picture *picture)
{
    ledger_finish(&picture->ledger);
    links_finish(&picture->links);
    variables_finish(&picture->variables);
    picture->losses.count = picture->doubted.count = picture->marks.count = 0;
    picture->rewritten.count = 0;
}

struct events events_copy(const struct events *events)
{
    struct events copy = {.count = events->count, .dropped = events->dropped};

    copy.items = memory_reserve(NULL, &copy.capacity, events->count, sizeof copy.items[0]);
    memory_copy(copy.items, events->items, events->count * sizeof copy.items[0]);
    if (events->said.length > 0)
        text_add_bytes(&copy.said, events->said.data, events->said.length);
    return copy;
}

void events_finish(struct events *events)
{
    free(events->items);
    text_finish(&events->said);
}

uint64_t picture_request_served(const struct picture *picture, bool *ret_exact)
{
    uint64_t served = hg_request_served(&picture->config, picture->metrics.largest_free, ret_exact);
    uint64_t guard = picture_is_guarded(picture) ? RED_ZONE_LEAST : 0;

    return served > guard ? served - guard : 0;
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

void picture_set_said(struct picture *picture, const char *said, size_t length)
{
    text_clear(&picture->events.said);
    if (length > 0)
        text_add_bytes(&picture->events.said, said, length);
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

bool picture_is_guarded(const struct picture *picture)
{
    return picture->config.settings[KIND_SETTING_GUARD] == HG_SWITCH_ON;
}

/* Bytes asked for that lie outside of the heap.
 *   cost  O(payloads) where there can be some */
static uint64_t measure_mapped(const struct picture *picture)
{
    const struct allocation *allocation;
    uint64_t bytes = 0;
    size_t place = 0;

    if (!description_can(&picture->description, KIND_MAPS))
        return 0;
    while ((allocation = ledger_next(&picture->ledger, &place)))
        bytes += untold_is_mapped(picture, allocation) ? allocation->requested : 0;
    return bytes;
}

void picture_measure(struct picture *picture, const struct metrics *before)
{
    const char *slots = hg_setting(HG_SETTING_SLOT_SIZE)->name;

    picture->metrics = metrics_measure(
        &picture->blocks, description_setting(&picture->description, slots) != NULL, before);
    picture->metrics.mapped = measure_mapped(picture);
    picture->metrics.is_unasked = !description_can(&picture->description, KIND_KNOWS_REQUESTS);
    if (picture_is_guarded(picture))
        picture->metrics.red_zones = picture->metrics.used_blocks * RED_ZONE_LEAST;
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

uint32_t picture_leading(const struct picture *picture, const struct allocation *allocation)
{
    enum { FAR = 256 };

    for (unsigned i = 0; i < FAR && allocation; i++) {
        if (allocation->referrer != NO_VARIABLE || allocation->parent == NO_LINK)
            return allocation->referrer;
        allocation = ledger_find(&picture->ledger, picture->links.items[allocation->parent].source);
    }
    return NO_VARIABLE;
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
    const struct variable *variable = variables_get(&picture->variables, place);

    return names_text(picture->names,
                      variable->slot_name != NO_NAME ? variable->slot_name : variable->name);
}

const char *picture_own_name(const struct picture *picture, uint32_t place)
{
    return names_text(picture->names, variables_get(&picture->variables, place)->name);
}

const char *picture_frame_name(const struct picture *picture, size_t frame)
{
    return frame == 0
               ? "main"
               : names_text(picture->names, variables_frame(&picture->variables, frame).name);
}

struct variable picture_variable(const struct picture *picture, uint32_t place)
{
    return place < picture->variables.count ? *variables_get(&picture->variables, place)
                                            : variable_none();
}

bool picture_find(const struct picture *picture, uint32_t name, uint32_t *ret_place)
{
    return variables_find(&picture->variables, picture->variables.called_count, name, ret_place);
}

/* ---- The stack ---- */

uint64_t picture_offset_of(const struct picture *picture, uint32_t place)
{
    return picture->stack.top - ((uint64_t)place + 1) * WORD_BYTES - picture->heap_start;
}

bool picture_place_of(const struct picture *picture, uint64_t offset, uint32_t *ret_place)
{
    uint64_t below = picture->stack.top - 1 - (picture->heap_start + offset);

    if (offset == OFFSET_NULL || below >= (uint64_t)VARIABLES_MAX * WORD_BYTES)
        return false;
    *ret_place = (uint32_t)(below / WORD_BYTES);
    return true;
}

bool picture_own(const struct picture *picture, uint64_t offset, uint32_t *ret_place,
                 uint64_t *ret_distance)
{
    const struct variables *variables = &picture->variables;
    uint32_t place;
    size_t index;

    if (!picture_place_of(picture, offset, &place) || place >= variables->count)
        return false;
    index = variables_named_from(variables, place);
    while (index < variables->named_count &&
           variable_is_slot(variables_get(variables, variables->named[index])))
        index++;
    if (index == variables->named_count)
        return false;
    *ret_place = variables->named[index];
    *ret_distance = offset - picture_offset_of(picture, *ret_place);
    return *ret_distance <
           (uint64_t)variable_words(variables_get(variables, *ret_place)) * WORD_BYTES;
}
