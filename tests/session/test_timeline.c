/* test_timeline.c: undone and redone, gone to, imagined: the heap is the same, byte for byte. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "base/bits.h"
#include "base/memory.h"
#include "base/random.h"
#include "target/serve.h"

enum { STEPS = 200, VISITS = 40, NAMES = 40 };

/* What a session is at some moment. */
struct moment {
    uint64_t bytes; /* a hash of the heap */
    uint64_t variables;
    uint64_t lists;
    struct metrics metrics;
    uint64_t limit;
    uint64_t blocks;
};

static uint64_t hash(const void *data, size_t size)
{
    uint64_t result = size, word;

    for (size_t i = 0; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, (const char *)data + i, sizeof word);
        result = bits_mix(result ^ word) + i;
    }
    return result;
}

static uint64_t hash_heap(struct session *session)
{
    unsigned char *bytes;
    struct error error;
    uint64_t result;
    size_t count;

    assert_true(session_read_bytes(session, 0, session->mirror->picture.metrics.heap_size, &bytes,
                                   &count, &error));
    assert_int_equal(count, session->mirror->picture.metrics.heap_size);
    result = hash(bytes, count);
    free(bytes);
    return result;
}

static uint64_t hash_variables(const struct session *session)
{
    uint64_t result = session->mirror->picture.variables.count;

    for (uint32_t slot = 0; slot < session->mirror->picture.variables.count; slot++) {
        struct variable variable = picture_variable(&session->mirror->picture, slot);
        const struct allocation *live =
            ledger_find(&session->mirror->picture.ledger, variable.payload);

        result = bits_mix(result ^ variable.payload) + variable.freed_in + variable.name;
        if (live)
            result =
                bits_mix(result ^ live->requested) + live->referrer + live->born + live->changed;
    }
    return result;
}

static uint64_t hash_lists(struct session *session)
{
    struct free_lists lists;
    struct error error;
    uint64_t result = 0;

    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    for (uint32_t list = 0; list < lists.count; list++)
        result = bits_mix(
            result ^ hash(lists.lists[list].items, lists.lists[list].count * sizeof(uint64_t)));
    free_lists_finish(&lists);
    return result;
}

static uint64_t hash_blocks(const struct session *session)
{
    struct block_cursor cursor = block_table_find(&session->mirror->picture.blocks, 0);
    const struct block *block;
    uint64_t result = 0;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor))
        result = bits_mix(result ^ block->at) + bits_mix(block->size ^ block->requested) +
                 block->kind + block->list;
    return result;
}

static struct moment moment_of(struct session *session)
{
    return (struct moment){.bytes = hash_heap(session),
                           .variables = hash_variables(session),
                           .lists = hash_lists(session),
                           .metrics = session->mirror->picture.metrics,
                           .limit = session->mirror->picture.limit,
                           .blocks = hash_blocks(session)};
}

static void assert_same(const struct moment *a, const struct moment *b, size_t step)
{
    if (a->bytes != b->bytes)
        fail_msg("step %zu: the heap has other bytes", step);
    if (a->variables != b->variables)
        fail_msg("step %zu: the variables are others", step);
    if (a->lists != b->lists || a->blocks != b->blocks)
        fail_msg("step %zu: the blocks are others", step);
    if (memcmp(&a->metrics, &b->metrics, sizeof a->metrics) != 0)
        fail_msg("step %zu: the measures are others", step);
    assert_int_equal(a->limit, b->limit);
}

/* Whether so many bytes can be written where the variable points without doing harm. */
static bool has_room(const struct session *session, const char *name, uint64_t size)
{
    const struct allocation *allocation;
    struct variable variable;
    struct error ignored;
    uint32_t place;

    if (!session_variable(session, name, &place, &variable, &ignored) ||
        !variable_is_live(&variable))
        return false;
    allocation = ledger_find(&session->mirror->picture.ledger, variable.target);
    return variable.payload - allocation->payload + size <= allocation->requested;
}

