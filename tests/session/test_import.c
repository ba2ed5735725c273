/* test_import.c: a trace that is imported is the session that typing it makes: at its end and at
 * every moment of it, and for all that is done from there. */
#include "session/import.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "base/bits.h"
#include "base/memory.h"
#include "base/random.h"
#include "kind/c_library.h"
#include "session/comparison.h"
#include "session/difference.h"
#include "session/import_run.h"
#include "session/same_variables.h"
#include "session/seek.h"
#include "session/to_trace.h"
#include "target/serve.h"
#include "trace/generate.h"

static struct trace generated(const char *what)
{
    struct trace trace;
    struct error error;

    if (!trace_generate(what, &trace, &error))
        fail_msg("%s", error.text);
    return trace;
}

/* Of what a trace begins with, so many operations. */
static struct trace beginning(const struct trace *trace, size_t count)
{
    struct trace part;
    struct error error;

    trace_init(&part, "part");
    for (size_t i = 0; i < count; i++)
        assert_true(
            trace_add(&part, trace->ops[i].kind, trace->ops[i].id, trace->ops[i].size, &error));
    return part;
}

static void import_and_spend(struct session *session, struct trace *trace)
{
    struct import_report report;
    struct error error;

    if (!session_import(session, trace, &report, &error))
        fail_msg("%s", error.text);
    assert_int_equal(report.cut.length, 0);
    import_report_finish(&report);
}

/* Import a copy, so that the trace itself can be gone through afterwards. */
static void import(struct session *session, const struct trace *trace)
{
    struct trace copy = beginning(trace, trace->op_count);

    copy.id_count = trace->id_count; /* which may be more than it has operations on */
    for (uint32_t id = 0; id < trace->id_count; id++) {
        if (trace_name_of(trace, id))
            trace_name(&copy, id, trace_name_of(trace, id));
    }
    import_and_spend(session, &copy);
    assert_int_equal(copy.op_count, trace->op_count);
    trace_finish(&copy);
}

static void type(struct session *session, enum op_kind kind, uint32_t id, uint64_t size)
{
    char name[16];

    snprintf(name, sizeof name, "b%u", id);
    act(session, kind, name, size);
}

/* A session in which all of a trace was typed. */
static struct session *typed(const char *policy, const struct trace *trace)
{
    static const enum op_kind kinds[TRACE_KINDS] = {OP_ALLOC, OP_REALLOC, OP_FREE};
    struct session *session = begin(policy);

    for (size_t i = 0; i < trace->op_count; i++)
        type(session, kinds[trace->ops[i].kind], trace->ops[i].id, trace->ops[i].size);
    return session;
}

/* The two show the same and are the same, byte for byte. */
static void expect_same(struct session *a, struct session *b)
{
    struct picture *left = &a->mirror->picture, *right = &b->mirror->picture;
    unsigned char *bytes[2];
    size_t counts[2];
    struct error error = {0};

    assert_memory_equal(&left->metrics, &right->metrics, sizeof left->metrics);
    expect_same_variables(left, right);
    if (!description_can(&left->description, KIND_EXPLAINS))
        return; /* glibc has a random key in what is cached */
    assert_true(session_read_bytes(a, 0, left->metrics.heap_size, &bytes[0], &counts[0], &error));
    assert_true(session_read_bytes(b, 0, left->metrics.heap_size, &bytes[1], &counts[1], &error));
    assert_int_equal(counts[0], counts[1]);
    assert_memory_equal(bytes[0], bytes[1], counts[0]);
    free(bytes[0]);
    free(bytes[1]);
    if (!session_check(a, &error))
        fail_msg("%s", error.text);
}

static void go(struct session *session, size_t step)
{
    struct error error;

    if (!session_go(session, step, &error))
        fail_msg("%s", error.text);
}

