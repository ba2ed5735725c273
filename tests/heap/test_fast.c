/* test_fast.c: exercises for the fast engine: bins, slabs, quick lists, and what tlsf rounds up. */
#include <string.h>
#include <sys/mman.h>

#include "heap/exercise.h"
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_read.h"
#include "test.h"

/* The policy segregated with nothing but its bins. */
static struct hg_config bins_only(void)
{
    struct hg_config config = exercise_config("segregated");

    config.settings[HG_SETTING_SLABS] = HG_SWITCH_OFF;
    config.settings[HG_SETTING_QUICK_LISTS] = HG_SWITCH_OFF;
    return config;
}

static void a_block_is_a_header_and_payload_in_grains(void **state)
{
    struct hg_config config = exercise_config("tlsf");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A1 B8 C9 D24 E25", "A16 B16 C32 D32 E48");
    exercise_expect(&exercise, "-B", "A16 -16 C32 D32 E48"); /* a minimal block, without footer */
    exercise_expect(&exercise, "-C", "A16 -48 D32 E48");
    exercise_expect(&exercise, "-E -D", "A16 -128");
    exercise_expect(&exercise, "F120", "A16 F128");
    exercise_end(&exercise);
}

static void the_last_block_takes_just_what_it_lacks(void **state)
{
    struct hg_config config = exercise_config("tlsf");
    struct exercise exercise = exercise_begin(&config);
    size_t size = hg_size(exercise.shadow->heap);

    (void)state;
    exercise_expect(&exercise, "A24 B56 -B C120", "A32 C128");
    assert_int_equal(hg_size(exercise.shadow->heap), size + 32 + 128);
    exercise_expect(&exercise, "C=152", "A32 C160"); /* grown where it is, with the break */
    exercise_expect(&exercise, "A=56", "-32 C160 A64");
    exercise_end(&exercise);
}

/* From 1 KiB on a bin holds two sizes, or more: which of its blocks fit, tlsf does not look. */
static void tlsf_rounds_up_where_segregated_looks(void **state)
{
    struct hg_config config = exercise_config("tlsf");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A1032 B8 -A", "-1040 B16");
    exercise_expect(&exercise, "C1032", "-1040 B16 C1040"); /* 1040 could be 1024: not looked at */
    assert_int_equal(exercise.shadow->visits, 0);
    exercise_expect(&exercise, "D1016", "D1024 -16 B16 C1040"); /* it is large enough for that */
    assert_int_equal(exercise.shadow->visits, 1);
    exercise_end(&exercise);

    config = bins_only();
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A1032 B8 -A C1032", "B16 C1040 -48");
    exercise_end(&exercise);
}

/* A good fit does not see that the last block is large enough, but growing it does. */
static void tlsf_takes_a_last_block_that_is_large_enough(void **state)
{
    struct hg_config config = exercise_config("tlsf");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A8 B1064 -B", "A16 -1072");
    exercise_expect(&exercise, "C1064", "A16 C1072");
    exercise_expect(&exercise, "-C D1048", "A16 D1056 -16");
    exercise_end(&exercise);
}

/* The wilderness goes back when it reaches the threshold and is an eighth of the heap. */
static void a_small_part_of_the_heap_is_not_trimmed(void **state)
{
    struct hg_config config = exercise_config("tlsf");
    struct exercise exercise;
    size_t size;

    (void)state;
    config.settings[HG_SETTING_TRIM] = 128;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A16376 B248 -B", "A16384 -256"); /* the threshold is not enough */
    size = hg_size(exercise.shadow->heap);
    exercise_expect(&exercise, "C8184 -C", "A16384");
    assert_int_equal(hg_size(exercise.shadow->heap), size - 256);
    exercise_end(&exercise);
}

static void the_first_small_blocks_go_to_the_nursery(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise;
    size_t size;

    (void)state;
    config.settings[HG_SETTING_TRIM] = 32;
    exercise = exercise_begin(&config);
    size = hg_size(exercise.shadow->heap);
    exercise_expect(&exercise, "A4000", "-64 A4016");
    exercise_expect(&exercise, "B20 A=5000", "B32 -32 A5008"); /* B is not in its way */
    exercise_expect(&exercise, "-A", "B32 -32");               /* it stays where all goes back */
    assert_int_equal(hg_size(exercise.shadow->heap), size);
    exercise_expect(&exercise, "A20 C20 -C -A -B", "-64");
    assert_int_equal(hg_size(exercise.shadow->heap), size);
    exercise_end(&exercise);
}

/* What lies below an aligned block is one free block. */
static void an_aligned_block_takes_the_nursery_with_it(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    assert_true(shadow_allocate(exercise.shadow, 100, 1024) >= 0);
    shadow_compare(exercise.shadow);
    exercise_end(&exercise);
}

