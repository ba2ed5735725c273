/* told.c: a hand-in whose functions are told which heap is meant. Payloads lie one after the other,
 * a word before each; what was freed last is handed out first, if it is large enough.
 *
 *      heap -> | bytes | payload ... | bytes | payload ... |
 */
#include <stddef.h>
#include <string.h>

enum { WORD = sizeof(size_t) };

typedef struct {
    char *next, *end, *freed;
} heap_t;

static size_t *size_of(char *payload)
{
    return (size_t *)(void *)payload - 1;
}

void heap_init(heap_t *heap, void *memory, size_t size)
{
    *heap = (heap_t){.next = memory, .end = (char *)memory + size};
}

void *heap_alloc(heap_t *heap, size_t size)
{
    char *payload = heap->freed;

    size = (size + 2 * WORD - 1) / WORD / 2 * 2 * WORD + WORD;
    heap->freed = NULL;
    if (payload && *size_of(payload) >= size)
        return payload;
    if (size + WORD > (size_t)(heap->end - heap->next))
        return NULL;
    payload = heap->next + WORD;
    heap->next = payload + size;
    *size_of(payload) = size;
    return payload;
}

void heap_free(heap_t *heap, void *payload)
{
    heap->freed = payload;
}

void *heap_realloc(heap_t *heap, void *payload, size_t size)
{
    char *other = heap_alloc(heap, size);
    size_t had = payload ? *size_of(payload) : 0;

    return other && payload ? memcpy(other, payload, had < size ? had : size) : other;
}
