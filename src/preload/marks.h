/* marks.h: which addresses of the heap are payloads that a program holds.
 *
 * Two bits for each grain of 16 bytes, in memory of their own, where no program's bytes can imitate
 * them: `live`, a payload starts here; `ever`, one started here at some time. A word holds the bits
 * of 32 grains, live ones in its lower half:
 *
 *      | ever of grain 31 ... ever of grain 0 | live of grain 31 ... live of grain 0 |
 *
 * Payloads start at multiples of a grain, so what is no multiple is none. A mark is set as the last
 * act of an allocation and cleared as the first of a free, so that whatever is not live is told
 * before anything is done with it.
 *
 * What it costs: a malloc and a free some 25 instructions, about as many as are saved by inlining
 * the short ways of the usual policy around them (malloc.c). One bit, or a byte, for a grain took
 * as long as two bits, and a byte 6 % more memory: where blocks are few, it is the call that can be
 * no jump any more that costs, and where they are very many, a further line of the cache. */
#ifndef PRELOAD_MARKS_H
#define PRELOAD_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Besides, where a program has threads, each grain has a byte for the caches of these (cache.h):
 * zero, but for the first grain of a payload that one of them holds, or handed out. A byte of its
 * own, so that threads that write of different payloads need not wait for each other. */
enum {
    MARKS_GRAIN = 16,
    MARKS_GRAIN_BITS = 4,
    MARKS_PER_WORD = 32,
    MARKS_PER_WORD_BITS = 5,
    MARKS_HEAP_PER_BYTE = MARKS_GRAIN * MARKS_PER_WORD / sizeof(uint64_t)
};

#define MARKS_LIVE ((uint64_t)1)
#define MARKS_EVER ((uint64_t)1 << MARKS_PER_WORD)

struct marks {
    const char *start; /* of the heap, a multiple of what a word marks */
    uintptr_t origin;  /* where a word for the address 0 would be */
    uintptr_t bytes;   /* and a byte */
    uint64_t grains;   /* how many have marks; it only goes up */
};

/* The marks in `words` and `bytes`, of a heap at `start`. There are none yet. */
static inline struct marks marks_in(void *words, void *bytes, const char *start)
{
    uintptr_t before = (uintptr_t)start / (MARKS_GRAIN * MARKS_PER_WORD) * sizeof(uint64_t);

    return (struct marks){.start = start,
                          .origin = (uintptr_t)words - before,
                          .bytes = (uintptr_t)bytes - (uintptr_t)start / MARKS_GRAIN};
}

/* The number of the grain that starts at `address`; `grains` or more if none does. */
static inline uint64_t marks_grain(const struct marks *marks, const void *address)
{
    uint64_t at = (uint64_t)((const char *)address - marks->start);

    /* rotated, so that what is no multiple of a grain is large */
    return at >> MARKS_GRAIN_BITS | at << (64 - MARKS_GRAIN_BITS);
}

/* Whether a grain that has marks starts at `address`, told without the process's lock. */
static inline bool marks_reach(const struct marks *marks, const void *address)
{
    return marks_grain(marks, address) < __atomic_load_n(&marks->grains, __ATOMIC_ACQUIRE);
}

/* The byte of the grain at `address`, which has marks. */
static inline uint8_t marks_byte(const struct marks *marks, const void *address)
{
    return __atomic_load_n(
        (const uint8_t *)(marks->bytes + ((uintptr_t)address >> MARKS_GRAIN_BITS)),
        __ATOMIC_RELAXED);
}

static inline void marks_set_byte(const struct marks *marks, const void *address, uint8_t byte)
{
    __atomic_store_n((uint8_t *)(marks->bytes + ((uintptr_t)address >> MARKS_GRAIN_BITS)), byte,
                     __ATOMIC_RELAXED);
}

/* The word that marks `address`, and how many bits that is from the first of its half. */
static inline uint64_t *marks_word(const struct marks *marks, const void *address)
{
    uintptr_t word = (uintptr_t)address >> (MARKS_GRAIN_BITS + MARKS_PER_WORD_BITS);

    return (uint64_t *)(marks->origin + word * sizeof(uint64_t));
}

static inline unsigned marks_bit(const void *address)
{
    return ((uintptr_t)address >> MARKS_GRAIN_BITS) % MARKS_PER_WORD;
}

/* Whether the grain that starts at `address`, which has marks, has these. */
static inline bool marks_are_set(const struct marks *marks, const void *address, uint64_t which)
{
    return __atomic_load_n(marks_word(marks, address), __ATOMIC_RELAXED) &
           which << marks_bit(address);
}

/* Whether `address` is a live payload, as far as can be told without the process's lock: one whose
 * caller may hold it is. */
static inline bool marks_hold(const struct marks *marks, const void *address)
{
    return marks_reach(marks, address) && marks_are_set(marks, address, MARKS_LIVE);
}

/* `payload` is live from now on. */
static inline void marks_set(struct marks *marks, const void *payload)
{
    uint64_t both = MARKS_LIVE | MARKS_EVER;
    unsigned turn = ((uintptr_t)payload >> MARKS_GRAIN_BITS) % 64;

    /* both halves are alike, so 32 to 63 turn them to the same bits as 0 to 31 */
    *marks_word(marks, payload) |= both << turn | both >> (-turn % 64);
}

/* `address` is no longer a live payload. Returns false, with nothing changed, if it was none. */
static inline bool marks_clear(struct marks *marks, const void *address)
{
    uint64_t *word, had;

    if (__builtin_expect(marks_grain(marks, address) >= marks->grains, false))
        return false;
    word = marks_word(marks, address);
    had = *word;
    if (__builtin_expect(!(had >> marks_bit(address) & MARKS_LIVE), false))
        return false;
    *word = had & ~(MARKS_LIVE << marks_bit(address));
    return true;
}

#endif
