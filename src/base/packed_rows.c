/* packed_rows.c: see packed_rows.h. */
#include "base/packed_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"

enum {
    WORD_BITS = 64,
    HEAD_WORDS = 2,
    ROW_BITS = 9,                      /* of an exception; the rest is what it is */
    WIDTH_MOST = WORD_BITS - ROW_BITS, /* where there are exceptions */
};

_Static_assert(1 << ROW_BITS == PACKED_ROWS, "an exception has room for its row");

/* Where in a block the numbers of a column are: from a word on, with so many bits each; and how
 * many of them are exceptions. */
struct head {
    uint64_t least;
    uint32_t at;
    uint16_t width, exceptions;
};

_Static_assert(sizeof(struct head) == HEAD_WORDS * sizeof(uint64_t), "a head is two words");

/* The words of numbers that have so many bits each. */
static size_t words_of(unsigned width)
{
    return (size_t)width * PACKED_ROWS / WORD_BITS;
}

static uint64_t mask_of(unsigned width)
{
    return width < WORD_BITS ? ((uint64_t)1 << width) - 1 : UINT64_MAX;
}

/* NULL does nothing. */
static void elders_destroy(struct packed_elders *elders)
{
    if (!elders)
        return;
    packed_rows_finish(&elders->rows);
    free(elders->indices);
    free(elders);
}

void packed_rows_begin(struct packed_rows *rows, unsigned columns)
{
    *rows = (struct packed_rows){.columns = columns};
    rows->fresh = memory_create((size_t)columns * PACKED_ROWS, sizeof rows->fresh[0]);
}

void packed_rows_finish(struct packed_rows *rows)
{
    elders_destroy(rows->elders);
    shelf_finish(&rows->shelf);
    free(rows->fresh);
    free(rows->blocks);
    *rows = (struct packed_rows){0};
}

/* ---- Adding ---- */

static bool reserve_words(struct packed_rows *rows, size_t more, uint64_t memory_most)
{
    return shelf_reserve(&rows->shelf, rows->words + more, sizeof(uint64_t), memory_most);
}

bool packed_rows_reserve(struct packed_rows *rows, size_t more, uint64_t memory_most)
{
    size_t blocks = more / PACKED_ROWS + 1;

    return reserve_words(rows, blocks * rows->columns * (HEAD_WORDS + words_of(WORD_BITS)),
                         memory_most);
}

/* The word of this number, of those that are there. */
static uint64_t *word_at(const struct packed_rows *rows, size_t number)
{
    return (uint64_t *)rows->shelf.items + (number - rows->shelf.gone);
}

static unsigned bits_of(uint64_t value)
{
    return value ? bits_floor_log2(value) + 1 : 0;
}

/* How the numbers of a column take the least room. */
static struct head choose_head(const uint64_t *values)
{
    size_t needing[WORD_BITS + 1] = {0}; /* so many bits, and not to have all of them set */
    uint64_t least = UINT64_MAX, most = 0;
    size_t exceptions = 0, best;
    struct head head;

