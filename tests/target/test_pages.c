/* test_pages.c: which pages of a process are in memory: what is said is what mincore(2), smaps and
 * the words of pagemap say. */
#include "target/pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/random.h"
#include "kind/c_library.h"
#include "target/clone.h"
#include "target/huge.h"
#include "target/serve.h"
#include "target/target.h"
#include "test.h"

enum { PAGE_COUNT = 512 };

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- Of this process ---- */

static char *map_pages(void)
{
    char *pages = mmap(NULL, PAGE_COUNT * page_size(), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(pages, MAP_FAILED);
    madvise(pages, PAGE_COUNT * page_size(), MADV_NOHUGEPAGE);
    return pages;
}

/* What this kernel makes of a page that is only read: one of its own is exclusive (bit 56). */
static enum page_state read_only_state(void)
{
    const uint64_t exclusive = (uint64_t)1 << 56;
    char *start = map_pages();
    int pagemap = pages_open((int)getpid());
    uint64_t word;

    (void)*(volatile char *)start;
    assert_int_equal(
        pread(pagemap, &word, sizeof word, (off_t)((uintptr_t)start / page_size() * sizeof word)),
        sizeof word);
    close(pagemap);
    munmap(start, PAGE_COUNT * page_size());
    return word & exclusive ? PAGE_RESIDENT : PAGE_ZERO;
}

static struct pages read_own(const char *start, size_t count)
{
    int pagemap = pages_open((int)getpid());
    struct pages pages = {0};
    struct error error;

    assert_true(pagemap >= 0);
    if (!pages_read(pagemap, (uintptr_t)start, count * page_size(), &pages, &error))
        fail_msg("%s", error.text);
    close(pagemap);
    return pages;
}

static enum page_state state_of(const struct pages *pages, uint64_t page)
{
    const struct page_run *run = &pages->runs[pages_find(pages, page)];

    assert_in_range(page, run->first, run->first + run->count - 1);
    return run->state;
}

/* The runs tile the pages, no two neighbours are of one state, and the counts are theirs. */
static void assert_sound(const struct pages *pages)
{
    uint64_t counts[PAGE_STATE_COUNT] = {0}, until = 0;

    for (size_t i = 0; i < pages->run_count; i++) {
        assert_int_equal(pages->runs[i].first, until);
        assert_true(pages->runs[i].count > 0);
        assert_true(i == 0 || pages->runs[i].state != pages->runs[i - 1].state);
        counts[pages->runs[i].state] += pages->runs[i].count;
        until += pages->runs[i].count;
    }
    assert_int_equal(until, pages->count);
    assert_memory_equal(counts, pages->counts, sizeof counts);
}

static void each_page_is_what_was_done_to_it(void **state)
{
    struct random random = {.state = 7};
    char *start = map_pages();
    enum page_state expected[PAGE_COUNT] = {PAGE_UNTOUCHED}, read_only = read_only_state();
    unsigned char in_core[PAGE_COUNT];
    struct pages pages;

    (void)state;
    for (int i = 0; i < 2 * PAGE_COUNT; i++) {
        uint64_t page = random_below(&random, PAGE_COUNT);
        volatile char *byte = start + page * page_size();

        switch (random_below(&random, 3)) {
        case 0:
            *byte = 1;
            expected[page] = PAGE_RESIDENT;
            break;
        case 1:
            (void)*byte;
            if (expected[page] == PAGE_UNTOUCHED)
                expected[page] = read_only;
            break;
        default:
            madvise((char *)(uintptr_t)byte, page_size(), MADV_DONTNEED);
            expected[page] = PAGE_UNTOUCHED;
        }
    }
    pages = read_own(start, PAGE_COUNT);
    assert_sound(&pages);
    assert_int_equal(mincore(start, PAGE_COUNT * page_size(), in_core), 0);
    for (uint64_t page = 0; page < PAGE_COUNT; page++) {
        assert_int_equal(state_of(&pages, page), expected[page]);
        assert_int_equal(in_core[page] & 1, expected[page] != PAGE_UNTOUCHED);
    }
    assert_int_equal(pages_resident(&pages), pages.counts[PAGE_RESIDENT] * page_size());
    pages_finish(&pages);
    munmap(start, PAGE_COUNT * page_size());
}

/* Where the kernel has no PAGEMAP_SCAN, and this process may see frames, nothing is lost. */
static void word_by_word_it_is_the_same(void **state)
{
    char *start = map_pages();
    int pagemap = pages_open((int)getpid());
    struct pages scanned, read;
    struct error error;

    (void)state;
    for (size_t page = 0; page < PAGE_COUNT; page += 3)
        start[page * page_size()] = 1;
    (void)*(volatile char *)(start + page_size());
    scanned = read_own(start, PAGE_COUNT);
    assert_true(
        pages_read_words(pagemap, (uintptr_t)start, PAGE_COUNT * page_size(), &read, &error));
    assert_sound(&read);
    if (geteuid() == 0) {
        assert_memory_equal(read.counts, scanned.counts, sizeof read.counts);
    } else {
        assert_int_equal(read.counts[PAGE_UNTOUCHED], scanned.counts[PAGE_UNTOUCHED]);
        assert_int_equal(read.counts[PAGE_RESIDENT], scanned.counts[PAGE_RESIDENT]);
        assert_int_equal(read.counts[PAGE_SHARED], scanned.counts[PAGE_ZERO]);
    }
    pages_finish(&scanned);
    pages_finish(&read);
    close(pagemap);
    munmap(start, PAGE_COUNT * page_size());
}

static void a_range_may_end_within_a_page_or_be_empty(void **state)
{
    char *start = map_pages();
    int pagemap = pages_open((int)getpid());
    struct pages pages;
    struct error error;

    (void)state;
    start[page_size()] = 1;
    assert_true(pages_read(pagemap, (uintptr_t)start, page_size() + 1, &pages, &error));
    assert_int_equal(pages.count, 2);
    assert_int_equal(pages.counts[PAGE_RESIDENT], 1);
    assert_sound(&pages);
    pages_finish(&pages);
    assert_true(pages_read(pagemap, (uintptr_t)start + 10, 0, &pages, &error));
    assert_int_equal(pages.count, 0);
    assert_sound(&pages);
    pages_finish(&pages);
    assert_false(pages_read(-1, (uintptr_t)start, page_size(), &pages, &error));
    assert_non_null(strstr(error.text, "does not tell"));
    close(pagemap);
    munmap(start, PAGE_COUNT * page_size());
}

/* Its pages are those that it touches, and begin where they begin. */
static void a_range_may_begin_within_a_page(void **state)
{
    char *start = map_pages();
    int pagemap = pages_open((int)getpid());
    struct pages pages, words;
    struct error error;

    (void)state;
    start[page_size()] = 1;
    assert_true(pages_read(pagemap, (uintptr_t)start + 96, page_size(), &pages, &error));
    assert_true(pages_read_words(pagemap, (uintptr_t)start + 96, page_size(), &words, &error));
    assert_int_equal(pages.count, 2);
    assert_int_equal(words.count, 2);
    assert_int_equal(pages_at(&pages, 0), 0);
    assert_int_equal(pages_at(&pages, 1), page_size() - 96);
    assert_int_equal(state_of(&pages, 0), PAGE_UNTOUCHED);
    assert_int_equal(state_of(&pages, 1), PAGE_RESIDENT);
    assert_int_equal(state_of(&words, 0), PAGE_UNTOUCHED);
    assert_true(page_state_is_resident(state_of(&words, 1)) ||
                state_of(&words, 1) == PAGE_SHARED); /* see pages_read_words */
    pages_finish(&pages);
    pages_finish(&words);
    close(pagemap);
    munmap(start, PAGE_COUNT * page_size());
}

/* ---- Of a heap process ---- */

struct heap {
    struct target *target;
    uint64_t start, size;
};

static struct heap open_heap(const char *policy)
{
    struct hg_config config = kind_config_default(policy);
    struct kind_description description;
    struct target_splice splice;
    struct error error;
    struct heap heap = {.target = target_create(NULL, &error)};

    assert_non_null(heap.target);
    assert_true(target_open(heap.target, &config, &description, &splice, &error));
    heap.start = splice.heap_start;
    heap.size = splice.heap_size;
    return heap;
}

static struct op_result run(struct heap *heap, struct op op)
{
    struct target_change change;

    assert_true(target_run(heap->target, &op, &change));
    heap->size = change.result.heap_size;
    return change.result;
}

static struct pages read_heap(const struct heap *heap)
{
    struct pages pages = {0};
    struct error error;

    if (!target_pages(heap->target, heap->start, heap->size, &pages, &error))
        fail_msg("%s", error.text);
    assert_sound(&pages);
    return pages;
}

/* The number behind a word ("Rss:") in what smaps says of the heap, in bytes. */
static uint64_t smaps_of_heap(const struct heap *heap, const char *word)
{
    char path[64], line[512];
    unsigned long kilobytes = 0;
    bool is_heap = false;
    FILE *smaps;

    snprintf(path, sizeof path, "/proc/%d/smaps", (int)target_pid(heap->target));
    smaps = fopen(path, "re");
    assert_non_null(smaps);
    while (fgets(line, sizeof line, smaps)) {
        if (line[strspn(line, "0123456789abcdef")] == '-') /* the first line of a mapping */
            is_heap = strstr(line, "[heap]");
        else if (is_heap && strncmp(line, word, strlen(word)) == 0)
            kilobytes = strtoul(line + strlen(word), NULL, 10);
    }
    fclose(smaps);
    return (uint64_t)kilobytes * 1024;
}

/* How many words of pagemap say that a page is in memory. */
static uint64_t count_present(const struct heap *heap)
{
    uint64_t present = 0, word;
    char path[64];
    int pagemap;

    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)target_pid(heap->target));
    pagemap = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(pagemap >= 0);
    for (uint64_t at = heap->start; at < heap->start + heap->size; at += page_size()) {
        assert_int_equal(pread(pagemap, &word, sizeof word, (off_t)(at / page_size() * 8)), 8);
        present += word >> 63;
    }
    close(pagemap);
    return present;
}

