/* test_answers.c: what malloc and its kin answer where the standards say what. The program is
 * linked with the library, and is run again under each policy that can serve a program. */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "test.h"

enum { UNTOUCHED = 4711 };

/* Whether the policy takes single blocks back. */
static bool frees_blocks(void)
{
    const char *policy = getenv("HEAPGLASS_POLICY");

    return !policy || strcmp(policy, "linear") != 0;
}

static void malloc_is_ours(void **state)
{
    Dl_info info;

    (void)state;
    assert_true(dladdr((void *)malloc, &info));
    assert_non_null(strstr(info.dli_fname, "libheapglass-malloc.so"));
}

static void payloads_of_any_size_are_aligned_and_their_own(void **state)
{
    enum { COUNT = 300 };
    unsigned char *payloads[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        payloads[i] = malloc(i * i);
        assert_non_null(payloads[i]);
        assert_int_equal((uintptr_t)payloads[i] % _Alignof(max_align_t), 0);
        assert_true(malloc_usable_size(payloads[i]) >= i * i);
        memset(payloads[i], (int)i, malloc_usable_size(payloads[i]));
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0; j < i * i; j++)
            assert_int_equal(payloads[i][j], (unsigned char)i);
        free(payloads[i]);
    }
}

static void nothing_is_something_of_its_own(void **state)
{
    void *a = malloc(0), *b = malloc(0), *c = calloc(0, 8);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    assert_non_null(c);
    assert_ptr_not_equal(a, b);
    free(a);
    free(b);
    free(c);
    free(NULL);
    assert_int_equal(malloc_usable_size(NULL), 0);
}

static void calloc_clears_what_was_used_before(void **state)
{
    (void)state;
    for (size_t size = 1; size < 200000; size = size * 3 + 1) {
        unsigned char *payload = malloc(size);

        memset(payload, 0xff, size);
        free(payload);
        payload = calloc(size, 1);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(payload[i], 0);
        free(payload);
    }
}

static bool is_all(const unsigned char *payload, size_t size, unsigned char byte)
{
    return payload[0] == byte && memcmp(payload, payload + 1, size - 1) == 0;
}

/* Some of it was used before, and some is new. */
static void calloc_clears_across_the_break(void **state)
{
    static const size_t sizes[] = {((size_t)1 << 20) + 8, ((size_t)3 << 20) - 5};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i];
        unsigned char *payload = malloc(size / 2), *kept;

        memset(payload, 0xff, size / 2);
        free(payload);
        payload = calloc(size, 1);
        kept = malloc(100);
        memset(kept, 0x55, 100);
        assert_true(is_all(payload, size, 0));
        memset(payload, 0xff, size);
        free(payload);
        payload = calloc(1, size);
        assert_true(is_all(payload, size, 0) && is_all(kept, 100, 0x55));
        free(payload);
        free(kept);
    }
}

static void sizes_beyond_all_memory_are_refused(void **state)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 4096, PTRDIFF_MAX, (size_t)1 << 47};
    void *kept = malloc(10);

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        void *(*const functions[])(size_t) = {malloc, valloc, pvalloc};

        for (size_t j = 0; j < TEST_COUNT(functions); j++) {
            errno = 0;
            assert_null(functions[j](sizes[i]));
            assert_int_equal(errno, ENOMEM);
        }
        errno = 0;
        assert_null(realloc(kept, sizes[i]));
        assert_int_equal(errno, ENOMEM);
        errno = 0;
        assert_null(aligned_alloc(64, sizes[i]));
        assert_int_equal(errno, ENOMEM);
    }
    free(kept);
}

static void products_that_overflow_are_refused(void **state)
{
    volatile size_t large = (size_t)1 << 33; /* volatile: compilers see through the product */

    (void)state;
    errno = 0;
    assert_null(calloc(large, large));
    assert_int_equal(errno, ENOMEM);
    errno = 0;
    assert_null(reallocarray(NULL, large, large));
    assert_int_equal(errno, ENOMEM);
}

static void realloc_keeps_what_both_sizes_share(void **state)
{
    size_t size = 1;
    unsigned char *payload = realloc(NULL, size);

    (void)state;
    payload[0] = 1;
    for (; size < 300000; size = size * 2 + 7) {
        payload = reallocarray(payload, size * 2 + 7, 1);
        assert_non_null(payload);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(payload[i], 1);
        memset(payload, 1, size * 2 + 7);
    }
    payload = realloc(payload, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(payload[i], 1);
    assert_null(realloc(payload, 0)); /* as in the C library: it is freed */
}

static void alignments_are_kept_or_refused(void **state)
{
    (void)state;
    for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
        void *payloads[] = {aligned_alloc(alignment, 100), memalign(alignment, 1),
                            aligned_alloc(alignment, 5000)};

        for (size_t i = 0; i < TEST_COUNT(payloads); i++) {
            assert_non_null(payloads[i]);
            assert_int_equal((uintptr_t)payloads[i] % alignment, 0);
            free(payloads[i]);
        }
    }
}

