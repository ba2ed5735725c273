/* collector.c: see collector.h. Blocks are reached breadth first: whoever is grey stands once in
 * the queue, so the queue has room for all. */
#include "collector/collector.h"

#include <errno.h>
#include <string.h>

#include "collector/census.h"

/* Work is a block, or so many windows. It is told of where a block is large, and after so many. */
enum { WORD = sizeof(uint64_t), WINDOWS_OF_WORK = 1 << 14, TICK_INTERVAL = 1 << 14 };

struct collection {
    const struct collector_order *order;
    struct census census;
    struct backing mark_backing, queue_backing;
    uint8_t *marks;  /* by block: whether it has been reached */
    uint32_t *queue; /* the grey ones are at [black, grey) */
    uint32_t black, grey;
    uint64_t windows; /* looked at in payloads */
    uint64_t work;    /* done */
};

/* ---- Telling ---- */

static void tell(const struct collection *collection, const struct hg_event *event)
{
    if (collection->order->observe)
        collection->order->observe(collection->order->context, event);
}

static void tell_of_block(const struct collection *collection, enum event_kind kind,
                          uint32_t number, uint64_t other)
{
    const struct census_entry *entry = &collection->census.entries[number];

    tell(collection, &(struct hg_event){.kind = (uint8_t)kind,
                                        .list = HG_NO_LIST,
                                        .at = entry->at,
                                        .size = entry->size,
                                        .other = other});
}

/* Some more work was done. Returns whether to go on. */
static bool tick(struct collection *collection)
{
    const struct collector_order *order = collection->order;
    uint64_t windows = order->extent / order->stride / WINDOWS_OF_WORK;

    return !order->tick || order->tick(order->tick_context, collection->work,
                                       2 * collection->census.count + windows);
}

static bool tick_for_block(struct collection *collection)
{
    return ++collection->work % TICK_INTERVAL != 0 || tick(collection);
}

static bool tick_for_window(struct collection *collection)
{
    if (++collection->windows % WINDOWS_OF_WORK != 0)
        return true;
    collection->work++;
    return tick(collection);
}

/* ---- Marking ---- */

static bool begin(struct collection *collection)
{
    const struct collector_order *order = collection->order;
    size_t count;

    if (!census_take(&collection->census, order->kind, order->heap, order->extent))
        return false;
    count = (size_t)collection->census.count + 1;
    if (!backing_grow(&collection->mark_backing, count * sizeof collection->marks[0]) ||
        !backing_grow(&collection->queue_backing, count * sizeof collection->queue[0]))
        return false;
    collection->marks = collection->mark_backing.memory;
    collection->queue = collection->queue_backing.memory;
    return true;
}

static void end(struct collection *collection)
{
    census_finish(&collection->census);
    backing_finish(&collection->mark_backing);
    backing_finish(&collection->queue_backing);
}

/* The block into whose payload eight bytes point; CENSUS_NONE if they do not. What they are nobody
 * knows, so no sanitizer is to judge. */
__attribute__((no_sanitize("address"))) static uint32_t pointed_to(
    const struct collection *collection, const char *window)
{
    uint64_t word, offset;

    memcpy(&word, window, sizeof word);
    offset = word - (uint64_t)(uintptr_t)collection->order->start;
    return offset < collection->order->extent ? census_find(&collection->census, offset)
                                              : CENSUS_NONE;
}

/* A pointer to the block was found. */
static void reach(struct collection *collection, uint32_t number)
{
    if (collection->marks[number])
        return;
    collection->marks[number] = 1;
    collection->queue[collection->grey++] = number;
    tell_of_block(collection, EVENT_GREY, number, 0);
}

/* A place of a root is how far behind the first byte of all roots it begins. */
static void mark_roots(struct collection *collection)
{
    const struct collector_order *order = collection->order;
    size_t size = order->root_count * WORD;

    for (size_t left = size; left >= WORD; left -= order->stride) {
        uint32_t number = pointed_to(collection, (const char *)order->roots + left - WORD);

        if (number == CENSUS_NONE)
            continue;
        tell_of_block(collection, EVENT_ROOT, number, left - WORD);
        reach(collection, number);
    }
}

/* A block that is being looked through: windows that found nothing are told of one by one at its
 * beginning, and together further on. */
struct look {
    uint64_t from; /* the first byte that is not told of */
    unsigned told;
};