/* Do something; what makes no sense is refused. */
static void act_at_random(struct session *session, struct random *random)
{
    static const enum op_kind kinds[] = {
        OP_ALLOC,   OP_ALLOC, OP_ALLOC,    OP_CALLOC, OP_ALIGNED, OP_FREE, OP_FREE, OP_FREE,
        OP_REALLOC, OP_FILL,  OP_COALESCE, OP_LIMIT,  OP_LET,     OP_LET,  OP_POKE, OP_WRITE};
    static const unsigned char bytes[] = "bytes";
    struct action action = {.kind = kinds[random_below(random, TEST_COUNT(kinds))],
                            .size = random_below(random, 3000)};
    struct error error;
    char name[8], other[8];

    snprintf(name, sizeof name, "v%d", (int)random_below(random, NAMES));
    action.name = name;
    if (action.kind == OP_ALIGNED)
        action.argument = (uint64_t)16 << random_below(random, 4);
    if (action.kind == OP_CALLOC)
        action.argument = random_below(random, 4);
    if (action.kind == OP_FILL)
        action.argument = random_below(random, 256);
    if (action.kind == OP_LIMIT)
        action.size = random_below(random, 2) ? NO_LIMIT : 20000 + 20 * action.size;
    snprintf(other, sizeof other, "v%d", (int)random_below(random, NAMES));
    if (action.kind == OP_LET && random_below(random, 4))
        action.other = other;
    if (action.kind == OP_POKE || action.kind == OP_WRITE) {
        action.bytes = bytes;
        action.size = has_room(session, name, sizeof bytes) ? sizeof bytes : 0;
    }
    if (action.kind == OP_LET && action.other)
        action.argument = random_below(random, 2) * 8;
    session_act(session, &action, &error);
}

/* Make STEPS random steps, noting each moment, from the fresh heap on. */
static struct moment *live(struct session *session, uint64_t seed)
{
    struct moment *moments = memory_create(STEPS + 1, sizeof moments[0]);
    struct random random = {.state = seed};

    moments[0] = moment_of(session);
    while (session->history->steps.count < STEPS) {
        act_at_random(session, &random);
        moments[session->history->steps.count] = moment_of(session);
    }
    return moments;
}

static void go(struct session *session, size_t step)
{
    struct error error;

    if (!session_go(session, step, &error))
        fail_msg("to step %zu: %s", step, error.text);
    assert_int_equal(session->history->steps.count, step);
}

static const char *const policies[] = {"first-fit", "next-fit", "best-fit",
                                       "worst-fit", "buddy",    "pool-stack"};

/* Go to steps at random, and one by one, and find there what was there before. */
static void every_moment_comes_back(const char *policy, uint64_t interval)
{
    struct session *session = begin(policy);
    struct random random = {.state = 5};
    struct moment *moments, now;
    struct step *steps;
    struct error error;

    session->history->checkpoints.interval = interval;
    session->history->checkpoints.patience = 0;
    moments = live(session, 17);
    steps = memory_create(STEPS, sizeof steps[0]);
    memcpy(steps, session->history->steps.items, STEPS * sizeof steps[0]);
    for (int i = 0; i < VISITS; i++) {
        size_t step = i % 3 == 0 && session->history->steps.count > 0
                          ? session->history->steps.count - 1
                      : i % 3 == 1 && session->history->steps.count < STEPS
                          ? session->history->steps.count + 1
                          : random_below(&random, STEPS + 1);

        go(session, step);
        now = moment_of(session);
        assert_same(&now, &moments[step], step);
        assert_true(session_check(session, &error));
    }
    go(session, 0);
    go(session, STEPS);
    now = moment_of(session);
    assert_same(&now, &moments[STEPS], STEPS);
    assert_memory_equal(steps, session->history->steps.items, STEPS * sizeof steps[0]);
    assert_true(session->history->checkpoints.count <= CHECKPOINTS_MAX + 1);
    free(steps);
    free(moments);
    session_destroy(session);
}

static void undone_and_redone_the_heap_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        every_moment_comes_back(policies[i], CHECKPOINT_INTERVAL_NS);
        every_moment_comes_back(policies[i], 2000);
    }
}

