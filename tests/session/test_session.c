/* test_session.c: steps, variables, measures, replays, and what is left when a heap process dies.
 * */

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "base/random.h"
#include "target/serve.h"

enum { MEGABYTE = 1 << 20 };

static void end(struct session *session)
{
    struct error problem;

    if (!session_check(session, &problem))
        fail_msg("%s", problem.text);
    session_destroy(session);
}

/* An action that must be refused, with these words. */
static void refuse(struct session *session, enum op_kind kind, const char *name, const char *words)
{
    struct action action = {.kind = kind, .name = name, .size = 10};
    size_t steps = session->history->steps.count;
    struct error error;

    assert_false(session_act(session, &action, &error));
    if (!strstr(error.text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, error.text);
    assert_int_equal(session->history->steps.count, steps);
}

static void the_story_of_ten_megabytes(void **state)
{
    struct session *session = begin("first-fit");
    const struct metrics *metrics = &session->mirror->picture.metrics;
    const struct step *step;

    (void)state;
    act(session, OP_ALLOC, "A", 10 * MEGABYTE);
    act(session, OP_ALLOC, "B", 10 * MEGABYTE);
    act(session, OP_ALLOC, "C", 10 * MEGABYTE);
    act(session, OP_FREE, "B", 0);
    assert_int_equal(metrics->used_blocks, 2);
    assert_int_equal(metrics->free_blocks, 2);
    assert_int_equal(metrics->largest_free, 10 * MEGABYTE + 16);
    step = act(session, OP_ALLOC, "D", 20 * MEGABYTE);
    assert_true(step->result.payload > 30 * MEGABYTE);
    act(session, OP_LIMIT, NULL, metrics->heap_size);
    step = act(session, OP_ALLOC, "E", 20 * MEGABYTE);
    assert_true(step->result.refused);
    end(session);
}

/* Of each policy, through growth by several chunks, and with pads between them in a pool. */
static void what_is_shown_is_what_is_there(void **state)
{
    const struct hg_policy_info *policy;
    char name[8];

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = kind_config_default(policy->name);
        struct session *session;

        config.settings[HG_SETTING_SLOT_SIZE] = 5000;
        session = begin_configured(&config);
        for (int i = 0; i < 20; i++) {
            snprintf(name, sizeof name, "a%d", i);
            act(session, OP_ALLOC, name, 4000);
        }
        end(session);
    }
}

static void measures_are_what_the_blocks_say(void **state)
{
    struct session *session = begin("first-fit");
    const struct metrics *metrics = &session->mirror->picture.metrics;

    (void)state;
    assert_true(ratio_value(RATIO_EXTERNAL, metrics) == 0);
    assert_true(ratio_value(RATIO_INTERNAL, metrics) == 0);
    act(session, OP_ALLOC, "A", 10); /* 32 bytes: header 8, padding 14 */
    act(session, OP_ALLOC, "B", 24); /* 32 bytes: header 8 */
    act(session, OP_ALLOC, "C", 24);
    act(session, OP_FREE, "A", 0);
    assert_int_equal(metrics->requested, 48);
    assert_int_equal(metrics->padding, 0);
    assert_int_equal(metrics->used, 64);
    assert_int_equal(metrics->free, metrics->largest_free + 32);
    assert_int_equal(metrics->peak_requested, 58);
    assert_true(fabs(ratio_value(RATIO_EXTERNAL, metrics) - 32.0 / (double)metrics->free) < 1e-12);
    assert_int_equal(metrics->used + metrics->free +
                         session->mirror->picture.blocks.sums.bytes[HG_KIND_BOOKKEEPING],
                     metrics->heap_size);
    assert_true(fabs(ratio_value(RATIO_UTILIZATION, metrics) - 58.0 / (double)metrics->heap_size) <
                1e-12);
    end(session);
}

