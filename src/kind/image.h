/* image.h: a heap of the C library's as it was found in another process or in a core file: what the
 * kind `foreign` reads.
 *
 * It is a file: this header, and from KIND_IMAGE_BYTES_AT on the heap's bytes. Links in them are
 * addresses of the process that they come from. Which file it is says the environment, so that
 * every heap process that is started reads the same one; where it names none there is no such kind
 * of heap. */
#ifndef KIND_IMAGE_H
#define KIND_IMAGE_H

#include <stdint.h>

#define KIND_IMAGE "HEAPGLASS_IMAGE" /* the variable: a path */
#define KIND_IMAGE_POLICY "looked-at"
#define KIND_IMAGE_MAGIC UINT64_C(0x31474d4947485048)

enum {
    KIND_IMAGE_NAME_MAX = 64,
    KIND_IMAGE_ARENA_MAX = 2304,
    KIND_IMAGE_CACHE_MAX = 768,
    KIND_IMAGE_BYTES_AT = 4096,
};

struct kind_image {
    uint64_t magic;
    uint64_t address, size; /* of the heap, in bytes; the former is a page's */
    uint64_t own;           /* where its first block begins that is the program's: an offset */
    uint64_t arena_address;
    int64_t process; /* whose it is; KIND_PROCESS_NONE where there is none any more */
    uint32_t layout; /* 1 + glibc_layout_at's number; 0: nothing is known but chunks */
    uint32_t unused;
    char name[KIND_IMAGE_NAME_MAX];            /* what was looked at: "sort 1234" */
    unsigned char arena[KIND_IMAGE_ARENA_MAX]; /* with the layout: the main arena, */
    unsigned char cache[KIND_IMAGE_CACHE_MAX]; /* and the main thread's cache; 0 for none */
};

_Static_assert(sizeof(struct kind_image) <= KIND_IMAGE_BYTES_AT, "the header has a page");

#endif
