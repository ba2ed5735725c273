/* fast_quick.c: emptying the quick lists, and whether they pay for themselves. */
#include "heap/fast/fast_quick.h"

#include <string.h>

#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_events.h"

/* ---- Emptying ---- */

/* Merge the blocks of the list that starts at `place`. Returns their grains. */
FAST_PATH uint32_t empty_list(struct fast *fast, uint32_t place, const bool watched)
{
    uint32_t waited = 0;

    while (place) {
        struct fast_block *block = fast_block_at(fast, place);

        place = block->next;
        waited += block->units;
        block->flags &= ~(uint32_t)FAST_QUICK;
        if (watched) {
            fast_tell_list(fast, HG_EVENT_UNLINK, FAST_LIST_QUICK + block->units, block,
                           block->units);
            hg_fast_settle(fast, block);
        } else {
            hg_fast_settle_unwatched(fast, block);
        }
    }
    return waited;
}

/* Merge the blocks of all lists of a group. Returns their grains. */
FAST_PATH uint32_t empty_group(struct fast *fast, uint32_t group, const bool watched)
{
    uint32_t first = group * FAST_QUICK_GROUP, last = first + FAST_QUICK_GROUP - 1, waited = 0;
    uint32_t *head = fast_quick_head(fast, first + (first == 0)), *end;

    end = fast_quick_head(fast, last < fast->quick_most ? last : fast->quick_most);
    for (; head <= end; head++) {
        uint32_t place = *head;

        if (!place)
            continue;
        *head = 0;
        waited += empty_list(fast, place, watched);
    }
    return waited;
}

FAST_PATH uint32_t empty(struct fast *fast, const bool watched)
{
    uint32_t waiting = fast->waiting, waited = 0;

    fast->waiting = 0;
    for (; waiting; waiting &= waiting - 1)
        waited += empty_group(fast, (uint32_t)__builtin_ctz(waiting), watched);
    return waited;
}

static FAST_DETOUR uint32_t empty_watched(struct fast *fast)
{
    return empty(fast, true);
}

/* ---- Whether they pay ----
 *
 * The most is an eighth: what waits is not merged, and small requests are cut from large holes in
 * its place. With a half, which a program that takes most of it again would get, cc1 and bash have
 * 0.96 and 0.95 of the utilization, statements of an interpreter (30,000, five seeds) 0.98, some
 * of them 0.86; an eighth takes 0.99 to 1.07 of the instructions of a half.
 *
 * The least part is small, though a larger one would find more where there are some hundred sizes:
 * with 1 / 2^5, blocks of 50 to 200 sizes that replace one another at random took 0.78 to 0.96 of
 * the instructions. But each block that waits keeps a page from going back: of 40 MiB in blocks of
 * 1000 bytes that were all freed, 8.4 MiB stayed resident, not 2.4. */

enum {
    LEAST_PART = 6, /* of the heap: 1 / 2^6 */
    MOST_PART = 3,
    LEAST_ROOM = 64,          /* grains */
    ENOUGH = 16 * LEAST_ROOM, /* to judge by */
    FIRST_REST = 32,
    MOST_RESTS = 7, /* frees; how often twice as many */
};

/* How many grains may wait: the part of the heap, but no more than half of what release lets large
 * free blocks have, as these pages do not go back either. */
static uint32_t room_for(const struct fast *fast, unsigned part)
{
    uint64_t grains = fast->heap.size / FAST_GRAIN >> part;
    uint64_t most = fast_counts_idle(fast) ? fast_release_of(fast) / FAST_GRAIN / 2 : INT32_MAX;

    grains = grains < most ? grains : most;
    return grains < LEAST_ROOM ? LEAST_ROOM : (uint32_t)grains;
}

/* Let as much wait as may, or nothing for some frees; the lists are empty. */
static void begin(struct fast *fast)
{
    struct fast_quick *quick = fast_quick(fast);

    quick->patience = room_for(fast, quick->part);
    quick->most = quick->rest ? 0 : (int32_t)quick->patience;
    quick->room = quick->most;
}

static void allow_more(struct fast_quick *quick)
{
    quick->rests = 0;
    if (quick->part > MOST_PART)
        quick->part--;
}

static void allow_less(struct fast_quick *quick)
{
    if (quick->part < LEAST_PART) {
        quick->part++;
        return;
    }
    quick->rest = (uint16_t)(FIRST_REST << quick->rests);
    if (quick->rests < MOST_RESTS)
        quick->rests++;
}

/* See whether the lists pay, if enough was put on them to tell. A block that waits in vain costs a
 * third of what another saves. */
static void judge(struct fast_quick *quick)
{
    uint32_t put = quick->taken + quick->lost;

    if (put < ENOUGH)
        return;
    if (quick->lost <= put / 2)
        allow_more(quick);
    else if (quick->lost > put - put / 4)
        allow_less(quick);
    quick->taken = 0;
    quick->lost = 0;
}

void hg_fast_quick_open(struct fast *fast, uint32_t most)
{
    struct fast_quick *quick = fast_quick(fast);

    memset(quick, 0, fast_quick_size(most));
    quick->part = MOST_PART;
    fast->quick_most = (uint8_t)most;
    begin(fast);
}

bool hg_fast_quick_empty(struct fast *fast)
{
    uint32_t waited = fast_is_watched(fast) ? empty_watched(fast) : empty(fast, false);

    if (!waited)
        return false;
    fast_quick(fast)->lost += waited;
    judge(fast_quick(fast));
    begin(fast);
    return true;
}

bool hg_fast_quick_is_full(struct fast *fast, struct fast_block *block)
{
    struct fast_quick *quick = fast_quick(fast);

    quick->room += (int32_t)block->units;
    if (quick->rest > 0 && --quick->rest == 0)
        begin(fast);
    else if (quick->rest == 0 && quick->patience < block->units)
        hg_fast_quick_empty(fast);
    else if (quick->rest == 0)
        quick->patience -= block->units;
    return fast_is_watched(fast) ? hg_fast_settle(fast, block)
                                 : hg_fast_settle_unwatched(fast, block);
}
