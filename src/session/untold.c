/* untold.c: see untold.h. */
#include "session/untold.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/size.h"

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

/* ---- Looking ---- */

/* Whether two allocations have bytes in common; that one begins behind the other's start, or at it,
 * is the caller's to know. */
static bool overlap(const struct allocation *a, const struct allocation *b)
{
    return a->payload < b->payload + b->requested && b->payload < a->payload + a->requested;
}

/* Whether blocks are read, and none of them has this payload. */
static bool is_elsewhere(const struct picture *picture, const struct allocation *allocation)
{
    const struct block *block;

    if (!description_can(&picture->description, KIND_WALKS))
        return false;
    block = block_table_get(&picture->blocks, allocation->payload);
    return !block || block->kind != HG_KIND_USED ||
           block->at + block->header != allocation->payload;
}

uint64_t untold_alignment(const struct picture *picture)
{
    const struct description_setting *setting =
        description_setting(&picture->description, hg_setting(HG_SETTING_ALIGNMENT)->name);

    return setting && setting->value > 0 ? setting->value : sizeof(uint64_t);
}

bool untold_is_mapped(const struct picture *picture, const struct allocation *allocation)
{
    return description_can(&picture->description, KIND_MAPS) &&
           allocation->payload > block_table_end(&picture->blocks);
}

/* What is wrong with an allocation by itself. */
static enum untold_fault look_alone(const struct picture *picture,
                                    const struct allocation *allocation)
{
    uint64_t size = picture->metrics.heap_size;

    if (untold_is_mapped(picture, allocation))
        return UNTOLD_FINE;
    if (allocation->payload > size || allocation->requested > size - allocation->payload)
        return UNTOLD_OUTSIDE;
    if ((picture->heap_start + allocation->payload) % untold_alignment(picture))
        return UNTOLD_MISALIGNED;
    return is_elsewhere(picture, allocation) ? UNTOLD_ELSEWHERE : UNTOLD_FINE;
}

enum untold_fault untold_look(const struct picture *picture, const struct allocation *allocation,
                              const struct allocation **ret_other)
{
    const struct allocation *other, *first = NULL;
    size_t place = 0;

    while ((other = ledger_next(&picture->ledger, &place))) {
        if (other != allocation && overlap(allocation, other) &&
            (!first || other->payload < first->payload))
            first = other;
    }
    if (!first)
        return look_alone(picture, allocation);
    *ret_other = first;
    return UNTOLD_OVERLAP;
}

static bool fail(const struct picture *picture, const struct allocation *allocation,
                 enum untold_fault fault, const struct allocation *other, struct error *error)
{
    char place[SIZE_TEXT_MAX];

    error_set(
        error, "the payload at %s, of %" PRIu64 " bytes, ",
        place_text(allocation->payload, picture->heap_start, picture->metrics.heap_size, place),
        allocation->requested);
    if (fault == UNTOLD_OVERLAP)
        return error_append(error, "overlaps with that at +0x%04" PRIx64 ", of %" PRIu64 " bytes",
                            other->payload, other->requested);
    if (fault == UNTOLD_ELSEWHERE)
        return error_append(error, "is not that of a used block as the headers, or their layout, "
                                   "have it");
    if (fault == UNTOLD_OUTSIDE)
        return error_append(error, "is not in the heap");
    return error_append(error, "is not aligned to %" PRIu64 " bytes", untold_alignment(picture));
}

bool untold_check(const struct picture *picture, struct error *error)
{
    size_t count;
    struct allocation *items = find_allocations(&picture->ledger, 0, UINT64_MAX, &count);
    const struct allocation *last = NULL; /* the one that ends last */
    bool good = true;

    for (size_t i = 0; good && i < count; i++) {
        enum untold_fault fault = look_alone(picture, &items[i]);

        if (last && overlap(&items[i], last))
            fault = UNTOLD_OVERLAP;
        if (fault != UNTOLD_FINE)
            good = fail(picture, &items[i], fault, last, error);
        if (!last || items[i].payload + items[i].requested > last->payload + last->requested)
            last = &items[i];
    }
    free(items);
    return good;
}
