/* test_pokes.c: heaps of every policy, written to at random: the front lives, each header that was
 * damaged is named with the step that did it, and the session goes on. */
#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "kind/c_library.h"
#include "kind/kind.h"
#include "target/serve.h"
#include "test.h"

enum { HEAPS = 200, HEAPS_LONG = 10000, NAMES = 12, POKES_MOST = 3, BYTES_MOST = 16 };

static size_t heaps = HEAPS;

/* All that is there to see of a heap. */
struct seen {
    unsigned char *bytes;
    size_t size;
    struct block *blocks;
    size_t count;
};

static struct seen see(struct session *session)
{
    const struct picture *picture = &session->mirror->picture;
    struct seen seen = {.count = block_table_count(&picture->blocks)};
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    struct error error;

    if (!session_read_bytes(session, 0, picture->metrics.heap_size, &seen.bytes, &seen.size,
                            &error))
        fail_msg("%s", error.text);
    seen.blocks = memory_create(seen.count + 1, sizeof seen.blocks[0]);
    for (size_t i = 0; i < seen.count; i++, block_cursor_next(&cursor))
        seen.blocks[i] = *block_cursor_get(&cursor);
    return seen;
}

static void forget(struct seen *seen)
{
    free(seen->bytes);
    free(seen->blocks);
}

static bool is_same(const struct seen *a, const struct seen *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        if (a->blocks[i].at != b->blocks[i].at || a->blocks[i].size != b->blocks[i].size ||
            a->blocks[i].kind != b->blocks[i].kind)
            return false;
    }
    return a->count == b->count && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* ---- Doing things ---- */

static bool act(struct session *session, struct action *action, struct random *random)
{
    struct error error;
    char name[8];

    snprintf(name, sizeof name, "v%d", (int)random_below(random, NAMES));
    if (!(action->kind == OP_POKE && !action->name))
        action->name = name;
    return session_act(session, action, &error);
}

static void use(struct session *session, struct random *random, int count)
{
    static const enum op_kind kinds[] = {OP_ALLOC, OP_ALLOC, OP_ALLOC,
                                         OP_FREE,  OP_FREE,  OP_REALLOC};

    for (int i = 0; i < count; i++) {
        struct action action = {.kind = kinds[random_below(random, TEST_COUNT(kinds))],
                                .size =
                                    1 + random_below(random, random_below(random, 4) ? 60 : 900),
                                .forced = random_below(random, 8) == 0};

        act(session, &action, random);
    }
}

/* Write a few bytes anywhere in the heap; returns whether that was done. */
static bool poke(struct session *session, struct random *random)
{
    unsigned char bytes[BYTES_MOST];
    struct action action = {.kind = OP_POKE,
                            .bytes = bytes,
                            .size = 1 + random_below(random, BYTES_MOST),
                            .forced = true};
    uint64_t heap_size = session->mirror->picture.metrics.heap_size;
    struct error error;

    for (size_t i = 0; i < action.size; i++)
        bytes[i] = (unsigned char)(random_below(random, 3) ? random_below(random, 256) : 0);
    action.argument = random_below(random, random_below(random, 4) ? heap_size / 4 : heap_size);
    if (random_below(random, 3) == 0) {
        action.argument = random_below(random, 80) - 40;
        return act(session, &action, random);
    }
    return session_act(session, &action, &error);
}

/* ---- What must hold ---- */

static void expect_tiled(const struct session *session)
{
    const struct picture *picture = &session->mirror->picture;
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;
    uint64_t at = 0;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        assert_int_equal(block->at, at);
        at += block->size;
    }
    assert_int_equal(at, picture->metrics.heap_size);
}

/* Each byte of a header that is not what it was is known to be wounded, by this step; and what is
 * damaged is drawn so. Returns how many there are. */