static void assert_kernel_agrees(const struct heap *heap)
{
    struct pages pages = read_heap(heap);

    assert_int_equal(pages.count, (heap->size + page_size() - 1) / page_size());
    assert_int_equal(pages_resident(&pages), smaps_of_heap(heap, "Rss:"));
    assert_int_equal(pages.counts[PAGE_RESIDENT] + pages.counts[PAGE_HUGE] +
                         pages.counts[PAGE_ZERO] + pages.counts[PAGE_SHARED],
                     count_present(heap));
    pages_finish(&pages);
}

static void the_kernel_agrees_whatever_is_done_to_a_heap(void **state)
{
    enum { STEPS = 300, SLOTS = 8 };
    static const char *const policies[] = {"first-fit", "segregated", "tlsf", "buddy", "glibc"};
    struct random random = {.state = 3};

    (void)state;
    /* a sanitizer's malloc is not the one that the last policy is about */
    for (size_t i = 0; i < TEST_COUNT(policies) - !c_library_has_malloc(); i++) {
        struct heap heap = open_heap(policies[i]);
        uint64_t usable[SLOTS] = {0};

        for (int step = 0; step < STEPS; step++) {
            uint32_t slot = (uint32_t)random_below(&random, SLOTS);
            struct op_result result;

            if (usable[slot] == 0) {
                result = run(&heap, (struct op){.kind = OP_ALLOC,
                                                .slot = slot,
                                                .size = 1 + random_below(&random, 1 << 17)});
                usable[slot] = result.usable;
            } else if (random_below(&random, 2)) {
                run(&heap, (struct op){.kind = OP_TOUCH,
                                       .slot = slot,
                                       .size = random_below(&random, usable[slot])});
            } else {
                run(&heap, (struct op){.kind = OP_FREE, .slot = slot});
                usable[slot] = 0;
            }
            if (step % 10 == 0)
                assert_kernel_agrees(&heap);
        }
        target_destroy(heap.target);
    }
}