/* Of free blocks of 48, 96 and 64 bytes, each between used ones. */
static void the_best_fit_is_taken_with_bins_and_without(void **state)
{
    static const enum hg_switch bins[] = {HG_SWITCH_ON, HG_SWITCH_OFF};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bins); i++) {
        struct hg_config config = bins_only();
        struct exercise exercise;

        config.settings[HG_SETTING_BINS] = bins[i];
        exercise = exercise_begin(&config);
        exercise_expect(&exercise, "Z56 A40 B8 C88 D8 E56 F8 -A -C -E",
                        "Z64 -48 B16 -96 D16 -64 F16");
        exercise_expect(&exercise, "G50", "Z64 -48 B16 -96 D16 G64 F16");
        exercise_expect(&exercise, "H60", "Z64 -48 B16 H80 -16 D16 G64 F16");
        exercise_end(&exercise);
    }
}

/* In a heap of classroom size, too, there is something to see. */
static void what_is_there_always_is_there_in_small_heaps(void **state)
{
    static const enum hg_switch switches[] = {HG_SWITCH_ON, HG_SWITCH_ALWAYS};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(switches); i++) {
        struct hg_config config = exercise_config("segregated");
        bool always = switches[i] == HG_SWITCH_ALWAYS;
        const struct fast *fast;
        struct exercise exercise;

        config.settings[HG_SETTING_BINS] = switches[i];
        config.settings[HG_SETTING_SLABS] = switches[i];
        config.settings[HG_SETTING_QUICK_LISTS] = switches[i];
        exercise = exercise_begin(&config);
        fast = (const struct fast *)exercise.shadow->heap;
        hg_malloc(exercise.shadow->heap, 300);
        hg_malloc(exercise.shadow->heap, 32);
        assert_int_equal(fast->bins != 0, always);
        assert_int_equal(fast->quick != 0, always);
        assert_int_equal(fast->map != 0, always);
        assert_int_equal(hg_config_of(exercise.shadow->heap).settings[HG_SETTING_BINS],
                         switches[i]);
        exercise_end(&exercise);
    }
}

/* How many lists hold a block, among those numbered [from, until). */
static bool stop_at_first(void *context, uint64_t at)
{
    (void)at;
    ++*(unsigned *)context;
    return false;
}

static unsigned lists_in_use(const struct hg_heap *heap, uint32_t from, uint32_t until)
{
    unsigned count = 0;

    for (uint32_t list = from; list < until; list++)
        hg_list_walk(heap, hg_size(heap), list, stop_at_first, &count);
    return count;
}

/* Allocate as many blocks as can be, of 50 sizes, and free every other one. */
static void make_holes(struct shadow *shadow)
{
    for (size_t i = 0; i < SHADOW_LIVE_MAX; i++)
        assert_true(shadow_allocate(shadow, 200 + i % 50 * 16, 1) >= 0);
    for (size_t i = SHADOW_LIVE_MAX; i >= 2; i -= 2)
        shadow_free(shadow, i - 2); /* the last moves to where the freed one was */
    shadow_compare(shadow);
}

static void bins_are_made_when_there_is_much_to_sort(void **state)
{
    static const enum hg_switch bins[] = {HG_SWITCH_ON, HG_SWITCH_OFF};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bins); i++) {
        struct hg_config config = bins_only();
        struct exercise exercise;
        const struct fast *fast;

        config.settings[HG_SETTING_BINS] = bins[i];
        exercise = exercise_begin(&config);
        fast = fast_of(exercise.shadow->heap);
        assert_int_equal(fast->bins, 0); /* a small heap does without */
        make_holes(exercise.shadow);
        assert_true(shadow_allocate(exercise.shadow, 100, 1) >= 0);
        assert_true(shadow_allocate(exercise.shadow, 100, 1) >= 0);
        assert_int_equal(fast->bins != 0, bins[i] == HG_SWITCH_ON);
        assert_int_equal(lists_in_use(&fast->heap, 1, FAST_BINS) > 20, bins[i] == HG_SWITCH_ON);
        shadow_compare(exercise.shadow);
        exercise_end(&exercise);
    }
}

/* A heap with quick lists: it is large enough, and had room for the table. */
static struct exercise begin_with_quick_lists(const struct hg_config *config)
{
    struct exercise exercise = exercise_begin(config);
    struct hg_heap *heap = exercise.shadow->heap;
    void *large = hg_malloc(heap, 100000);

    assert_true(hg_free(heap, large));
    assert_non_null(hg_malloc(heap, 20000));
    return exercise;
}

/* ---- Slabs ---- */

/* Payloads of 16 bytes, which need 32 with a header. */
static void a_popular_size_gets_slots_without_headers(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    size_t size;

    (void)state;
    exercise_expect(&exercise, "A16 B16 C16 D16 E16 F16", "A32 B32 C32 D32 E32 F32");
    exercise.named['I' - 'A'] = hg_malloc(heap, 16);
    exercise.named['J' - 'A'] = hg_malloc(heap, 16);
    size = hg_size(heap);
    assert_int_equal((char *)exercise.named['J' - 'A'] - (char *)exercise.named['I' - 'A'], 16);
    assert_int_equal(hg_usable_size(heap, exercise.named['J' - 'A']), 16);
    assert_int_equal(hg_usable_size(heap, exercise.named['A' - 'A']), 24);
    for (int i = 0; i < 14; i++)
        assert_non_null(hg_malloc(heap, 16));
    assert_int_equal(hg_size(heap), size);           /* they all found room in the slab */
    exercise.named['K' - 'A'] = hg_malloc(heap, 16); /* below it there is some for a block */
    assert_int_equal(hg_usable_size(heap, exercise.named['K' - 'A']), 24);
    assert_int_equal(hg_size(heap), size);
    shadow_destroy(exercise.shadow);
}

