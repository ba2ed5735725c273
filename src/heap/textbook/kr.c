/* kr.c: the operations on a circular list of free blocks. */
#include "heap/textbook/kr.h"

#include "heap/lent_index.h"
#include "heap/textbook/kr_layout.h"
#include "heap/textbook/kr_read.h"

static void tell(const struct kr *kr, enum hg_event_kind kind, const struct kr_header *block,
                 uint64_t bytes, uint64_t other)
{
    hg_emit_at(&kr->heap, kind, block, bytes, other);
}

static void tell_list(const struct kr *kr, enum hg_event_kind kind, const struct kr_header *block,
                      uint64_t other)
{
    hg_emit_list(&kr->heap, kind, BOOK_LIST, block, kr_bytes(block), other);
}

/* The place on the list of a block; 0 where nobody watches. */
static uint64_t place_of(const struct kr *kr, const struct kr_header *block)
{
    uint64_t place = 0;

    if (!hg_is_watched(&kr->heap))
        return 0;
    for (const struct kr_header *item = kr->base.next; item != block; item = item->next)
        place++;
    return place;
}

/* ---- The index: the same blocks ---- */

static void index_add(const struct kr *kr, const struct kr_header *block)
{
    hg_lent_index_add(&kr->heap, kr_at(&kr->heap, block), kr_bytes(block));
}

static void index_remove(const struct kr *kr, const struct kr_header *block)
{
    hg_lent_index_remove(&kr->heap, kr_at(&kr->heap, block), kr_bytes(block));
}

static uint64_t key_of(const struct kr *kr, const struct lent_index *index,
                       const struct kr_header *block)
{
    return hg_lent_index_key(index, 0, kr_at(&kr->heap, block), 0);
}

/* Note how much was looked at in vain; if that becomes too much, make an index. */
static void index_tire(const struct kr *kr, uint64_t looked_at)
{
    if (!hg_aside_is_due(&kr->heap, looked_at) ||
        !hg_lent_index_make(&kr->heap, HG_ORDER_ADDRESS, 1u << LENT_BY_PLACE))
        return;
    for (const struct kr_header *item = kr->base.next; item != &kr->base; item = item->next)
        index_add(kr, item);
}

/* The header at a place that the index tells; where it tells of none, the base. */
static struct kr_header *indexed(struct kr *kr, uint64_t at)
{
    return at == 0 ? &kr->base : book_at(&kr->heap, at);
}

/* ---- Freeing ---- */

/* The block on the list, or the base, behind which a block at this address belongs. */
static struct kr_header *before(struct kr *kr, const struct kr_header *block)
{
    const struct lent_index *index = lent_index(&kr->heap);
    struct kr_header *item = kr->last;
    uint64_t passed = 0;

    if (index)
        return indexed(kr, hg_lent_index_before(index, key_of(kr, index, block)));
    while (!(item < block && block < item->next)) {
        if (item >= item->next && (block > item || block < item->next))
            break; /* at one end or the other of the circle */
        item = item->next;
        passed++;
    }
    index_tire(kr, passed);
    return item;
}

/* Put a free block on the list, merged with the free ones around it. */
static void insert(struct kr *kr, struct kr_header *block)
{
    struct kr_header *left = before(kr, block), *right = left->next;
    bool joins_right = kr_end(block) == right, joins_left = kr_end(left) == block;

    block->next = right;
    if (joins_right) {
        tell_list(kr, HG_EVENT_UNLINK, right, 0);
        index_remove(kr, right);
        block->size += right->size;
        block->next = right->next;
        tell(kr, HG_EVENT_MERGE_RIGHT, block, kr_bytes(block), kr_bytes(right));
    }
    if (joins_left) {
        uint64_t bytes = kr_bytes(left);

        index_remove(kr, left);
        left->size += block->size;
        left->next = block->next;
        index_add(kr, left);
        tell(kr, HG_EVENT_MERGE_LEFT, left, kr_bytes(left), bytes);
    } else {
        left->next = block;
        index_add(kr, block);
        tell_list(kr, HG_EVENT_PUSH, block, place_of(kr, block));
    }
    kr->last = left;
}

static bool release(struct hg_heap *heap, void *payload)
{
    struct kr_header *block = (struct kr_header *)payload - 1;

    tell(kr_of(heap), HG_EVENT_RELEASE, block, kr_bytes(block), 0);
    insert(kr_of(heap), block);
    return true;
}

/* ---- Opening and growing ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % KR_UNIT == 0)
        return NULL;
    *ret_setting = HG_SETTING_GROW;
    return "must be a multiple of 16 under kr";
}

static size_t open_size(const struct hg_settings *settings)
{
    (void)settings;
    return KR_FIRST;
}

/* New memory up to the break becomes a free block. */
static void add(struct kr *kr, uint64_t at)
{
    struct kr_header *fresh = book_at(&kr->heap, at);

    fresh->size = (kr->heap.size - at) / KR_UNIT;
    tell(kr, HG_EVENT_FRESH, fresh, kr_bytes(fresh), 0);
    insert(kr, fresh);
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct kr *kr = kr_of(heap);

    kr->settings = *settings;
    kr->base = (struct kr_header){.next = &kr->base};
    kr->last = &kr->base;
    if (heap->size > KR_FIRST) /* a break that did not move down when the heap was reset */
        add(kr, KR_FIRST);
}

