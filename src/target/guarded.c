/* guarded.c: see guarded.h. */
#include "target/guarded.h"

#include "base/red_zone.h"

size_t guarded_size(const struct server *server, size_t size)
{
    return server->is_guarded && size <= HG_SIZE_MAX ? size + RED_ZONE_LEAST : size;
}

/* How many bytes of the payload are usable, but never beyond the break: the heap may be damaged. */
static size_t usable_of(const struct server *server, const void *payload, size_t size)
{
    size_t at = (size_t)((const char *)payload - server->start), extent = server_extent(server);
    size_t usable =
        server->kind->usable ? server->kind->usable(server->heap, payload) : size + RED_ZONE_LEAST;

    if (at >= extent)
        return 0;
    return usable < extent - at ? usable : extent - at;
}

void guarded_paint(const struct server *server, void *payload, size_t size)
{
    if (server->is_guarded && payload)
        red_zone_paint(payload, size, usable_of(server, payload, size));
}

bool guarded_release(const struct server *server, void *payload, size_t size)
{
    unsigned char before[RED_FREED_MOST];
    size_t filled = !server->is_guarded || !payload ? 0
                    : size < RED_FREED_MOST         ? size
                                                    : RED_FREED_MOST;

    if (filled > 0) {
        memcpy(before, payload, filled);
        red_zone_fill_freed(payload, filled);
    }
    if (server->kind->release(server->heap, payload))
        return true;
    if (filled > 0)
        memcpy(payload, before, filled);
    return false;
}

/* ---- What was left ---- */

/* Bytes behind the header of a free block, and at its end, that may be the heap's: links, a size,
 * a footer. */
enum { FREE_LINKS_MOST = 64, FREE_END_MOST = 16 };

struct left {
    char *start;
    uint64_t from, until; /* bytes to be filled, as offsets */
};

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool fill_if_free(void *context, const struct hg_block *block)
{
    const struct left *left = context;
    uint64_t from = larger(left->from, block->at + block->header + FREE_LINKS_MOST);
    uint64_t until = smaller(left->until, block->at + block->size - FREE_END_MOST);

    if (block->kind == HG_KIND_FREE && from < until)
        red_zone_fill_freed(left->start + from, until - from);
    return block->at < left->until;
}

/* Replays, too, have to find what it has become part of, and they keep no record of changes. */
void guarded_fill_left(const struct server *server, void *payload, size_t size)
{
    struct left left = {.start = server->start};

    if (!server->is_guarded || !payload || !server->kind->walk ||
        !(server->capabilities & KIND_TELLS_FREE))
        return;
    left.from = (uint64_t)((char *)payload - server->start);
    left.until = left.from + smaller(size, RED_FREED_MOST);
    server->kind->walk(server->heap, server_extent(server), 0, fill_if_free, &left);
}
