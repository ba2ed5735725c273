/* census.c: see census.h. */
#include "collector/census.h"

#include <errno.h>

/* ---- Taking it ---- */

struct taking {
    struct census *census;
    size_t extent;
    int failure; /* errno; 0 if there was none */
};

static bool add(void *context, const struct hg_block *block)
{
    enum { LEAST_BYTES = 64 * 1024 };
    struct taking *taking = context;
    struct census *census = taking->census;
    uint64_t payload = block->at + block->header, until = block->at + block->size - block->footer;
    size_t size = (census->count + (size_t)1) * sizeof census->entries[0];

    if (block->kind != HG_KIND_USED || payload >= until || until > taking->extent)
        return true;
    if (census->count == CENSUS_NONE - 1)
        taking->failure = EOVERFLOW;
    else if (size > census->entry_backing.size &&
             !backing_grow(&census->entry_backing, size < LEAST_BYTES ? LEAST_BYTES : 2 * size))
        taking->failure = errno;
    if (taking->failure)
        return false;
    census->entries = census->entry_backing.memory;
    census->entries[census->count++] =
        (struct census_entry){block->at, payload, until, block->size};
    return true;
}

/* Note where each granule's entries begin. */
static bool index_entries(struct census *census, size_t extent)
{
    enum { SHIFT_LEAST = 4 };
    size_t granules;
    uint32_t entry = 0;

    census->shift = SHIFT_LEAST;
    while ((extent >> census->shift) > census->count)
        census->shift++;
    granules = (extent >> census->shift) + 1;
    if (!backing_grow(&census->first_backing, (granules + 1) * sizeof census->first[0]))
        return false;
    census->first = census->first_backing.memory;
    for (size_t granule = 0; granule <= granules; granule++) {
        while (entry < census->count && census->entries[entry].payload >> census->shift < granule)
            entry++;
        census->first[granule] = entry;
    }
    return true;
}

bool census_take(struct census *census, const struct kind *kind, const void *heap, size_t extent)
{
    struct taking taking = {.census = census, .extent = extent};

    *census = (struct census){0};
    kind->walk(heap, extent, 0, add, &taking);
    errno = taking.failure;
    if (taking.failure == 0 && index_entries(census, extent))
        return true;
    census_finish(census);
    return false;
}

void census_finish(struct census *census)
{
    backing_finish(&census->entry_backing);
    backing_finish(&census->first_backing);
    *census = (struct census){0};
}

/* ---- Finding ---- */

uint32_t census_find(const struct census *census, uint64_t offset)
{
    uint64_t granule = offset >> census->shift;
    uint32_t low = census->first[granule], high = census->first[granule + 1];

    /* the first whose payload begins behind the offset is in [low, high]; the one before it may
     * begin in an earlier granule */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (census->entries[middle].payload <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && offset < census->entries[low - 1].until ? low - 1 : CENSUS_NONE;
}
