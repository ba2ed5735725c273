/* test_told.c: what is told of a step on a heap of the C library's, which is inferred, held against
 * the blocks and lists that are read from its memory before the step and afterwards. */
#include <string.h>

#include "needs_glibc.h"
#include "random_op.h"
#include "target/serve.h"
#include "target/target.h"
#include "test.h"

enum { SLOTS = RANDOM_SLOTS, BLOCKS_MAX = 1 << 14 };

static struct kind_description description;

/* All blocks of a heap, with the lists that they are on. */
struct known {
    struct hg_block blocks[BLOCKS_MAX];
    size_t count;
    uint64_t size;
};

static void know(struct known *known, struct target *target, uint64_t size)
{
    struct target_splice part = {.more = 0};

    known->size = size;
    for (known->count = 0; part.more != OFFSET_NULL; known->count += part.count) {
        assert_true(target_walk(target, part.more, &part));
        assert_true(known->count + part.count <= BLOCKS_MAX);
        memcpy(&known->blocks[known->count], part.blocks, part.count * sizeof part.blocks[0]);
    }
}

/* The block that holds the byte at `at`; NULL beyond the break. */
static const struct hg_block *block_at(const struct known *known, uint64_t at)
{
    size_t low = 0, high = known->count;

    if (at >= known->size)
        return NULL;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (known->blocks[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return &known->blocks[low];
}

/* Whether there is just this free block, and on this list. */
static bool is_listed(const struct known *known, uint64_t at, uint64_t size, uint32_t list)
{
    const struct hg_block *block = block_at(known, at);

    return block && block->at == at && block->size == size && block->kind == HG_KIND_FREE &&
           block->list == list;
}

/* Whether all blocks in a range are used, or all are free or beyond the break. */
static bool are_all(const struct known *known, uint64_t at, uint64_t size, enum hg_kind kind)
{
    for (uint64_t end = at + size; at < end;) {
        const struct hg_block *block = block_at(known, at);

        if (!block)
            return kind == HG_KIND_FREE;
        if (block->kind != kind)
            return false;
        at = block->at + block->size;
    }
    return true;
}

/* A step: what it was, and how things were before and afterwards. */
struct shown {
    const struct known *before, *after;
    const struct hg_event *events;
    size_t count;
    const char *form; /* of the operation */
    unsigned number;
};

static void print_event(const struct hg_event *event)
{
    print_message("  %s %s +0x%llx %llu, %llu\n", hg_event_name(event->kind),
                  event->list < description.list_count ? description.lists[event->list].name : "-",
                  (unsigned long long)event->at, (unsigned long long)event->size,
                  (unsigned long long)event->other);
}

static void fault(const struct shown *shown, const char *what, uint64_t at, uint64_t size)
{
    for (size_t i = 0; i < shown->count; i++) {
        if (shown->events[i].kind < HG_EVENT_COUNT) /* not the collector's */
            print_event(&shown->events[i]);
    }
    fail_msg("step %u, %s: %s: %llu bytes at +0x%llx", shown->number, shown->form, what,
             (unsigned long long)size, (unsigned long long)at);
}

/* ---- What is told is so ---- */

static bool is_true(const struct shown *shown, const struct hg_event *event)
{
    const struct known *before = shown->before, *after = shown->after;
    uint64_t at = event->at, size = event->size;

    switch (event->kind) {
    case HG_EVENT_TAKE:
    case HG_EVENT_UNLINK:
        return is_listed(before, at, size, event->list) && !is_listed(after, at, size, event->list);
    case HG_EVENT_PUSH:
        return is_listed(after, at, size, event->list) && !is_listed(before, at, size, event->list);
    case HG_EVENT_RELEASE:
        return are_all(before, at, size, HG_KIND_USED) && are_all(after, at, size, HG_KIND_FREE);
    case HG_EVENT_HANDOVER:
        return are_all(after, at, size, HG_KIND_USED) && block_at(after, at)->size == size;
    case HG_EVENT_GROW: return at == before->size && at + size == after->size;
    case HG_EVENT_TRIM: return at == after->size && at + size == before->size;
    default: return true;
    }
}

/* ---- What is so is told ---- */

static bool overlaps(const struct hg_event *event, const struct hg_block *block)
{
    uint64_t size = event->size;

    if (event->kind == HG_EVENT_SPLIT)
        size += event->other;
    return event->at < block->at + block->size && block->at < event->at + size;
}

static bool is_told(const struct shown *shown, const struct hg_block *block, uint64_t kinds)
{
    for (size_t i = 0; i < shown->count; i++) {
        if (kinds >> shown->events[i].kind & 1 && overlaps(&shown->events[i], block))
            return true;
    }
    return false;
}

#define OF(kind) ((uint64_t)1 << HG_EVENT_##kind)

/* Whether it is free, and not the top. */
static bool is_apart(const struct hg_block *block)
{
    return block->kind == HG_KIND_FREE && strcmp(description.lists[block->list].name, "top") != 0;
}

/* A block that was used before, and of which none or not all is now, was released or cut; one that
 * was free, and is not any more, or elsewhere, was taken, merged, or has left its list. */
static void hold_left(const struct shown *shown)
{
    static const uint64_t freed = OF(RELEASE) | OF(SPLIT);
    static const uint64_t left =
        OF(TAKE) | OF(UNLINK) | OF(MERGE_LEFT) | OF(MERGE_RIGHT) | OF(ABSORB);

    for (size_t i = 0; i < shown->before->count; i++) {
        const struct hg_block *block = &shown->before->blocks[i];

        if (block->kind == HG_KIND_USED &&
            !are_all(shown->after, block->at, block->size, HG_KIND_USED) &&
            !is_told(shown, block, freed))
            fault(shown, "it is not told that it was given back", block->at, block->size);
        if (is_apart(block) && !is_listed(shown->after, block->at, block->size, block->list) &&
            !is_told(shown, block, left))
            fault(shown, "it is not told that it left its list", block->at, block->size);
    }
}

/* What is free now and was not, or was on another list, has come there, or is what others that left
 * theirs have become. */
static void hold_arrived(const struct shown *shown)
{
    for (size_t i = 0; i < shown->after->count; i++) {
        const struct hg_block *block = &shown->after->blocks[i];

        if (is_apart(block) && !is_listed(shown->before, block->at, block->size, block->list) &&
            !is_told(shown, block, OF(PUSH) | OF(UNLINK)))
            fault(shown, "it is not told that it came onto its list", block->at, block->size);
    }
}

static void hold_step(const struct shown *shown)
{
    for (size_t i = 0; i < shown->count; i++) {
        const struct hg_event *event = &shown->events[i];

        if (!is_true(shown, event))
            fault(shown, hg_event_name(event->kind), event->at, event->size);
    }
    hold_left(shown);
    hold_arrived(shown);
}

/* ---- Steps ---- */

struct row {
    unsigned setting;
    uint64_t value;
};

/* What waits in caches, in fast bins, in few places, and nowhere. */
static const struct row rows[] = {
    {KIND_SETTINGS, 0},
    {KIND_SETTING_TCACHE_COUNT, 0},
    {KIND_SETTING_TCACHE_COUNT, 2},
    {KIND_SETTING_TRIM_THRESHOLD, 4096},
};

static struct target *start(const struct row *row, struct known *ret_known)
{
    struct hg_config config = kind_config_default("glibc");
    struct target_splice splice;
    struct error error;
    struct target *target = target_create(NULL, &error);

    if (row->setting < KIND_SETTINGS)
        config.settings[row->setting] = row->value;
    assert_non_null(target);
    if (!target_open(target, &config, &description, &splice, &error))
        fail_msg("%s", error.text);
    know(ret_known, target, splice.heap_size);
    return target;
}

/* Carry out a step, and hold what is told of it.
 *   before  how things are; set anew
 *   returns whether the answer was a payload */
static bool take_step(struct target *target, const struct op *op, unsigned number,
                      struct known *before)
{
    static struct known after;
    struct target_change change;
    struct shown shown = {.before = before, .after = &after, .number = number};
    static struct hg_event events[BLOCKS_MAX];

    assert_true(target_run(target, op, &change));
    shown.form = op_info(op->kind)->form;
    shown.count = change.splice.event_count;
    shown.events = events;
    assert_true(shown.count <= BLOCKS_MAX);
    memcpy(events, change.splice.events, shown.count * sizeof events[0]);
    know(&after, target, change.result.heap_size);
    hold_step(&shown);
    *before = after;
    return op_has(op, OP_GIVES) && !change.result.refused;
}

static void what_is_told_is_what_memory_holds(void **state)
{
    static const struct random_odds odds = {.rest = 15, .lost = 3};
    enum { STEPS = 3000 };
    static struct known before;
    struct random random = {91};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        bool live[SLOTS] = {0};
        struct target *target = start(&rows[i], &before);

        for (unsigned step = 0; step < STEPS; step++) {
            uint32_t slot = (uint32_t)random_below(&random, SLOTS);
            struct op op = random_op(&random, live[slot], odds);

            op.slot = slot;
            if (take_step(target, &op, step, &before))
                live[slot] = true;
            else if (op.kind == OP_FREE)
                live[slot] = false;
        }
        target_destroy(target);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_is_what_memory_holds),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (!malloc_is_the_c_librarys())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
