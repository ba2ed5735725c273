/* test_target.c: the process that owns the heap: what it answers, and what is said when it faults,
 * loops or dies. */
#include "target/target.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/call.h"
#include "target/exchange.h"
#include "target/same_change.h"
#include "target/serve.h"
#include "test.h"

static struct target *start(struct target_splice *ret_splice)
{
    struct hg_config config = kind_config_default("first-fit");
    struct kind_description description;
    struct error error;
    struct target *target = target_create(NULL, &error);

    assert_non_null(target);
    assert_true(target_open(target, &config, &description, ret_splice, &error));
    return target;
}

/* Carry out one operation that must succeed. */
static struct op_result run(struct target *target, struct op op, struct target_splice *ret_splice)
{
    struct target_change change;

    assert_true(target_run(target, &op, &change));
    *ret_splice = change.splice;
    return change.result;
}

/* Carry out operations that must fail. */
static struct target_failure fail_to_run(struct target *target, const struct op *ops, size_t count)
{
    size_t done;

    assert_false(target_send(target, ops, count, false) && target_receive(target, &done));
    return *target_failure(target);
}

static void a_step_answers_with_what_changed(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op_result result;

    (void)state;
    assert_int_equal(splice.low, 0);
    assert_int_equal(splice.high, splice.heap_size);
    assert_int_equal(splice.count, 3); /* state, wilderness, end */
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 0, .size = 100}, &splice);
    assert_int_equal(splice.count, 2);
    assert_int_equal(splice.blocks[0].kind, HG_KIND_USED);
    assert_int_equal(splice.blocks[0].size, 112);
    assert_int_equal(splice.blocks[0].at + 8, result.payload);
    assert_int_equal(splice.blocks[1].kind, HG_KIND_FREE);
    assert_int_equal(result.usable, 104);
    assert_int_equal(result.visits, 1);
    assert_int_equal(result.heap_size, splice.heap_size);
    assert_true(splice.event_count >= 4);
    assert_int_equal(splice.events[0].kind, HG_EVENT_REQUEST);
    target_destroy(target);
}

static void a_run_tells_of_each_operation_what_it_would_tell_alone(void **state)
{
    enum { COUNT = 3000, SLOTS = 40 };
    struct target_splice splice;
    struct target *together = start(&splice), *alone = start(&splice);
    struct target_change change, other;
    static struct op ops[COUNT];
    size_t count, requests = 0;

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++)
        ops[i] = (struct op){
            .kind = i % 5 == 4 ? OP_FREE : OP_REALLOC, .slot = i * 7 % SLOTS, .size = i * 31 % 900};
    for (size_t i = 0; i < COUNT; i += count, requests++) {
        count = COUNT - i < RUN_OPS_MAX ? COUNT - i : RUN_OPS_MAX;
        assert_true(target_send(together, &ops[i], count, false));
        assert_true(target_receive(together, &count));
        for (size_t j = 0; j < count; j++) {
            target_change(together, j, &change);
            assert_true(target_run(alone, &ops[i + j], &other));
            assert_same_change(&change, &other);
        }
    }
    assert_in_range(requests, COUNT / RUN_OPS_MAX, COUNT / 20);
    target_destroy(together);
    target_destroy(alone);
}

/* What was received can be read while the next run is written. */
static void a_run_stays_until_the_next_is_received(void **state)
{
    enum { COUNT = 100 };
    struct target_splice splice;
    struct target *target = start(&splice);
    struct target_change change;
    struct op ops[COUNT];
    uint64_t payloads[COUNT];
    size_t count = 0;

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++)
        ops[i] = (struct op){.kind = OP_ALLOC, .slot = i, .size = 16};
    assert_true(target_send(target, ops, COUNT, true) && target_receive(target, &count));
    assert_int_equal(count, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        target_change(target, i, &change);
        payloads[i] = change.result.payload;
        ops[i].kind = OP_FREE;
    }
    assert_true(target_send(target, ops, COUNT, true));
    for (size_t i = 0; i < COUNT; i++) {
        target_change(target, i, &change);
        assert_int_equal(change.result.payload, payloads[i]);
        assert_int_equal(change.splice.blocks[0].kind, HG_KIND_USED);
        assert_int_equal(change.splice.blocks[0].at + 8, payloads[i]);
        assert_true(change.is_whole);
    }
    assert_true(target_receive(target, &count));
    target_change(target, 0, &change);
    assert_int_equal(change.splice.blocks[0].kind, HG_KIND_FREE);
    target_destroy(target);
}

