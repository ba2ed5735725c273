/* books.c: see books.h. */
#include "heap/books.h"

#include <string.h>

#include "test.h"

static uint64_t setting(const struct book *book, enum hg_setting number)
{
    return book->config.settings[number];
}

static uint64_t up_to(uint64_t size, uint64_t unit)
{
    return (size + unit - 1) / unit * unit;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- Rows of pieces ---- */

static void insert(struct pieces *pieces, size_t index, struct piece piece)
{
    assert_true(pieces->count < BOOKS_MAX);
    memmove(&pieces->items[index + 1], &pieces->items[index],
            (pieces->count - index) * sizeof piece);
    pieces->items[index] = piece;
    pieces->count++;
}

static struct piece take_out(struct pieces *pieces, size_t index)
{
    struct piece piece = pieces->items[index];

    pieces->count--;
    memmove(&pieces->items[index], &pieces->items[index + 1],
            (pieces->count - index) * sizeof piece);
    return piece;
}

static size_t index_of(const struct pieces *pieces, uint64_t at)
{
    size_t index = 0;

    while (index < pieces->count && pieces->items[index].at != at)
        index++;
    return index;
}

/* The block at `index` takes in the next. */
static void join(struct pieces *pieces, size_t index)
{
    pieces->items[index].size += take_out(pieces, index + 1).size;
}

static bool both_free(const struct pieces *pieces, size_t index)
{
    return index + 1 < pieces->count && !pieces->items[index].used &&
           !pieces->items[index + 1].used;
}

/* Use the low part of the block at `index`; a rest of `least` bytes and more stays free. */
static void use_low(struct pieces *pieces, size_t index, uint64_t size, uint64_t least)
{
    struct piece *piece = &pieces->items[index];
    struct piece rest = {piece->at + size, piece->size - size, false};

    piece->used = true;
    if (rest.size >= least && rest.size > 0) {
        piece->size = size;
        insert(pieces, index + 1, rest);
    }
}

/* ---- CS:APP, section 9.9 ---- */

static void csapp_open(struct book *book)
{
    uint64_t first = BOOKS_START + 4 + 8, chunk = setting(book, HG_SETTING_GROW);

    book->rover = first;
    book->end = first + chunk + 4;
    if (chunk > 0)
        insert(&book->blocks, 0, (struct piece){first, chunk, false});
}

static size_t csapp_coalesce(struct book *book, size_t index)
{
    struct pieces *blocks = &book->blocks;

    if (both_free(blocks, index))
        join(blocks, index);
    if (index > 0 && both_free(blocks, index - 1))
        join(blocks, --index);
    if (book->rover > blocks->items[index].at &&
        book->rover < blocks->items[index].at + blocks->items[index].size)
        book->rover = blocks->items[index].at;
    return index;
}

static uint64_t csapp_allocate(struct book *book, uint64_t size)
{
    uint64_t asize = size <= 8 ? 16 : 8 * ((size + 8 + 7) / 8);
    struct pieces *blocks = &book->blocks;
    bool is_next = setting(book, HG_SETTING_FIT) == HG_FIT_IS_NEXT;
    size_t start = is_next ? index_of(blocks, book->rover) : 0, i, count = blocks->count;

    for (i = 0; i < count; i++) {
        const struct piece *block = &blocks->items[(start + i) % count];

        if (!block->used && block->size >= asize)
            break;
    }
    if (i < count) {
        i = (start + i) % count;
        book->rover = blocks->items[i].at;
    } else {
        uint64_t chunk = larger(asize, setting(book, HG_SETTING_GROW));

        insert(blocks, count, (struct piece){book->end - 4, chunk, false});
        book->end += chunk;
        i = csapp_coalesce(book, count);
    }
    use_low(blocks, i, asize, 16);
    return blocks->items[i].at + 4;
}

static void csapp_release(struct book *book, uint64_t payload)
{
    size_t index = index_of(&book->blocks, payload - 4);

    book->blocks.items[index].used = false;
    csapp_coalesce(book, index);
}

static uint64_t csapp_reallocate(struct book *book, uint64_t payload, uint64_t size)
{
    uint64_t moved = csapp_allocate(book, size);

    csapp_release(book, payload);
    return moved;
}

/* ---- Kernighan and Ritchie, section 8.7 ---- */

enum { UNIT = 16 };

static void kr_open(struct book *book)
{
    book->end = BOOKS_START;
}

/* Free a piece: the one before it, or the base, is where the next search begins behind. */
static void kr_insert(struct book *book, struct piece piece)
{
    struct pieces *list = &book->list;
    size_t index = 0;

    while (index < list->count && list->items[index].at < piece.at)
        index++;
    book->rover = index > 0 ? list->items[index - 1].at : 0;
    insert(list, index, piece);
    if (index + 1 < list->count && piece.at + piece.size == list->items[index + 1].at)
        join(list, index);
    if (index > 0 && list->items[index - 1].at + list->items[index - 1].size == piece.at)
        join(list, index - 1);
}

/* Look once around, from behind the rover. Returns the payload; 0 if nothing fits. */
static uint64_t kr_search(struct book *book, uint64_t size)
{
    struct pieces *list = &book->list;
    size_t circle = list->count + 1; /* 0 is the base, i + 1 the piece i */
    size_t start = book->rover ? index_of(list, book->rover) + 1 : 0;

    for (size_t i = 1; i <= circle; i++) {
        size_t place = (start + i) % circle, before = (start + i - 1) % circle;
        struct piece *piece = place ? &list->items[place - 1] : NULL;
        struct piece used = {.size = size, .used = true};

        if (!piece || piece->size < size)
            continue;
        book->rover = before ? list->items[before - 1].at : 0;
        used.at = piece->at + piece->size - size;
        piece->size -= size;
        if (piece->size == 0)
            take_out(list, place - 1);
        insert(&book->blocks, book->blocks.count, used);
        return used.at + UNIT;
    }
    return 0;
}

static uint64_t kr_allocate(struct book *book, uint64_t size)
{
    uint64_t bytes = UNIT * ((size + UNIT - 1) / UNIT + 1);
    uint64_t payload = kr_search(book, bytes);

    if (!payload) {
        struct piece fresh = {book->end, larger(bytes, setting(book, HG_SETTING_GROW)), false};

        book->end += fresh.size;
        kr_insert(book, fresh);
        payload = kr_search(book, bytes);
    }
    return payload;
}

static void kr_release(struct book *book, uint64_t payload)
{
    struct piece piece = take_out(&book->blocks, index_of(&book->blocks, payload - UNIT));

    piece.used = false;
    kr_insert(book, piece);
}

static uint64_t kr_reallocate(struct book *book, uint64_t payload, uint64_t size)
{
    uint64_t moved = kr_allocate(book, size);

    kr_release(book, payload);
    return moved;
}

/* ---- os_malloc ---- */

enum { META = 32, WORTH_SPLITTING = 40 };

static void osmem_open(struct book *book)
{
    book->end = BOOKS_START;
}

static void osmem_grow(struct book *book, uint64_t bytes)
{
    insert(&book->blocks, book->blocks.count, (struct piece){book->end, bytes, false});
    book->end += bytes;
}

static uint64_t osmem_allocate(struct book *book, uint64_t size)
{
    uint64_t need = META + up_to(size, 8), first = setting(book, HG_SETTING_GROW);
    struct pieces *blocks = &book->blocks;
    size_t best;

    if (blocks->count == 0 && first > 0)
        osmem_grow(book, first);
    for (size_t i = 0; i < blocks->count; i++) {
        while (both_free(blocks, i))
            join(blocks, i);
    }
    best = blocks->count;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct piece *block = &blocks->items[i];

        if (!block->used && block->size >= need &&
            (best == blocks->count || block->size < blocks->items[best].size))
            best = i;
    }
    if (best == blocks->count && best > 0 && !blocks->items[best - 1].used) {
        osmem_grow(book, need - blocks->items[--best].size);
        join(blocks, best);
    } else if (best == blocks->count) {
        osmem_grow(book, need);
    }
    use_low(blocks, best, need, WORTH_SPLITTING);
    return blocks->items[best].at + META;
}