static void a_large_block_is_promised_and_comes_where_it_is_touched(void **state)
{
    enum { LARGE = 10 << 20 };
    struct heap heap = open_heap("first-fit");
    const unsigned char *bytes;
    struct pages pages;
    size_t count;
    struct op_result result = run(&heap, (struct op){.kind = OP_ALLOC, .size = LARGE});

    (void)state;
    pages = read_heap(&heap);
    assert_in_range(pages_resident(&pages), page_size(), 3 * page_size());
    pages_finish(&pages);
    target_peek(heap.target, result.payload + LARGE / 2, 1, &bytes, &count); /* only read */
    run(&heap, (struct op){.kind = OP_TOUCH, .size = 100 * page_size()});
    pages = read_heap(&heap);
    assert_true(pages.counts[PAGE_ZERO] + pages.counts[PAGE_SHARED] ==
                    (read_only_state() == PAGE_ZERO) ||
                pages.counts[PAGE_HUGE] > 0);
    assert_true(pages_resident(&pages) >= 100 * page_size());
    pages_finish(&pages);
    assert_kernel_agrees(&heap);
    target_destroy(heap.target);
}

static void touching_changes_no_byte(void **state)
{
    struct heap heap = open_heap("first-fit");
    size_t size = 5 * page_size(), count;
    struct op_result result = run(&heap, (struct op){.kind = OP_ALLOC, .size = size});
    unsigned char *before = malloc(size);
    const unsigned char *bytes;

    (void)state;
    run(&heap, (struct op){.kind = OP_FILL, .size = size, .argument = 'x'});
    assert_true(target_peek(heap.target, result.payload - 8, size, &bytes, &count));
    memcpy(before, bytes, size);
    run(&heap, (struct op){.kind = OP_TOUCH, .size = size});
    assert_true(target_peek(heap.target, result.payload - 8, size, &bytes, &count));
    assert_memory_equal(bytes, before, size);
    free(before);
    target_destroy(heap.target);
}

