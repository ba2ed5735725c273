/* run.c: see run.h. */
#include "target/run.h"

#include <sys/mman.h>

#include "target/collect.h"
#include "target/garbage.h"
#include "target/limit.h"
#include "target/operate.h"
#include "target/speech.h"

void run_touch_events(struct exchange_half *half)
{
    enum { EVENTS_TOUCHED = 8192 };
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = (uintptr_t)half->events / page * page;

    madvise((void *)first, EVENTS_TOUCHED * sizeof half->events[0], MADV_POPULATE_WRITE);
}

void run_begin_half(struct server *server, struct exchange_half *half)
{
    server->room = (struct room){half->events, half->blocks, half->items};
}

static uint64_t requested_ops(const struct server *server, uint64_t most)
{
    uint64_t count = server->exchange->request.count;

    return count < most ? count : most;
}

static void count_op(struct server *server, uint64_t done)
{
    __atomic_store_n(&server->exchange->reply.ops_done, done, __ATOMIC_RELEASE);
}

/* Let the heap tell the recorder, or nobody. */
static void watch(struct server *server, bool is_watched)
{
    server->aside.is_kept = false;
    if (!is_watched && server->kind->lend)
        server->kind->lend(server->heap, &server->aside);
    else if (server->kind->observe)
        server->kind->observe(server->heap, is_watched ? hg_aside_tell : NULL, &server->aside);
}

/* A heap that may be damaged is read as it is, and not as it is known to have been. */
static void suspect(struct server *server, bool is_suspect)
{
    server->is_suspect = server->is_suspect || is_suspect;
    if (!server->is_suspect)
        return;
    server->aside.size = 0;
    server->aside.is_kept = false;
    server->aside.lend = NULL;
}

void run_lend(struct hg_aside *aside)
{
    enum { LENT = 64 << 20 };

    aside->memory = limit_map(LENT);
    aside->size = aside->memory ? LENT : 0;
    if (aside->memory)
        madvise(aside->memory, LENT, MADV_WIPEONFORK);
}

/* Carry out an operation. Whom a heap tells stands in its own memory, where it may just have been
 * written over: it is set anew, so that the heap of a replay is what it was. */
static struct op_result operate_watched(struct server *server, const struct op *op, bool is_watched,
                                        uint64_t *ret_ended)
{
    struct op_result result = operate(server, op, ret_ended);

    suspect(server, op->examine || op_has(op, OP_STORES));
    if (op_has(op, OP_STORES))
        watch(server, is_watched);
    return result;
}

/* Carry out an operation for a replay. A heap that is not what it should be may not do the same
 * whether it is watched or not; when the operation was first carried out, it was. */
static struct op_result operate_again(struct server *server, const struct op *op)
{
    uint64_t ignored;

    suspect(server, op->examine);
    if (server->capabilities & KIND_SPEAKS)
        server->exchange->reply.said_from = speech_said();
    if (server->is_suspect) {
        recorder_reset(&server->recorder, server->room.events);
        watch(server, true);
    }
    return operate_watched(server, op, server->is_suspect, &ignored);
}

/* ---- Telling ---- */

/* Let the allocator look at itself, if it wants to. That it finds damage is told like what it
 * prints. */
static void inspect(struct server *server, const struct op *op)
{
    if (server->kind->inspect && op_has(op, OP_CALLS) && !server->kind->inspect(server->heap))
        speech_add("mm_checkheap answers that the heap is not consistent.\n");
}

/* How much has been said since then is the operation's. */
static void note_speech(struct server *server, struct exchange_change *change)
{
    struct reply *reply = &server->exchange->reply;
    uint64_t said;

    if (!(server->capabilities & KIND_SPEAKS))
        return;
    said = speech_said();
    change->said_from = (uint32_t)reply->said_from;
    change->said = (uint32_t)(said - reply->said_from);
    reply->said_from = said;
}

/* What the operation hands to the allocator. */
static const void *handed_in(const struct server *server, const struct op *op)
{
    return op_has(op, OP_TAKES) ? *server_word(server, op->slot % VARIABLES_MAX) : NULL;
}

/* Whether it asks for one thing alone. */
static bool is_plain(const struct op *op)
{
    return op->kind == OP_ALLOC || op->kind == OP_CALLOC || op->kind == OP_REALLOC ||
           op->kind == OP_ALIGNED || op->kind == OP_FREE;
}

/* Whether it leaves all blocks as they are: it neither calls the allocator nor writes where that
 * may have something. */
static bool leaves_blocks(const struct op *op)
{
    return !op_has(op, OP_CALLS | OP_STORES | OP_LINKS);
}