static void variables_are_pointers(void **state)
{
    struct session *session = begin("first-fit");
    struct variable variable;
    struct error error;
    uint32_t slot;

    (void)state;
    refuse(session, OP_FREE, "A", "no variable 'A'");
    act(session, OP_ALLOC, "A", 100);
    refuse(session, OP_FREE, "a", "did you mean 'A'?");
    act(session, OP_FREE, "A", 0);
    assert_true(session_variable(session, "A", &slot, &variable, &error));
    assert_int_equal(variable.freed_in, 2);
    assert_int_not_equal(variable.payload, OFFSET_NULL); /* it dangles */
    refuse(session, OP_FREE, "A", "already freed in step 2");
    refuse(session, OP_REALLOC, "A", "step 2 freed");
    refuse(session, OP_FILL, "A", "step 2 freed");
    act(session, OP_ALLOC, "A", 100);
    act(session, OP_ALLOC, "A", 200); /* nothing points to the first block any more */
    assert_int_equal(session->mirror->picture.metrics.used_blocks, 2);
    assert_null(
        picture_block_name(&session->mirror->picture,
                           block_table_get(&session->mirror->picture.blocks,
                                           session->history->steps.items[2].result.payload)));
    act(session, OP_REALLOC, "A", 0);
    assert_true(session_variable(session, "A", &slot, &variable, &error));
    assert_int_equal(variable.payload, OFFSET_NULL);
    act(session, OP_FREE, "A", 0);
    refuse(session, OP_FILL, "A", "is NULL");
    end(session);
}

static void realloc_keeps_the_block_when_it_fails(void **state)
{
    struct session *session = begin("first-fit");
    const struct step *step;

    (void)state;
    act(session, OP_ALLOC, "A", MEGABYTE);
    act(session, OP_LIMIT, NULL, 2 * MEGABYTE);
    step = act(session, OP_REALLOC, "A", 3 * MEGABYTE);
    assert_true(step->result.refused);
    assert_int_equal(session->mirror->picture.metrics.requested, MEGABYTE);
    step = act(session, OP_REALLOC, "A", MEGABYTE / 2);
    assert_false(step->result.refused);
    assert_int_equal(session->mirror->picture.metrics.requested, MEGABYTE / 2);
    end(session);
}

static void another_policy_replays_the_steps(void **state)
{
    struct hg_config best = kind_config_default("best-fit"), wrong = best;
    struct session *session = begin("first-fit");
    size_t refused = 99;
    struct error error;

    (void)state;
    /* holes of 112 and 48; the larger one is first on the list */
    act(session, OP_ALLOC, "a", 100);
    act(session, OP_ALLOC, "b", 16);
    act(session, OP_ALLOC, "c", 40);
    act(session, OP_ALLOC, "d", 16);
    act(session, OP_FREE, "c", 0);
    act(session, OP_FREE, "a", 0);
    act(session, OP_ALLOC, "e", 40);
    assert_int_equal(history_last_step(session->history)->result.payload,
                     session->history->steps.items[0].result.payload);
    assert_true(session_configure(session, &best, &refused, &error));
    assert_int_equal(refused, 0);
    assert_int_equal(history_last_step(session->history)->result.payload,
                     session->history->steps.items[2].result.payload);
    wrong.settings[HG_SETTING_ALIGNMENT] = 5;
    assert_false(session_configure(session, &wrong, &refused, &error));
    assert_string_equal(session->mirror->picture.config.policy, "best-fit"); /* all is as it was */
    assert_int_equal(session->history->steps.count, 7);
    assert_true(session_reset(session, &error));
    assert_int_equal(session->history->steps.count, 0);
    refuse(session, OP_FREE, "a", "no variable");
    end(session);
}

/* What a fill writes is as large as the block is then, and not where there is none. */
static void a_replay_fills_what_is_there(void **state)
{
    struct hg_config pool = kind_config_default("pool-stack"),
                     first = kind_config_default("first-fit");
    struct session *session = begin("first-fit");
    size_t refused;
    struct error error;

    (void)state;
    act(session, OP_ALLOC, "A", 40);
    act(session, OP_ALLOC, "B", 4000);
    act(session, OP_FILL, "B", 0);
    act(session, OP_FILL, "A", 0);
    assert_int_equal(session->history->steps.items[2].op.size, 4000);
    assert_true(session_configure(session, &pool, &refused, &error));
    assert_int_equal(refused, 2); /* slots have 64 bytes: B is NULL, and is not filled */
    assert_true(session_check(session, &error));
    assert_int_equal(session->history->steps.items[3].op.size, 40);
    assert_true(session_configure(session, &first, &refused, &error));
    assert_int_equal(session->history->steps.items[2].op.size, 4000);
    assert_false(session->history->steps.items[2].result.refused);
    end(session);
}