/* Where making one takes long, there are fewer. */
static void checkpoints_wait_for_some_times_as_much_work_as_they_take(void **state)
{
    struct session *session = begin("first-fit");
    struct checkpoints *checkpoints = &session->history->checkpoints;

    (void)state;
    checkpoints->interval = 1;
    checkpoints->patience = 3;
    checkpoints->took = UINT64_MAX - 1;
    act(session, OP_ALLOC, "a", 24);
    act(session, OP_ALLOC, "b", 24);
    assert_int_equal(checkpoints->count, 1);
    checkpoints->took = checkpoints->since / 3 - 1; /* and the next step works, too */
    act(session, OP_ALLOC, "c", 24);
    assert_int_equal(checkpoints->count, 2);
    session_destroy(session);
}

/* Where nobody waits for one, it is there before a step has to wait for it: at the last step, and
 * where none is undone. */
static void a_checkpoint_comes_sooner_at_rest(void **state)
{
    struct session *session = begin("first-fit");
    struct checkpoints *checkpoints = &session->history->checkpoints;
    struct error error;

    (void)state;
    checkpoints->interval = 1;
    checkpoints->took = UINT64_MAX - 1;
    act(session, OP_ALLOC, "a", 24);
    session_rest(session);
    assert_int_equal(checkpoints->count, 1);
    checkpoints->took = checkpoints->since / CHECKPOINT_PATIENCE_AT_REST - 1;
    assert_false(history_is_due(session->history));
    session_rest(session);
    session_rest(session);
    assert_int_equal(checkpoints->count, 2);
    assert_int_equal(checkpoints->items[1].step, 1);
    checkpoints->took = UINT64_MAX - 1;
    act(session, OP_ALLOC, "b", 24);
    act(session, OP_ALLOC, "c", 24);
    checkpoints->interval = UINT64_MAX;
    go(session, 2);
    checkpoints->interval = 1;
    checkpoints->took = 0;
    session_rest(session);
    assert_int_equal(checkpoints->count, 2);
    go(session, 1);
    assert_true(session_check(session, &error));
    session_destroy(session);
}

/* What checkpoints lead to is what the same steps lead to in a session that has none. */
static void going_there_is_the_same_as_getting_there(void **state)
{
    struct session *session = begin("first-fit"), *other;
    struct moment *moments, there;
    struct error error;

    (void)state;
    session->history->checkpoints.interval = 2000;
    session->history->checkpoints.patience = 0;
    moments = live(session, 23);
    for (size_t step = 0; step <= STEPS; step += STEPS / 6) {
        go(session, step);
        other = session_imagine(session, &session->mirror->picture.config, &error);
        assert_non_null(other);
        assert_int_equal(other->history->checkpoints.count, 0);
        there = moment_of(other);
        assert_same(&there, &moments[step], step);
        session_destroy(other);
    }
    free(moments);
    session_destroy(session);
}

static void alloc(struct session *session, const char *name, uint64_t size)
{
    struct action action = {.kind = OP_ALLOC, .name = name, .size = size};
    struct error error;

    if (!session_act(session, &action, &error))
        fail_msg("%s", error.text);
}

static void release(struct session *session, const char *name, bool forced)
{
    struct action action = {.kind = OP_FREE, .name = name, .forced = forced};
    struct error error;

    if (!session_act(session, &action, &error))
        fail_msg("%s", error.text);
}

/* A damaged heap is as damaged as before. */
static void damage_comes_back_too(void **state)
{
    struct session *session = begin("first-fit");
    struct random random = {.state = 7};
    uint64_t hashes[STEPS];
    struct error error;

    (void)state;
    while (session->history->steps.count < STEPS / 2)
        act_at_random(session, &random);
    for (int i = 0; i < 3; i++) {
        alloc(session, "X", 50);
        alloc(session, "Y", 50);
        release(session, "X", false);
        hashes[session->history->steps.count] = hash_heap(session);
        release(session, "X", true); /* now it is on the list twice, */
        hashes[session->history->steps.count] = hash_heap(session);
        alloc(session, "X", 50); /* and in use, and on the list */
        hashes[session->history->steps.count] = hash_heap(session);
    }
    assert_false(session_check(session, &error));
    for (int i = 0; i < 3; i++) {
        size_t end = session->history->steps.known;

        go(session, STEPS / 2 + 3);
        assert_int_equal(hash_heap(session), hashes[STEPS / 2 + 3]);
        go(session, end - (size_t)i);
        assert_int_equal(hash_heap(session), hashes[end - (size_t)i]);
    }
    session_destroy(session);
}

