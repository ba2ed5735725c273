/* test_taciturn.c: a session on a heap that does not report what it does: what goes on as ever,
 * and what stands in place of what is not known. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "base/random.h"
#include "needs_glibc.h"
#include "target/serve.h"

static void make_steps(struct session *session)
{
    act(session, OP_ALLOC, "A", 100);
    act(session, OP_ALLOC, "B", 3000);
    act(session, OP_ALLOC, "C", 24);
    act(session, OP_FREE, "A", 0);
    act(session, OP_FREE, "B", 0);
    act(session, OP_ALLOC, "D", 500000);
}

static void what_was_given_back_is_free_whatever_its_header_says(void **state)
{
    struct session *session = begin("glibc");
    struct error problem;

    (void)state;
    make_steps(session);
    assert_int_equal(block_of(session, "A")->kind, HG_KIND_FREE); /* it waits in a cache */
    assert_int_equal(block_of(session, "B")->kind, HG_KIND_FREE);
    assert_int_equal(block_of(session, "C")->kind, HG_KIND_USED);
    assert_int_equal(block_of(session, "C")->requested, 24);
    assert_int_equal(session->mirror->picture.metrics.used_blocks, 2);
    assert_true(session_check(session, &problem));
    session_destroy(session);
}

static void one_goes_back_and_forth_as_on_any_heap(void **state)
{
    struct session *session = begin("glibc");
    struct metrics after;
    struct error error;
    uint64_t place;

    (void)state;
    make_steps(session);
    after = session->mirror->picture.metrics;
    place = block_of(session, "D")->at;
    for (size_t step = 0; step <= 6; step++) {
        assert_true(session_go(session, step, &error));
        assert_true(session_check(session, &error));
    }
    assert_int_equal(block_of(session, "D")->at, place);
    assert_memory_equal(&session->mirror->picture.metrics, &after, sizeof after);
    session_destroy(session);
}

static void steps_move_between_kinds_of_heap(void **state)
{
    struct session *session = begin("best-fit");
    struct hg_config glibc = kind_config_default("glibc"), tlsf = kind_config_default("tlsf");
    struct error error;
    size_t refused;

    (void)state;
    make_steps(session);
    act(session, OP_COALESCE, NULL, 0);
    assert_true(session_configure(session, &glibc, &refused, &error));
    assert_int_equal(refused, 1); /* it cannot be told to merge */
    assert_string_equal(session->mirror->picture.description.kind, "glibc");
    assert_true(session_check(session, &error));
    assert_true(session_configure(session, &tlsf, &refused, &error));
    assert_int_equal(refused, 0);
    assert_string_equal(session->mirror->picture.description.policy, "tlsf");
    assert_true(session_check(session, &error));
    session_destroy(session);
}

static void lists_are_read_back_where_they_are_known(void **state)
{
    struct session *session = begin("glibc");
    struct free_lists lists;
    struct error error;

    (void)state;
    make_steps(session);
    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    assert_int_equal(lists.count, session->mirror->picture.description.list_count);
    assert_int_equal(lists.lists[block_of(session, "A")->list].items[0],
                     block_of(session, "A")->at);
    free_lists_finish(&lists);
    session_destroy(session);
}

/* What a list's last link holds is told where it leads to no block: it is no end. */
static void a_list_may_be_lost(void **state)
{
    static const unsigned char bytes[8] = "AAAAAAAA";
    struct session *session = begin("glibc");
    struct action poke = {
        .kind = OP_POKE, .name = "R", .size = sizeof bytes, .bytes = bytes, .forced = true};
    const struct free_list *list;
    struct free_lists lists;
    struct error error;

    (void)state;
    act(session, OP_ALLOC, "R", 3000); /* the unsorted bin has it, whose links are as they stand */
    act(session, OP_ALLOC, "B", 24);
    act(session, OP_FREE, "R", 0);
    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    for (uint32_t i = 0; i < lists.count; i++)
        assert_int_equal(lists.lists[i].end.how, HG_LIST_ENDED);
    free_lists_finish(&lists);
    assert_true(session_act(session, &poke, &error));
    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    list = &lists.lists[block_of(session, "R")->list];
    assert_int_equal(list->count, 1);
    assert_int_equal(list->end.how, HG_LIST_LOST);
    assert_int_equal(list->end.link, 0x4141414141414141);
    free_lists_finish(&lists);
    session_destroy(session);
}

