/* pages.c: see pages.h. */
#include "target/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "target/page_scan.h"

const char *page_state_text(enum page_state state)
{
#define X(name, text, sign, meaning) text,
    static const char *const texts[] = {PAGE_STATES(X)};
#undef X

    return texts[state];
}

char page_state_sign(enum page_state state)
{
#define X(name, text, sign, meaning) sign,
    static const char signs[] = {PAGE_STATES(X)};
#undef X

    return signs[state];
}

const char *page_state_meaning(enum page_state state)
{
#define X(name, text, sign, meaning) meaning,
    static const char *const meanings[] = {PAGE_STATES(X)};
#undef X

    return meanings[state];
}

bool page_state_is_resident(enum page_state state)
{
    return state == PAGE_RESIDENT || state == PAGE_HUGE;
}

void pages_finish(struct pages *pages)
{
    free(pages->runs);
    *pages = (struct pages){0};
}

struct pages pages_copy(const struct pages *pages)
{
    struct pages copy = *pages;

    copy.run_capacity = pages->run_count + 1;
    copy.runs = memory_create(copy.run_capacity, sizeof copy.runs[0]);
    memory_copy(copy.runs, pages->runs, pages->run_count * sizeof copy.runs[0]);
    return copy;
}

uint64_t pages_resident(const struct pages *pages)
{
    uint64_t count = 0;

    for (int state = 0; state < PAGE_STATE_COUNT; state++)
        count += page_state_is_resident((enum page_state)state) ? pages->counts[state] : 0;
    return count * pages->page_size;
}

uint64_t pages_at(const struct pages *pages, uint64_t page)
{
    return page == 0 ? 0 : page * pages->page_size - pages->lead;
}

