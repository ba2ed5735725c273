/* test_block_table.c: random splices, compared with a plain array of blocks. */
#include "session/block_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/random.h"
#include "session/block_cells.h"
#include "session/block_pack.h"
#include "session/traced.h"
#include "test.h"

enum { MODEL_MAX = 20000, UNIT = 16 };

/* The same blocks in a plain array. */
struct model {
    struct block blocks[MODEL_MAX];
    size_t count;
};

static void expect_same(const struct block_table *table, const struct model *model)
{
    struct block_cursor cursor = block_table_find(table, 0);
    struct block_sums sums = {0};
    size_t count_by_size[BLOCK_KINDS][BLOCK_POWERS] = {{0}};
    size_t free_by_list[DESCRIPTION_LISTS_MAX] = {0};
    uint64_t largest = 0, end = 0;

    for (size_t i = 0; i < model->count; i++, block_cursor_next(&cursor)) {
        const struct block *block = block_cursor_get(&cursor), *expected = &model->blocks[i];

        assert_non_null(block);
        assert_int_equal(block->at, expected->at);
        assert_int_equal(block->size, expected->size);
        assert_int_equal(block->kind, expected->kind);
        sums.bytes[block->kind] += block->size;
        sums.count[block->kind]++;
        count_by_size[block->kind][bits_floor_log2(block->size)]++;
        if (block->kind == HG_KIND_FREE && block->list < DESCRIPTION_LISTS_MAX)
            free_by_list[block->list]++;
        sums.requested += block->requested;
        sums.padding += block_padding(block);
        sums.tags += (uint64_t)block->header + block->footer;
        if (block->kind == HG_KIND_FREE && block->size > largest)
            largest = block->size;
        end += block->size;
    }
    assert_null(block_cursor_get(&cursor));
    assert_memory_equal(&sums, &table->sums, sizeof sums);
    assert_memory_equal(count_by_size, table->count_by_size, sizeof count_by_size);
    assert_memory_equal(free_by_list, table->free_by_list, sizeof free_by_list);
    assert_int_equal(block_table_largest_free(table), largest);
    assert_int_equal(block_table_end(table), end);
    assert_int_equal(block_table_count(table), model->count);
}

/* Blocks of random sizes that tile [low, high). Returns how many. */
static size_t make_blocks(struct random *random, uint64_t low, uint64_t high, uint64_t most,
                          struct block *blocks)
{
    size_t count = 0;

    while (low < high) {
        uint64_t size = UNIT * (1 + random_below(random, most));

        if (size > high - low)
            size = high - low;
        blocks[count] = (struct block){
            .at = low, .size = size, .list = size % 5 == 0 ? HG_NO_LIST : (uint32_t)(size % 5)};
        if (random_below(random, 2)) {
            blocks[count].kind = HG_KIND_USED;
            blocks[count].header = 8;
            blocks[count].requested = random_below(random, size - 7);
        }
        low += size;
        count++;
    }
    return count;
}

static void splice_model(struct model *model, size_t first, size_t last, const struct block *blocks,
                         size_t count)
{
    memmove(&model->blocks[first + count], &model->blocks[last],
            (model->count - last) * sizeof blocks[0]);
    memcpy(&model->blocks[first], blocks, count * sizeof blocks[0]);
    model->count = model->count - last + first + count;
}

/* One random splice: somewhere inside, or at the end, where it may grow or shrink the whole. */
static void splice_at_random(struct block_table *table, struct model *model, struct random *random)
{
    static struct block blocks[MODEL_MAX];
    uint64_t span = random_below(random, 10) ? 8 : 2000;
    size_t first = random_below(random, model->count);
    size_t last = first + 1 + random_below(random, span);
    uint64_t low = model->blocks[first].at, high, table_high;
    size_t count;

    if (last >= model->count || random_below(random, 20) == 0) {
        last = model->count;
        high = low + UNIT * (1 + random_below(random, 20000));
        table_high = UINT64_MAX;
    } else {
        high = table_high = model->blocks[last].at;
    }
    count = make_blocks(random, low, high, 1 + random_below(random, 400), blocks);
    assert_true(block_table_splice(table, low, table_high, blocks, count));
    splice_model(model, first, last, blocks, count);
}

