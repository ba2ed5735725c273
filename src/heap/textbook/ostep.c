/* ostep.c: the operations on a list of free pieces. */
#include "heap/textbook/ostep.h"

#include "heap/textbook/ostep_index.h"
#include "heap/textbook/ostep_read.h"

static void tell(const struct ostep *ostep, enum hg_event_kind kind,
                 const struct ostep_piece *piece, uint64_t other)
{
    hg_emit_at(&ostep->heap, kind, piece, piece->size, other);
}

static void tell_list(const struct ostep *ostep, enum hg_event_kind kind,
                      const struct ostep_piece *piece, uint64_t other)
{
    hg_emit_list(&ostep->heap, kind, BOOK_LIST, piece, piece->size, other);
}

/* ---- The list ---- */

/* Whether a piece belongs before another in a sorted list; of equals neither does. */
static bool goes_before(const struct ostep *ostep, const struct ostep_piece *piece,
                        const struct ostep_piece *listed)
{
    switch ((enum hg_order)ostep->settings.order) {
    case HG_ORDER_LIFO: return true;
    case HG_ORDER_FIFO: return false;
    case HG_ORDER_ADDRESS: return piece < listed;
    case HG_ORDER_SIZE_UP: return piece->size < listed->size;
    case HG_ORDER_SIZE_DOWN: return piece->size > listed->size;
    }
    return true;
}

/* The piece whose link this is; NULL of the list's head. */
static struct ostep_piece *owner_of(struct ostep *ostep, struct ostep_piece **link)
{
    return link == &ostep->head
               ? NULL
               : (struct ostep_piece *)((uintptr_t)link - offsetof(struct ostep_piece, next));
}

/* Put a piece on the list before the first one that it goes before, or last. Returns how many were
 * looked at. */
static uint64_t push(struct ostep *ostep, struct ostep_piece *piece)
{
    uint32_t label = hg_ostep_index_next_label(ostep);
    const struct lent_index *index = lent_index(&ostep->heap);
    struct ostep_piece **link = &ostep->head;
    uint64_t place = 0;

    if (index)
        link = hg_ostep_index_link(ostep, index, label, ostep_at(ostep, piece));
    for (; !index && *link && !goes_before(ostep, piece, *link); link = &(*link)->next)
        place++;
    piece->next = *link;
    *link = piece;
    hg_ostep_index_add(ostep, piece, label);
    hg_ostep_index_see(ostep, owner_of(ostep, link));
    hg_ostep_index_see(ostep, piece);
    tell_list(ostep, HG_EVENT_PUSH, piece, place);
    return place;
}

static bool is_sorted(const struct ostep *ostep)
{
    return ostep->settings.order != HG_ORDER_LIFO && ostep->settings.order != HG_ORDER_FIFO;
}

/* The place on the list of the piece behind `link`; 0 where nobody watches. */
static uint64_t place_of(struct ostep *ostep, struct ostep_piece *const *link)
{
    uint64_t place = 0;

    if (!hg_is_watched(&ostep->heap))
        return 0;
    for (struct ostep_piece **item = &ostep->head; item != link; item = &(*item)->next)
        place++;
    return place;
}

/* Move the piece behind `link` behind those that follow it and go before it. */
static void sink(struct ostep *ostep, struct ostep_piece **link)
{
    struct ostep_piece *piece = *link;

    *link = piece->next;
    tell_list(ostep, HG_EVENT_UNLINK, piece, 0);
    while (*link && goes_before(ostep, *link, piece))
        link = &(*link)->next;
    piece->next = *link;
    *link = piece;
    tell_list(ostep, HG_EVENT_PUSH, piece, place_of(ostep, link));
}

/* Sort the list; equals stay as they are. Where two are out of order, the first moves if that
 * behind them goes before it, too: it was cut, and all others would have to pass it. */
