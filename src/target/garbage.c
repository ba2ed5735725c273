/* garbage.c: see garbage.h. */
#include "target/garbage.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "target/guarded.h"

/* ---- Moving the break, or keeping it ---- */

/* Time from `started` until now was the kernel's. */
static void add_time(struct server *server, uint64_t started)
{
    uint64_t took = clock_ns() - started;

    server->kernel += took > server->clock_cost ? took - server->clock_cost : 0;
}

static void *grow(void *context, size_t size)
{
    struct server *server = context;
    struct hg_os os = hg_os_sbrk();
    uint64_t started;
    void *grown;

    if (server->keeps_break) {
        server->was_kept = true;
        errno = ENOMEM;
        return NULL;
    }
    started = clock_ns();
    grown = os.grow(os.context, size);
    add_time(server, started);
    server->was_kept = server->was_kept || !grown;
    return grown;
}

static bool shrink(void *context, void *end, size_t size)
{
    struct server *server = context;
    struct hg_os os = hg_os_sbrk();
    uint64_t started = clock_ns();
    bool has_shrunk = os.shrink(os.context, end, size);

    add_time(server, started);
    return has_shrunk;
}

struct hg_os garbage_os(struct server *server)
{
    return (struct hg_os){.grow = grow, .shrink = shrink, .context = server};
}

/* ---- Collecting ---- */

/* Let the front know how far it is, and whether that wants it to go on. */
static bool tick(void *context, uint64_t done, uint64_t total)
{
    struct exchange *exchange = context;

    __atomic_store_n(&exchange->reply.work, total, __ATOMIC_RELAXED);
    __atomic_store_n(&exchange->reply.worked, done, __ATOMIC_RELAXED);
    return !__atomic_load_n(&exchange->request.stops, __ATOMIC_RELAXED);
}

static bool release(void *context, void *payload, size_t size)
{
    return guarded_release(context, payload, size);
}

/* A collection of a large heap has more events than anybody wants to see. */
enum { EVENTS_TOLD = 8192 };

bool garbage_collect(struct server *server, uint32_t roots, uint32_t window, bool sweeps)
{
    struct collector_order order = {.kind = server->kind,
                                    .heap = server->heap,
                                    .start = server->start,
                                    .extent = server_extent(server),
                                    .root_count = roots < VARIABLES_MAX ? roots : VARIABLES_MAX,
                                    .stride = window == COLLECTOR_BYTES ? COLLECTOR_BYTES
                                                                        : COLLECTOR_WORDS,
                                    .sweeps = sweeps,
                                    .release = release,
                                    .release_context = server,
                                    .observe = server->is_silent ? NULL : recorder_observe,
                                    .context = &server->recorder,
                                    .tick = tick,
                                    .tick_context = server->exchange};
    bool good;

    order.roots = server_word(server, order.root_count) + 1;
    collector_finish(&server->garbage);
    recorder_limit(&server->recorder, EVENTS_TOLD);
    good = collector_run(&order, &server->garbage);
    recorder_lift_limit(&server->recorder);
    return good;
}

uint64_t garbage_list(const struct server *server, uint64_t from, uint64_t *ret_payloads,
                      uint64_t most)
{
    const struct collector_result *garbage = &server->garbage;
    uint64_t left = from < garbage->orphans ? garbage->orphans - from : 0;
    uint64_t count = left < most ? left : most;

    if (count > 0)
        memcpy(ret_payloads, garbage->payloads + from, count * sizeof ret_payloads[0]);
    return count;
}
