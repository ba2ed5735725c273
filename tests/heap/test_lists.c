/* test_lists.c: a walk along a list tells how it ended, also of lists that somebody wrote over. */
#include <stddef.h>
#include <string.h>

#include "heap/fast/fast_bins.h"
#include "heapglass/heap.h"
#include "test.h"

enum { MEMORY_SIZE = 1 << 18, STRANGE = 0x41, GRAIN = 16 };

/* How a link is written. */
enum link {
    LINK_ADDRESS, /* eight bytes */
    LINK_PLACE,   /* four: in grains from the heap's start, to a payload */
    LINK_WITHIN   /* two: from a slab's start */
};

/* A policy, the size of the blocks that are freed, and where in them, from the payload on, what is
 * behind them on the list stands. */
static const struct row {
    const char *policy;
    size_t size;
    ptrdiff_t at;
    enum link link;
    size_t before; /* further blocks that are there first: slabs are made for many */
} rows[] = {
    {"first-fit", 200, 0, LINK_ADDRESS, 0}, {"next-fit", 200, 0, LINK_ADDRESS, 0},
    {"best-fit", 200, 0, LINK_ADDRESS, 0},  {"worst-fit", 200, 0, LINK_ADDRESS, 0},
    {"buddy", 100, 0, LINK_ADDRESS, 0},     {"pool-stack", 24, 0, LINK_ADDRESS, 0},
    {"ostep", 200, -8, LINK_ADDRESS, 0},    {"kr", 200, -16, LINK_ADDRESS, 0},
    {"tlsf", 200, 0, LINK_PLACE, 0},        {"segregated", 5000, 0, LINK_PLACE, 0},
    {"segregated", 64, 0, LINK_WITHIN, 12},
};

/* A heap with a freed block between used ones, and the list that it is on. */
struct patient {
    _Alignas(4096) char memory[MEMORY_SIZE];
    struct hg_arena arena;
    struct hg_heap *heap;
    char *freed;
    uint64_t at; /* of its block */
    uint32_t list;
};

static bool note_block(void *context, const struct hg_block *block)
{
    struct patient *patient = context;
    uint64_t payload = (uint64_t)(patient->freed - (char *)patient->heap);

    if (block->kind == HG_KIND_FREE && payload - block->at < block->size) {
        patient->at = block->at;
        patient->list = block->list;
    }
    return true;
}

static void prepare(struct patient *patient, const struct row *row)
{
    struct hg_config config = hg_config_default(row->policy);
    struct hg_os os = hg_os_arena(&patient->arena);

    patient->arena = (struct hg_arena){.start = patient->memory, .size = MEMORY_SIZE};
    patient->heap = hg_open(&config, &os, NULL, NULL);
    assert_non_null(patient->heap);
    for (size_t i = 0; i <= row->before; i++)
        assert_non_null(hg_malloc(patient->heap, row->size));
    patient->freed = hg_malloc(patient->heap, row->size);
    assert_non_null(hg_malloc(patient->heap, row->size));
    hg_free(patient->heap, patient->freed);
    hg_walk(patient->heap, hg_size(patient->heap), 0, note_block, patient);
}

static bool go_on(void *context, uint64_t at)
{
    (void)context;
    (void)at;
    return true;
}

static bool stop(void *context, uint64_t at)
{
    (void)context;
    (void)at;
    return false;
}

static struct hg_list_end walk(const struct patient *patient, hg_list_visitor *visitor)
{
    return hg_list_walk(patient->heap, hg_size(patient->heap), patient->list, visitor, NULL);
}

static void a_list_that_is_whole_ends(void **state)
{
    static struct patient patient;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        prepare(&patient, &rows[i]);
        assert_int_equal(walk(&patient, go_on).how, HG_LIST_ENDED);
        assert_int_equal(walk(&patient, stop).how, HG_LIST_STOPPED);
    }
}

static void a_list_is_lost_where_a_link_was_written_over(void **state)
{
    static struct patient patient;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t strange = 0x4141414141414141;
        struct hg_list_end end;

        prepare(&patient, &rows[i]);
        memset(patient.freed + rows[i].at, STRANGE, rows[i].link == LINK_ADDRESS ? 8 : 4);
        if (rows[i].link == LINK_PLACE)
            strange = (uintptr_t)patient.heap + (uint64_t)0x41414141 * GRAIN;
        else if (rows[i].link == LINK_WITHIN) /* of a page */
            strange = (uintptr_t)patient.freed + 0x4141;
        end = walk(&patient, go_on);
        if (end.how != HG_LIST_LOST)
            fail_msg("%s: %u", rows[i].policy, end.how);
        if (rows[i].link == LINK_WITHIN)
            assert_in_range(end.link, strange - 4096, strange);
        else
            assert_int_equal(end.link, strange);
    }
}