static void what_is_imported_is_what_typing_it_makes(void **state)
{
    static const char *const policies[] = {"first-fit", "best-fit", "buddy", "segregated", "glibc"};
    struct trace trace = generated("compiler:5");

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct session *imported, *other;

        if (strcmp(policies[i], "glibc") == 0 && !c_library_has_malloc())
            continue; /* it is a sanitizer's, or valgrind's */
        imported = begin(policies[i]);
        other = typed(policies[i], &trace);
        import(imported, &trace);
        assert_int_equal(imported->history->steps.count, trace.op_count);
        expect_same(imported, other);
        assert_int_equal(imported->mirror->picture.events.count,
                         other->mirror->picture.events.count);
        for (size_t visit = 0; visit < 8; visit++) {
            size_t step = visit * 7919 % (trace.op_count + 1);

            go(imported, step);
            go(other, step);
            expect_same(imported, other);
            if (step > 0)
                assert_int_equal(history_last_step(imported->history)->before,
                                 history_last_step(other->history)->before);
        }
        session_destroy(imported);
        session_destroy(other);
    }
    trace_finish(&trace);
}

/* Append what changed from step to step, and what went wrong with that. */
static void add_difference(struct session *session, size_t from, size_t to, struct text *text)
{
    struct error error;

    if (!difference_add(session, from, to, text, &error))
        fail_msg("%s", error.text);
}

/* Of a trace with many variables only that is compared which steps in between are about. */
static void what_changed_is_told_as_of_what_was_typed(void **state)
{
    static const char *const traces[] = {"compiler:5", "strings:3000"};
    struct random random = {.state = 12};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(traces); i++) {
        struct trace trace = generated(traces[i]);
        struct session *imported = begin("first-fit"), *other = typed("first-fit", &trace);

        import(imported, &trace);
        for (unsigned pair = 0; pair < 12; pair++) {
            size_t from = random_below(&random, trace.op_count + 1);
            size_t to = random_below(&random, trace.op_count + 1);
            struct text is = {0}, wanted = {0};

            add_difference(imported, from, to, &is);
            add_difference(other, from, to, &wanted);
            assert_string_equal(text_string(&is), text_string(&wanted));
            text_finish(&is);
            text_finish(&wanted);
        }
        session_destroy(imported);
        session_destroy(other);
        trace_finish(&trace);
    }
}

/* What was asked for of the blocks, one by one, is what is said of all. */
static void expect_sums(const struct picture *picture)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;
    uint64_t requested = 0, padding = 0;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        requested += block->requested;
        padding += block_padding(block);
    }
    assert_int_equal(requested, picture->metrics.requested);
    assert_int_equal(padding, picture->metrics.padding);
}

/* With an index of many variables, which more ids than have their own share. */
static void any_moment_of_a_long_one_is_as_if_it_ended_there(void **state)
{
    struct trace trace = generated("nodes:60000");
    struct session *imported = begin("segregated");

    (void)state;
    assert_true(trace.op_count > 2 * TRACED_LANDMARK_EVERY);
    import(imported, &trace);
    assert_int_equal(imported->history->steps.traced->index.count + 1, trace.op_count);
    for (size_t visit = 0; visit < 6; visit++) {
        size_t step = (visit * 61 + 13) * trace.op_count / 400;
        struct trace part = beginning(&trace, step);
        struct session *other = begin("segregated");

        part.id_count = trace.id_count; /* so that blocks are called alike */
        import(other, &part);
        go(imported, step);
        assert_non_null(imported->mirror->picture.blocks.pack);
        expect_same(imported, other);
        expect_sums(&imported->mirror->picture);
        session_destroy(other);
        trace_finish(&part);
    }
    go(imported, trace.op_count);
    expect_sums(&imported->mirror->picture);
    assert_int_equal(imported->history->steps.traced->index.count + 1, trace.op_count);
    assert_true(traced_bytes(imported->history->steps.traced) <= 32 * trace.op_count);
    session_destroy(imported);
    trace_finish(&trace);
}

