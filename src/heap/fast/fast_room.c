/* fast_room.c: see fast_room.h. */
#include "heap/fast/fast_room.h"

#include <string.h>

#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_growth.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_slots.h"
#include "heap/fast/fast_take.h"

/* ---- What is held back ---- */

bool hg_fast_give_back(struct fast *fast)
{
    bool had_any = fast->waiting && hg_fast_quick_empty(fast);

    return (fast->spare && hg_fast_slabs_give_back(fast)) || had_any;
}

/* ---- Tables ---- */

/* The words of the state that hold the places of tables. */
enum { BINS, QUICK, MAP, TABLES };

static uint32_t *word_of(struct fast *fast, unsigned table)
{
    switch (table) {
    case BINS: return &fast->bins;
    case QUICK: return &fast->quick;
    default: return &fast->map;
    }
}

/* The block of a table; NULL while there is none, or the state holds it. */
static struct fast_block *block_of(struct fast *fast, unsigned table)
{
    uint32_t place = *word_of(fast, table);

    if (!place || fast_is_tlsf(fast))
        return NULL;
    return fast_block_at(fast, table == MAP ? place - fast_classes(fast) : place);
}

void hg_fast_free_table(struct fast *fast, uint32_t place)
{
    struct fast_block *block = fast_block_at(fast, place);

    block->flags &= ~(uint32_t)FAST_TABLE;
    fast_tell(fast, HG_EVENT_GATHER, block, block->units, fast_bytes(block->units));
    hg_fast_release(fast, block);
}

/* Move a table to `moved`, used and as large. */
static void move_table(struct fast *fast, unsigned table, struct fast_block *moved)
{
    struct fast_block *old = block_of(fast, table);

    moved->flags |= FAST_TABLE;
    fast_tell(fast, HG_EVENT_RESERVE, moved, moved->units, fast_bytes(moved->units));
    memcpy(fast_payload(moved), fast_payload(old), fast_bytes(old->units) - FAST_HEADER);
    *word_of(fast, table) += fast_place(fast, moved) - fast_place(fast, old);
    hg_fast_free_table(fast, fast_place(fast, old));
}

/* ---- Runs of memory that is free, but for tables ---- */

struct run {
    struct fast_block *first; /* from here */
    struct fast_block *end;   /* to here */
    uint64_t free;            /* grains of it */
};

static bool is_in_run(const struct fast_block *block)
{
    return !fast_is_used(block) || block->flags & FAST_TABLE;
}

/* The tables' blocks, looked up once for all that asks for them; NULL where there is none. */
struct tables {
    struct fast_block *blocks[TABLES];
};

static struct tables tables_of(struct fast *fast)
{
    struct tables tables;

    for (unsigned table = 0; table < TABLES; table++)
        tables.blocks[table] = block_of(fast, table);
    return tables;
}

/* The block to the left, if it is a table. */
static inline struct fast_block *table_before(const struct tables *tables,
                                              const struct fast_block *block)
{
    for (unsigned table = 0; table < TABLES; table++) {
        struct fast_block *left = tables->blocks[table];

        if (left && fast_right(left) == block)
            return left;
    }
    return NULL;
}

static inline struct fast_block *left_in_run(const struct tables *tables,
                                             const struct fast_block *block)
{
    return block->flags & FAST_LEFT_USED ? table_before(tables, block) : fast_left(block);
}

static struct run run_around(const struct tables *tables, struct fast_block *block)
{
    struct run run = {.first = block, .end = block};
    struct fast_block *left;

    while ((left = left_in_run(tables, run.first)))
        run.first = left;
    for (run.end = run.first; is_in_run(run.end); run.end = fast_right(run.end))
        run.free += fast_is_used(run.end) ? 0 : run.end->units;
    return run;
}

/* ---- Moving aside ---- */

/* The smallest free block for `units` that is not in the run; NULL if none is found. */
static struct fast_block *find_beside(struct fast *fast, const struct run *run, uint32_t units)
{
    struct fast_block *block = hg_fast_search(fast, units).block;

    return block && block >= run->first && block < run->end ? NULL : block;
}

/* The lower `units` of `block`, free. */
static struct fast_block *take(struct fast *fast, struct fast_block *block, uint32_t units)
{
    fast_unlink(fast, block, block->units, HG_EVENT_TAKE, FAST_WATCHED);
    fast_idle_take(fast, block, units);
    return fast_take_unlisted(fast, block, units, FAST_WATCHED);
}

/* The first free block of the run that lies before `table` and has room for it. */
static struct fast_block *find_before(const struct run *run, const struct fast_block *table)
{
    for (struct fast_block *block = run->first; block < table; block = fast_right(block)) {
        if (!fast_is_used(block) && block->units >= table->units)
            return block;
    }
    return NULL;
}