static void random_splices_agree_with_an_array(void **state)
{
    static struct model model;
    struct block_table table = {0};
    struct random random = {.state = 5};

    (void)state;
    model.count = make_blocks(&random, 0, 100000 * UNIT, 100, model.blocks);
    assert_true(block_table_splice(&table, 0, UINT64_MAX, model.blocks, model.count));
    expect_same(&table, &model);
    for (int round = 0; round < 2000; round++) {
        splice_at_random(&table, &model, &random);
        expect_same(&table, &model);
    }
    block_table_finish(&table);
}

/* Pack a block behind those that are packed already. */
static bool add_block(struct block_pack *pack, const struct hg_block *block, uint64_t heap_size)
{
    struct packed_block packed;

    return packed_block_of(block, pack->end, &packed) &&
           block_pack_add(pack, &packed, 1, heap_size);
}

/* Let a table be made of a pack: of a trace that asked for each used block of the model. */
static void take_packed(struct block_table *table, const struct model *model,
                        struct block_room *room)
{
    struct traced *traced = traced_create();
    struct memento memento;
    struct block_pack *pack;
    uint64_t requested = 0;

    for (size_t i = 0; i < model->count; i++) {
        const struct block *block = &model->blocks[i];
        struct traced_step step = {.kind = OP_ALLOC,
                                   .payload_bits = (block->at + block->header) & TRACED_SIZE_MOST,
                                   .size = block->requested & TRACED_SIZE_MOST,
                                   .place = traced->count & TRACED_PLACE_MOST};

        requested += block->requested;
        if (block->kind == HG_KIND_USED)
            traced_add(traced, &step);
    }
    memento = memento_of(traced, traced->count);
    pack = block_pack_create(&memento, room);
    block_table_take(table, pack);
    for (size_t i = 0; i < model->count; i++) {
        const struct block *block = &model->blocks[i];
        struct hg_block read = {.at = block->at,
                                .size = block->size,
                                .header = block->header,
                                .footer = block->footer,
                                .list = block->list,
                                .kind = block->kind};

        assert_true(add_block(pack, &read, UINT64_MAX));
        if (i % 50 == 0)
            block_table_take_more(table, false);
    }
    block_table_take_more(table, true);
    block_table_set_requested(table, requested);
    memento_finish(&memento);
    traced_drop(traced);
}

/* Splices before anybody has looked; sums, cells and copies, too. */
static void what_a_pack_holds_agrees_with_an_array(void **state)
{
    static struct model model;
    struct random random = {.state = 15};
    struct block_room room = {0};

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct block_table packed = {0}, copy = {0}, plain = {0};

        model.count = make_blocks(&random, 0, 60000 * UNIT, 60, model.blocks);
        take_packed(&packed, &model, &room);
        block_table_splice(&plain, 0, UINT64_MAX, model.blocks, model.count);
        assert_memory_equal(&packed.sums, &plain.sums, sizeof packed.sums);
        for (int i = 0; i < round; i++) {
            uint64_t low = random_below(&random, block_table_end(&plain));
            uint64_t high = low + random_below(&random, block_table_end(&plain) - low + 1);
            struct block_cursor at = block_table_find(&packed, low);
            struct block_cursor same = block_table_find(&plain, low);
            struct block_extent sum = block_cursor_sum(&at, low, high);
            struct block_extent expected = block_cursor_sum(&same, low, high);

            assert_memory_equal(&sum, &expected, sizeof sum);
        }
        block_cells_keep(&packed, 64 * UNIT);
        block_table_copy(&copy, &packed);
        for (int i = 0; i < round / 6; i++)
            splice_at_random(&packed, &model, &random);
        expect_same(&packed, &model);
        if (round < 6)
            expect_same(&copy, &model);
        block_table_finish(&copy);
        block_pack_leave(packed.pack, &room);
        assert_non_null(room.blocks);
        block_table_finish(&packed);
        block_table_finish(&plain);
    }
    block_room_finish(&room);
}

