/* osmem.c: the operations of os_malloc and its fellows. */
#include "heap/textbook/osmem.h"

#include "heap/lent_index.h"
#include "heap/textbook/osmem_layout.h"
#include "heap/textbook/osmem_read.h"

static struct osmem_meta *first_of(const struct hg_heap *heap)
{
    return heap->size > OSMEM_FIRST ? osmem_meta_at(heap, OSMEM_FIRST) : NULL;
}

static void tell(const struct hg_heap *heap, enum hg_event_kind kind, const struct osmem_meta *meta,
                 uint64_t size, uint64_t other)
{
    hg_emit_at(heap, kind, meta, size, other);
}

static void tell_list(const struct hg_heap *heap, enum hg_event_kind kind,
                      const struct osmem_meta *meta, uint64_t other)
{
    hg_emit_list(heap, kind, BOOK_LIST, meta, osmem_total(meta), other);
}

/* ---- The index: the free blocks by their sizes ---- */

static void index_add(const struct hg_heap *heap, const struct osmem_meta *meta)
{
    hg_lent_index_add(heap, hg_offset(heap, meta), osmem_total(meta));
}

static void index_remove(const struct hg_heap *heap, const struct osmem_meta *meta)
{
    hg_lent_index_remove(heap, hg_offset(heap, meta), osmem_total(meta));
}

/* A block may have become the last. */
static void index_see(const struct hg_heap *heap, const struct osmem_meta *meta)
{
    struct lent_index *index = lent_index(heap);

    if (index && !meta->next)
        index->own = hg_offset(heap, meta); /* where the last of all blocks is */
}

/* Note how many blocks were looked at; if that becomes too much, make an index. All free neighbours
 * are merged. */
static void index_tire(const struct hg_heap *heap, uint64_t looked_at)
{
    if (!hg_aside_is_due(heap, looked_at) ||
        !hg_lent_index_make(heap, HG_ORDER_ADDRESS, 1u << LENT_BY_SIZE))
        return;
    for (struct osmem_meta *meta = first_of(heap); meta; meta = meta->next) {
        if (osmem_is_free(meta))
            index_add(heap, meta);
        index_see(heap, meta);
    }
}

/* ---- Blocks ---- */

/* Report that a block is among the free ones, of which the list has no links of its own. */
static void push(const struct hg_heap *heap, const struct osmem_meta *meta)
{
    uint64_t place = 0;

    index_add(heap, meta);
    hg_lent_index_defer(heap, hg_offset(heap, meta));
    if (!hg_is_watched(heap))
        return;
    for (const struct osmem_meta *left = meta->prev; left; left = left->prev)
        place += osmem_is_free(left);
    tell_list(heap, HG_EVENT_PUSH, meta, place);
}

/* Write a block of `size` bytes in all behind `prev`, or first where that is NULL. */
static void put(const struct hg_heap *heap, struct osmem_meta *meta, uint64_t size,
                enum osmem_status status, struct osmem_meta *prev, struct osmem_meta *next)
{
    *meta = (struct osmem_meta){
        .size = size - OSMEM_META, .status = (int32_t)status, .prev = prev, .next = next};
    if (prev)
        prev->next = meta;
    if (next)
        next->prev = meta;
    index_see(heap, meta);
}

/* Cut a block in two of its kind: [meta, size) and the rest, returned. */
static struct osmem_meta *split(const struct hg_heap *heap, struct osmem_meta *meta, uint64_t size)
{
    struct osmem_meta *upper = (struct osmem_meta *)((uintptr_t)meta + size);
    uint64_t rest = osmem_total(meta) - size;

    put(heap, upper, rest, (enum osmem_status)meta->status, meta, meta->next);
    meta->size = size - OSMEM_META;
    tell(heap, HG_EVENT_SPLIT, meta, size, rest);
    return upper;
}

/* The right neighbour, which is free, becomes part of the block. */
static void take_in(const struct hg_heap *heap, struct osmem_meta *meta, enum hg_event_kind kind)
{
    const struct osmem_meta *right = meta->next;
    uint64_t taken = osmem_total(right);

    tell_list(heap, HG_EVENT_UNLINK, right, 0);
    index_remove(heap, right);
    if (osmem_is_free(meta))
        index_remove(heap, meta);
    meta->size += taken;
    meta->next = right->next;
    if (meta->next)
        meta->next->prev = meta;
    if (osmem_is_free(meta))
        index_add(heap, meta);
    index_see(heap, meta);
    tell(heap, kind, meta, osmem_total(meta), taken);
}

/* Merge the free neighbours to the right of a block, if it is free. */
static void merge(struct hg_heap *heap, struct osmem_meta *meta)
{
    while (osmem_is_free(meta) && meta->next && osmem_is_free(meta->next))
        take_in(heap, meta, HG_EVENT_MERGE_RIGHT);
}