static void sizes_whose_header_is_free_get_none(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    const struct fast *fast = fast_of(exercise.shadow->heap);

    (void)state;
    for (size_t i = 0; i < 100; i++)
        assert_true(shadow_allocate(exercise.shadow, 24, 1) >= 0); /* 8 + 24 = 32 */
    assert_int_equal(fast->map, 0);
    config.settings[HG_SETTING_SLABS] = HG_SWITCH_OFF;
    exercise_end(&exercise);
    exercise = exercise_begin(&config);
    fast = fast_of(exercise.shadow->heap);
    for (size_t i = 0; i < 100; i++)
        assert_true(shadow_allocate(exercise.shadow, 16, 1) >= 0);
    assert_int_equal(fast->map, 0);
    exercise_end(&exercise);
}

/* In a heap of 256 KiB, payloads of 512 bytes, which need 528 with a header. */
static void a_large_size_gets_slots_when_many_are_in_use(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = begin_with_quick_lists(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    void *last = hg_malloc(heap, 300000), *wide;
    size_t size;

    (void)state;
    for (int i = 0; i < 8 * 32 + 32; i++)
        assert_non_null(last = hg_malloc(heap, 512));
    assert_int_equal(hg_usable_size(heap, last), 520);
    size = hg_size(heap);
    for (int i = 0; i < 200; i++)
        assert_non_null(last = hg_malloc(heap, 512));
    assert_int_equal(hg_usable_size(heap, last), 512);
    assert_true(hg_size(heap) < size + 200 * 528);
    assert_non_null(wide = hg_malloc(heap, 514)); /* it has the header for free */
    assert_int_equal(hg_usable_size(heap, wide), 520);
    assert_true(hg_free(heap, wide));
    assert_ptr_equal(hg_malloc(heap, 512), wide); /* what waits comes first */
    shadow_compare_heap(exercise.shadow);
    shadow_destroy(exercise.shadow);
}

static void large_slots_agree_with_the_shadow(void **state)
{
    static const size_t sizes[] = {160, 160, 160, 160, 160, 160, 100, 2000};
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct shadow *shadow = exercise.shadow;
    struct random random = {.state = 1};

    (void)state;
    assert_true(shadow_allocate(shadow, 300000, 1) >= 0);
    for (int i = 0; i < 20000; i++) {
        size_t most = i / 4000 % 2 ? SHADOW_LIVE_MAX / 4 : SHADOW_LIVE_MAX - 1;
        size_t index = 1 + random_below(&random, shadow->live_count);

        if (index < shadow->live_count && random_below(&random, most) < shadow->live_count)
            shadow_free(shadow, index);
        else if (shadow->live_count < SHADOW_LIVE_MAX)
            assert_true(shadow_allocate(shadow, sizes[random_below(&random, 8)], 1) >= 0);
        if (i % 100 == 0)
            shadow_compare(shadow);
    }
    assert_true(fast_class(fast_of(shadow->heap), 10)->pages > 0);
    exercise_end(&exercise);
}

/* What a large heap grows for is sampled: 24 bytes would have the header free, 3000 are large. */
static void where_most_blocks_are_small_all_small_payloads_are_slots(void **state)
{
    static const struct {
        size_t large_every;
        bool slots;
    } rows[] = {{0, true}, {20, false}};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config = exercise_config("segregated");
        struct exercise exercise = exercise_begin(&config);
        struct hg_heap *heap = exercise.shadow->heap;
        struct hg_defect defect;
        void *last = NULL;

        hg_observe(heap, NULL, NULL); /* there are more blocks than the shadow takes */
        for (size_t n = 1; n <= 40000; n++) {
            if (rows[i].large_every && n % rows[i].large_every == 0)
                assert_non_null(hg_malloc(heap, 3000));
            assert_non_null(last = hg_malloc(heap, 24));
        }
        assert_int_equal(hg_usable_size(heap, last), rows[i].slots ? 32 : 24);
        assert_true(hg_check(heap, hg_size(heap), &defect));
        shadow_destroy(exercise.shadow);
    }
}

/* The number of a payload's page is cut off to 32 bits; where NULL's would then be one of the
 * heap's, the map ends before it, and what lies behind has no slots. */