/* Of a long one, too: what was typed is known of a picture that was made of little. */
static void typing_goes_on_from_a_moment_of_a_long_one(void **state)
{
    struct trace trace = generated("nodes:60000");
    struct trace part = beginning(&trace, trace.op_count / 2);
    struct session *imported = begin("first-fit"), *other = begin("first-fit");
    size_t here = part.op_count;

    (void)state;
    part.id_count = trace.id_count;
    import(imported, &trace);
    import(other, &part);
    go(imported, here);
    for (struct session *session = imported; session; session = session == other ? NULL : other) {
        type(session, OP_ALLOC, 700000, 500);
        type(session, OP_ALLOC, 700001, 20);
        type(session, OP_FREE, 700000, 0);
        type(session, OP_ALLOC, 700000, 300);
        type(session, OP_FREE, 3, 0);
    }
    expect_same(imported, other);
    for (size_t step = here + 6; step-- > here;) {
        go(imported, here - 7);
        go(imported, step);
        go(other, step);
        assert_non_null(imported->mirror->picture.blocks.pack);
        expect_same(imported, other);
        expect_sums(&imported->mirror->picture);
    }
    session_destroy(imported);
    session_destroy(other);
    trace_finish(&trace);
    trace_finish(&part);
}

static void typing_goes_on_from_any_moment(void **state)
{
    struct trace trace = generated("compiler:5");
    struct session *imported = begin("first-fit"), *other = typed("first-fit", &trace);
    struct hg_config config = hg_config_default("best-fit");
    struct session *imagined;
    struct error error;
    size_t refused;

    (void)state;
    import(imported, &trace);
    for (struct session *session = imported; session; session = session == other ? NULL : other) {
        go(session, 200);
        type(session, OP_ALLOC, 70000, 500);
        type(session, OP_FREE, 70000, 0);
        go(session, 150);
        go(session, 202);
        go(session, 201);
    }
    assert_int_equal(imported->history->steps.known, 202);
    expect_same(imported, other);
    imagined = session_imagine(imported, NULL, &error);
    assert_non_null(imagined);
    expect_same(imagined, other);
    session_destroy(imagined);
    assert_true(session_configure(imported, &config, &refused, &error));
    assert_true(session_configure(other, &config, &refused, &error));
    expect_same(imported, other);
    go(imported, 77);
    go(other, 77);
    expect_same(imported, other);
    session_destroy(imported);
    session_destroy(other);
    trace_finish(&trace);
}

/* Another policy for a session that is in the middle of a trace leaves it there. */
static void another_policy_leaves_the_rest_of_the_trace_ahead(void **state)
{
    struct trace trace = generated("compiler:5");
    struct session *imported = begin("first-fit"), *other = typed("best-fit", &trace);
    struct hg_config config = hg_config_default("best-fit");
    struct error error;
    size_t refused;

    (void)state;
    import(imported, &trace);
    go(imported, 300);
    go(other, 300);
    assert_true(session_configure(imported, &config, &refused, &error));
    assert_int_equal(imported->history->steps.count, 300);
    assert_int_equal(imported->history->steps.known, trace.op_count);
    expect_same(imported, other);
    go(imported, trace.op_count);
    go(other, trace.op_count);
    expect_same(imported, other);
    session_destroy(imported);
    session_destroy(other);
    trace_finish(&trace);
}

static struct trace parsed(const char *text)
{
    struct trace trace;
    struct error error;

    if (!trace_parse("t", text, strlen(text), true, &trace, &error))
        fail_msg("%s", error.text);
    return trace;
}

static void what_is_refused_and_what_is_null_are_steps_as_well(void **state)
{
    struct trace trace = parsed("a 0 1000000000000 a 1 10 r 0 20 f -1 f 0 r 0 30 r 1 0 f 1 a 1 0 "
                                "f 1 a 1 5 r 1 1000000000000 f 1 a 1 8");
    struct session *imported = begin("first-fit");
    struct import_report report;
    struct error error;

    (void)state;
    assert_true(session_import(imported, &trace, &report, &error));
    assert_int_equal(report.null_frees, 1);
    import_report_finish(&report);
    assert_int_equal(imported->history->steps.count, trace.op_count - 1);
    assert_int_equal(imported->history->steps.traced->first_refused, 1);
    assert_true(session_check(imported, &error));
    assert_int_equal(imported->mirror->picture.metrics.requested, 30 + 8);
    for (size_t step = 0; step < trace.op_count; step++) {
        go(imported, step);
        if (!session_check(imported, &error))
            fail_msg("step %zu: %s", step, error.text);
        assert_int_equal(step == 0 ? 0 : steps_live(&imported->history->steps, step),
                         imported->mirror->picture.metrics.requested);
    }
    session_destroy(imported);
    trace_finish(&trace);
}

