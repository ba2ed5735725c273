/* damage.c: see damage.h. */
#include "session/damage.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/picture.h"

void wounds_finish(struct wounds *wounds)
{
    free(wounds->items);
    *wounds = (struct wounds){0};
}

struct wounds wounds_copy(const struct wounds *wounds)
{
    struct wounds copy = {.count = wounds->count};

    copy.items = memory_reserve(NULL, &copy.capacity, copy.count, sizeof copy.items[0]);
    memory_copy(copy.items, wounds->items, copy.count * sizeof copy.items[0]);
    return copy;
}

static void add(struct wounds *wounds, const struct wound *wound)
{
    wounds->items =
        memory_reserve(wounds->items, &wounds->capacity, wounds->count + 1, sizeof *wound);
    wounds->items[wounds->count++] = *wound;
}

/* ---- Back and forth ---- */

void wounds_go(struct wounds *wounds, uint32_t step)
{
    size_t kept = 0;

    for (size_t i = 0; i < wounds->count; i++) {
        const struct wound *wound = &wounds->items[i];

        if (wound->step <= step && (wound->healed_in == 0 || wound->healed_in > step))
            wounds->items[kept++] = *wound;
    }
    wounds->count = kept;
}

void wounds_cut(struct wounds *wounds, uint32_t step)
{
    while (wounds->count > 0 && wounds->items[wounds->count - 1].step > step)
        wounds->count--;
    for (size_t i = 0; i < wounds->count; i++) {
        if (wounds->items[i].healed_in > step)
            wounds->items[i].healed_in = 0;
    }
}

static bool is_same(const struct wound *a, const struct wound *b)
{
    return a->step == b->step && a->at == b->at;
}

void wounds_follow(struct wounds *wounds, const struct wounds *now, uint32_t step)
{
    size_t place = 0, before = wounds->count;

    for (size_t i = 0; i < before; i++) {
        struct wound *wound = &wounds->items[i];

        if (place < now->count && is_same(wound, &now->items[place]))
            place++;
        else if (wound->healed_in == 0)
            wound->healed_in = step;
    }
    for (; place < now->count; place++)
        add(wounds, &now->items[place]);
}

bool wound_look(struct wound *wound, const unsigned char *now, size_t count)
{
    wound->alive = 0;
    for (size_t i = 0; i < wound->count && i < count; i++) {
        if (now[i] == wound->written[i] && now[i] != wound->before[i])
            wound->alive |= (uint16_t)(1u << i);
    }
    return wound->alive != 0;
}

bool wound_stands(const struct wound *wound, const struct picture *picture)
{
    const struct block *block = block_table_get(&picture->blocks, wound->at);

    if (!block)
        return false;
    if (block->kind == HG_KIND_UNREADABLE)
        return true;
    return block->at == wound->block.at && block->kind == wound->block.kind &&
           (wound->part != WOUND_FOOTER || block->size == wound->block.size);
}

const struct wound *wounds_find(const struct wounds *wounds, uint64_t at)
{
    for (size_t i = wounds->count; i > 0; i--) {
        const struct wound *wound = &wounds->items[i - 1];

        if (at >= wound->at && at - wound->at < wound->count &&
            wound->alive & 1u << (at - wound->at))
            return wound;
    }
    return NULL;
}

/* ---- What is wrong now ---- */

void damage_finish(struct damage *damage)
{
    wounds_finish(&damage->wounds);
    damage->defect = (struct hg_defect){.broken = HG_INVARIANT_NONE};
}

struct damage damage_copy(const struct damage *damage)
{
    return (struct damage){wounds_copy(&damage->wounds), damage->defect};
}

bool damage_is_known(const struct damage *damage)
{
    return damage->wounds.count > 0 || damage->defect.broken != HG_INVARIANT_NONE;
}

/* ---- A step's writing ---- */