static void null_is_on_no_page_of_any_heap(void **state)
{
    enum { BELOW = 256 << 10, SIZE = 16 << 20 };
    struct hg_arena arena = {.start = (char *)((uintptr_t)5 << 42) - BELOW, .size = SIZE};
    struct hg_os os = hg_os_arena(&arena);
    struct hg_config config = exercise_config("segregated");
    struct hg_heap *heap;
    struct hg_defect defect;
    unsigned slots = 0, blocks = 0;

    (void)state;
    if (mmap(arena.start, SIZE, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1,
             0) != arena.start) {
        test_skipped("something else lies where the heap should");
        return;
    }
    heap = hg_open(&config, &os, NULL, NULL);
    assert_non_null(heap);
    while (hg_size(heap) < 4 * BELOW) {
        void *payload = hg_malloc(heap, 32);

        assert_non_null(payload);
        assert_true(hg_free(heap, NULL));
        if (fast_slab_around(fast_of(heap), payload))
            slots++;
        else
            blocks++;
    }
    assert_true(slots > 1000 && blocks > 10000);
    assert_true(hg_check(heap, hg_size(heap), &defect));
    munmap(arena.start, SIZE);
}

static void count_visits(void *context, const struct hg_event *event)
{
    *(unsigned *)context += event->kind == HG_EVENT_VISIT;
}

/* Even there, a free block whose header costs nothing is taken first, and looked for once. */
static void a_free_block_that_costs_nothing_comes_before_a_slot(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise;
    struct hg_heap *heap;
    unsigned visits = 0;
    void *block;

    (void)state;
    config.settings[HG_SETTING_QUICK_LISTS] = HG_SWITCH_OFF;
    exercise = exercise_begin(&config);
    heap = exercise.shadow->heap;
    hg_observe(heap, NULL, NULL);
    assert_non_null(block = hg_malloc(heap, 40));
    for (size_t n = 1; n <= 40000; n++)
        assert_non_null(hg_malloc(heap, 24));
    assert_int_equal(fast_of(heap)->small, FAST_ALL_SMALL);
    hg_free(heap, block);
    hg_observe(heap, count_visits, &visits);
    assert_ptr_equal(hg_malloc(heap, 40), block);
    assert_int_equal(visits, 1);
    shadow_destroy(exercise.shadow);
}

static bool count_kinds(void *context, const struct hg_block *block)
{
    ((unsigned *)context)[block->kind] += block->header == 0 && block->size == 48;
    return true;
}

static void a_walk_shows_each_slot_and_its_list(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct shadow *shadow = exercise.shadow;
    unsigned kinds[HG_KIND_UNREADABLE + 1] = {0};

    (void)state;
    for (int i = 0; i < 6 + 12; i++)
        assert_true(shadow_allocate(shadow, 48, 1) >= 0);
    for (size_t i = 0; i < 5; i++)
        shadow_free(shadow, shadow->live_count - 1);
    shadow_compare(shadow); /* the walk, the lists, and the events agree */
    hg_walk(shadow->heap, hg_size(shadow->heap), 0, count_kinds, kinds);
    assert_int_equal(kinds[HG_KIND_USED], 7);
    assert_in_range(kinds[HG_KIND_FREE], 5, 16); /* and as many as were made at once */
    exercise_end(&exercise);
}

/* A walk can start at any block: at a slot too. */
static bool remember_first(void *context, const struct hg_block *block)
{
    *(struct hg_block *)context = *block;
    return false;
}

static bool walk_again(void *context, const struct hg_block *block)
{
    const struct hg_heap *heap = context;
    struct hg_block again = {0};

    hg_walk(heap, hg_size(heap), block->at, remember_first, &again);
    assert_int_equal(again.at, block->at);
    assert_int_equal(again.size, block->size);
    assert_int_equal(again.kind, block->kind);
    return true;
}

static void a_walk_can_start_at_every_block(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct shadow *shadow = exercise.shadow;

    (void)state;
    for (size_t i = 0; i < 200; i++)
        assert_true(shadow_allocate(shadow, i % 3 ? 48 : 1000, 1) >= 0);
    for (size_t i = 0; i < 50; i++)
        shadow_free(shadow, i);
    hg_walk(shadow->heap, hg_size(shadow->heap), 0, walk_again, shadow->heap);
    exercise_end(&exercise);
}

static void an_empty_slab_goes_back_if_another_has_room(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct shadow *shadow = exercise.shadow;
    const struct fast *fast = fast_of(shadow->heap);

    (void)state;
    for (int i = 0; i < 400; i++)
        assert_true(shadow_allocate(shadow, i % 2 ? 64 : 1000, 1) >= 0);
    assert_true(fast_class(fast, 4)->pages > 10);
    shadow_free_all(shadow);
    assert_in_range(fast_class(fast, 4)->pages, 1, 2); /* one is kept */
    assert_true(shadow_allocate(shadow, (size_t)1 << 20, 1) >= 0);
    assert_int_equal(fast_class(fast, 4)->pages, 0); /* until the heap would grow */
    exercise_end(&exercise);
}

/* Slots of 128 bytes do not fill a page: where more are added to a slab, nothing is lost. */
static void a_slab_grows_into_free_memory_to_its_right(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct shadow *shadow = exercise.shadow;
    const struct fast *fast = fast_of(shadow->heap);
    int large = shadow_allocate(shadow, 40000, 1);

    (void)state;
    assert_true(large >= 0 && shadow_allocate(shadow, 4000, 1) >= 0);
    shadow_free(shadow, (size_t)large);
    for (int i = 0; i < 200; i++)
        assert_true(shadow_allocate(shadow, 128, 1) >= 0);
    shadow_compare(shadow);
    assert_in_range(fast_class(fast, 8)->pages, 1, 200 * 128 / FAST_PAGE + 1);
    exercise_end(&exercise);
}

