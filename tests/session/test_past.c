/* test_past.c: a past of which only so much is kept: what there is of it is as if all were. */
#include "session/past.h"

#include <signal.h>
#include <string.h>

#include "acting.h"
#include "base/random.h"
#include "session/churn.h"
#include "session/import_run.h"
#include "session/origins.h"
#include "session/same_variables.h"
#include "session/seek.h"
#include "session/to_trace.h"
#include "target/serve.h"

enum {
    STEPS = 250000,
    PLACES = 300,
    SITES = 5,
    BYTES = 1000000,
    CALL_TICKS = 3,
    SIZE_MOST = 3000,
    LARGE_MOST = 100000,
    LARGE_HEAP = 8000000 /* of blocks up to that, as it is at least */
};

/* Steps that allocate, resize and free by chance. */
struct churn {
    struct random random;
    size_t left, size_most;
    bool is_live[PLACES];
};

static bool next_step(void *context, struct traced_step *ret_step)
{
    struct churn *churn = context;
    uint32_t place = (uint32_t)random_below(&churn->random, PLACES);
    bool is_live = churn->is_live[place], resizes = is_live && random_below(&churn->random, 4) == 0;

    if (churn->left-- == 0)
        return false;
    *ret_step =
        churn_step(&churn->random, place, &churn->is_live[place], resizes, churn->size_most);
    return true;
}

/* A session of as many steps, of blocks up to a size, all of which are kept. */
static struct session *imported(size_t count, size_t size_most)
{
    struct session *session = begin("segregated");
    struct churn churn = {.random = {3}, .left = count, .size_most = size_most};

    churn_name_places(session->history, PLACES);
    assert_int_equal(import_run(session->history, session->mirror,
                                (struct import_source){count, next_step, &churn}),
                     IMPORT_DONE);
    return session;
}

/* Who a step was called by, as of a program. */
static struct call call_of(size_t number)
{
    return (struct call){.caller = 0x1000 + number * number % SITES,
                         .thread = (uint32_t)(number % 2),
                         .time = number * CALL_TICKS,
                         .is_timed = number % 7 == 0};
}

/* A session that followed a program of the same steps, keeping so many bytes of them.
 *   memory  that checkpoints may have; 0 for as much as the machine lets them */
static struct session *followed(const struct session *whole, uint64_t bytes, uint64_t memory)
{
    const struct traced *steps = whole->history->steps.traced;
    struct session *session = begin("segregated");
    struct history *history = session->history;
    struct import *import;

    history->past_bytes = bytes;
    history->checkpoints.memory = memory;
    churn_name_places(history, PLACES);
    import = import_begin(history, session->mirror, steps->count, true);
    history->steps.traced->origins = origins_create();
    for (size_t number = 1; number <= steps->count; number++) {
        const struct traced_step step = traced_rows_step(&steps->rows, number);
        const struct call call = call_of(number);

        origins_add(history->steps.traced->origins, &call);
        assert_int_equal(import_add(import, &step), IMPORT_DONE);
    }
    assert_int_equal(import_settle(import), IMPORT_DONE);
    import_end(import);
    return session;
}

static void go(struct session *session, size_t step)
{
    struct error error;

    if (!session_go(session, step, &error))
        fail_msg("%s", error.text);
}

/* The same of who made each block. */
static void expect_same_makers(const struct session *session, const struct traced *all)
{
    const struct picture *picture = &session->mirror->picture;
    const struct origins *origins = session->history->steps.traced->origins;

    for (uint32_t place = 0; place < picture->variables.count; place++) {
        struct variable variable = picture_variable(picture, place);
        const struct allocation *known = ledger_find(&picture->ledger, variable.payload);
        struct origin is, was;

        if (!known)
            continue;
        is = origins_at(origins, known->born);
        was = origins_at(all->origins, known->born);
        assert_int_equal(is.site, was.site);
        assert_int_equal(is.time, was.time);
        assert_int_equal(is.thread, was.thread);
    }
}

static void expect_same_callers(const struct traced *a, const struct traced *b, size_t step)
{
    struct caller_sums left = caller_sums_copy(&a->sums), right = caller_sums_copy(&b->sums);

    caller_sums_follow(&left, a, step);
    caller_sums_follow(&right, b, step);
    assert_int_equal(left.count, SITES - 2); /* squares leave three rests */
    assert_int_equal(left.count, right.count);
    assert_memory_equal(left.callers, right.callers, left.count * sizeof left.callers[0]);
    caller_sums_finish(&left);
    caller_sums_finish(&right);
}

/* A session of which all is kept, and one of which it is not. */
struct both {
    struct session *whole, *all, *part;
};

static struct both begin_both(void)
{
    struct both both = {.whole = imported(STEPS, SIZE_MOST)};

