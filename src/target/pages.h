/* pages.h: which of a process's pages the kernel has given it, read from its page table.
 *
 * Memory that a process asks for is only promised to it. A page is there from when it is first
 * written to; one that was only read shows a page of zeros that all processes share, unless the
 * kernel gives it memory of its own at once. What is said here is the kernel's: from
 * /proc/PID/pagemap, by PAGEMAP_SCAN (Linux 6.7), or word by word. */
#ifndef TARGET_PAGES_H
#define TARGET_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a page is: how it is called, a sign, and what that means. */
/* clang-format off */
#define PAGE_STATES(X)                                                                            \
    X(UNTOUCHED, "never touched", '.', "promised, and nothing more")                              \
    X(RESIDENT, "resident", 'r', "in memory, the heap's own")                                     \
    X(HUGE, "resident, huge", 'h', "in memory, a part of a huge page")                            \
    X(ZERO, "zero page", '0', "only read so far: it shows the page of zeros that all share")      \
    X(SHARED, "shared", '&', "in memory, shared with a clone, or the page of zeros")              \
    X(SWAPPED, "swapped", '>', "was in memory, and has been written out to swap")

enum page_state {
#define X(name, text, sign, meaning) PAGE_##name,
    PAGE_STATES(X)
#undef X
    PAGE_STATE_COUNT
};
/* clang-format on */

const char *page_state_text(enum page_state state);
char page_state_sign(enum page_state state);
const char *page_state_meaning(enum page_state state);

/* Bytes of resident pages, where nobody looked. */
#define RESIDENT_UNKNOWN UINT64_MAX

/* Whether a page of this state is memory that the process has: what RSS counts. */
bool page_state_is_resident(enum page_state state);

/* Pages of one state, one behind the other. */
struct page_run {
    uint64_t first, count; /* pages, from that of the start on */
    enum page_state state;
};

/* The pages of a range, in runs that tile it. All zero is no page. */
struct pages {
    uint64_t page_size; /* bytes; 0: the kernel was not asked */
    uint64_t lead;      /* bytes of the first page that lie before the range */
    uint64_t count;     /* pages in all */
    uint64_t counts[PAGE_STATE_COUNT];
    bool is_by_words; /* they were read so: which are parts of huge pages is not told, */
    uint64_t huge;    /* but that so many bytes are */
    struct page_run *runs;
    size_t run_count, run_capacity;
};

void pages_finish(struct pages *pages);
struct pages pages_copy(const struct pages *pages);

/* Bytes of pages that are resident. */
uint64_t pages_resident(const struct pages *pages);

/* Where in the range a page begins, or the range itself does.
 *   page  at most pages->count */
uint64_t pages_at(const struct pages *pages, uint64_t page);

/* The number of the run that a page, which is below pages->count, belongs to.
 *   cost  O(log runs) */
size_t pages_find(const struct pages *pages, uint64_t page);

/* Open the page table of a process; -1 with errno set. */
int pages_open(int pid);

/* Read the pages of [start, start + size), addresses in the process.
 *   pagemap    of pages_open
 *   ret_pages  the caller's; untouched on failure
 *   returns    false with `error` set where the kernel does not tell
 *   cost       about 2 us, and 3 ms for each GiB that is resident */
bool pages_read(int pagemap, uint64_t start, uint64_t size, struct pages *ret_pages,
                struct error *error);

/* Read them word by word, as where the kernel has no PAGEMAP_SCAN: who may not see where in memory
 * pages lie cannot tell the page of zeros from one that is shared with a clone, PAGE_SHARED. */
bool pages_read_words(int pagemap, uint64_t start, uint64_t size, struct pages *ret_pages,
                      struct error *error);

#endif
