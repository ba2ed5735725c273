/* mirror.c: see mirror.h. */
#include "session/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/block_reading.h"
#include "session/linking.h"

void mirror_destroy(struct mirror *mirror)
{
    if (!mirror)
        return;
    target_destroy(mirror->target);
    picture_finish(&mirror->picture);
    free(mirror);
}

/* Look for the first thing that does not hold, where the heap has something to look for. */
static bool look_for_defect(struct mirror *mirror)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};

    if (description_can(&mirror->picture.description, KIND_CHECKS) &&
        !target_check(mirror->target, &defect))
        return false;
    mirror->picture.damage.defect = defect;
    return true;
}

static bool read_anew(struct mirror *mirror, struct block_reading *reading)
{
    if (!block_reading_add_all(mirror, reading))
        return false;
    block_table_splice(&mirror->picture.blocks, 0, UINT64_MAX, reading->blocks, reading->count);
    return true;
}

/* Whether there is a splice at all; without one, all measures are what they were. */
static bool changes_blocks(const struct target_splice *splice)
{
    return splice->low < splice->high;
}

/* How many blocks, from the first on, lie one behind the other. */
static size_t count_adjacent(const struct block *blocks, size_t count)
{
    size_t adjacent = count > 0;

    while (adjacent < count &&
           blocks[adjacent - 1].at + blocks[adjacent - 1].size == blocks[adjacent].at)
        adjacent++;
    return adjacent;
}

/* Put the blocks that were read in place of those that were there; what lies in gaps between them
 * is as it was. */
static bool apply_splice(struct mirror *mirror, const struct target_splice *splice,
                         const struct block_reading *reading)
{
    uint64_t high = splice->high >= splice->heap_size ? UINT64_MAX : splice->high;
    const struct block *blocks = reading->blocks;
    uint64_t low = splice->low;
    size_t left = reading->count, count;

    while ((count = count_adjacent(blocks, left)) < left) {
        if (!block_table_splice(&mirror->picture.blocks, low,
                                blocks[count - 1].at + blocks[count - 1].size, blocks, count))
            return false;
        blocks += count;
        left -= count;
        low = blocks->at;
    }
    return block_table_splice(&mirror->picture.blocks, low, high, blocks, count);
}

/* Bring the block table up to date. A splice that does not fit, which damage can cause, is answered
 * by reading the whole heap.
 *   progress  may stop it; NULL for nobody */
static bool update_blocks(struct mirror *mirror, struct target_splice *splice,
                          const struct progress *progress, bool *ret_stopped)
{
    struct block_reading reading = {.progress = progress, .may_take_over = progress};
    bool alive = block_reading_add_rest(mirror, &reading, splice);

    if (alive && ((changes_blocks(splice) && !apply_splice(mirror, splice, &reading)) ||
                  block_table_end(&mirror->picture.blocks) != splice->heap_size))
        alive = read_anew(mirror, &reading);
    *ret_stopped = reading.is_stopped;
    free(reading.blocks);
    return alive;
}

/* Forget the wounds of what is no longer there. */
static void drop_fallen(struct picture *picture)
{
    struct wounds *wounds = &picture->damage.wounds;
    size_t kept = 0;

    for (size_t i = 0; i < wounds->count; i++) {
        if (wound_stands(&wounds->items[i], picture))
            wounds->items[kept++] = wounds->items[i];
    }
    wounds->count = kept;
}

bool mirror_read(struct mirror *mirror, const struct metrics *before,
                 const struct progress *progress)
{
    struct block_reading reading = {.progress = progress};
    bool alive = (!damage_is_known(&mirror->picture.damage) || look_for_defect(mirror)) &&
                 block_reading_add_all(mirror, &reading);

    if (alive) {
        block_table_splice(&mirror->picture.blocks, 0, UINT64_MAX, reading.blocks, reading.count);
        drop_fallen(&mirror->picture);
        picture_measure(&mirror->picture, before);
    }
    free(reading.blocks);
    return alive;
}