static void what_is_resized_to_nothing_is_NULL_from_then_on(void **state)
{
    static const char *const texts[] = {"a 0 10 r 0 0 a 1 5", "a 0 10 r 0 0 f 0 a 1 5",
                                        "a 0 10 r 0 0 r 0 20 a 1 5"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct trace trace = parsed(texts[i]);
        struct session *imported = begin("first-fit"), *other = typed("first-fit", &trace);

        import(imported, &trace);
        expect_same(imported, other);
        session_destroy(imported);
        session_destroy(other);
        trace_finish(&trace);
    }
}

/* What comes bit by bit, and is looked at in between. */
static void what_is_settled_twice_has_each_variable_once(void **state)
{
    struct history *history = history_create();
    struct hg_config config = hg_config_default("first-fit");
    struct error error;
    struct mirror *mirror = mirror_create(&config, &history->names, NULL, &error);
    struct import *import;
    uint32_t ignored;

    (void)state;
    assert_non_null(mirror);
    history_begin(history, mirror);
    import = import_begin(history, mirror, 6, false);
    for (uint32_t i = 0; i < 6; i++) {
        char name[16];

        snprintf(name, sizeof name, "b%u", i);
        assert_true(names_add_new(&history->names, name, &ignored));
        assert_int_equal(import_add(import, &(struct traced_step){.kind = OP_ALLOC,
                                                                  .place = i & TRACED_PLACE_MOST,
                                                                  .size = 9}),
                         IMPORT_DONE);
        if (i % 3 < 2)
            continue;
        assert_int_equal(import_settle(import), IMPORT_DONE);
        assert_int_equal(mirror->picture.variables.named_count, i + 1);
        assert_int_equal(mirror->picture.ledger.count, i + 1);
        assert_true(mirror_check(mirror, &history->progress, &error));
    }
    import_end(import);
    mirror_destroy(mirror);
    history_destroy(history);
}

static bool stop(void *context, size_t done, size_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return false;
}

struct told {
    size_t times;
    size_t total; /* that was told last */
};

static bool count_told(void *context, size_t done, size_t total)
{
    struct told *told = context;

    (void)done;
    told->times++;
    told->total = total;
    return true;
}

/* A look at a large heap takes a while: how much of it was read is told. */
static void reading_the_heap_is_told(void **state)
{
    enum { BLOCKS = 60000 };
    struct history *history = history_create();
    struct hg_config config = hg_config_default("segregated");
    struct error error;
    struct mirror *mirror = mirror_create(&config, &history->names, NULL, &error);
    struct import *import;
    struct told told = {0};

    (void)state;
    assert_non_null(mirror);
    history_begin(history, mirror);
    import = import_begin(history, mirror, BLOCKS, false);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        names_add_numbered(&history->names);
        assert_int_equal(import_add(import, &(struct traced_step){.kind = OP_ALLOC,
                                                                  .place = i & TRACED_PLACE_MOST,
                                                                  .size = 9}),
                         IMPORT_DONE);
    }
    history->progress = (struct progress){count_told, &told};
    assert_int_equal(import_settle(import), IMPORT_DONE);
    assert_true(told.times > 1);
    assert_int_equal(told.total, steps_heap_size(&history->steps, BLOCKS - 1));
    import_end(import);
    mirror_destroy(mirror);
    history_destroy(history);
}

static void who_stops_it_has_what_was_before(void **state)
{
    struct trace trace = generated("nodes:60000");
    struct session *session = begin("segregated"), *other = begin("segregated");
    struct import_report report;
    struct error error;

    (void)state;
    type(session, OP_ALLOC, 1, 100);
    type(other, OP_ALLOC, 1, 100);
    session->history->progress.tick = stop;
    assert_false(session_import(session, &trace, &report, &error));
    assert_int_equal(error.kind, ERROR_STOPPED);
    import_report_finish(&report);
    assert_int_equal(session->history->steps.count, 1);
    expect_same(session, other);
    session_destroy(session);
    session_destroy(other);
    trace_finish(&trace);
}