/* Two lists that have one block each, after the second step of the run; none after the first. */
static void a_run_tells_of_lists_as_they_are_after_each(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op ops[] = {{.kind = OP_ALLOC, .slot = 0, .size = 16},
                       {.kind = OP_ALLOC, .slot = 1, .size = 16},
                       {.kind = OP_FREE, .slot = 0}};
    struct target_change change;
    struct target_run run;
    size_t count, place = 0;

    (void)state;
    assert_true(target_send(target, ops, TEST_COUNT(ops), true));
    assert_true(target_receive(target, &count));
    assert_int_equal(count, TEST_COUNT(ops));
    target_change(target, 1, &change);
    assert_true(target_next_run(change.items, change.item_count, &place, &run));
    assert_int_equal(run.count, 1); /* the wilderness */
    target_change(target, 2, &change);
    place = 0;
    assert_true(target_next_run(change.items, change.item_count, &place, &run));
    assert_int_equal(run.count, 2);
    target_destroy(target);
}

/* The range that a step of a heap with so many blocks changes does not fit one reply. */
static void a_run_ends_where_what_changed_is_not_whole(void **state)
{
    enum { BLOCKS = 2 * EXCHANGE_BLOCKS_MAX };
    struct hg_config config = kind_config_default("first-fit");
    struct kind_description description;
    struct target_splice splice;
    struct error error;
    struct target *target = target_create(NULL, &error);
    static struct op ops[2 * BLOCKS];
    const struct op_result *results;
    struct op coalesce[] = {{.kind = OP_COALESCE}, {.kind = OP_ALLOC, .slot = 0, .size = 1}};
    struct target_change change;
    size_t count = 0;

    (void)state;
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_DEFERRED;
    assert_true(target_open(target, &config, &description, &splice, &error));
    for (uint32_t i = 0; i < BLOCKS; i++) {
        ops[i] = (struct op){.kind = OP_ALLOC, .slot = i, .size = 16};
        ops[BLOCKS + i] = (struct op){.kind = i % 4 < 2 ? OP_FREE : OP_LET, .slot = i, .other = i};
    }
    for (size_t i = 0; i < 2 * BLOCKS; i += OPS_MAX)
        assert_true(target_replay(target, &ops[i], OPS_MAX, true, &results));
    assert_true(target_send(target, coalesce, 2, false));
    assert_true(target_receive(target, &count));
    assert_int_equal(count, 1);
    target_change(target, 0, &change);
    assert_false(change.is_whole);
    assert_int_not_equal(change.splice.more, OFFSET_NULL);
    target_destroy(target);
}

enum { BATCHES = 10 };

static void make_many_blocks(struct target *target)
{
    const struct op_result *results;
    static struct op ops[OPS_MAX];

    for (uint32_t batch = 0; batch < BATCHES; batch++) {
        for (uint32_t i = 0; i < OPS_MAX; i++)
            ops[i] = (struct op){.kind = OP_ALLOC, .slot = batch * OPS_MAX + i, .size = 16};
        assert_true(target_replay(target, ops, OPS_MAX, true, &results));
    }
}

static void many_blocks_come_in_parts(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    uint64_t until = 0, parts = 0, blocks = 0;

    (void)state;
    make_many_blocks(target);
    for (uint64_t from = 0; from != OFFSET_NULL; from = splice.more, parts++) {
        assert_true(target_walk(target, from, &splice));
        for (size_t i = 0; i < splice.count; i++) {
            assert_int_equal(splice.blocks[i].at, until);
            until += splice.blocks[i].size;
        }
        blocks += splice.count;
    }
    assert_int_equal(until, splice.heap_size);
    assert_true(blocks >= BATCHES * OPS_MAX + 2);
    assert_true(parts > 1);
    target_destroy(target);
}

