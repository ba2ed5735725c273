/* test_payloads.c: where payloads begin, and whom they overlap with, against plain arrays. */
#include <string.h>

#include "base/random.h"
#include "kind/memlib.h"
#include "own/payloads.h"
#include "own/starts.h"
#include "test.h"

enum { NUMBERS = 5000, ROUNDS = 100000 };

/* ---- The set ---- */

static void expect_neighbours(const struct starts *starts, const bool *is_there, uint64_t at)
{
    uint64_t below = at, from = at, found;

    while (below > 0 && !is_there[below - 1])
        below--;
    while (from < NUMBERS && !is_there[from])
        from++;
    assert_int_equal(starts_find_below(starts, at, &found), below > 0);
    if (below > 0)
        assert_int_equal(found, below - 1);
    assert_int_equal(starts_find_from(starts, at, &found), from < NUMBERS);
    if (from < NUMBERS)
        assert_int_equal(found, from);
}

static void neighbours_are_found(void **state)
{
    static bool is_there[NUMBERS];
    struct random random = {11};
    struct starts starts;

    (void)state;
    assert_true(starts_begin(&starts, NUMBERS));
    for (int round = 0; round < ROUNDS; round++) {
        /* few at a time, and then many */
        uint64_t number = random_below(&random, round % 5000 < 4000 ? NUMBERS : 64);

        if (is_there[number])
            starts_drop(&starts, number);
        else if (round % 20000 < 10000 || number % 97 == 0)
            starts_add(&starts, number);
        else
            continue;
        is_there[number] = !is_there[number];
        expect_neighbours(&starts, is_there, random_below(&random, NUMBERS + 1));
    }
}

/* ---- Payloads ---- */

enum { IDS = 60, HEAP = 4096, GRAIN = 8 };

/* What is live, as it is known here. */
struct known {
    char *start;
    uint64_t size;
    bool is_tainted;
};

static bool do_overlap(const struct known *a, const struct known *b)
{
    return a->size > 0 && b->size > 0 && a->start < b->start + b->size &&
           b->start < a->start + a->size;
}

/* Take a payload of any size anywhere, whoever is there: a fault is noted if, and only if, there is
 * somebody, and names one of them. */
static void take(struct payloads *payloads, struct known *known, uint32_t id, struct random *random)
{
    struct sheet *sheet = payloads->sheet;
    struct known *own = &known[id];
    uint64_t before = sheet->fault_count;
    bool is_alone = true;

    own->size = random_below(random, random_below(random, 10) == 0 ? 600 : 24);
    own->start = (char *)mem_heap_lo() + random_below(random, HEAP - own->size);
    own->is_tainted = false;
    for (uint32_t i = 0; i < IDS; i++) {
        if (i == id || !do_overlap(own, &known[i]))
            continue;
        known[i].is_tainted = own->is_tainted = true;
        is_alone = false;
    }
    sheet->listed = sheet->kind_counts[FAULT_OVERLAP] = 0;
    payloads_take(payloads, id, own->start, own->size, 0);
    assert_int_equal(sheet->fault_count - before, !is_alone);
    if (is_alone)
        return;
    assert_int_equal(sheet->faults[0].kind, FAULT_OVERLAP);
    assert_int_equal(sheet->faults[0].id, id);
    assert_true(do_overlap(own, &known[sheet->faults[0].other]));
}

static void overlaps_are_found_whoever_it_is(void **state)
{
    static char memory[HEAP];
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);
    struct sheet sheet = {.alignment = 1, .memory = HEAP, .id_count = IDS};
    struct known known[IDS] = {0};
    struct random random = {5};
    struct subject subject;
    struct payloads payloads;

    (void)state;
    memlib_begin(&os, memory);
    assert_ptr_equal(mem_sbrk(HEAP), memory);
    subject = subject_here(NULL);
    assert_true(payloads_begin(&payloads, &sheet, &subject, memory));
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t id = (uint32_t)random_below(&random, IDS);

        if (payloads.items[id].is_live) {
            payloads_drop(&payloads, id);
            known[id] = (struct known){0};
        } else if (round % 1000 < 500 || id < IDS / 4) {
            take(&payloads, known, id, &random);
        }
        for (uint32_t i = 0; i < IDS; i++)
            assert_int_equal(payloads.items[i].is_tainted, known[i].is_tainted);
    }
    payloads_clear(&payloads);
    for (uint64_t grain = 0; grain < HEAP / GRAIN; grain++)
        assert_int_equal(payloads.firsts[grain], 0);
    payloads_finish(&payloads);
}

static void take_and_fill(struct payloads *payloads, char *start, uint64_t size, uint64_t filled)
{
    payloads_drop(payloads, 0);
    payloads_take(payloads, 0, start, size, filled);
    payloads_fill(payloads, &(struct look){0}, 1);
}

/* What is filled already stays as it is, and is looked at all the same; what turns out not to be is
 * filled anew. */
static void only_what_is_not_filled_is(void **state)
{
    static char memory[HEAP];
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);
    struct sheet sheet = {.alignment = 8, .memory = HEAP, .id_count = 1};
    const struct look look = {.id = 0, .kind = FAULT_LOST, .step = 7};
    struct subject subject;
    struct payloads payloads;

    (void)state;
    memlib_begin(&os, memory);
    assert_ptr_equal(mem_sbrk(HEAP), memory);
    subject = subject_here(NULL);
    assert_true(payloads_begin(&payloads, &sheet, &subject, memory));
    take_and_fill(&payloads, memory + 8, 100, 0);
    assert_int_equal(memory[8 + 99], memory[8]);
    assert_int_equal(memory[8 + 100], 0);
    memory[8 + 50]++;
    take_and_fill(&payloads, memory + 8, 300, 200);
    assert_int_equal(memory[8 + 99], memory[8]);
    assert_int_equal(memory[8 + 100], 0);
    payloads_verify(&payloads, &look, 1);
    assert_int_equal(sheet.fault_count, 1);
    assert_int_equal(sheet.faults[0].kind, FAULT_LOST);
    assert_int_equal(sheet.faults[0].step, 7);
    assert_int_equal(sheet.faults[0].byte, 50);
    assert_int_equal(payloads.items[0].filled, 0);
    payloads_fill(&payloads, &look, 1);
    payloads_verify(&payloads, &look, 1);
    assert_int_equal(sheet.fault_count, 1);
    payloads_finish(&payloads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_found),
        cmocka_unit_test(overlaps_are_found_whoever_it_is),
        cmocka_unit_test(only_what_is_not_filled_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
