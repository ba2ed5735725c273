/* recollection.c: see recollection.h. */
#include "session/recollection.h"

#include "session/present.h"
#include "session/recalled.h"
#include "session/traced.h"

/* Whether a memento of the step is had sooner than a look at each variable is. */
static bool is_quick(const struct traced *traced, size_t step)
{
    enum { STEPS_AS_ONE = 8 };

    return step <= traced->index.count || present_is(traced, step) ||
           (traced->gone == 0 && traced->count / STEPS_AS_ONE <= traced->places);
}

bool recollection_serves(const struct picture *picture, const struct traced *traced, size_t step)
{
    const struct kind_description *description = &picture->description;

    return traced && traced->places > TRACED_PLACES_FEW && is_quick(traced, step) &&
           description_can(description, KIND_EXPLAINS) &&
           description_can(description, KIND_TELLS_FREE) &&
           description_can(description, KIND_KNOWS_REQUESTS) &&
           !description_can(description, KIND_MAPS) && !picture_is_guarded(picture) &&
           !damage_is_known(&picture->damage);
}

void recollection_begin(struct picture *picture, const struct memento *memento)
{
    ledger_recall(&picture->ledger, recalled_create(memento), memento_live(memento));
    variables_recall(&picture->variables, memento);
}

/* Have what was read; whether it is what a sound heap has. */
static bool take(struct block_table *blocks, const struct target_pack *read)
{
    struct block_pack *pack = blocks->pack;

    if (read->is_odd || read->count == 0 ||
        !block_pack_add(pack, read->blocks, read->count, read->heap_size) ||
        pack->end != (read->more == OFFSET_NULL ? read->heap_size : read->more))
        return false;
    block_table_take_more(blocks, read->more == OFFSET_NULL);
    return true;
}

/* Read all blocks into a table that has an empty pack, while the heap process is at those behind.
 *   ret_sound  whether all are as they should be
 *   returns    false when the target failed */
static bool fill(struct target *target, struct block_table *blocks, const struct progress *progress,
                 bool *ret_sound)
{
    struct target_pack read = {.more = 0};

    *ret_sound = true;
    if (!target_begin_pack(target, 0))
        return false;
    while (*ret_sound && read.more != OFFSET_NULL) {
        if (!target_end_pack(target, &read) ||
            (read.more != OFFSET_NULL && !target_begin_pack(target, read.more)))
            return false;
        *ret_sound = take(blocks, &read);
        if (progress)
            progress_tick(progress, blocks->pack->end, read.heap_size);
    }
    return read.more == OFFSET_NULL || target_end_pack(target, &read);
}

bool recollection_read(struct mirror *mirror, const struct memento *memento,
                       const struct metrics *before, const struct progress *progress,
                       struct block_room *room, bool *ret_read)
{
    struct block_table blocks = {0};
    bool good;

    block_table_take(&blocks, block_pack_create(memento, room));
    good = fill(mirror->target, &blocks, progress, ret_read);
    if (!good || !*ret_read) {
        block_table_finish(&blocks);
        return good;
    }
    block_table_set_requested(&blocks, before->requested);
    block_table_finish(&mirror->picture.blocks);
    mirror->picture.blocks = blocks;
    picture_measure(&mirror->picture, before);
    return true;
}

void recollection_look_again(struct picture *picture, uint64_t payload)
{
    const struct block *block = block_table_get(&picture->blocks, payload);
    struct hg_block read;
    struct block known;

    if (!block || block->kind != HG_KIND_USED)
        return;
    read = (struct hg_block){.at = block->at,
                             .size = block->size,
                             .header = block->header,
                             .footer = block->footer,
                             .list = block->list,
                             .kind = block->kind};
    known = picture_block_of(picture, &read);
    block_table_splice(&picture->blocks, known.at, known.at + known.size, &known, 1);
}