/* Take over what a reply says of the heap. */
static bool update(struct mirror *mirror, struct target_splice *splice,
                   const struct progress *progress, bool *ret_stopped)
{
    picture_set_events(&mirror->picture, splice->events, splice->event_count,
                       splice->events_dropped);
    if (!update_blocks(mirror, splice, progress, ret_stopped))
        return false;
    if (changes_blocks(splice))
        picture_measure(&mirror->picture, &mirror->picture.metrics);
    return true;
}

/* ---- Opening ---- */

static bool open_heap(struct mirror *mirror, const struct progress *progress, struct error *error)
{
    struct target_splice splice;
    bool is_stopped = false;

    if (!target_open(mirror->target, &mirror->picture.config, &mirror->picture.description, &splice,
                     error))
        return false;
    mirror->picture.heap_start = splice.heap_start;
    mirror->picture.stack = splice.stack;
    picture_set_said(&mirror->picture, splice.said, splice.said_length);
    if (update(mirror, &splice, progress, &is_stopped))
        return true;
    return is_stopped ? error_set_kind(error, ERROR_STOPPED, "stopped; nothing has changed")
                      : error_set(error, "the heap process cannot open a heap: it ended");
}

struct mirror *mirror_create(const struct hg_config *config, const struct names *names,
                             const struct target_waiter *waiter, struct error *error)
{
    struct mirror *mirror = memory_create(1, sizeof *mirror);

    mirror->picture.config = *config;
    mirror->picture.names = names;
    mirror->picture.limit = NO_LIMIT;
    mirror->target = target_create(waiter, error);
    if (mirror->target && open_heap(mirror, waiter ? waiter->progress : NULL, error))
        return mirror;
    mirror_destroy(mirror);
    return NULL;
}

/* ---- Others like it ---- */

struct mirror *mirror_of(struct target *target, uint64_t heap_start, struct target_stack stack,
                         const struct picture *like)
{
    struct mirror *mirror = memory_create(1, sizeof *mirror);

    mirror->target = target;
    mirror->picture.config = like->config;
    mirror->picture.description = like->description;
    mirror->picture.names = like->names;
    mirror->picture.heap_start = heap_start;
    mirror->picture.stack = stack;
    mirror->picture.limit = NO_LIMIT;
    return mirror;
}

struct mirror *mirror_clone(const struct mirror *mirror, struct error *error)
{
    struct target *target = target_clone(mirror->target, TARGET_BOTH_ACT, error);
    struct mirror *clone;

    if (!target)
        return NULL;
    clone = memory_create(1, sizeof *clone);
    clone->target = target;
    picture_copy(&clone->picture, &mirror->picture);
    return clone;
}

/* ---- Words ---- */

bool mirror_read_words(struct mirror *mirror)
{
    const uint64_t *words;
    size_t count = 0, known = mirror->picture.variables.count;

    for (size_t from = 0; from < known; from += count) {
        if (!target_words(mirror->target, (uint32_t)from, known - from, &words, &count) ||
            count == 0)
            return false;
        picture_note_words(&mirror->picture, (uint32_t)from, words, count);
    }
    return true;
}

/* ---- Running ---- */

/* Update the picture as far as that can be done without asking the heap process; false if it
 * cannot. */
static bool update_from_afar(struct mirror *mirror, const struct target_splice *splice)
{
    struct picture *picture = &mirror->picture;
    struct block_reading reading = {0};
    bool fits;

    picture_set_events(picture, splice->events, splice->event_count, splice->events_dropped);
    block_reading_add(&reading, picture, splice);
    fits = (!changes_blocks(splice) || apply_splice(mirror, splice, &reading)) &&
           block_table_end(&picture->blocks) == splice->heap_size;
    if (changes_blocks(splice))
        picture_measure(picture, &picture->metrics);
    free(reading.blocks);
    return fits;
}

/* The step may have changed anything: take over its events, and read the heap anew. */
static bool update_all(struct mirror *mirror, const struct target_splice *splice)
{
    struct metrics before = mirror->picture.metrics;

    picture_set_events(&mirror->picture, splice->events, splice->event_count,
                       splice->events_dropped);
    return look_for_defect(mirror) && mirror_read(mirror, &before, NULL);
}