static void blocks_are_called_after_what_is_known_of_them(void **state)
{
    static const char text[] = "= Start\n@ p:(main+1)[0x1] + 0x10 0x1\n@ p:[0x1] + 0x20 0x2\n"
                               "@ p:(f+1)[0x1] + 0x30 0x3\n";
    struct trace trace = parsed(text);
    struct session *session = begin("first-fit");

    (void)state;
    import(session, &trace);
    assert_string_equal(picture_name(&session->mirror->picture, 0), "main_0");
    assert_string_equal(picture_name(&session->mirror->picture, 1), "b1");
    assert_string_equal(picture_name(&session->mirror->picture, 2), "f_2");
    session_destroy(session);
    trace_finish(&trace);
}

static void no_two_blocks_have_one_name(void **state)
{
    static const char *const names[] = {"b2", "b2_0", "b2_1", "b3", "b4", "b5"};
    struct trace trace =
        parsed("RQ b2 1 W\nRQ b2_0 1 W\nRQ + 1 W\nRQ b3 1 W\nRQ b4 1 W\nRQ b5 1\n");
    struct session *session = begin("first-fit");

    (void)state;
    import(session, &trace);
    assert_int_equal(session->mirror->picture.variables.count, 6);
    for (uint32_t place = 0; place < 6; place++)
        assert_string_equal(picture_name(&session->mirror->picture, place), names[place]);
    session_destroy(session);
    trace_finish(&trace);
}

static void what_was_imported_is_exported_the_same(void **state)
{
    struct trace trace = generated("interpreter:300"), again;
    struct session *session = begin("buddy");
    struct error error;
    size_t left_out;

    (void)state;
    import(session, &trace);
    assert_true(session_to_trace(session, "again", &again, &left_out, &error));
    assert_int_equal(left_out, 0);
    assert_int_equal(again.op_count, trace.op_count);
    assert_int_equal(again.peak_live, trace.peak_live);
    for (size_t i = 0; i < trace.op_count; i++) {
        assert_int_equal(again.ops[i].kind, trace.ops[i].kind);
        assert_int_equal(again.ops[i].size, trace.ops[i].size);
    }
    trace_finish(&again);
    type(session, OP_ALLOC, 70000, 123);
    type(session, OP_COALESCE, 0, 0);
    assert_true(session_to_trace(session, "again", &again, &left_out, &error));
    assert_int_equal(left_out, 1);
    assert_int_equal(again.ops[trace.op_count].size, 123);
    trace_finish(&again);
    session_destroy(session);
    trace_finish(&trace);
}

static bool is_fragmented(void *context, struct session *moment)
{
    (void)context;
    return moment->mirror->picture.metrics.free_blocks >= 12;
}

static void what_is_sought_is_found_first(void **state)
{
    struct trace trace = generated("compiler:5");
    struct session *session = begin("first-fit"), *other = typed("first-fit", &trace);
    size_t step, first = 1;
    struct error error;

    (void)state;
    import(session, &trace);
    while (history_metrics_at(other->history, first).free_blocks < 12)
        first++;
    go(session, 0);
    assert_true(session_seek(session, is_fragmented, NULL, true, &step, &error));
    assert_int_equal(step, first);
    go(other, first);
    expect_same(session, other);
    assert_int_equal(seek_peak(session->history), session->history->steps.traced->largest_live);
    step = seek_step(session, seek_grows);
    assert_true(step > first);
    for (size_t i = first + 1; i <= step; i++)
        assert_int_equal(history_metrics_at(other->history, i).heap_size >
                             history_metrics_at(other->history, i - 1).heap_size,
                         i == step);
    assert_int_equal(seek_step(session, seek_refused), 0);
    session_destroy(session);
    session_destroy(other);
    trace_finish(&trace);
}

static bool has_free_blocks(void *context, struct session *moment)
{
    const uint64_t *least = context;

    return moment->mirror->picture.metrics.free_blocks >= *least;
}

/* A trace, and steps of one's own behind it, among them such as are carried out alone. */
static struct session *begin_mixed(const char *policy)
{
    struct trace trace = generated("compiler:3");
    struct session *session = begin(policy);
    char name[16];

