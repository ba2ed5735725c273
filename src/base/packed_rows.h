/* packed_rows.h: a table of numbers that only grows, of which each column takes as few bits as it
 * can. Any number is found at once, however many rows there are.
 *
 * Rows are gathered until there are PACKED_ROWS, which become a block:
 *
 *     head of column 0 │ head of column 1 │ … │ numbers of column 0 │ its exceptions │ …
 *
 * A head is the least number of the column, and a word that says where in the block its numbers
 * are, how many bits each has, and how many exceptions there are. Those few that need more bits
 * than is good for all of them are the exceptions: in their place all bits are set, and behind the
 * numbers there is a word for each, with its row.
 *
 * The first rows can be let go, so that not all of a long table is kept. A few of them may be kept
 * all the same, for themselves. */
#ifndef BASE_PACKED_ROWS_H
#define BASE_PACKED_ROWS_H

#include "base/progress.h"
#include "base/shelf.h"

enum { PACKED_ROWS = 512, PACKED_COLUMNS_MOST = 12 };

/* Those that are all zero have no columns, and are empty. */
struct packed_rows {
    unsigned columns;
    size_t count;       /* of rows */
    uint64_t *fresh;    /* those that are in no block yet, column by column */
    struct shelf shelf; /* words of blocks, */
    size_t words;       /* so many, with those that were let go */
    size_t *blocks;     /* where each begins, from block number `gone` on: */
    size_t block_capacity;
    size_t gone;                  /* so many of the first were let go */
    struct packed_elders *elders; /* of their rows, those that were kept; NULL for none */
};

/* Rows that were kept of those that were let go. */
struct packed_elders {
    size_t *indices; /* they rise */
    struct packed_rows rows;
};

void packed_rows_begin(struct packed_rows *rows, unsigned columns);
void packed_rows_finish(struct packed_rows *rows);

/* Make room for so many more, of which `memory_most` bytes may lie in memory. False where there is
 * none. */
bool packed_rows_reserve(struct packed_rows *rows, size_t more, uint64_t memory_most);

/* Append a row. */
void packed_rows_add(struct packed_rows *rows, const uint64_t *values);

/* A copy of the first `count` rows, none of which were let go, of which `memory_most` bytes may lie
 * in memory.
 *   cost  that of copying its bytes */
struct packed_rows packed_rows_copy(const struct packed_rows *rows, size_t count,
                                    uint64_t memory_most);

/* Let the rows in front of one go, as far as they are whole blocks, but for those at `count` rising
 * indices. Those that were let go before, and are not among these, are not kept any longer.
 *   progress  cannot stop it
 *   cost      O(rows that are kept) */
void packed_rows_let_go(struct packed_rows *rows, size_t first, const size_t *indices, size_t count,
                        const struct progress *progress);

/* The number in a column of the row at an index; 0 of one that was let go. */
uint64_t packed_rows_get(const struct packed_rows *rows, size_t index, unsigned column);

/* The numbers in a column of the rows from a multiple of PACKED_ROWS on: as many as there are, at
 * most PACKED_ROWS; 0 of those that were let go. */
void packed_rows_read(const struct packed_rows *rows, size_t first, unsigned column,
                      uint64_t *ret_values);

/* The bytes that all of it takes. */
size_t packed_rows_bytes(const struct packed_rows *rows);

#endif
