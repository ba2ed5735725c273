/* subject.c: see subject.h. */
#include "own/subject.h"

#include <string.h>

#include "kind/kind.h"
#include "kind/memlib.h"
#include "kind/own.h"

static void *allocate(void *heap, size_t size)
{
    return kind_own.allocate(heap, size);
}

static void *resize(void *heap, void *payload, size_t size)
{
    return kind_own.resize(heap, payload, size);
}

static void release(void *heap, void *payload)
{
    kind_own.release(heap, payload);
}

static const char *low(void *heap)
{
    (void)heap;
    return mem_heap_lo();
}

static uint64_t bound(void *heap)
{
    (void)heap;
    return mem_heapsize();
}

/* One that is not of memlib's is what was taken from the break. */
static uint64_t size_of(void *heap)
{
    return mem_heapsize() > 0 ? mem_heapsize() : kind_own.extent(heap);
}

static void fill(void *heap, char *start, unsigned char byte, uint64_t size)
{
    (void)heap;
    memset(start, byte, size);
}

uint64_t subject_count_same(const unsigned char *bytes, unsigned char byte, uint64_t size)
{
    uint64_t count = 0;

    if (size > 0 && bytes[0] == byte && memcmp(bytes, bytes + 1, size - 1) == 0)
        return size;
    while (count < size && bytes[count] == byte)
        count++;
    return count;
}

static uint64_t match(void *heap, const char *start, unsigned char byte, uint64_t size,
                      unsigned char *ret_other)
{
    const unsigned char *bytes = (const unsigned char *)start;
    uint64_t count = subject_count_same(bytes, byte, size);

    (void)heap;
    if (count < size)
        *ret_other = bytes[count];
    return count;
}

struct subject subject_here(void *heap)
{
    return (struct subject){
        .context = heap,
        .allocate = allocate,
        .resize = resize,
        .release = release,
        .can_resize = heap && own_calls(heap).resize,
        .is_handed = heap && own_is_handed(heap),
        .low = low,
        .bound = bound,
        .size = size_of,
        .fill = fill,
        .match = match,
    };
}
