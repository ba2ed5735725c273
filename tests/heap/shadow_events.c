/* shadow_events.c: the blocks and the free lists of a heap, as its events alone tell of them. */
#include <stdlib.h>
#include <string.h>

#include "heap/shadow.h"
#include "test.h"

/* ---- Blocks, as the events tell of them ---- */

static void contradict(struct shadow *shadow, const char *what)
{
    if (!shadow->contradiction)
        shadow->contradiction = what;
}

/* The index of the block that starts at `at`; block_count if none does. */
static size_t find(const struct shadow *shadow, uint64_t at)
{
    size_t low = 0, high = shadow->block_count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (shadow->blocks[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < shadow->block_count && shadow->blocks[low].at == at ? low : shadow->block_count;
}

static struct shadow_block *expect_block(struct shadow *shadow, uint64_t at, uint64_t size,
                                         uint32_t kind, const char *what)
{
    static struct shadow_block nothing;
    size_t index = find(shadow, at);

    if (index < shadow->block_count && shadow->blocks[index].size == size &&
        shadow->blocks[index].kind == kind)
        return &shadow->blocks[index];
    contradict(shadow, what);
    return &nothing;
}

static void insert_block(struct shadow *shadow, size_t index, struct shadow_block block)
{
    assert_true(shadow->block_count < SHADOW_BLOCKS_MAX);
    memmove(&shadow->blocks[index + 1], &shadow->blocks[index],
            (shadow->block_count - index) * sizeof block);
    shadow->blocks[index] = block;
    shadow->block_count++;
}

static void remove_block(struct shadow *shadow, size_t index)
{
    shadow->block_count--;
    memmove(&shadow->blocks[index], &shadow->blocks[index + 1],
            (shadow->block_count - index) * sizeof shadow->blocks[0]);
}

static struct shadow_block *last_block(struct shadow *shadow)
{
    return &shadow->blocks[shadow->block_count - 1];
}

/* ---- Lists, as the events tell of them ---- */

static void list_insert(struct shadow *shadow, uint32_t number, size_t position, uint64_t at)
{
    struct shadow_list *list = &shadow->lists[number];

    if (position > list->count) {
        contradict(shadow, "push: no such place on the list");
        return;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = realloc(list->items, list->capacity * sizeof list->items[0]);
        assert_non_null(list->items);
    }
    memmove(&list->items[position + 1], &list->items[position],
            (list->count - position) * sizeof list->items[0]);
    list->items[position] = at;
    list->count++;
}

static void list_remove(struct shadow *shadow, uint32_t number, uint64_t at)
{
    struct shadow_list *list = &shadow->lists[number];

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == at) {
            list->count--;
            list->taken = i;
            memmove(&list->items[i], &list->items[i + 1],
                    (list->count - i) * sizeof list->items[0]);
            return;
        }
    }
    contradict(shadow, "take or unlink: not on the list");
}

/* ---- What each event does to blocks ---- */

/* The break moved up: what is new is bookkeeping until an event says otherwise. */
static void on_grow(struct shadow *shadow, const struct hg_event *event)
{
    struct shadow_block fresh = {event->at, event->size, HG_KIND_BOOKKEEPING};

    if (shadow->block_count > 0 && last_block(shadow)->at + last_block(shadow)->size != event->at)
        contradict(shadow, "grow: not where the break was");
    else if (shadow->block_count > 0 && last_block(shadow)->kind == HG_KIND_BOOKKEEPING)
        last_block(shadow)->size += event->size;
    else
        insert_block(shadow, shadow->block_count, fresh);
}

/* A free block is cut out of the bookkeeping at the end. */
static void on_fresh(struct shadow *shadow, const struct hg_event *event)
{
    struct shadow_block *last = last_block(shadow);
    uint64_t end = last->at + last->size, fresh_end = event->at + event->size;

    if (last->kind != HG_KIND_BOOKKEEPING || event->at < last->at || fresh_end > end) {
        contradict(shadow, "fresh: not new memory");
        return;
    }
    last->size = event->at - last->at;
    if (last->size == 0)
        remove_block(shadow, shadow->block_count - 1);
    insert_block(shadow, shadow->block_count,
                 (struct shadow_block){event->at, event->size, HG_KIND_FREE});
    if (fresh_end < end)
        insert_block(shadow, shadow->block_count,
                     (struct shadow_block){fresh_end, end - fresh_end, HG_KIND_BOOKKEEPING});
}