/* Merge around what was freed since this was done last, and is still there. */
static void merge_deferred(struct hg_heap *heap, struct lent_index *index)
{
    uint64_t at;

    while (lent_index(heap) && (at = hg_lent_index_next(index)) != 0) {
        struct osmem_meta *meta = osmem_meta_at(heap, at);

        if (!hg_lent_index_has(index, at, osmem_total(meta)))
            continue;
        while (meta->prev && osmem_is_free(meta->prev))
            meta = meta->prev;
        merge(heap, meta);
    }
}

/* Merge all free neighbours. */
static void coalesce(struct hg_heap *heap)
{
    struct lent_index *index = lent_index(heap);

    if (index)
        merge_deferred(heap, index);
    if (lent_index(heap))
        return;
    for (struct osmem_meta *meta = first_of(heap); meta; meta = meta->next)
        merge(heap, meta);
}

/* ---- Opening and growing ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % OSMEM_UNIT == 0 &&
        (settings->grow >= OSMEM_LEAST || settings->grow == HG_GROW_EXACT))
        return NULL;
    *ret_setting = HG_SETTING_GROW;
    return "must be a multiple of 8, from 40 up, under osmem";
}

static size_t open_size(const struct hg_settings *settings)
{
    (void)settings;
    return OSMEM_FIRST;
}

/* New memory up to the break becomes a free block behind `last`. */
static struct osmem_meta *add(struct hg_heap *heap, uint64_t at, struct osmem_meta *last)
{
    struct osmem_meta *meta = osmem_meta_at(heap, at);

    tell(heap, HG_EVENT_FRESH, meta, heap->size - at, 0);
    put(heap, meta, heap->size - at, OSMEM_FREE, last, NULL);
    push(heap, meta);
    return meta;
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    hg_settings_set_behind(heap, settings);
    if (heap->size > OSMEM_FIRST) /* a break that did not move down when the heap was reset */
        add(heap, OSMEM_FIRST, NULL);
}

/* The first memory of all, which the setting says; without it, what is needed. */
static bool begin(struct hg_heap *heap)
{
    uint64_t size = ((struct osmem *)heap)->settings.grow;

    if (first_of(heap) || size == HG_GROW_EXACT)
        return true;
    if (!hg_break_grow(heap, size))
        return false;
    add(heap, OSMEM_FIRST, NULL);
    return true;
}

static uint64_t gap_in(const struct hg_heap *heap, uint64_t at, const struct book_need *need)
{
    return hg_book_gap(heap, at + OSMEM_META, need->alignment, OSMEM_LEAST);
}

/* Grow by what is missing: `last`, if it is free, by its shortfall, else by a block. Returns the
 * last block, free; NULL if that cannot be. */
static struct osmem_meta *extend(struct hg_heap *heap, struct osmem_meta *last,
                                 const struct book_need *need)
{
    uint64_t at = heap->size, before = last && osmem_is_free(last) ? osmem_total(last) : 0;
    uint64_t size = gap_in(heap, at - before, need) + need->size - before;

    if (!hg_break_grow(heap, size))
        return NULL;
    if (before == 0)
        return add(heap, at, last);
    tell(heap, HG_EVENT_FRESH, osmem_meta_at(heap, at), size, 0);
    index_remove(heap, last);
    last->size += size;
    index_add(heap, last);
    tell(heap, HG_EVENT_MERGE_LEFT, last, osmem_total(last), before);
    return last;
}

/* ---- Allocating ---- */

/* Look at one block, and say so. */
static bool visit(const struct hg_heap *heap, const struct osmem_meta *meta,
                  const struct book_need *need)
{
    bool fits = osmem_is_free(meta) &&
                osmem_total(meta) >= need->size + gap_in(heap, hg_offset(heap, meta), need);

    hg_emit_visit(heap, osmem_is_free(meta) ? BOOK_LIST : HG_NO_LIST, meta, osmem_total(meta),
                  fits);
    return fits;
}

/* What a search by the index finds: as find. */
static struct osmem_meta *find_indexed(const struct hg_heap *heap, const struct lent_index *index,
                                       uint64_t size)
{
    uint64_t at = hg_lent_index_best(index, size);

    return at == 0 ? NULL : osmem_meta_at(heap, at);
}

/* The smallest free block that fits, the first of several; NULL if none does. In `ret_last` the
 * last of all blocks. */
static struct osmem_meta *find(const struct hg_heap *heap, const struct book_need *need,
                               struct osmem_meta **ret_last)
{
    const struct lent_index *index = lent_index(heap);
    struct osmem_meta *best = NULL;
    uint64_t passed = 0;

    if (index)
        *ret_last = osmem_meta_at(heap, index->own);
    if (index && need->alignment <= OSMEM_UNIT)
        return find_indexed(heap, index, need->size);
    *ret_last = NULL;
    for (struct osmem_meta *meta = first_of(heap); meta; meta = meta->next) {
        if (visit(heap, meta, need) && (!best || meta->size < best->size))
            best = meta;
        *ret_last = meta;
        passed++;
    }
    index_tire(heap, passed);
    return best;
}

