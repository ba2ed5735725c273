/* shapes.c: see shapes.h. The sizes are those of a 64-bit machine's structures and strings. */
#include "trace/shapes.h"

/* ---- A compiler ---- */

/* One function: its syntax tree, its names, and a list of instructions that grows. */
static void compile_function(struct maker *maker, struct group *symbols)
{
    enum { LEAST_NODES = 10, MOST_NODES = 200, INSTRUCTION = 24 };
    static const uint64_t node_sizes[] = {24, 32, 40, 40, 48, 56, 72, 96};
    struct group nodes = {0}, strings = {0};
    uint64_t node_count = maker_skewed(maker, LEAST_NODES, MOST_NODES), instructions = 8;
    uint32_t list = maker_allocate(maker, instructions * INSTRUCTION);

    for (uint64_t i = 0; i < node_count; i++) {
        group_allocate(&nodes, maker, node_sizes[random_below(&maker->random, 8)]);
        if (maker_chance(maker, 25))
            group_allocate(&strings, maker, maker_skewed(maker, 4, 60));
        if (maker_chance(maker, 5))
            group_allocate(symbols, maker, maker_between(maker, 56, 120));
        if (strings.count > 0 && maker_chance(maker, 10))
            group_free_one(&strings, maker);
        if (i == instructions) {
            instructions *= 2;
            maker_reallocate(maker, list, instructions * INSTRUCTION);
        }
    }
    group_free_all(&strings, maker);
    group_free_all(&nodes, maker);
    maker_free(maker, list);
}

void shape_compiler(struct maker *maker)
{
    enum { LINE_BUFFER = 4096, OBJECT_PART = 8192 };
    struct group symbols = {0}, object = {0};
    uint32_t buffer = maker_allocate(maker, LINE_BUFFER);

    for (uint64_t i = 0; i < maker->n; i++) {
        compile_function(maker, &symbols);
        if (maker_chance(maker, 20))
            group_allocate(&object, maker, OBJECT_PART);
    }
    group_free_all(&object, maker);
    group_free_all(&symbols, maker);
    maker_free(maker, buffer);
}

/* ---- Exercises for one property each ---- */

void shape_binary(struct maker *maker)
{
    enum { NODE = 64, VALUE = 448, LARGER_VALUE = 512 };
    struct group nodes = {0}, values = {0};

    for (uint64_t i = 0; i < maker->n; i++) {
        group_allocate(&nodes, maker, NODE);
        group_allocate(&values, maker, VALUE);
    }
    group_free_all(&values, maker);
    for (uint64_t i = 0; i < maker->n; i++)
        group_allocate(&values, maker, LARGER_VALUE);
    group_free_all(&values, maker);
    group_free_all(&nodes, maker);
}

void shape_coalescing(struct maker *maker)
{
    enum { HALF = 4095 };

    for (uint64_t i = 0; i < maker->n; i++) {
        uint32_t left = maker_allocate(maker, HALF), right = maker_allocate(maker, HALF);

        maker_free(maker, left);
        maker_free(maker, right);
        maker_free(maker, maker_allocate(maker, 2 * HALF));
    }
}

void shape_random(struct maker *maker)
{
    enum { LARGEST = 32 << 10, FREE_PERCENT = 60 };
    struct group live = {0};

    for (uint64_t i = 0; i < maker->n; i++) {
        group_allocate(&live, maker, maker_between(maker, 1, LARGEST));
        if (maker_chance(maker, FREE_PERCENT))
            group_free_one(&live, maker);
    }
    group_free_all(&live, maker);
}

void shape_growth(struct maker *maker)
{
    enum { FIRST = 512, STEP = 128, SMALL = 128 };
    uint64_t size = FIRST;
    uint32_t growing = maker_allocate(maker, size), last = maker_allocate(maker, SMALL);

    for (uint64_t i = 0; i < maker->n; i++) {
        uint32_t next;

        size += STEP;
        maker_reallocate(maker, growing, size);
        next = maker_allocate(maker, SMALL);
        maker_free(maker, last);
        last = next;
    }
    maker_free(maker, growing);
    maker_free(maker, last);
}

/* ---- Many small nodes and strings ---- */

/* A hash table that doubles when it is full: the new one is allocated before the old one goes. */
static uint32_t doubled_table(struct maker *maker, uint32_t table, uint64_t *slots)
{
    uint32_t larger;

    *slots *= 2;
    larger = maker_allocate(maker, *slots * sizeof(void *));
    maker_free(maker, table);
    return larger;
}

void shape_nodes(struct maker *maker)
{
    enum { NODE = 32, CACHE_ENTRY = 24, FIRST_SLOTS = 64, COLLECT_EVERY = 4096 };
    struct group nodes = {0}, cache = {0};
    uint64_t slots = FIRST_SLOTS;
    uint32_t table = maker_allocate(maker, slots * sizeof(void *));

    for (uint64_t i = 1; i <= maker->n; i++) {
        group_allocate(&nodes, maker, NODE);
        if (maker_chance(maker, 40))
            group_allocate(&cache, maker, CACHE_ENTRY);
        if (nodes.count > slots)
            table = doubled_table(maker, table, &slots);
        if (i % COLLECT_EVERY == 0) {
            group_free_all(&cache, maker);
            for (size_t dead = nodes.count / 3; dead > 0; dead--)
                group_free_one(&nodes, maker);
        }
    }
    group_free_all(&cache, maker);
    group_free_all(&nodes, maker);
    maker_free(maker, table);
}

void shape_strings(struct maker *maker)
{
    enum { NODE = 24, FIRST_SLOTS = 1024, SHORTEST = 4, LONGEST = 63, KNOWN_PERCENT = 50 };
    struct group strings = {0}, nodes = {0};
    uint64_t slots = FIRST_SLOTS;
    uint32_t table = maker_allocate(maker, slots * sizeof(void *));

    for (uint64_t i = 0; i < maker->n; i++) {
        uint64_t size = maker_skewed(maker, SHORTEST, LONGEST) + 1;

        if (maker_chance(maker, KNOWN_PERCENT)) {
            maker_free(maker, maker_allocate(maker, size));
            continue;
        }
        group_allocate(&strings, maker, size);
        group_allocate(&nodes, maker, NODE);
        if (nodes.count > slots)
            table = doubled_table(maker, table, &slots);
    }
    maker_free(maker, table);
    group_free_all(&nodes, maker);
    group_free_all(&strings, maker);
}

/* ---- Replacing ---- */

void shape_replace(struct maker *maker)
{
    enum { SMALLEST = 16, LARGEST = 4096, ROUNDS = 4 };
    struct group live = {0};

    for (uint64_t i = 0; i < maker->n; i++)
        group_allocate(&live, maker, maker_between(maker, SMALLEST, LARGEST));
    for (uint64_t i = 0; i < ROUNDS * maker->n; i++) {
        group_free_one(&live, maker);
        group_allocate(&live, maker, maker_between(maker, SMALLEST, LARGEST));
    }
    group_free_all(&live, maker);
}
