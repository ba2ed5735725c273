/* page_scan.c: see page_scan.h. */
#include "target/page_scan.h"

#include <sys/ioctl.h>

/* The kernel's struct pm_scan_arg. */
struct argument {
    uint64_t size, flags, start, end, walk_end, regions, region_count, pages_most;
    uint64_t inverted, all_of, any_of, told;
};

int page_scan(int pagemap, uint64_t *start, uint64_t end, struct page_region *ret_regions,
              uint64_t most)
{
    const unsigned long request = _IOWR('f', 16, struct argument);
    struct argument argument = {
        .size = sizeof argument,
        .start = *start,
        .end = end,
        .regions = (uint64_t)(uintptr_t)ret_regions,
        .region_count = most,
        .any_of = PAGE_CATEGORY_PRESENT | PAGE_CATEGORY_SWAPPED,
        .told =
            PAGE_CATEGORY_PRESENT | PAGE_CATEGORY_SWAPPED | PAGE_CATEGORY_ZERO | PAGE_CATEGORY_HUGE,
    };
    int found = ioctl(pagemap, request, &argument);

    if (found >= 0)
        *start = argument.walk_end;
    return found;
}
