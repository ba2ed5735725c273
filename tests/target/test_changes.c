/* test_changes.c: what is read back of a heap after a step is all that the step changed. */
#include <stdlib.h>
#include <string.h>

#include "kind/c_library.h"
#include "random_op.h"
#include "target/serve.h"
#include "target/target.h"
#include "test.h"

enum { SLOTS = RANDOM_SLOTS, BLOCKS_MAX = 1 << 15 };

/* The blocks of a heap as they are known from what was read back. */
struct known {
    struct hg_block blocks[BLOCKS_MAX];
    size_t count;
};

static uint64_t end_of(const struct hg_block *block)
{
    return block->at + block->size;
}

/* The number of the block that begins at `at`, or where the last one ends. */
static size_t find(const struct known *known, uint64_t at)
{
    size_t i = 0;

    while (i < known->count && known->blocks[i].at < at)
        i++;
    if (i < known->count ? known->blocks[i].at != at
                         : at != (i ? end_of(&known->blocks[i - 1]) : 0))
        fail_msg("a block began or ended at +0x%llx, and that was not read",
                 (unsigned long long)at);
    return i;
}

/* Blocks without gaps take the place of those up to `high`; UINT64_MAX: of all behind. */
static void replace(struct known *known, const struct hg_block *blocks, size_t count, uint64_t high)
{
    size_t from = find(known, blocks[0].at);
    size_t to = high == UINT64_MAX ? known->count : find(known, high);
    size_t behind = known->count - to;

    assert_true(from + count + behind <= BLOCKS_MAX);
    memmove(&known->blocks[from + count], &known->blocks[to], behind * sizeof *blocks);
    memcpy(&known->blocks[from], blocks, count * sizeof *blocks);
    known->count = from + count + behind;
}

static void apply(struct known *known, const struct target_splice *splice)
{
    size_t from = 0;

    assert_int_equal(splice->more, OFFSET_NULL);
    for (size_t i = 0; i < splice->count; i++) {
        uint64_t end = end_of(&splice->blocks[i]);

        if (i + 1 < splice->count && splice->blocks[i + 1].at == end)
            continue;
        replace(known, &splice->blocks[from], i + 1 - from,
                end == splice->heap_size ? UINT64_MAX : end);
        from = i + 1;
    }
}

/* Read the whole heap. */
static void know_all(struct known *known, struct target *target)
{
    struct target_splice part = {.more = 0};

    for (known->count = 0; part.more != OFFSET_NULL; known->count += part.count) {
        assert_true(target_walk(target, part.more, &part));
        assert_true(known->count + part.count <= BLOCKS_MAX);
        memcpy(&known->blocks[known->count], part.blocks, part.count * sizeof part.blocks[0]);
    }
}

static void assert_known(const struct known *known, struct target *target)
{
    static struct known all;

    know_all(&all, target);
    assert_int_equal(all.count, known->count);
    for (size_t i = 0; i < all.count; i++) {
        const struct hg_block *is = &all.blocks[i], *was = &known->blocks[i];

        if (is->at != was->at || is->size != was->size || is->kind != was->kind ||
            is->list != was->list || is->header != was->header || is->footer != was->footer)
            fail_msg("the block at +0x%llx has changed, and was not read",
                     (unsigned long long)was->at);
    }
}

struct row {
    const char *policy;
    unsigned setting;
    uint64_t value;
};

/* Of the C library's: what waits in caches, in fast bins, and nowhere. */
static const struct row rows[] = {
    {"best-fit", KIND_SETTINGS, 0},
    {"first-fit", KIND_SETTINGS, 0},
    {"segregated", KIND_SETTINGS, 0},
    {"tlsf", KIND_SETTINGS, 0},
    {"buddy", KIND_SETTINGS, 0},
    {"glibc", KIND_SETTINGS, 0},
    {"glibc", KIND_SETTING_TCACHE_COUNT, 0},
    {"glibc", KIND_SETTING_TCACHE_COUNT, 2},
};

static struct target *start(const struct row *row, struct known *ret_known)
{
    static struct kind_description description;
    struct hg_config config = kind_config_default(row->policy);
    struct target_splice splice;
    struct error error;
    struct target *target = target_create(NULL, &error);

    if (row->setting < KIND_SETTINGS)
        config.settings[row->setting] = row->value;
    assert_non_null(target);
    if (!target_open(target, &config, &description, &splice, &error))
        fail_msg("%s", error.text);
    ret_known->count = 0;
    apply(ret_known, &splice);
    return target;
}

