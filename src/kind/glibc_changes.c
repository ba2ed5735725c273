/* glibc_changes.c: where a step changed blocks. See glibc.h.
 *
 * Ranges are kept in order, and apart: what touches is one range. */
#include <string.h>

#include "kind/glibc.h"

/* The first range that ends at `low` or behind it. */
static size_t find_range(const struct kind_changes *changes, uint64_t low)
{
    size_t from = 0, to = changes->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (changes->ranges[middle].high < low)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void glibc_note_change(struct kind_changes *changes, uint64_t low, uint64_t high)
{
    size_t place = find_range(changes, low), until = place;
    struct kind_range *ranges = changes->ranges, range = {low, high};

    for (; until < changes->count && ranges[until].low <= high; until++) {
        range.low = ranges[until].low < range.low ? ranges[until].low : range.low;
        range.high = ranges[until].high > range.high ? ranges[until].high : range.high;
    }
    if (until == place && changes->count == KIND_RANGES_MAX) {
        changes->count = 1;
        ranges[0] = (struct kind_range){0, UINT64_MAX};
        return;
    }
    memmove(&ranges[place + 1], &ranges[until], (changes->count - until) * sizeof range);
    changes->count = changes->count - until + place + 1;
    ranges[place] = range;
}

bool glibc_has_changed_all(const struct kind_changes *changes)
{
    return changes->count == 1 && changes->ranges[0].low == 0 &&
           changes->ranges[0].high == UINT64_MAX;
}
