/* release.c: what became of freed blocks: with whom they merged or why not, and what went back. */
#include <inttypes.h>

#include "explain/telling.h"

/* Why two free neighbours stay apart; "" if they never do. */
static const char *why_apart(const struct telling *telling)
{
    uint64_t coalesce = telling_setting(telling, HG_SETTING_COALESCE);

    if (!telling_heeds(telling, HG_SETTING_COALESCE) || coalesce == HG_COALESCE_IMMEDIATE)
        return telling->picture->description.apart;
    return coalesce == HG_COALESCE_NEVER ? "blocks are never merged here"
                                         : "blocks are merged only when no free block fits";
}

/* Whether the block at `at` was free next to what was freed; below that, what has gone back to the
 * system was. */
static bool was_free(const struct telling *telling, uint64_t at)
{
    const struct block *block = block_table_get(&telling->picture->blocks, at);

    return block ? block->kind == HG_KIND_FREE : at < telling->digest.release->at;
}

static void tell_unmerged(struct telling *telling)
{
    const struct hg_event *release = telling->digest.release;
    uint64_t left = release->at - 1, right = release->at + release->size;
    const char *apart = why_apart(telling);

    if ((was_free(telling, left) || was_free(telling, right)) && apart[0])
        text_add(telling->text, " A neighbour is free too, but %s.", apart);
    else
        text_add(telling->text, " Its neighbours, %s and %s, are not free, so nothing is merged.",
                 tell_block(telling, left), tell_block(telling, right));
}

/* What is kept for the next request of its size is not merged. */
static bool tell_put_by(struct telling *telling)
{
    const struct hg_event *put_by = telling->digest.put_by;
    uint32_t list = put_by ? put_by->list : HG_NO_LIST;

    if (telling_list_is(telling, list, HG_LIST_ROLE_SLOTS))
        text_add(telling->text, " It is a slot of a slab, and goes back to the list '%s'.",
                 tell_list(telling, list));
    else if (telling_list_is(telling, list, HG_LIST_ROLE_QUICK_LIST))
        text_add(telling->text, " It waits, unmerged, on the list '%s'.", tell_list(telling, list));
    else
        return false;
    return true;
}

static void tell_merge(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const struct hg_event *last = digest->merge_left ? digest->merge_left : digest->merge_right;
    const char *sides = digest->merge_left && digest->merge_right ? "s on both sides"
                        : digest->merge_left                      ? " to its left"
                                                                  : " to its right";

    if (!last) {
        if (!tell_put_by(telling))
            tell_unmerged(telling);
        return;
    }
    if (digest->merge_left && digest->merge_right && digest->merge_right->size > last->size)
        last = digest->merge_right;
    if (digest->merges > 2 || (digest->merges == 2 && !(digest->merge_left && digest->merge_right)))
        text_add(telling->text, " It merged %s, with one free block after the other,",
                 tell_times(telling, digest->merges));
    else
        text_add(telling->text, " It merged with the free block%s", sides);
    text_add(telling->text, " into one of %s at %s.", tell_amount(telling, last->size),
             tell_offset(telling, last->at));
}

void tell_trim(struct telling *telling)
{
    uint64_t trimmed = telling->digest.trimmed;

    if (trimmed > 0)
        text_add(telling->text,
                 " What is free at the break has at least %s, so %s went back to the system and "
                 "the break moved down.",
                 tell_amount(telling, telling_setting(telling, HG_SETTING_TRIM)),
                 tell_amount(telling, trimmed));
    if (telling->digest.discarded > 0)
        text_add(telling->text,
                 " Free blocks held %s that could not go back by the break, so pages in them, %s, "
                 "went back to the system; they read as zero until they are used.",
                 tell_amount(telling, telling_setting(telling, HG_SETTING_RELEASE)),
                 tell_amount(telling, telling->digest.discarded));
}

/* What a pointer was that had to be forced on the allocator. */
static void tell_pointer(struct telling *telling)
{
    const struct op_result *result = &telling->step->result;

    if (!result->examined)
        return;
    switch ((enum hg_pointer_kind)result->pointer) {
    case HG_POINTER_LIVE:
        text_add(telling->text, " It was freed before and has been handed out again since: whoever "
                                "points there is left dangling.");
        break;
    case HG_POINTER_FREE:
        text_add(telling->text, " It was freed before: it lay in a free block of %s.",
                 tell_amount(telling, result->around));
        break;
    case HG_POINTER_INSIDE:
        text_add(telling->text,
                 " It is no payload: it lay inside a used block of %s, %" PRId64
                 " bytes from the start of its payload.",
                 tell_amount(telling, result->around), result->distance);
        break;
    case HG_POINTER_BOOKKEEPING:
        text_add(telling->text,
                 " It is no payload: it lay in what the allocator keeps for itself.");
        break;
    case HG_POINTER_OUTSIDE:
        text_add(telling->text, " It is no payload: it lay outside the heap.");
        break;
    }
}

void tell_released(struct telling *telling)
{
    const struct hg_event *release = telling->digest.release;
    uint64_t payload = telling->step->before;

    if (!release) {
        text_add(telling->text, "The allocator was handed %s and did nothing with it.",
                 tell_offset(telling, payload));
        tell_pointer(telling);
        return;
    }
    if (telling->step->forced)
        text_add(telling->text, "The allocator was handed %s and believed it.",
                 tell_offset(telling, payload));
    else
        text_add(telling->text, "%s's block (%s at %s) is free.", tell_own_name(telling),
                 tell_amount(telling, release->size), tell_offset(telling, release->at));
    tell_pointer(telling);
    tell_merge(telling);
    tell_trim(telling);
}

void tell_free(struct telling *telling)
{
    if (telling->step->before == OFFSET_NULL)
        text_add(telling->text, "%s is NULL: free does nothing.", tell_own_name(telling));
    else
        tell_released(telling);
    tell_losses(telling);
}
