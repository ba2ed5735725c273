/* film.c: see film.h. Each event that changes blocks replaces a few neighbours by others. */
#include "session/film.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void film_finish(struct film *film)
{
    picture_finish(&film->picture);
    free_lists_finish(&film->lists);
}

void film_begin(struct film *film, const struct picture *before, const struct free_lists *lists)
{
    film_finish(film);
    picture_copy(&film->picture, before);
    film->lists = free_lists_copy(lists);
    film->left_list = NULL;
}

/* ---- Free lists ---- */

/* Where a block stands on a list; its count if it does not, as far as is known. */
static size_t place_of(const struct free_list *list, uint64_t at)
{
    size_t place = 0;

    while (place < list->count && list->items[place] != at)
        place++;
    return place;
}

/* Let a block leave its list. */
static void leave(struct film *film, struct free_list *list, uint64_t at)
{
    size_t place = place_of(list, at);

    if (place == list->count)
        return;
    film->left = at;
    film->left_list = list;
    film->left_place = place;
    list->count--;
    memmove(list->items + place, list->items + place + 1,
            (list->count - place) * sizeof list->items[0]);
}

/* Enter a block; beyond what is known of the list it is not seen. */
static void insert_at(struct free_list *list, size_t place, uint64_t at)
{
    size_t capacity = list->count;

    if (place > list->count || (place == list->count && !list->complete))
        return;
    list->items = memory_reserve(list->items, &capacity, list->count + 1, sizeof list->items[0]);
    memmove(list->items + place + 1, list->items + place,
            (list->count - place) * sizeof list->items[0]);
    list->items[place] = at;
    list->count++;
}

/* Let parts of a carved range enter at the tail. */
static void enter_parts(struct free_list *list, const struct hg_event *event)
{
    for (uint64_t at = event->at; event->other && at < event->at + event->size; at += event->other)
        insert_at(list, list->count, at);
}

/* Let all that lies in a range leave its list. */
static void leave_range(struct free_list *list, uint64_t from, uint64_t until)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] < from || list->items[i] >= until)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

/* Let a block take the place of another, which may have left it just before. */
static void take_place(struct film *film, uint64_t at, uint64_t other)
{
    if (film->left_list && film->left == other) {
        insert_at(film->left_list, film->left_place, at);
        return;
    }
    for (uint32_t i = 0; i < film->lists.count; i++) {
        struct free_list *list = &film->lists.lists[i];
        size_t place = place_of(list, other);

        if (place < list->count)
            list->items[place] = at;
    }
}

static void play_on_lists(struct film *film, const struct hg_event *event)
{
    struct free_lists *lists = &film->lists;
    struct free_list *list = event->list < lists->count ? &lists->lists[event->list] : NULL;

    if (event->kind == HG_EVENT_RESET) {
        for (uint32_t i = 0; i < lists->count; i++)
            lists->lists[i].count = 0;
    } else if (event->kind == HG_EVENT_REPLACE) {
        take_place(film, event->at, event->other);
    } else if (list && (event->kind == HG_EVENT_TAKE || event->kind == HG_EVENT_UNLINK)) {
        leave(film, list, event->at);
    } else if (list && event->kind == HG_EVENT_PUSH) {
        insert_at(list, event->other, event->at);
    } else if (list && event->kind == HG_EVENT_CARVE) {
        enter_parts(list, event);
    } else if (list && event->kind == HG_EVENT_GATHER) {
        leave_range(list, event->at, event->at + event->size);
    }
}

/* ---- Blocks ---- */

/* The block [at, at + size) of this kind, with all that is known of it if it is there. */
static struct block make(const struct picture *after, uint64_t at, uint64_t size, uint8_t kind)
{
    const struct block *known = block_table_get(&after->blocks, at);

    if (known && known->at == at && known->size == size && known->kind == kind)
        return *known;
    return (struct block){.at = at, .size = size, .list = HG_NO_LIST, .kind = kind};
}

/* Replace what lies in [low, high) by the blocks, leaving out those of no size. */
static bool replace(struct film *film, uint64_t low, uint64_t high, const struct block *blocks,
                    size_t count)
{
    struct block kept[3];
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        if (blocks[i].size > 0)
            kept[left++] = blocks[i];
    }
    return block_table_splice(&film->picture.blocks, low, high, kept, left);
}

/* The last block; NULL if there is none. */
static const struct block *last_of(const struct film *film)
{
    uint64_t end = block_table_end(&film->picture.blocks);

    return end ? block_table_get(&film->picture.blocks, end - 1) : NULL;
}

/* What is new is the allocator's own, until an event says otherwise. */
static bool grow(struct film *film, const struct picture *after, const struct hg_event *event)
{
    const struct block *last = last_of(film);
    uint64_t from = last && last->kind == HG_KIND_BOOKKEEPING ? last->at : event->at;
    struct block own = make(after, from, event->at + event->size - from, HG_KIND_BOOKKEEPING);

    return replace(film, from, UINT64_MAX, &own, 1);
}

/* A free block is cut out of what is the allocator's own at the end. */
static bool freshen(struct film *film, const struct picture *after, const struct hg_event *event)
{
    const struct block *last = last_of(film);
    uint64_t fresh_end = event->at + event->size, end = block_table_end(&film->picture.blocks);

    if (!last || last->kind != HG_KIND_BOOKKEEPING || event->at < last->at || fresh_end > end)
        return false;
    return replace(
        film, last->at, UINT64_MAX,
        (struct block[]){make(after, last->at, event->at - last->at, HG_KIND_BOOKKEEPING),
                         make(after, event->at, event->size, HG_KIND_FREE),
                         make(after, fresh_end, end - fresh_end, HG_KIND_BOOKKEEPING)},
        3);
}

