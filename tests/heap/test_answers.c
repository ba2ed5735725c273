/* test_answers.c: what C and POSIX say of zero, of sizes near the largest, and of alignments; and
 * that nothing is lost when memory runs out. Every policy is asked. */
#include <errno.h>
#include <string.h>

#include "heap/shadow.h"
#include "test.h"

#define ARENA_SIZE ((size_t)1 << 20)

/* Run `test` on a fresh heap of each policy. */
static void for_each_policy(void (*test)(struct shadow *shadow))
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        struct shadow *shadow;

        config.settings[HG_SETTING_SLOT_SIZE] = 10240;
        shadow = shadow_create(&config, ARENA_SIZE, number + 1);
        test(shadow);
        shadow_free_all(shadow);
        shadow_destroy(shadow);
    }
}

static void expect_null(const void *payload, int number)
{
    assert_null(payload);
    assert_int_equal(errno, number);
    errno = 0;
}

static void refuse_what_no_heap_can_hold(struct shadow *shadow)
{
    static const size_t sizes[] = {SIZE_MAX,     SIZE_MAX - 7,    SIZE_MAX - 4096,
                                   SIZE_MAX / 2, HG_SIZE_MAX + 1, HG_SIZE_MAX};
    int live = shadow_allocate(shadow, 100, 1);

    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        expect_null(hg_malloc(shadow->heap, sizes[i]), ENOMEM);
        expect_null(hg_calloc(shadow->heap, 1, sizes[i]), ENOMEM);
        expect_null(hg_aligned_alloc(shadow->heap, 64, sizes[i]), ENOMEM);
        expect_null(hg_realloc(shadow->heap, shadow->live[live].payload, sizes[i]), ENOMEM);
        shadow_compare(shadow);
    }
    expect_null(hg_aligned_alloc(shadow->heap, (size_t)1 << 63, 1), ENOMEM);
    shadow_compare(shadow);
}

static void huge_sizes_are_refused_and_change_nothing(void **state)
{
    (void)state;
    for_each_policy(refuse_what_no_heap_can_hold);
}

static void refuse_products(struct shadow *shadow)
{
    expect_null(hg_calloc(shadow->heap, SIZE_MAX, 2), ENOMEM);
    expect_null(hg_calloc(shadow->heap, (size_t)1 << 32, (size_t)1 << 32), ENOMEM);
    expect_null(hg_calloc(shadow->heap, SIZE_MAX / 2, 3), ENOMEM);
    shadow_compare(shadow);
}

static void calloc_does_not_overflow(void **state)
{
    (void)state;
    for_each_policy(refuse_products);
}

static void expect_zeros(struct shadow *shadow)
{
    static const unsigned char zeros[3000];
    int dirty = shadow_allocate(shadow, sizeof zeros, 1);
    unsigned char *payload;

    if (!shadow_free(shadow, (size_t)dirty))
        shadow_free_all(shadow);
    payload = hg_calloc(shadow->heap, 100, 30);
    assert_non_null(payload);
    assert_memory_equal(payload, zeros, sizeof zeros);
    if (!hg_free(shadow->heap, payload))
        hg_reset(shadow->heap);
    shadow_compare(shadow);
}

static void calloc_clears_what_was_used_before(void **state)
{
    (void)state;
    for_each_policy(expect_zeros);
}

static void ask_for_nothing(struct shadow *shadow)
{
    void *first = hg_malloc(shadow->heap, 0), *second = hg_malloc(shadow->heap, 0);

    assert_non_null(first);
    assert_non_null(second);
    assert_ptr_not_equal(first, second);
    assert_null(hg_realloc(shadow->heap, first, 0)); /* frees it */
    assert_true(hg_free(shadow->heap, NULL));
    assert_int_equal(hg_usable_size(shadow->heap, NULL), 0);
    if (!hg_free(shadow->heap, second))
        hg_reset(shadow->heap);
    shadow_compare(shadow);
    first = hg_realloc(shadow->heap, NULL, 50); /* allocates */
    assert_non_null(first);
    if (!hg_free(shadow->heap, first))
        hg_reset(shadow->heap);
    shadow_compare(shadow);
}

static void zero_and_null_answer_as_c_says(void **state)
{
    (void)state;
    for_each_policy(ask_for_nothing);
}

/* The largest alignment that a policy offers. */
static size_t most_alignment(const struct shadow *shadow)
{
    const char *policy = hg_config_of(shadow->heap).policy;

    if (strncmp(policy, "pool", 4) == 0)
        return 16;
    return strcmp(policy, "buddy") == 0 ? 4096 : 65536;
}

static void ask_for_alignments(struct shadow *shadow)
{
    static const size_t wrong[] = {0, 3, 6, 12, 24, 100, SIZE_MAX};

    for (size_t i = 0; i < TEST_COUNT(wrong); i++)
        expect_null(hg_aligned_alloc(shadow->heap, wrong[i], 10), EINVAL);
    for (size_t alignment = 1; alignment <= 65536; alignment *= 2) {
        if (alignment <= most_alignment(shadow)) /* allocating checks the alignment */
            assert_true(shadow_allocate(shadow, 10, alignment) >= 0);
        else
            expect_null(hg_aligned_alloc(shadow->heap, alignment, 10), ENOMEM);
    }
    shadow_compare(shadow);
}

static void alignments_are_kept_or_refused(void **state)
{
    (void)state;
    for_each_policy(ask_for_alignments);
}