/* What is not as it should be is not packed. */
static void what_is_not_sound_is_not_packed(void **state)
{
    enum { HEAP = 1 << 24 };
    static const struct hg_block wrong[] = {
        {.at = 16, .size = 32},
        {.at = 0, .size = 0},
        {.at = 0, .size = 32, .header = 24, .footer = 16},
        {.at = 0, .size = 32, .kind = HG_KIND_UNREADABLE},
        {.at = 0, .size = 32, .kind = HG_KIND_UNTOLD},
        {.at = 0, .size = 1 << 20, .header = 1 << 17},
        {.at = 0, .size = HEAP + 1},
    };
    const struct memento none = {0};
    struct block_room room = {0};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        struct block_pack *pack = block_pack_create(&none, &room);

        assert_false(add_block(pack, &wrong[i], HEAP));
        block_pack_drop(pack);
    }
}

static void places_are_found(void **state)
{
    static struct model model;
    struct block_table table = {0};
    struct random random = {.state = 6};

    (void)state;
    model.count = make_blocks(&random, 0, 100000 * UNIT, 30, model.blocks);
    block_table_splice(&table, 0, UINT64_MAX, model.blocks, model.count);
    for (size_t i = 0; i < model.count; i++) {
        const struct block *expected = &model.blocks[i];
        struct block_cursor nth = block_table_nth(&table, i);

        assert_int_equal(block_table_get(&table, expected->at)->at, expected->at);
        assert_int_equal(block_table_get(&table, expected->at + expected->size - 1)->at,
                         expected->at);
        assert_int_equal(block_cursor_get(&nth)->at, expected->at);
        block_cursor_previous(&nth);
        if (i > 0)
            assert_int_equal(block_cursor_get(&nth)->at, model.blocks[i - 1].at);
        else
            assert_null(block_cursor_get(&nth));
    }
    assert_null(block_table_get(&table, block_table_end(&table)));
    assert_null(block_table_get(&table, UINT64_MAX));
    block_table_finish(&table);
}

static void ranges_are_summed(void **state)
{
    static struct model model;
    struct block_table table = {0};
    struct random random = {.state = 7};

    (void)state;
    model.count = make_blocks(&random, 0, 20000 * UNIT, 30, model.blocks);
    block_table_splice(&table, 0, UINT64_MAX, model.blocks, model.count);
    for (int round = 0; round < 500; round++) {
        uint64_t low = random_below(&random, block_table_end(&table));
        uint64_t high = low + 1 + random_below(&random, block_table_end(&table) - low);
        struct block_cursor cursor = block_table_find(&table, low);
        struct block_extent extent = block_cursor_sum(&cursor, low, high), expected = {0};

        for (size_t i = 0; i < model.count; i++) {
            const struct block *block = &model.blocks[i];
            uint64_t start = block->at > low ? block->at : low;
            uint64_t end = block->at + block->size < high ? block->at + block->size : high;

            if (start < end) {
                expected.bytes[block->kind] += end - start;
                expected.blocks++;
            }
        }
        assert_memory_equal(&extent, &expected, sizeof extent);
        if (high < block_table_end(&table))
            assert_ptr_equal(block_cursor_get(&cursor), block_table_get(&table, high));
    }
    block_table_finish(&table);
}

/* What the cells that are kept say of those that several blocks share is what a sum says. */
static void expect_cells(const struct block_table *table, uint64_t bytes)
{
    uint64_t end = block_table_end(table);

    for (uint64_t low = 0; low < end; low += bytes) {
        struct block_cursor cursor = block_table_find(table, low);
        struct block_extent expected = block_cursor_sum(&cursor, low, low + bytes);
        const struct block_extent *kept = block_cells_get(table, low, bytes);

        assert_non_null(kept);
        if (expected.blocks > 1)
            assert_memory_equal(kept, &expected, sizeof expected);
        else
            assert_true(kept->blocks <= 1);
    }
    assert_null(block_cells_get(table, 0, bytes + UNIT));
    assert_null(block_cells_get(table, bytes / 2, bytes));
    assert_null(block_cells_get(table, end, bytes));
}