size_t pages_find(const struct pages *pages, uint64_t page)
{
    size_t low = 0, high = pages->run_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (pages->runs[middle].first <= page)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int pages_open(int pid)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* ---- Runs in the making ---- */

static struct pages begin(uint64_t start, uint64_t size)
{
    struct pages pages = {.page_size = (uint64_t)sysconf(_SC_PAGESIZE)};

    pages.lead = start % pages.page_size;
    if (size > 0)
        pages.count = (pages.lead + size + pages.page_size - 1) / pages.page_size;
    return pages;
}

/* How many pages are in the runs so far. */
static uint64_t pages_told(const struct pages *pages)
{
    const struct page_run *last;

    if (pages->run_count == 0)
        return 0;
    last = &pages->runs[pages->run_count - 1];
    return last->first + last->count;
}

/* Let the pages up to number `end`, and not beyond the last, be of this state. */
static void add_until(struct pages *pages, uint64_t end, enum page_state state)
{
    uint64_t first = pages_told(pages), count;

    end = end < pages->count ? end : pages->count;
    if (end <= first)
        return;
    count = end - first;
    pages->counts[state] += count;
    if (pages->run_count > 0 && pages->runs[pages->run_count - 1].state == state) {
        pages->runs[pages->run_count - 1].count += count;
        return;
    }
    pages->runs = memory_reserve(pages->runs, &pages->run_capacity, pages->run_count + 1,
                                 sizeof pages->runs[0]);
    pages->runs[pages->run_count++] = (struct page_run){first, count, state};
}

/* ---- By PAGEMAP_SCAN ---- */

static enum page_state state_of_region(const struct page_region *region)
{
    if (region->categories & PAGE_CATEGORY_SWAPPED)
        return PAGE_SWAPPED;
    if (region->categories & PAGE_CATEGORY_ZERO)
        return PAGE_ZERO;
    return region->categories & PAGE_CATEGORY_HUGE ? PAGE_HUGE : PAGE_RESIDENT;
}

static bool scan(int pagemap, uint64_t start, struct pages *pages)
{
    enum { REGIONS = 512 };
    struct page_region regions[REGIONS];
    uint64_t at = start, end = start + pages->count * pages->page_size;

    while (at < end) {
        int found = page_scan(pagemap, &at, end, regions, REGIONS);

        if (found < 0)
            return false;
        for (int i = 0; i < found; i++) {
            add_until(pages, (regions[i].start - start) / pages->page_size, PAGE_UNTOUCHED);
            add_until(pages, (regions[i].end - start) / pages->page_size,
                      state_of_region(&regions[i]));
        }
    }
    add_until(pages, pages->count, PAGE_UNTOUCHED);
    return true;
}

/* ---- Word by word ---- */

#define WORD_PRESENT ((uint64_t)1 << 63)
#define WORD_SWAPPED ((uint64_t)1 << 62)
#define WORD_EXCLUSIVE ((uint64_t)1 << 56)
#define WORD_FRAME (((uint64_t)1 << 55) - 1) /* 0 for who may not see it */

/* How a page looks that has only been read. */
struct zero_page {
    bool is_known;  /* else one that is not exclusive may be it */
    uint64_t frame; /* 0: there is none, this kernel gives such a page memory of its own */
};

/* Find it by a page of this process. */
static struct zero_page find_zero_page(uint64_t page_size)
{
    int pagemap = pages_open((int)getpid());
    char *page = mmap(NULL, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t word = 0;

    if (page != MAP_FAILED && pagemap >= 0) {
        (void)*(volatile char *)page;
        if (pread(pagemap, &word, sizeof word,
                  (off_t)((uintptr_t)page / page_size * sizeof word)) != sizeof word)
            word = 0;
    }
    if (page != MAP_FAILED)
        munmap(page, page_size);
    if (pagemap >= 0)
        close(pagemap);
    if (word & WORD_EXCLUSIVE)
        return (struct zero_page){.is_known = true};
    return (struct zero_page){(word & WORD_FRAME) != 0, word & WORD_FRAME};
}

static enum page_state state_of_word(uint64_t word, const struct zero_page *zero)
{
    if (word & WORD_SWAPPED)
        return PAGE_SWAPPED;
    if (!(word & WORD_PRESENT))
        return PAGE_UNTOUCHED;
    if (zero->frame && (word & WORD_FRAME) == zero->frame)
        return PAGE_ZERO;
    return zero->is_known || word & WORD_EXCLUSIVE ? PAGE_RESIDENT : PAGE_SHARED;
}

static bool read_words(int pagemap, uint64_t start, struct pages *pages)
{
    enum { WORDS = 512 };
    struct zero_page zero = find_zero_page(pages->page_size);
    uint64_t words[WORDS], done = 0;

    while (done < pages->count) {
        uint64_t left = pages->count - done;
        ssize_t length = pread(pagemap, words, (left < WORDS ? left : WORDS) * sizeof words[0],
                               (off_t)((start / pages->page_size + done) * sizeof words[0]));

        if (length < (ssize_t)sizeof words[0])
            return false;
        for (size_t i = 0; i < (size_t)length / sizeof words[0]; i++)
            add_until(pages, ++done, state_of_word(words[i], &zero));
    }
    return true;
}

static bool finish(struct pages *pages, bool good, struct pages *ret_pages, struct error *error)
{
    if (good) {
        *ret_pages = *pages;
        return true;
    }
    pages_finish(pages);
    return errno == ESRCH ? error_set(error, "the process has ended")
                          : error_set_errno(error, "the kernel does not tell of its pages");
}

bool pages_read_words(int pagemap, uint64_t start, uint64_t size, struct pages *ret_pages,
                      struct error *error)
{
    struct pages pages = begin(start, size);

    pages.is_by_words = true;
    return finish(&pages, read_words(pagemap, start, &pages), ret_pages, error);
}

bool pages_read(int pagemap, uint64_t start, uint64_t size, struct pages *ret_pages,
                struct error *error)
{
    struct pages pages = begin(start, size);
    bool good = scan(pagemap, start - pages.lead, &pages);

    if (!good && (errno == ENOTTY || errno == EINVAL)) {
        pages_finish(&pages);
        return pages_read_words(pagemap, start, size, ret_pages, error);
    }
    return finish(&pages, good, ret_pages, error);
}