static void tell_of_look(const struct collection *collection, struct look *look, uint64_t until,
                         uint32_t number)
{
    bool found = number != CENSUS_NONE;

    if (until > look->from)
        tell(collection, &(struct hg_event){.kind = EVENT_LOOK,
                                            .fits = found,
                                            .list = HG_NO_LIST,
                                            .at = look->from,
                                            .size = until - look->from,
                                            .other = found ? collection->census.entries[number].at
                                                           : UINT64_MAX});
    look->from = until;
    look->told++;
}

/* Tell of the window at the offset `at`. */
static void tell_of_window(const struct collection *collection, struct look *look, uint64_t at,
                           uint32_t number)
{
    enum { TOLD_ONE_BY_ONE = 16 };

    if (number == CENSUS_NONE && look->told >= TOLD_ONE_BY_ONE)
        return;
    if (at > look->from && look->told >= TOLD_ONE_BY_ONE)
        tell_of_look(collection, look, at, CENSUS_NONE);
    look->from = at;
    tell_of_look(collection, look, at + WORD, number);
}

/* Returns whether to go on. */
static bool look_through(struct collection *collection, uint32_t number)
{
    const struct collector_order *order = collection->order;
    const struct census_entry *entry = &collection->census.entries[number];
    struct look look = {.from = entry->payload};
    uint64_t found = 0;

    for (uint64_t at = entry->payload; at + WORD <= entry->until; at += order->stride) {
        uint32_t pointee = pointed_to(collection, order->start + at);

        if (order->observe)
            tell_of_window(collection, &look, at, pointee);
        if (pointee != CENSUS_NONE) {
            found++;
            reach(collection, pointee);
        }
        if (!tick_for_window(collection))
            return false;
    }
    if (order->observe)
        tell_of_look(collection, &look, entry->until, CENSUS_NONE);
    tell_of_block(collection, EVENT_BLACK, number, found);
    return tick_for_block(collection);
}

static bool mark(struct collection *collection)
{
    mark_roots(collection);
    while (collection->black < collection->grey) {
        if (!look_through(collection, collection->queue[collection->black++])) {
            errno = ECANCELED;
            return false;
        }
    }
    return true;
}

/* ---- Sweeping ---- */

/* List the payloads that were not reached. */
static bool find_orphans(const struct collection *collection, struct collector_result *result)
{
    const struct census *census = &collection->census;
    struct backing backing = {0};

    *result = (struct collector_result){.reached = collection->grey,
                                        .orphans = census->count - collection->grey};
    if (result->orphans == 0)
        return true;
    if (!backing_grow(&backing, result->orphans * sizeof result->payloads[0]))
        return false;
    result->payloads = backing.memory;
    for (uint32_t number = 0, orphan = 0; number < census->count; number++) {
        const struct census_entry *entry = &census->entries[number];

        if (collection->marks[number])
            continue;
        result->payloads[orphan++] = entry->payload;
        result->orphan_bytes += entry->until - entry->payload;
        tell_of_block(collection, EVENT_ORPHAN, number, 0);
    }
    return true;
}

static bool release(const struct collection *collection, const struct census_entry *entry)
{
    const struct collector_order *order = collection->order;
    char *payload = order->start + entry->payload;

    return order->release
               ? order->release(order->release_context, payload, entry->until - entry->payload)
               : order->kind->release(order->heap, payload);
}

/* A heap that takes back none takes back no other either. */
static void sweep(struct collection *collection, struct collector_result *result)
{
    for (uint32_t number = 0; number < collection->census.count; number++) {
        if (collection->marks[number])
            continue;
        if (!release(collection, &collection->census.entries[number]))
            return;
        result->freed++;
        tick_for_block(collection);
    }
}

bool collector_run(const struct collector_order *order, struct collector_result *ret_result)
{
    struct collection collection = {.order = order};
    bool good = begin(&collection) && mark(&collection) && find_orphans(&collection, ret_result);

    if (good && order->sweeps)
        sweep(&collection, ret_result);
    if (good)
        tell(&collection, &(struct hg_event){.kind = EVENT_SWEPT,
                                             .list = HG_NO_LIST,
                                             .size = ret_result->orphan_bytes,
                                             .other = ret_result->freed});
    else
        *ret_result = (struct collector_result){0};
    end(&collection);
    return good;
}

void collector_finish(struct collector_result *result)
{
    struct backing backing = {result->payloads, result->orphans * sizeof result->payloads[0]};

    backing_finish(&backing);
    *result = (struct collector_result){0};
}
