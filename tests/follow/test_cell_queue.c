/* test_cell_queue.c: cells come out as they went in. */
#include "follow/cell_queue.h"
#include "test.h"

enum { CELLS = 5 << 20 };

static void add(struct cell_queue *queue, uint32_t *written, uint32_t count)
{
    while (count > 0) {
        size_t room;
        struct call_cell *cells = cell_queue_room(queue, &room);
        uint32_t row = count < room ? count : (uint32_t)room;

        assert_non_null(cells);
        assert_true(room > 0);
        for (uint32_t i = 0; i < row; i++)
            cells[i] = (struct call_cell){*written, ~*written}, ++*written;
        cell_queue_add(queue, row);
        count -= row;
    }
}

static void take(struct cell_queue *queue, uint32_t *read, uint32_t count)
{
    while (count > 0 && queue->count > 0) {
        size_t row;
        const struct call_cell *cells = cell_queue_cells(queue, &row);

        assert_true(row > 0);
        if (row > count)
            row = count;
        for (size_t i = 0; i < row; i++) {
            assert_int_equal(cells[i].what, *read);
            assert_int_equal(cells[i].where, ~*read);
            ++*read;
        }
        cell_queue_take(queue, row);
        count -= (uint32_t)row;
    }
}

static void cells_come_out_as_they_went_in(void **state)
{
    static const struct {
        uint32_t added, taken;
    } turns[] = {{1, 1}, {70000, 69999}, {1 << 20, 4096}, {3000, 1 << 21}, {65536, 33}};
    struct cell_queue queue = {0};
    uint32_t written = 0, read = 0;
    size_t count;

    (void)state;
    cell_queue_cells(&queue, &count);
    assert_int_equal(count, 0);
    for (size_t turn = 0; written < CELLS; turn = (turn + 1) % (sizeof turns / sizeof *turns)) {
        add(&queue, &written, turns[turn].added);
        take(&queue, &read, turns[turn].taken);
        assert_int_equal(queue.count, written - read);
    }
    take(&queue, &read, UINT32_MAX);
    assert_int_equal(read, written);
    add(&queue, &written, 3);
    cell_queue_finish(&queue);
    assert_int_equal(queue.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_come_out_as_they_went_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
