/* free_lists.h: the free lists of a heap, as they were read back, or the first elements of each. */
#ifndef SESSION_FREE_LISTS_H
#define SESSION_FREE_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heapglass/heap.h"

struct free_list {
    uint64_t *items; /* offsets of free blocks, head first; each once */
    size_t count;
    struct hg_list_end end; /* stopped: it goes on; a damaged one may be otherwise */
};

/* Lists that are all zero are none; one that is ends at its head. */
struct free_lists {
    struct free_list *lists;
    uint32_t count;
};

/* Whether a list ends at its head, as it should. */
static inline bool free_list_is_empty(const struct free_list *list)
{
    return list->count == 0 && list->end.how == HG_LIST_ENDED;
}

/* Whether none of the lists can be read, of which there are some. */
bool free_lists_are_unreadable(const struct free_lists *lists);

void free_lists_finish(struct free_lists *lists);

/* A copy, the caller's. */
struct free_lists free_lists_copy(const struct free_lists *lists);

#endif
