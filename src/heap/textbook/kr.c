/* kr.c: a circular list of free blocks in address order, searched from where the last search ended.
 *
 *      | state, base | block | block | ...                                | break
 *
 *      block   | next, size | payload, padding |
 *
 * All is counted in units of 16 bytes, a header's size. The list begins and ends at the base, a
 * header of size 0 in the state. A used block's next means nothing, and no bit says that it is
 * used: what is free is on the list, and nothing else is.
 *
 * What always holds: the list holds the free blocks by their addresses; no two of them are
 * neighbours; `last`, where the next search begins, is on the list, or the base. */
#include "heap/textbook/kr.h"

#include "heap/textbook/book.h"
#include "heap/textbook/book_index.h"

struct kr_header {
    struct kr_header *next;
    uint64_t size; /* in units, the header's among them */
};

struct kr {
    struct hg_heap heap;
    struct hg_settings settings;
    struct kr_header base;
    struct kr_header *last;
};

enum { UNIT = sizeof(struct kr_header), FIRST = BOOK_START };

_Static_assert(sizeof(struct kr) <= BOOK_START, "the book's heap begins behind the state");

static struct kr *kr_of(struct hg_heap *heap)
{
    return (struct kr *)heap;
}

static uint64_t at_of(const struct hg_heap *heap, const struct kr_header *block)
{
    return hg_offset(heap, block);
}

static uint64_t bytes_of(const struct kr_header *block)
{
    return block->size * UNIT;
}

static struct kr_header *end_of(struct kr_header *block)
{
    return block + block->size;
}

static void tell(const struct kr *kr, enum hg_event_kind kind, const struct kr_header *block,
                 uint64_t bytes, uint64_t other)
{
    hg_emit_at(&kr->heap, kind, block, bytes, other);
}

static void tell_list(const struct kr *kr, enum hg_event_kind kind, const struct kr_header *block,
                      uint64_t other)
{
    hg_emit_list(&kr->heap, kind, BOOK_LIST, block, bytes_of(block), other);
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
    hg_book_index_add(&kr->heap, at_of(&kr->heap, block), bytes_of(block));
}

static void index_remove(const struct kr *kr, const struct kr_header *block)
{
    hg_book_index_remove(&kr->heap, at_of(&kr->heap, block), bytes_of(block));
}