static bool has_variable(const struct session *session, const char *name)
{
    struct variable variable;
    struct error error;
    uint32_t slot;

    return session_variable(session, name, &slot, &variable, &error);
}

/* A step that is the next of those undone is that one again, and the others stay. */
static void the_same_step_is_redone(void **state)
{
    static const unsigned char bytes[] = {0x77}, others[] = {0x78};
    struct action store = {.kind = OP_POKE, .name = "A", .size = 1, .argument = 104 /* beyond */};
    struct session *session = begin("first-fit");
    const struct steps *steps = &session->history->steps;
    struct error error, problem;

    (void)state;
    alloc(session, "A", 100);
    alloc(session, "B", 200);
    store.bytes = bytes;
    assert_true(session_act(session, &store, &error));
    alloc(session, "C", 300);
    go(session, 0);
    alloc(session, "A", 100);
    alloc(session, "B", 200);
    assert_int_equal(steps->known, 4);
    assert_true(session_act(session, &store, &error));
    assert_int_equal(steps->count, 3);
    assert_int_equal(steps->known, 4);
    assert_false(session_check(session, &problem));
    go(session, 4);
    go(session, 2);
    assert_true(session_check(session, &problem));
    store.bytes = others;
    assert_true(session_act(session, &store, &error));
    assert_int_equal(steps->known, 3);
    assert_non_null(strstr(text_string(&session->notice), "the 2 steps that were undone"));
    session_destroy(session);
}

static void another_step_takes_the_place_of_those_undone(void **state)
{
    struct session *session = begin("first-fit");
    struct error error;

    (void)state;
    alloc(session, "A", 100);
    alloc(session, "B", 200);
    alloc(session, "C", 300);
    go(session, 1);
    assert_false(has_variable(session, "B"));
    assert_int_equal(session->history->steps.known, 3);
    go(session, 2);
    assert_true(has_variable(session, "B"));
    go(session, 1);
    /* what fails leaves them to be redone */
    assert_false(session_act(session, &(struct action){.kind = OP_FREE, .name = "C"}, &error));
    assert_int_equal(session->history->steps.known, 3);
    assert_int_equal(session->notice.length, 0);
    alloc(session, "D", 400);
    assert_non_null(strstr(text_string(&session->notice), "the 2 steps that were undone"));
    assert_int_equal(session->history->steps.count, 2);
    assert_int_equal(session->history->steps.known, 2);
    assert_false(has_variable(session, "B"));
    assert_true(has_variable(session, "D"));
    assert_int_equal(session->mirror->picture.variables.count, 2); /* not one of B or C */
    alloc(session, "B", 500);
    assert_string_equal(
        picture_name(&session->mirror->picture, history_last_step(session->history)->op.slot), "B");
    assert_true(session_check(session, &error));
    go(session, 0);
    go(session, 3);
    assert_int_equal(history_last_step(session->history)->op.size, 500);
    session_destroy(session);
}

static void other_settings_keep_what_was_undone(void **state)
{
    struct hg_config best = kind_config_default("best-fit");
    struct session *session = begin("first-fit");
    struct moment *moments, now;
    struct error error;
    size_t refused;

    (void)state;
    moments = live(session, 31);
    go(session, STEPS / 2);
    assert_true(session_configure(session, &best, &refused, &error));
    assert_int_equal(session->history->steps.count, STEPS / 2);
    assert_int_equal(session->history->steps.known, STEPS);
    assert_true(session_check(session, &error));
    go(session, STEPS);
    best.policy = "first-fit";
    assert_true(session_configure(session, &best, &refused, &error));
    now = moment_of(session);
    assert_same(&now, &moments[STEPS], STEPS);
    assert_true(session_reset(session, &error));
    assert_int_equal(session->history->steps.known, 0);
    now = moment_of(session);
    assert_same(&now, &moments[0], 0);
    free(moments);
    session_destroy(session);
}