/* A slot was written to that may be in no payload. */
static void note_slot(struct mirror *mirror, const struct op *op, uint32_t number,
                      const struct target_change *change)
{
    uint64_t offset = change->result.word;
    uint64_t word = offset == OFFSET_NULL ? 0 : mirror->picture.heap_start + offset;

    damage_note(&mirror->picture, number, change->result.payload + op->size * SLOT_BYTES,
                sizeof word, (const unsigned char *)&word, change->before);
}

/* Whether a step may have done harm, or some has been done before. */
static bool may_be_harmful(struct mirror *mirror, const struct op *op, uint32_t number,
                           const struct target_change *change)
{
    bool harms = op->examine && !op->own;

    if (op_has(op, OP_STORES) && !change->result.refused && !change->result.stack_written)
        harms = !damage_note(&mirror->picture, number, change->result.payload, op->size, op->bytes,
                             change->before);
    if (op_has(op, OP_LINKS) && harms && !change->result.refused)
        note_slot(mirror, op, number, change);
    return harms || damage_is_known(&mirror->picture.damage);
}

/* Step number `number` may have written over variables, and so let go of what they pointed to. */
static bool read_words_anew(struct mirror *mirror, uint32_t number)
{
    bool good = mirror_read_words(mirror);

    linking_settle(&mirror->picture, number);
    return good;
}

bool mirror_follow(struct mirror *mirror, const struct step *step, uint32_t number,
                   const struct target_change *change, bool is_there)
{
    struct target_splice splice = change->splice;
    bool is_harmful = may_be_harmful(mirror, &step->op, number, change), ignored;

    picture_note(&mirror->picture, step, number);
    picture_set_said(&mirror->picture, change->said, change->said_length);
    if (!is_there)
        return update_from_afar(mirror, &splice);
    if ((is_harmful ? update_all(mirror, &splice) : update(mirror, &splice, NULL, &ignored)) &&
        (!step->result.stack_written || read_words_anew(mirror, number)))
        return true;
    if (target_failure(mirror->target)->kind == TARGET_STOPPED)
        target_abandon(mirror->target); /* it has done what the picture does not know */
    return false;
}

/* Take over which payloads the collector freed in the step that was just carried out. */
static bool take_collected(struct mirror *mirror, struct step *step,
                           const struct target_change *change)
{
    size_t total = step->result.collected, count = change->collected_count;
    const uint64_t *payloads = change->collected;

    step->collected = NULL;
    if (total == 0)
        return true;
    step->collected = memory_create(total, sizeof step->collected[0]);
    memcpy(step->collected, payloads, count * sizeof payloads[0]);
    for (size_t from = count; from < total; from += count) {
        if (!target_collected(mirror->target, from, &payloads, &count))
            return false;
        count = count < total - from ? count : total - from;
        memcpy(step->collected + from, payloads, count * sizeof payloads[0]);
    }
    return true;
}

bool mirror_run(struct mirror *mirror, struct step *step, uint32_t number)
{
    struct target_change change;

    if (!target_run(mirror->target, &step->op, &change))
        return false;
    step->result = change.result;
    return take_collected(mirror, step, &change) &&
           mirror_follow(mirror, step, number, &change, true);
}

/* ---- Pages ---- */

bool mirror_read_pages(struct mirror *mirror, struct pages *ret_pages, struct error *error)
{
    const struct picture *picture = &mirror->picture;

    if (!target_pages(mirror->target, picture->heap_start, picture->metrics.heap_size, ret_pages,
                      error))
        return false;
    mirror->resident = pages_resident(ret_pages);
    return true;
}

uint64_t mirror_measure_pages(struct mirror *mirror, bool at_any_cost)
{
    struct error ignored;
    struct pages pages;

    if ((mirror->resident > PAGES_CHEAP && !at_any_cost) ||
        !mirror_read_pages(mirror, &pages, &ignored))
        return RESIDENT_UNKNOWN;
    pages_finish(&pages);
    return mirror->resident;
}
