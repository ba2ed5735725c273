/* fast_growth.c: see fast_growth.h. */
#include "heap/fast/fast_growth.h"

#include "heap/fast/fast_slots.h"

void hg_fast_sample(struct fast *fast, uint32_t units)
{
    enum { LEAST = 512 * 1024 }; /* in a smaller heap slabs would cost more than they hasten */

    fast->due = FAST_SAMPLED;
    if (fast->heap.size < LEAST || fast->small == FAST_ALL_SMALL)
        return;
    if (units <= FAST_SMALL_CLASSES + 1)
        fast->small = (fast->small + 1) & FAST_SMALL_MASK;
    else if (fast->small > 0)
        fast->small = (fast->small - 1) & FAST_SMALL_MASK;
    if (fast->small == FAST_ALL_SMALL && fast->map)
        fast_set_slotted(fast, FAST_ALL_SLOTTED);
}