static void what_is_imagined_changes_nothing(void **state)
{
    struct session *session = begin("best-fit"), *imagined;
    struct hg_config worst = kind_config_default("worst-fit");
    struct moment *moments = live(session, 41), now;
    struct random random = {.state = 3};
    struct error error;

    (void)state;
    go(session, STEPS - 20);
    for (int i = 0; i < 4; i++) {
        imagined = session_imagine(session, i % 2 ? &worst : NULL, &error);
        if (!imagined)
            fail_msg("%s", error.text);
        now = moment_of(imagined);
        if (i % 2 == 0)
            assert_same(&now, &moments[STEPS - 20], STEPS - 20);
        assert_int_equal(imagined->history->steps.count, session->history->steps.count);
        for (int j = 0; j < 50; j++)
            act_at_random(imagined, &random);
        alloc(imagined, "imagined", 10);
        now = moment_of(session);
        assert_same(&now, &moments[STEPS - 20], STEPS - 20);
        assert_int_equal(session->history->steps.count, STEPS - 20);
        assert_int_equal(session->history->steps.known, STEPS);
        session_destroy(imagined);
    }
    go(session, STEPS);
    now = moment_of(session);
    assert_same(&now, &moments[STEPS], STEPS);
    free(moments);
    session_destroy(session);
}

/* Kill a process, and wait until it has ended. */
static void end_process(struct target *target)
{
    struct target_failure ignored;

    kill(target_pid(target), SIGKILL);
    while (!target_has_ended(target, &ignored))
        ;
}

/* Whoever of the heap process and the checkpoints is killed, the session goes on as it was. */
static void whatever_process_dies_the_heap_comes_back(void **state)
{
    struct session *session = begin("first-fit");
    struct random random = {.state = 9};
    struct moment *moments, now;
    struct error error;

    (void)state;
    session->history->checkpoints.interval = 2000;
    session->history->checkpoints.patience = 0;
    moments = live(session, 51);
    for (int i = 0; i < 20; i++) {
        struct checkpoints *checkpoints = &session->history->checkpoints;
        size_t step = random_below(&random, STEPS + 1);

        for (size_t killed = 0; killed < checkpoints->count && random_below(&random, 8); killed++)
            kill(target_pid(checkpoints->items[random_below(&random, checkpoints->count)].target),
                 SIGKILL);
        if (i % 2)
            end_process(session->mirror->target);
        assert_true(session_revive(session, &error));
        go(session, step);
        now = moment_of(session);
        assert_same(&now, &moments[step], step);
        assert_int_equal(session->history->steps.known, STEPS);
    }
    free(moments);
    session_destroy(session);
}

static void what_cannot_be_had_again_is_said(void **state)
{
    struct session *session = begin("first-fit");
    struct error error;

    (void)state;
    alloc(session, "A", 100);
    alloc(session, "B", 100);
    session->history->steps.items[0].result.usable++; /* as if it had gone otherwise */
    assert_false(session_go(session, 1, &error));
    assert_non_null(strstr(error.text, "step 1 does not go as it went before"));
    assert_int_equal(session->history->steps.count, 2);
    end_process(session->mirror->target);
    assert_true(session_revive(session, &error)); /* notes anew how it goes */
    assert_non_null(strstr(text_string(&session->notice), "does not go as it went before"));
    assert_true(session_go(session, 1, &error));
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undone_and_redone_the_heap_is_the_same),
        cmocka_unit_test(checkpoints_wait_for_some_times_as_much_work_as_they_take),
        cmocka_unit_test(a_checkpoint_comes_sooner_at_rest),
        cmocka_unit_test(going_there_is_the_same_as_getting_there),
        cmocka_unit_test(damage_comes_back_too),
        cmocka_unit_test(the_same_step_is_redone),
        cmocka_unit_test(another_step_takes_the_place_of_those_undone),
        cmocka_unit_test(other_settings_keep_what_was_undone),
        cmocka_unit_test(what_is_imagined_changes_nothing),
        cmocka_unit_test(whatever_process_dies_the_heap_comes_back),
        cmocka_unit_test(what_cannot_be_had_again_is_said),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
