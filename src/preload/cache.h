/* cache.h: where a program has threads, each keeps some small blocks for itself, and allocates and
 * frees most of them without the process's lock.
 *
 * A class is a size: each multiple of 8 bytes up to 128, and four to a doubling from there up to
 * 4096, so that at most a fifth of a payload was not asked for. A thread holds a stack of payloads
 * for each class:
 *
 *      | room | held 1 | held 2 | ... | payloads of class 1 | payloads of class 2 | ...
 *
 * For the heap all of these are in use, and so say the two bits of each (marks.h). Its byte says
 * more, and is written only when the heap gives the block or gets it:
 *
 *      0        no cache knows of it: it has its own size, and is freed with the process's lock
 *      class    the program has it, and need not know of more than the class's size; or it waits
 *
 * What waits, with a thread or between them (depot.h), was freed, and whoever frees it is told. Its
 * first word says so: it is cache_word_of its address, which a program has no reason to write.
 *
 * What always holds:
 *  - a thread holds no more than CACHE_BYTES_LEAST bytes, or than its share of a hundredth of the
 *    heap, up to CACHE_BYTES_MOST. What is too much goes to the depot, of each class others'
 *    blocks first and then the oldest, and from there back to the heap, where it is merged; all of
 *    it goes back when the thread ends, or trims;
 *  - who allocated a block does not matter to who frees it: the block waits where it was freed;
 *  - what goes to a depot, or to a heap, goes to that of the arena that it is from (arena.h);
 *  - the byte of whatever is free for the heap is 0. Only the holder of its arena's lock writes it;
 *  - a process that forks keeps the blocks of the thread that did; what others held goes back.
 *
 * A program that writes over that word is told when the block would be handed out, or go back. So
 * it is if two threads free the same payload at the same instant, and both believe that they were
 * first: at the latest when the threads end, and before anybody has it twice. To tell that at once,
 * the word would have to be exchanged under a lock prefix, with which a malloc and a free took 1.4
 * to 1.9 times as long.
 *
 * The word is in the block, as its line is the thread's already. In the byte, which a thread wrote
 * at each malloc and each free, it was among those of some five blocks of other threads, and the
 * processors took the line from each other.
 *
 * What it costs: a malloc and a free some 40 instructions each, none of them locked, and no branch
 * on a size, which programs mix (looked up, a thread did 1.5 times as many pairs of them); a
 * program that never starts a thread has no cache. A lock that is taken by turns costs more than
 * all the work of the heap, so a class is filled and emptied by several at once, and there are few
 * classes: the fewer share the bytes that a thread may hold, the longer until one of them is empty
 * or full. A thread that replaces blocks of up to 2048 bytes at random (bench_threads own 1) took
 * the lock 178 times for 1000 pairs of malloc and free with a class for each 8 bytes up to 512 and
 * none above, 23 times with these, and 19 times since the small ones stay where there is no room;
 * one that hands on all that it allocates (handed 1), 240, 106 and 70 times. What two threads gain
 * by heaps of their own, arena.h says.
 *
 * What a thread may hold counts most. Beside 100 MB, where it is four times as much, two threads do
 * 2.0, 1.8 and 1.3 times as many pairs of these three kinds. */
#ifndef PRELOAD_CACHE_H
#define PRELOAD_CACHE_H

#include "preload/process.h"
#include "preload/wrong.h"

enum {
    CACHE_STEP = 8,
    CACHE_SMALL = 16, /* classes, from 1 up */
    CACHE_SMALL_MOST = CACHE_SMALL * CACHE_STEP,
    CACHE_SMALL_BITS = 7,
    CACHE_PARTS = 4, /* classes in each doubling of the size from there on */
    CACHE_PARTS_BITS = 2,
    CACHE_DOUBLINGS = 5,
    CACHE_CLASSES = CACHE_SMALL + CACHE_DOUBLINGS * CACHE_PARTS,
    CACHE_SIZE_MOST = CACHE_SMALL_MOST << CACHE_DOUBLINGS,
    CACHE_HEAP_PART = 100,
    CACHE_BYTES_LEAST = 64 * 1024,    /* that a thread may hold, of all, */
    CACHE_BYTES_MOST = 256 * 1024,    /* if the heap is large; */
    CACHE_CLASS_PART = 8,             /* of a class, this part of them, */
    CACHE_HELD_PART = 512,            /* and a payload for so many, */
    CACHE_HELD_MOST = UINT8_MAX,      /* up to this */
    DEPOT_HELD_MOST = 128,            /* what lies in the depot of a class, */
    DEPOT_BYTES_A_THREAD = 64 * 1024, /* and of all, for each cache */
};

_Static_assert(CACHE_SMALL_MOST == 1 << CACHE_SMALL_BITS, "the first doubling starts there");
_Static_assert(CACHE_PARTS == 1 << CACHE_PARTS_BITS, "a doubling is cut by bits");
_Static_assert(CACHE_CLASSES <= UINT8_MAX, "a byte tells them apart");