/* The walk's blocks, and while one part is looked at the next is read. */
static void packed_blocks_are_those_of_the_walk(void **state)
{
    static struct hg_block walked[BATCHES * OPS_MAX + EXCHANGE_BLOCKS_MAX];
    struct target_splice splice = {.more = 0};
    struct target *target = start(&splice);
    struct target_pack pack;
    size_t count = 0, packed = 0;
    bool goes_on = true;

    (void)state;
    make_many_blocks(target);
    for (splice.more = 0; splice.more != OFFSET_NULL; count += splice.count) {
        assert_true(target_walk(target, splice.more, &splice));
        memcpy(walked + count, splice.blocks, splice.count * sizeof walked[0]);
    }
    assert_true(target_begin_pack(target, 0));
    while (goes_on) {
        assert_true(target_end_pack(target, &pack));
        goes_on = pack.more != OFFSET_NULL;
        assert_false(pack.is_odd);
        if (goes_on)
            assert_true(target_begin_pack(target, pack.more));
        for (size_t i = 0; i < pack.count; i++, packed++) {
            assert_int_equal(pack.blocks[i].size, walked[packed].size);
            assert_int_equal(pack.blocks[i].kind, walked[packed].kind);
            assert_int_equal(pack.blocks[i].list, walked[packed].list);
            assert_int_equal(pack.blocks[i].header, walked[packed].header);
            assert_int_equal(pack.blocks[i].footer, walked[packed].footer);
        }
        assert_int_equal(goes_on ? pack.more : pack.heap_size,
                         walked[packed - 1].at + walked[packed - 1].size);
    }
    assert_int_equal(packed, count);
    target_destroy(target);
}

/* The header of the first payload is overwritten. */
static void odd_blocks_are_not_packed(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op ops[] = {
        {.kind = OP_ALLOC, .slot = 0, .size = 16},
        {.kind = OP_POKE, .slot = 0, .size = 8, .bytes = (const void *)"\3\0\0\0\0\0\0"}};
    struct target_change change;
    struct target_pack pack;

    (void)state;
    assert_true(target_run(target, &ops[0], &change));
    ops[1].argument = (uint64_t)-8;
    assert_true(target_run(target, &ops[1], &change));
    assert_true(target_begin_pack(target, 0));
    assert_true(target_end_pack(target, &pack));
    assert_true(pack.is_odd);
    assert_int_equal(pack.count, 1); /* what the heap begins with */
    target_destroy(target);
}

static void the_kernel_agrees_about_the_heap(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    unsigned long low = 0, high = 0;
    char path[64], line[512];
    uint64_t start_address = splice.heap_start;
    FILE *maps;

    (void)state;
    run(target, (struct op){.kind = OP_ALLOC, .size = 10 << 20}, &splice);
    snprintf(path, sizeof path, "/proc/%d/maps", (int)target_pid(target));
    maps = fopen(path, "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        if (strstr(line, "[heap]"))
            assert_int_equal(sscanf(line, "%lx-%lx", &low, &high), 2);
    }
    fclose(maps);
    assert_int_equal(low, start_address);
    assert_int_equal(high - low, splice.heap_size);
    target_destroy(target);
}

static void the_limit_is_real(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op_result result;

    (void)state;
    result = run(target, (struct op){.kind = OP_LIMIT, .size = 1 << 20}, &splice);
    assert_false(result.refused);
    result = run(target, (struct op){.kind = OP_ALLOC, .size = 2 << 20}, &splice);
    assert_true(result.refused);
    assert_int_equal(result.reason, HG_REASON_NO_MEMORY);
    assert_int_equal(result.payload, OFFSET_NULL);
    result = run(target, (struct op){.kind = OP_ALLOC, .size = (1 << 20) - 8192}, &splice);
    assert_false(result.refused); /* the limit is of the heap, not of the process */
    run(target, (struct op){.kind = OP_LIMIT, .size = NO_LIMIT}, &splice);
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 2 << 20}, &splice);
    assert_false(result.refused);
    target_destroy(target);
}