/* The holes that slabs of one size leave, between those of another, are for more of these. */
static void a_slab_takes_a_hole_that_is_small(void **state)
{
    enum { COUNT = 500 };
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    void *between[COUNT];
    size_t size;

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        assert_non_null(hg_malloc(heap, 128));
        assert_non_null(between[i] = hg_malloc(heap, 112));
    }
    size = hg_size(heap);
    for (int i = 0; i < COUNT; i++)
        assert_true(hg_free(heap, between[i]));
    for (int i = 0; i < COUNT * 3 / 4; i++)
        assert_non_null(hg_malloc(heap, 128));
    shadow_compare_heap(exercise.shadow);
    assert_int_equal(hg_size(heap), size);
    shadow_destroy(exercise.shadow);
}

static void a_slab_at_the_break_grows_with_it(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct shadow *shadow = exercise.shadow;
    const struct fast *fast = fast_of(shadow->heap);

    (void)state;
    for (int i = 0; i < 300; i++)
        assert_true(shadow_allocate(shadow, 128, 1) >= 0);
    shadow_compare(shadow);
    assert_true(fast_class(fast, 8)->pages <= 300 * 128 / FAST_PAGE + 4);
    exercise_end(&exercise);
}

/* ---- Quick lists ---- */

/* Of two sizes that differ by less than a part in 64, each fits where the other was. */
static void large_blocks_of_nearly_one_size_share_holes(void **state)
{
    static const char *const policies[] = {"segregated", "tlsf"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = exercise_config(policies[i]);
        struct exercise exercise = exercise_begin(&config);
        struct hg_heap *heap = exercise.shadow->heap;
        void *below = hg_malloc(heap, 50), *large = hg_malloc(heap, 101000);
        void *above = hg_malloc(heap, 1000), *other;

        assert_true(below && above);
        assert_true(hg_free(heap, large));
        assert_ptr_equal(other = hg_malloc(heap, 100000), large);
        assert_int_equal(hg_usable_size(heap, other), i == 0 ? 101000 : 100008);
        assert_true(hg_free(heap, other));
        assert_ptr_equal(other = hg_malloc(heap, 99000), large); /* more would be wasted */
        assert_int_equal(hg_usable_size(heap, other), 99000);
        shadow_compare_heap(exercise.shadow);
        shadow_destroy(exercise.shadow);
    }
}

/* A large block is made as large as the latest, if it is nearly as large; but not where the heap
 * cannot grow by as much. */
static void a_large_block_gets_the_room_of_the_latest(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    struct hg_arena *arena = &exercise.shadow->arena;

    (void)state;
    assert_int_equal(hg_usable_size(heap, hg_malloc(heap, 100000)), 100008);
    assert_int_equal(hg_usable_size(heap, hg_malloc(heap, 101000)), 101000);
    assert_int_equal(hg_usable_size(heap, hg_malloc(heap, 100000)), 101016);
    assert_int_equal(hg_usable_size(heap, hg_malloc(heap, 98000)), 98008);
    assert_int_equal(hg_usable_size(heap, hg_malloc(heap, 98500)), 98504);
    arena->size = arena->used + 98016;
    assert_int_equal(hg_usable_size(heap, hg_malloc(heap, 98000)), 98008);
    assert_null(hg_malloc(heap, 98000));
    assert_null(hg_malloc(heap, fast_bytes(FAST_MOST_GRAINS - 2)));
    assert_null(hg_malloc(heap, fast_bytes(FAST_MOST_GRAINS - FAST_MOST_GRAINS / 100)));
    shadow_compare_heap(exercise.shadow);
    shadow_destroy(exercise.shadow);
}

static void a_freed_block_waits_for_its_size(void **state)
{
    static const enum hg_switch quick[] = {HG_SWITCH_ON, HG_SWITCH_OFF};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(quick); i++) {
        struct hg_config config = exercise_config("segregated");
        struct exercise exercise;
        struct hg_heap *heap;
        void *first, *second;

        config.settings[HG_SETTING_QUICK_LISTS] = quick[i];
        exercise = begin_with_quick_lists(&config);
        heap = exercise.shadow->heap;
        first = hg_malloc(heap, 300);
        second = hg_malloc(heap, 500);
        assert_non_null(hg_malloc(heap, 300));
        assert_true(hg_free(heap, first) && hg_free(heap, second));
        assert_int_equal(lists_in_use(heap, FAST_LIST_QUICK + 1, FAST_LIST_SLOTS + 1),
                         quick[i] == HG_SWITCH_ON ? 2 : 0);
        shadow_compare_heap(exercise.shadow);
        if (quick[i] == HG_SWITCH_ON) {
            assert_ptr_equal(hg_malloc(heap, 500), second);
            assert_ptr_equal(hg_malloc(heap, 300), first);
            assert_true(hg_free(heap, first) && hg_free(heap, second));
        }
        hg_coalesce(heap); /* now they are one */
        assert_int_equal(lists_in_use(heap, FAST_LIST_QUICK + 1, FAST_LIST_SLOTS + 1), 0);
        assert_ptr_equal(hg_malloc(heap, 800), first);
        shadow_compare_heap(exercise.shadow);
        shadow_destroy(exercise.shadow);
    }
}