static void cells_follow_the_blocks(void **state)
{
    static struct block blocks[MODEL_MAX];
    struct block_table table = {0}, copy = {0};
    struct random random = {.state = 11};
    uint64_t bytes = 12 * UNIT;
    size_t count = make_blocks(&random, 0, 3000 * UNIT, 30, blocks);

    (void)state;
    block_table_splice(&table, 0, UINT64_MAX, blocks, count);
    assert_null(block_cells_get(&table, 0, bytes));
    for (int round = 0; round < 300; round++) {
        uint64_t low = block_table_get(&table, random_below(&random, block_table_end(&table)))->at;
        uint64_t high = low + UNIT * (1 + random_below(&random, 200));
        bool is_last = high > block_table_end(&table);

        if (round % 100 == 0)
            block_cells_keep(&table, bytes = UNIT * (8 + random_below(&random, 90)));
        if (!is_last)
            high = block_table_get(&table, high - 1)->at + block_table_get(&table, high - 1)->size;
        count = make_blocks(&random, low, high, 1 + random_below(&random, 60), blocks);
        assert_true(block_table_splice(&table, low, is_last ? UINT64_MAX : high, blocks, count));
        expect_cells(&table, bytes);
    }
    block_table_copy(&copy, &table);
    assert_null(block_cells_get(&copy, 0, bytes));
    block_table_finish(&copy);
    block_table_finish(&table);
}

static void no_cells_are_kept_of_a_heap_that_has_too_many(void **state)
{
    struct block small = {.size = UNIT}, large = {.at = UNIT, .size = (uint64_t)UNIT << 32};
    struct block_table table = {0};

    (void)state;
    block_table_splice(&table, 0, UINT64_MAX, &small, 1);
    block_cells_keep(&table, UNIT);
    assert_non_null(block_cells_get(&table, 0, UNIT));
    block_table_splice(&table, UNIT, UINT64_MAX, &large, 1);
    assert_null(block_cells_get(&table, 0, UNIT));
    block_cells_keep(&table, UNIT);
    assert_null(block_cells_get(&table, 0, UNIT));
    block_table_finish(&table);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct block whole[] = {{.at = 0, .size = 64}, {.at = 64, .size = 64}};
    struct block gap[] = {{.at = 0, .size = 32}, {.at = 48, .size = 16}};
    struct block unknown = {.at = 0, .size = 64, .kind = BLOCK_KINDS};
    struct block empty = {.at = 64, .size = 0};
    struct block good = {.at = 64, .size = 64, .kind = HG_KIND_USED};
    struct block_table table = {0};

    (void)state;
    assert_true(block_table_splice(&table, 0, UINT64_MAX, whole, 2));
    assert_false(block_table_splice(&table, 0, 64, gap, 2));      /* does not tile */
    assert_false(block_table_splice(&table, 0, 64, &unknown, 1)); /* no such kind */
    assert_false(block_table_splice(&table, 64, 128, &empty, 1)); /* no size */
    assert_false(block_table_splice(&table, 0, 128, &good, 1));   /* too short */
    assert_false(block_table_splice(&table, 32, 64, gap, 1));     /* begins inside a block */
    assert_false(block_table_splice(&table, 64, 100, &good, 1));  /* ends inside one */
    assert_int_equal(table.sums.count[HG_KIND_FREE], 2);
    assert_true(block_table_splice(&table, 64, 128, &good, 1));
    assert_int_equal(table.sums.count[HG_KIND_USED], 1);
    block_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_splices_agree_with_an_array),
        cmocka_unit_test(what_a_pack_holds_agrees_with_an_array),
        cmocka_unit_test(what_is_not_sound_is_not_packed),
        cmocka_unit_test(places_are_found),
        cmocka_unit_test(ranges_are_summed),
        cmocka_unit_test(cells_follow_the_blocks),
        cmocka_unit_test(no_cells_are_kept_of_a_heap_that_has_too_many),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
