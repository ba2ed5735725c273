/* malloc.c: the functions of the C library that allocate, over the process's heap.
 *
 * They answer as the manual pages malloc(3) and posix_memalign(3) say. A pointer that did not come
 * from here is a mistake of the program's that cannot be put right: like the C library, we say so
 * and abort. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bits.h"
#include "preload/environment.h"
#include "preload/process.h"

#define EXPORT __attribute__((visibility("default")))
#define DETOUR __attribute__((noinline))

/* End the program if `payload` lies outside the heap. */
static void expect_ours(const char *function, const void *payload)
{
    if (__builtin_expect(region_holds(&process.region, payload), true))
        return;
    environment_say(STDERR_FILENO, "%s of %p, which is no pointer of this heap's", function,
                    payload);
    abort();
}

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

/* ---- Where there is more to do than to use the heap: enter, use it, note it down, leave ---- */

static DETOUR void *malloc_entered(size_t size)
{
    bool locked = process_enter();
    void *payload = process.heap ? hg_malloc(process.heap, size) : no_memory();

    if (payload)
        journal_add(&process.journal, JOURNAL_ALLOCATE, size, payload, NULL);
    process_leave(locked);
    return payload;
}

static DETOUR void *calloc_entered(size_t count, size_t size)
{
    bool locked = process_enter();
    void *payload = process.heap ? hg_calloc(process.heap, count, size) : no_memory();

    if (payload)
        journal_add(&process.journal, JOURNAL_ALLOCATE, count * size, payload, NULL);
    process_leave(locked);
    return payload;
}

static DETOUR void free_entered(void *payload)
{
    int number = errno;
    bool locked;

    if (!payload)
        return;
    expect_ours("free", payload);
    locked = process_enter();
    journal_add(&process.journal, JOURNAL_FREE, 0, NULL, payload);
    hg_free(process.heap, payload);
    process_leave(locked);
    errno = number;
}

static DETOUR void *realloc_entered(void *payload, size_t size)
{
    void *moved;
    bool locked;

    if (!payload)
        return malloc_entered(size);
    if (size == 0) {
        free_entered(payload);
        return NULL;
    }
    expect_ours("realloc", payload);
    locked = process_enter();
    moved = hg_realloc(process.heap, payload, size);
    if (moved)
        journal_add(&process.journal, JOURNAL_REALLOCATE, size, moved, payload);
    process_leave(locked);
    return moved;
}

/* ---- What programs call most: with no more than the heap's own work, if that is all ---- */

EXPORT void *malloc(size_t size)
{
    struct hg_heap *heap = process_heap_alone();

    return heap ? hg_malloc(heap, size) : malloc_entered(size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    struct hg_heap *heap = process_heap_alone();

    return heap ? hg_calloc(heap, count, size) : calloc_entered(count, size);
}

EXPORT void free(void *payload)
{
    struct hg_heap *heap = process_heap_alone();

    if (heap && region_holds(&process.region, payload))
        hg_free(heap, payload);
    else
        free_entered(payload);
}

EXPORT void *realloc(void *payload, size_t size)
{
    struct hg_heap *heap = process_heap_alone();

    if (heap && region_holds(&process.region, payload) && size > 0)
        return hg_realloc(heap, payload, size);
    return realloc_entered(payload, size);
}

/* ---- The rest ---- */

/* Allocate at a multiple of `alignment`, a power of two. */
static void *allocate(size_t alignment, size_t size)
{
    bool locked = process_enter();
    void *payload = process.heap ? hg_aligned_alloc(process.heap, alignment, size) : no_memory();

    if (payload)
        journal_add(&process.journal, JOURNAL_ALLOCATE, size, payload, NULL);
    process_leave(locked);
    return payload;
}

EXPORT void *reallocarray(void *payload, size_t count, size_t size)
{
    size_t product;

    return __builtin_mul_overflow(count, size, &product) ? no_memory() : realloc(payload, product);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    if (!bits_is_power_of_two(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return allocate(alignment, size);
}

EXPORT void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

EXPORT int posix_memalign(void **ret_payload, size_t alignment, size_t size)
{
    int number = errno;
    void *payload;

    if (!bits_is_power_of_two(alignment) || alignment < sizeof(void *))
        return EINVAL;
    payload = allocate(alignment, size);
    errno = number;
    if (!payload)
        return ENOMEM;
    *ret_payload = payload;
    return 0;
}

EXPORT void *valloc(size_t size)
{
    return allocate((size_t)getpagesize(), size);
}

EXPORT void *pvalloc(size_t size)
{
    size_t page = (size_t)getpagesize();

    return size > HG_SIZE_MAX ? no_memory() : allocate(page, bits_align_up(size, page));
}

EXPORT size_t malloc_usable_size(void *payload)
{
    size_t size;
    bool locked;

    if (!payload)
        return 0;
    expect_ours("malloc_usable_size", payload);
    locked = process_enter();
    size = hg_usable_size(process.heap, payload);
    process_leave(locked);
    return size;
}
