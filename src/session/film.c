/* film.c: see film.h. Each event that changes blocks replaces a few neighbours by others. */
#include "session/film.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "collector/events.h"

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

/* The list that an event is about; NULL if there is none, or if it has not been read. */
static struct free_list *list_of(struct film *film, const struct hg_event *event)
{
    return event->list < film->lists.count ? &film->lists.lists[event->list] : NULL;
}

/* Where a block stands on a list; its count if it does not, as far as is known. */
static size_t place_of(const struct free_list *list, uint64_t at)
{
    size_t place = 0;

    while (place < list->count && list->items[place] != at)
        place++;
    return place;
}

/* Enter a block; beyond what is known of the list it is not seen. */
static void insert_at(struct free_list *list, size_t place, uint64_t at)
{
    size_t capacity = list->count;

    if (place > list->count || (place == list->count && list->end.how == HG_LIST_STOPPED))
        return;
    list->items = memory_reserve(list->items, &capacity, list->count + 1, sizeof list->items[0]);
    memmove(list->items + place + 1, list->items + place,
            (list->count - place) * sizeof list->items[0]);
    list->items[place] = at;
    list->count++;
}

/* The block enters its list at a place. */
static void enter(struct film *film, const struct hg_event *event)
{
    struct free_list *list = list_of(film, event);

    if (list)
        insert_at(list, event->other, event->at);
}

/* The block leaves its list. */
static void leave(struct film *film, const struct hg_event *event)
{
    struct free_list *list = list_of(film, event);
    size_t place = list ? place_of(list, event->at) : 0;

    if (!list || place == list->count)
        return;
    film->left = event->at;
    film->left_list = list;
    film->left_place = place;
    list->count--;
    memmove(list->items + place, list->items + place + 1,
            (list->count - place) * sizeof list->items[0]);
}

/* The parts of a carved range enter their list at its tail. */
static void enter_parts(struct film *film, const struct hg_event *event)
{
    struct free_list *list = list_of(film, event);
    uint64_t end = event->at + event->size;

    for (uint64_t at = event->at; list && event->other && at < end; at += event->other)
        insert_at(list, list->count, at);
}

/* All that lies in the range leaves its list. */
static void leave_parts(struct film *film, const struct hg_event *event)
{
    struct free_list *list = list_of(film, event);
    size_t kept = 0;

    if (!list)
        return;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] < event->at || list->items[i] >= event->at + event->size)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

/* All that is free leaves all lists. */
static void leave_all(struct film *film, const struct hg_event *event)
{
    (void)event;
    for (uint32_t i = 0; i < film->lists.count; i++)
        film->lists.lists[i].count = 0;
}

/* The block takes the place of another, which may have left it just before. */
static void take_place(struct film *film, const struct hg_event *event)
{
    if (film->left_list && film->left == event->other) {
        insert_at(film->left_list, film->left_place, event->at);
        return;
    }
    for (uint32_t i = 0; i < film->lists.count; i++) {
        struct free_list *list = &film->lists.lists[i];
        size_t place = place_of(list, event->other);

        if (place < list->count)
            list->items[place] = event->at;
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

static bool become_free(struct film *film, const struct picture *after,
                        const struct hg_event *event)
{
    return become(film, after, event, HG_KIND_FREE);
}

static bool become_used(struct film *film, const struct picture *after,
                        const struct hg_event *event)
{
    return become(film, after, event, HG_KIND_USED);
}

static bool become_bookkeeping(struct film *film, const struct picture *after,
                               const struct hg_event *event)
{
    return become(film, after, event, HG_KIND_BOOKKEEPING);
}

/* All that there is is the allocator's own. */
static bool reset(struct film *film, const struct picture *after, const struct hg_event *event)
{
    struct block own = make(after, 0, event->size, HG_KIND_BOOKKEEPING);

    return replace(film, 0, UINT64_MAX, &own, 1);
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
        picture_adopt(&film->picture, after, allocation);
    return true;
}

/* ---- What the collector finds ---- */

static bool turn_grey(struct film *film, const struct picture *after, const struct hg_event *event)
{
    (void)after;
    marks_set(&film->picture.marks, event->at, MARK_GREY);
    return true;
}

static bool turn_black(struct film *film, const struct picture *after, const struct hg_event *event)
{
    (void)after;
    marks_set(&film->picture.marks, event->at, MARK_BLACK);
    return true;
}

static bool stay_white(struct film *film, const struct picture *after, const struct hg_event *event)
{
    (void)after;
    marks_set(&film->picture.marks, event->at, MARK_ORPHAN);
    return true;
}

static bool forget_marks(struct film *film, const struct picture *after,
                         const struct hg_event *event)
{
    (void)after;
    (void)event;
    film->picture.marks.count = 0;
    return true;
}

/* ---- The table ---- */

/* What each event does to the blocks and to the lists; NULL: nothing. The first returns false, with
 * nothing changed, when the event does not fit the blocks. */
static const struct {
    bool (*play_on_blocks)(struct film *film, const struct picture *after,
                           const struct hg_event *event);
    void (*play_on_lists)(struct film *film, const struct hg_event *event);
} plays[EVENT_COUNT] = {
    [HG_EVENT_TAKE] = {NULL, leave},
    [HG_EVENT_UNLINK] = {NULL, leave},
    [HG_EVENT_SPLIT] = {split, NULL},
    [HG_EVENT_HANDOVER] = {hand_over, NULL},
    [HG_EVENT_RELEASE] = {become_free, NULL},
    [HG_EVENT_MERGE_LEFT] = {become_free, NULL},
    [HG_EVENT_MERGE_RIGHT] = {become_free, NULL},
    [HG_EVENT_ABSORB] = {become_used, NULL},
    [HG_EVENT_PUSH] = {NULL, enter},
    [HG_EVENT_REPLACE] = {NULL, take_place},
    [HG_EVENT_RESERVE] = {become_bookkeeping, NULL},
    [HG_EVENT_CARVE] = {carve, enter_parts},
    [HG_EVENT_GATHER] = {become_used, leave_parts},
    [HG_EVENT_RESET] = {reset, leave_all},
    [HG_EVENT_GROW] = {grow, NULL},
    [HG_EVENT_FRESH] = {freshen, NULL},
    [HG_EVENT_TRIM] = {trim, NULL},
    [EVENT_GREY] = {turn_grey, NULL},
    [EVENT_BLACK] = {turn_black, NULL},
    [EVENT_ORPHAN] = {stay_white, NULL},
    [EVENT_SWEPT] = {forget_marks, NULL},
};

bool film_play(struct film *film, const struct picture *after, const struct hg_event *event)
{
    if (event->kind >= EVENT_COUNT)
        return true;
    if (plays[event->kind].play_on_blocks && !plays[event->kind].play_on_blocks(film, after, event))
        return false;
    if (plays[event->kind].play_on_lists)
        plays[event->kind].play_on_lists(film, event);
    return true;
}