static void osmem_release(struct book *book, uint64_t payload)
{
    book->blocks.items[index_of(&book->blocks, payload - META)].used = false;
}

static uint64_t osmem_reallocate(struct book *book, uint64_t payload, uint64_t size)
{
    struct pieces *blocks = &book->blocks;
    size_t index = index_of(blocks, payload - META), behind = index + 1;
    uint64_t need = META + up_to(size, 8), room = blocks->items[index].size, moved;

    for (; behind < blocks->count && !blocks->items[behind].used; behind++)
        room += blocks->items[behind].size;
    if (room < need && behind == blocks->count) {
        osmem_grow(book, need - room);
        room = need;
    }
    if (room < need) {
        moved = osmem_allocate(book, size);
        osmem_release(book, payload);
        return moved;
    }
    while (blocks->items[index].size < need)
        join(blocks, index);
    use_low(blocks, index, need, WORTH_SPLITTING);
    return payload;
}

/* ---- Three Easy Pieces, chapter 17 ---- */

static void ostep_open(struct book *book)
{
    uint64_t size = setting(book, HG_SETTING_GROW);

    book->end = BOOKS_START + size;
    if (size > 0)
        insert(&book->list, 0, (struct piece){BOOKS_START, size, false});
}

/* Whether two neighbours on the list are the wrong way round. */
static bool is_disorder(const struct book *book, const struct piece *before,
                        const struct piece *after)
{
    switch ((enum hg_order)setting(book, HG_SETTING_ORDER)) {
    case HG_ORDER_ADDRESS: return before->at > after->at;
    case HG_ORDER_SIZE_UP: return before->size > after->size;
    case HG_ORDER_SIZE_DOWN: return before->size < after->size;
    case HG_ORDER_LIFO:
    case HG_ORDER_FIFO: break;
    }
    return false;
}

