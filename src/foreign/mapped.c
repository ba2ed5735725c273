/* mapped.c: see mapped.h.
 *
 * malloc counts these blocks in a struct of the library's own data, which like the arena is found
 * by what it must look like. It ends so:
 *
 *      int       count, most at a time, how many there may be at all; their order and what else
 *                stands there differ by version
 *      uint64_t  bytes, most bytes at a time, where the heap begins
 *
 * The last word is the one to look for, and what stands before it must agree with itself. */
#include "foreign/mapped.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    MAY_BE = 65536, /* how many there may be, unless a program asks for another number */
    PAGE = 4096,
    BEFORE = 40, /* bytes before where the heap begins that are read */
};

static uint64_t word_before(const char *at, size_t distance)
{
    uint64_t word;

    memcpy(&word, at - distance, sizeof word);
    return word;
}

static uint32_t number_before(const char *at, size_t distance)
{
    uint32_t number;

    memcpy(&number, at - distance, sizeof number);
    return number;
}

/* Read what stands before the word at `at`, if that can be where the heap begins. */
static bool read_account(const char *at, const struct found_heap *found,
                         struct mapped_blocks *ret_mapped)
{
    static const struct {
        unsigned char count, may_be, most; /* how far before it */
    } versions[] = {{32, 28, 24} /* to 2.34 */, {36, 32, 28} /* from 2.35 on */};
    uint64_t bytes = word_before(at, 16), most_bytes = word_before(at, 8);
    uint64_t start = word_before(at, 0);

    if (start < found->start || start >= found->end || bytes > most_bytes || bytes % PAGE)
        return false;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        uint32_t count = number_before(at, versions[i].count);
        uint32_t most = number_before(at, versions[i].most);

        if (number_before(at, versions[i].may_be) != MAY_BE || count > most ||
            (count == 0) != (bytes == 0) || (most == 0) != (most_bytes == 0))
            continue;
        *ret_mapped = (struct mapped_blocks){.are_known = true, .count = count, .bytes = bytes};
        return true;
    }
    return false;
}

struct mapped_blocks find_mapped(const struct memory *memory, const struct found_heap *found)
{
    const struct memory_region *region = memory_region_at(memory, found->arena);
    struct mapped_blocks mapped = {0};
    char *bytes = memory_create(region->held, 1);
    bool is_found = !memory->read(memory, region->start, bytes, region->held);

    for (size_t at = BEFORE; !is_found && at + GLIBC_WORD <= region->held; at += GLIBC_WORD)
        is_found = read_account(bytes + at, found, &mapped);
    free(bytes);
    return mapped;
}
