/* starts.c: see starts.h. */
#include "own/starts.h"

#include <stddef.h>
#include <sys/mman.h>

enum { WORD_BITS = 64 };

bool starts_begin(struct starts *starts, uint64_t limit)
{
    *starts = (struct starts){0};
    do {
        uint64_t words = (limit + WORD_BITS - 1) / WORD_BITS;
        void *memory = mmap(NULL, words * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (memory == MAP_FAILED)
            return false;
        starts->levels[starts->level_count] = memory;
        starts->word_counts[starts->level_count++] = words;
        limit = words;
    } while (limit > 1);
    return true;
}

void starts_finish(struct starts *starts)
{
    for (unsigned level = 0; level < starts->level_count; level++)
        munmap(starts->levels[level], starts->word_counts[level] * sizeof(uint64_t));
}

static uint64_t bit_of(uint64_t number)
{
    return (uint64_t)1 << number % WORD_BITS;
}

void starts_add(struct starts *starts, uint64_t number)
{
    for (unsigned level = 0; level < starts->level_count; level++, number /= WORD_BITS)
        starts->levels[level][number / WORD_BITS] |= bit_of(number);
}

void starts_drop(struct starts *starts, uint64_t number)
{
    for (unsigned level = 0; level < starts->level_count; level++, number /= WORD_BITS) {
        uint64_t *word = &starts->levels[level][number / WORD_BITS];

        *word &= ~bit_of(number);
        if (*word)
            return;
    }
}

/* The last number, or the first, that is below the bit `number` of a level, which is set. */
static uint64_t descend(const struct starts *starts, unsigned level, uint64_t number, bool to_last)
{
    while (level-- > 0) {
        uint64_t word = starts->levels[level][number];
        int bit = to_last ? WORD_BITS - 1 - __builtin_clzll(word) : __builtin_ctzll(word);

        number = number * WORD_BITS + (uint64_t)bit;
    }
    return number;
}

bool starts_find_below(const struct starts *starts, uint64_t end, uint64_t *ret_number)
{
    for (unsigned level = 0; level < starts->level_count; level++, end /= WORD_BITS) {
        uint64_t bits =
            end % WORD_BITS == 0 ? 0 : starts->levels[level][end / WORD_BITS] & (bit_of(end) - 1);

        if (bits == 0)
            continue;
        end = end / WORD_BITS * WORD_BITS + WORD_BITS - 1 - (uint64_t)__builtin_clzll(bits);
        *ret_number = descend(starts, level, end, true);
        return true;
    }
    return false;
}

bool starts_find_from(const struct starts *starts, uint64_t from, uint64_t *ret_number)
{
    for (unsigned level = 0; level < starts->level_count; level++) {
        uint64_t word = from / WORD_BITS, bits;

        if (word >= starts->word_counts[level])
            return false;
        bits = starts->levels[level][word] & -bit_of(from);
        if (bits != 0) {
            from = word * WORD_BITS + (uint64_t)__builtin_ctzll(bits);
            *ret_number = descend(starts, level, from, false);
            return true;
        }
        from = word + 1;
    }
    return false;
}
