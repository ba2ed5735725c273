/* caches.h: the caches of threads, and what waits in them. */
#ifndef FOREIGN_CACHES_H
#define FOREIGN_CACHES_H

#include "base/progress.h"
#include "foreign/find.h"

/* A block that waits: its payload's address, the number of the cache, and its place there. */
struct found_waiting {
    uint64_t payload;
    uint32_t cache, place;
};

enum { FOUND_HEADER = 0x10000 };

/* A list of which the cache does not tell the truth: how it ends after as many blocks as can be
 * taken of it, and the address at which the link stands that was read last. */
struct found_torn {
    uint32_t cache, place; /* or, in place of a list, FOUND_HEADER: that of the cache's own chunk */
    uint64_t from;
    struct hg_list_end end; /* ended: it has fewer blocks than are counted, or more */
};

struct found_caches {
    const struct glibc_layout *layout; /* NULL where there is not one cache */
    bool know_threads;                 /* which of them has which */
    struct image_thread *items;        /* of each thread, also where it has none */
    size_t count;
    struct found_waiting *waiting; /* in the order of caches and places, head first */
    size_t waiting_count, waiting_capacity;
    struct found_torn *torn; /* in the same order */
    size_t torn_count, torn_capacity;
};

/* Find them; what a cache says may be nonsense. Where it is not known where threads have their
 * variables, only the main thread's is looked for, at the start of the main heap.
 *   main_bytes  the main heap's
 *   cost        O(threads, and blocks that wait) */
struct found_caches find_caches(const struct memory *memory, const struct found *found,
                                const char *main_bytes);

void found_caches_finish(struct found_caches *caches);

#endif
