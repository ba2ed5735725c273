/* test_call_reader.c: what cells say of calls. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "follow/call_reader.h"
#include "test.h"

#define CALL(kind, site, size, payload)                                                            \
    {                                                                                              \
        call_cell_what(kind, site, size), (uint32_t)call_cell_where(payload)                       \
    }
/* Two cells. */
#define SAY(kind, site, value)                                                                     \
    CALL(kind, site, 0, 0),                                                                        \
    {                                                                                              \
        (uint32_t)(value), (uint32_t)((value) >> 32)                                               \
    }
#define BEGIN(start) SAY(CELL_OLD, 0, (uint64_t)(start)), CALL(CALL_BEGAN, 0, 0, CALL_NULL)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct call_reader *read_all(const struct call_cell *cells, size_t count)
{
    struct call_reader *reader = memory_create(1, sizeof *reader);

    assert_int_equal(call_reader_read(reader, cells, count), count);
    assert_int_equal(reader->position, count);
    return reader;
}

static void what_is_not_said_again_stays_as_it_is(void **state)
{
    const struct call_cell cells[] = {
        BEGIN(0x7000000000),
        SAY(CELL_TIME, 0, UINT64_C(500)),
        SAY(CELL_THREAD, 0, UINT64_C(12)),
        SAY(CELL_SITE, 7, UINT64_C(0x565581c0)),
        CALL(CALL_MALLOC, 7, 24, 64),
        SAY(CELL_HEAP, 0, UINT64_C(4096)),
        CALL(CALL_FREE, 7, 0, 64),
        SAY(CELL_TIME, 0, UINT64_C(900)),
        SAY(CELL_THREAD, 0, UINT64_C(13)),
        CALL(CALL_CALLOC, 7, 0, CALL_NULL),
    };
    static const struct call expected[] = {
        {.kind = CALL_BEGAN, .payload = 0x7000000000, .old = CALL_NULL},
        {CALL_MALLOC, 0, true, 12, 24, 64, CALL_NULL, 4096, 500, 0x565581c0},
        {CALL_FREE, 0, false, 12, 0, CALL_NULL, 64, 4096, 500, 0x565581c0},
        {CALL_CALLOC, 0, true, 13, 0, CALL_NULL, CALL_NULL, 4096, 900, 0x565581c0},
    };
    struct call_reader *reader = read_all(cells, COUNT(cells));

    (void)state;
    assert_int_equal(reader->end, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct call *call = &reader->calls[i], *wanted = &expected[i];

        assert_int_equal(call->kind, wanted->kind);
        assert_int_equal(call->power, wanted->power);
        assert_int_equal(call->is_timed, wanted->is_timed);
        assert_int_equal(call->thread, wanted->thread);
        assert_int_equal(call->size, wanted->size);
        assert_int_equal(call->payload, wanted->payload);
        assert_int_equal(call->old, wanted->old);
        assert_int_equal(call->heap_size, wanted->heap_size);
        assert_int_equal(call->time, wanted->time);
        assert_int_equal(call->caller, wanted->caller);
    }
    free(reader);
}

static void what_has_no_room_in_a_cell_stands_beside_it(void **state)
{
    const struct call_cell cells[] = {
        BEGIN(0x7000),
        SAY(CELL_SIZE, 0, UINT64_MAX),
        CALL(CALL_MALLOC, 0, CELL_SIZE_MOST, CALL_NULL),
        CALL(CALL_MALLOC, 0, CELL_SIZE_MOST - 1, CALL_NULL),
        SAY(CELL_POWER, 0, UINT64_C(12)),
        CALL(CALL_ALIGNED, 0, 100, 4096),
        SAY(CELL_OLD, 0, UINT64_C(4096)),
        CALL(CALL_REALLOC, 0, 200, 8192),
        CALL(CALL_MALLOC, 0, 1, 64),
        CALL(CALL_MALLOC, 0, 1, CALL_NULL),
        SAY(CELL_PAYLOAD, 0, UINT64_C(1) << 36),
        CALL(CALL_MALLOC, 0, 1, (UINT64_C(1) << 36) - 32),
        SAY(CELL_OLD, 0, UINT64_C(1) << 36),
        CALL(CALL_FREE, 0, 0, CALL_NULL),
        SAY(CELL_OLD, 0, UINT64_C(0x4141414141414141)),
        CALL(CALL_WRONG, 0, 0, CALL_NULL),
    };
    struct call_reader *reader = read_all(cells, COUNT(cells));
    const struct call *calls = &reader->calls[1];

    (void)state;
    assert_int_equal(calls[0].size, UINT64_MAX);
    assert_int_equal(calls[1].size, CELL_SIZE_MOST - 1);
    assert_int_equal(calls[2].power, 12);
    assert_int_equal(calls[2].old, CALL_NULL);
    assert_int_equal(calls[3].power, 0);
    assert_int_equal(calls[3].old, 4096);
    assert_int_equal(calls[3].payload, 8192);
    assert_int_equal(calls[4].old, CALL_NULL);
    assert_int_equal(calls[5].payload, UINT64_C(1) << 36);
    assert_int_equal(calls[6].payload, (UINT64_C(1) << 36) - 32);
    assert_int_equal(calls[7].old, UINT64_C(1) << 36);
    assert_int_equal(calls[7].payload, CALL_NULL);
    assert_int_equal(calls[8].old, 0x4141414141414141);
    free(reader);
}

