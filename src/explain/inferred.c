/* inferred.c: what must have happened in a step, where a heap does not report it but can be looked
 * at before and afterwards. Each such account ends by saying that it is one. */
#include <inttypes.h>
#include <string.h>

#include "explain/telling.h"

/* ---- Lists ---- */

/* A list as a place: "the thread cache, bin 32", "the unsorted bin". */
static void add_list(struct telling *telling, uint32_t list)
{
    static const struct {
        const char *name, *words;
    } sorts[] = {{"tcache ", "thread cache, bin "}, {"fast ", "fast bin "},
                 {"small ", "small bin "},          {"large ", "large bin "},
                 {"unsorted", "unsorted bin"},      {"top", "top"}};
    const char *name = tell_list(telling, list);

    for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++) {
        size_t length = strlen(sorts[i].name);

        if (strncmp(name, sorts[i].name, length) == 0) {
            text_add(telling->text, "the %s%s", sorts[i].words, name + length);
            return;
        }
    }
    text_add(telling->text, "the list '%s'", name);
}

static bool is_top(const struct telling *telling, uint32_t list)
{
    return strcmp(tell_list(telling, list), "top") == 0;
}

static uint64_t count_on(const struct telling *telling, uint32_t list)
{
    return list < DESCRIPTION_LISTS_MAX ? telling->picture->blocks.free_by_list[list] : 0;
}

/* The first event of a kind about the block at `at`; NULL if there is none. */
static const struct hg_event *find_event(const struct telling *telling, enum hg_event_kind kind,
                                         uint64_t at)
{
    const struct events *events = &telling->picture->events;

    for (size_t i = 0; i < events->count; i++) {
        if (events->items[i].kind == kind && events->items[i].at == at)
            return &events->items[i];
    }
    return NULL;
}

/* ---- What else changed ---- */

/* What became of blocks that the step was not about. */
struct moves {
    uint64_t cached, sorted, merged;
    const struct hg_event *from, *to; /* of the last that was put into a cache */
};

static struct moves count_moves(const struct telling *telling)
{
    const struct events *events = &telling->picture->events;
    struct moves moves = {0};

    for (size_t i = 0; i < events->count; i++) {
        const struct hg_event *event = &events->items[i];
        bool enters =
            i + 1 < events->count && event[1].kind == HG_EVENT_PUSH && event[1].at == event->at;

        if (event->kind != HG_EVENT_UNLINK)
            continue;
        if (!enters)
            moves.merged++;
        else if (!telling_list_is(telling, event[1].list, HG_LIST_ROLE_QUICK_LIST))
            moves.sorted++;
        else {
            moves.cached++;
            moves.from = event;
            moves.to = event + 1;
        }
    }
    return moves;
}

static void begin_move(struct telling *telling, uint64_t count, const char *what)
{
    text_add(telling->text, " %" PRIu64 " other%s %s ", count,
             count == 1 ? " free block" : " free blocks", what);
}

static void tell_moves(struct telling *telling)
{
    struct moves moves = count_moves(telling);

    if (moves.cached > 0) {
        begin_move(telling, moves.cached, "moved from");
        add_list(telling, moves.from->list);
        text_add(telling->text, " to ");
        add_list(telling, moves.to->list);
        text_add(telling->text, ".");
    }
    if (moves.sorted > 0) {
        begin_move(telling, moves.sorted, moves.sorted == 1 ? "was" : "were");
        text_add(telling->text, "sorted into bins.");
    }
    if (moves.merged > 0) {
        begin_move(telling, moves.merged, "merged with");
        text_add(telling->text, "neighbours.");
    }
}

/* ---- Where a block came from ---- */

/* What remains of what was taken: on its list, or behind the block. */
static void tell_remains(struct telling *telling, const struct hg_event *take,
                         const struct hg_event *split)
{
    uint64_t remain = count_on(telling, take->list);
    const struct hg_event *push =
        split ? find_event(telling, HG_EVENT_PUSH, split->at + split->size) : NULL;

    if (is_top(telling, take->list) && split)
        text_add(telling->text, "; %s of it remain", tell_amount(telling, split->other));
    else if (push) {
        text_add(telling->text, "; the %s behind it went onto ",
                 tell_amount(telling, split->other));
        add_list(telling, push->list);
    } else if (!split && !is_top(telling, take->list)) {
        text_add(telling->text,
                 remain == 0   ? "; none remains"
                 : remain == 1 ? "; 1 remains"
                               : "; %" PRIu64 " remain",
                 remain);
    }
}

static void tell_source(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const struct hg_event *take = digest->take, *handover = digest->handover;
    const struct hg_event *split = find_event(telling, HG_EVENT_SPLIT, handover->at);

    if (!take)
        return;
    if (split || is_top(telling, take->list))
        text_add(telling->text, ", cut off ");
    else
        text_add(telling->text, ", taken from ");
    if (split && !is_top(telling, take->list))
        text_add(telling->text, "a free block of %s on ", tell_amount(telling, take->size));
    add_list(telling, take->list);
    if (digest->grow)
        text_add(telling->text, ", for which the break moved up by %s",
                 tell_amount(telling, digest->grow->size));
    if (digest->early_merges > 0 && !is_top(telling, take->list))
        text_add(telling->text, " and merged with %" PRIu64 " behind it", digest->early_merges);
    tell_remains(telling, take, split);
}