/* Ask for what is needed, and for no less than the setting says. */
static bool more_core(struct kr *kr, const struct book_need *need)
{
    uint64_t extra = need->alignment > KR_UNIT ? need->alignment : 0, at = kr->heap.size;

    if (!hg_break_grow(&kr->heap, hg_book_growth(&kr->settings, need->size + extra)))
        return false;
    add(kr, at);
    return true;
}

/* ---- Allocating ---- */

/* Where in a free block the request goes, at its tail; NULL if it does not fit. */
static struct kr_header *tail_of(struct kr_header *block, const struct book_need *need)
{
    uintptr_t payload;

    if (kr_bytes(block) < need->size)
        return NULL;
    payload = (uintptr_t)kr_end(block) - need->size + KR_UNIT;
    payload = bits_align_down(payload, need->alignment);
    return payload >= (uintptr_t)(block + 1) ? (struct kr_header *)payload - 1 : NULL;
}

/* Hand out the units that the request needs at `used`, in `block`, which is behind `left` on the
 * list. What lies below and above stays free. */
static void *take(struct kr *kr, struct kr_header *left, struct kr_header *block,
                  struct kr_header *used, uint64_t units)
{
    uint64_t below = (uint64_t)(used - block), above = block->size - below - units;
    struct kr_header *behind = block->next, *upper = used + units;

    tell_list(kr, HG_EVENT_TAKE, block, 0);
    index_remove(kr, block);
    left->next = behind;
    if (below > 0)
        tell(kr, HG_EVENT_SPLIT, block, below * KR_UNIT, (units + above) * KR_UNIT);
    if (above > 0)
        tell(kr, HG_EVENT_SPLIT, used, units * KR_UNIT, above * KR_UNIT);
    if (below + above == 0)
        tell(kr, HG_EVENT_WHOLE, block, units * KR_UNIT, 0);
    used->size = units;
    if (above > 0) {
        *upper = (struct kr_header){.next = behind, .size = above};
        left->next = upper;
        index_add(kr, upper);
        if (below == 0)
            tell_list(kr, HG_EVENT_REPLACE, upper, kr_at(&kr->heap, block));
    }
    if (below > 0) {
        *block = (struct kr_header){.next = left->next, .size = below};
        left->next = block;
        index_add(kr, block);
        tell_list(kr, HG_EVENT_REPLACE, block, kr_at(&kr->heap, block));
        if (above > 0)
            tell_list(kr, HG_EVENT_PUSH, upper, place_of(kr, upper));
    }
    kr->last = left;
    tell(kr, HG_EVENT_HANDOVER, used, kr_bytes(used), 0);
    return used + 1;
}

/* What a search by the index finds: as find. */
static struct kr_header *find_indexed(struct kr *kr, const struct lent_index *index,
                                      const struct book_need *need)
{
    uint64_t at = hg_lent_index_first(index, key_of(kr, index, kr->last) + 1, need->size);

    if (at == 0)
        at = hg_lent_index_first(index, 0, need->size);
    return at == 0 ? NULL
                   : indexed(kr, hg_lent_index_before(index, hg_lent_index_key(index, 0, at, 0)));
}

/* The search of the book, once around. Returns what is before the block that fits on the list; NULL
 * if none does. */
static struct kr_header *find(struct kr *kr, const struct book_need *need)
{
    const struct lent_index *index = need->alignment > KR_UNIT ? NULL : lent_index(&kr->heap);
    struct kr_header *left = kr->last, *block;
    uint64_t passed = 0;

    if (index)
        return find_indexed(kr, index, need);
    for (block = left->next;; left = block, block = block->next) {
        if (block != &kr->base) {
            bool fits = tail_of(block, need) != NULL;

            hg_emit_visit(&kr->heap, BOOK_LIST, block, kr_bytes(block), fits);
            if (fits)
                break;
        }
        passed++;
        if (block == kr->last) {
            left = NULL;
            break;
        }
    }
    index_tire(kr, passed);
    return left;
}

/* Where nothing fits, the heap grows, and the search goes on behind where the new memory went. */
static void *obtain(struct kr *kr, const struct book_need *need)
{
    struct kr_header *left;

    while (!(left = find(kr, need))) {
        if (!more_core(kr, need))
            return hg_refuse(&kr->heap, HG_REASON_NO_MEMORY, need->size);
    }
    return take(kr, left, left->next, tail_of(left->next, need), need->size / KR_UNIT);
}

static uint64_t block_size(uint64_t size)
{
    return bits_align_up(size, KR_UNIT) + KR_UNIT;
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct book_need need = {.size = block_size(size ? size : 1),
                             .alignment = alignment > KR_UNIT ? alignment : KR_UNIT};

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need.size);
    return obtain(kr_of(heap), &need);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return hg_book_allocate(&hg_kr_engine, heap, size);
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)heap;
    return kr_bytes((const struct kr_header *)payload - 1) - KR_UNIT;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    return hg_book_move(&hg_kr_engine, heap, payload, allocate(heap, size), size);
}

const struct hg_engine hg_kr_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = KR_FIRST,
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = hg_book_coalesce,
    .set = hg_settings_set_behind,
    .walk = hg_kr_walk,
    .check = hg_kr_check,
    .list_walk = hg_kr_list_walk,
    .list_count = hg_book_list_count,
    .list_info = hg_kr_list_info,
    .header = hg_kr_header,
    .served = hg_kr_served,
    .searches_all = true,
};