/* What was known of one that executed it is not true of a program. */
static void a_program_that_begins_knows_nothing_of_another(void **state)
{
    const struct call_cell cells[] = {
        BEGIN(0x7000),
        SAY(CELL_SITE, 3, UINT64_C(0x1111)),
        SAY(CELL_THREAD, 0, UINT64_C(5)),
        CALL(CALL_MALLOC, 3, 8, 64),
        SAY(CELL_HEAP, 0, UINT64_C(4096)),
        SAY(CELL_OLD, 0, UINT64_C(64)),
        BEGIN(0x8000),
        CALL(CALL_MALLOC, 3, 8, 64),
        CALL(CALL_REALLOC, 3, 8, 16),
    };
    struct call_reader *reader = read_all(cells, COUNT(cells));

    (void)state;
    assert_int_equal(reader->end, 5);
    assert_int_equal(reader->calls[1].caller, 0x1111);
    assert_int_equal(reader->calls[3].caller, 0);
    assert_int_equal(reader->calls[3].thread, 0);
    assert_int_equal(reader->calls[3].heap_size, 0);
    assert_int_equal(reader->calls[4].kind, CALL_KINDS); /* of nothing */
    free(reader);
}

static void what_cannot_be_is_no_call(void **state)
{
    const struct call_cell cells[] = {
        CALL(CALL_BEGAN, 0, 0, 0),    CALL(CELL_KINDS, 0, 8, 64),
        CALL(CALL_REALLOC, 0, 8, 64), SAY(CELL_POWER, 0, UINT64_C(64)),
        CALL(CALL_ALIGNED, 0, 8, 64),
    };
    struct call_reader *reader = read_all(cells, COUNT(cells));
    struct call call;

    (void)state;
    assert_int_equal(reader->end, 4);
    for (size_t i = 0; i < reader->end; i++)
        assert_int_equal(reader->calls[i].kind, CALL_KINDS);
    assert_false(call_reader_peek(reader, &cells[0], &call));
    assert_false(call_reader_peek(reader, &cells[2], &call));
    free(reader);
}

/* The heap's size stands behind the call that changed it, also where that was the last for which
 * there was room. */
static void a_call_is_read_with_all_that_belongs_to_it(void **state)
{
    enum { CELLS = 2 * CALL_READER_MOST };
    struct call_cell *cells = memory_create(CELLS, sizeof cells[0]);
    struct call_reader *reader = memory_create(1, sizeof *reader);

    (void)state;
    for (size_t i = 0; i < CELLS; i++)
        cells[i].what = call_cell_what(CALL_MALLOC, 0, i);
    cells[CALL_READER_MOST] = (struct call_cell)CALL(CELL_HEAP, 0, 0, 0);
    cells[CALL_READER_MOST + 1] = call_cell_of_value(8192);
    assert_int_equal(call_reader_read(reader, cells, CALL_READER_MOST + 1), CALL_READER_MOST + 1);
    assert_int_equal(reader->calls[CALL_READER_MOST - 1].heap_size, 0);
    assert_int_equal(call_reader_read(reader, &cells[CALL_READER_MOST + 1], CALL_READER_MOST), 1);
    assert_int_equal(reader->end, CALL_READER_MOST);
    assert_int_equal(reader->calls[CALL_READER_MOST - 2].heap_size, 0);
    assert_int_equal(reader->calls[CALL_READER_MOST - 1].heap_size, 8192);
    assert_int_equal(reader->calls[CALL_READER_MOST - 1].size, CALL_READER_MOST - 1);
    free(reader);
    free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_again_stays_as_it_is),
        cmocka_unit_test(what_has_no_room_in_a_cell_stands_beside_it),
        cmocka_unit_test(a_program_that_begins_knows_nothing_of_another),
        cmocka_unit_test(what_cannot_be_is_no_call),
        cmocka_unit_test(a_call_is_read_with_all_that_belongs_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