/* Move a table out of the run, or else towards its start. False if there is no place. */
static bool move_aside(struct fast *fast, unsigned table, const struct run *run)
{
    const struct fast_block *block = block_of(fast, table);
    struct fast_block *to = find_beside(fast, run, block->units);

    if (!to)
        to = find_before(run, block);
    if (to)
        move_table(fast, table, take(fast, to, block->units));
    return to;
}

/* Whether it helps a request for `units` that no table lies in the run: the heap need not grow, or
 * not by as much. */
static bool is_worth_it(const struct run *run, uint32_t units)
{
    return run->free >= units || run->end->units == 0;
}

/* Whether `table` may lie in a run where that helps, with free memory to its left: told without a
 * walk, since hardly any does. Where neither another table nor the break is near, the run is what
 * is next to the table. */
static inline bool may_be_in_way(const struct fast_block *table, uint32_t units)
{
    const struct fast_block *right = fast_right(table);
    uint64_t free;

    if (fast_likely(table->flags & FAST_LEFT_USED))
        return false;
    free = fast_left(table)->units;
    if (!fast_is_used(right)) {
        free += right->units;
        right = fast_right(right);
    }
    return free >= units || right->flags & FAST_TABLE || right->units == 0;
}

bool hg_fast_table_in_way(const struct fast *fast, uint32_t units)
{
    if (!fast_table_is_beside_free(fast))
        return false;
    return (fast->bins && may_be_in_way(fast_block_at(fast, fast->bins), units)) ||
           (fast->quick && may_be_in_way(fast_block_at(fast, fast->quick), units)) ||
           (fast->map && may_be_in_way(fast_map_block(fast), units));
}

/* Move tables aside that cut memory in two that `units` want. False if none moved. */
static FAST_DETOUR bool move_tables(struct fast *fast, uint32_t units)
{
    struct tables tables = tables_of(fast);
    bool changed = false;

    for (unsigned table = 0; table < TABLES; table++) {
        struct fast_block *block = tables.blocks[table];
        struct run run;

        if (!block || !may_be_in_way(block, units))
            continue;
        run = run_around(&tables, block);
        if (is_worth_it(&run, units) && move_aside(fast, table, &run)) {
            tables = tables_of(fast);
            changed = true;
        }
    }
    return changed;
}

bool hg_fast_make_room(struct fast *fast, uint32_t units)
{
    bool changed = fast_giving_back_may_help(fast, units) && hg_fast_give_back(fast);

    return (hg_fast_table_in_way(fast, units) && move_tables(fast, units)) || changed;
}

void hg_fast_clear_end(struct fast *fast)
{
    hg_fast_give_back(fast);
    if (hg_fast_table_in_way(fast, UINT32_MAX))
        move_tables(fast, UINT32_MAX);
}

/* ---- Beside a block ---- */

/* A used block of `units` at the break, and below it a free one of `gap`, or none; NULL if the
 * break does not move. The last block is used. */
static struct fast_block *grow_for(struct fast *fast, uint32_t gap, uint32_t units)
{
    struct fast_block *fresh = fast_end(fast), *block = fast_right_of(fresh, gap);

    if (!fast_grow(fast, (uint64_t)gap + units))
        return NULL;
    fast_tell(fast, HG_EVENT_FRESH, fresh, gap + units, 0);
    block->flags = FAST_USED | FAST_LEFT_USED;
    fast_write_used(block, units, FAST_LEFT_USED);
    if (gap > 0) {
        fast_tell(fast, HG_EVENT_SPLIT, fresh, gap, fast_bytes(units));
        hg_fast_make_free(fast, fresh, gap, FAST_LEFT_USED);
    }
    fast_tell(fast, HG_EVENT_WHOLE, block, units, 0);
    return block;
}

/* Let the table `right`, to the right of `block`, which lacks `lacking`, make way: to a hole, or,
 * if it ends the heap, a bit higher. */
static FAST_DETOUR bool make_way(struct fast *fast, const struct fast_block *block,
                                 struct fast_block *right, uint64_t lacking)
{
    struct tables tables = tables_of(fast);
    struct run run = run_around(&tables, right);
    uint32_t units = right->units, gap = lacking > units ? (uint32_t)lacking - units : 0;
    struct fast_block *to = find_beside(fast, &run, units);

    if (to)
        to = take(fast, to, units);
    else if (fast_right(right)->units == 0 && units <= block->units)
        to = grow_for(fast, gap, units);
    for (unsigned table = 0; to && table < TABLES; table++) {
        if (tables.blocks[table] == right)
            move_table(fast, table, to);
    }
    return to;
}

bool hg_fast_make_room_beside(struct fast *fast, const struct fast_block *block, uint32_t units)
{
    struct fast_block *right = fast_right(block);
    uint64_t have = block->units;

    if (!fast_is_used(right)) {
        have += right->units;
        right = fast_right(right);
    }
    if (right->flags & (FAST_QUICK | FAST_SLAB)) /* a small one is soon copied */
        return block->units > FAST_QUICK_MOST && hg_fast_give_back(fast);
    return right->flags & FAST_TABLE && have < units && make_way(fast, block, right, units - have);
}
