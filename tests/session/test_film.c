/* test_film.c: the events of a step, played on the blocks and lists before it, lead to those after
 * it. */
#include "session/film.h"

#include <string.h>

#include "acting.h"
#include "base/random.h"
#include "target/recorder.h"
#include "target/serve.h"

/* The block under the cursor, which goes on; what is the allocator's own counts as one block,
 * though it may be of several parts. */
static struct block next_block(struct block_cursor *cursor)
{
    struct block block = *block_cursor_get(cursor);
    const struct block *next;

    block_cursor_next(cursor);
    while (block.kind == HG_KIND_BOOKKEEPING && (next = block_cursor_get(cursor)) &&
           next->kind == HG_KIND_BOOKKEEPING) {
        block.size += next->size;
        block_cursor_next(cursor);
    }
    return block;
}

/* What the film shows must be what is known. */
static void compare(const struct film *film, const struct picture *picture, int step)
{
    struct block_cursor played = block_table_find(&film->picture.blocks, 0);
    struct block_cursor known = block_table_find(&picture->blocks, 0);

    while (block_cursor_get(&played) && block_cursor_get(&known)) {
        struct block a = next_block(&played), b = next_block(&known);

        if (a.at != b.at || a.size != b.size || a.kind != b.kind)
            fail_msg("%s, step %d: played %#llx %llu %s, known %#llx %llu %s",
                     picture->config.policy, step, (unsigned long long)a.at,
                     (unsigned long long)a.size, block_kind_word(&a), (unsigned long long)b.at,
                     (unsigned long long)b.size, block_kind_word(&b));
    }
    assert_true(!block_cursor_get(&played) && !block_cursor_get(&known));
}

static struct free_lists read_lists(struct session *session)
{
    struct free_lists lists;
    struct error error;

    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    return lists;
}

static void compare_lists(const struct film *film, struct session *session, int step)
{
    struct free_lists known = read_lists(session);

    assert_int_equal(film->lists.count, known.count);
    for (uint32_t i = 0; i < known.count; i++) {
        const struct free_list *a = &film->lists.lists[i], *b = &known.lists[i];
        size_t same = 0;

        while (same < a->count && same < b->count && a->items[same] == b->items[same])
            same++;
        if (same < a->count || same < b->count)
            fail_msg("%s, step %d, list %u: differs at %zu; played %zu blocks, known %zu",
                     session->mirror->picture.config.policy, step, i, same, a->count, b->count);
    }
    free_lists_finish(&known);
}

/* Every used block that somebody points to is known to be theirs. */
static void compare_referrers(const struct film *film, const struct picture *picture)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);

    for (const struct block *block; (block = block_cursor_get(&cursor));
         block_cursor_next(&cursor)) {
        const struct allocation *known = ledger_find(&picture->ledger, block->at + block->header);
        const struct allocation *played =
            ledger_find(&film->picture.ledger, block->at + block->header);

        if (block->kind == HG_KIND_USED && known && known->referrer != NO_VARIABLE) {
            assert_non_null(played);
            assert_int_equal(played->referrer, known->referrer);
        }
    }
}

/* A number that differs, most likely, where used and free blocks outside [low, high) do. */
static uint64_t fingerprint(const struct film *film, uint64_t low, uint64_t high)
{
    struct block_cursor cursor = block_table_find(&film->picture.blocks, 0);
    uint64_t sum = 0;

    for (const struct block *block; (block = block_cursor_get(&cursor));
         block_cursor_next(&cursor)) {
        struct random random = {.state = block->at << 32 ^ block->size << 2 ^ block->kind};

        if (block->kind != HG_KIND_BOOKKEEPING &&
            (block->at < low || block->at + block->size > high))
            sum += random_next(&random);
    }
    return sum;
}

/* Play an event; what the heap process reads again after it must be all that changes, but that what
 * moves the break changes the block below it, too. */
