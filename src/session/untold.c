/* untold.c: see untold.h. */
#include "session/untold.h"

#include <stdlib.h>

#include "base/memory.h"

static int compare_payloads(const void *a, const void *b)
{
    uint64_t x = ((const struct allocation *)a)->payload;
    uint64_t y = ((const struct allocation *)b)->payload;

    return (x > y) - (x < y);
}

/* Copy the allocations whose payloads lie in [low, high), in the order of their addresses. */
static struct allocation *find_allocations(const struct ledger *ledger, uint64_t low, uint64_t high,
                                           size_t *ret_count)
{
    struct allocation *found = memory_create(ledger->count + 1, sizeof *found);
    const struct allocation *allocation;
    size_t place = 0, count = 0;

    while ((allocation = ledger_next(ledger, &place))) {
        if (allocation->payload >= low && allocation->payload < high)
            found[count++] = *allocation;
    }
    qsort(found, count, sizeof *found, compare_payloads);
    *ret_count = count;
    return found;
}

static struct block make_block(uint64_t from, uint64_t to, enum hg_kind kind)
{
    return (struct block){.at = from,
                          .size = to - from,
                          .requested = kind == HG_KIND_USED ? to - from : 0,
                          .list = HG_NO_LIST,
                          .kind = (uint8_t)kind};
}

struct block *untold_cut(const struct picture *picture, const struct hg_block *read,
                         size_t *ret_count)
{
    uint64_t at = read->at, high = read->at + read->size;
    size_t found, count = 0;
    struct allocation *items = find_allocations(&picture->ledger, at, high, &found);
    struct block *blocks = memory_create(2 * found + 1, sizeof *blocks);

    for (size_t i = 0; i < found; i++) {
        uint64_t end = i + 1 < found ? items[i + 1].payload : high, from = items[i].payload;

        if (items[i].requested < end - from)
            end = from + items[i].requested;
        if (end == from)
            continue; /* of 0 bytes there is nothing to show */
        if (at < from)
            blocks[count++] = make_block(at, from, HG_KIND_UNTOLD);
        blocks[count++] = make_block(from, end, HG_KIND_USED);
        at = end;
    }
    if (at < high)
        blocks[count++] = make_block(at, high, HG_KIND_UNTOLD);
    free(items);
    *ret_count = count;
    return blocks;
}