    import(session, &trace);
    for (uint32_t i = 0; i < 900; i++) {
        snprintf(name, sizeof name, "b%u", 800000 + i);
        act(session, OP_ALLOC, name, 24 + i % 7 * 40);
        if (i % 50 == 0)
            act(session, OP_FILL, name, 24);
        if (i % 400 == 0)
            act(session, OP_COALESCE, NULL, 0);
    }
    for (uint32_t i = 0; i < 900; i += 2)
        type(session, OP_FREE, 800000 + i, 0);
    trace_finish(&trace);
    return session;
}

/* In runs the same is found as one by one, and where nothing is, all is as it was. */
static void in_runs_the_same_is_found(void **state)
{
    static const char *const policies[] = {"first-fit", "buddy", "segregated"};
    struct error error;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct session *runs = begin_mixed(policies[i]), *alone = begin_mixed(policies[i]);
        size_t found = 1, step, number = 0;
        uint64_t least = 0;

        go(runs, 0);
        go(alone, 0);
        for (; found > 0; least = 9 * least / 8 + 1) {
            size_t from = runs->history->steps.count;

            assert_true(session_seek(runs, has_free_blocks, &least, false, &found, &error));
            assert_true(session_seek(alone, has_free_blocks, &least, true, &step, &error));
            assert_int_equal(found, step);
            assert_int_equal(runs->history->steps.count, found > 0 ? found : from);
            if (number++ % 8 == 0 || found == 0)
                expect_same(runs, alone);
        }
        assert_true(least > 400);
        session_destroy(runs);
        session_destroy(alone);
    }
}

/* What is kept of each step. */
static uint64_t kept_value(const struct metrics *metrics, size_t number)
{
    const uint64_t values[] = {metrics->heap_size, metrics->requested, metrics->peak_requested,
                               metrics->peak_heap};

    return values[number];
}

struct kept_goal {
    size_t number;
    uint64_t least;
};

static bool is_kept_reached(const void *context, const struct metrics *metrics)
{
    const struct kept_goal *goal = context;

    return kept_value(metrics, goal->number) >= goal->least;
}

static bool is_reached_there(void *context, struct session *moment)
{
    return is_kept_reached(context, &moment->mirror->picture.metrics);
}

/* By what is kept of steps the same is found as by looking at the heap after each of them. */
static void what_is_kept_of_steps_decides_as_the_heap_does(void **state)
{
    static const char *const policies[] = {"first-fit", "buddy", "segregated"};
    struct error error;

    (void)state;
    for (size_t i = 0; i < 4 * TEST_COUNT(policies); i++) {
        struct session *session = begin_mixed(policies[i / 4]);
        struct kept_goal goal = {.number = i % 4};
        size_t found = 1, step;

        go(session, 1);
        for (; found > 0; goal.least = 5 * goal.least / 4 + 64) {
            assert_true(seek_measures(session, is_kept_reached, &goal, &step, &error));
            assert_true(session_seek(session, is_reached_there, &goal, false, &found, &error));
            assert_int_equal(step, found);
        }
        assert_true(goal.least > 10000);
        session_destroy(session);
    }
}

static void who_seeks_by_what_is_kept_can_stop(void **state)
{
    struct session *session = begin("segregated");
    struct kept_goal goal = {.least = UINT64_MAX};
    struct trace trace = generated("strings:100000");
    struct error error;
    size_t step;

    (void)state;
    import(session, &trace);
    go(session, 0);
    assert_true(seek_measures(session, is_kept_reached, &goal, &step, &error));
    assert_int_equal(step, 0);
    session->history->progress.tick = stop;
    assert_false(seek_measures(session, is_kept_reached, &goal, &step, &error));
    assert_int_equal(error.kind, ERROR_STOPPED);
    session_destroy(session);
    trace_finish(&trace);
}

/* Let the second step have said something, and see what the third says, which is left out. */
static bool says_nothing_third(void *context, struct session *moment)
{
    struct picture *picture = &moment->mirror->picture;
    size_t *at = context;

    if (++*at == 3)
        return picture->events.count == 0 && picture->events.said.length == 0;
    picture_set_said(picture, "said", 4);
    return false;
}

