/* allocation.c: how a block was found, or why none was; and why it is larger than asked for. */
#include <inttypes.h>
#include <string.h>

#include "base/bits.h"
#include "base/red_zone.h"
#include "explain/telling.h"

/* The size of the block that the request needs, header and rounding included. */
static uint64_t needed(const struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    if (digest->request)
        return digest->request->other;
    return digest->refuse ? digest->refuse->size : 0;
}

/* ---- Where no free block served ---- */

/* "Nothing is free", "the largest has only 10M": why none of the free blocks before the step would
 * do. */
static void tell_no_fit(struct telling *telling)
{
    const struct metrics *before = &telling->before;
    const char *free = tell_amount(telling, before->free);
    const char *largest = tell_amount(telling, before->largest_free);
    bool is_aligned = telling->step->op.kind == OP_ALIGNED;

    if (before->free_blocks == 0)
        text_add(telling->text, "nothing is free");
    else if (before->largest_free >= needed(telling) && is_aligned)
        text_add(telling->text, "no free block has that much behind a multiple of %s",
                 tell_amount(telling, telling->step->op.argument));
    else if (before->largest_free >= needed(telling))
        text_add(telling->text,
                 "the lists that were searched have none that fits, though %s are "
                 "free in one",
                 largest);
    else if (before->free_blocks == 1)
        text_add(telling->text, "the only free block has %s", largest);
    else
        text_add(
            telling->text, "%s are free, in %" PRIu64 " blocks, %s %s", free, before->free_blocks,
            strcmp(free, largest) == 0 ? "none larger than" : "but the largest has only", largest);
    if (telling->digest.early_merges > 0)
        text_add(telling->text, ", and merging neighbours made none large enough");
}

/* Whether the upper end of a free block is handed out: the lower one is if it must be aligned. */
static bool is_placed_high(const struct telling *telling)
{
    const struct op *op = &telling->step->op;

    return telling_heeds(telling, HG_SETTING_PLACE) &&
           telling_setting(telling, HG_SETTING_PLACE) == HG_PLACE_HIGH &&
           (op->kind != OP_ALIGNED ||
            op->argument <= telling_setting(telling, HG_SETTING_ALIGNMENT));
}

/* How much of the block had to be new memory. */
static uint64_t missing_bytes(const struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    uint64_t at = digest->handover->at, fresh = digest->fresh->at;

    if (is_placed_high(telling))
        return needed(telling) - (digest->joined ? digest->joined->other : 0);
    return at < fresh ? at + needed(telling) - fresh : needed(telling);
}

/* By how much the heap grew, where that is no multiple of what the setting says. */
static void tell_least(struct telling *telling, uint64_t missing, uint64_t unit)
{
    if (telling->digest.grow->size == unit)
        text_add(telling->text, " (%s missing, %s %s)", tell_amount(telling, missing),
                 tell_amount(telling, unit), telling->picture->description.growth);
}

/* How far the break moved, and why that far. */
static void tell_growth(struct telling *telling)
{
    uint64_t grown = telling->digest.grow->size, missing = missing_bytes(telling);
    uint64_t unit = telling_heeds(telling, HG_SETTING_GROW)
                        ? telling_setting(telling, HG_SETTING_GROW)
                        : HG_GROW_EXACT;
    const struct hg_event *carve = telling->digest.carve;
    const char *moved = tell_amount(telling, grown), *lacking = tell_amount(telling, missing);
    const char *comma = "";

    text_add(telling->text, "so the break moved up by %s", moved);
    if (carve) {
        uint64_t slots = carve->size / carve->other;

        text_add(telling->text, ", for %" PRIu64 " slot%s of %s", slots, slots == 1 ? "" : "s",
                 tell_amount(telling, carve->other));
    }
    if (grown == missing || carve)
        return;
    if (telling->picture->description.growth[0]) {
        tell_least(telling, missing, unit);
        return;
    }
    text_add(telling->text, " (");
    if (strcmp(moved, lacking) != 0) {
        text_add(telling->text, "%s missing", lacking);
        comma = ", ";
    }
    if (telling_heeds(telling, HG_SETTING_SLOT_SIZE)) {
        text_add(telling->text, "%sin chunks of %s", comma, moved);
    } else {
        if (grown - missing >= (unit == HG_GROW_EXACT ? 1 : unit)) {
            text_add(telling->text, "%sand more to align it", comma);
            comma = ", ";
        }
        if (unit != HG_GROW_EXACT)
            text_add(telling->text, "%sin steps of %s", comma, tell_amount(telling, unit));
    }
    text_add(telling->text, ")");
}

/* Why the measure of external fragmentation says nothing of a hole in which a request does not fit:
 * a single one is no fragments. */
