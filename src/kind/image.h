/* image.h: the heaps of the C library's malloc as they were found in another process or in a core
 * file: what the kind `foreign` reads, and what is told of a look.
 *
 * It is a file: this header, the bytes of the heaps, and tables, which say where in it they stand.
 * Links in the bytes are addresses of the process that they come from. Which file it is says the
 * environment, and which of its heaps, so that every heap process that is started reads the same
 * one; where it names none there is no such kind of heap. */
#ifndef KIND_IMAGE_H
#define KIND_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "kind/glibc.h"

#define KIND_IMAGE "HEAPGLASS_IMAGE"           /* the variables: a path, */
#define KIND_IMAGE_HEAP "HEAPGLASS_IMAGE_HEAP" /* and the number of a heap; 0 without it */
#define KIND_IMAGE_POLICY "looked-at"
#define KIND_IMAGE_MAGIC UINT64_C(0x34474d4947485048)

enum {
    KIND_IMAGE_NAME_MAX = 64,
    KIND_IMAGE_ARENA_MAX = 2304,
    KIND_IMAGE_CHUNK_WORDS = 6,
    KIND_IMAGE_PAGE = 4096,                    /* heaps and tables begin at one */
    KIND_IMAGE_LISTS = 2 * GLIBC_CACHE_PLACES, /* of a heap's own cache, and of all others */
};

/* A table: where in the file it begins, and how many rows it has. */
struct image_table {
    uint64_t at, count;
};

/* What malloc goes by: its struct malloc_par; sizes are of bytes. */
struct image_parameters {
    bool are_known;
    bool have_huge; /* since 2.35: thp_pagesize, hp_pagesize, hp_flags */
    uint64_t trim_threshold, top_pad, mmap_threshold, arena_test, arena_max;
    uint64_t thp_pagesize, hp_pagesize;
    uint32_t hp_flags, n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold;
    uint64_t mmapped_mem, max_mmapped_mem, sbrk_base;
    uint64_t tcache_bins, tcache_max_bytes, tcache_count, tcache_unsorted_limit;
};

struct image_arena {
    uint64_t address;
    uint64_t top; /* an address, */
    uint64_t top_size;
    uint64_t remainder; /* an address: of the chunk that was left when a small one was cut off last,
                           which may be in use by now; 0 for none */
    uint64_t system, most_system; /* bytes that it has from the system, and had at most */
    uint64_t threads;             /* as it counts them */
    unsigned char bytes[KIND_IMAGE_ARENA_MAX];
};

/* Pages of a heap, one behind the other, that were in one state: see target/pages.h. */
struct image_pages {
    uint64_t first, count, state;
};

/* A range of memory that an arena takes chunks from: the main one's is on the break, others are
 * mapped. */
struct image_heap {
    uint64_t address, size; /* the former is a page's */
    uint64_t at;            /* where its bytes are in the file */
    uint64_t own;           /* where the first block begins that is the program's: an offset */
    uint32_t arena;         /* a number */
    bool has_cache;
    /* The blocks in it that wait in caches, by their offsets: those of list l are from[l] up to
     * from[l + 1]. */
    struct image_table waiting;
    struct image_table torn;  /* lists of caches that are not as these say: see glibc.h */
    struct image_table pages; /* in the order of addresses, all of them; or none, where not known */
    uint64_t page_size;
    uint64_t huge; /* bytes of huge pages, where the pages do not tell */
    bool has_huge; /* that is so */
    uint32_t from[KIND_IMAGE_LISTS + 1];
};

/* A thread that runs, and its cache. */
struct image_thread {
    int64_t number;
    uint64_t cache;                      /* its address; 0 where there is none */
    uint32_t counts[GLIBC_CACHE_PLACES]; /* blocks that wait there, wherever they lie */
    uint64_t blocks, bytes;              /* in all */
};

/* A block with a mapping of its own: a chunk whose header is marked so. */
struct image_large {
    uint64_t address, size; /* of the chunk, from its word prev_size on */
    uint64_t before;        /* bytes of the mapping before it: what prev_size says, */
    uint64_t behind;        /* and behind it */
};

/* A free block of the main arena that lies in none of its heaps: the words that a chunk can have
 * there, from prev_size on. */
struct image_away {
    uint64_t address;
    uint64_t words[KIND_IMAGE_CHUNK_WORDS];
};

struct kind_image {
    uint64_t magic;
    int64_t process;  /* whose it is; KIND_PROCESS_NONE where there is none any more */
    uint32_t layout;  /* 1 + glibc_layout_at's number; 0: nothing is known but chunks */
    bool goes_on;     /* the main heap, elsewhere: what lies behind it is no longer on the break */
    bool was_stopped; /* by a signal before the look, and stays so */
    int32_t signal;   /* that the first thread of a core was reached by; 0: none */
    bool knows_threads;             /* which cache is whose */
    uint64_t missing;               /* bytes of a core file that are cut off */
    char name[KIND_IMAGE_NAME_MAX]; /* what was looked at: "sort 1234" */
    struct image_parameters parameters;
    struct image_table arenas, heaps, threads, large; /* the main arena and its heap first */
    struct image_table away;                          /* by their addresses */
};

_Static_assert(sizeof(struct kind_image) <= KIND_IMAGE_PAGE, "the header has a page");

/* Map an image to be read, all of it; NULL with errno set if the file is none.
 *   ret_size  for image_unmap */
const struct kind_image *image_map(int file, uint64_t *ret_size);
void image_unmap(const struct kind_image *image, uint64_t size);

/* The rows of its tables. */
const struct image_arena *image_arenas(const struct kind_image *image);
const struct image_heap *image_heaps(const struct kind_image *image);
const struct image_thread *image_threads(const struct kind_image *image);
const struct image_large *image_large(const struct kind_image *image);
const struct image_away *image_away(const struct kind_image *image);
const struct image_pages *image_pages(const struct kind_image *image,
                                      const struct image_heap *heap);

#endif
