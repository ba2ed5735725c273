/* away.c: see away.h. */
#include "foreign/away.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    BLOCKS_MOST = 1 << 20, /* of a list, which may be a circle, and of all that is taken */
    LINK = 2,              /* which of a chunk's words leads on */
};

static uint64_t word_of_arena(const struct found *found, uint64_t at)
{
    uint64_t word;

    memcpy(&word, found->arenas[0].bytes + at, sizeof word);
    return word;
}

static void take(struct found_away *away, const struct image_away *chunk)
{
    away->items =
        memory_reserve(away->items, &away->capacity, away->count + 1, sizeof away->items[0]);
    away->items[away->count++] = *chunk;
}

/* Follow a list from its first chunk to its header, or to where it ends.
 *   is_mangled  links are stored as in fast bins */
static void follow(struct found_away *away, const struct memory *memory, const struct found *found,
                   uint64_t address, uint64_t header, bool is_mangled)
{
    struct image_away chunk = {.address = address};

    for (size_t i = 0; i < BLOCKS_MOST && away->count < BLOCKS_MOST; i++) {
        uint64_t link_at = chunk.address + LINK * sizeof chunk.words[0];

        if (chunk.address == 0 || chunk.address == header ||
            !memory->read(memory, chunk.address, chunk.words, sizeof chunk.words))
            return;
        if (!found_heap_at(found, chunk.address))
            take(away, &chunk);
        chunk.address = chunk.words[LINK] ^ (is_mangled ? link_at >> 12 : 0);
    }
}

static int compare(const void *a, const void *b)
{
    const struct image_away *left = a, *right = b;

    return (left->address > right->address) - (left->address < right->address);
}

struct found_away find_away(const struct memory *memory, const struct found *found,
                            const struct glibc_layout *layout)
{
    struct found_away away = {0};

    if (!found->goes_on)
        return away;
    for (uint64_t i = 0; layout->fast && i < GLIBC_FAST_LISTS; i++)
        follow(&away, memory, found, word_of_arena(found, layout->fast + i * GLIBC_WORD), 0,
               layout->is_safe_linked);
    for (uint64_t bin = 0; bin < GLIBC_BINS; bin++) {
        uint64_t at = layout->bins + bin * 2 * GLIBC_WORD;

        follow(&away, memory, found, word_of_arena(found, at),
               found->arenas[0].address + at - 2 * GLIBC_WORD, false);
    }
    if (away.count > 0)
        qsort(away.items, away.count, sizeof away.items[0], compare);
    return away;
}

void found_away_finish(struct found_away *away)
{
    free(away->items);
    *away = (struct found_away){0};
}