/* The kernel counts whole pages; what a part of a page leaves must not lift the limit by one. */
static void no_limit_is_exceeded_by_part_of_a_page(void **state)
{
    struct hg_config config = kind_config_default("first-fit");
    struct kind_description description;
    struct target_splice splice;
    struct op_result result;
    struct target *target;
    struct error error;

    (void)state;
    config.settings[HG_SETTING_GROW] = 64;
    target = target_create(NULL, &error);
    assert_non_null(target);
    assert_true(target_open(target, &config, &description, &splice, &error));
    run(target, (struct op){.kind = OP_ALLOC, .size = 4096}, &splice); /* two pages, in part */
    run(target, (struct op){.kind = OP_LIMIT, .size = 10000}, &splice);
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 6000}, &splice);
    assert_true(result.refused);
    result = run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 3000}, &splice);
    assert_false(result.refused);
    assert_true(result.heap_size <= 10000);
    target_destroy(target);
}

static void heap_memory_can_be_read(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op_result result = run(target, (struct op){.kind = OP_ALLOC, .size = 4}, &splice);
    const unsigned char *bytes;
    size_t count;

    (void)state;
    run(target, (struct op){.kind = OP_FILL, .size = 4, .argument = 'x'}, &splice);
    assert_true(target_peek(target, result.payload, 4, &bytes, &count));
    assert_int_equal(count, 4);
    assert_memory_equal(bytes, "xxxx", 4);
    assert_true(target_peek(target, splice.heap_size - 3, 100, &bytes, &count));
    assert_int_equal(count, 3);
    assert_true(target_peek(target, UINT64_MAX, 1, &bytes, &count));
    assert_int_equal(count, 0);
    target_destroy(target);
}

static void lists_are_read_in_parts(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct target_run read;

    (void)state;
    for (uint32_t i = 0; i < 9; i++)
        run(target, (struct op){.kind = OP_ALLOC, .slot = i, .size = 16}, &splice);
    for (uint32_t i = 0; i < 9; i += 2)
        run(target, (struct op){.kind = OP_FREE, .slot = i}, &splice);
    assert_true(target_list(target, 0, 0, 3, &read));
    assert_int_equal(read.count, 3);
    assert_int_equal(read.end.how, HG_LIST_STOPPED);
    assert_true(target_list(target, 0, 3, 100, &read));
    assert_int_equal(read.count, 2); /* the last freed merged with the wilderness */
    assert_int_equal(read.end.how, HG_LIST_ENDED);
    assert_true(target_list(target, 7, 0, 100, &read));
    assert_int_equal(read.count, 0);
    target_destroy(target);
}

/* A list that is longer than a reply is read on from where the reply ended. */
static void long_lists_are_read_together_and_on(void **state)
{
    enum { BLOCKS = 2 * (EXCHANGE_ITEMS_MAX + 1000) };
    static struct op ops[BLOCKS + BLOCKS / 2];
    struct target_splice splice;
    struct target *target = start(&splice);
    const struct op_result *results;
    const uint64_t *read;
    struct target_run run;
    uint64_t next;
    size_t place = 0, count, listed, all;

    (void)state;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        ops[i] = (struct op){.kind = OP_ALLOC, .slot = i, .size = 16};
        if (i % 2 == 0)
            ops[BLOCKS + i / 2] = (struct op){.kind = OP_FREE, .slot = i};
    }
    for (size_t done = 0; done < TEST_COUNT(ops); done += count) {
        count = TEST_COUNT(ops) - done;
        count = count < OPS_MAX ? count : OPS_MAX;
        assert_true(target_replay(target, ops + done, count, true, &results));
    }
    assert_true(target_lists(target, 0, SIZE_MAX, &read, &all, &next));
    assert_true(next == OFFSET_NULL);
    assert_true(target_next_run(read, all, &place, &run));
    assert_int_equal(run.list, 0);
    assert_int_equal(run.end.how, HG_LIST_STOPPED);
    listed = run.count;
    assert_true(listed > EXCHANGE_ITEMS_MAX - 10);
    assert_false(target_next_run(read, all, &place, &run));
    assert_true(target_list(target, 0, listed, SIZE_MAX, &run));
    assert_int_equal(listed + run.count, BLOCKS / 2 + 1); /* and the wilderness */
    assert_int_equal(run.end.how, HG_LIST_ENDED);
    target_destroy(target);
}