/* Carry out an operation on a heap that may tell afterwards what must have happened. */
static struct op_result operate_told(struct server *server, const struct op *op,
                                     uint64_t *ret_ended)
{
    struct kind_deed deed = {.before = handed_in(server, op),
                             .size = op_bytes(op),
                             .alignment = op->kind == OP_ALIGNED ? op->argument : 0,
                             .is_plain = is_plain(op) && !server->is_suspect};
    static const struct kind_changes none;
    bool can_infer = server->capabilities & KIND_INFERS;
    bool infers = can_infer && op_has(op, OP_CALLS);
    struct op_result result;

    if (infers)
        server->kind->look(server->heap, server_extent(server), &deed);
    result = operate_watched(server, op, true, ret_ended);
    deed.is_refused = result.refused;
    if (op_has(op, OP_GIVES) && !result.refused)
        deed.after = *server_word(server, op->slot % VARIABLES_MAX);
    server->changes = can_infer && leaves_blocks(op) ? &none : NULL;
    if (infers)
        server->changes = server->kind->infer(server->heap, server_extent(server), &deed);
    if (server->is_suspect || (result.collected > 0 && op_has(op, OP_GIVES)))
        server->changes = NULL;
    return result;
}

/* Carry out an operation, and write what it changed behind what was written of those before. */
static void tell_of(struct server *server, const struct op *op, struct exchange_change *change,
                    uint64_t *ret_ended)
{
    struct reply *reply = &server->exchange->reply;

    recorder_reset(&server->recorder, server->room.events);
    reply->blocks = 0;
    reply->low = reply->high = 0;
    reply->next = OFFSET_NULL;
    *change = (struct exchange_change){.result = operate_told(server, op, ret_ended)};
    inspect(server, op);
    note_speech(server, change);
    collect_changes(server);
    change->events = reply->events;
    change->events_dropped = reply->events_dropped;
    change->blocks = reply->blocks;
    change->low = reply->low;
    change->high = reply->high;
    change->next = reply->next;
    server->room.events += change->events;
    server->room.blocks += change->blocks;
}

/* Lists are no part of what the operation did: if it is they that cannot be read, it was done all
 * the same, and who wants them has to ask. */
static void add_lists(struct server *server, struct exchange_change *change)
{
    server->adds_lists = true;
    change->has_lists = collect_all_lists(server, &change->items);
    server->room.items += change->items;
    server->adds_lists = false;
}

/* Whether what has been told is whole, and the next operation would find as much room as it may
 * need; who is told of the first should not have to wait for long. */
static bool can_go_on(const struct server *server, const struct exchange_half *half,
                      const struct exchange_change *change, uint64_t nanoseconds)
{
    enum { RUN_NS = 2 * 1000 * 1000 };

    return change->next == OFFSET_NULL && change->has_lists && change->result.collected == 0 &&
           server->exchange->reply.said_from <= EXCHANGE_SPEECH_MAX / 2 &&
           server->room.events - half->events <= RUN_EVENTS_MAX &&
           server->room.blocks - half->blocks <= RUN_BLOCKS_MAX &&
           server->room.items - half->items <= RUN_ITEMS_MAX && nanoseconds < RUN_NS;
}

void run_and_tell(struct server *server)
{
    struct exchange *exchange = server->exchange;
    struct exchange_half *half = &exchange->halves[exchange->request.half % 2];
    bool lists = exchange->request.lists && server->capabilities & KIND_LISTS;
    uint64_t count = requested_ops(server, RUN_OPS_MAX), first = 0, ended;
    bool goes_on = true;

    server->keeps_index = false;
    if (half == &exchange->halves[1] && !server->second_touched)
        run_touch_events(half);
    server->second_touched = server->second_touched || half == &exchange->halves[1];
    run_begin_half(server, half);
    for (uint64_t i = 0; i < count && goes_on; i++) {
        struct exchange_change *change = &half->changes[i];

        tell_of(server, &exchange->ops[i], change, &ended);
        if (change->result.collected > 0)
            garbage_list(server, 0, half->collected, EXCHANGE_COLLECTED_MAX);
        change->has_lists = !lists;
        count_op(server, i + 1);
        if (lists)
            add_lists(server, change);
        first = i == 0 ? ended : first;
        goes_on = can_go_on(server, half, change, ended - first);
    }
}

void run_silently(struct server *server)
{
    uint64_t count = requested_ops(server, OPS_MAX);
    struct exchange *exchange = server->exchange;
    struct op_result *results = exchange->results[exchange->request.half % 2];
    bool keeps_index = server->keeps_index;

    server->keeps_index = false; /* should it be abandoned */
    server->is_silent = true;
    server->is_untimed = exchange->request.untimed;
    watch(server, false);
    server->aside.is_kept = keeps_index;
    for (uint64_t i = 0; i < count; i++) {
        results[i] = operate_again(server, &exchange->ops[i]);
        count_op(server, i + 1);
    }
    keeps_index = server->aside.is_kept;
    watch(server, true);
    server->keeps_index = keeps_index;
}
