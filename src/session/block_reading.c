/* block_reading.c: see block_reading.h. */
#include "session/block_reading.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/untold.h"

void block_reading_add(struct block_reading *reading, const struct picture *picture,
                       const struct target_splice *splice)
{
    enum { AHEAD = 16 };

    for (size_t i = 0; i < splice->count; i++) {
        const struct hg_block *ahead = &splice->blocks[i + AHEAD < splice->count ? i + AHEAD : i];
        struct block block = picture_block_of(picture, &splice->blocks[i]), *cut = &block;
        size_t count = 1;

        ledger_expect(&picture->ledger, ahead->at + ahead->header);
        if (block.kind == HG_KIND_UNTOLD)
            cut = untold_cut(picture, &splice->blocks[i], &count);
        reading->blocks = memory_reserve(reading->blocks, &reading->capacity,
                                         reading->count + count, sizeof reading->blocks[0]);
        memory_copy(reading->blocks + reading->count, cut, count * sizeof cut[0]);
        reading->count += count;
        if (cut != &block)
            free(cut);
    }
}

/* Let the picture have what was read, if that is much and follows on what it has. */
static void take_over(struct block_table *blocks, struct block_reading *reading, uint64_t *low)
{
    enum { MANY = 1 << 16 };

    if (!reading->may_take_over || reading->count < MANY || *low != block_table_end(blocks) ||
        !block_table_splice(blocks, *low, UINT64_MAX, reading->blocks, reading->count))
        return;
    *low = block_table_end(blocks);
    reading->count = 0;
}

bool block_reading_add_rest(struct mirror *mirror, struct block_reading *reading,
                            struct target_splice *splice)
{
    block_reading_add(reading, &mirror->picture, splice);
    while (splice->more != OFFSET_NULL && splice->count > 0) {
        uint64_t low = splice->low;

        take_over(&mirror->picture.blocks, reading, &low);
        if (reading->progress &&
            !progress_tick(reading->progress, splice->more, splice->heap_size)) {
            reading->is_stopped = true;
            return false;
        }
        if (!target_walk(mirror->target, splice->more, splice))
            return false;
        splice->low = low;
        block_reading_add(reading, &mirror->picture, splice);
    }
    return true;
}

/* Read all from the offset `from` on, where those end that were read before. What a damaged heap
 * tells nothing of, up to the break, is one block that cannot be read. */
static bool read_from(struct mirror *mirror, uint64_t from, struct block_reading *reading)
{
    struct target_splice splice;
    struct hg_block rest = {.at = from, .list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};
    size_t before = reading->count;

    if (!target_walk(mirror->target, from, &splice) ||
        !block_reading_add_rest(mirror, reading, &splice))
        return false;
    if (reading->count > before && reading->blocks[before].at != from)
        reading->count = before;
    if (reading->count > before)
        rest.at = reading->blocks[reading->count - 1].at + reading->blocks[reading->count - 1].size;
    rest.size = splice.heap_size - rest.at;
    splice.blocks = &rest;
    splice.count = 1;
    if (rest.at < splice.heap_size)
        block_reading_add(reading, &mirror->picture, &splice);
    return true;
}

/* ---- What is damaged ---- */

/* Forget what is no longer damaged. */
static bool look_at_wounds(struct mirror *mirror)
{
    struct wounds *wounds = &mirror->picture.damage.wounds;
    size_t kept = 0;

    for (size_t i = 0; i < wounds->count; i++) {
        struct wound wound = wounds->items[i];
        const unsigned char *now;
        size_t count;

        if (!target_peek(mirror->target, wound.at, wound.count, &now, &count))
            return false;
        if (wound_look(&wound, now, count))
            wounds->items[kept++] = wound;
    }
    wounds->count = kept;
    return true;
}

/* The first block from `from` on whose header is wounded; NULL if there is none. */
static const struct block *find_wounded(const struct wounds *wounds, uint64_t from)
{
    const struct block *first = NULL;

    for (size_t i = 0; i < wounds->count; i++) {
        const struct wound *wound = &wounds->items[i];

        if (wound->part == WOUND_HEADER && wound->block.at >= from &&
            (!first || wound->block.at <= first->at))
            first = &wound->block;
    }
    return first;
}

/* The block that begins at `at`, among those that were read; their number if there is none. */
static size_t find_read(const struct block_reading *reading, uint64_t at)
{
    size_t low = 0, high = reading->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reading->blocks[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < reading->count && reading->blocks[low].at == at ? low : reading->count;
}

/* A block whose header is wounded has the bounds that it had before, and behind it the heap is read
 * on from there, whatever the header says now. */
static bool pass_wounded(struct mirror *mirror, struct block_reading *reading)
{
    const struct wounds *wounds = &mirror->picture.damage.wounds;
    const struct block *wounded;

    for (uint64_t from = 0; (wounded = find_wounded(wounds, from)); from = wounded->at + 1) {
        size_t place = find_read(reading, wounded->at);
        const struct block *last = reading->count > 0 ? &reading->blocks[reading->count - 1] : NULL;
        uint64_t end = wounded->at + wounded->size;

        if (place == reading->count || end > last->at + last->size)
            continue;
        reading->blocks[place] = *wounded;
        reading->blocks[place].kind = HG_KIND_UNREADABLE;
        reading->blocks[place].requested = 0;
        reading->blocks[place].list = HG_NO_LIST;
        reading->count = place + 1;
        if (!read_from(mirror, end, reading))
            return false;
    }
    return true;
}

bool block_reading_add_all(struct mirror *mirror, struct block_reading *reading)
{
    reading->count = 0;
    reading->may_take_over = false;
    return look_at_wounds(mirror) && read_from(mirror, 0, reading) && pass_wounded(mirror, reading);
}