/* What was NULL here may be a block elsewhere: freeing it twice is not what the user asked for. */
static void a_replay_frees_nothing_twice(void **state)
{
    struct hg_config pool = kind_config_default("pool-stack"),
                     first = kind_config_default("first-fit");
    struct hg_defect defect;
    struct error error;
    struct session *session = begin_configured(&pool);
    size_t refused;

    (void)state;
    assert_non_null(session);
    act(session, OP_ALLOC, "A", 1000); /* slots have 64 bytes: NULL */
    act(session, OP_FREE, "A", 0);
    act(session, OP_FREE, "A", 0);
    act(session, OP_REALLOC, "A", 10);
    assert_true(session_configure(session, &first, &refused, &error));
    assert_int_equal(refused, 2);
    assert_true(session->history->steps.items[2].left_out);
    assert_true(target_check(session->mirror->target, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_NONE);
    assert_true(session_go(session, 2, &error));
    assert_true(session_go(session, 4, &error));
    end(session);
}

static void a_killed_heap_process_is_replaced(void **state)
{
    struct session *session = begin("first-fit");
    struct metrics before;

    (void)state;
    act(session, OP_ALLOC, "A", 1000);
    act(session, OP_ALLOC, "B", 2000);
    act(session, OP_FREE, "A", 0);
    before = session->mirror->picture.metrics;
    kill(target_pid(session->mirror->target), SIGKILL);
    act(session, OP_ALLOC, "C", 24);
    assert_non_null(strstr(text_string(&session->notice), "killed by SIGKILL"));
    assert_non_null(strstr(text_string(&session->notice), "after step 3"));
    act(session, OP_FREE, "C", 0);
    assert_memory_equal(&before.used, &session->mirror->picture.metrics.used, sizeof before.used);
    assert_int_equal(session->mirror->picture.metrics.free_blocks, before.free_blocks);
    end(session);
}

static void who_looks_at_a_dead_heap_sees_it_revived(void **state)
{
    struct session *session = begin("first-fit");
    struct free_lists lists;
    unsigned char *bytes;
    struct error error;
    size_t count;

    (void)state;
    act(session, OP_ALLOC, "A", 1000);
    kill(target_pid(session->mirror->target), SIGKILL);
    assert_true(session_read_lists(session, 9, &lists, &error));
    free_lists_finish(&lists);
    assert_non_null(strstr(text_string(&session->notice), "killed by SIGKILL"));
    kill(target_pid(session->mirror->target), SIGKILL);
    assert_true(session_read_bytes(session, 0, 16, &bytes, &count, &error));
    assert_int_equal(count, 16);
    free(bytes);
    kill(target_pid(session->mirror->target), SIGKILL);
    assert_true(session_check(session, &error));
    end(session);
}

static void check_compares_variables_with_their_words(void **state)
{
    struct op behind_our_back = {.kind = OP_LET, .slot = 0, .other = 1};
    struct session *session = begin("first-fit");
    const struct op_result *results;
    struct error error;

    (void)state;
    act(session, OP_ALLOC, "A", 100);
    act(session, OP_ALLOC, "B", 100);
    assert_true(session_check(session, &error));
    assert_true(target_replay(session->mirror->target, &behind_our_back, 1, true, &results));
    assert_false(session_check(session, &error));
    assert_string_equal(error.text, "the variable A does not hold what is shown");
    session_destroy(session);
}

static void an_allocator_that_loops_loses_one_step(void **state)
{
    struct action again = {.kind = OP_FREE, .name = "A", .forced = true};
    struct action doomed = {.kind = OP_ALLOC, .name = "C", .size = 100000};
    struct session *session = begin("first-fit");
    struct error error;

    (void)state;
    act(session, OP_ALLOC, "A", 100);
    act(session, OP_ALLOC, "B", 100);
    act(session, OP_FREE, "A", 0);
    assert_true(session_act(session, &again, &error));
    assert_false(session_act(session, &doomed, &error));
    assert_non_null(strstr(error.text, "step 5, alloc C 100000"));
    assert_non_null(strstr(error.text, "still running after 2 s"));
    assert_int_equal(session->history->steps.count, 4);
    act(session, OP_FREE, "B", 0); /* the session goes on */
    session_destroy(session);
}

/* Random steps under `policy`: the picture is the heap, and a replay leads to the same. */
static void picture_policy(const char *policy)
{
    struct hg_config config = kind_config_default(policy);
    struct random random = {.state = 11};
    struct error error;
    struct session *session = begin_configured(&config);
    struct metrics metrics;
    size_t refused;

    for (int i = 0; i < 1500; i++) {
        char name[] = {'v', (char)('a' + random_below(&random, 26)), '\0'};
        struct action action = {
            .kind = OP_ALLOC, .name = name, .size = random_below(&random, i % 8 ? 500 : 20000)};

        if (random_below(&random, 2))
            action.kind = random_below(&random, 4) ? OP_FREE : OP_REALLOC;
        session_act(session, &action, &error); /* what makes no sense is refused */
        if (i % 50 == 0 && !session_check(session, &error))
            fail_msg("%s, step %d: %s", policy, i, error.text);
    }
    metrics = session->mirror->picture.metrics;
    assert_false(session_configure(session, &(struct hg_config){policy, {0}}, &refused, &error));
    assert_true(session_configure(session, &session->mirror->picture.config, &refused, &error));
    assert_memory_equal(&metrics, &session->mirror->picture.metrics, sizeof metrics);
    end(session);
}

static void the_picture_is_the_heap(void **state)
{
    (void)state;
    for (unsigned number = 0; hg_policy(number); number++)
        picture_policy(hg_policy(number)->name);
}

/* The lists of a heap that has many hold every free block, once. */
static void many_lists_hold_every_free_block(void **state)
{
    struct hg_config buddy = kind_config_default("buddy");
    struct error error;
    struct session *session = begin_configured(&buddy);
    struct free_lists lists;
    size_t listed = 0, used = 0;

    (void)state;
    act(session, OP_ALLOC, "a", 20);
    act(session, OP_ALLOC, "b", 1000);
    act(session, OP_ALLOC, "c", 20);
    act(session, OP_FREE, "a", 0);
    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    for (uint32_t list = 0; list < lists.count; list++) {
        assert_int_equal(lists.lists[list].end.how, HG_LIST_ENDED);
        listed += lists.lists[list].count;
        used += lists.lists[list].count > 0;
    }
    assert_int_equal(listed, session->mirror->picture.metrics.free_blocks);
    assert_true(used > 3);
    free_lists_finish(&lists);
    assert_true(session_read_lists(session, 0, &lists, &error));
    free_lists_finish(&lists);
    end(session);
}

static void steps_read_as_commands(void **state)
{
    struct session *session = begin("first-fit");
    struct text text = {0};

    (void)state;
    act(session, OP_ALLOC, "A", 10 * MEGABYTE);
    act(session, OP_REALLOC, "A", 1000);
    act(session, OP_LIMIT, NULL, NO_LIMIT);
    for (size_t i = 0; i < session->history->steps.count; i++) {
        history_add_command(session->history, &session->history->steps.items[i], &text);
        text_add(&text, "; ");
    }
    assert_string_equal(text_string(&text), "alloc A 10M; realloc A 1000; limit none; ");
    text_finish(&text);
    end(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_story_of_ten_megabytes),
        cmocka_unit_test(what_is_shown_is_what_is_there),
        cmocka_unit_test(measures_are_what_the_blocks_say),
        cmocka_unit_test(variables_are_pointers),
        cmocka_unit_test(realloc_keeps_the_block_when_it_fails),
        cmocka_unit_test(another_policy_replays_the_steps),
        cmocka_unit_test(a_replay_fills_what_is_there),
        cmocka_unit_test(a_replay_frees_nothing_twice),
        cmocka_unit_test(a_killed_heap_process_is_replaced),
        cmocka_unit_test(who_looks_at_a_dead_heap_sees_it_revived),
        cmocka_unit_test(check_compares_variables_with_their_words),
        cmocka_unit_test(an_allocator_that_loops_loses_one_step),
        cmocka_unit_test(the_picture_is_the_heap),
        cmocka_unit_test(many_lists_hold_every_free_block),
        cmocka_unit_test(steps_read_as_commands),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
