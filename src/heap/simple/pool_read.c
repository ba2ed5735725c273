/* pool_read.c: see pool_read.h. */
#include "heap/simple/pool_read.h"

/* Visit what lies in [at, until), which is no slot: a chunk's bits, or the pad at its end. */
static bool visit_between(uint64_t at, uint64_t until, uint64_t from, hg_block_visitor *visitor,
                          void *context)
{
    struct hg_block between = hg_other_block(HG_KIND_BOOKKEEPING, at, until);

    return at == until || at < from || visitor(context, &between);
}

/* The pad of one chunk and the bits of the next are two blocks: a new chunk leaves the old ones as
 * they are. */
void hg_pool_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                  hg_block_visitor *visitor, void *context)
{
    const struct pool *pool = (const struct pool *)heap;
    struct pool_shape shape = pool_shape_of(pool);
    struct pool_place place = {from / shape.chunk_size, 0};
    uint64_t until = place.chunk * shape.chunk_size;
    bool more = until + shape.chunk_size <= extent;

    for (; more; more = pool_next_slot(&shape, extent, &place)) {
        struct hg_block block = {.at = pool_slot_at(&shape, place), .size = shape.slot_size};
        uint64_t chunk_at = place.chunk * shape.chunk_size;

        if (until < chunk_at) {
            if (!visit_between(until, chunk_at, from, visitor, context))
                return;
            until = chunk_at;
        }
        if (!visit_between(until, block.at, from, visitor, context))
            return;
        until = block.at + block.size;
        block.kind = pool_is_used(pool, &shape, place) ? HG_KIND_USED : HG_KIND_FREE;
        block.list = block.kind == HG_KIND_FREE ? POOL_FREE_SLOTS : HG_NO_LIST;
        if (block.at >= from && !visitor(context, &block))
            return;
    }
    visit_between(until, extent, from, visitor, context);
}

static struct hg_list_end walk_stack(const struct pool *pool, size_t extent,
                                     hg_list_visitor *visitor, void *context)
{
    struct pool_shape shape = pool_shape_of(pool);
    uint64_t most = extent / shape.slot_size;
    const struct pool_slot *slot = pool->top;
    struct pool_place place;

    for (; slot && most > 0; slot = slot->next, most--) {
        uint64_t at = hg_offset(&pool->heap, slot);

        if (at >= extent || !pool_find_slot(&shape, at, &place) || at + shape.slot_size > extent)
            return hg_list_ends(HG_LIST_LOST, slot);
        if (!visitor(context, at))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
    }
    return hg_list_ends(slot ? HG_LIST_ENDLESS : HG_LIST_ENDED, slot);
}

struct hg_list_end hg_pool_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                     hg_list_visitor *visitor, void *context)
{
    const struct pool *pool = (const struct pool *)heap;
    struct pool_shape shape = pool_shape_of(pool);
    struct pool_place place = {0, 0};

    (void)list;
    if (pool_has_stack(pool))
        return walk_stack(pool, extent, visitor, context);
    do {
        if (!pool_is_used(pool, &shape, place) && !visitor(context, pool_slot_at(&shape, place)))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
    } while (pool_next_slot(&shape, extent, &place));
    return hg_list_ends(HG_LIST_ENDED, NULL);
}

/* A sum over slots that is the same for the same set of slots. */
struct tally {
    const struct pool *pool;
    struct pool_shape shape;
    uint64_t count, hash;
    bool all_free;
};

static bool tally_slot(void *context, uint64_t at)
{
    struct tally *tally = context;
    struct pool_place place;

    tally->count++;
    tally->hash += bits_mix(at);
    if (!pool_find_slot(&tally->shape, at, &place) ||
        pool_is_used(tally->pool, &tally->shape, place))
        tally->all_free = false;
    return true;
}

bool hg_pool_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    const struct pool *pool = (const struct pool *)heap;
    struct tally free = {.pool = pool, .shape = pool_shape_of(pool), .all_free = true};
    struct tally listed = free;
    struct pool_place place = {0, 0};

    if (extent % free.shape.chunk_size) {
        *ret_defect = (struct hg_defect){HG_INVARIANT_END, extent};
        return false;
    }
    do {
        if (!pool_is_used(pool, &free.shape, place))
            tally_slot(&free, pool_slot_at(&free.shape, place));
    } while (pool_next_slot(&free.shape, extent, &place));
    hg_pool_list_walk(heap, extent, POOL_FREE_SLOTS, tally_slot, &listed);
    if (free.count != pool->free_count)
        *ret_defect = (struct hg_defect){HG_INVARIANT_STATE, 0};
    else if (listed.count != free.count || listed.hash != free.hash || !listed.all_free)
        *ret_defect = (struct hg_defect){HG_INVARIANT_LISTED, 0};
    else
        return true;
    return false;
}