static void a_fault_is_reported_with_its_address(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op ops[] = {
        {.kind = OP_ALLOC, .size = 100},
        {.kind = OP_FILL, .size = 1 << 20, .argument = 'x'}, /* beyond the break */
    };
    struct target_failure failure = fail_to_run(target, ops, 2);

    (void)state;
    assert_int_equal(failure.kind, TARGET_FAULT);
    assert_int_equal(failure.number, SIGSEGV);
    assert_int_equal(failure.op, 1);
    assert_true(failure.address >= splice.heap_start);
    assert_false(failure.idle);
    target_destroy(target);
}

static void an_endless_loop_is_cut_off(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op ops[] = {
        {.kind = OP_ALLOC, .slot = 0, .size = 100},
        {.kind = OP_ALLOC, .slot = 1, .size = 100},
        {.kind = OP_FREE, .slot = 0},
        {.kind = OP_FREE, .slot = 0}, /* now the list is a ring */
        {.kind = OP_ALLOC, .slot = 2, .size = 4000},
    };
    struct target_failure failure = fail_to_run(target, ops, TEST_COUNT(ops));
    struct hg_defect defect;

    (void)state;
    assert_int_equal(failure.kind, TARGET_STUCK);
    assert_int_equal(failure.op, 4);
    assert_true(target_check(target, &defect)); /* it still answers */
    assert_int_not_equal(defect.broken, HG_INVARIANT_NONE);
    target_destroy(target);
}

/* Allocate every block of so many, or free every other, and tell nobody. */
static void do_to_many(struct target *target, enum op_kind kind, uint32_t count)
{
    static struct op ops[OPS_MAX];
    const struct op_result *results;
    size_t waiting = 0;

    for (uint32_t slot = 0; slot < count; slot += kind == OP_FREE ? 2 : 1) {
        ops[waiting++] = (struct op){.kind = kind, .slot = slot, .size = 16};
        if (waiting == OPS_MAX) {
            assert_true(target_replay(target, ops, waiting, false, &results));
            waiting = 0;
        }
    }
    assert_true(target_replay(target, ops, waiting, false, &results));
}

/* The search passes more blocks than can be told of, to one whose link leads to itself. */
static void the_last_that_a_loop_reported_is_told_though_it_was_not_kept(void **state)
{
    enum { COUNT = 2 * EXCHANGE_EVENTS_MAX };
    struct target_splice splice;
    struct target *target = start(&splice);
    struct target_failure failure;
    struct target_change change;
    struct op op = {.kind = OP_POKE, .slot = 0, .size = sizeof(uint64_t)};
    uint64_t address = splice.heap_start;

    (void)state;
    do_to_many(target, OP_ALLOC, COUNT);
    do_to_many(target, OP_FREE, COUNT);
    assert_true(target_walk(target, 0, &splice));
    while (splice.blocks->kind != HG_KIND_FREE)
        splice.blocks++;
    address += splice.blocks->at;
    op.bytes = (const unsigned char *)&address;
    assert_true(target_run(target, &op, &change));
    failure = fail_to_run(target, &(struct op){.kind = OP_ALLOC, .slot = 1, .size = 4000}, 1);
    assert_int_equal(failure.kind, TARGET_STUCK);
    assert_true(failure.has_event);
    assert_int_equal(failure.event.kind, HG_EVENT_VISIT);
    assert_int_equal(failure.event.at, splice.blocks->at);
    target_destroy(target);
}

