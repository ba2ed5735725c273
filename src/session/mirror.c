/* mirror.c: see mirror.h. */
#include "session/mirror.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/red_zone.h"
#include "session/untold.h"

void mirror_destroy(struct mirror *mirror)
{
    if (!mirror)
        return;
    target_destroy(mirror->target);
    picture_finish(&mirror->picture);
    free(mirror);
}

/* ---- Blocks ---- */

/* A vector of blocks as read, with what the ledger knows of each. */
struct reading {
    struct block *blocks;
    size_t count, capacity;
};

static void add_blocks(struct reading *reading, const struct picture *picture,
                       const struct target_splice *splice)
{
    for (size_t i = 0; i < splice->count; i++) {
        struct block block = picture_block_of(picture, &splice->blocks[i]), *cut = &block;
        size_t count = 1;

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

/* Read on where the splice had no room, up to its end, or up to the heap's. */
static bool read_rest(struct mirror *mirror, struct reading *reading, struct target_splice *splice)
{
    add_blocks(reading, &mirror->picture, splice);
    while (splice->more != OFFSET_NULL && splice->count > 0) {
        uint64_t low = splice->low;

        if (!target_walk(mirror->target, splice->more, splice))
            return false;
        splice->low = low;
        add_blocks(reading, &mirror->picture, splice);
    }
    return true;
}

static bool read_from(struct mirror *mirror, uint64_t from, struct reading *reading)
{
    struct target_splice splice;

    return target_walk(mirror->target, from, &splice) && read_rest(mirror, reading, &splice);
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
static size_t find_read(const struct reading *reading, uint64_t at)
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
static bool pass_wounded(struct mirror *mirror, struct reading *reading)
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

/* Read the whole heap. */
static bool read_all(struct mirror *mirror, struct reading *reading)
{
    reading->count = 0;
    return look_at_wounds(mirror) && read_from(mirror, 0, reading) && pass_wounded(mirror, reading);
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

static bool read_anew(struct mirror *mirror, struct reading *reading)
{
    if (!read_all(mirror, reading))
        return false;
    block_table_splice(&mirror->picture.blocks, 0, UINT64_MAX, reading->blocks, reading->count);
    return true;
}

static bool apply_splice(struct mirror *mirror, const struct target_splice *splice,
                         const struct reading *reading)
{
    uint64_t high = splice->high >= splice->heap_size ? UINT64_MAX : splice->high;

    return block_table_splice(&mirror->picture.blocks, splice->low, high, reading->blocks,
                              reading->count);
}

/* Bring the block table up to date. A splice that does not fit, which damage can cause, is answered
 * by reading the whole heap. */
static bool update_blocks(struct mirror *mirror, struct target_splice *splice)
{
    struct reading reading = {0};
    bool alive = read_rest(mirror, &reading, splice);
    bool changed = splice->low < splice->high;

    if (alive && ((changed && !apply_splice(mirror, splice, &reading)) ||
                  block_table_end(&mirror->picture.blocks) != splice->heap_size))
        alive = read_anew(mirror, &reading);
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

bool mirror_read(struct mirror *mirror, const struct metrics *before)
{
    struct reading reading = {0};
    bool alive = (!damage_is_known(&mirror->picture.damage) || look_for_defect(mirror)) &&
                 read_all(mirror, &reading);

    if (alive) {
        block_table_splice(&mirror->picture.blocks, 0, UINT64_MAX, reading.blocks, reading.count);
        drop_fallen(&mirror->picture);
        picture_measure(&mirror->picture, before);
    }
    free(reading.blocks);
    return alive;
}

/* Take over what a reply says of the heap. */
static bool update(struct mirror *mirror, struct target_splice *splice)
{
    picture_set_events(&mirror->picture, splice->events, splice->event_count,
                       splice->events_dropped);
    if (!update_blocks(mirror, splice))
        return false;
    picture_measure(&mirror->picture, &mirror->picture.metrics);
    return true;
}

/* ---- Opening ---- */

static bool open_heap(struct mirror *mirror, struct error *error)
{
    struct target_splice splice;

    if (!target_open(mirror->target, &mirror->picture.config, &mirror->picture.description, &splice,
                     error))
        return false;
    mirror->picture.heap_start = splice.heap_start;
    mirror->picture.stack = splice.stack;
    return update(mirror, &splice) ||
           error_set(error, "the heap process cannot open a heap: it ended");
}

struct mirror *mirror_create(const struct hg_config *config, const struct names *names,
                             const struct target_waiter *waiter, struct error *error)
{
    struct mirror *mirror = memory_create(1, sizeof *mirror);

    mirror->picture.config = *config;
    mirror->picture.names = names;
    mirror->picture.limit = NO_LIMIT;
    mirror->target = target_create(waiter, error);
    if (mirror->target && open_heap(mirror, error))
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
    struct target *target = target_clone(mirror->target, error);
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
    struct reading reading = {0};
    bool fits;

    picture_set_events(picture, splice->events, splice->event_count, splice->events_dropped);
    add_blocks(&reading, picture, splice);
    fits = (splice->low >= splice->high || apply_splice(mirror, splice, &reading)) &&
           block_table_end(&picture->blocks) == splice->heap_size;
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
    return look_for_defect(mirror) && mirror_read(mirror, &before);
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
    bool harms = op->examine;

    if (op_has(op, OP_STORES) && !change->result.refused && !change->result.stack_written)
        harms = !damage_note(&mirror->picture, number, change->result.payload, op->size, op->bytes,
                             change->before);
    if (op_has(op, OP_LINKS) && harms && !change->result.refused)
        note_slot(mirror, op, number, change);
    return harms || damage_is_known(&mirror->picture.damage);
}

bool mirror_follow(struct mirror *mirror, const struct step *step, uint32_t number,
                   const struct target_change *change, bool is_there)
{
    struct target_splice splice = change->splice;
    bool is_harmful = may_be_harmful(mirror, &step->op, number, change);

    picture_note(&mirror->picture, step, number);
    if (!is_there)
        return update_from_afar(mirror, &splice);
    if ((is_harmful ? update_all(mirror, &splice) : update(mirror, &splice)) &&
        (!step->result.stack_written || mirror_read_words(mirror)))
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

/* ---- Checking ---- */

static bool same_block(const struct block *a, const struct block *b)
{
    return a->at == b->at && a->size == b->size && a->kind == b->kind && a->list == b->list &&
           a->header == b->header && a->footer == b->footer;
}

static bool compare_blocks(const struct mirror *mirror, const struct reading *reading,
                           struct error *ret_problem)
{
    struct block_cursor cursor = block_table_find(&mirror->picture.blocks, 0);
    const struct block *known;

    for (size_t i = 0; i < reading->count; i++) {
        known = block_cursor_get(&cursor);
        if (!known || !same_block(known, &reading->blocks[i]))
            return error_set(ret_problem, "the block at +0x%04" PRIx64 " is not what is shown",
                             reading->blocks[i].at);
        block_cursor_next(&cursor);
    }
    if (block_cursor_get(&cursor))
        return error_set(ret_problem, "the heap ends before the block at +0x%04" PRIx64,
                         block_cursor_get(&cursor)->at);
    return true;
}

/* A word of the stack does not hold what it should. Returns false. */
static bool wrong_word(const struct picture *picture, uint32_t place, struct error *ret_problem)
{
    size_t frame = variables_frame_of(&picture->variables, place);
    uint32_t word = place - variables_frame(&picture->variables, frame).first;

    if (picture->variables.items[place].name != NO_NAME)
        return error_set(ret_problem, "the variable %s does not hold what is shown",
                         picture_name(picture, place));
    return error_set(ret_problem, "in %s's frame the %s has been overwritten",
                     picture_frame_name(picture, frame),
                     word == FRAME_RETURN_ADDRESS ? "return address" : "saved frame pointer");
}

/* Whether it is known what the word in a place holds: it is not of stack data. */
static bool is_known(const struct variables *variables, uint32_t place)
{
    struct frame frame = variables_frame(variables, variables_frame_of(variables, place));

    if (variables->items[place].name == NO_NAME)
        return frame.step > 0 && place - frame.first < FRAME_WORDS;
    return variables->items[place].bytes == 0;
}

/* Compare the variables, and what is the frames' own, with their words. */
static bool compare_variables(const struct mirror *mirror, struct error *ret_problem)
{
    const struct variables *variables = &mirror->picture.variables;
    const uint64_t *words;
    size_t count = 0;

    for (size_t from = 0; from < variables->count; from += count) {
        if (!target_words(mirror->target, (uint32_t)from, variables->count - from, &words,
                          &count) ||
            count == 0)
            return error_set(ret_problem, "the heap process does not answer");
        for (size_t i = 0; i < count; i++) {
            uint32_t place = (uint32_t)(from + i);

            if (words[i] != variables->items[place].payload && is_known(variables, place))
                return wrong_word(&mirror->picture, place, ret_problem);
        }
    }
    return true;
}

/* Compare the links with the words in payloads. */
static bool compare_links(const struct mirror *mirror, struct error *ret_problem)
{
    const struct links *links = &mirror->picture.links;
    const unsigned char *bytes;
    size_t count;

    for (size_t i = 0; i < links->known; i++) {
        const struct payload_link *link = &links->items[i];
        uint64_t word = mirror->picture.heap_start + link->word;

        if (link->at == OFFSET_NULL)
            continue;
        if (!target_peek(mirror->target, link->at, sizeof word, &bytes, &count) ||
            count != sizeof word)
            return error_set(ret_problem, "the heap process does not answer");
        if (memcmp(bytes, &word, sizeof word) != 0)
            return error_set(ret_problem,
                             "the slot at +0x%04" PRIx64 " does not hold what is shown", link->at);
    }
    return true;
}

/* Look at the first bytes of a block's red zone. */
static bool check_red_zone(struct mirror *mirror, const struct block *block,
                           struct error *ret_problem)
{
    uint64_t at = block->at + block->header + block->requested;
    const unsigned char *bytes;
    size_t count, place;

    if (!target_peek(mirror->target, at, block_padding(block), &bytes, &count))
        return error_set(ret_problem, "the heap process does not answer");
    place = red_zone_find_other(bytes, 0, count, RED_ZONE_BYTE);
    return place == count ||
           error_set(ret_problem,
                     "the red zone of the block at +0x%04" PRIx64 " is not whole at +0x%04" PRIx64,
                     block->at, at + place);
}

static bool check_red_zones(struct mirror *mirror, struct error *ret_problem)
{
    struct block_cursor cursor = block_table_find(&mirror->picture.blocks, 0);
    const struct block *block;
    bool well = true;

    if (!picture_is_guarded(&mirror->picture))
        return true;
    for (; well && (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        if (block->kind == HG_KIND_USED && picture_allocation(&mirror->picture, block))
            well = check_red_zone(mirror, block, ret_problem);
    }
    return well;
}

bool mirror_check(struct mirror *mirror, struct error *ret_problem)
{
    struct reading reading = {0};
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    bool well;

    if (description_can(&mirror->picture.description, KIND_CHECKS) &&
        !target_check(mirror->target, &defect))
        return error_set(ret_problem, "the heap process does not answer");
    if (defect.broken != HG_INVARIANT_NONE)
        return error_set(ret_problem, "at +0x%04" PRIx64 " this does not hold: %s", defect.at,
                         hg_invariant_text(defect.broken));
    if (!read_all(mirror, &reading))
        return error_set(ret_problem, "the heap process does not answer");
    if (mirror->picture.damage.wounds.count > 0) {
        free(reading.blocks);
        return error_set(ret_problem, "bytes were written where no program may write");
    }
    well = compare_blocks(mirror, &reading, ret_problem) &&
           compare_variables(mirror, ret_problem) && compare_links(mirror, ret_problem) &&
           check_red_zones(mirror, ret_problem);
    free(reading.blocks);
    return well;
}
