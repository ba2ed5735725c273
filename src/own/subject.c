/* subject.c: see subject.h. */
#include "own/subject.h"

#include <string.h>

#include "kind/diverted.h"
#include "kind/kind.h"
#include "kind/memlib.h"
#include "kind/own.h"
#include "trace/trace.h"

/* A heap that is not of memlib's is what was taken from the break and mapped apart, or an array. */
static struct extent extent_of(void *heap)
{
    bool is_bounded = memlib_is_used();
    uint64_t bound = mem_heapsize(),
             size = is_bounded || !heap ? bound : kind_own.extent(heap) + diverted_size();
    size_t array_size;
    const char *array = heap ? own_array(heap, &array_size) : NULL;

    if (array)
        return (struct extent){
            .low = (uint64_t)(uintptr_t)array, .bound = array_size, .size = array_size};
    return (struct extent){.low = (uint64_t)(uintptr_t)mem_heap_lo(),
                           .bound = bound,
                           .size = size,
                           .is_empty = is_bounded && bound == 0};
}

/* The payload that a question is answered with; NULL for one that only gives back. */
static void *carry_out(void *heap, const struct question *question)
{
    void *payload = (void *)(uintptr_t)question->payload;

    switch (question->kind) {
    case TRACE_ALLOCATE: return kind_own.allocate(heap, question->size);
    case TRACE_REALLOCATE: return kind_own.resize(heap, payload, question->size);
    default: kind_own.release(heap, payload); return NULL;
    }
}

static void answer(void *heap, const struct question *questions, size_t count,
                   struct answer *ret_answers)
{
    for (size_t i = 0; i < count; i++) {
        ret_answers[i].payload = (uint64_t)(uintptr_t)carry_out(heap, &questions[i]);
        ret_answers[i].heap = extent_of(heap);
    }
}

static void fill(void *heap, struct span *spans, size_t count)
{
    (void)heap;
    for (size_t i = 0; i < count; i++)
        memset(spans[i].start, spans[i].byte, spans[i].size);
}

/* How many bytes are `byte` before one is not. */
static uint64_t count_same(const char *bytes, char byte, uint64_t size)
{
    uint64_t count = 0;

    if (size > 0 && bytes[0] == byte && memcmp(bytes, bytes + 1, size - 1) == 0)
        return size;
    while (count < size && bytes[count] == byte)
        count++;
    return count;
}

bool span_match(struct span *span, const char *bytes, uint64_t size)
{
    uint64_t same = count_same(bytes, (char)span->byte, size);

    span->same += same;
    if (same < size)
        span->other = (unsigned char)bytes[same];
    return same == size;
}

static void match(void *heap, struct span *spans, size_t count)
{
    (void)heap;
    for (size_t i = 0; i < count; i++)
        span_match(&spans[i], spans[i].start, spans[i].size);
}

struct subject subject_here(void *heap)
{
    return (struct subject){
        .context = heap,
        .at_once = 1, /* what goes wrong is to be told of its step */
        .can_resize = heap && own_calls(heap).resize,
        .is_handed = heap && own_is_handed(heap),
        .heap = extent_of(heap),
        .answer = answer,
        .fill = fill,
        .match = match,
    };
}
