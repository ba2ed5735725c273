/* test_memory.c: what the kernel did for each step: pages that are in memory, and calls that moved
 * the break. */
#include <inttypes.h>
#include <string.h>

#include "acting.h"
#include "base/random.h"
#include "kind/c_library.h"
#include "target/serve.h"

enum { MEGABYTE = 1 << 20 };

static void go(struct session *session, size_t step)
{
    struct error error;

    if (!session_go(session, step, &error))
        fail_msg("%s", error.text);
}

/* What the kernel says now. */
static uint64_t resident(struct session *session)
{
    struct pages pages = {0};
    struct error error;
    uint64_t bytes;

    if (!session_read_pages(session, &pages, &error))
        fail_msg("%s", error.text);
    bytes = pages_resident(&pages);
    pages_finish(&pages);
    return bytes;
}

static void pages_are_as_they_were_wherever_one_goes(void **state)
{
    struct session *session = begin("first-fit");
    uint64_t expected[6];

    (void)state;
    expected[0] = history_resident_at(session->history, 0);
    assert_int_equal(expected[0], resident(session));
    act(session, OP_ALLOC, "A", 10 * MEGABYTE);
    act(session, OP_ALLOC, "B", 16);
    act(session, OP_TOUCH, "A", 50);
    act(session, OP_FREE, "A", 0);
    act(session, OP_FREE, "B", 0);
    for (size_t step = 1; step <= 5; step++)
        expected[step] = history_resident_at(session->history, step);
    assert_in_range(expected[1], 1, MEGABYTE);
    assert_true(expected[3] >= expected[2] + 4 * MEGABYTE);
    assert_int_equal(expected[4], expected[3]); /* freeing gives nothing back, */
    assert_in_range(expected[5], 1, MEGABYTE);  /* trimming does */
    for (int step = 5; step >= 0; step--) {
        go(session, (size_t)step);
        assert_int_equal(resident(session), expected[step]);
    }
    go(session, 3);
    assert_int_equal(resident(session), expected[3]);
    session_destroy(session);
}

static void a_part_of_what_is_touched_is_rounded_up(void **state)
{
    struct session *session = begin("first-fit");

    (void)state;
    act(session, OP_ALLOC, "A", 150);
    act(session, OP_TOUCH, "A", 1);
    assert_int_equal(history_last_step(session->history)->op.size, 2);
    act(session, OP_TOUCH, "A", 100);
    assert_int_equal(history_last_step(session->history)->op.size, 150);
    session_destroy(session);
}

static void other_policies_tell_of_the_pages_that_they_take(void **state)
{
    struct session *session = begin("first-fit");
    struct hg_config config = kind_config_default("buddy");
    struct error error;
    size_t refused;

    (void)state;
    act(session, OP_ALLOC, "A", 3 * MEGABYTE);
    act(session, OP_TOUCH, "A", 100);
    assert_true(session_configure(session, &config, &refused, &error));
    assert_int_equal(history_resident_at(session->history, 2), resident(session));
    assert_true(history_resident_at(session->history, 1) + 2 * MEGABYTE < resident(session));
    session_destroy(session);
}

/* Nobody waits for what takes long, unless it is watched. */
static void much_memory_is_looked_at_where_it_is_watched(void **state)
{
    struct session *session = begin("first-fit");

    (void)state;
    act(session, OP_ALLOC, "A", PAGES_CHEAP + MEGABYTE);
    act(session, OP_TOUCH, "A", 100); /* before it there was little */
    assert_true(history_resident_at(session->history, 2) > PAGES_CHEAP);
    act(session, OP_ALLOC, "B", 16);
    assert_true(history_resident_at(session->history, 3) == RESIDENT_UNKNOWN);
    session->history->watches_pages = true;
    act(session, OP_ALLOC, "C", 16);
    assert_int_equal(history_resident_at(session->history, 4), resident(session));
    session_destroy(session);
}

/* ---- The address space ---- */

