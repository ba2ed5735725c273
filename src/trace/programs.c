/* programs.c: see shapes.h. Here are whole programs at work, and what is hard on a heap in them. No
 * size is that of a certain program: those that matter are drawn anew for each seed. */
#include <stdlib.h>

#include "trace/shapes.h"

/* ---- Payloads that go in about the order in which they came ---- */

struct queue {
    struct group group; /* ids from `first` on are live */
    size_t first;
};

static void queue_allocate(struct queue *queue, struct maker *maker, uint64_t size)
{
    group_allocate(&queue->group, maker, size);
}

static size_t queue_live(const struct queue *queue)
{
    return queue->group.count - queue->first;
}

/* Free one of the oldest. */
static void queue_free_old(struct queue *queue, struct maker *maker)
{
    enum { OLD = 8 }; /* this part of them */
    uint32_t *ids = queue->group.ids;
    size_t chosen = queue->first + random_below(&maker->random, queue_live(queue) / OLD + 1);

    maker_free(maker, ids[chosen]);
    ids[chosen] = ids[queue->first++];
}

static void queue_free_all(struct queue *queue, struct maker *maker)
{
    while (queue_live(queue) > 0)
        queue_free_old(queue, maker);
    free(queue->group.ids);
    *queue = (struct queue){0};
}

/* ---- What is hard on a heap ---- */

void shape_phases(struct maker *maker)
{
    enum { LIVE_PART = 4, LARGE_PERCENT = 90 };
    uint64_t most = 2 * (maker->n / LIVE_PART + 1), node = maker_between(maker, 17, 40);
    uint64_t stays = maker_between(maker, 4 << 10, 16 << 10);
    uint32_t table = maker_allocate(maker, stays), large;
    struct queue small = {0};

    for (uint64_t i = 0; i < maker->n; i++) {
        queue_allocate(&small, maker, node);
        queue_allocate(&small, maker, maker_between(maker, 2, 18));
        while (queue_live(&small) > most)
            queue_free_old(&small, maker);
    }
    queue_free_all(&small, maker);
    large = maker_allocate(maker, (maker->trace->peak_live - stays) * LARGE_PERCENT / 100);
    maker_free(maker, large);
    maker_free(maker, table);
}

void shape_buffers(struct maker *maker)
{
    enum { LIVE = 100, MORE = 256 };
    uint64_t buffer = maker_between(maker, 64 << 10, 512 << 10);
    struct queue live = {0};

    for (uint64_t i = 0; i < maker->n; i++) {
        if (i % 2 == 0)
            queue_allocate(&live, maker, buffer + (maker_chance(maker, 50) ? MORE : 0));
        else
            queue_allocate(&live, maker, maker_between(maker, 5, 300));
        if (queue_live(&live) > LIVE)
            queue_free_old(&live, maker);
    }
    queue_free_all(&live, maker);
}

void shape_search(struct maker *maker)
{
    enum { TABLES = 3, FIRST = 1 << 10, STATES = 24, GROWTH_PARTS = 3 };
    uint64_t state = maker_between(maker, 16 << 10, 64 << 10), sizes[TABLES], steps[TABLES];
    uint32_t tables[TABLES];
    struct queue states = {0};

    for (size_t i = 0; i < TABLES; i++) {
        sizes[i] = FIRST;
        steps[i] = maker_between(maker, 1 << 10, 8 << 10);
        tables[i] = maker_allocate(maker, sizes[i]);
    }
    for (uint64_t n = 1; n <= maker->n; n++) {
        queue_allocate(&states, maker, state);
        if (queue_live(&states) > STATES)
            queue_free_old(&states, maker);
        for (size_t i = 0; i < TABLES; i++) {
            if (n * steps[i] <= sizes[i])
                continue;
            sizes[i] += sizes[i] / GROWTH_PARTS + steps[i];
            maker_reallocate(maker, tables[i], sizes[i]);
        }
    }
    queue_free_all(&states, maker);
    for (size_t i = 0; i < TABLES; i++)
        maker_free(maker, tables[i]);
}

/* ---- An interpreter ---- */

/* Values that a statement makes for itself, the last first to go; some are kept. */
static void run_statement(struct maker *maker, struct group *kept)
{
    enum { MOST = 6 };
    uint32_t values[MOST];
    uint64_t count = maker_between(maker, 1, MOST);

    for (uint64_t i = 0; i < count; i++)
        values[i] = maker_allocate(maker, maker_skewed(maker, 16, 127));
    while (count-- > 0) {
        if (maker_chance(maker, 90))
            maker_free(maker, values[count]);
        else
            group_adopt(kept, values[count]);
    }
}

/* A text to which more is added. */
static void build_text(struct maker *maker, struct group *kept)
{
    uint64_t size = maker_skewed(maker, 20, 100);
    uint32_t text = maker_allocate(maker, size);

    while (maker_chance(maker, 80)) {
        size += maker_skewed(maker, 8, 300);
        maker_reallocate(maker, text, size);
    }
    if (maker_chance(maker, 50))
        maker_free(maker, text);
    else
        group_adopt(kept, text);
}

