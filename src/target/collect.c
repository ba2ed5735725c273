/* collect.c: see collect.h. */
#include "target/collect.h"

#include <string.h>

#include "kind/description.h"

static uint64_t fewer(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* ---- Blocks ---- */

struct block_collector {
    struct reply *reply;
    struct hg_block *blocks;
    uint64_t until; /* blocks from here on are not wanted */
};

static bool collect_block(void *context, const struct hg_block *block)
{
    struct block_collector *collector = context;
    struct reply *reply = collector->reply;

    reply->next = OFFSET_NULL;
    if (block->at >= collector->until)
        return false;
    if (reply->blocks == EXCHANGE_BLOCKS_MAX) {
        reply->next = block->at;
        return false;
    }
    collector->blocks[reply->blocks++] = *block;
    reply->high = block->at + block->size;
    return true;
}

void collect_blocks(struct server *server, uint64_t low, uint64_t high)
{
    struct reply *reply = &server->exchange->reply;
    struct block_collector collector = {reply, server->room.blocks, high};
    size_t extent = server_extent(server);

    reply->low = reply->high = low;
    if (server->kind->walk)
        server->kind->walk(server->heap, extent, low, collect_block, &collector);
    else if (low < extent)
        collect_block(&collector, &(struct hg_block){.at = low,
                                                     .size = extent - low,
                                                     .list = HG_NO_LIST,
                                                     .kind = HG_KIND_UNTOLD});
}

struct block_packer {
    struct packed_block *blocks;
    size_t count;
    uint64_t end; /* of the last one */
    bool is_full, is_odd;
};

static bool pack_block(void *context, const struct hg_block *block)
{
    struct block_packer *packer = context;

    packer->is_full = packer->count == EXCHANGE_PACKED_MAX;
    if (packer->is_full)
        return false;
    packer->is_odd = !packed_block_of(block, packer->end, &packer->blocks[packer->count]);
    if (packer->is_odd)
        return false;
    packer->count++;
    packer->end += block->size;
    return true;
}

void collect_packed(struct server *server, uint64_t from)
{
    struct exchange *exchange = server->exchange;
    struct block_packer packer = {.blocks = exchange->halves[exchange->request.half % 2].packed,
                                  .end = from,
                                  .is_odd = !server->kind->walk};

    if (server->kind->walk)
        server->kind->walk(server->heap, server_extent(server), from, pack_block, &packer);
    exchange->reply.packed = packer.count;
    exchange->reply.is_odd = packer.is_odd;
    exchange->reply.next = packer.is_full ? packer.end : OFFSET_NULL;
}

void collect_hold(struct server *server, bool is_still)
{
    if (server->kind->hold && server->is_still != is_still)
        server->kind->hold(server->heap, is_still);
    server->is_still = is_still;
}

/* Collect the blocks of each range, with gaps in between, up to where there is no more room. Where
 * the lists of many are to be found, what can be found out once about a heap serves all of them.
 *   unlisted  of so many */
static void collect_ranges(struct server *server, const struct kind_range *ranges, size_t count,
                           size_t unlisted)
{
    enum { MANY = 256 };
    const struct kind *kind = server->kind;
    struct reply *reply = &server->exchange->reply;
    size_t extent = server_extent(server);
    bool holds = unlisted >= MANY && kind->hold;

    if (count > 0)
        reply->low = reply->high = ranges[0].low;
    collect_hold(server, holds);
    for (size_t i = 0; i < count && reply->next == OFFSET_NULL; i++) {
        struct block_collector collector = {reply, server->room.blocks, ranges[i].high};

        (kind->walk_changed && !holds ? kind->walk_changed : kind->walk)(
            server->heap, extent, ranges[i].low, collect_block, &collector);
    }
    collect_hold(server, false);
}

/* Collect from the heap's start on. Where that is not all, the rest is asked for next, and what was
 * found out about the heap serves that, too. */
static void collect_all(struct server *server)
{
    collect_hold(server, true);
    collect_blocks(server, 0, UINT64_MAX);
    if (server->exchange->reply.next == OFFSET_NULL)
        collect_hold(server, false);
}

void collect_changes(struct server *server)
{
    const struct recorder *recorder = &server->recorder;
    struct reply *reply = &server->exchange->reply;

    reply->events = recorder->count;
    reply->events_dropped = recorder->dropped;
    if (server->changes)
        collect_ranges(server, server->changes->ranges, server->changes->count,
                       server->changes->unlisted);
    else if (!(server->capabilities & KIND_EXPLAINS))
        collect_all(server);
    else if (server->kind->walk)
        collect_ranges(server, recorder->ranges, recorder->range_count, recorder->range_count);
    else if (recorder->low < recorder->high)
        collect_blocks(server, recorder->low, recorder->high);
}

/* ---- Lists ---- */

/* Collects the items of one list from the `skip`-th on, at most `most`. */
struct item_collector {
    uint64_t *items;
    uint64_t skip, most;
    uint64_t index; /* of the item at hand */
    uint64_t count; /* collected so far */
};

static bool collect_item(void *context, uint64_t at)
{
    struct item_collector *collector = context;

    if (collector->index++ < collector->skip)
        return true;
    if (collector->count == collector->most)
        return false;
    collector->items[collector->count++] = at;
    return true;
}

/* Collect of a list what is wanted. Returns how it ends, if it was followed up to there; else
 * it is stopped. */
static struct hg_list_end collect_items(const struct server *server, uint32_t list,
                                        struct item_collector *collector)
{
    return server->kind->walk_list(server->heap, server_extent(server), list, collect_item,
                                   collector);
}

/* Add a run of what `list` begins with; false if there is no room for it. */
static bool add_run(struct server *server, uint32_t list, uint64_t most)
{
    struct reply *reply = &server->exchange->reply;
    uint64_t *run = server->room.items + reply->items;
    uint64_t room = EXCHANGE_ITEMS_MAX - reply->items;
    struct item_collector collector = {.items = run + EXCHANGE_RUN_HEADER};
    struct hg_list_end end;

    if (room < EXCHANGE_RUN_HEADER + 1)
        return false;
    collector.most = fewer(most, room - EXCHANGE_RUN_HEADER);
    end = collect_items(server, list, &collector);
    if (collector.count > 0 || end.how != HG_LIST_ENDED) {
        run[EXCHANGE_RUN_LIST] = list;
        run[EXCHANGE_RUN_COUNT] = collector.count;
        run[EXCHANGE_RUN_END] = end.how;
        run[EXCHANGE_RUN_LINK] = end.link;
        reply->items += EXCHANGE_RUN_HEADER + collector.count;
    }
    return true;
}

void collect_lists(struct server *server)
{
    const struct request *request = &server->exchange->request;
    uint32_t list = request->list;

    while (list < server->list_count && add_run(server, list, request->count))
        list++;
    if (list < server->list_count)
        server->exchange->reply.next = list;
}

bool collect_all_lists(struct server *server, uint64_t *ret_items)
{
    struct reply *reply = &server->exchange->reply;
    bool whole = true;

    reply->items = 0;
    for (uint32_t list = 0; list < server->list_count && whole; list++) {
        uint64_t before = reply->items;

        whole = add_run(server, list, RUN_ITEMS_MAX) &&
                (reply->items == before ||
                 server->room.items[before + EXCHANGE_RUN_END] != HG_LIST_STOPPED);
    }
    *ret_items = whole ? reply->items : 0;
    return whole;
}

void collect_list(struct server *server)
{
    struct exchange *exchange = server->exchange;
    const struct request *request = &exchange->request;
    struct item_collector collector = {.items = server->room.items,
                                       .skip = request->from,
                                       .most = fewer(request->count, EXCHANGE_ITEMS_MAX)};

    exchange->reply.end = collect_items(server, request->list, &collector);
    exchange->reply.items = collector.count;
}

/* ---- Bytes ---- */

void collect_bytes(struct server *server)
{
    struct exchange *exchange = server->exchange;
    uintptr_t start = (uintptr_t)server->start, at = start + exchange->request.from;
    uintptr_t end = start + server_extent(server);

    if (server_is_stack(server, (const void *)at, 1))
        end = (uintptr_t)server->stack_top;
    else if (at < start || at >= end)
        return;
    exchange->reply.bytes = fewer(fewer(exchange->request.count, end - at), EXCHANGE_BYTES_MAX);
    memcpy(exchange->bytes, (const void *)at, exchange->reply.bytes);
}

/* ---- Variables ---- */

void collect_words(struct server *server)
{
    struct exchange *exchange = server->exchange;
    uint64_t from = exchange->request.from, count = exchange->request.count;

    if (from >= VARIABLES_MAX)
        return;
    count = fewer(fewer(count, VARIABLES_MAX - from), EXCHANGE_ITEMS_MAX);
    for (uint64_t i = 0; i < count; i++)
        server->room.items[i] = server_offset(server, *server_word(server, from + i));
    exchange->reply.items = count;
}