/* The C library's own, which ours hides. */
static void *theirs(const char *function)
{
    static void *library;

    library = library ? library : dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    assert_non_null(library);
    return dlsym(library, function);
}

static void odd_alignments_are_answered_as_by_the_c_library(void **state)
{
    static const char *const functions[] = {"memalign", "aligned_alloc"};
    static const size_t alignments[] = {
        0, 1, 2, 3, 15, 17, 24, 48, 100, 4095, SIZE_MAX, SIZE_MAX / 2 + 2, (size_t)1 << 63};
    void (*their_free)(void *) = NULL;

    (void)state;
    *(void **)&their_free = theirs("free");
    for (size_t i = 0; i < TEST_COUNT(functions) * TEST_COUNT(alignments); i++) {
        const char *function = functions[i % 2];
        size_t alignment = alignments[i / 2];
        void *(*their)(size_t, size_t) = NULL;
        void *(*ours)(size_t, size_t) = i % 2 ? aligned_alloc : memalign;
        void *expected, *answer;
        int number;

        *(void **)&their = theirs(function);
        errno = 0;
        expected = their(alignment, 10);
        number = errno;
        errno = 0;
        answer = ours(alignment, 10);
        assert_int_equal(!answer, !expected);
        assert_int_equal(errno, number);
        if (answer)
            assert_int_equal((uintptr_t)answer & alignment & -alignment, 0);
        free(answer);
        their_free(expected);
    }
}

static void the_c_librarys_other_names_are_ours(void **state)
{
    static const char *const names[] = {
        "__libc_malloc",   "__libc_free",   "__libc_calloc",  "__libc_realloc",
        "__libc_memalign", "__libc_valloc", "__libc_pvalloc", "__libc_mallinfo",
        "__libc_mallopt",  "cfree",         "mallinfo2",      "mallinfo",
        "malloc_stats",    "malloc_info",   "malloc_trim",    "mallopt",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        void *function = dlsym(RTLD_DEFAULT, names[i]);
        Dl_info info;

        assert_non_null(function);
        assert_true(dladdr(function, &info));
        assert_non_null(strstr(info.dli_fname, "libheapglass-malloc.so"));
    }
}

/* ---- What is said of the heap ---- */

static void mallinfo_counts_what_is_used_and_free(void **state)
{
    enum { SIZE = 3000000 };
    struct mallinfo2 before = mallinfo2(), used, after;
    void *payload = malloc(SIZE);

    (void)state;
    used = mallinfo2();
    assert_true(used.uordblks >= before.uordblks + SIZE);
    assert_true(used.arena >= used.uordblks);
    assert_int_equal(used.uordblks + used.fordblks, used.arena);
    free(payload);
    after = mallinfo2();
    if (frees_blocks())
        assert_true(after.uordblks < before.uordblks + SIZE);
    assert_int_equal(after.uordblks + after.fordblks, after.arena);
}

static void stats_and_info_say_the_same(void **state)
{
    char *text = NULL, line[100];
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size), *errors = stderr;
    struct mallinfo2 info;

    (void)state;
    assert_non_null(stream);
    fputs("so that there is a buffer", stream);
    fflush(stream);
    info = mallinfo2();
    stderr = stream;
    malloc_stats();
    stderr = errors;
    assert_int_equal(malloc_info(0, stream), 0);
    assert_int_equal(malloc_info(1, stream), EINVAL);
    fclose(stream);
    snprintf(line, sizeof line, "system bytes     = %10zu\nin use bytes     = ", info.arena);
    assert_non_null(strstr(text, line));
    assert_non_null(strstr(text, "<malloc version=\"1\">\n<heap nr=\"0\">"));
    assert_non_null(strstr(text, "</heap>"));
    assert_non_null(strstr(text, "</malloc>\n"));
    free(text);
}

static void trim_gives_back_what_is_free(void **state)
{
    enum { COUNT = 20, SIZE = 200000 };
    char *payloads[COUNT], *above;

    (void)state;
    if (!frees_blocks())
        return;
    for (int i = 0; i < COUNT; i++) {
        payloads[i] = malloc(SIZE);
        memset(payloads[i], 1, SIZE);
    }
    above = malloc(100);
    for (int i = 0; i < COUNT; i++)
        free(payloads[i]);
    errno = UNTOUCHED;
    assert_int_equal(malloc_trim(0), 1);
    assert_int_equal(errno, UNTOUCHED);
    free(above);
}