/* The free block before what ends the heap loses what went back. */
static bool trim(struct film *film, const struct picture *after, const struct hg_event *event)
{
    const struct block *end = last_of(film);
    const struct block *wilderness =
        end && end->at ? block_table_get(&film->picture.blocks, end->at - 1) : NULL;

    if (!wilderness || wilderness->kind != HG_KIND_FREE || wilderness->size < event->size)
        return false;
    return replace(
        film, wilderness->at, UINT64_MAX,
        (struct block[]){make(after, wilderness->at, wilderness->size - event->size, HG_KIND_FREE),
                         make(after, end->at - event->size, end->size, HG_KIND_BOOKKEEPING)},
        2);
}

static bool split(struct film *film, const struct picture *after, const struct hg_event *event)
{
    const struct block *block = block_table_get(&film->picture.blocks, event->at);
    uint8_t kind = block ? block->kind : HG_KIND_UNREADABLE;
    uint64_t upper = event->at + event->size;

    return replace(film, event->at, upper + event->other,
                   (struct block[]){make(after, event->at, event->size, kind),
                                    make(after, upper, event->other, kind)},
                   2);
}

/* Free blocks of one size are cut out of what is the allocator's own: one block, or neighbours. */
static bool carve(struct film *film, const struct picture *after, const struct hg_event *event)
{
    uint64_t end = event->at + event->size;
    const struct block *around = block_table_get(&film->picture.blocks, event->at);
    const struct block *last = event->size ? block_table_get(&film->picture.blocks, end - 1) : NULL;
    size_t parts = event->other ? event->size / event->other : 0, count = 0;
    uint64_t low, high;
    struct block *blocks;
    bool good;

    if (!around || !last || parts == 0)
        return false;
    low = around->at;
    high = last->at + last->size;
    blocks = memory_create(parts + 2, sizeof *blocks);
    if (low < event->at)
        blocks[count++] = make(after, low, event->at - low, HG_KIND_BOOKKEEPING);
    for (uint64_t at = event->at; at < end; at += event->other)
        blocks[count++] = make(after, at, event->other, HG_KIND_FREE);
    if (end < high)
        blocks[count++] = make(after, end, high - end, HG_KIND_BOOKKEEPING);
    good = block_table_splice(&film->picture.blocks, low, high, blocks, count);
    free(blocks);
    return good;
}

/* What lies in the event's range is one block now. */
static bool become(struct film *film, const struct picture *after, const struct hg_event *event,
                   uint8_t kind)
{
    struct block block = make(after, event->at, event->size, kind);

    return replace(film, event->at, event->at + event->size, &block, 1);
}

/* A used block has been handed out: from now on it is known whose it is. */
static bool hand_over(struct film *film, const struct picture *after, const struct hg_event *event)
{
    const struct block *block;
    const struct allocation *allocation;

    if (!become(film, after, event, HG_KIND_USED))
        return false;
    block = block_table_get(&film->picture.blocks, event->at);
    allocation = ledger_find(&after->ledger, block->at + block->header);
    if (allocation)
        ledger_enter(&film->picture.ledger, allocation);
    return true;
}

static bool play_on_blocks(struct film *film, const struct picture *after,
                           const struct hg_event *event)
{
    struct block own;

    switch ((enum hg_event_kind)event->kind) {
    case HG_EVENT_GROW: return grow(film, after, event);
    case HG_EVENT_FRESH: return freshen(film, after, event);
    case HG_EVENT_TRIM: return trim(film, after, event);
    case HG_EVENT_SPLIT: return split(film, after, event);
    case HG_EVENT_MERGE_LEFT:
    case HG_EVENT_MERGE_RIGHT:
    case HG_EVENT_RELEASE: return become(film, after, event, HG_KIND_FREE);
    case HG_EVENT_ABSORB:
    case HG_EVENT_GATHER: return become(film, after, event, HG_KIND_USED);
    case HG_EVENT_HANDOVER: return hand_over(film, after, event);
    case HG_EVENT_CARVE: return carve(film, after, event);
    case HG_EVENT_RESERVE: return become(film, after, event, HG_KIND_BOOKKEEPING);
    case HG_EVENT_RESET:
        own = make(after, 0, event->size, HG_KIND_BOOKKEEPING);
        return replace(film, 0, UINT64_MAX, &own, 1);
    case HG_EVENT_REQUEST:
    case HG_EVENT_VISIT:
    case HG_EVENT_TAKE:
    case HG_EVENT_UNLINK:
    case HG_EVENT_WHOLE:
    case HG_EVENT_PUSH:
    case HG_EVENT_REPLACE:
    case HG_EVENT_GROW_REFUSED:
    case HG_EVENT_DISCARD:
    case HG_EVENT_COPY:
    case HG_EVENT_REFUSE:
    case HG_EVENT_COUNT: break;
    }
    return true;
}

bool film_play(struct film *film, const struct picture *after, const struct hg_event *event)
{
    if (!play_on_blocks(film, after, event))
        return false;
    play_on_lists(film, event);
    return true;
}
