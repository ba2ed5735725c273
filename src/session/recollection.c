/* recollection.c: see recollection.h. */
#include "session/recollection.h"

#include "session/block_pack.h"
#include "session/recalled.h"
#include "session/traced.h"

/* Whether a memento of the step is had sooner than a look at each variable is. */
static bool is_quick(const struct traced *traced, size_t step)
{
    enum { STEPS_AS_ONE = 8 };

    return step <= traced->index.count ||
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

/* Read all blocks into a pack.
 *   ret_sound  whether all are as they should be
 *   returns    false when the target failed */
static bool fill(struct mirror *mirror, struct block_pack *pack, const struct progress *progress,
                 bool *ret_sound)
{
    struct target_splice splice = {.more = 0};
    uint64_t end = 0;

    *ret_sound = true;
    while (*ret_sound && splice.more != OFFSET_NULL) {
        if (!target_walk(mirror->target, splice.more, &splice))
            return false;
        *ret_sound = splice.count > 0 && block_pack_add(pack, splice.blocks, splice.count, &end);
        if (progress)
            progress_tick(progress, end, splice.heap_size);
    }
    *ret_sound = *ret_sound && end == splice.heap_size;
    return true;
}

bool recollection_read(struct mirror *mirror, const struct memento *memento,
                       const struct metrics *before, const struct progress *progress,
                       bool *ret_read)
{
    struct block_pack *pack = block_pack_create(memento);

    if (!fill(mirror, pack, progress, ret_read)) {
        block_pack_drop(pack);
        return false;
    }
    if (!*ret_read) {
        block_pack_drop(pack);
        return true;
    }
    block_table_finish(&mirror->picture.blocks);
    block_table_take(&mirror->picture.blocks, pack, before->requested);
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