static void tell_unfragmented(struct telling *telling)
{
    enum { WORTH_TELLING = 4 }; /* of what was needed, one such part or more was free in a piece */
    const struct metrics *before = &telling->before;

    if (before->free_blocks < 2 || before->largest_free >= needed(telling) ||
        before->largest_free * WORTH_TELLING < needed(telling) || before->has_slots ||
        ratio_value(RATIO_EXTERNAL, before) >= 0.05)
        return;
    text_add(telling->text,
             " External fragmentation is %.1f%%: nearly all that is free is one piece, though too "
             "small for %s.",
             ratio_value(RATIO_EXTERNAL, before) * 100, tell_own_name(telling));
}

/* Let amounts be told in bytes if rounded ones would hide why the largest free block is too small.
 */
static void tell_apart(struct telling *telling)
{
    telling->is_exact = telling_look_alike(telling->before.largest_free, needed(telling));
}

static void tell_grown(struct telling *telling)
{
    const struct hg_event *handover = telling->digest.handover;

    tell_apart(telling);
    text_add(telling->text, "%s needs %s in one piece; ", tell_own_name(telling),
             tell_amount(telling, needed(telling)));
    tell_no_fit(telling);
    telling->is_exact = false;
    text_add(telling->text, ", ");
    tell_growth(telling);
    text_add(telling->text, ", and %s lies at %s, beyond %s.", tell_own_name(telling),
             tell_offset(telling, handover->at), tell_block(telling, handover->at - 1));
    tell_unfragmented(telling);
}

static void tell_why_stuck(struct telling *telling)
{
    uint64_t limit = telling->picture->limit;
    uint64_t size = telling->step->result.heap_size;

    if (limit == NO_LIMIT)
        text_add(telling->text, "the system gives no more memory");
    else
        text_add(telling->text, "limit %s, heap %s", tell_amount(telling, limit),
                 tell_amount(telling, size));
}

void tell_refusal(struct telling *telling)
{
    const struct op_result *result = &telling->step->result;
    const struct hg_event *refused = telling->digest.grow_refused;

    if (result->reason == HG_REASON_NO_MEMORY && refused) {
        tell_apart(telling);
        text_add(telling->text, "It needs %s in one piece; ",
                 tell_amount(telling, needed(telling)));
        tell_no_fit(telling);
        telling->is_exact = false;
        text_add(telling->text,
                 ", and the break cannot move up by %s: ", tell_amount(telling, refused->size));
        tell_why_stuck(telling);
        text_add(telling->text, ".");
        tell_unfragmented(telling);
    } else {
        text_add(telling->text, "The allocator refused: %s.", hg_reason_text(result->reason));
    }
}

/* ---- Where a free block served ---- */

/* Whether blocks are powers of two: what is cut in two is halved, and not so by chance. */
static bool has_halves(const struct telling *telling)
{
    const struct kind_description *description = &telling->picture->description;

    return description->field_count > 0 && description->fields[0].kind == HG_HEADER_LOG2_BYTES;
}

/* What became of the rest of the block that was taken. */
static void tell_rest(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    uint64_t rest = digest->take->size - digest->handover->size;
    uint64_t extra = digest->whole ? digest->whole->other : 0;

    if (digest->splits > 0 && digest->halvings == digest->splits && has_halves(telling))
        text_add(telling->text, " It was halved %s; %s of it stay free.",
                 tell_times(telling, digest->splits), tell_amount(telling, rest));
    else if (digest->splits > 0)
        text_add(telling->text, " It was split; %s of it stay free.", tell_amount(telling, rest));
    else if (extra == 0 && telling_heeds(telling, HG_SETTING_SPLIT_THRESHOLD))
        text_add(telling->text, " It fits exactly.");
}

/* Why what was left over went along with the block. */
static void tell_unsplit(struct telling *telling)
{
    uint64_t extra = telling->digest.whole->other;
    uint64_t threshold = telling_setting(telling, HG_SETTING_SPLIT_THRESHOLD);

    text_add(telling->text, " The %s left over are ", tell_amount(telling, extra));
    if (telling_heeds(telling, HG_SETTING_SPLIT_THRESHOLD) && extra < threshold)
        text_add(telling->text, "below the split threshold of %s", tell_amount(telling, threshold));
    else
        text_add(telling->text, "too few for a block of their own");
    text_add(telling->text, ", so %s gets them as well.", tell_own_name(telling));
}