/* Make a used block of what is needed of a free one. */
static void *place(const struct hg_heap *heap, struct osmem_meta *meta,
                   const struct book_need *need)
{
    uint64_t gap = gap_in(heap, hg_offset(heap, meta), need), rest;
    struct osmem_meta *used = meta, *upper = NULL;

    tell_list(heap, HG_EVENT_TAKE, meta, 0);
    index_remove(heap, meta);
    if (gap > 0)
        used = split(heap, meta, gap);
    rest = osmem_total(used) - need->size;
    if (rest >= OSMEM_LEAST)
        upper = split(heap, used, need->size);
    else
        tell(heap, HG_EVENT_WHOLE, used, osmem_total(used), rest);
    used->status = OSMEM_ALLOC;
    if (gap > 0)
        push(heap, meta);
    if (upper)
        push(heap, upper);
    tell(heap, HG_EVENT_HANDOVER, used, osmem_total(used), 0);
    return used + 1;
}

static uint64_t block_size(uint64_t size)
{
    return OSMEM_META + bits_align_up(size ? size : 1, OSMEM_UNIT);
}

static void *obtain(struct hg_heap *heap, const struct book_need *need)
{
    struct osmem_meta *found = NULL, *last;

    if (begin(heap)) {
        coalesce(heap);
        found = find(heap, need, &last);
        if (!found)
            found = extend(heap, last, need);
    }
    return found ? place(heap, found, need) : hg_refuse(heap, HG_REASON_NO_MEMORY, need->size);
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct book_need need = {.size = block_size(size), .alignment = alignment};

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need.size);
    return obtain(heap, &need);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return hg_book_allocate(&hg_osmem_engine, heap, size);
}

static struct osmem_meta *meta_of(const void *payload)
{
    return (struct osmem_meta *)(uintptr_t)payload - 1;
}

/* Make a used block free; its neighbours stay as they are. */
static void release_block(const struct hg_heap *heap, struct osmem_meta *meta)
{
    meta->status = OSMEM_FREE;
    tell(heap, HG_EVENT_RELEASE, meta, osmem_total(meta), 0);
    push(heap, meta);
}

static bool release(struct hg_heap *heap, void *payload)
{
    release_block(heap, meta_of(payload));
    return true;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)heap;
    return meta_of(payload)->size;
}

/* ---- Reallocating ---- */

/* Cut a used block down to `size` if the rest is worth a block. */
static void shrink(const struct hg_heap *heap, struct osmem_meta *meta, uint64_t size)
{
    if (osmem_total(meta) - size >= OSMEM_LEAST)
        release_block(heap, split(heap, meta, size));
}

/* Bytes that a used block has with the free ones to its right; in `ret_last` whether those reach
 * to the break. */
static uint64_t room_of(const struct osmem_meta *meta, bool *ret_last)
{
    const struct osmem_meta *right = meta->next;
    uint64_t room = osmem_total(meta);

    for (; right && osmem_is_free(right); right = right->next)
        room += osmem_total(right);
    *ret_last = !right;
    return room;
}

/* Enlarge a used block into the free ones to its right, as far as needed, and then into new memory
 * if it is the last. Returns false, with nothing changed, where that is not possible. */
static bool enlarge(struct hg_heap *heap, struct osmem_meta *meta, uint64_t size)
{
    bool is_last;
    uint64_t room = room_of(meta, &is_last), at = heap->size;

    if (room < size) {
        if (!is_last || !hg_break_grow(heap, size - room))
            return false;
        tell(heap, HG_EVENT_FRESH, osmem_meta_at(heap, at), size - room, 0);
    }
    while (osmem_total(meta) < size && meta->next)
        take_in(heap, meta, HG_EVENT_ABSORB);
    if (osmem_total(meta) < size) {
        meta->size += size - room;
        tell(heap, HG_EVENT_ABSORB, meta, osmem_total(meta), size - room);
    }
    shrink(heap, meta, size);
    return true;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    struct osmem_meta *meta = meta_of(payload);
    struct book_need need = {.size = block_size(size), .alignment = 1};

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need.size);
    if (need.size <= osmem_total(meta))
        shrink(heap, meta, need.size);
    else if (!enlarge(heap, meta, need.size))
        return hg_book_move(&hg_osmem_engine, heap, payload, obtain(heap, &need), size);
    tell(heap, HG_EVENT_HANDOVER, meta, osmem_total(meta), 0);
    return payload;
}

const struct hg_engine hg_osmem_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = OSMEM_FIRST,
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = coalesce,
    .set = hg_settings_set_behind,
    .walk = hg_osmem_walk,
    .check = hg_osmem_check,
    .list_walk = hg_osmem_list_walk,
    .list_count = hg_book_list_count,
    .list_info = hg_osmem_list_info,
    .header = hg_osmem_header,
    .served = hg_osmem_served,
};
