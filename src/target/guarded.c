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
