/* exhibit.c: see exhibit.h. */
#include "show/exhibit.h"

#include <stdlib.h>

#include "base/memory.h"

void exhibit_finish(struct exhibit *exhibit)
{
    free(exhibit->bytes);
    free_lists_finish(&exhibit->lists);
    pages_finish(&exhibit->pages);
    space_finish(&exhibit->space);
    *exhibit = (struct exhibit){0};
}

struct exhibit exhibit_copy(const struct exhibit *exhibit)
{
    struct exhibit copy = *exhibit;

    copy.bytes = memory_create(exhibit->count + 1, 1);
    memory_copy(copy.bytes, exhibit->bytes, exhibit->count);
    copy.lists = free_lists_copy(&exhibit->lists);
    copy.pages = pages_copy(&exhibit->pages);
    copy.space = space_copy(&exhibit->space);
    return copy;
}
