/* test_comparison.c: what was compared can be gone through, all policies at the same step. */
#include "session/comparison.h"

#include <string.h>

#include "acting.h"
#include "target/serve.h"

enum { STEPS = 40 };

/* The step number `step`: blocks come, and every third time one of them goes. */
static void take_step(struct session *session, size_t step)
{
    static const char *const names[] = {"A", "B", "C", "D", "E", "F", "G"};
    enum { NAMES = sizeof names / sizeof names[0] };
    bool frees = step % 3 == 0;

    act(session, frees ? OP_FREE : OP_ALLOC, names[(frees ? step - 2 : step) % NAMES],
        step * 791 % 3000);
}

static void add(struct comparison *comparison, struct session *session, const char *policy)
{
    struct hg_config config = kind_config_default(policy);
    struct error error;
    struct session *imagined = session_imagine(session, &config, &error);

    assert_non_null(imagined);
    comparison_add(comparison, imagined);
    comparison_keep(comparison, imagined);
}

static void assert_same_blocks(const struct mirror *a, const struct mirror *b)
{
    const struct block_table *ours = &a->picture.blocks, *theirs = &b->picture.blocks;
    struct block_cursor one = block_table_find(ours, 0);
    struct block_cursor other = block_table_find(theirs, 0);

    assert_int_equal(block_table_count(ours), block_table_count(theirs));
    for (; block_cursor_get(&one); block_cursor_next(&one), block_cursor_next(&other)) {
        assert_int_equal(block_cursor_get(&one)->at, block_cursor_get(&other)->at);
        assert_int_equal(block_cursor_get(&one)->size, block_cursor_get(&other)->size);
        assert_int_equal(block_cursor_get(&one)->kind, block_cursor_get(&other)->kind);
    }
}

/* At every step each policy's heap is what it was when that step was made there, as is what the
 * columns say; forth as well as back. */
static void all_heaps_go_in_lockstep(void **state)
{
    static const char *const policies[] = {"first-fit", "best-fit", "buddy", "segregated", "tlsf"};
    struct session *session = begin("first-fit"), *lives[TEST_COUNT(policies)];
    struct comparison comparison = {0};

    (void)state;
    for (size_t step = 1; step <= STEPS; step++)
        take_step(session, step);
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        add(&comparison, session, policies[i]);
        lives[i] = begin(policies[i]);
    }
    assert_int_equal(comparison_steps(&comparison), STEPS);
    for (size_t step = 0; step <= STEPS; step++) {
        comparison_go(&comparison, STEPS - step);
        comparison_go(&comparison, step);
        for (size_t i = 0; i < TEST_COUNT(policies); i++) {
            const struct contestant *contestant = &comparison.items[i];
            const struct session *there = contestant->session, *live = lives[i];

            if (step > 0)
                take_step(lives[i], step);
            assert_non_null(there);
            assert_int_equal(there->history->steps.count, step);
            assert_same_blocks(there->mirror, live->mirror);
            assert_memory_equal(&contestant->standings[step].metrics,
                                &live->mirror->picture.metrics,
                                sizeof live->mirror->picture.metrics);
            assert_true(comparison_largest_heap(&comparison) >=
                        live->mirror->picture.metrics.heap_size);
        }
    }
    for (size_t i = 0; i < TEST_COUNT(policies); i++)
        session_destroy(lives[i]);
    assert_int_equal(session->history->steps.count, STEPS);
    comparison_finish(&comparison);
    session_destroy(session);
}

static void what_was_visited_adds_up(void **state)
{
    struct session *session = begin("first-fit");
    struct comparison comparison = {0};
    double visits = 0;

    (void)state;
    for (size_t step = 1; step <= STEPS; step++)
        take_step(session, step);
    add(&comparison, session, "first-fit");
    for (size_t step = 1; step <= STEPS; step++) {
        visits += (double)session->history->steps.items[step - 1].result.visits;
        assert_true(comparison_value(&comparison.items[0], COMPARISON_VISITS, step) >= visits);
        assert_true(comparison_value(&comparison.items[0], COMPARISON_VISITS, step) <= visits);
    }
    assert_true(visits > 0);
    comparison_finish(&comparison);
    session_destroy(session);
}

/* Memory has a bound: what is beyond it is compared all the same, but not kept. */
static void only_so_much_is_kept(void **state)
{
    struct session *session = begin("first-fit");
    struct comparison comparison = {0};

    (void)state;
    take_step(session, 1);
    add(&comparison, session, "first-fit");
    assert_non_null(comparison.items[0].session);
    assert_true(comparison.kept >= session->mirror->picture.metrics.heap_size);
    comparison.kept = COMPARISON_MEMORY - 1;
    add(&comparison, session, "best-fit");
    assert_null(comparison.items[1].session);
    assert_non_null(strstr(comparison.items[1].failure.text, "too large"));
    comparison_go(&comparison, 0);
    assert_int_equal(comparison.items[0].session->history->steps.count, 0);
    assert_true(comparison_value(&comparison.items[1], COMPARISON_HEAP, 1) > 0);
    comparison_finish(&comparison);
    session_destroy(session);
}

/* How often progress was told, and how often it is let go on. */
struct watch {
    size_t told, most;
};

static bool note_progress(void *context, size_t done, size_t total)
{
    struct watch *watch = context;

    assert_int_equal(total, 2);
    assert_int_equal(done, watch->told++ % total);
    return watch->told <= watch->most;
}

/* Whoever waits is told how far it is, and can stop it: the heaps that did not get there stay where
 * they were, and can be brought there later. */
static void going_can_be_stopped_between_heaps(void **state)
{
    struct session *session = begin("first-fit");
    struct comparison comparison = {0};
    struct watch watch = {0, 1};

    (void)state;
    take_step(session, 1);
    add(&comparison, session, "first-fit");
    add(&comparison, session, "best-fit");
    comparison.progress = (struct progress){note_progress, &watch};
    comparison_go(&comparison, 1);
    assert_int_equal(watch.told, 0); /* they are there */
    comparison_go(&comparison, 0);
    assert_int_equal(watch.told, 2);
    assert_true(comparison_is_at(&comparison.items[0], 0));
    assert_int_equal(comparison.items[1].session->history->steps.count, 1);
    assert_false(comparison_is_at(&comparison.items[1], 0));
    watch = (struct watch){1, 2};
    comparison_go(&comparison, 0);
    assert_int_equal(watch.told, 2);
    assert_true(comparison_is_at(&comparison.items[1], 0));
    comparison_finish(&comparison);
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_heaps_go_in_lockstep),
        cmocka_unit_test(what_was_visited_adds_up),
        cmocka_unit_test(only_so_much_is_kept),
        cmocka_unit_test(going_can_be_stopped_between_heaps),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