    for (size_t i = 0; i < PACKED_ROWS; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    head = (struct head){.least = least, .width = (uint16_t)bits_of(most - least)};
    if (head.width == 0 || head.width > WIDTH_MOST)
        return head;
    for (size_t i = 0; i < PACKED_ROWS; i++)
        needing[bits_of(values[i] - least + 1)]++;
    best = words_of(head.width);
    for (unsigned width = head.width; width > 0; width--) {
        exceptions += needing[width + 1];
        if (words_of(width) + exceptions < best) {
            best = words_of(width) + exceptions;
            head.width = (uint16_t)width;
            head.exceptions = (uint16_t)exceptions;
        }
    }
    return head;
}

/* Write a column's numbers at `to`, which is zero. */
static void write_column(const struct head *head, const uint64_t *values, uint64_t *to)
{
    const uint64_t mask = mask_of(head->width);
    uint64_t *exception = to + words_of(head->width);
    size_t bit = 0;

    for (size_t i = 0; head->width > 0 && i < PACKED_ROWS; i++, bit += head->width) {
        uint64_t value = values[i] - head->least;
        unsigned shift = bit % WORD_BITS;

        if (head->exceptions > 0 && value >= mask) {
            *exception++ = value << ROW_BITS | i;
            value = mask;
        }
        to[bit / WORD_BITS] |= value << shift;
        if (shift > 0 && shift + head->width > WORD_BITS)
            to[bit / WORD_BITS + 1] |= value >> (WORD_BITS - shift);
    }
}

/* Make a block of those that were gathered. */
static void pack(struct packed_rows *rows)
{
    struct head heads[PACKED_COLUMNS_MOST] = {0};
    size_t at = (size_t)rows->columns * HEAD_WORDS;
    size_t there = rows->count / PACKED_ROWS - rows->gone; /* blocks, with this one */
    uint64_t *block;

    for (unsigned column = 0; column < rows->columns; column++) {
        heads[column] = choose_head(rows->fresh + (size_t)column * PACKED_ROWS);
        heads[column].at = (uint32_t)at;
        at += words_of(heads[column].width) + heads[column].exceptions;
    }
    if (!reserve_words(rows, at, UINT64_MAX))
        memory_exhausted();
    rows->blocks =
        memory_reserve(rows->blocks, &rows->block_capacity, there, sizeof rows->blocks[0]);
    rows->blocks[there - 1] = rows->words;
    block = word_at(rows, rows->words);
    memset(block, 0, at * sizeof block[0]);
    memory_copy(block, heads, rows->columns * sizeof heads[0]);
    for (unsigned column = 0; column < rows->columns; column++)
        write_column(&heads[column], rows->fresh + (size_t)column * PACKED_ROWS,
                     block + heads[column].at);
    rows->words += at;
}

void packed_rows_add(struct packed_rows *rows, const uint64_t *values)
{
    size_t row = rows->count++ % PACKED_ROWS;

    for (unsigned column = 0; column < rows->columns; column++)
        rows->fresh[(size_t)column * PACKED_ROWS + row] = values[column];
    if (row + 1 == PACKED_ROWS)
        pack(rows);
}

/* ---- Asking ---- */

/* What a row's number is, of which all bits are set. */
static uint64_t find_exception(const struct head *head, const uint64_t *numbers, size_t row)
{
    const uint64_t *exception = numbers + words_of(head->width);

    for (unsigned i = 0; i < head->exceptions; i++) {
        if (exception[i] % PACKED_ROWS == row)
            return exception[i] >> ROW_BITS;
    }
    return mask_of(head->width);
}

/* The numbers of a column of a block, and how they are written. */
static const uint64_t *find_column(const struct packed_rows *rows, size_t block, unsigned column,
                                   struct head *ret_head)
{
    const uint64_t *at = word_at(rows, rows->blocks[block - rows->gone]);

