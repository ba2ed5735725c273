/* later.c: a hand-in as later labs begin it: mm_init answers a bool, payloads are multiples of 16,
 * functions are called malloc and free but under DRIVER, and what debugs makes no code. Free blocks
 * are on lists by their size, and alone have footers.
 *
 *      | size, used, before used | payload ... |      | size | next | previous | ... | size | */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "memlib.h"
#include "mm.h"

#ifdef DRIVER
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#define calloc mm_calloc
#define memset mem_memset
#define memcpy mem_memcpy
#endif

#ifdef DEBUG
#define dbg_printf(...) printf(__VA_ARGS__)
#define dbg_requires(condition) assert(condition)
#else
#define dbg_printf(...) (sizeof(__VA_ARGS__), -1)
#define dbg_requires(condition) (sizeof(condition), 1)
#endif

typedef uint64_t word;

/* Some compilers take no array of `lists`. */
#ifndef LISTS
#define LISTS 8
#endif
static const size_t lists = 8, word_size = sizeof(word), unit = 16, least = 32, chunk = 4096;
static const word used_bit = 1, before_bit = 2;

typedef struct block {
    word header;
    union {
        struct {
            struct block *next, *previous;
        };
        char payload[0];
    };
} block;

static block *heads[LISTS];
static block *start;

bool mm_checkheap(int line);

static size_t size_of(const block *one)
{
    return one->header & ~(unit - 1);
}

static bool is_used(const block *one)
{
    return one->header & used_bit;
}

static block *behind(block *one)
{
    return (block *)(void *)((char *)one + size_of(one));
}

static block *before(block *one)
{
    dbg_requires(!(one->header & before_bit));
    return (block *)(void *)((char *)one - ((word *)one)[-1]);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static block **list_of(size_t size)
{
    size_t list = 0;

    for (size_t most = least; list + 1 < lists && size > most; most *= 2)
        list++;
    return &heads[list];
}

static void write_block(block *one, size_t size, bool used)
{
    dbg_requires(one != NULL && size >= least);
    one->header = size | (one->header & before_bit) | (used ? used_bit : 0);
    if (used) {
        behind(one)->header |= before_bit;
    } else {
        ((word *)behind(one))[-1] = size;
        behind(one)->header &= ~before_bit;
    }
}

static void push(block *one)
{
    block **head = list_of(size_of(one));

    one->previous = NULL;
    one->next = *head;
    if (*head)
        (*head)->previous = one;
    *head = one;
}

static void pull(block *one)
{
    if (one->previous)
        one->previous->next = one->next;
    else
        *list_of(size_of(one)) = one->next;
    if (one->next)
        one->next->previous = one->previous;
}

static block *merge(block *one)
{
    size_t size = size_of(one);

    if (!is_used(behind(one))) {
        pull(behind(one));
        size += size_of(behind(one));
    }
    if (!(one->header & before_bit)) {
        one = before(one);
        pull(one);
        size += size_of(one);
    }
    write_block(one, size, false);
    push(one);
    return one;
}

static block *extend(size_t size)
{
    char *end = mem_sbrk((intptr_t)size);
    block *one = (block *)(void *)(end - word_size);

    if (end == (void *)-1)
        return NULL;
    ((block *)(void *)(end - word_size + size))->header = used_bit;
    write_block(one, size, false);
    return merge(one);
}

bool mm_init(void)
{
    word *words = mem_sbrk((intptr_t)(2 * word_size));

    if (words == (void *)-1)
        return false;
    words[1] = used_bit | before_bit;
    start = (block *)(void *)&words[1];
    memset(heads, 0, sizeof heads);
    return extend(chunk);
}

static block *find(size_t size)
{
    for (block **list = list_of(size); list < heads + lists; list++) {
        for (block *one = *list; one; one = one->next) {
            if (size_of(one) >= size)
                return one;
        }
    }
    return extend(larger(size, chunk));
}

void *malloc(size_t bytes)
{
    size_t size = larger((bytes + word_size + unit - 1) & ~(unit - 1), least), rest;
    block *one = bytes > 0 ? find(size) : NULL;

    dbg_requires(mm_checkheap(__LINE__));
    if (!one)
        return NULL;
    pull(one);
    rest = size_of(one) - size;
    write_block(one, rest < least ? size_of(one) : size, true);
    if (rest >= least) {
        write_block(behind(one), rest, false);
        push(behind(one));
    }
    dbg_printf("%zu bytes at %p\n", bytes, (void *)one->payload);
    return one->payload;
}

void free(void *payload)
{
    block *one = (block *)(void *)((char *)payload - offsetof(block, payload));

    if (!payload)
        return;
    write_block(one, size_of(one), false);
    merge(one);
}

void *realloc(void *payload, size_t bytes)
{
    const block *one = (block *)(void *)((char *)payload - offsetof(block, payload));
    void *moved = bytes > 0 ? malloc(bytes) : NULL;

    if (payload && moved) {
        size_t held = size_of(one) - word_size;

        memcpy(moved, payload, held < bytes ? held : bytes);
    }
    if (moved || bytes == 0)
        free(payload);
    return moved;
}

void *calloc(size_t count, size_t bytes)
{
    void *payload = malloc(count * bytes);

    return payload ? memset(payload, 0, count * bytes) : NULL;
}

static bool is_aligned(const void *payload)
{
    return (uintptr_t)payload % unit == 0;
}

bool mm_checkheap(int line)
{
    for (block *one = start; size_of(one) > 0; one = behind(one)) {
        if (!is_aligned(one->payload)) {
            printf("%p at line %d\n", (void *)one, line);
            return false;
        }
    }
    return true;
}
