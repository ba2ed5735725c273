/* books.h: the allocators of four textbooks as their rules say, on numbers alone. An independent
 * judge: it shares nothing with the library but the names of the settings.
 *
 * Addresses are offsets in our heap, where a book's heap begins at BOOKS_START. */
#ifndef TESTS_HEAP_BOOKS_H
#define TESTS_HEAP_BOOKS_H

#include "heapglass/heap.h"

enum { BOOKS_START = 256, BOOKS_MAX = 2048 };

struct piece {
    uint64_t at, size;
    bool used;
};

struct pieces {
    struct piece items[BOOKS_MAX];
    size_t count;
};

struct book {
    struct hg_config config;
    uint64_t end;         /* the break */
    uint64_t rover;       /* csapp: a block; kr: a piece that is free, 0 for the base */
    struct pieces blocks; /* csapp, osmem: all blocks by address; else what is used, in any order */
    struct pieces list;   /* kr: what is free, by address; ostep: in the order of the list */
};

/* The rules of one textbook. Payloads are offsets, 0 for NULL. */
struct book_rules {
    const char *policy;
    void (*open)(struct book *book);
    uint64_t (*allocate)(struct book *book, uint64_t size);
    void (*release)(struct book *book, uint64_t payload);
    uint64_t (*reallocate)(struct book *book, uint64_t payload, uint64_t size);
};

extern const struct book_rules books[];
extern const size_t book_count;

/* The free blocks in the order of the list. */
void book_list(const struct book *book, struct pieces *ret_list);

#endif