/* Exchanging neighbours until none is wrong is a stable sort. */
static void ostep_sort(struct book *book)
{
    struct pieces *list = &book->list;

    for (size_t round = 0; round < list->count; round++) {
        for (size_t i = 0; i + 1 < list->count; i++) {
            if (is_disorder(book, &list->items[i], &list->items[i + 1]))
                insert(list, i, take_out(list, i + 1));
        }
    }
}

static void ostep_enter(struct book *book, struct piece piece)
{
    struct pieces *list = &book->list;
    bool is_front = setting(book, HG_SETTING_ORDER) == HG_ORDER_LIFO;

    insert(list, is_front ? 0 : list->count, piece);
    ostep_sort(book);
    if (setting(book, HG_SETTING_COALESCE) == HG_COALESCE_NEVER)
        return;
    for (size_t i = 0; i + 1 < list->count;) {
        if (list->items[i].at + list->items[i].size == list->items[i + 1].at)
            join(list, i);
        else
            i++;
    }
}

static uint64_t ostep_search(struct book *book, uint64_t size)
{
    struct pieces *list = &book->list;
    uint64_t fit = setting(book, HG_SETTING_FIT);
    size_t chosen = list->count;
    struct piece used = {.size = size, .used = true};

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].size < size)
            continue;
        if (chosen == list->count ||
            (fit == HG_FIT_IS_BEST && list->items[i].size < list->items[chosen].size) ||
            (fit == HG_FIT_IS_WORST && list->items[i].size > list->items[chosen].size))
            chosen = i;
    }
    if (chosen == list->count)
        return 0;
    used.at = list->items[chosen].at;
    list->items[chosen].at += size;
    list->items[chosen].size -= size;
    if (list->items[chosen].size == 0)
        take_out(list, chosen);
    insert(&book->blocks, book->blocks.count, used);
    return used.at + UNIT;
}

static uint64_t ostep_allocate(struct book *book, uint64_t size)
{
    uint64_t need = up_to(size, UNIT) + UNIT, payload = ostep_search(book, need);

    if (!payload && !setting(book, HG_SETTING_FIXED)) {
        struct piece fresh = {book->end, larger(need, setting(book, HG_SETTING_GROW)), false};

        book->end += fresh.size;
        ostep_enter(book, fresh);
        payload = ostep_search(book, need);
    }
    return payload;
}

static void ostep_release(struct book *book, uint64_t payload)
{
    struct piece piece = take_out(&book->blocks, index_of(&book->blocks, payload - UNIT));

    piece.used = false;
    ostep_enter(book, piece);
}

static uint64_t ostep_reallocate(struct book *book, uint64_t payload, uint64_t size)
{
    uint64_t moved = ostep_allocate(book, size);

    if (moved)
        ostep_release(book, payload);
    return moved;
}

const struct book_rules books[] = {
    {"csapp", csapp_open, csapp_allocate, csapp_release, csapp_reallocate},
    {"kr", kr_open, kr_allocate, kr_release, kr_reallocate},
    {"osmem", osmem_open, osmem_allocate, osmem_release, osmem_reallocate},
    {"ostep", ostep_open, ostep_allocate, ostep_release, ostep_reallocate},
};
const size_t book_count = TEST_COUNT(books);

void book_list(const struct book *book, struct pieces *ret_list)
{
    *ret_list = book->list;
    for (size_t i = 0; i < book->blocks.count; i++) {
        if (!book->blocks.items[i].used)
            insert(ret_list, ret_list->count, book->blocks.items[i]);
    }
}