/* What waited on a list of just this size was not looked for. */
static bool tell_ready(struct telling *telling)
{
    const struct hg_event *take = telling->digest.take;
    const char *list = tell_list(telling, take->list);

    if (telling_list_is(telling, take->list, HG_LIST_ROLE_SLOTS))
        text_add(telling->text, "%s takes the slot at %s, the first on the list '%s'.",
                 tell_own_name(telling), tell_offset(telling, take->at), list);
    else if (telling_list_is(telling, take->list, HG_LIST_ROLE_QUICK_LIST))
        text_add(telling->text, "%s takes the block at %s, which waited on the list '%s'.",
                 tell_own_name(telling), tell_offset(telling, take->at), list);
    else
        return false;
    return true;
}

/* How many blocks were looked at until one was chosen. Where not all that was reported could be
 * recorded, all of them were counted; what was looked at before garbage was collected is no part of
 * it. */
static uint64_t count_visits(const struct telling *telling)
{
    uint64_t recorded = telling->digest.visits, counted = telling->step->result.visits;
    bool is_all = telling->picture->events.dropped == 0 || telling->digest.swept;

    return is_all || counted < recorded ? recorded : counted;
}

static void tell_choice(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    uint64_t visits = count_visits(telling);

    if (tell_ready(telling))
        return;
    telling->is_exact = telling_hides_split(telling);
    text_add(telling->text, "%s takes %s: %s at %s", tell_own_name(telling),
             telling->picture->description.choice, tell_amount(telling, digest->take->size),
             tell_offset(telling, digest->take->at));
    if (visits > 0)
        text_add(telling->text, " (%" PRIu64 " examined)", visits);
    text_add(telling->text, ".");
    if (digest->early_merges > 0)
        text_add(telling->text, " Free neighbours had to be merged first: %s two became one.",
                 tell_times(telling, digest->early_merges));
    tell_rest(telling);
    telling->is_exact = false;
    if (digest->whole && digest->whole->other > 0)
        tell_unsplit(telling);
}

/* ---- The size of the block ---- */

/* Padding is spoken of where it is at least this part of the block, 1 / PADDING_WORTH_TELLING. */
enum { PADDING_WORTH_TELLING = 64 };

/* Bytes that were asked for beyond what the user did. */
static uint64_t red_zone_of(const struct telling *telling)
{
    return picture_is_guarded(telling->picture) ? RED_ZONE_LEAST : 0;
}

/* Why a block is larger than what was asked for and its header. */
static void tell_reason_for_padding(struct telling *telling, const struct block *block)
{
    uint64_t tight = block->requested + red_zone_of(telling) + block->header + block->footer;
    uint64_t rounded = bits_round_up(tight, telling_setting(telling, HG_SETTING_ALIGNMENT));
    const struct hg_event *whole = telling->digest.whole;

    if (whole && whole->other > 0)
        text_add(telling->text, "what was left over went along");
    else if (telling_heeds(telling, HG_SETTING_MIN_BLOCK) && rounded < block->size)
        text_add(telling->text, "no block is smaller");
    else
        text_add(telling->text, "%s", telling->picture->description.rounding);
}

void tell_padding(struct telling *telling)
{
    const struct block_table *blocks = &telling->picture->blocks;
    const struct block *block = block_table_get(blocks, telling->step->result.payload);
    uint64_t padding = block ? block_padding(block) : 0, red_zone = red_zone_of(telling);

    if (padding * PADDING_WORTH_TELLING < (block ? block->size : 1))
        return;
    text_add(telling->text, " Its %" PRIu64 " bytes are", block->size);
    if (block->header + block->footer > 0)
        text_add(telling->text, " %" PRIu64 " %s +", (uint64_t)block->header + block->footer,
                 block->footer ? "header and footer" : "header");
    text_add(telling->text, " %" PRIu64 " requested", block->requested);
    if (red_zone > 0)
        text_add(telling->text, " + %" PRIu64 " red zone", red_zone);
    if (padding > red_zone) {
        text_add(telling->text, " + %" PRIu64 " padding, as ", padding - red_zone);
        tell_reason_for_padding(telling, block);
    }
    text_add(telling->text, ".");
}

/* ---- What the allocator needed itself ---- */

void tell_tables(struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    if (digest->tables_grown > 0)
        text_add(telling->text, " The break moved up by %s %sfor %s of the heap's own.",
                 tell_amount(telling, digest->tables_grown), digest->grow ? "more " : "",
                 digest->tables == 1 ? "a table" : "tables");
}

/* ---- All together ---- */

void tell_allocation(struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    tell_collection(telling);
    if (telling->step->result.refused) {
        text_add(telling->text, "%s is NULL. ", tell_own_name(telling));
        tell_refusal(telling);
    } else if (digest->grow && digest->handover) {
        tell_grown(telling);
        tell_padding(telling);
    } else if (digest->take && digest->handover) {
        tell_choice(telling);
        tell_padding(telling);
    }
    tell_tables(telling);
    tell_losses(telling);
}
