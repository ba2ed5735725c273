/* pages.c: a hand-in that has a segment of pages grow, and gives each payload pages of its own. */
#include "allocator.h"
#include "segment.h"

bool myinit()
{
    return init_heap_segment(0) == heap_segment_start();
}

void *mymalloc(size_t requestedsz)
{
    return extend_heap_segment((requestedsz + PAGE_SIZE - 1) / PAGE_SIZE);
}

void myfree(void *ptr)
{
    (void)ptr;
}

bool validate_heap()
{
    return heap_segment_size() % PAGE_SIZE == 0;
}
