/* mirror_check.c: whether the heap is whole, and the picture is what is there. See mirror.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/red_zone.h"
#include "session/block_reading.h"
#include "session/mirror.h"
#include "session/untold.h"

/* Tell how far it is with the blocks, or the variables, and then the links, of which `total` are to
 * be looked at: now and then. */
static bool goes_on(const struct progress *progress, size_t done, size_t total,
                    struct error *ret_problem)
{
    enum { TICK_EVERY = 8192 };

    return done % TICK_EVERY != 0 || progress_tick(progress, done, total) ||
           error_set_kind(ret_problem, ERROR_STOPPED, "stopped; not all has been looked at");
}

static bool same_block(const struct block *a, const struct block *b)
{
    return a->at == b->at && a->size == b->size && a->kind == b->kind && a->list == b->list &&
           a->header == b->header && a->footer == b->footer;
}

static bool compare_blocks(const struct mirror *mirror, const struct block_reading *reading,
                           const struct progress *progress, struct error *ret_problem)
{
    struct block_cursor cursor = block_table_find(&mirror->picture.blocks, 0);
    const struct block *known;

    for (size_t i = 0; i < reading->count; i++) {
        known = block_cursor_get(&cursor);
        if (!known || !same_block(known, &reading->blocks[i]))
            return error_set(ret_problem, "the block at +0x%04" PRIx64 " is not what is shown",
                             reading->blocks[i].at);
        block_cursor_next(&cursor);
        if (!goes_on(progress, i + 1, reading->count, ret_problem))
            return false;
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

    if (variables_get(&picture->variables, place)->name != NO_NAME)
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

    if (variables_get(variables, place)->name == NO_NAME)
        return frame.step > 0 && place - frame.first < FRAME_WORDS;
    return variable_state(variables_get(variables, place)) != VARIABLE_DATA;
}

/* Compare the variables, and what is the frames' own, with their words. */
static bool compare_variables(const struct mirror *mirror, const struct progress *progress,
                              struct error *ret_problem)
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

            if (words[i] != variables_get(variables, place)->payload && is_known(variables, place))
                return wrong_word(&mirror->picture, place, ret_problem);
            if (!goes_on(progress, place + 1, variables->count, ret_problem))
                return false;
        }
    }
    return true;
}

/* Compare the links with the words in payloads. */
static bool compare_links(const struct mirror *mirror, const struct progress *progress,
                          struct error *ret_problem)
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
        if (!goes_on(progress, i + 1, links->known, ret_problem))
            return false;
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

bool mirror_check(struct mirror *mirror, const struct progress *progress, struct error *ret_problem)
{
    struct block_reading reading = {.progress = progress};
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    bool well;

    if (description_can(&mirror->picture.description, KIND_CHECKS) &&
        !target_check(mirror->target, &defect))
        return error_set(ret_problem, "the heap process does not answer");
    if (defect.broken != HG_INVARIANT_NONE)
        return error_set(ret_problem, "at +0x%04" PRIx64 " this does not hold: %s", defect.at,
                         hg_invariant_text(defect.broken));
    if (!description_can(&mirror->picture.description, KIND_EXPLAINS) &&
        !untold_check(&mirror->picture, ret_problem))
        return false;
    if (!block_reading_add_all(mirror, &reading)) {
        free(reading.blocks);
        return reading.is_stopped
                   ? error_set_kind(ret_problem, ERROR_STOPPED, "stopped; not all has been read")
                   : error_set(ret_problem, "the heap process does not answer");
    }
    if (mirror->picture.damage.wounds.count > 0) {
        free(reading.blocks);
        return error_set(ret_problem, "bytes were written where no program may write");
    }
    well = compare_blocks(mirror, &reading, progress, ret_problem) &&
           compare_variables(mirror, progress, ret_problem) &&
           compare_links(mirror, progress, ret_problem) && check_red_zones(mirror, ret_problem);
    free(reading.blocks);
    return well;
}