static void a_killed_process_is_noticed(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct op op = {.kind = OP_ALLOC, .size = 100};
    struct target_failure failure;

    (void)state;
    assert_false(target_has_ended(target, &failure));
    kill(target_pid(target), SIGKILL);
    failure = fail_to_run(target, &op, 1);
    assert_int_equal(failure.kind, TARGET_KILLED);
    assert_int_equal(failure.number, SIGKILL);
    assert_true(failure.idle);
    assert_true(target_has_ended(target, &failure));
    assert_int_equal(fail_to_run(target, &op, 1).kind, TARGET_KILLED); /* and again */
    target_destroy(target);
}

/* A front that dies takes its heap process with it. */
static void the_heap_process_dies_with_the_front(void **state)
{
    int pipe_ends[2];
    pid_t front, heap;

    (void)state;
    assert_int_equal(pipe(pipe_ends), 0);
    front = fork();
    if (front == 0) {
        struct target_splice splice;

        heap = target_pid(start(&splice));
        if (write(pipe_ends[1], &heap, sizeof heap) != sizeof heap)
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(read(pipe_ends[0], &heap, sizeof heap), sizeof heap);
    assert_int_equal(waitpid(front, NULL, 0), front);
    /* whoever inherits the orphan reaps it: until then it is a zombie, which takes no time */
    for (int i = 0; i < 1000000 && kill(heap, 0) == 0; i++) {
        char path[64], stat[256] = "";
        FILE *file;

        snprintf(path, sizeof path, "/proc/%d/stat", (int)heap);
        file = fopen(path, "r");
        if (!file || !fgets(stat, sizeof stat, file) || strstr(stat, ") Z"))
            heap = 0x7fffffff;
        if (file)
            fclose(file);
    }
    assert_int_equal(kill(heap, 0), -1);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static struct target *clone_for(struct target *target, enum target_actor actor)
{
    struct error error;
    struct target *clone = target_clone(target, actor, &error);

    if (!clone)
        fail_msg("%s", error.text);
    return clone;
}

static struct target *clone_of(struct target *target)
{
    return clone_for(target, TARGET_BOTH_ACT);
}

/* Read the first bytes of the heap. */
static void read_start(struct target *target, unsigned char bytes[4096])
{
    const unsigned char *read;
    size_t count;

    assert_true(target_peek(target, 0, 4096, &read, &count));
    assert_int_equal(count, 4096);
    memcpy(bytes, read, 4096);
}

/* Whoever is to act, both can. */
static void assert_clone_lives(enum target_actor actor)
{
    struct target_splice splice;
    struct target *target = start(&splice), *clone;
    uint64_t heap_start = splice.heap_start;
    unsigned char before[4096], after[4096];
    struct op_result first, second;

    run(target, (struct op){.kind = OP_ALLOC, .slot = 0, .size = 100}, &splice);
    run(target, (struct op){.kind = OP_ALLOC, .slot = 1, .size = 200}, &splice);
    read_start(target, before);
    clone = clone_for(target, actor);
    assert_int_not_equal(target_pid(clone), target_pid(target));
    read_start(clone, after);
    assert_memory_equal(before, after, sizeof before);
    /* the variables are there, and what one process frees the other still has */
    run(clone, (struct op){.kind = OP_FREE, .slot = 0}, &splice);
    run(clone, (struct op){.kind = OP_FILL, .slot = 1, .size = 200, .argument = 'x'}, &splice);
    read_start(target, after);
    assert_memory_equal(before, after, sizeof before);
    first = run(target, (struct op){.kind = OP_ALLOC, .slot = 2, .size = 50}, &splice);
    second = run(clone, (struct op){.kind = OP_ALLOC, .slot = 2, .size = 50}, &splice);
    assert_true(first.payload > second.payload); /* there the hole is taken */
    run(clone, (struct op){.kind = OP_ALLOC, .slot = 3, .size = 10 << 20}, &splice);
    first = run(target, (struct op){.kind = OP_ALLOC, .slot = 3, .size = 20 << 20}, &splice);
    assert_true(first.heap_size > splice.heap_size - (11 << 20));
    assert_true(heap_start > 0);
    target_destroy(target);
    run(clone, (struct op){.kind = OP_FREE, .slot = 1}, &splice); /* it lives on alone */
    target_destroy(clone);
}

static void a_clone_has_the_same_heap_and_lives_its_own_life(void **state)
{
    (void)state;
    assert_clone_lives(TARGET_BOTH_ACT);
    assert_clone_lives(TARGET_FIRST_ACTS);
    assert_clone_lives(TARGET_CLONE_ACTS);
    assert_clone_lives(TARGET_NEITHER_ACTS);
}

static void a_clone_of_a_clone_keeps_the_limit(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice), *clone, *second;

    (void)state;
    run(target, (struct op){.kind = OP_LIMIT, .size = 1 << 20}, &splice);
    clone = clone_of(target);
    second = clone_of(clone);
    assert_true(run(second, (struct op){.kind = OP_ALLOC, .size = 2 << 20}, &splice).refused);
    run(second, (struct op){.kind = OP_LIMIT, .size = NO_LIMIT}, &splice);
    assert_false(run(second, (struct op){.kind = OP_ALLOC, .size = 2 << 20}, &splice).refused);
    assert_true(run(clone, (struct op){.kind = OP_ALLOC, .size = 2 << 20}, &splice).refused);
    assert_false(
        run(clone, (struct op){.kind = OP_ALLOC, .size = (1 << 20) - 8192}, &splice).refused);
    assert_true(run(target, (struct op){.kind = OP_ALLOC, .size = 2 << 20}, &splice).refused);
    target_destroy(second);
    target_destroy(clone);
    target_destroy(target);
}

static void a_killed_clone_harms_nobody(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice), *clone = clone_of(target);
    struct target_failure failure;
    struct op op = {.kind = OP_ALLOC, .size = 100};
    struct error error = {0};

    (void)state;
    kill(target_pid(clone), SIGKILL);
    assert_int_equal(fail_to_run(clone, &op, 1).kind, TARGET_KILLED);
    assert_null(target_clone(clone, TARGET_BOTH_ACT, &error));
    assert_non_null(strstr(error.text, "cannot be cloned"));
    assert_false(target_has_ended(target, &failure));
    run(target, op, &splice);
    target_destroy(clone);
    clone = clone_of(target);
    target_destroy(target);
    run(clone, op, &splice);
    target_destroy(clone);
}