/* Where nothing was ever free, no hole has room for the lists; a large heap grows for them. */
static void a_heap_that_only_grew_has_quick_lists(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    void *payload = NULL;

    (void)state;
    for (int i = 0; i < 2000; i++)
        assert_non_null(payload = hg_malloc(heap, 600));
    assert_int_equal(fast_of(heap)->quick_most, FAST_QUICK_MOST);
    assert_true(hg_free(heap, payload));
    assert_int_equal(lists_in_use(heap, FAST_LIST_QUICK, FAST_LIST_SLOTS), 1);
    shadow_compare_heap(exercise.shadow);
    shadow_destroy(exercise.shadow);
}

/* A small part, but not none: the lists have not been judged yet. */
static void an_eighth_of_the_heap_waits_at_most(void **state)
{
    enum { COUNT = 2000 };
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    uint64_t most = 0, grains;
    void *blocks[COUNT];

    (void)state;
    for (int i = 0; i < COUNT; i++)
        assert_non_null(blocks[i] = hg_malloc(heap, 600));
    grains = hg_size(heap) / FAST_GRAIN;
    for (int i = 0; i < COUNT; i += 2) {
        uint32_t waiting;

        assert_true(hg_free(heap, blocks[i]));
        waiting = fast_quick_waiting(fast_of(heap));
        most = waiting > most ? waiting : most;
    }
    assert_true(most > grains / 16 && most <= grains / 8);
    shadow_compare_heap(exercise.shadow);
    shadow_destroy(exercise.shadow);
}

static void what_waits_is_merged_before_the_heap_grows(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = begin_with_quick_lists(&config);
    struct hg_heap *heap = exercise.shadow->heap;
    void *blocks[300];
    size_t size;

    (void)state;
    for (int i = 0; i < 300; i++)
        assert_non_null(blocks[i] = hg_malloc(heap, 1000));
    size = hg_size(heap);
    for (int i = 0; i < 300; i++)
        assert_true(hg_free(heap, blocks[i]));
    assert_non_null(hg_malloc(heap, 120000));
    assert_int_equal(hg_size(heap), size);
    shadow_compare_heap(exercise.shadow);
    shadow_destroy(exercise.shadow);
}

/* ---- Resizing ---- */

static void a_large_block_slides_before_the_heap_grows(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A8000 B8000 C5000", "-64 A8016 B8016 C5008");
    exercise_expect(&exercise, "-A B=14000", "B14016 -2080 C5008");
    exercise_expect(&exercise, "C=7000", "B14016 C7008 -80"); /* rather than move the break */
    exercise_expect(&exercise, "-B C=7200", "-14016 C7216");  /* for so little the break moves */
    exercise_end(&exercise);
}

static void a_small_block_moves_instead(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A2000 B2000 C100", "-64 A2016 B2016 C112");
    exercise_expect(&exercise, "-A B=3000", "-4096 C112 B3008");
    exercise_end(&exercise);
}

static void a_block_does_not_slide_where_another_hole_has_room(void **state)
{
    struct hg_config config = exercise_config("segregated");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A8000 B8000 C5000 D15000 E100",
                    "-64 A8016 B8016 C5008 D15008 E112");
    exercise_expect(&exercise, "-A -D B=14000", "-16096 C5008 B14016 -992 E112");
    exercise_end(&exercise);
}

static void under_tlsf_nothing_slides(void **state)
{
    struct hg_config config = exercise_config("tlsf");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A8000 B8000 C5000", "A8016 B8016 C5008");
    exercise_expect(&exercise, "-A B=14000", "-16032 C5008 B14016");
    exercise_end(&exercise);
}

/* ---- Check ---- */

/* A heap that has everything: bins, quick lists with a block, slabs of small and of large slots,
 * loose blocks, blocks that are counted. */
struct patient {
    struct shadow *shadow;
    struct fast *fast;
    struct fast_block *used, *hole, *right, *waiting;
    struct fast_slab *slab;
};

static struct patient prepare(const struct hg_config *config)
{
    struct patient patient = {.shadow = shadow_create(config, (size_t)1 << 24, 1)};
    struct hg_heap *heap = patient.shadow->heap;
    void *blocks[8], *slot = NULL;