/* Write a link to a block over the first word of a payload. */
static void lead(struct session *session, const char *name, const char *to)
{
    uint64_t address = session->mirror->picture.heap_start + block_of(session, to)->at;
    unsigned char bytes[8];
    struct action poke = {
        .kind = OP_POKE, .name = name, .size = sizeof bytes, .bytes = bytes, .forced = true};
    struct error error;

    memcpy(bytes, &address, sizeof bytes);
    assert_true(session_act(session, &poke, &error));
}

/* The only list has so many blocks, and leads back to one of them, or to none: NULL. */
static void assert_list(struct session *session, size_t count, const char *back)
{
    const struct picture *picture = &session->mirror->picture;
    struct free_lists lists;
    struct error error;

    for (size_t most = 100; most > 0; most = most == 100 ? SIZE_MAX : 0) {
        assert_true(session_read_lists(session, most, &lists, &error));
        assert_int_equal(lists.count, 1);
        assert_int_equal(lists.lists[0].count, count);
        assert_int_equal(lists.lists[0].end.how, back ? HG_LIST_ENDLESS : HG_LIST_ENDED);
        if (back)
            assert_int_equal(lists.lists[0].end.link,
                             picture->heap_start + block_of(session, back)->at);
        free_lists_finish(&lists);
    }
}

/* A list that leads through blocks that are not free may be longer than there are free ones, and
 * yet end; only one on which a block comes again has no end. */
static void only_a_list_that_goes_round_has_no_end(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    struct session *session = begin("first-fit");

    (void)state;
    act(session, OP_ALLOC, "R", 48);
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        act(session, OP_CALLOC, names[i], 48);
    act(session, OP_FREE, "R", 0);
    assert_list(session, 2, NULL);
    lead(session, "R", "a");
    assert_list(session, 2, NULL); /* the word that follows is 0 */
    for (size_t i = 0; i + 1 < TEST_COUNT(names); i++)
        lead(session, names[i], names[i + 1]);
    assert_list(session, 6, NULL);
    lead(session, "e", "b");
    assert_list(session, 6, "b");
    lead(session, "R", "R");
    assert_list(session, 1, "R");
    session_destroy(session);
}

/* What nobody can read is not empty. */
static void lists_of_a_heap_without_sense_cannot_be_read(void **state)
{
    static const char *const policies[] = {"first-fit", "segregated", "buddy"};
    static const unsigned char bytes[4] = "AAAA";
    struct action poke = {.kind = OP_POKE, .size = sizeof bytes, .bytes = bytes, .forced = true};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct session *session = begin(policies[i]);
        struct free_lists lists;
        struct error error;

        act(session, OP_ALLOC, "A", 100);
        assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
        assert_false(free_lists_are_unreadable(&lists));
        free_lists_finish(&lists);
        assert_true(session_act(session, &poke, &error));
        assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
        assert_true(free_lists_are_unreadable(&lists));
        free_lists_finish(&lists);
        session_destroy(session);
    }
}

static void an_allocator_that_gives_up_is_replaced(void **state)
{
    struct session *session = begin("glibc");
    struct action again = {.kind = OP_FREE, .name = "A", .forced = true};
    struct error error;

    (void)state;
    act(session, OP_ALLOC, "A", 100);
    act(session, OP_FREE, "A", 0);
    assert_false(session_act(session, &again, &error));
    assert_non_null(strstr(error.text, "the allocator gave up: SIGABRT; a fresh heap is as it was "
                                       "after step 2"));
    assert_true(session_check(session, &error));
    session_destroy(session);
}

/* Make a random step: small blocks more than large ones, so that caches, bins and what is merged
 * all have their part. */