/* Where the system has no room for another process, there is none, and nothing else happens. */
static void without_descriptors_there_is_no_clone(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice);
    struct rlimit before, few;
    struct error error = {0};

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (rlim_t spare = 0; spare < 4; spare++) { /* a clone takes four, for a moment */
        int next = dup(STDIN_FILENO);

        close(next);
        few = (struct rlimit){.rlim_cur = (rlim_t)next + spare, .rlim_max = before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        assert_null(target_clone(target, TARGET_BOTH_ACT, &error));
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_non_null(strstr(error.text, "cannot be cloned"));
        run(target, (struct op){.kind = OP_ALLOC, .size = 100}, &splice);
    }
    target_destroy(clone_of(target));
    target_destroy(target);
}

/* The clones' faults are caught as those of the first are. */
static void a_clone_survives_its_faults(void **state)
{
    struct target_splice splice;
    struct target *target = start(&splice), *clone;
    struct op ops[] = {{.kind = OP_FILL, .size = 1 << 20, .argument = 'x'}};
    struct target_failure failure;
    struct hg_defect defect;

    (void)state;
    run(target, (struct op){.kind = OP_ALLOC, .size = 100}, &splice);
    clone = clone_of(target);
    failure = fail_to_run(clone, ops, 1);
    assert_int_equal(failure.kind, TARGET_FAULT);
    assert_int_equal(failure.number, SIGSEGV);
    assert_true(target_check(clone, &defect));
    assert_true(target_check(target, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_NONE);
    target_destroy(clone);
    target_destroy(target);
}

static void a_replay_gives_the_results_alone(void **state)
{
    enum { COUNT = 1000 };
    struct target_splice splice;
    struct target *target = start(&splice), *other = clone_of(target);
    const struct op_result *results;
    struct op_result kept[COUNT];
    struct target_change change;
    struct op ops[COUNT];

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++)
        ops[i] = i % 3 == 2 ? (struct op){.kind = OP_FREE, .slot = i / 2}
                            : (struct op){.kind = OP_ALLOC, .slot = i, .size = 10 + i};
    for (uint32_t i = 0; i < COUNT; i++)
        kept[i] = run(target, ops[i], &splice);
    assert_true(target_replay(other, ops, COUNT, true, &results));
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].payload, kept[i].payload);
        assert_int_equal(results[i].usable, kept[i].usable);
        assert_int_equal(results[i].heap_size, kept[i].heap_size);
    }
    assert_true(target_run(other, ops, &change)); /* events are told of again */
    assert_true(change.splice.event_count > 0);
    target_destroy(target);
    target_destroy(other);
}