static void what_is_left_out_says_nothing_to_who_seeks(void **state)
{
    struct hg_config first = kind_config_default("first-fit");
    struct session *session = begin("pool-stack");
    struct error error;
    size_t refused, step, at = 0;

    (void)state;
    type(session, OP_ALLOC, 0, 1000); /* slots have 64 bytes: NULL, which can be freed twice */
    type(session, OP_FREE, 0, 0);
    type(session, OP_FREE, 0, 0);
    assert_true(session_configure(session, &first, &refused, &error));
    assert_true(steps_at(&session->history->steps, 3)->left_out);
    go(session, 0);
    assert_true(session_seek(session, says_nothing_third, &at, false, &step, &error));
    assert_int_equal(step, 3);
    session_destroy(session);
}

static void there_are_as_many_steps_as_variables_for_them(void **state)
{
    struct hg_config config = hg_config_default("segregated");
    struct history *history = history_create();
    struct error error;
    struct mirror *mirror = mirror_create(&config, &history->names, NULL, &error);
    struct traced_step first = {.kind = OP_ALLOC, .place = 0, .size = 24};
    struct traced_step beyond = {.kind = OP_ALLOC, .place = VARIABLES_MAX, .size = 48};
    struct import *import;

    (void)state;
    assert_non_null(mirror);
    names_add(&history->names, "b0");
    history_begin(history, mirror);
    import = import_begin(history, mirror, 2, false);
    assert_int_equal(import_add(import, &first), IMPORT_DONE);
    assert_int_equal(import_add(import, &beyond), IMPORT_FULL);
    assert_int_equal(strtoull(strpbrk(import_is_full, "0123456789"), NULL, 10), VARIABLES_MAX);
    import_end(import);
    assert_int_equal(history->steps.count, 1);
    assert_int_equal(mirror->picture.metrics.requested, 24);
    assert_true(mirror_check(mirror, &history->progress, &error));
    mirror_destroy(mirror);
    history_destroy(history);
}

/* Requests are of a thousandth of all steps, and two of them are not yet noted at most. */
static void what_was_done_before_the_heap_process_ended_is_there(void **state)
{
    enum {
        STEPS = 1 << 15,
        ENDED_AT = STEPS / 2,
        OPEN_MOST = 2 * (STEPS / TRACED_SAMPLES_MOST + 1)
    };
    struct hg_config config = hg_config_default("first-fit");
    struct history *history = history_create();
    struct error error;
    struct mirror *mirror = mirror_create(&config, &history->names, NULL, &error);
    enum import_outcome outcome = IMPORT_DONE;
    struct import *import;
    uint64_t requested = 0;

    (void)state;
    assert_non_null(mirror);
    history_begin(history, mirror);
    import = import_begin(history, mirror, STEPS, false);
    for (uint32_t i = 0; outcome == IMPORT_DONE; i++) {
        assert_true(i < STEPS);
        if (i == ENDED_AT)
            assert_int_equal(kill(target_pid(mirror->target), SIGKILL), 0);
        names_add_numbered(&history->names);
        outcome = import_add(import, &(struct traced_step){.kind = OP_ALLOC,
                                                           .place = i & TRACED_PLACE_MOST,
                                                           .size = 1 + i % 64});
    }
    import_end(import);
    assert_int_equal(outcome, IMPORT_FAILED);
    assert_in_range(history->steps.count, ENDED_AT - OPEN_MOST - 1, ENDED_AT + OPEN_MOST);
    assert_true(import_recover(history, &mirror, &error));
    for (size_t i = 0; i < history->steps.count; i++)
        requested += 1 + i % 64;
    assert_int_equal(mirror->picture.ledger.count, history->steps.count);
    assert_int_equal(mirror->picture.metrics.requested, requested);
    assert_true(mirror_check(mirror, &history->progress, &error));
    mirror_destroy(mirror);
    history_destroy(history);
}

#ifndef __SANITIZE_ADDRESS__ /* whose malloc gives nothing back */
/* Bytes that the kernel's status of this process says; 0 where it does not. */
static size_t status_bytes(const char *name)
{
    FILE *file = fopen("/proc/self/status", "r");
    size_t bytes = 0;
    char line[256];

    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, name, strlen(name)) == 0)
            bytes = strtoull(line + strlen(name), NULL, 10) * 1024;
    }
    if (file)
        fclose(file);
    return bytes;
}