static bool play(struct film *film, const struct picture *after, const struct hg_event *event)
{
    struct hg_event kept;
    struct recorder recorder;
    uint64_t before;
    bool fits;

    recorder_reset(&recorder, &kept);
    recorder_observe(&recorder, event);
    before = fingerprint(film, recorder.low, recorder.high);
    fits = film_play(film, after, event);
    if (recorder.high != UINT64_MAX && fingerprint(film, recorder.low, recorder.high) != before)
        fail_msg("%s changes more than is said", hg_event_name(event->kind));
    return fits;
}

static struct action random_action(struct random *random, char *name)
{
    static const enum op_kind kinds[] = {OP_ALLOC, OP_ALLOC, OP_ALLOC,   OP_CALLOC, OP_ALIGNED,
                                         OP_FREE,  OP_FREE,  OP_REALLOC, OP_FREE,   OP_COALESCE};
    struct action action = {
        .kind = kinds[random_below(random, TEST_COUNT(kinds))],
        .name = name,
        .size = random_below(random, random_below(random, 8) ? 200 : 20000),
    };

    name[0] = (char)('a' + random_below(random, 26));
    if (action.kind == OP_CALLOC)
        action.argument = 1;
    if (action.kind == OP_ALIGNED)
        action.argument = (uint64_t)1 << random_below(random, 10);
    return action;
}

static void film_steps(const struct hg_config *config, uint64_t seed)
{
    struct random random = {.state = seed};
    struct film film = {0};
    char name[2] = "a";
    struct error error;
    struct session *session = begin_configured(config);
    for (int step = 0; step < 400; step++) {
        struct action action = random_action(&random, name);
        struct free_lists lists = read_lists(session);

        film_begin(&film, &session->mirror->picture, &lists);
        free_lists_finish(&lists);
        if (!session_act(session, &action, &error))
            continue;
        for (size_t i = 0; i < session->mirror->picture.events.count; i++) {
            const struct hg_event *event = &session->mirror->picture.events.items[i];

            if (!play(&film, &session->mirror->picture, event))
                fail_msg("%s: step %d, event %zu (%s) does not fit", config->policy, step, i,
                         hg_event_name(event->kind));
        }
        compare(&film, &session->mirror->picture, step);
        compare_lists(&film, session, step);
        compare_referrers(&film, &session->mirror->picture);
    }
    film_finish(&film);
    session_destroy(session);
}

static void events_alone_lead_from_blocks_to_blocks(void **state)
{
    (void)state;
    for (unsigned number = 0; hg_policy(number); number++) {
        struct hg_config config = kind_config_default(hg_policy(number)->name);

        film_steps(&config, number + 1);
        config.settings[HG_SETTING_GROW] = HG_GROW_EXACT;
        config.settings[HG_SETTING_TRIM] = 64;
        config.settings[HG_SETTING_COALESCE] = HG_COALESCE_DEFERRED;
        film_steps(&config, number + 100);
    }
}

static void an_event_that_does_not_fit_changes_nothing(void **state)
{
    struct hg_config config = kind_config_default("first-fit");
    struct session *session = begin_configured(&config);
    struct hg_event wrong[] = {
        {.kind = HG_EVENT_SPLIT, .at = 1, .size = 16, .other = 16},
        {.kind = HG_EVENT_FRESH, .at = 16, .size = 16},
        {.kind = HG_EVENT_TRIM, .at = 0, .size = UINT64_MAX},
        {.kind = HG_EVENT_HANDOVER, .at = 8, .size = 100},
    };
    struct film film = {0};

    (void)state;
    film_begin(&film, &session->mirror->picture, &(struct free_lists){0});
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        assert_false(film_play(&film, &session->mirror->picture, &wrong[i]));
        compare(&film, &session->mirror->picture, (int)i);
    }
    film_finish(&film);
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_alone_lead_from_blocks_to_blocks),
        cmocka_unit_test(an_event_that_does_not_fit_changes_nothing),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