/* To go through a large heap takes longer than any loop should; what the heap process says of its
 * size may be nonsense. */
static void a_large_heap_is_given_more_time(void **state)
{
    static const struct {
        uint64_t heap;
        int ms;
    } rows[] = {{0, 0},
                {(uint64_t)20 << 20, 390},
                {(uint64_t)512 << 20, 10000},
                {(uint64_t)1 << 30, 20000},
                {(uint64_t)1 << 40, 20000},
                {UINT64_MAX, 20000}};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(call_patience_for_heap(rows[i].heap), rows[i].ms);
}

static void settings_that_cannot_be_are_refused(void **state)
{
    struct hg_config config = kind_config_default("first-fit");
    struct error error;
    struct target *target = target_create(NULL, &error);
    struct kind_description description;
    struct target_splice splice;

    (void)state;
    config.settings[HG_SETTING_ALIGNMENT] = 3;
    assert_false(target_open(target, &config, &description, &splice, &error));
    assert_int_equal(target_failure(target)->kind, TARGET_REFUSED);
    assert_int_equal(target_failure(target)->number, EINVAL);
    config.settings[HG_SETTING_ALIGNMENT] = 64;
    assert_true(target_open(target, &config, &description, &splice, &error));
    target_destroy(target);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_answers_with_what_changed),
        cmocka_unit_test(a_run_tells_of_each_operation_what_it_would_tell_alone),
        cmocka_unit_test(a_run_stays_until_the_next_is_received),
        cmocka_unit_test(a_run_tells_of_lists_as_they_are_after_each),
        cmocka_unit_test(a_run_ends_where_what_changed_is_not_whole),
        cmocka_unit_test(many_blocks_come_in_parts),
        cmocka_unit_test(packed_blocks_are_those_of_the_walk),
        cmocka_unit_test(odd_blocks_are_not_packed),
        cmocka_unit_test(the_kernel_agrees_about_the_heap),
        cmocka_unit_test(the_limit_is_real),
        cmocka_unit_test(no_limit_is_exceeded_by_part_of_a_page),
        cmocka_unit_test(heap_memory_can_be_read),
        cmocka_unit_test(lists_are_read_in_parts),
        cmocka_unit_test(long_lists_are_read_together_and_on),
        cmocka_unit_test(a_fault_is_reported_with_its_address),
        cmocka_unit_test(an_endless_loop_is_cut_off),
        cmocka_unit_test(the_last_that_a_loop_reported_is_told_though_it_was_not_kept),
        cmocka_unit_test(a_killed_process_is_noticed),
        cmocka_unit_test(the_heap_process_dies_with_the_front),
        cmocka_unit_test(a_clone_has_the_same_heap_and_lives_its_own_life),
        cmocka_unit_test(a_clone_of_a_clone_keeps_the_limit),
        cmocka_unit_test(a_killed_clone_harms_nobody),
        cmocka_unit_test(without_descriptors_there_is_no_clone),
        cmocka_unit_test(a_clone_survives_its_faults),
        cmocka_unit_test(a_replay_gives_the_results_alone),
        cmocka_unit_test(a_large_heap_is_given_more_time),
        cmocka_unit_test(settings_that_cannot_be_are_refused),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
