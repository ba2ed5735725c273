/* free_lists.h: the free lists of a heap, as they were read back, or the first elements of each. */
#ifndef SESSION_FREE_LISTS_H
#define SESSION_FREE_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct free_list {
    uint64_t *items; /* offsets of free blocks, head first */
    size_t count;
    bool complete; /* it ends here; a damaged one may never end, */
    bool is_lost;  /* or end because no block is where it leads to: */
    uint64_t lost; /* this address */
};

/* Lists that are all zero are none. */
struct free_lists {
    struct free_list *lists;
    uint32_t count;
};

/* Whether a list ends at its head, as it should. */
static inline bool free_list_is_empty(const struct free_list *list)
{
    return list->count == 0 && list->complete && !list->is_lost;
}

void free_lists_finish(struct free_lists *lists);

/* A copy, the caller's. */
struct free_lists free_lists_copy(const struct free_lists *lists);

#endif