static void tell_given(struct telling *telling)
{
    const struct hg_event *handover = telling->digest.handover;

    text_add(telling->text, "%s lies in a block of %s at %s", tell_own_name(telling),
             tell_amount(telling, handover->size), tell_offset(telling, handover->at));
    tell_source(telling);
    text_add(telling->text, ".");
}

/* It is no part of the heap, and all that is known is where it is. */
static void tell_mapped(struct telling *telling)
{
    text_add(telling->text,
             "%s lies outside of the heap, in a mapping of its own; %s of it can be used.",
             tell_own_name(telling), tell_amount(telling, telling->step->result.usable));
}

/* ---- Where a block went ---- */

static void tell_merged(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const struct hg_event *last = digest->merge_right ? digest->merge_right : digest->merge_left;

    if (!last)
        return;
    text_add(telling->text, "; it merged with what was free %s, into %s at %s",
             digest->merge_left && digest->merge_right ? "on both sides"
             : digest->merge_left                      ? "to its left"
                                                       : "to its right",
             tell_amount(telling, last->size), tell_offset(telling, last->at));
}

static void tell_company(struct telling *telling, uint64_t others)
{
    if (others == 0)
        text_add(telling->text, ", alone");
    else
        text_add(telling->text, ", with %" PRIu64 " other%s", others, others == 1 ? "" : "s");
}

static void tell_entered(struct telling *telling)
{
    const struct events *events = &telling->picture->events;
    const struct hg_event *push = telling->digest.release, *end = events->items + events->count;

    while (push < end && push->kind != HG_EVENT_PUSH)
        push++;
    if (push == end)
        return;
    if (telling_list_is(telling, push->list, HG_LIST_ROLE_QUICK_LIST)) {
        text_add(telling->text, "; it waits, unmerged, on ");
        add_list(telling, push->list);
        tell_company(telling, count_on(telling, push->list) - 1);
    } else {
        text_add(telling->text, is_top(telling, push->list) ? ", which is " : "; it is on ");
        add_list(telling, push->list);
        text_add(telling->text, is_top(telling, push->list) ? " now" : "");
    }
}

static void tell_returned(struct telling *telling)
{
    const struct hg_event *release = telling->digest.release;

    text_add(telling->text, "%s's %sblock (%s at %s) is free", tell_own_name(telling),
             telling->digest.copy ? "old " : "", tell_amount(telling, release->size),
             tell_offset(telling, release->at));
    tell_merged(telling);
    tell_entered(telling);
    text_add(telling->text, ".");
    if (telling->digest.trimmed > 0)
        text_add(telling->text, " The break moved down by %s.",
                 tell_amount(telling, telling->digest.trimmed));
}

/* ---- In place ---- */

static void tell_resized(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const struct hg_event *handover = digest->handover;
    const struct hg_event *split = find_event(telling, HG_EVENT_SPLIT, handover->at);
    const char *name = tell_own_name(telling);

    if (digest->absorb) {
        text_add(telling->text, "%s grew where it is, by %s", name,
                 tell_amount(telling, digest->absorb->other));
        if (digest->take) {
            text_add(telling->text, " of ");
            add_list(telling, digest->take->list);
        }
    } else if (split) {
        text_add(telling->text, "%s shrank where it is: the %s behind it are free%s", name,
                 tell_amount(telling, split->other),
                 digest->early_merges > 0 ? ", and merged with what was free there" : "");
    } else {
        text_add(telling->text, "%s stays as it is: its block of %s has room for this size", name,
                 tell_amount(telling, handover->size));
    }
    if (digest->grow)
        text_add(telling->text, ", for which the break moved up by %s",
                 tell_amount(telling, digest->grow->size));
    text_add(telling->text, ".");
}

/* ---- A step ---- */

/* Tell of the step as far as anything can be inferred; false if nothing can. */
static bool tell_all(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const struct step *step = telling->step;
    bool gives = op_has(&step->op, OP_GIVES) && !step->result.refused;
    bool is_outside = gives && step->result.payload != OFFSET_NULL &&
                      step->result.payload >= step->result.heap_size;
    bool stays = gives && op_has(&step->op, OP_TAKES) && step->before != OFFSET_NULL &&
                 step->before == step->result.payload;

    if (!digest->handover && !digest->release && !is_outside)
        return false;
    if (is_outside)
        tell_mapped(telling);
    else if (stays && digest->handover)
        tell_resized(telling);
    else if (digest->handover)
        tell_given(telling);
    if (digest->copy)
        text_add(telling->text, " Its %s were copied there. ",
                 tell_amount(telling, digest->copy->size));
    if (digest->release)
        tell_returned(telling);
    return true;
}

void tell_inferred(struct telling *telling)
{
    if (!tell_all(telling)) {
        tell_plainly(telling);
        return;
    }
    tell_moves(telling);
    tell_losses(telling);
    text_add(telling->text, " (Inferred from before and after.)");
}