static void the_heap_and_the_variables_are_parts_of_the_address_space(void **state)
{
    struct session *session = begin("first-fit");
    const struct picture *picture = &session->mirror->picture;
    const struct space_part *heap, *variables;
    struct space space = {0};
    struct error error;

    (void)state;
    act(session, OP_ALLOC, "A", MEGABYTE);
    assert_true(session_read_space(session, &space, &error));
    heap = space_find(&space, SPACE_HEAP);
    variables = space_find(&space, SPACE_VARIABLES);
    assert_true(heap && variables);
    assert_int_equal(heap->start, picture->heap_start);
    assert_int_equal(heap->end, picture->heap_start + picture->metrics.heap_size);
    assert_int_equal(variables->end, picture->stack.top);
    space_finish(&space);
    session_destroy(session);
}

/* ---- The break ---- */

/* The calls of each step lead from one size of the heap to the next. */
static void assert_calls_add_up(const struct session *session)
{
    const struct history *history = session->history;
    uint64_t at = 0;
    size_t call = 0;

    for (size_t step = 0; step <= history->steps.count; step++) {
        for (; call < break_calls_until(&history->break_calls, step); call++) {
            const struct break_call *here = &history->break_calls.items[call];

            assert_int_equal(here->step, step);
            assert_int_equal(here->at, at);
            if (!here->refused)
                at += here->is_down ? -here->size : here->size;
        }
        assert_int_equal(at, history_metrics_at(history, step).heap_size);
    }
}

static void calls_that_move_the_break_add_up_to_the_heap(void **state)
{
    enum { STEPS = 200, NAMES = 10 };
    static const char *const policies[] = {"first-fit", "worst-fit", "segregated", "tlsf",
                                           "buddy",     "linear",    "glibc"};
    struct random random = {.state = 11};
    struct error ignored;

    (void)state;
    /* a sanitizer's malloc is not the one that the last policy is about */
    for (size_t i = 0; i < TEST_COUNT(policies) - !c_library_has_malloc(); i++) {
        struct session *session = begin(policies[i]);

        act(session, OP_LIMIT, NULL, 4 * MEGABYTE);
        for (int step = 0; step < STEPS; step++) {
            char name[] = {(char)('a' + random_below(&random, NAMES)), '\0'};
            struct action action = {.kind = random_below(&random, 2) ? OP_ALLOC : OP_FREE,
                                    .name = name,
                                    .size = 1 + random_below(&random, MEGABYTE)};

            session_act(session, &action, &ignored); /* some make no sense */
            if (step % 50 == 49)
                go(session, session->history->steps.count - random_below(&random, 20));
        }
        assert_calls_add_up(session);
        session_destroy(session);
    }
}

static void a_call_that_is_refused_is_told_with_the_others(void **state)
{
    struct session *session = begin("first-fit");
    const struct break_calls *calls = &session->history->break_calls;

    (void)state;
    assert_int_equal(calls->count, 1); /* opening */
    act(session, OP_ALLOC, "A", MEGABYTE);
    act(session, OP_LIMIT, NULL, 2 * MEGABYTE);
    act(session, OP_ALLOC, "B", 3 * MEGABYTE);
    act(session, OP_FREE, "A", 0);
    assert_int_equal(calls->count, 4);
    assert_false(calls->items[1].is_down || calls->items[1].refused);
    assert_true(calls->items[2].refused);
    assert_int_equal(calls->items[2].step, 3);
    assert_true(calls->items[2].size >= 3 * MEGABYTE);
    assert_true(calls->items[3].is_down);
    assert_int_equal(break_calls_until(calls, 2), 2);
    go(session, 1);
    act(session, OP_ALLOC, "C", MEGABYTE); /* another past */
    assert_int_equal(calls->count, 3);
    assert_calls_add_up(session);
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_as_they_were_wherever_one_goes),
        cmocka_unit_test(a_part_of_what_is_touched_is_rounded_up),
        cmocka_unit_test(other_policies_tell_of_the_pages_that_they_take),
        cmocka_unit_test(much_memory_is_looked_at_where_it_is_watched),
        cmocka_unit_test(the_heap_and_the_variables_are_parts_of_the_address_space),
        cmocka_unit_test(calls_that_move_the_break_add_up_to_the_heap),
        cmocka_unit_test(a_call_that_is_refused_is_told_with_the_others),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