/* What it holds of a class. */
struct cache_stack {
    uint16_t size;  /* bytes of each payload */
    uint16_t first; /* the place of the first */
    uint8_t held;
    uint8_t most; /* that it may hold */
    uint8_t fill; /* how many are fetched next */
};

struct cache {
    uint32_t room;      /* bytes that it may still take */
    uint32_t most;      /* that it may hold */
    struct cache *next; /* of all that there are, in use or not */
    bool is_used;       /* by a thread */
    struct arena *arena;
    struct cache_stack stacks[CACHE_CLASSES + 1];
    void *payloads[CACHE_CLASSES * CACHE_HELD_MOST]; /* of one class after the other */
};

/* This thread's, or one that holds nothing and takes nothing. */
extern __thread struct cache *cache_mine __attribute__((tls_model("initial-exec")));

/* The class of each size, by steps of it; 0 as long as there are no caches. Looked up, like what
 * there is to know of a class: programs mix sizes, so that no branch on one is foreseen. */
extern uint8_t cache_classes[CACHE_SIZE_MOST / CACHE_STEP + 1];

/* The class for payloads of `size` bytes, up to CACHE_SIZE_MOST; 0 bytes are as one. */
static inline unsigned cache_class(size_t size)
{
    return cache_classes[(size + CACHE_STEP - 1) / CACHE_STEP];
}

/* The bytes of each payload of `class`. */
static inline unsigned cache_size(unsigned class)
{
    unsigned number = class - CACHE_SMALL - 1;

    if (class <= CACHE_SMALL)
        return class * CACHE_STEP;
    return (CACHE_PARTS + number % CACHE_PARTS + 1)
           << (number / CACHE_PARTS + CACHE_SMALL_BITS - CACHE_PARTS_BITS);
}

/* The class of `payload`, which is live, or waits; 0 if no cache handed it out. */
static inline unsigned cache_class_of(const void *payload)
{
    return marks_byte(&process.region.marks, payload);
}

/* What the first word of `payload` says while it waits; nobody can guess it. */
extern uintptr_t cache_secret;

static inline uintptr_t cache_word_of(const void *payload)
{
    return cache_secret ^ (uintptr_t)payload;
}

/* Whether `payload`, which is of a class, waits. */
static inline bool cache_waits(const void *payload)
{
    return *(const uintptr_t *)payload == cache_word_of(payload);
}

/* Whether a program holds `payload`, as far as can be told without the lock. */
static inline bool cache_is_live(const void *payload)
{
    return marks_hold(&process.region.marks, payload) &&
           !(cache_class_of(payload) > 0 && cache_waits(payload));
}

/* A payload of `size` bytes that this thread holds; NULL if it holds none. */
static inline void *cache_take(size_t size)
{
    struct cache *cache = cache_mine;
    struct cache_stack *stack;
    unsigned held;
    void *payload;

    if (size > CACHE_SIZE_MOST)
        return NULL;
    stack = &cache->stacks[cache_class(size)];
    if (stack->held == 0)
        return NULL;
    held = stack->held - 1u;
    payload = cache->payloads[stack->first + held];
    stack->held = (uint8_t)held;
    __atomic_signal_fence(__ATOMIC_RELEASE); /* another thread may fork in between */
    cache->room += stack->size;
    if (__builtin_expect(!cache_waits(payload), false))
        wrong_waiting(payload);
    *(uintptr_t *)payload = 0;
    return payload;
}

/* Let this thread hold `payload`, whatever that is. False, and nothing changed, if it is none that
 * a cache handed out and the program has, or there is no room. */
static inline bool cache_put(void *payload)
{
    struct cache *cache = cache_mine;
    struct cache_stack *stack;
    unsigned class, held;

    if (!marks_reach(&process.region.marks, payload))
        return false;
    class = cache_class_of(payload);
    if (class == 0 || cache_waits(payload))
        return false;
    stack = &cache->stacks[class];
    held = stack->held;
    if (held >= stack->most || cache->room < stack->size)
        return false;
    *(uintptr_t *)payload = cache_word_of(payload);
    cache->payloads[stack->first + held] = payload;
    __atomic_signal_fence(__ATOMIC_RELEASE); /* as above */
    stack->held = (uint8_t)(held + 1);
    cache->room -= stack->size;
    return true;
}

/* ---- cache.c ---- */

/* The heap may be shared by caches from now on. */
void cache_allow(void);

/* What cache_take answers once this thread's cache, which is made if need be, was filled from the
 * heap. NULL if there are no caches, or the heap has nothing for it. Without a lock. */
void *cache_take_filled(size_t size);

/* Let this thread hold `payload`, live, for which there is made room, or give it back. False, and
 * nothing is done, if it is of no class. Without a lock. */
bool cache_free(void *payload);

/* Give `payload`, live and of a class or none, back to its heap. With its arena's lock. */
void cache_release(void *payload);

/* Give back `payload`, which waits, or the program ends. With its arena's lock. */
void cache_release_waiting(void *payload);

/* Give back all that this thread and the depots hold. Without a lock. */
void cache_give_back(void);

/* In the child of a fork, which has all locks to itself: give back all that other threads held. */
void cache_forked(void);

#endif