/* Let the kernel's peak of this process begin anew. */
static bool forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    bool good = file && fputs("5", file) >= 0;

    return file && fclose(file) == 0 && good;
}

/* The trace is in memory at first, and is counted, too; so is what any session takes, which is much
 * beside as few steps as these. */
static void importing_takes_little_more_memory_than_what_stays(void **state)
{
    enum { STEP_MOST = 64 };
    struct trace trace = generated("strings:400000");
    size_t operations = trace.op_count, in_trace, before, peak;
    struct session *session = begin("segregated");

    (void)state;
    in_trace = operations * sizeof trace.ops[0] + trace.id_count * sizeof trace.sizes[0];
    memory_give_back();
    before = status_bytes("VmRSS:");
    if (before == 0 || !forget_peak()) {
        session_destroy(session);
        trace_finish(&trace);
        test_skipped("the kernel does not tell what memory was used at most");
        return;
    }
    import_and_spend(session, &trace);
    peak = status_bytes("VmHWM:");
    assert_in_range(peak - before, 1, STEP_MOST * operations - in_trace);
    assert_null(trace.ops);
    session_destroy(session);
    trace_finish(&trace);
}
#endif

/* What an operation looked at is not told of a trace: the sum is not known, and is not 0. */
static void what_a_trace_looked_at_is_not_known(void **state)
{
    struct trace trace = generated("compiler:3");
    struct session *session = begin("first-fit"), *imagined;
    struct hg_config config = kind_config_default("best-fit");
    struct comparison comparison = {0};
    struct error error;

    (void)state;
    import(session, &trace);
    imagined = session_imagine(session, &config, &error);
    assert_non_null(imagined);
    comparison_add(&comparison, session);
    comparison_add(&comparison, imagined);
    for (size_t i = 0; i < comparison.count; i++) {
        const struct contestant *contestant = &comparison.items[i];

        assert_true(isnan(comparison_value(contestant, COMPARISON_VISITS, contestant->steps)));
        assert_true(comparison_value(contestant, COMPARISON_NANOSECONDS, contestant->steps) > 0);
    }
    comparison_finish(&comparison);
    session_destroy(imagined);
    session_destroy(session);
    trace_finish(&trace);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_imported_is_what_typing_it_makes),
        cmocka_unit_test(what_changed_is_told_as_of_what_was_typed),
        cmocka_unit_test(any_moment_of_a_long_one_is_as_if_it_ended_there),
        cmocka_unit_test(typing_goes_on_from_any_moment),
        cmocka_unit_test(typing_goes_on_from_a_moment_of_a_long_one),
        cmocka_unit_test(another_policy_leaves_the_rest_of_the_trace_ahead),
        cmocka_unit_test(what_is_refused_and_what_is_null_are_steps_as_well),
        cmocka_unit_test(what_is_resized_to_nothing_is_NULL_from_then_on),
        cmocka_unit_test(what_is_settled_twice_has_each_variable_once),
        cmocka_unit_test(reading_the_heap_is_told),
        cmocka_unit_test(who_stops_it_has_what_was_before),
        cmocka_unit_test(blocks_are_called_after_what_is_known_of_them),
        cmocka_unit_test(no_two_blocks_have_one_name),
        cmocka_unit_test(what_was_imported_is_exported_the_same),
        cmocka_unit_test(what_is_sought_is_found_first),
        cmocka_unit_test(in_runs_the_same_is_found),
        cmocka_unit_test(what_is_kept_of_steps_decides_as_the_heap_does),
        cmocka_unit_test(who_seeks_by_what_is_kept_can_stop),
        cmocka_unit_test(what_is_left_out_says_nothing_to_who_seeks),
        cmocka_unit_test(there_are_as_many_steps_as_variables_for_them),
        cmocka_unit_test(what_a_trace_looked_at_is_not_known),
        cmocka_unit_test(what_was_done_before_the_heap_process_ended_is_there),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(importing_takes_little_more_memory_than_what_stays),
#endif
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