static void sort(struct ostep *ostep)
{
    struct ostep_piece **link = &ostep->head;

    while (*link && (*link)->next) {
        struct ostep_piece *piece = *link, *next = piece->next;

        if (!goes_before(ostep, next, piece)) {
            link = &piece->next;
        } else if (next->next && goes_before(ostep, next->next, piece)) {
            sink(ostep, link);
            link = &ostep->head;
        } else {
            piece->next = next->next;
            tell_list(ostep, HG_EVENT_UNLINK, next, 0);
            push(ostep, next);
        }
    }
}

/* Merge what begins where a piece ends into it, and what begins there. Returns whether there was
 * any. */
static bool merge_into(struct ostep *ostep, struct ostep_piece *piece)
{
    bool merged = false;

    while (piece->next && ostep_is_next_to(piece, piece->next)) {
        struct ostep_piece *next = piece->next;
        uint32_t label = hg_ostep_index_label(ostep, piece);
        uint64_t taken = next->size;

        tell_list(ostep, HG_EVENT_UNLINK, next, 0);
        hg_ostep_index_remove(ostep, next);
        hg_ostep_index_remove(ostep, piece);
        piece->next = next->next;
        piece->size += taken;
        hg_ostep_index_add(ostep, piece, label);
        tell(ostep, HG_EVENT_MERGE_RIGHT, piece, taken);
        merged = true;
    }
    return merged;
}

/* One pass over the list. */
static bool merge(struct ostep *ostep)
{
    bool merged = false;
    uint64_t passed = 0;

    for (struct ostep_piece *piece = ostep->head; piece; piece = piece->next, passed++)
        merged = merge_into(ostep, piece) || merged;
    hg_ostep_index_tire(ostep, passed);
    return merged;
}

/* Merge the pieces around one, from the first of them on. Returns whether there were any. */
static bool merge_around(struct ostep *ostep, const struct lent_index *index,
                         struct ostep_piece *piece)
{
    for (;;) {
        uint64_t before =
            hg_lent_index_before(index, hg_lent_index_key(index, hg_ostep_index_label(ostep, piece),
                                                          ostep_at(ostep, piece), 0));

        if (before == 0 || !ostep_is_next_to(ostep_piece_at(ostep, before), piece))
            break;
        piece = ostep_piece_at(ostep, before);
    }
    return merge_into(ostep, piece);
}

/* What a pass merges, by the index: where pieces were put on the list, or others between them taken
 * off, since the last one. */
static bool merge_indexed(struct ostep *ostep, struct lent_index *index)
{
    bool merged = false;
    uint64_t at;

    while (lent_index(&ostep->heap) && (at = hg_lent_index_next(index)) != 0) {
        if (hg_lent_index_has(index, at, 0))
            merged = merge_around(ostep, index, ostep_piece_at(ostep, at)) || merged;
    }
    return merged;
}

/* One pass, by the index if there is one. */
static bool merge_all(struct ostep *ostep)
{
    struct lent_index *index = lent_index(&ostep->heap);
    bool merged = index && merge_indexed(ostep, index);

    return lent_index(&ostep->heap) ? merged : merge(ostep) || merged;
}

static void coalesce(struct hg_heap *heap)
{
    if (ostep_of(heap)->settings.coalesce != HG_COALESCE_NEVER)
        merge(ostep_of(heap));
}

/* Enter a free piece as the book's free does. */
static void enter(struct ostep *ostep, struct ostep_piece *piece)
{
    uint64_t passed;

    if (is_sorted(ostep) && !lent_index(&ostep->heap))
        sort(ostep);
    passed = push(ostep, piece);
    if (ostep->settings.coalesce == HG_COALESCE_IMMEDIATE)
        merge_all(ostep);
    else
        hg_ostep_index_tire(ostep, passed);
}