/* Random steps; now and then much is given back. */
static void play(const struct row *row, struct random *random)
{
    static const struct random_odds odds = {.rest = 40, .lost = 1};
    enum { STEPS = 1200, EBB = 300, FALL = 100 };
    static struct known known;
    bool live[SLOTS] = {0};
    struct target *target = start(row, &known);

    for (unsigned step = 0; step < STEPS; step++) {
        uint32_t slot = (uint32_t)random_below(random, SLOTS);
        struct op op = random_op(random, live[slot], odds);
        struct target_change change;

        op.slot = slot;
        if (step % EBB < FALL && op_has(&op, OP_GIVES))
            continue;
        assert_true(target_run(target, &op, &change));
        if (!change.result.refused)
            live[slot] = op_has(&op, OP_GIVES) || (live[slot] && op.kind != OP_FREE);
        apply(&known, &change.splice);
        assert_known(&known, target);
    }
    target_destroy(target);
}

static void all_that_changed_is_read_back(void **state)
{
    struct random random = {71};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        if (strcmp(rows[i].policy, "glibc") != 0 || c_library_has_malloc())
            play(&rows[i], &random);
    }
}

/* What lies between the two places of a block that moves is not read. */
static void what_lies_between_is_left_out(void **state)
{
    enum { BETWEEN = 1000, FEW = 8 };
    static struct known known;
    struct target *target = start(&rows[0], &known);
    struct target_change change;

    (void)state;
    for (uint32_t slot = 0; slot < BETWEEN; slot++) {
        assert_true(
            target_run(target, &(struct op){.kind = OP_ALLOC, .slot = slot, .size = 64}, &change));
        apply(&known, &change.splice);
    }
    assert_true(
        target_run(target, &(struct op){.kind = OP_REALLOC, .slot = 1, .size = 5000}, &change));
    assert_in_range(change.splice.count, 2, FEW);
    apply(&known, &change.splice);
    assert_known(&known, target);
    target_destroy(target);
}

/* Do the same to many variables, and tell nobody. */
static void do_to_many(struct target *target, enum op_kind kind, uint32_t from, uint32_t until)
{
    static struct op ops[OPS_MAX];
    const struct op_result *results;
    size_t count = 0;

    for (uint32_t slot = from; slot < until; slot += 2) {
        ops[count++] =
            (struct op){.kind = kind, .slot = slot, .size = from % 2 ? 24 : 150 + slot * 37 % 2000};
        if (count < OPS_MAX && slot + 2 < until)
            continue;
        assert_true(target_replay(target, ops, count, false, &results));
        count = 0;
    }
}

/* Malloc sorts up to 10,000 blocks of the unsorted bin for one that it is asked for, wherever they
 * lie. They are read again, and not what lies between them. */
static void what_is_sorted_is_read_back(void **state)
{
    enum { BLOCKS = 24000, SORTED = 10000, SMALL = BLOCKS + 1, FIRST = BLOCKS + 2 };
    static const struct op steps[] = {
        {.kind = OP_ALLOC, .slot = FIRST, .size = 20000},
        {.kind = OP_FREE, .slot = SMALL}, /* which waits in a fast bin, and is merged by the next */
        {.kind = OP_ALLOC, .slot = FIRST + 1, .size = 20000},
    };
    static struct known known;
    struct target *target;
    struct target_change change;

    (void)state;
    if (!c_library_has_malloc()) {
        test_skipped("malloc is not the C library's");
        return;
    }
    target = start(&(struct row){"glibc", KIND_SETTING_TCACHE_COUNT, 0}, &known);
    for (uint32_t slot = 0; slot < BLOCKS; slot += 2) {
        do_to_many(target, OP_ALLOC, slot, slot + 1);
        do_to_many(target, OP_ALLOC, slot + 1, slot + 2);
    }
    assert_true(
        target_run(target, &(struct op){.kind = OP_ALLOC, .slot = SMALL, .size = 24}, &change));
    do_to_many(target, OP_FREE, 0, BLOCKS);
    know_all(&known, target);
    for (size_t i = 0; i < TEST_COUNT(steps); i++) {
        assert_true(target_run(target, &steps[i], &change));
        apply(&known, &change.splice);
        assert_known(&known, target);
        assert_in_range(change.splice.count, i == 0 ? SORTED : 1, SORTED + 100);
    }
    target_destroy(target);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_changed_is_read_back),
        cmocka_unit_test(what_lies_between_is_left_out),
        cmocka_unit_test(what_is_sorted_is_read_back),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