static void run_out(struct shadow *shadow)
{
    size_t live = 0;

    while (shadow->live_count < SHADOW_LIVE_MAX && shadow_allocate(shadow, 10000, 1) >= 0)
        live++;
    assert_true(live > 50 && live < SHADOW_LIVE_MAX);
    assert_int_equal(errno, ENOMEM);
    assert_false(shadow_reallocate(shadow, 0, ARENA_SIZE));
    shadow_compare(shadow);
    if (shadow_free(shadow, live / 2))
        assert_true(shadow_allocate(shadow, 9000, 1) >= 0);
    shadow_compare(shadow);
}

static void running_out_of_memory_loses_nothing(void **state)
{
    (void)state;
    for_each_policy(run_out);
}

/* Payloads are aligned, or refused, wherever the heap starts. */
static void alignments_are_kept_where_the_start_has_less(void **state)
{
    static char memory[ARENA_SIZE] __attribute__((aligned(8192)));
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        struct hg_arena arena = {.start = memory + 16, .size = sizeof memory - 16};
        struct hg_os os = hg_os_arena(&arena);
        struct hg_heap *heap = hg_open(&config, &os, NULL, NULL);

        assert_non_null(heap);
        for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
            errno = 0;
            if ((uintptr_t)hg_aligned_alloc(heap, alignment, 10) % alignment)
                fail_msg("%s: not aligned to %zu", policy->name, alignment);
            assert_true(errno == 0 || (errno == ENOMEM && alignment > 16));
        }
        hg_close(heap);
    }
}

/* New memory is zero, also where a page was taken back in part. */
static void the_break_gives_zeros_again(void **state)
{
    enum { KEPT = 100 };
    static const unsigned char zeros[10000];
    struct hg_os os = hg_os_sbrk();
    char *start = os.grow(os.context, sizeof zeros);

    (void)state;
    assert_non_null(start);
    memset(start, 1, sizeof zeros);
    assert_true(os.shrink(os.context, start + sizeof zeros, sizeof zeros - KEPT));
    assert_ptr_equal(os.grow(os.context, sizeof zeros - KEPT), start + KEPT);
    assert_memory_equal(start + KEPT, zeros, sizeof zeros - KEPT);
    assert_int_equal(start[KEPT - 1], 1);
    assert_true(os.shrink(os.context, start + sizeof zeros, sizeof zeros));
}

static void settings_that_do_not_go_together_are_refused(void **state)
{
    static const struct {
        enum hg_setting setting;
        uint64_t value;
    } rows[] = {
        {HG_SETTING_HEADER, 24},
        {HG_SETTING_HEADER, 64},
        {HG_SETTING_ALIGNMENT, 4},
        {HG_SETTING_ALIGNMENT, 48},
        {HG_SETTING_ALIGNMENT, 8192},
        {HG_SETTING_MIN_BLOCK, 16},
        {HG_SETTING_ORDER, 5},
        {HG_SETTING_COALESCE, 3},
        {HG_SETTING_BOUNDARY_TAGS, 2},
        {HG_SETTING_PLACE, 2},
        {HG_SETTING_GROW, 8},
        {HG_SETTING_GROW, 1000},
        {HG_SETTING_TRIM, UINT64_MAX - 1},
    };
    static char memory[ARENA_SIZE] __attribute__((aligned(4096)));

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config = hg_config_default("first-fit");
        struct hg_arena arena = {.start = memory, .size = sizeof memory};
        struct hg_os os = hg_os_arena(&arena);
        unsigned setting = HG_SETTING_COUNT;

        config.settings[rows[i].setting] = rows[i].value;
        assert_non_null(hg_config_problem(&config, &setting));
        assert_int_equal(setting, rows[i].setting);
        expect_null(hg_open(&config, &os, NULL, NULL), EINVAL);
        assert_int_equal(arena.used, 0);
    }
}

static void a_heap_without_memory_is_not_opened(void **state)
{
    static char memory[64] __attribute__((aligned(16)));
    struct hg_config config = hg_config_default("first-fit");
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);

    (void)state;
    expect_null(hg_open(&config, &os, NULL, NULL), ENOMEM);
    config.policy = "no-such-fit";
    expect_null(hg_open(&config, &os, NULL, NULL), EINVAL);
    config.policy = NULL;
    expect_null(hg_open(&config, &os, NULL, NULL), EINVAL);
}

/* The end marker of a heap is its last bytes. */
static void opening_writes_nothing_beyond_the_break(void **state)
{
    enum { MARK = 0x5a };
    static char memory[ARENA_SIZE] __attribute__((aligned(4096)));
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        struct hg_arena arena = {.start = memory, .size = sizeof memory};
        struct hg_os os = hg_os_arena(&arena);

        memset(memory, MARK, sizeof memory);
        assert_non_null(hg_open(&config, &os, NULL, NULL));
        for (size_t at = arena.used; at < sizeof memory; at++)
            assert_int_equal(memory[at], MARK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(huge_sizes_are_refused_and_change_nothing),
        cmocka_unit_test(calloc_does_not_overflow),
        cmocka_unit_test(calloc_clears_what_was_used_before),
        cmocka_unit_test(zero_and_null_answer_as_c_says),
        cmocka_unit_test(alignments_are_kept_or_refused),
        cmocka_unit_test(running_out_of_memory_loses_nothing),
        cmocka_unit_test(alignments_are_kept_where_the_start_has_less),
        cmocka_unit_test(the_break_gives_zeros_again),
        cmocka_unit_test(settings_that_do_not_go_together_are_refused),
        cmocka_unit_test(a_heap_without_memory_is_not_opened),
        cmocka_unit_test(opening_writes_nothing_beyond_the_break),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