/* ---- Opening and growing ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % OSTEP_UNIT) {
        *ret_setting = HG_SETTING_GROW;
        return "must be a multiple of 16 under ostep";
    }
    if (settings->fixed && settings->grow == HG_GROW_EXACT) {
        *ret_setting = HG_SETTING_GROW;
        return "cannot be where fixed is on: the heap would have nothing";
    }
    if (settings->fit == HG_FIT_IS_NEXT) {
        *ret_setting = HG_SETTING_FIT;
        return "is not ostep's, which is first, best or worst";
    }
    return NULL;
}

static size_t open_size(const struct hg_settings *settings)
{
    return OSTEP_FIRST + settings->grow; /* exact is 0 */
}

/* Memory from `at` up to the break becomes a piece. */
static void add(struct ostep *ostep, uint64_t at)
{
    struct ostep_piece *fresh = ostep_piece_at(ostep, at);

    fresh->size = ostep->heap.size - at;
    tell(ostep, HG_EVENT_FRESH, fresh, 0);
    enter(ostep, fresh);
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct ostep *ostep = ostep_of(heap);

    ostep->settings = *settings;
    ostep->head = NULL;
    if (heap->size > OSTEP_FIRST)
        add(ostep, OSTEP_FIRST);
}

static bool extend(struct ostep *ostep, const struct book_need *need)
{
    uint64_t extra = need->alignment > OSTEP_UNIT ? need->alignment : 0, at = ostep->heap.size;
    uint64_t size = hg_book_growth(&ostep->settings, need->size + extra);

    if (ostep->settings.fixed || !hg_break_grow(&ostep->heap, size))
        return false;
    add(ostep, at);
    return true;
}

/* ---- Allocating ---- */

static uint64_t gap_in(const struct ostep *ostep, const struct ostep_piece *piece,
                       const struct book_need *need)
{
    return hg_book_gap(&ostep->heap, hg_offset(&ostep->heap, piece + 1), need->alignment,
                       OSTEP_UNIT);
}

static bool is_better(enum hg_fit fit, const struct ostep_piece *piece,
                      const struct ostep_piece *chosen)
{
    return fit == HG_FIT_IS_BEST ? piece->size < chosen->size : piece->size > chosen->size;
}

/* What a search by the index finds: as find. */
static struct ostep_piece **find_indexed(struct ostep *ostep, const struct lent_index *index,
                                         uint64_t size)
{
    uint64_t at = 0;

    switch ((enum hg_fit)ostep->settings.fit) {
    case HG_FIT_IS_BEST: at = hg_lent_index_best(index, size); break;
    case HG_FIT_IS_WORST: at = hg_lent_index_worst(index); break;
    case HG_FIT_IS_FIRST:
    case HG_FIT_IS_NEXT: at = hg_lent_index_first(index, 0, size); break;
    }
    if (at == 0 || ostep_piece_at(ostep, at)->size < size)
        return NULL;
    return hg_ostep_index_link(ostep, index, hg_lent_index_label(index, at), at);
}

/* The link to the piece that the fit says, NULL if none fits. First fit stops there, the others
 * see the whole list, and of equals take the first. */
static struct ostep_piece **find(struct ostep *ostep, const struct book_need *need)
{
    const struct lent_index *index = need->alignment > OSTEP_UNIT ? NULL : lent_index(&ostep->heap);
    enum hg_fit fit = (enum hg_fit)ostep->settings.fit;
    struct ostep_piece **chosen = NULL;
    uint64_t passed = 0;

    if (index)
        return find_indexed(ostep, index, need->size);
    for (struct ostep_piece **link = &ostep->head; *link; link = &(*link)->next) {
        bool fits = (*link)->size >= need->size + gap_in(ostep, *link, need);

        hg_emit_visit(&ostep->heap, BOOK_LIST, *link, (*link)->size, fits);
        if (fits && (!chosen || is_better(fit, *link, *chosen)))
            chosen = link;
        passed++;
        if (fits && fit == HG_FIT_IS_FIRST)
            break;
    }
    hg_ostep_index_tire(ostep, passed);
    return chosen;
}