    patient.fast = fast_of(heap);
    make_holes(patient.shadow);
    for (int i = 0; i < 600; i++)
        assert_non_null(hg_malloc(heap, 512));
    assert_true(hg_free(heap, hg_malloc(heap, 100000)));
    for (int i = 0; i < 8; i++)
        assert_non_null(blocks[i] = hg_malloc(heap, 5000));
    for (int i = 0; i < 20; i++)
        assert_non_null(slot = hg_malloc(heap, 64));
    patient.slab = fast_slab_around(patient.fast, slot);
    assert_non_null(patient.slab);
    assert_true(hg_free(heap, slot));
    patient.waiting = fast_block_of(blocks[3] = hg_malloc(heap, 3000));
    assert_non_null(hg_malloc(heap, 3000));
    assert_true(hg_free(heap, blocks[3]));
    assert_true(patient.waiting->flags & FAST_QUICK);
    assert_true(hg_free(heap, blocks[1]));
    patient.used = fast_block_of(blocks[0]);
    patient.hole = fast_right(patient.used);
    patient.right = fast_right(patient.hole);
    assert_true(patient.hole->units > 1 && !fast_is_used(patient.hole));
    return patient;
}

static void expect_broken(const struct patient *patient, enum hg_invariant broken, size_t row)
{
    const struct hg_heap *heap = &patient->fast->heap;
    struct hg_defect defect = {HG_INVARIANT_NONE, 0};

    hg_check(heap, patient->shadow->arena.used, &defect);
    if (defect.broken != broken)
        fail_msg("row %zu: instead of \"%s\" check says \"%s\"", row, hg_invariant_text(broken),
                 hg_invariant_text(defect.broken));
}

/* Each row of the table below breaks one thing. */
#define BREAKS(name, code)                                                                         \
    static void break_##name(struct patient *p)                                                    \
    {                                                                                              \
        code;                                                                                      \
    }
BREAKS(units, p->used->units = 0)
BREAKS(length, p->used->units = UINT32_MAX)
BREAKS(flags, p->used->flags |= FAST_TABLE | FAST_SLAB)
BREAKS(slot_size, p->slab->block.flags += 1u << 30)
BREAKS(left_used, p->right->flags |= FAST_LEFT_USED)
BREAKS(left_minimal, p->right->flags |= FAST_LEFT_MINIMAL)
BREAKS(footer, *fast_footer_before(p->right) += 1)
BREAKS(next, p->hole->next = fast_place(p->fast, p->used))
BREAKS(prev, p->hole->prev = fast_place(p->fast, p->used))
BREAKS(slab_link, p->slab->block.next = fast_place(p->fast, p->used))
BREAKS(slab_until, p->slab->until++)
BREAKS(slab_count, p->slab->count++)
BREAKS(slab_end, p->slab->end--)
BREAKS(slab_ring, *fast_slot_link(p->slab, p->slab->first) = p->slab->first)
BREAKS(map, fast_map(p->fast)[fast_place(p->fast, &p->slab->block) / FAST_PAGE_GRAINS]++)
BREAKS(map_beyond, fast_map(p->fast)[0] = 1)
BREAKS(quick_head, *fast_quick_head(p->fast, p->waiting->units) = 0)
BREAKS(quick_bit, p->fast->waiting = 0)
BREAKS(quick_room, fast_quick(p->fast)->room++)
BREAKS(bin_bit, fast_bins(p->fast).rows[1] ^= 1u << 31)
BREAKS(row_bit, p->fast->rows_in_use ^= 1u << 31)
BREAKS(class_pages, fast_class(p->fast, 1)->pages++)
BREAKS(class_newest, fast_class(p->fast, 1)->newest = fast_place(p->fast, &p->slab->block))
BREAKS(class_counted, p->fast->counted++)
BREAKS(class_slotted, p->fast->slotted ^= 1)
BREAKS(small, p->fast->small ^= FAST_ALL_SMALL)
BREAKS(large_counted, fast_class(p->fast, 32)->counted--)
BREAKS(large_pages, fast_class(p->fast, 32)->pages--)
BREAKS(large_slots, p->fast->heap.flags ^= FAST_HAS_LARGE_SLOTS)
BREAKS(bins_place, p->fast->bins = 1)
BREAKS(quick_place, p->fast->quick = p->fast->bins + 1)
BREAKS(map_place, p->fast->map = 0)
BREAKS(bin_rows, p->fast->bin_rows = FAST_ROWS)
BREAKS(end, fast_end(p->fast)->units = 1)