static void act_randomly(struct session *session, struct random *random)
{
    enum { NAMES = 60 };
    static const uint64_t sizes[] = {128, 900, 900, 5000, 120000};
    uint64_t size = 1 + random_below(random, sizes[random_below(random, 5)]);
    char name[8];
    struct action action = {.kind = OP_ALLOC, .name = name, .size = size};
    struct variable variable;
    struct error error;
    uint32_t slot;
    bool is_live;

    snprintf(name, sizeof name, "v%u", (unsigned)random_below(random, NAMES));
    is_live =
        session_variable(session, name, &slot, &variable, &error) && variable_is_live(&variable);
    if (is_live)
        action.kind = random_below(random, 4) == 0 ? OP_REALLOC : OP_FREE;
    else if (random_below(random, 8) == 0)
        action = (struct action){.kind = OP_CALLOC, .name = name, .size = 1, .argument = size};
    else if (random_below(random, 4) == 0) {
        action.kind = OP_ALIGNED;
        action.argument = (uint64_t)16 << random_below(random, 10);
    }
    if (!session_act(session, &action, &error))
        fail_msg("%s", error.text);
}

/* What a step did is inferred, and only that is read again: it is all that has changed. */
static void no_more_has_changed_than_is_read_again(void **state)
{
    enum { STEPS = 1500 };
    static const uint64_t counts[] = {7, 0, 2};
    struct random random = {23};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        struct hg_config config = kind_config_default("glibc");
        struct error error;
        struct session *session;

        config.settings[KIND_SETTING_TCACHE_COUNT] = counts[i];
        session = begin_configured(&config);
        for (int step = 0; step < STEPS; step++) {
            act_randomly(session, &random);
            if (!session_check(session, &error))
                fail_msg("tcache-count %zu, step %d: %s", (size_t)counts[i], step + 1, error.text);
        }
        session_destroy(session);
    }
}

/* B waits in a fast bin until A is given back, which makes a large free block of all, R included;
 * all is the top's then, and the break moves below where R was. */
static void what_was_merged_may_lie_beyond_the_break(void **state)
{
    struct hg_config config = kind_config_default("glibc");
    struct session *session;
    struct error error;

    (void)state;
    config.settings[KIND_SETTING_TCACHE_COUNT] = 0;
    session = begin_configured(&config);
    act(session, OP_ALLOC, "A", 300000);
    act(session, OP_ALLOC, "R", 3000);
    act(session, OP_ALLOC, "B", 24);
    act(session, OP_FREE, "R", 0);
    act(session, OP_FREE, "B", 0);
    act(session, OP_FREE, "A", 0);
    assert_true(session_check(session, &error));
    assert_int_equal(session->mirror->picture.metrics.free_blocks, 1);
    session_destroy(session);
}

/* Every other small block waits in a fast bin, more of them than what became of each is looked for,
 * until all are merged and sorted for the sake of a large one. */
static void very_many_may_be_merged_at_once(void **state)
{
    enum { COUNT = 18000 };
    struct hg_config config = kind_config_default("glibc");
    struct session *session;
    struct error error;
    char name[8];

    (void)state;
    config.settings[KIND_SETTING_TCACHE_COUNT] = 0;
    session = begin_configured(&config);
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "v%d", i);
        act(session, OP_ALLOC, name, 24);
    }
    for (int i = 0; i < COUNT; i += 2) {
        snprintf(name, sizeof name, "v%d", i);
        act(session, OP_FREE, name, 0);
    }
    act(session, OP_ALLOC, "large", 200000);
    assert_true(session_check(session, &error));
    assert_int_equal(session->mirror->picture.metrics.free_blocks, COUNT / 2 + 1);
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_given_back_is_free_whatever_its_header_says),
        cmocka_unit_test(one_goes_back_and_forth_as_on_any_heap),
        cmocka_unit_test(steps_move_between_kinds_of_heap),
        cmocka_unit_test(lists_are_read_back_where_they_are_known),
        cmocka_unit_test(a_list_may_be_lost),
        cmocka_unit_test(only_a_list_that_goes_round_has_no_end),
        cmocka_unit_test(lists_of_a_heap_without_sense_cannot_be_read),
        cmocka_unit_test(an_allocator_that_gives_up_is_replaced),
        cmocka_unit_test(no_more_has_changed_than_is_read_again),
        cmocka_unit_test(what_was_merged_may_lie_beyond_the_break),
        cmocka_unit_test(very_many_may_be_merged_at_once),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (!malloc_is_the_c_librarys())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
