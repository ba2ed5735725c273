/* test_shelf.c: arrays that outgrow memory. */
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/shelf.h"
#include "test.h"

enum { MEMORY_MOST = 1 << 16, MANY = 1 << 20 };

static void fill(struct shelf *shelf, size_t from, size_t to)
{
    uint64_t *items = shelf->items;

    for (size_t i = from; i < to; i++)
        items[i] = 3 * i;
}

static void expect_filled(const struct shelf *shelf, size_t count)
{
    const uint64_t *items = shelf->items;

    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i], 3 * i);
}

static void items_stay_what_they_are_wherever_they_lie(void **state)
{
    static const size_t counts[] = {1, 100, 8192, 8193, 100000, MANY, 10 * MANY};
    struct shelf shelf = {0};
    size_t before = 0;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        assert_true(shelf_reserve(&shelf, counts[i], sizeof(uint64_t), MEMORY_MOST));
        assert_true(shelf.capacity >= counts[i]);
        if (counts[i] * sizeof(uint64_t) <= MEMORY_MOST)
            assert_int_equal(shelf.mapped, 0);
        fill(&shelf, before, counts[i]);
        expect_filled(&shelf, counts[i]);
        before = counts[i];
    }
    assert_true(shelf_reserve(&shelf, 1, sizeof(uint64_t), MEMORY_MOST));
    expect_filled(&shelf, before);
    shelf_finish(&shelf);
    assert_null(shelf.items);
}

/* Of a file, so many bytes go at once. */
#define FILE_STEP ((size_t)64 << 20)

static void the_first_items_can_go(void **state)
{
    enum { COUNT = 20 * MANY, FIRST = 9 * MANY, FEW = 8000 };
    struct shelf shelf = {0};
    uint64_t *items;

    (void)state;
    assert_true(shelf_reserve(&shelf, FEW, sizeof(uint64_t), MEMORY_MOST));
    fill(&shelf, 0, FEW);
    shelf_let_go(&shelf, 5000, FEW, sizeof(uint64_t));
    assert_int_equal(shelf.gone, 5000);
    for (size_t i = 5000; i < FEW; i++)
        assert_int_equal(((uint64_t *)shelf.items)[i - 5000], 3 * i);
    assert_true(shelf_reserve(&shelf, COUNT, sizeof(uint64_t), MEMORY_MOST));
    assert_true(shelf.mapped > 0);
    items = shelf.items;
    assert_int_equal(items[FEW - 1 - 5000], 3 * (FEW - 1));
    for (size_t i = FEW; i < COUNT; i++)
        items[i - 5000] = 3 * i;
    shelf_let_go(&shelf, FIRST, COUNT, sizeof(uint64_t));
    assert_int_equal(shelf.gone, 5000 + FILE_STEP / sizeof(uint64_t));
    assert_true(shelf_reserve(&shelf, 2 * COUNT, sizeof(uint64_t), MEMORY_MOST));
    items = shelf.items;
    for (size_t i = FIRST; i < COUNT; i++)
        assert_int_equal(items[i - shelf.gone], 3 * i);
    items[2 * COUNT - 1 - shelf.gone] = 1; /* there is room */
    shelf_let_go(&shelf, 2 * COUNT, 2 * COUNT, sizeof(uint64_t));
    assert_true(shelf.mapped > 0);
    shelf_finish(&shelf);
}

/* A limit of the process's stands for a disk that is full. */
static void without_room_nothing_changes(void **state)
{
    struct rlimit before, small = {.rlim_cur = MEMORY_MOST};
    struct shelf shelf = {0};
    size_t capacity;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    assert_true(shelf_reserve(&shelf, MANY, sizeof(uint64_t), MEMORY_MOST));
    if (shelf.mapped == 0) {
        test_skipped("there is no disk");
        return;
    }
    fill(&shelf, 0, MANY);
    capacity = shelf.capacity;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(shelf_reserve(&shelf, 64 * MANY, sizeof(uint64_t), MEMORY_MOST));
    assert_int_equal(shelf.capacity, capacity);
    expect_filled(&shelf, MANY);
    shelf_finish(&shelf);

    assert_true(shelf_reserve(&shelf, MANY, sizeof(uint64_t), MEMORY_MOST));
    assert_int_equal(shelf.mapped, 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    shelf_finish(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stay_what_they_are_wherever_they_lie),
        cmocka_unit_test(the_first_items_can_go),
        cmocka_unit_test(without_room_nothing_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