static void a_list_that_leads_back_is_endless(void **state)
{
    static struct patient patient;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t address, place;
        struct hg_list_end end;

        if (rows[i].link == LINK_WITHIN)
            continue;
        prepare(&patient, &rows[i]);
        address = (uintptr_t)patient.heap + patient.at;
        place = (uint64_t)(patient.freed - (char *)patient.heap) / GRAIN;
        if (rows[i].link == LINK_ADDRESS)
            memcpy(patient.freed + rows[i].at, &address, 8);
        else
            memcpy(patient.freed + rows[i].at, &place, 4);
        end = walk(&patient, go_on);
        if (end.how != HG_LIST_ENDLESS)
            fail_msg("%s: %u", rows[i].policy, end.how);
        assert_int_equal(end.link,
                         rows[i].link == LINK_ADDRESS ? address : (uintptr_t)patient.freed);
    }
}

/* Where the list leads from block to block, their headers are its links. */
static void a_list_of_all_blocks_is_lost_behind_a_header(void **state)
{
    static const struct row implicit[] = {{"csapp", 200, -4, LINK_ADDRESS, 0},
                                          {"osmem", 200, -32, LINK_ADDRESS, 0}};
    static struct patient patient;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(implicit); i++) {
        struct hg_list_end end;

        prepare(&patient, &implicit[i]);
        assert_int_equal(walk(&patient, go_on).how, HG_LIST_ENDED);
        memset(patient.freed + implicit[i].at, STRANGE, 4);
        end = walk(&patient, go_on);
        assert_int_equal(end.how, HG_LIST_LOST);
        assert_int_equal(end.link, (uintptr_t)patient.heap + patient.at);
    }
}

static struct hg_list_end walk_number(const struct patient *patient, uint32_t list)
{
    return hg_list_walk(patient->heap, hg_size(patient->heap), list, go_on, NULL);
}

/* Of a heap whose own state makes no sense nothing is known: no list of it is empty. */
static void no_list_of_a_heap_without_sense_can_be_read(void **state)
{
    static struct patient patient;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        prepare(&patient, &rows[i]);
        memset(patient.heap, STRANGE, 4);
        assert_int_equal(walk(&patient, go_on).how, HG_LIST_UNREADABLE);
    }
}

/* The lists whose heads are in a table that is not there, and no other. */
static void lists_of_a_table_that_is_lost_cannot_be_read(void **state)
{
    static const struct {
        size_t at; /* of the table's place, in the heap's state */
        uint32_t lists[3];
        uint32_t others[3];
    } tables[] = {
        {offsetof(struct fast, bins),
         {1, 2, 3},
         {FAST_LOOSE, FAST_LIST_QUICK + 1, FAST_LIST_SLOTS + 1}},
        {offsetof(struct fast, quick),
         {FAST_LIST_QUICK + 1, FAST_LIST_QUICK + 2, FAST_LIST_SLOTS},
         {FAST_LOOSE, 1, FAST_LIST_SLOTS + 1}},
        {offsetof(struct fast, map),
         {FAST_LIST_SLOTS + 1, FAST_LIST_SLOTS + 2, FAST_LIST_SLOTS + 3},
         {FAST_LOOSE, 1, FAST_LIST_QUICK + 1}},
    };
    static const struct row row = {"segregated", 200, 0, LINK_PLACE, 12};
    static struct patient patient;
    uint32_t nowhere = 0x41414141;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(tables); i++) {
        prepare(&patient, &row);
        memcpy((char *)patient.heap + tables[i].at, &nowhere, sizeof nowhere);
        for (size_t j = 0; j < 3; j++) {
            assert_int_equal(walk_number(&patient, tables[i].lists[j]).how, HG_LIST_UNREADABLE);
            assert_int_equal(walk_number(&patient, tables[i].others[j]).how, HG_LIST_ENDED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_that_is_whole_ends),
        cmocka_unit_test(a_list_is_lost_where_a_link_was_written_over),
        cmocka_unit_test(a_list_that_leads_back_is_endless),
        cmocka_unit_test(a_list_of_all_blocks_is_lost_behind_a_header),
        cmocka_unit_test(no_list_of_a_heap_without_sense_can_be_read),
        cmocka_unit_test(lists_of_a_table_that_is_lost_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