/* The part of a used or free block that lies so far from its start. */
static enum wound_part part_of(const struct picture *picture, const struct block *block,
                               uint64_t place)
{
    uint32_t links = description_list_links(&picture->description, block->list);

    if (block->kind == HG_KIND_BOOKKEEPING)
        return WOUND_BOOKKEEPING;
    if (place < block->header)
        return WOUND_HEADER;
    if (place >= block->size - block->footer)
        return WOUND_FOOTER;
    if (block->kind == HG_KIND_USED)
        return WOUND_RED_ZONE;
    return place - block->header < links ? WOUND_LINKS : WOUND_FREED;
}

/* Whether the byte at this offset, which lies in the block, is nobody's to write; which part it
 * is. */
static bool is_structure(const struct picture *picture, const struct block *block, uint64_t at,
                         enum wound_part *ret_part)
{
    uint64_t place = at - block->at;

    if (block->kind == HG_KIND_UNREADABLE || block->kind == HG_KIND_UNTOLD)
        return false;
    *ret_part = part_of(picture, block, place);
    if (*ret_part == WOUND_RED_ZONE)
        return picture_is_guarded(picture) && place - block->header >= block->requested;
    return *ret_part != WOUND_FREED || picture_is_guarded(picture);
}

/* The wound that a byte is which held `before`: of what is the allocator's, or was wounded before
 * so that only the older wound knows what it should hold. */
static bool find_wound(const struct picture *picture, uint64_t at, unsigned char before,
                       struct wound *ret_wound)
{
    const struct wound *older = wounds_find(&picture->damage.wounds, at);
    const struct block *block = block_table_get(&picture->blocks, at);
    struct wound wound = {.at = at, .alive = 1, .count = 1, .before = {before}};
    enum wound_part part = WOUND_HEADER;

    if (!older && !(block && is_structure(picture, block, at, &part)))
        return false;
    wound.part = older ? older->part : (uint8_t)part;
    wound.block = older ? older->block : *block;
    if (older)
        wound.before[0] = older->before[at - older->at];
    *ret_wound = wound;
    return true;
}

/* Whether a wound of one byte goes on what is the last one, of the same step. */
static bool goes_on(const struct wound *last, const struct wound *wound)
{
    return last->step == wound->step && last->at + last->count == wound->at &&
           last->count < WOUND_BYTES && last->part == wound->part &&
           last->block.at == wound->block.at;
}

static void add_byte(struct wounds *wounds, const struct wound *wound)
{
    struct wound *last = wounds->count > 0 ? &wounds->items[wounds->count - 1] : NULL;

    if (last && goes_on(last, wound)) {
        last->before[last->count] = wound->before[0];
        last->written[last->count] = wound->written[0];
        last->alive |= (uint16_t)(1u << last->count);
        last->count++;
    } else if (wounds->count < WOUNDS_MAX) {
        add(wounds, wound);
    }
}

/* Whether the block is used, and has the range beside its header and footer; under guard, in what
 * was asked for. */
static bool is_payload(const struct picture *picture, const struct block *block, uint64_t at,
                       uint64_t size)
{
    uint64_t end;

    if (!block || block->kind != HG_KIND_USED || at < block->at + block->header)
        return false;
    end = picture_is_guarded(picture) ? block->at + block->header + block->requested
                                      : block->at + block->size - block->footer;
    return at <= end && size <= end - at;
}

bool damage_note(struct picture *picture, uint32_t step, uint64_t at, uint64_t size,
                 const unsigned char *written, const unsigned char *before)
{
    struct wounds made = {0};
    struct wound wound;

    if (is_payload(picture, block_table_get(&picture->blocks, at), at, size))
        return true;
    for (uint64_t i = 0; i < size; i++) {
        if (written[i] == before[i] || !find_wound(picture, at + i, before[i], &wound))
            continue;
        wound.step = step;
        wound.written[0] = written[i];
        if (wound.before[0] != written[i])
            add_byte(&made, &wound);
    }
    for (size_t i = 0; i < made.count && picture->damage.wounds.count < WOUNDS_MAX; i++)
        add(&picture->damage.wounds, &made.items[i]);
    wounds_finish(&made);
    return false;
}