static void each_invariant_can_be_broken_alone(void **state)
{
    static const struct {
        void (*break_it)(struct patient *patient);
        enum hg_invariant broken;
    } rows[] = {
        {break_units, HG_INVARIANT_TAG},           {break_length, HG_INVARIANT_TAG},
        {break_flags, HG_INVARIANT_TAG},           {break_slot_size, HG_INVARIANT_TAG},
        {break_left_used, HG_INVARIANT_LEFT_BIT},  {break_left_minimal, HG_INVARIANT_LEFT_BIT},
        {break_footer, HG_INVARIANT_FOOTER},       {break_next, HG_INVARIANT_LINKED},
        {break_prev, HG_INVARIANT_LINKED},         {break_slab_link, HG_INVARIANT_LINKED},
        {break_slab_until, HG_INVARIANT_SLAB},     {break_slab_count, HG_INVARIANT_SLAB},
        {break_slab_ring, HG_INVARIANT_SLAB},      {break_map, HG_INVARIANT_MAP},
        {break_map_beyond, HG_INVARIANT_MAP},      {break_quick_head, HG_INVARIANT_LISTED},
        {break_slab_end, HG_INVARIANT_SLAB},       {break_quick_bit, HG_INVARIANT_BINS},
        {break_bin_bit, HG_INVARIANT_BINS},        {break_row_bit, HG_INVARIANT_BINS},
        {break_class_pages, HG_INVARIANT_STATE},   {break_class_newest, HG_INVARIANT_STATE},
        {break_class_counted, HG_INVARIANT_STATE}, {break_large_counted, HG_INVARIANT_STATE},
        {break_large_pages, HG_INVARIANT_STATE},   {break_large_slots, HG_INVARIANT_STATE},
        {break_bins_place, HG_INVARIANT_STATE},    {break_quick_place, HG_INVARIANT_STATE},
        {break_class_slotted, HG_INVARIANT_STATE}, {break_small, HG_INVARIANT_STATE},
        {break_map_place, HG_INVARIANT_STATE},     {break_bin_rows, HG_INVARIANT_STATE},
        {break_quick_room, HG_INVARIANT_STATE},    {break_end, HG_INVARIANT_END},
    };
    struct hg_config config = exercise_config("segregated");

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct patient patient = prepare(&config);

        rows[i].break_it(&patient);
        expect_broken(&patient, rows[i].broken, i);
        shadow_destroy(patient.shadow);
    }
}

/* Two free blocks side by side, both tagged and listed as they should be. */
static void free_neighbours_are_found(void **state)
{
    struct hg_config config = bins_only();
    struct exercise exercise = exercise_begin(&config);
    struct fast *fast = fast_of(exercise.shadow->heap);
    struct fast_block *left, *right;
    struct hg_defect defect;

    (void)state;
    exercise_expect(&exercise, "Z56 A40 B40 C40", "Z64 A48 B48 C48");
    left = fast_block_of(exercise.named[0]);
    right = fast_block_of(exercise.named[1]);
    hg_fast_make_free(fast, right, 3, FAST_LEFT_USED);
    hg_fast_make_free(fast, left, 3, FAST_LEFT_USED);
    assert_false(hg_check(&fast->heap, hg_size(&fast->heap), &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_NEIGHBOURS);
    assert_int_equal(defect.at, hg_offset(&fast->heap, right));
    shadow_destroy(exercise.shadow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_a_header_and_payload_in_grains),
        cmocka_unit_test(the_last_block_takes_just_what_it_lacks),
        cmocka_unit_test(what_is_there_always_is_there_in_small_heaps),
        cmocka_unit_test(tlsf_rounds_up_where_segregated_looks),
        cmocka_unit_test(tlsf_takes_a_last_block_that_is_large_enough),
        cmocka_unit_test(a_small_part_of_the_heap_is_not_trimmed),
        cmocka_unit_test(the_first_small_blocks_go_to_the_nursery),
        cmocka_unit_test(an_aligned_block_takes_the_nursery_with_it),
        cmocka_unit_test(the_best_fit_is_taken_with_bins_and_without),
        cmocka_unit_test(bins_are_made_when_there_is_much_to_sort),
        cmocka_unit_test(a_popular_size_gets_slots_without_headers),
        cmocka_unit_test(sizes_whose_header_is_free_get_none),
        cmocka_unit_test(a_large_size_gets_slots_when_many_are_in_use),
        cmocka_unit_test(large_slots_agree_with_the_shadow),
        cmocka_unit_test(where_most_blocks_are_small_all_small_payloads_are_slots),
        cmocka_unit_test(null_is_on_no_page_of_any_heap),
        cmocka_unit_test(a_free_block_that_costs_nothing_comes_before_a_slot),
        cmocka_unit_test(a_walk_shows_each_slot_and_its_list),
        cmocka_unit_test(a_walk_can_start_at_every_block),
        cmocka_unit_test(an_empty_slab_goes_back_if_another_has_room),
        cmocka_unit_test(a_slab_grows_into_free_memory_to_its_right),
        cmocka_unit_test(a_slab_takes_a_hole_that_is_small),
        cmocka_unit_test(a_slab_at_the_break_grows_with_it),
        cmocka_unit_test(large_blocks_of_nearly_one_size_share_holes),
        cmocka_unit_test(a_large_block_gets_the_room_of_the_latest),
        cmocka_unit_test(a_freed_block_waits_for_its_size),
        cmocka_unit_test(a_heap_that_only_grew_has_quick_lists),
        cmocka_unit_test(an_eighth_of_the_heap_waits_at_most),
        cmocka_unit_test(what_waits_is_merged_before_the_heap_grows),
        cmocka_unit_test(a_large_block_slides_before_the_heap_grows),
        cmocka_unit_test(a_small_block_moves_instead),
        cmocka_unit_test(a_block_does_not_slide_where_another_hole_has_room),
        cmocka_unit_test(under_tlsf_nothing_slides),
        cmocka_unit_test(each_invariant_can_be_broken_alone),
        cmocka_unit_test(free_neighbours_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