    memcpy(ret_head, at + (size_t)column * HEAD_WORDS, sizeof *ret_head);
    return at + ret_head->at;
}

static inline uint64_t extract(const uint64_t *numbers, unsigned width, size_t row)
{
    size_t bit = row * width;
    unsigned shift = bit % WORD_BITS;
    uint64_t value = numbers[bit / WORD_BITS] >> shift;

    if (shift > 0 && shift + width > WORD_BITS)
        value |= numbers[bit / WORD_BITS + 1] << (WORD_BITS - shift);
    return value & mask_of(width);
}

/* Whether a row is in no block yet. */
static bool is_fresh(const struct packed_rows *rows, size_t index)
{
    return index / PACKED_ROWS == rows->count / PACKED_ROWS;
}

/* The number of a row of a block, from what find_column found. */
static inline uint64_t number_in(const struct head *head, const uint64_t *numbers, size_t row)
{
    uint64_t value;

    if (head->width == 0)
        return head->least;
    value = extract(numbers, head->width, row);
    if (head->exceptions > 0 && value == mask_of(head->width))
        value = find_exception(head, numbers, row);
    return head->least + value;
}

/* Of a row that was let go. */
static uint64_t get_elder(const struct packed_rows *rows, size_t index, unsigned column)
{
    const struct packed_elders *elders = rows->elders;
    size_t low = 0, high = elders ? elders->rows.count : 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (elders->indices[middle] == index)
            return packed_rows_get(&elders->rows, middle, column);
        if (elders->indices[middle] < index)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

uint64_t packed_rows_get(const struct packed_rows *rows, size_t index, unsigned column)
{
    size_t row = index % PACKED_ROWS;
    struct head head;
    const uint64_t *numbers;

    if (index / PACKED_ROWS < rows->gone)
        return get_elder(rows, index, column);
    if (is_fresh(rows, index))
        return rows->fresh[(size_t)column * PACKED_ROWS + row];
    numbers = find_column(rows, index / PACKED_ROWS, column, &head);
    return number_in(&head, numbers, row);
}

void packed_rows_read(const struct packed_rows *rows, size_t first, unsigned column,
                      uint64_t *ret_values)
{
    const uint64_t *numbers, *exception;
    struct head head;

    if (first / PACKED_ROWS < rows->gone) {
        memset(ret_values, 0, PACKED_ROWS * sizeof ret_values[0]);
        return;
    }
    if (is_fresh(rows, first)) {
        memory_copy(ret_values, rows->fresh + (size_t)column * PACKED_ROWS,
                    rows->count % PACKED_ROWS * sizeof ret_values[0]);
        return;
    }
    numbers = find_column(rows, first / PACKED_ROWS, column, &head);
    for (size_t i = 0; i < PACKED_ROWS; i++)
        ret_values[i] = head.least + (head.width > 0 ? extract(numbers, head.width, i) : 0);
    exception = numbers + words_of(head.width);
    for (unsigned i = 0; i < head.exceptions; i++)
        ret_values[exception[i] % PACKED_ROWS] = head.least + (exception[i] >> ROW_BITS);
}

/* ---- Copying ---- */

/* Append a row of another table. */
static void add_of(struct packed_rows *rows, const struct packed_rows *from, size_t index)
{
    uint64_t values[PACKED_COLUMNS_MOST] = {0};

    for (unsigned column = 0; column < from->columns; column++)
        values[column] = packed_rows_get(from, index, column);
    packed_rows_add(rows, values);
}

struct packed_rows packed_rows_copy(const struct packed_rows *rows, size_t count,
                                    uint64_t memory_most)
{
    size_t blocks = count / PACKED_ROWS;
    struct packed_rows copy;

    packed_rows_begin(&copy, rows->columns);
    copy.count = blocks * PACKED_ROWS;
    copy.words = blocks < rows->count / PACKED_ROWS ? rows->blocks[blocks] : rows->words;
    if (!shelf_reserve(&copy.shelf, copy.words, sizeof(uint64_t), memory_most))
        memory_exhausted();
    memory_copy(copy.shelf.items, rows->shelf.items, copy.words * sizeof(uint64_t));
    copy.blocks = memory_reserve(NULL, &copy.block_capacity, blocks + 1, sizeof copy.blocks[0]);
    memory_copy(copy.blocks, rows->blocks, blocks * sizeof copy.blocks[0]);
    while (copy.count < count)
        add_of(&copy, rows, copy.count);
    return copy;
}

/* ---- Letting go ---- */

/* Append rows of one block, column by column: finding a column takes longer than reading from it.
 */
static void add_of_block(struct packed_rows *to, const struct packed_rows *from,
                         const size_t *indices, size_t count)
{
    uint64_t values[PACKED_ROWS][PACKED_COLUMNS_MOST];

    for (unsigned column = 0; column < from->columns; column++) {
        struct head head;
        const uint64_t *numbers = find_column(from, indices[0] / PACKED_ROWS, column, &head);

        for (size_t i = 0; i < count; i++)
            values[i][column] = number_in(&head, numbers, indices[i] % PACKED_ROWS);
    }
    for (size_t i = 0; i < count; i++)
        packed_rows_add(to, values[i]);
}

/* How many of the rising indices from the first on are of rows of one block. */
static size_t count_in_block(const size_t *indices, size_t count)
{
    size_t in = 1;

    while (in < count && indices[in] / PACKED_ROWS == indices[0] / PACKED_ROWS)
        in++;
    return in;
}

/* Append those of the rows at rising indices that are there. */
static void add_rows(struct packed_rows *to, const struct packed_rows *from, const size_t *indices,
                     size_t count, const struct progress *progress)
{
    for (size_t i = 0, in; i < count; i += in) {
        in = count_in_block(indices + i, count - i);
        if (is_fresh(from, indices[i])) {
            for (size_t row = 0; row < in; row++)
                add_of(to, from, indices[i + row]);
        } else {
            add_of_block(to, from, indices + i, in);
        }
        progress_tick(progress, i, count);
    }
}

/* Append rows of which some were let go, and are among the elders, or are none. */
static void add_elders(struct packed_rows *to, const struct packed_elders *elders,
                       const size_t *indices, size_t count, const struct progress *progress)
{
    size_t most = elders ? elders->rows.count : 0, at = 0, found = 0;
    size_t *places = memory_create(count + 1, sizeof places[0]);
    const uint64_t none[PACKED_COLUMNS_MOST] = {0};

    for (size_t i = 0; i < count; i++) {
        while (at < most && elders->indices[at] < indices[i])
            at++;
        if (at < most && elders->indices[at] == indices[i]) {
            places[found++] = at;
            continue;
        }
        if (found > 0)
            add_rows(to, &elders->rows, places, found, progress);
        found = 0;
        packed_rows_add(to, none);
    }
    if (found > 0)
        add_rows(to, &elders->rows, places, found, progress);
    free(places);
}

/* How many of rising indices are in front of one. */
static size_t count_before(const size_t *indices, size_t count, size_t first)
{
    size_t before = 0;

    while (before < count && indices[before] < first)
        before++;
    return before;
}

/* Those of the rows at `count` rising indices that lie in front of one. */
static struct packed_elders *keep_elders(const struct packed_rows *rows, size_t first,
                                         const size_t *indices, size_t count,
                                         const struct progress *progress)
{
    struct packed_elders *elders = memory_create(1, sizeof *elders);
    size_t kept = count_before(indices, count, first),
           old = count_before(indices, kept, rows->gone * PACKED_ROWS);

    elders->indices = memory_create(kept + 1, sizeof elders->indices[0]);
    memory_copy(elders->indices, indices, kept * sizeof indices[0]);
    packed_rows_begin(&elders->rows, rows->columns);
    add_elders(&elders->rows, rows->elders, indices, old, progress);
    add_rows(&elders->rows, rows, indices + old, kept - old, progress);
    return elders;
}

void packed_rows_let_go(struct packed_rows *rows, size_t first, const size_t *indices, size_t count,
                        const struct progress *progress)
{
    size_t gone = first / PACKED_ROWS, there = rows->count / PACKED_ROWS;
    struct packed_elders *elders;

    if (gone <= rows->gone || gone > there)
        return;
    elders = keep_elders(rows, gone * PACKED_ROWS, indices, count, progress);
    elders_destroy(rows->elders);
    rows->elders = elders;
    shelf_let_go(&rows->shelf, gone < there ? rows->blocks[gone - rows->gone] : rows->words,
                 rows->words, sizeof(uint64_t));
    memmove(rows->blocks, rows->blocks + (gone - rows->gone),
            (there - gone) * sizeof rows->blocks[0]);
    rows->gone = gone;
}

size_t packed_rows_bytes(const struct packed_rows *rows)
{
    const struct packed_elders *elders = rows->elders;
    size_t words = (size_t)rows->columns * PACKED_ROWS + rows->words - rows->shelf.gone;
    size_t bytes = words * sizeof(uint64_t) + rows->block_capacity * sizeof rows->blocks[0];

    return elders ? bytes + packed_rows_bytes(&elders->rows) +
                        elders->rows.count * sizeof elders->indices[0]
                  : bytes;
}