/* Cut a piece, on no list, in two. Returns the upper. */
static struct ostep_piece *split(const struct ostep *ostep, struct ostep_piece *piece,
                                 uint64_t size)
{
    struct ostep_piece *upper = ostep_piece_at(piece, size);

    upper->size = piece->size - size;
    piece->size = size;
    tell(ostep, HG_EVENT_SPLIT, piece, upper->size);
    return upper;
}

/* Put what is left of the piece that was at `link`, with this label, in its place. */
static struct ostep_piece **replace(const struct ostep *ostep, struct ostep_piece **link,
                                    struct ostep_piece *piece, uint32_t label,
                                    const struct ostep_piece *old)
{
    piece->next = *link;
    *link = piece;
    hg_ostep_index_add(ostep, piece, label);
    tell_list(ostep, HG_EVENT_REPLACE, piece, ostep_at(ostep, old));
    return &piece->next;
}

/* Give out what is needed of the piece behind `link`. */
static void *take(struct ostep *ostep, struct ostep_piece **link, const struct book_need *need)
{
    struct ostep_piece *piece = *link, *used = piece, *rest = NULL;
    uint64_t gap = gap_in(ostep, piece, need);
    uint32_t label = hg_ostep_index_label(ostep, piece);
    struct ostep_piece *left = owner_of(ostep, link);

    *link = piece->next;
    tell_list(ostep, HG_EVENT_TAKE, piece, 0);
    hg_ostep_index_remove(ostep, piece);
    if (gap > 0)
        used = split(ostep, piece, gap);
    if (used->size > need->size)
        rest = split(ostep, used, need->size);
    else
        tell(ostep, HG_EVENT_WHOLE, used, 0);
    if (gap > 0)
        link = replace(ostep, link, piece, label, piece);
    if (gap == 0 && rest) {
        replace(ostep, link, rest, label, piece);
    } else if (rest) {
        rest->next = *link;
        *link = rest;
        hg_ostep_index_add(ostep, rest, label);
        tell_list(ostep, HG_EVENT_PUSH, rest, place_of(ostep, link));
    }
    hg_ostep_index_see(ostep, left);
    hg_ostep_index_see(ostep, rest);
    used->magic = OSTEP_MAGIC;
    tell(ostep, HG_EVENT_HANDOVER, used, 0);
    return used + 1;
}

/* Round up to the alignment, then add the header. */
static uint64_t block_size(uint64_t size)
{
    return bits_align_up(size ? size : 1, OSTEP_UNIT) + OSTEP_UNIT;
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct ostep *ostep = ostep_of(heap);
    struct book_need need = {.size = block_size(size),
                             .alignment = alignment > OSTEP_UNIT ? alignment : OSTEP_UNIT};
    struct ostep_piece **link;

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need.size);
    link = find(ostep, &need);
    if (!link && ostep->settings.coalesce == HG_COALESCE_DEFERRED && merge_all(ostep))
        link = find(ostep, &need);
    if (!link && extend(ostep, &need))
        link = find(ostep, &need);
    return link ? take(ostep, link, &need) : hg_refuse(heap, HG_REASON_NO_MEMORY, need.size);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return hg_book_allocate(&hg_ostep_engine, heap, size);
}

static bool release(struct hg_heap *heap, void *payload)
{
    struct ostep_piece *piece = (struct ostep_piece *)payload - 1;

    piece->next = NULL;
    tell(ostep_of(heap), HG_EVENT_RELEASE, piece, 0);
    enter(ostep_of(heap), piece);
    return true;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)heap;
    return ((const struct ostep_piece *)payload - 1)->size - OSTEP_UNIT;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    return hg_book_move(&hg_ostep_engine, heap, payload, allocate(heap, size), size);
}

const struct hg_engine hg_ostep_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = OSTEP_FIRST,
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = coalesce,
    .set = hg_settings_set_behind,
    .walk = hg_ostep_walk,
    .check = hg_ostep_check,
    .list_walk = hg_ostep_list_walk,
    .list_count = hg_book_list_count,
    .list_info = hg_ostep_list_info,
    .header = hg_ostep_header,
    .served = hg_ostep_served,
    .searches_all = true,
};