/* The break moved down: the free block before the end marker loses what went back. */
static void on_trim(struct shadow *shadow, const struct hg_event *event)
{
    struct shadow_block *end = last_block(shadow), *free_block = end - 1;

    if (end->kind != HG_KIND_BOOKKEEPING || free_block->kind != HG_KIND_FREE ||
        free_block->size < event->size || end->at + end->size - event->size != event->at) {
        contradict(shadow, "trim: not of the wilderness");
        return;
    }
    end->at -= event->size;
    free_block->size -= event->size;
    if (free_block->size == 0)
        remove_block(shadow, shadow->block_count - 2);
}

static void on_split(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);
    struct shadow_block *block = &shadow->blocks[index];

    if (index == shadow->block_count || block->size != event->size + event->other) {
        contradict(shadow, "split: not of a block");
        return;
    }
    block->size = event->size;
    insert_block(shadow, index + 1,
                 (struct shadow_block){event->at + event->size, event->other, block->kind});
}

/* Two neighbours become one: the lower has `lower` bytes and its kind stays. */
static void on_merge(struct shadow *shadow, const struct hg_event *event, uint64_t lower,
                     uint32_t kind)
{
    struct shadow_block *block =
        expect_block(shadow, event->at, lower, kind, "merge: the lower block is another");

    expect_block(shadow, event->at + lower, event->size - lower, HG_KIND_FREE,
                 "merge: the upper block is another");
    if (shadow->contradiction)
        return;
    block->size = event->size;
    remove_block(shadow, find(shadow, event->at) + 1);
}

static void on_reserve(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);

    if (index == shadow->block_count || shadow->blocks[index].size != event->size)
        contradict(shadow, "reserve: not of a block");
    else
        shadow->blocks[index].kind = HG_KIND_BOOKKEEPING;
}

/* Free blocks of one size are cut out of bookkeeping, one block or two neighbours, and enter a list
 * at its tail. */
static void on_carve(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = 0;
    struct shadow_block around, part = {event->at, event->other, HG_KIND_FREE};
    uint64_t end = event->at + event->size;

    while (index + 1 < shadow->block_count && shadow->blocks[index + 1].at <= event->at)
        index++;
    if (index + 1 < shadow->block_count && shadow->blocks[index].at == event->at &&
        shadow->blocks[index + 1].kind == HG_KIND_BOOKKEEPING) {
        shadow->blocks[index].size += shadow->blocks[index + 1].size;
        remove_block(shadow, index + 1);
    }
    around = shadow->blocks[index];
    if (around.kind != HG_KIND_BOOKKEEPING || end > around.at + around.size) {
        contradict(shadow, "carve: not of bookkeeping");
        return;
    }
    if (around.at == event->at)
        remove_block(shadow, index);
    else
        shadow->blocks[index++].size = event->at - around.at;
    for (; part.at < end; part.at += part.size) {
        insert_block(shadow, index++, part);
        list_insert(shadow, event->list, shadow->lists[event->list].count, part.at);
    }
    if (end < around.at + around.size)
        insert_block(
            shadow, index,
            (struct shadow_block){end, around.at + around.size - end, HG_KIND_BOOKKEEPING});
}

/* Bookkeeping, and the free blocks in it, become one used block. */
static void on_gather(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);
    uint64_t end = event->at + event->size;

    if (index == shadow->block_count || shadow->blocks[index].kind != HG_KIND_BOOKKEEPING) {
        contradict(shadow, "gather: not of bookkeeping");
        return;
    }
    while (index + 1 < shadow->block_count && shadow->blocks[index + 1].at < end) {
        if (shadow->blocks[index + 1].kind == HG_KIND_FREE)
            list_remove(shadow, event->list, shadow->blocks[index + 1].at);
        else if (shadow->blocks[index + 1].kind == HG_KIND_USED)
            contradict(shadow, "gather: not of free blocks");
        shadow->blocks[index].size += shadow->blocks[index + 1].size;
        remove_block(shadow, index + 1);
    }
    shadow->blocks[index].kind = HG_KIND_USED;
    if (shadow->blocks[index].size != event->size)
        contradict(shadow, "gather: not of whole blocks");
}

static void on_reset(struct shadow *shadow, const struct hg_event *event)
{
    shadow->block_count = 0;
    insert_block(shadow, 0, (struct shadow_block){0, event->size, HG_KIND_BOOKKEEPING});
    for (size_t list = 0; list < SHADOW_LISTS_MAX; list++)
        shadow->lists[list].count = 0;
}

static void on_handover(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);

    if (index == shadow->block_count || shadow->blocks[index].size != event->size)
        contradict(shadow, "handover: not of a block");
    else
        shadow->blocks[index].kind = HG_KIND_USED;
}

static void on_merge_left(struct shadow *shadow, const struct hg_event *event)
{
    on_merge(shadow, event, event->other, HG_KIND_FREE);
}