/* What is shown of the heap's bytes is what a debugger finds there. */
static void bytes_are_those_that_the_kernel_has(void **state)
{
    struct heap heap = open_heap("tlsf");
    const unsigned char *bytes;
    unsigned char *there;
    size_t count = 0;
    char path[64];
    int memory;

    (void)state;
    for (uint32_t slot = 0; slot < 40; slot++) {
        run(&heap, (struct op){.kind = OP_ALLOC, .slot = slot, .size = 16 + 100 * slot});
        run(&heap, (struct op){.kind = OP_FILL, .slot = slot, .size = 16, .argument = slot});
    }
    for (uint32_t slot = 0; slot < 40; slot += 3)
        run(&heap, (struct op){.kind = OP_FREE, .slot = slot});
    there = malloc(heap.size);
    snprintf(path, sizeof path, "/proc/%d/mem", (int)target_pid(heap.target));
    memory = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(memory >= 0);
    assert_int_equal(pread(memory, there, heap.size, (off_t)heap.start), heap.size);
    for (size_t at = 0; at < heap.size; at += count) {
        assert_true(target_peek(heap.target, at, heap.size - at, &bytes, &count));
        assert_true(count > 0);
        assert_memory_equal(bytes, there + at, count);
    }
    close(memory);
    free(there);
    target_destroy(heap.target);
}

/* A clone has the pages that are in memory, and no others: not even those that were only read. */
static void a_clone_has_the_same_pages(void **state)
{
    struct heap heap = open_heap("first-fit"), clone;
    struct pages pages, of_clone;
    const unsigned char *bytes;
    struct error error;
    size_t count;
    struct op_result result = run(&heap, (struct op){.kind = OP_ALLOC, .size = 8 << 20});

    (void)state;
    run(&heap, (struct op){.kind = OP_TOUCH, .size = 3 << 20});
    target_peek(heap.target, result.payload + (6 << 20), 100, &bytes, &count);
    pages = read_heap(&heap);
    clone = heap;
    clone.target = target_clone(heap.target, TARGET_BOTH_ACT, &error);
    assert_non_null(clone.target);
    for (int i = 0; i < 2; i++) {
        of_clone = read_heap(i ? &clone : &heap);
        assert_int_equal(pages_resident(&of_clone), pages_resident(&pages));
        assert_int_equal(of_clone.counts[PAGE_UNTOUCHED], pages.counts[PAGE_UNTOUCHED]);
        pages_finish(&of_clone);
    }
    assert_kernel_agrees(&clone);
    pages_finish(&pages);
    target_destroy(clone.target);
    target_destroy(heap.target);
}

/* How many of the heap's pages are its process's alone (bit 56). */
static size_t count_own_pages(const struct heap *heap)
{
    const uint64_t exclusive = (uint64_t)1 << 56;
    int pagemap = pages_open((int)target_pid(heap->target));
    size_t count = heap->size / page_size(), own = 0;
    uint64_t *words = calloc(count, sizeof words[0]);

    assert_int_equal(pread(pagemap, words, count * sizeof words[0],
                           (off_t)(heap->start / page_size() * sizeof words[0])),
                     count * sizeof words[0]);
    for (size_t i = 0; i < count; i++)
        own += (words[i] & exclusive) != 0;
    close(pagemap);
    free(words);
    return own;
}

/* Once a heap of so many bytes that are written has a clone. */
static size_t own_pages_of(uint64_t written)
{
    struct heap heap = open_heap("first-fit");
    const uint64_t *payloads;
    struct target *clone;
    struct error error;
    size_t own, count;

    run(&heap, (struct op){.kind = OP_ALLOC, .size = written});
    run(&heap, (struct op){.kind = OP_TOUCH, .size = written});
    clone = target_clone(heap.target, TARGET_FIRST_ACTS, &error);
    assert_non_null(clone);
    assert_true(target_words(heap.target, 0, 1, &payloads, &count)); /* by then it has them */
    own = count_own_pages(&heap);
    target_destroy(clone);
    target_destroy(heap.target);
    return own * page_size();
}

/* Where there is a clone, the pages that operations will write to are copied beforehand: of a large
 * heap these are few. */
