/* page_scan.h: PAGEMAP_SCAN, by which Linux from 6.7 on tells which pages of a range there are;
 * older headers do not know it. Allocates nothing. */
#ifndef TARGET_PAGE_SCAN_H
#define TARGET_PAGE_SCAN_H

#include <stdint.h>

/* What is told of a page that is there, in memory or in swap: the kernel's bits. */
enum page_category {
    PAGE_CATEGORY_PRESENT = 1 << 3,
    PAGE_CATEGORY_SWAPPED = 1 << 4,
    PAGE_CATEGORY_ZERO = 1 << 5, /* the page of zeros that all processes share */
    PAGE_CATEGORY_HUGE = 1 << 6,
};

/* Pages of the same categories, one behind the other. */
struct page_region {
    uint64_t start, end; /* addresses */
    uint64_t categories;
};

/* Find the pages of [*start, end), addresses of pages, that are there.
 *   pagemap  a descriptor of the process's page table
 *   start    moves to where the search is to go on, `end` when all is told
 *   returns  how many regions were found, at most `most`; -1 with errno set, ENOTTY or EINVAL where
 *            the kernel does not have it */
int page_scan(int pagemap, uint64_t *start, uint64_t end, struct page_region *ret_regions,
              uint64_t most);

#endif