static void on_merge_right(struct shadow *shadow, const struct hg_event *event)
{
    on_merge(shadow, event, event->size - event->other, HG_KIND_FREE);
}

static void on_absorb(struct shadow *shadow, const struct hg_event *event)
{
    on_merge(shadow, event, event->size - event->other, HG_KIND_USED);
}

static void on_release(struct shadow *shadow, const struct hg_event *event)
{
    expect_block(shadow, event->at, event->size, HG_KIND_USED, "release: not of a used block")
        ->kind = HG_KIND_FREE;
}

static void on_whole(struct shadow *shadow, const struct hg_event *event)
{
    expect_block(shadow, event->at, event->size, HG_KIND_FREE, "whole: not of a free block");
}

/* Whole pages, none of which anybody needs, and which are zero from then on. */
static void on_discard(struct shadow *shadow, const struct hg_event *event)
{
    enum { PAGE = 4096 };
    const char *bytes = (const char *)shadow->heap + event->at;
    size_t index = 0;

    while (index < shadow->block_count &&
           shadow->blocks[index].at + shadow->blocks[index].size <= event->at)
        index++;
    if (index == shadow->block_count || shadow->blocks[index].kind != HG_KIND_FREE ||
        shadow->blocks[index].at + shadow->blocks[index].size < event->at + event->size)
        contradict(shadow, "discard: not inside a free block");
    if ((uintptr_t)bytes % PAGE || event->size % PAGE || event->size == 0)
        contradict(shadow, "discard: not of pages");
    for (uint64_t i = 0; i < event->size; i++) {
        if (bytes[i] != 0)
            contradict(shadow, "discard: not zero");
    }
}

/* ---- What each event does to lists ---- */

/* Whether it is of a list and of a free block. */
static bool expect_listed(struct shadow *shadow, const struct hg_event *event)
{
    if (event->list >= SHADOW_LISTS_MAX) {
        contradict(shadow, "an event of no list");
        return false;
    }
    expect_block(shadow, event->at, event->size, HG_KIND_FREE, "an event of no free block");
    return true;
}

static void on_visit(struct shadow *shadow, const struct hg_event *event)
{
    shadow->visits++;
    if (event->list == HG_NO_LIST)
        expect_block(shadow, event->at, event->size, HG_KIND_USED, "a visit to no block");
    else
        expect_listed(shadow, event);
}

static void on_unlink(struct shadow *shadow, const struct hg_event *event)
{
    if (expect_listed(shadow, event))
        list_remove(shadow, event->list, event->at);
}

static void on_take(struct shadow *shadow, const struct hg_event *event)
{
    on_unlink(shadow, event);
    shadow->last_take = *event;
}

static void on_push(struct shadow *shadow, const struct hg_event *event)
{
    if (expect_listed(shadow, event))
        list_insert(shadow, event->list, event->other, event->at);
}

static void on_replace(struct shadow *shadow, const struct hg_event *event)
{
    if (expect_listed(shadow, event))
        list_insert(shadow, event->list, shadow->lists[event->list].taken, event->at);
}

/* ---- The table ---- */

/* What is not here changes neither blocks nor lists. */
static void (*const plays[HG_EVENT_COUNT])(struct shadow *, const struct hg_event *) = {
    [HG_EVENT_VISIT] = on_visit,
    [HG_EVENT_TAKE] = on_take,
    [HG_EVENT_UNLINK] = on_unlink,
    [HG_EVENT_SPLIT] = on_split,
    [HG_EVENT_WHOLE] = on_whole,
    [HG_EVENT_HANDOVER] = on_handover,
    [HG_EVENT_RELEASE] = on_release,
    [HG_EVENT_MERGE_LEFT] = on_merge_left,
    [HG_EVENT_MERGE_RIGHT] = on_merge_right,
    [HG_EVENT_ABSORB] = on_absorb,
    [HG_EVENT_PUSH] = on_push,
    [HG_EVENT_REPLACE] = on_replace,
    [HG_EVENT_RESERVE] = on_reserve,
    [HG_EVENT_CARVE] = on_carve,
    [HG_EVENT_GATHER] = on_gather,
    [HG_EVENT_RESET] = on_reset,
    [HG_EVENT_GROW] = on_grow,
    [HG_EVENT_FRESH] = on_fresh,
    [HG_EVENT_TRIM] = on_trim,
    [HG_EVENT_DISCARD] = on_discard,
};

void shadow_event(void *context, const struct hg_event *event)
{
    struct shadow *shadow = context;

    if (event->kind >= HG_EVENT_COUNT)
        contradict(shadow, "an event of no kind");
    else if (plays[event->kind])
        plays[event->kind](shadow, event);
}