static void mallopt_sets_the_trim_threshold(void **state)
{
    enum { SIZE = 8000000 };
    void *payload;
    size_t before;

    (void)state;
    errno = UNTOUCHED;
    assert_int_equal(mallopt(M_TRIM_THRESHOLD, 100000), 1);
    assert_int_equal(mallopt(M_MXFAST, 80), 1);
    assert_int_equal(mallopt(M_MXFAST, 1000), 0);
    assert_int_equal(mallopt(M_MMAP_THRESHOLD, 1000), 1);
    assert_int_equal(errno, UNTOUCHED);
    payload = malloc(SIZE);
    before = mallinfo2().arena;
    free(payload);
    if (frees_blocks())
        assert_true(mallinfo2().arena < before);
}

static void posix_memalign_returns_its_error(void **state)
{
    void *payload = &payload;

    (void)state;
    errno = UNTOUCHED;
    assert_int_equal(posix_memalign(&payload, 2, 10), EINVAL);
    assert_int_equal(posix_memalign(&payload, 24, 10), EINVAL);
    assert_int_equal(posix_memalign(&payload, 64, SIZE_MAX), ENOMEM);
    assert_ptr_equal(payload, &payload);
    assert_int_equal(posix_memalign(&payload, 256, 10), 0);
    assert_int_equal((uintptr_t)payload % 256, 0);
    assert_int_equal(errno, UNTOUCHED);
    free(payload);
}

static void pages_are_whole(void **state)
{
    size_t page = (size_t)getpagesize();
    void *one = valloc(10), *two = pvalloc(page + 1);

    (void)state;
    assert_int_equal((uintptr_t)one % page, 0);
    assert_int_equal((uintptr_t)two % page, 0);
    assert_true(malloc_usable_size(two) >= 2 * page);
    free(one);
    free(two);
}

/* Even where the system does not take back what it is given, since it is locked. */
static void free_keeps_errno(void **state)
{
    size_t size = (size_t)40 << 20; /* enough to be given back */
    char *payload = malloc(size);

    (void)state;
    mlock(payload + size / 2, 1);
    errno = UNTOUCHED;
    free(payload);
    assert_int_equal(errno, UNTOUCHED);
    munlockall();
}

static void others_may_move_the_break(void **state)
{
    enum { COUNT = 50, SIZE = 100000 };
    char *payloads[COUNT], *theirs[COUNT];

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        theirs[i] = sbrk(5000);
        memset(theirs[i], 0x55, 5000);
        payloads[i] = malloc(SIZE);
        memset(payloads[i], i, SIZE);
    }
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(theirs[i][0], 0x55);
        assert_int_equal(theirs[i][4999], 0x55);
        assert_int_equal(payloads[i][0], i);
        assert_int_equal(payloads[i][SIZE - 1], i);
        free(payloads[i]);
    }
}

/* The system refuses; malloc says so, and works again as soon as there is memory. */
static void what_the_system_refuses_is_refused(void **state)
{
    enum { COUNT = 64, SIZE = 4 << 20 };
    struct rlimit old, tight;
    void *payloads[COUNT];
    int count = 0;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_DATA, &old), 0);
    tight = (struct rlimit){.rlim_cur = (rlim_t)SIZE * COUNT / 2, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_DATA, &tight), 0);
    errno = 0;
    while (count < COUNT && (payloads[count] = malloc(SIZE)))
        count++;
    assert_int_equal(errno, ENOMEM);
    assert_in_range(count, 1, COUNT - 1);
    assert_int_equal(setrlimit(RLIMIT_DATA, &old), 0);
    payloads[count] = malloc(SIZE);
    assert_non_null(payloads[count]);
    memset(payloads[count], 1, SIZE);
    while (count >= 0)
        free(payloads[count--]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malloc_is_ours),
        cmocka_unit_test(payloads_of_any_size_are_aligned_and_their_own),
        cmocka_unit_test(nothing_is_something_of_its_own),
        cmocka_unit_test(calloc_clears_what_was_used_before),
        cmocka_unit_test(calloc_clears_across_the_break),
        cmocka_unit_test(sizes_beyond_all_memory_are_refused),
        cmocka_unit_test(products_that_overflow_are_refused),
        cmocka_unit_test(realloc_keeps_what_both_sizes_share),
        cmocka_unit_test(alignments_are_kept_or_refused),
        cmocka_unit_test(odd_alignments_are_answered_as_by_the_c_library),
        cmocka_unit_test(the_c_librarys_other_names_are_ours),
        cmocka_unit_test(mallinfo_counts_what_is_used_and_free),
        cmocka_unit_test(stats_and_info_say_the_same),
        cmocka_unit_test(trim_gives_back_what_is_free),
        cmocka_unit_test(mallopt_sets_the_trim_threshold),
        cmocka_unit_test(posix_memalign_returns_its_error),
        cmocka_unit_test(pages_are_whole),
        cmocka_unit_test(free_keeps_errno),
        cmocka_unit_test(others_may_move_the_break),
        cmocka_unit_test(what_the_system_refuses_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