static void a_process_that_was_cloned_has_pages_of_its_own(void **state)
{
    enum { SMALL = 3 << 20, MIDDLE = 20 << 20, LARGE = 40 << 20 };

    (void)state;
    assert_true(own_pages_of(SMALL) >= SMALL);
    assert_in_range(own_pages_of(MIDDLE), CLONE_OWN_BYTES, CLONE_OWN_BYTES * 5 / 4);
    assert_in_range(own_pages_of(LARGE), CLONE_OWN_FEW_BYTES, CLONE_OWN_FEW_BYTES * 5 / 4);
}

/* Where page tables do not tell, smaps says how much is. */
static void smaps_says_how_much_is_huge(void **state)
{
    static char recorded[] = "555555554000-555555560000 r--p 00000000 fe:00 110     /a b/program\n"
                             "Size:                 48 kB\n"
                             "AnonHugePages:      2048 kB\n"
                             "5555555ea000-5555565ea000 rw-p 00000000 00:00 0       [heap]\n"
                             "Size:              16384 kB\n"
                             "KernelPageSize:        4 kB\n"
                             "Rss:               12296 kB\n"
                             "AnonHugePages:      8192 kB\n"
                             "ShmemPmdMapped:        0 kB\n"
                             "FilePmdMapped:         0 kB\n"
                             "THPeligible:           1\n"
                             "VmFlags: rd wr mr mw me ac hg \n"
                             "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0       [stack]\n"
                             "AnonHugePages:      4096 kB\n";
    static const struct {
        uint64_t start, end, huge;
    } cases[] = {
        {0x5555555ea000, 0x5555565ea000, 8 << 20}, {0x5555555ea000, 0x5555555eb000, 8 << 20},
        {0x7ffffffde000, 0x7fffffffe000, 4 << 20}, {0x555555554000, 0x7fffffffe000, 14 << 20},
        {0x5555565ea000, 0x5555565eb000, 0},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        FILE *smaps = fmemopen(recorded, sizeof recorded - 1, "r");

        assert_non_null(smaps);
        assert_int_equal(huge_parse(smaps, cases[i].start, cases[i].end), cases[i].huge);
        fclose(smaps);
    }
    assert_int_equal(huge_read(-1, 0, UINT64_MAX), 0);
}

/* What the kernel makes huge is called so. */
static void huge_pages_are_told(void **state)
{
    enum { COLLAPSE = 25 /* MADV_COLLAPSE, of Linux 6.1 */, HUGE_BYTES = 2 << 20 };
    struct heap heap = open_heap("first-fit");
    struct iovec part;
    struct pages pages;

    (void)state;
    run(&heap, (struct op){.kind = OP_ALLOC, .size = 3 * HUGE_BYTES});
    run(&heap, (struct op){.kind = OP_TOUCH, .size = 3 * HUGE_BYTES});
    part.iov_base = (void *)(uintptr_t)((heap.start + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES);
    part.iov_len = HUGE_BYTES;
    if (page_size() != 4096 || syscall(SYS_process_madvise, target_descriptor(heap.target), &part,
                                       1, COLLAPSE, 0) != HUGE_BYTES) {
        target_destroy(heap.target);
        test_skipped("huge pages cannot be asked for by this user, or of this kernel");
        return;
    }
    pages = read_heap(&heap);
    assert_true(pages.counts[PAGE_HUGE] >= HUGE_BYTES / 4096);
    assert_true(huge_read((int)target_pid(heap.target), heap.start, heap.start + heap.size) >=
                HUGE_BYTES);
    assert_true(pages_resident(&pages) >= 3 * HUGE_BYTES);
    pages_finish(&pages);
    assert_kernel_agrees(&heap);
    target_destroy(heap.target);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_what_was_done_to_it),
        cmocka_unit_test(word_by_word_it_is_the_same),
        cmocka_unit_test(a_range_may_end_within_a_page_or_be_empty),
        cmocka_unit_test(a_range_may_begin_within_a_page),
        cmocka_unit_test(the_kernel_agrees_whatever_is_done_to_a_heap),
        cmocka_unit_test(a_large_block_is_promised_and_comes_where_it_is_touched),
        cmocka_unit_test(touching_changes_no_byte),
        cmocka_unit_test(a_clone_has_the_same_pages),
        cmocka_unit_test(a_process_that_was_cloned_has_pages_of_its_own),
        cmocka_unit_test(bytes_are_those_that_the_kernel_has),
        cmocka_unit_test(smaps_says_how_much_is_huge),
        cmocka_unit_test(huge_pages_are_told),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
