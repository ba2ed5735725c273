/* caller_sums.c: see caller_sums.h. */
#include "session/caller_sums.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/origins.h"
#include "session/traced.h"

void caller_sums_finish(struct caller_sums *sums)
{
    free(sums->callers);
    free(sums->blocks);
    *sums = (struct caller_sums){0};
}

struct caller_sums caller_sums_copy(const struct caller_sums *sums)
{
    struct caller_sums copy = {.until = sums->until, .count = sums->count, .places = sums->places};

    copy.callers = memory_reserve(NULL, &copy.capacity, sums->count + 1, sizeof copy.callers[0]);
    memory_copy(copy.callers, sums->callers, sums->count * sizeof copy.callers[0]);
    copy.blocks =
        memory_reserve(NULL, &copy.place_capacity, sums->places + 1, sizeof copy.blocks[0]);
    memory_copy(copy.blocks, sums->blocks, sums->places * sizeof copy.blocks[0]);
    return copy;
}

static void give(struct caller *callers, struct called_block *block, const struct traced_step *step,
                 const struct origin *origin)
{
    struct caller *caller = &callers[origin->site];

    *block = (struct called_block){step->size, origin->time, origin->site, true};
    caller->blocks++;
    caller->allocations++;
    caller->bytes += step->size;
    caller->allocated += step->size;
    if (caller->bytes > caller->peak)
        caller->peak = caller->bytes;
}

static void take(struct caller *callers, struct called_block *block, uint64_t time)
{
    struct caller *caller = &callers[block->site];

    if (!block->is_live)
        return;
    block->is_live = false;
    caller->blocks--;
    caller->bytes -= block->size;
    caller->freed++;
    caller->lifetime += time - block->since;
}

/* Let there be a caller for each site, and a block for each place. */
static void make_room(struct caller_sums *sums, const struct traced *traced)
{
    size_t sites = traced->origins->site_count, places = traced->places;

    sums->callers =
        memory_reserve(sums->callers, &sums->capacity, sites + 1, sizeof sums->callers[0]);
    for (; sums->count < sites; sums->count++)
        sums->callers[sums->count] = (struct caller){.site = (uint32_t)sums->count};
    sums->blocks =
        memory_reserve(sums->blocks, &sums->place_capacity, places + 1, sizeof sums->blocks[0]);
    while (sums->places < places)
        sums->blocks[sums->places++] = (struct called_block){0};
}

void caller_sums_follow(struct caller_sums *sums, const struct traced *traced, size_t until)
{
    struct traced_view view;

    make_room(sums, traced);
    traced_view_begin(&view, &traced->rows, false);
    while (sums->until < until) {
        const struct traced_step *step = traced_view_at(&view, ++sums->until);
        struct called_block *block = &sums->blocks[step->place];
        struct origin origin;

        if (step->refused)
            continue;
        origin = origins_at(traced->origins, sums->until);
        take(sums->callers, block, origin.time);
        if (step->kind != OP_FREE)
            give(sums->callers, block, step, &origin);
    }
}
