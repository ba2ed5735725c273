/* free_lists.c: see free_lists.h. */
#include "session/free_lists.h"

#include <stdlib.h>

#include "base/memory.h"

bool free_lists_are_unreadable(const struct free_lists *lists)
{
    for (uint32_t list = 0; list < lists->count; list++) {
        if (lists->lists[list].end.how != HG_LIST_UNREADABLE)
            return false;
    }
    return lists->count > 0;
}

void free_lists_finish(struct free_lists *lists)
{
    for (uint32_t list = 0; list < lists->count; list++)
        free(lists->lists[list].items);
    free(lists->lists);
    *lists = (struct free_lists){0};
}

struct free_lists free_lists_copy(const struct free_lists *lists)
{
    struct free_lists copy = {.count = lists->count};

    copy.lists = memory_create(lists->count + 1, sizeof copy.lists[0]);
    for (uint32_t i = 0; i < lists->count; i++) {
        struct free_list *list = &copy.lists[i];

        *list = lists->lists[i];
        list->items = memory_create(list->count + 1, sizeof list->items[0]);
        memory_copy(list->items, lists->lists[i].items, list->count * sizeof list->items[0]);
    }
    return copy;
}
