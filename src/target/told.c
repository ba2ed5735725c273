/* told.c: runs of operations: sending them, and taking over what the heap process tells of each. */
#include <string.h>

#include "base/memory.h"
#include "target/call.h"

bool target_waits_longer(const struct op *op)
{
    return call_patience(op, 1) > TARGET_PATIENCE_MS;
}

bool target_send(struct target *target, const struct op *ops, size_t count, bool lists)
{
    struct exchange *exchange = call_begin(target, REQUEST_RUN);

    if (!exchange)
        return false;
    exchange->request.half = target->half;
    exchange->request.lists = lists;
    call_write_ops(target, ops, count);
    target->told.sent = count;
    return call_send(target);
}

/* Take over what is told of an operation; false if that is not possible. */
static bool take_change(struct told *told, const uint64_t *ends, const char *speech)
{
    struct exchange_change *change = &told->changes[told->count];

    *change = told->half->changes[told->count];
    told->events[told->count] = ends[0];
    told->blocks[told->count] = ends[1];
    told->items[told->count] = ends[2];
    if (change->said_from > EXCHANGE_SPEECH_MAX ||
        change->said > EXCHANGE_SPEECH_MAX - change->said_from)
        return false;
    memory_copy(told->speech + change->said_from, speech + change->said_from, change->said);
    return change->events <= EXCHANGE_EVENTS_MAX && ends[0] <= RUN_EVENTS_MAX &&
           change->blocks <= EXCHANGE_BLOCKS_MAX && ends[1] <= RUN_BLOCKS_MAX &&
           change->items <= EXCHANGE_ITEMS_MAX && ends[2] <= RUN_ITEMS_MAX &&
           (change->blocks == 0 || change->next == OFFSET_NULL || change->next > change->low);
}

/* Take over what is told of the first `count` operations, up to the first that makes no sense. */
static void take_changes(struct told *told, size_t count, const char *speech)
{
    uint64_t ends[3] = {0};

    while (told->count < count && take_change(told, ends, speech)) {
        const struct exchange_change *change = &told->changes[told->count++];

        ends[0] += change->events;
        ends[1] += change->blocks;
        ends[2] += change->items;
    }
}

bool target_receive(struct target *target, size_t *ret_count)
{
    const struct exchange *exchange = target->process.exchange;
    struct told *told = &target->told;
    bool good = call_receive(target);
    uint64_t done = __atomic_load_n(&exchange->reply.ops_done, __ATOMIC_ACQUIRE);
    size_t count = done < told->sent ? (size_t)done : told->sent;

    told->half = &exchange->halves[target->half];
    told->count = 0;
    target->half = !target->half;
    take_changes(told, count, exchange->speech);
    *ret_count = told->count;
    if (good && (told->count < count || count == 0))
        return call_fail(target, TARGET_GARBLED);
    return good;
}

void target_change(const struct target *target, size_t index, struct target_change *ret_change)
{
    const struct told *told = &target->told;
    const struct exchange_change *change = &told->changes[index];

    *ret_change = (struct target_change){
        .result = change->result,
        .splice = {.blocks = told->half->blocks + told->blocks[index],
                   .count = change->blocks,
                   .low = change->low,
                   .high = change->high,
                   .more = change->next,
                   .heap_size = change->result.heap_size,
                   .events = told->half->events + told->events[index],
                   .event_count = change->events,
                   .events_dropped = change->events_dropped},
        .items = told->half->items + told->items[index],
        .item_count = change->items,
        .collected = told->half->collected,
        .collected_count = change->result.collected < EXCHANGE_COLLECTED_MAX
                               ? change->result.collected
                               : EXCHANGE_COLLECTED_MAX,
        .said = told->speech + change->said_from,
        .said_length = change->said,
        .is_whole = change->next == OFFSET_NULL && change->has_lists,
    };
}

bool target_run(struct target *target, const struct op *op, struct target_change *ret_change)
{
    size_t count;

    if (!target_send(target, op, 1, false) || !target_receive(target, &count))
        return false;
    target_change(target, 0, ret_change);
    ret_change->before = target->process.exchange->bytes;
    return true;
}