static size_t expect_named(struct session *session, const struct seen *before)
{
    const struct picture *picture = &session->mirror->picture;
    uint32_t step = (uint32_t)session->history->steps.count;
    struct seen after = see(session);
    size_t damaged = 0;

    assert_int_equal(after.size, before->size); /* a write moves no break */
    for (size_t i = 0; i < before->count; i++) {
        const struct block *block = &before->blocks[i];
        bool differs = false;

        for (uint64_t at = block->at; at < block->at + block->header; at++) {
            const struct wound *wound = wounds_find(&picture->damage.wounds, at);

            if (before->bytes[at] == after.bytes[at] || block->kind == HG_KIND_UNREADABLE)
                continue;
            differs = true;
            if (!wound || wound->step != step || wound->block.at != block->at)
                fail_msg("step %u damaged the header at %d, and nobody knows", step,
                         (int)block->at);
        }
        damaged += differs;
        if (differs && block_table_get(&picture->blocks, block->at)->at == block->at)
            assert_int_equal(block_table_get(&picture->blocks, block->at)->kind,
                             HG_KIND_UNREADABLE);
    }
    forget(&after);
    return damaged;
}

static void expect_damage_is_found(struct session *session, size_t damaged)
{
    struct error problem;

    if (damaged > 0)
        assert_false(session_check(session, &problem));
}

/* Go back to before anything was written, where all is well, and forth again. */
static void expect_way_back(struct session *session, size_t whole, const struct seen *then)
{
    size_t count = session->history->steps.count;
    struct seen now = see(session), again;
    struct error error;

    if (count > session->history->steps.known || count < whole)
        return;
    if (!session_go(session, whole, &error))
        fail_msg("%s", error.text);
    again = see(session);
    assert_true(is_same(then, &again));
    if (!session_check(session, &error))
        fail_msg("%s", error.text);
    forget(&again);
    if (!session_go(session, count, &error))
        fail_msg("%s", error.text);
    again = see(session);
    if (!is_same(&now, &again))
        fail_msg("what was damaged is other when one comes back");
    forget(&again);
    forget(&now);
}

static void damage_a_heap(uint64_t seed)
{
    struct random random = {.state = seed};
    unsigned policies = 0, number;
    struct hg_config config;
    struct session *session;
    struct error error;
    struct seen whole;
    size_t steps;

    while (kind_policy(policies, NULL))
        policies++;
    if (!c_library_has_malloc()) /* but a sanitizer's: the last policy cannot be had */
        policies--;
    number = (unsigned)random_below(&random, policies);
    config = kind_config_default(kind_policy(number, NULL)->name);
    config.policy = kind_policy(number, NULL)->name;
    config.settings[KIND_SETTING_GUARD] = random_below(&random, 3) == 0;
    session = session_create(&config, &error);
    if (!session)
        fail_msg("%s", error.text);
    /* one that believes a damaged size must not take all memory */
    session_act(session, &(struct action){.kind = OP_LIMIT, .size = 1 << 20}, &error);
    for (int i = 0; i < 20; i++) { /* without free! */
        struct action action = {.kind = random_below(&random, 3) ? OP_ALLOC : OP_FREE,
                                .size = 1 + random_below(&random, 60)};

        act(session, &action, &random);
    }
    whole = see(session);
    steps = session->history->steps.count;
    for (uint64_t i = 1 + random_below(&random, POKES_MOST); i > 0; i--) {
        struct seen before = see(session);

        if (poke(session, &random)) {
            expect_tiled(session);
            expect_damage_is_found(session, expect_named(session, &before));
        }
        forget(&before);
    }
    use(session, &random, 4);
    expect_tiled(session);
    expect_way_back(session, steps, &whole);
    forget(&whole);
    session_destroy(session);
}

static void whatever_is_written_the_session_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < heaps; i++) {
        /* a failure is found again by its number */
        print_message("# heap %zu\n", i);
        damage_a_heap(1000 + i);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whatever_is_written_the_session_goes_on)};

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (count == 2 && strcmp(arguments[1], "--long") == 0)
        heaps = HEAPS_LONG;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