/* A table of names, which doubles as it fills. */
static void fill_table(struct maker *maker, struct group *kept)
{
    enum { SLOT = 24, FIRST_SLOTS = 8 };
    uint64_t slots = FIRST_SLOTS;
    uint32_t table = maker_allocate(maker, slots * SLOT);

    group_allocate(kept, maker, maker_between(maker, 40, 64));
    while (maker_chance(maker, 50)) {
        uint32_t larger = maker_allocate(maker, (slots *= 2) * SLOT);

        maker_free(maker, table);
        table = larger;
    }
    group_adopt(kept, table);
}

void shape_interpreter(struct maker *maker)
{
    enum { COLLECT_EVERY = 2000, DEEPEST = 30 };
    uint64_t frame = maker_between(maker, 360, 600);
    struct group kept = {0};
    uint32_t frames[DEEPEST];
    size_t depth = 0;

    for (uint64_t i = 1; i <= maker->n; i++) {
        run_statement(maker, &kept);
        if (maker_chance(maker, 8))
            build_text(maker, &kept);
        if (maker_chance(maker, 2))
            fill_table(maker, &kept);
        if (depth < DEEPEST && maker_chance(maker, 15))
            frames[depth++] = maker_allocate(maker, frame + 8 * maker_between(maker, 0, 10));
        if (depth > 0 && maker_chance(maker, 15))
            maker_free(maker, frames[--depth]);
        for (size_t dead = i % COLLECT_EVERY ? 0 : kept.count / 2; dead > 0; dead--)
            group_free_one(&kept, maker);
    }
    while (depth > 0)
        maker_free(maker, frames[--depth]);
    group_free_all(&kept, maker);
}

/* ---- A browser ---- */

/* One page: its tree, styles and texts, scripts' values that soon go, and pictures, some of which
 * stay in the cache. */
static void load_page(struct maker *maker, struct group *page, struct group *cache)
{
    enum { LEAST_NODES = 50, MOST_NODES = 800 };
    static const uint64_t node_sizes[] = {40, 56, 72, 88, 96, 120, 136, 176};
    uint64_t node_count = maker_skewed(maker, LEAST_NODES, MOST_NODES);

    for (uint64_t i = 0; i < node_count; i++) {
        group_allocate(page, maker, node_sizes[random_below(&maker->random, 8)]);
        if (maker_chance(maker, 60))
            group_allocate(page, maker, maker_skewed(maker, 8, 400));
        if (maker_chance(maker, 10))
            group_allocate(page, maker, maker_skewed(maker, 1 << 10, 8 << 10));
        if (maker_chance(maker, 40))
            maker_free(maker, maker_allocate(maker, maker_skewed(maker, 16, 1000)));
        if (maker_chance(maker, 2)) {
            uint64_t picture = maker_skewed(maker, 4 << 10, 1 << 20);

            group_allocate(maker_chance(maker, 30) ? cache : page, maker, picture);
        }
    }
}

void shape_browser(struct maker *maker)
{
    enum { OPEN = 4, CACHED = 100 };
    struct group pages[OPEN] = {{0}}, cache = {0};

    for (uint64_t i = 0; i < maker->n; i++) {
        struct group *page = &pages[random_below(&maker->random, OPEN)];

        group_free_all(page, maker);
        load_page(maker, page, &cache);
        while (cache.count > CACHED)
            group_free_one(&cache, maker);
    }
    for (size_t i = 0; i < OPEN; i++)
        group_free_all(&pages[i], maker);
    group_free_all(&cache, maker);
}

/* ---- A server ---- */

/* A connection answers one request at a time: what it was sent, then what it sends. */
static void take_step(struct maker *maker, struct group *connection, struct group *sessions)
{
    enum { MOST_FIELDS = 20, CONNECTION = 488, INPUT = 4 << 10, OUTPUT = 16 << 10 };

    if (connection->count > 0 && maker_chance(maker, 50)) {
        group_free_all(connection, maker);
        return;
    }
    if (connection->count == 0) {
        group_allocate(connection, maker, CONNECTION);
        group_allocate(connection, maker, INPUT);
    }
    for (uint64_t fields = maker_between(maker, 1, MOST_FIELDS); fields > 0; fields--)
        group_allocate(connection, maker, maker_skewed(maker, 8, 200));
    if (maker_chance(maker, 30))
        group_allocate(connection, maker, maker_skewed(maker, 100, 128 << 10));
    if (maker_chance(maker, 60))
        group_allocate(connection, maker, OUTPUT);
    if (maker_chance(maker, 20))
        group_allocate(sessions, maker, maker_skewed(maker, 100, 2000));
}

void shape_server(struct maker *maker)
{
    enum { CONNECTIONS = 64, SESSIONS = 500 };
    struct group connections[CONNECTIONS] = {{0}}, sessions = {0};

    for (uint64_t i = 0; i < maker->n; i++) {
        take_step(maker, &connections[random_below(&maker->random, CONNECTIONS)], &sessions);
        while (sessions.count > SESSIONS)
            group_free_one(&sessions, maker);
    }
    for (size_t i = 0; i < CONNECTIONS; i++)
        group_free_all(&connections[i], maker);
    group_free_all(&sessions, maker);
}
