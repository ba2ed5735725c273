/* glibc_changes.c: where a step changed blocks. See glibc.h. */
#include "kind/glibc.h"

enum { SORTED = 1 }; /* a mark */

/* Shell's sort: it needs no memory, and there are few that are not in order. */
static void sort(struct kind_range *ranges, size_t count)
{
    enum { RATIO = 3 };
    size_t gap = 1;

    while (gap < count / RATIO)
        gap = gap * RATIO + 1;
    for (; gap > 0; gap /= RATIO) {
        for (size_t i = gap; i < count; i++) {
            struct kind_range range = ranges[i];
            size_t place = i;

            for (; place >= gap && ranges[place - gap].low > range.low; place -= gap)
                ranges[place] = ranges[place - gap];
            ranges[place] = range;
        }
    }
}

void glibc_order_changes(struct glibc_changes *changes)
{
    struct kind_range *ranges = changes->ranges;
    size_t last = 0;

    sort(ranges, changes->count);
    for (size_t i = 1; i < changes->count; i++) {
        if (ranges[i].low > ranges[last].high)
            ranges[++last] = ranges[i];
        else if (ranges[i].high > ranges[last].high)
            ranges[last].high = ranges[i].high;
    }
    changes->count = changes->count > 0 ? last + 1 : 0;
}

void glibc_note_change(struct glibc_changes *changes, uint64_t low, uint64_t high)
{
    changes->noted++;
    if (changes->count == GLIBC_RANGES_MAX && !changes->is_all) {
        glibc_order_changes(changes);
        changes->is_all = changes->count > GLIBC_RANGES_MANY;
    }
    if (!changes->is_all)
        changes->ranges[changes->count++] = (struct kind_range){low, high};
}

void glibc_note_sorted(struct glibc *glibc, const struct glibc_free *block)
{
    glibc_note_change(&glibc->changes, block->at, block->at + block->size);
    glibc->marks[block->at / GLIBC_CHUNK_LEAST] |= SORTED;
    glibc->changes.sorted++;
}

bool glibc_was_sorted(const struct glibc *glibc, uint64_t at)
{
    return glibc->changes.sorted > 0 && at < glibc->before.extent &&
           glibc->marks[at / GLIBC_CHUNK_LEAST] & SORTED;
}

void glibc_forget_sorted(struct glibc *glibc)
{
    for (size_t i = 0; glibc->changes.sorted > 0 && i < glibc->before.listed; i++)
        glibc->marks[glibc->before.blocks[i].at / GLIBC_CHUNK_LEAST] = 0;
    glibc->changes.sorted = 0;
}
