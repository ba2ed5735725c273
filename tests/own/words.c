/* words.c: a hand-in that was written for 32 bits: two pointers of a free block lie in words side
 * by side. With TOUCH it writes to memory that is not there, with TELLS it prints by way of a
 * va_list, and why it got no memory, and with SORTS it needs more than most do.
 *
 *      | pad | size and used | payload ... | size and used | payload ... |
 *        WSIZE                 of a free one: next, previous */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#define WSIZE 4
#define SIZE(payload) (*(unsigned int *)((char *)(payload)-WSIZE))
#define NEXT(payload) (*(void **)(payload))
#define PREVIOUS(payload) (*(void **)((char *)(payload) + WSIZE))

static size_t counts[2];
static size_t *const freed = &counts[1]; /* which the loader has to fill in */
static void *head;

int mm_init(void)
{
    head = NULL;
    *freed = 0;
    return mem_sbrk(WSIZE) == (void *)-1 ? -1 : 0;
}

static void leave(void *payload)
{
    if (NEXT(payload))
        PREVIOUS(NEXT(payload)) = PREVIOUS(payload);
    if (PREVIOUS(payload))
        NEXT(PREVIOUS(payload)) = NEXT(payload);
    else
        head = NEXT(payload);
    SIZE(payload) |= 1;
    --*freed;
}

void *mm_malloc(size_t size)
{
    size_t whole = (WSIZE + (size > 8 ? size : 8) + 7) & ~7ul;
    char *block;

    for (char *payload = head; payload; payload = NEXT(payload)) {
        if (SIZE(payload) < whole)
            continue;
        leave(payload);
        return payload;
    }
#ifdef TOUCH
    if (size == TOUCH)
        *(char *)(size_t)size = 1;
#endif
    block = mem_sbrk((int)whole);
    if (block == (void *)-1)
        return NULL;
    *(unsigned int *)block = whole | 1;
    return block + WSIZE;
}

void mm_free(void *payload)
{
    SIZE(payload) &= ~1u;
    NEXT(payload) = head;
    PREVIOUS(payload) = NULL;
    if (head)
        PREVIOUS(head) = payload;
    head = payload;
    ++*freed;
}

void *mm_realloc(void *payload, size_t size)
{
    size_t old = payload ? (SIZE(payload) & ~1u) - WSIZE : 0;
    void *grown;

    if (size == 0) {
        mm_free(payload);
        return NULL;
    }
    if (size <= old)
        return payload;
    grown = mm_malloc(size);
    if (grown && payload) {
        memcpy(grown, payload, old);
        mm_free(payload);
    }
    return grown;
}

#ifdef TELLS
static bool is_loaded;

__attribute__((constructor)) static void load(void)
{
    is_loaded = true;
}

static void tell(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

__attribute__((noinline)) static void set(int number)
{
    errno = number;
}

static void tell_all(void)
{
    int *known = &errno;

    assert(is_loaded);
    *known = 0;
    if (mem_sbrk(INT_MAX) == (void *)-1)
        tell("%zu %ld %d %d %d %d %ld %.1f %p\n", sizeof(long), labs(-(long)sizeof(int)), 1, 2, 3,
             4, -5l, 2.5, NULL);
    printf("%d\n", *known == ENOMEM);
    set(EDOM);
    perror(errno == EDOM ? "it" : "lost");
}
#endif

int mm_checkheap(int line)
{
    size_t count = 0;

    (void)line;
#ifdef TELLS
    tell_all();
#endif
    for (void *payload = head; payload; payload = NEXT(payload))
        count++;
    assert(count == *freed);
    fprintf(stdout, "%lu free, %zu at most; a pointer has %d bytes, not %lld%s\n", (long)count,
            count, (int)sizeof(void *), (long long)1 << 40, ".");
    return 1;
}

#ifdef SORTS
void sort(void)
{
    qsort(counts, 2, sizeof counts[0], NULL);
}
#endif