/* Note how much was looked at in vain; if that becomes too much, make an index. */
static void index_tire(const struct kr *kr, uint64_t looked_at)
{
    if (!hg_book_index_is_due(&kr->heap, looked_at) ||
        !hg_book_index_make(&kr->heap, 1u << BOOK_BY_PLACE))
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
    const struct book_index *index = book_index(&kr->heap);
    struct kr_header *item = kr->last;
    uint64_t passed = 0;

    if (index)
        return indexed(kr, hg_book_index_before(index, 0, at_of(&kr->heap, block)));
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
    bool joins_right = end_of(block) == right, joins_left = end_of(left) == block;

    block->next = right;
    if (joins_right) {
        tell_list(kr, HG_EVENT_UNLINK, right, 0);
        index_remove(kr, right);
        block->size += right->size;
        block->next = right->next;
        tell(kr, HG_EVENT_MERGE_RIGHT, block, bytes_of(block), bytes_of(right));
    }
    if (joins_left) {
        uint64_t bytes = bytes_of(left);

        index_remove(kr, left);
        left->size += block->size;
        left->next = block->next;
        index_add(kr, left);
        tell(kr, HG_EVENT_MERGE_LEFT, left, bytes_of(left), bytes);
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

    tell(kr_of(heap), HG_EVENT_RELEASE, block, bytes_of(block), 0);
    insert(kr_of(heap), block);
    return true;
}

/* ---- Opening and growing ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % UNIT == 0)
        return NULL;
    *ret_setting = HG_SETTING_GROW;
    return "must be a multiple of 16 under kr";
}

static size_t open_size(const struct hg_settings *settings)
{
    (void)settings;
    return FIRST;
}

/* New memory up to the break becomes a free block. */
static void add(struct kr *kr, uint64_t at)
{
    struct kr_header *fresh = book_at(&kr->heap, at);

    fresh->size = (kr->heap.size - at) / UNIT;
    tell(kr, HG_EVENT_FRESH, fresh, bytes_of(fresh), 0);
    insert(kr, fresh);
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct kr *kr = kr_of(heap);

    hg_book_index_drop(heap);
    kr->settings = *settings;
    kr->base = (struct kr_header){.next = &kr->base};
    kr->last = &kr->base;
    if (heap->size > FIRST) /* a break that did not move down when the heap was reset */
        add(kr, FIRST);
}

/* Ask for what is needed, and for no less than the setting says. */
static bool more_core(struct kr *kr, const struct book_need *need)
{
    uint64_t extra = need->alignment > UNIT ? need->alignment : 0, at = kr->heap.size;

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

    if (bytes_of(block) < need->size)
        return NULL;
    payload = (uintptr_t)end_of(block) - need->size + UNIT;
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
        tell(kr, HG_EVENT_SPLIT, block, below * UNIT, (units + above) * UNIT);
    if (above > 0)
        tell(kr, HG_EVENT_SPLIT, used, units * UNIT, above * UNIT);
    if (below + above == 0)
        tell(kr, HG_EVENT_WHOLE, block, units * UNIT, 0);
    used->size = units;
    if (above > 0) {
        *upper = (struct kr_header){.next = behind, .size = above};
        left->next = upper;
        index_add(kr, upper);
        if (below == 0)
            tell_list(kr, HG_EVENT_REPLACE, upper, at_of(&kr->heap, block));
    }
    if (below > 0) {
        *block = (struct kr_header){.next = left->next, .size = below};
        left->next = block;
        index_add(kr, block);
        tell_list(kr, HG_EVENT_REPLACE, block, at_of(&kr->heap, block));
        if (above > 0)
            tell_list(kr, HG_EVENT_PUSH, upper, place_of(kr, upper));
    }
    kr->last = left;
    tell(kr, HG_EVENT_HANDOVER, used, bytes_of(used), 0);
    return used + 1;
}

/* What a search by the index finds: as find. */
static struct kr_header *find_indexed(struct kr *kr, const struct book_index *index,
                                      const struct book_need *need)
{
    uint64_t at = hg_book_index_first(index, at_of(&kr->heap, kr->last) + 1, need->size);

    if (at == 0)
        at = hg_book_index_first(index, FIRST, need->size);
    return at == 0 ? NULL : indexed(kr, hg_book_index_before(index, 0, at));
}

/* The search of the book, once around. Returns what is before the block that fits on the list; NULL
 * if none does. */
static struct kr_header *find(struct kr *kr, const struct book_need *need)
{
    const struct book_index *index = need->alignment > UNIT ? NULL : book_index(&kr->heap);
    struct kr_header *left = kr->last, *block;
    uint64_t passed = 0;

    if (index)
        return find_indexed(kr, index, need);
    for (block = left->next;; left = block, block = block->next) {
        if (block != &kr->base) {
            bool fits = tail_of(block, need) != NULL;

            hg_emit_visit(&kr->heap, BOOK_LIST, block, bytes_of(block), fits);
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
    return take(kr, left, left->next, tail_of(left->next, need), need->size / UNIT);
}

static uint64_t block_size(uint64_t size)
{
    return bits_align_up(size, UNIT) + UNIT;
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct book_need need = {.size = block_size(size ? size : 1),
                             .alignment = alignment > UNIT ? alignment : UNIT};

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
    return bytes_of((const struct kr_header *)payload - 1) - UNIT;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    return hg_book_move(&hg_kr_engine, heap, payload, allocate(heap, size), size);
}

/* ---- Reading back ---- */

/* The offset that a link leads to, from the block or the base at `at`; UINT64_MAX where the list
 * ends, or its link leads back, or to no place of a block. */
static uint64_t follow(const struct hg_heap *heap, uint64_t extent, uint64_t at,
                       const struct kr_header *next)
{
    uint64_t to = hg_offset(heap, next);

    if (to <= at || to < FIRST || to > extent - UNIT || (to - FIRST) % UNIT)
        return UINT64_MAX;
    return to;
}

/* Whether a link from `at` leads to where the list may have been. */
static bool leads_back(const struct hg_heap *heap, uint64_t at, const struct kr_header *next)
{
    uint64_t to = hg_offset(heap, next);

    return to <= at && to >= FIRST && (to - FIRST) % UNIT == 0;
}

static const struct kr_header *header_at(const struct hg_heap *heap, uint64_t at)
{
    return book_at(heap, at);
}

static bool read_block(struct book_reader *reader, uint64_t at, struct hg_block *ret_block)
{
    uint64_t units;
    bool is_free;

    if (reader->end - at < UNIT || (at - FIRST) % UNIT)
        return false;
    units = header_at(reader->heap, at)->size;
    if (units == 0 || units > (reader->end - at) / UNIT)
        return false;
    while (reader->cursor < at)
        reader->cursor = follow(reader->heap, reader->extent, reader->cursor,
                                header_at(reader->heap, reader->cursor)->next);
    is_free = reader->cursor == at;
    *ret_block = (struct hg_block){.at = at,
                                   .size = units * UNIT,
                                   .header = UNIT,
                                   .list = is_free ? BOOK_LIST : HG_NO_LIST,
                                   .kind = is_free ? HG_KIND_FREE : HG_KIND_USED};
    return true;
}

static struct book_reader reader_of(const struct hg_heap *heap, uint64_t extent)
{
    const struct kr *kr = (const struct kr *)heap;

    return (struct book_reader){.heap = heap,
                                .first = FIRST,
                                .end = extent,
                                .extent = extent,
                                .cursor = follow(heap, extent, 0, kr->base.next),
                                .read = read_block};
}

static void walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    hg_book_walk(&reader, from, visitor, context);
}

static struct hg_list_end list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context)
{
    const struct kr_header *base = &((const struct kr *)heap)->base, *item = base;
    uint64_t at = 0, next;

    (void)list;
    while ((next = follow(heap, extent, at, item->next)) != UINT64_MAX) {
        if (!visitor(context, next))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
        at = next;
        item = header_at(heap, at);
    }
    if (item->next == base)
        return hg_list_ends(HG_LIST_ENDED, NULL);
    return hg_list_ends(leads_back(heap, at, item->next) ? HG_LIST_ENDLESS : HG_LIST_LOST,
                        item->next);
}

/* What lies behind the last block that the list leads to must be the base. */
static bool is_base(const struct kr *kr, const struct kr_header *next)
{
    return hg_offset(&kr->heap, next) == hg_offset(&kr->heap, &kr->base);
}

/* Follow the list: ORDER, addresses rise, LISTED, it leads to blocks, and around; ROVER, `last` is
 * on it. */
static enum hg_invariant check_list(const struct kr *kr, uint64_t extent, uint64_t *ret_at,
                                    uint64_t *ret_count)
{
    struct book_reader reader = reader_of(&kr->heap, extent);
    const struct kr_header *item = &kr->base;
    uint64_t last = hg_offset(&kr->heap, kr->last);
    bool met_last = is_base(kr, kr->last);

    *ret_at = *ret_count = 0;
    for (; reader.cursor != UINT64_MAX; ++*ret_count) {
        *ret_at = reader.cursor;
        item = header_at(&kr->heap, reader.cursor);
        met_last = met_last || reader.cursor == last;
        reader.cursor = follow(&kr->heap, extent, reader.cursor, item->next);
    }
    if (!is_base(kr, item->next))
        return hg_offset(&kr->heap, item->next) < *ret_at ? HG_INVARIANT_ORDER
                                                          : HG_INVARIANT_LISTED;
    return met_last ? HG_INVARIANT_NONE : HG_INVARIANT_ROVER;
}

/* The list first, since it says what is free; then each block: TAG, its size, NEIGHBOURS; and
 * LISTED, what the list leads to are blocks. */
static bool check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    const struct kr *kr = (const struct kr *)heap;
    struct book_reader reader = reader_of(heap, extent);
    struct hg_block block = {.kind = HG_KIND_USED};
    uint64_t at = 0, listed, met = 0;
    enum hg_invariant broken = check_list(kr, extent, &at, &listed);
    bool left_is_free = false;

    if (!broken && kr->base.size != 0)
        broken = HG_INVARIANT_STATE;
    for (at = broken ? at : FIRST; !broken && at < extent; at += block.size) {
        if (!read_block(&reader, at, &block)) {
            broken = HG_INVARIANT_TAG;
            break;
        }
        if (left_is_free && block.kind == HG_KIND_FREE) {
            broken = HG_INVARIANT_NEIGHBOURS;
            break;
        }
        left_is_free = block.kind == HG_KIND_FREE;
        met += left_is_free;
    }
    if (!broken && met != listed)
        broken = HG_INVARIANT_LISTED;
    if (broken)
        *ret_defect = (struct hg_defect){broken, at < extent ? at : 0};
    return !broken;
}

static struct hg_list_info list_info(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, 0, "free");
}

static struct hg_header_fields header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "units of 16 bytes of the block, of which its header is one",
         .mask = UINT64_MAX >> 4,
         .unit = UNIT,
         .at = offsetof(struct kr_header, size),
         .size = sizeof(uint64_t),
         .kind = HG_HEADER_BYTES},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

static uint64_t served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block > UNIT ? block - UNIT : 0;
}

const struct hg_engine hg_kr_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = FIRST,
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = hg_book_coalesce,
    .set = hg_settings_set_behind,
    .walk = walk,
    .check = check,
    .list_walk = list_walk,
    .list_count = hg_book_list_count,
    .list_info = list_info,
    .header = header,
    .served = served,
    .searches_all = true,
};