    both.all = followed(both.whole, PAST_ALL, 0);
    both.part = followed(both.whole, BYTES, 0);
    assert_int_equal(steps_gone(&both.all->history->steps), 0);
    assert_int_equal(both.part->history->steps.known, both.whole->history->steps.known);
    return both;
}

static void end_both(struct both *both)
{
    session_destroy(both->whole);
    session_destroy(both->all);
    session_destroy(both->part);
}

static void what_is_kept_is_as_if_all_were(void **state)
{
    struct both both = begin_both();
    const struct traced *part = both.part->history->steps.traced,
                        *all = both.all->history->steps.traced;
    size_t last = all->count, gone = part->gone;
    const size_t moments[] = {last, gone + 1, gone + 2, gone + (last - gone) / 3, last - 1};
    struct error error;

    (void)state;
    assert_in_range(gone, last / 4, last);
    assert_true(traced_bytes(part) < 2 * BYTES);
    assert_true(traced_bytes(all) > 2 * BYTES);
    for (size_t i = 0; i < TEST_COUNT(moments); i++) {
        go(both.all, moments[i]);
        go(both.part, moments[i]);
        if (!session_check(both.part, &error))
            fail_msg("%s", error.text);
        expect_same_variables(&both.part->mirror->picture, &both.all->mirror->picture);
        expect_same_makers(both.part, all);
        expect_same_callers(part, all, moments[i]);
        assert_memory_equal(&both.part->mirror->picture.metrics, &both.all->mirror->picture.metrics,
                            sizeof(struct metrics));
    }
    assert_int_equal(seek_peak(both.part->history), seek_peak(both.all->history));
    assert_int_equal(seek_largest_heap(both.part->history), seek_largest_heap(both.all->history));
    end_both(&both);
}

static void nobody_goes_to_what_is_not_kept(void **state)
{
    struct both both = begin_both();
    const struct hg_config config = kind_config_default("first-fit");
    size_t gone = steps_gone(&both.part->history->steps), left_out, refused;
    struct error error;
    struct trace trace;

    (void)state;
    assert_false(session_go(both.part, gone, &error));
    assert_non_null(strstr(error.text, "steps are not kept: the heap is known from step "));
    assert_false(session_go(both.part, 0, &error));
    assert_false(session_to_trace(both.part, "x", &trace, &left_out, &error));
    assert_null(session_imagine(both.part, &config, &error));
    assert_false(session_configure(both.part, &config, &refused, &error));
    assert_non_null(strstr(error.text, "steps are not kept"));
    assert_int_equal(both.part->history->steps.count, both.whole->history->steps.count);
    end_both(&both);
}

/* Steps are made behind those that are kept, taken back, and the heap process may be lost. */
static void the_session_goes_on(void **state)
{
    struct both both = begin_both();
    struct session *session = both.part;
    size_t last = session->history->steps.known, middle = last - 1000;
    struct error error;

    (void)state;
    go(session, middle);
    act(session, OP_ALLOC, "mine", 100);
    assert_int_equal(session->history->steps.known, middle + 1);
    go(session, middle);
    go(session, middle + 1);
    assert_true(session_check(session, &error));
    kill(target_pid(session->mirror->target), SIGKILL);
    assert_true(session_revive(session, &error));
    assert_int_equal(session->history->steps.count, middle + 1);
    assert_true(session_check(session, &error));
    end_both(&both);
}

/* Where a heap is too large for checkpoints, the bound holds all the same, with one there. */
static void the_bound_holds_where_heaps_are_too_large_for_checkpoints(void **state)
{
    struct session *whole = imported(STEPS, LARGE_MOST);
    struct session *part = followed(whole, BYTES, 1);
    const struct traced *traced = part->history->steps.traced;
    struct error error;

    (void)state;
    assert_true(part->mirror->picture.metrics.heap_size > LARGE_HEAP);
    assert_int_equal(part->history->checkpoints.count, 1);
    assert_true(traced_bytes(traced) < 2 * BYTES);
    assert_in_range(traced->gone, 1, traced->count - 1);
    for (size_t step = traced->gone + 1; step <= traced->count;
         step += (traced->count - traced->gone - 1) / 2) {
        go(whole, step);
        go(part, step);
        if (!session_check(part, &error))
            fail_msg("%s", error.text);
        assert_memory_equal(&part->mirror->picture.metrics, &whole->mirror->picture.metrics,
                            sizeof(struct metrics));
    }
    session_destroy(whole);
    session_destroy(part);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_as_if_all_were),
        cmocka_unit_test(nobody_goes_to_what_is_not_kept),
        cmocka_unit_test(the_session_goes_on),
        cmocka_unit_test(the_bound_holds_where_heaps_are_too_large_for_checkpoints),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
