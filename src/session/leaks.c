/* leaks.c: see leaks.h. */
#include "session/leaks.h"

#include <stdlib.h>

#include "base/memory.h"

/* The lost payloads, in order, with a number each. */
struct lost {
    const struct picture *picture;
    const struct allocation **items;
    size_t count;
    uint64_t *counts; /* how many lost ones point to each */
    bool *seen;
    size_t *queue;
};

static int compare_losses(const void *left, const void *right)
{
    const struct allocation *a = *(const struct allocation *const *)left;
    const struct allocation *b = *(const struct allocation *const *)right;

    if (a->lost_in != b->lost_in)
        return a->lost_in < b->lost_in ? -1 : 1;
    return (a->born > b->born) - (a->born < b->born);
}

static size_t number_of(const struct lost *lost, const struct allocation *allocation)
{
    const struct allocation **found =
        bsearch(&allocation, lost->items, lost->count, sizeof lost->items[0], compare_losses);

    return found ? (size_t)(found - lost->items) : lost->count;
}

static const struct payload_link *link_at(const struct lost *lost, uint32_t number)
{
    return &lost->picture->links.items[number];
}

/* The number of the lost payload that a link refers to; lost->count if it refers to none. */
static size_t pointee_of(const struct lost *lost, uint32_t link)
{
    const struct allocation *target =
        ledger_find(&lost->picture->ledger, link_at(lost, link)->target);

    return target && target->lost_in > 0 ? number_of(lost, target) : lost->count;
}

static struct lost begin(const struct picture *picture)
{
    struct lost lost = {.picture = picture};
    const struct allocation *entry;
    size_t place = 0, most = picture->ledger.lost + 1;

    lost.items = memory_create(most, sizeof lost.items[0]);
    lost.counts = memory_create(most, sizeof lost.counts[0]);
    lost.seen = memory_create(most, sizeof lost.seen[0]);
    lost.queue = memory_create(most, sizeof lost.queue[0]);
    while (picture->ledger.lost > 0 && (entry = ledger_next(&picture->ledger, &place))) {
        if (entry->lost_in > 0)
            lost.items[lost.count++] = entry;
    }
    qsort(lost.items, lost.count, sizeof lost.items[0], compare_losses);
    for (size_t i = 0; i < lost.count; i++) {
        for (uint32_t link = lost.items[i]->links_out; link != NO_LINK;
             link = link_at(&lost, link)->next_out) {
            size_t pointee = pointee_of(&lost, link);

            if (pointee < lost.count)
                lost.counts[pointee]++;
        }
    }
    return lost;
}

static void end(struct lost *lost)
{
    free(lost->items);
    free(lost->counts);
    free(lost->seen);
    free(lost->queue);
}

/* ---- Leaks ---- */

/* Make a leak of a lost payload and of what hangs on it and has not been seen. */
static struct leak gather(struct lost *lost, size_t first)
{
    struct leak leak = {.allocation = lost->items[first], .is_circle = lost->counts[first] > 0};
    size_t count = 0;

    lost->seen[first] = true;
    lost->queue[count++] = first;
    for (size_t i = 0; i < count; i++) {
        const struct allocation *allocation = lost->items[lost->queue[i]];

        for (uint32_t link = allocation->links_out; link != NO_LINK;
             link = link_at(lost, link)->next_out) {
            size_t pointee = pointee_of(lost, link);

            if (pointee == lost->count || lost->seen[pointee])
                continue;
            lost->seen[pointee] = true;
            lost->queue[count++] = pointee;
            leak.kept++;
            leak.kept_bytes += lost->items[pointee]->requested;
        }
    }
    return leak;
}

struct leaks leaks_find(const struct picture *picture)
{
    struct lost lost = begin(picture);
    struct leaks leaks = {.blocks = lost.count};

    leaks.items = memory_create(lost.count + 1, sizeof leaks.items[0]);
    for (size_t i = 0; i < lost.count; i++) {
        leaks.bytes += lost.items[i]->requested;
        if (lost.counts[i] == 0)
            leaks.items[leaks.count++] = gather(&lost, i);
    }
    for (size_t i = 0; i < lost.count; i++) {
        if (!lost.seen[i])
            leaks.items[leaks.count++] = gather(&lost, i);
    }
    end(&lost);
    return leaks;
}

void leaks_finish(struct leaks *leaks)
{
    free(leaks->items);
    *leaks = (struct leaks){0};
}

/* ---- Counting references ---- */

/* Free what nothing points to, and count down what that points to. */
static void count_down(struct lost *lost)
{
    size_t count = 0;

    for (size_t i = 0; i < lost->count; i++) {
        if (lost->counts[i] == 0)
            lost->queue[count++] = i;
    }
    for (size_t i = 0; i < count; i++) {
        lost->seen[lost->queue[i]] = true;
        for (uint32_t link = lost->items[lost->queue[i]]->links_out; link != NO_LINK;
             link = link_at(lost, link)->next_out) {
            size_t pointee = pointee_of(lost, link);

            if (pointee < lost->count && --lost->counts[pointee] == 0)
                lost->queue[count++] = pointee;
        }
    }
}

const struct allocation **leaks_uncountable(const struct picture *picture, uint64_t **ret_counts,
                                            size_t *ret_count)
{
    struct lost lost = begin(picture);
    const struct allocation **items = lost.items;
    size_t count = 0;

    count_down(&lost);
    for (size_t i = 0; i < lost.count; i++) {
        if (lost.seen[i])
            continue;
        lost.counts[count] = lost.counts[i];
        items[count++] = items[i];
    }
    *ret_counts = lost.counts;
    *ret_count = count;
    lost.items = NULL;
    lost.counts = NULL;
    end(&lost);
    return items;
}
