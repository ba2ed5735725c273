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

void packed_rows_begin(struct packed_rows *rows, unsigned columns)
{
    *rows = (struct packed_rows){.columns = columns};
    rows->fresh = memory_create((size_t)columns * PACKED_ROWS, sizeof rows->fresh[0]);
}

void packed_rows_finish(struct packed_rows *rows)
{
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
    uint64_t *block;

    for (unsigned column = 0; column < rows->columns; column++) {
        heads[column] = choose_head(rows->fresh + (size_t)column * PACKED_ROWS);
        heads[column].at = (uint32_t)at;
        at += words_of(heads[column].width) + heads[column].exceptions;
    }
    if (!reserve_words(rows, at, UINT64_MAX))
        memory_exhausted();
    rows->blocks = memory_reserve(rows->blocks, &rows->block_capacity, rows->count / PACKED_ROWS,
                                  sizeof rows->blocks[0]);
    rows->blocks[rows->count / PACKED_ROWS - 1] = rows->words;
    block = (uint64_t *)rows->shelf.items + rows->words;
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
    const uint64_t *at = (const uint64_t *)rows->shelf.items + rows->blocks[block];

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

uint64_t packed_rows_get(const struct packed_rows *rows, size_t index, unsigned column)
{
    size_t row = index % PACKED_ROWS;
    struct head head;
    const uint64_t *numbers;
    uint64_t value;

    if (is_fresh(rows, index))
        return rows->fresh[(size_t)column * PACKED_ROWS + row];
    numbers = find_column(rows, index / PACKED_ROWS, column, &head);
    if (head.width == 0)
        return head.least;
    value = extract(numbers, head.width, row);
    if (head.exceptions > 0 && value == mask_of(head.width))
        value = find_exception(&head, numbers, row);
    return head.least + value;
}

void packed_rows_read(const struct packed_rows *rows, size_t first, unsigned column,
                      uint64_t *ret_values)
{
    const uint64_t *numbers, *exception;
    struct head head;

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

size_t packed_rows_bytes(const struct packed_rows *rows)
{
    return ((size_t)rows->columns * PACKED_ROWS + rows->words) * sizeof(uint64_t) +
           rows->block_capacity * sizeof rows->blocks[0];
}
