/* marks.c: see marks.h. */
#include "session/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void marks_finish(struct marks *marks)
{
    free(marks->items);
    *marks = (struct marks){0};
}

/* The first that is not below `at`. */
static size_t find(const struct marks *marks, uint64_t at)
{
    size_t low = 0, high = marks->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (marks->items[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void marks_set(struct marks *marks, uint64_t at, enum mark mark)
{
    size_t place = find(marks, at);

    if (place == marks->count || marks->items[place].at != at) {
        marks->items = memory_reserve(marks->items, &marks->capacity, marks->count + 1,
                                      sizeof marks->items[0]);
        memmove(marks->items + place + 1, marks->items + place,
                (marks->count - place) * sizeof marks->items[0]);
        marks->count++;
    }
    marks->items[place] = (struct marked){at, (uint8_t)mark};
}

enum mark marks_get(const struct marks *marks, uint64_t at)
{
    size_t place = find(marks, at);

    return place < marks->count && marks->items[place].at == at
               ? (enum mark)marks->items[place].mark
               : MARK_NONE;
}
