/* origins.c: see origins.h. */
#include "session/origins.h"

#include <stdlib.h>

#include "base/memory.h"

enum { SLOTS_FIRST = 256 };

enum column { MOMENT, IS_TIMED, SITE, THREAD, COLUMNS };

struct origins *origins_create(void)
{
    struct origins *origins = memory_create(1, sizeof *origins);

    origins->references = 1;
    packed_rows_begin(&origins->rows, COLUMNS);
    packed_rows_begin(&origins->moments, 1);
    return origins;
}

struct origins *origins_share(struct origins *origins)
{
    if (origins)
        origins->references++;
    return origins;
}

void origins_drop(struct origins *origins)
{
    if (!origins || --origins->references > 0)
        return;
    packed_rows_finish(&origins->rows);
    packed_rows_finish(&origins->moments);
    free(origins->sites);
    free(origins->slots);
    free(origins);
}

static size_t find(const struct origins *origins, uint64_t address)
{
    size_t last = origins->slot_capacity - 1;
    size_t at = (size_t)((address * 0x9e3779b97f4a7c15u) >> 32) & last;

    while (origins->slots[at] != 0 && origins->sites[origins->slots[at] - 1] != address)
        at = (at + 1) & last;
    return at;
}

static void grow_slots(struct origins *origins)
{
    size_t capacity = origins->slot_capacity ? 2 * origins->slot_capacity : SLOTS_FIRST;

    free(origins->slots);
    origins->slots = memory_create(capacity, sizeof origins->slots[0]);
    origins->slot_capacity = capacity;
    for (size_t site = 0; site < origins->site_count; site++)
        origins->slots[find(origins, origins->sites[site])] = (uint32_t)site + 1;
}

static uint32_t site_of(struct origins *origins, uint64_t address)
{
    size_t at;

    if (2 * origins->site_count >= origins->slot_capacity)
        grow_slots(origins);
    at = find(origins, address);
    if (origins->slots[at] == 0) {
        origins->sites = memory_reserve(origins->sites, &origins->site_capacity,
                                        origins->site_count + 1, sizeof origins->sites[0]);
        origins->sites[origins->site_count++] = address;
        origins->slots[at] = (uint32_t)origins->site_count;
    }
    return origins->slots[at] - 1;
}

bool origins_reserve(struct origins *origins, size_t more, uint64_t memory_most)
{
    return packed_rows_reserve(&origins->rows, more, memory_most / 2) &&
           packed_rows_reserve(&origins->moments, more, memory_most / 2);
}

struct origins *origins_copy(const struct origins *origins, size_t count, uint64_t memory_most)
{
    struct origins *copy = memory_create(1, sizeof *copy);
    size_t moments = count > 0 ? packed_rows_get(&origins->rows, count - 1, MOMENT) + 1 : 0;

    *copy = (struct origins){.references = 1, .count = count, .began = origins->began};
    copy->rows = packed_rows_copy(&origins->rows, count, memory_most / 2);
    copy->moments = packed_rows_copy(&origins->moments, moments, memory_most / 2);
    copy->last_time = moments > 0 ? packed_rows_get(&copy->moments, moments - 1, 0) : 0;
    for (size_t site = 0; site < origins->site_count; site++)
        site_of(copy, origins->sites[site]);
    return copy;
}

/* Times rise with the steps. */
void origins_let_go(struct origins *origins, size_t count, const size_t *indices,
                    size_t index_count, const struct progress *progress)
{
    size_t *moments = memory_create(index_count + 1, sizeof moments[0]), moment_count = 0;

    for (size_t i = 0; i < index_count && indices[i] < count; i++) {
        size_t moment = (size_t)packed_rows_get(&origins->rows, indices[i], MOMENT);

        if (moment_count == 0 || moments[moment_count - 1] != moment)
            moments[moment_count++] = moment;
    }
    packed_rows_let_go(&origins->rows, count, indices, index_count, progress);
    count = origins->rows.gone * PACKED_ROWS;
    packed_rows_let_go(&origins->moments, (size_t)packed_rows_get(&origins->rows, count, MOMENT),
                       moments, moment_count, progress);
    free(moments);
}

size_t origins_bytes(const struct origins *origins)
{
    return origins ? packed_rows_bytes(&origins->rows) + packed_rows_bytes(&origins->moments) : 0;
}

/* The number of a time, which is not before any other. */
static uint64_t moment_of(struct origins *origins, uint64_t time)
{
    if (origins->moments.count == 0 || time != origins->last_time)
        packed_rows_add(&origins->moments, &time);
    origins->last_time = time;
    return origins->moments.count - 1;
}

bool origins_add(struct origins *origins, const struct call *call)
{
    size_t sites = origins->site_count;

    if (origins->count++ == 0)
        origins->began = call->time;
    packed_rows_add(&origins->rows, (uint64_t[COLUMNS]){
                                        [MOMENT] = moment_of(origins, call->time - origins->began),
                                        [IS_TIMED] = call->is_timed,
                                        [SITE] = site_of(origins, call->caller),
                                        [THREAD] = call->thread,
                                    });
    return origins->site_count > sites;
}

struct origin origins_at(const struct origins *origins, size_t number)
{
    const struct packed_rows *rows = &origins->rows;

    return (struct origin){
        .time = packed_rows_get(&origins->moments, packed_rows_get(rows, number - 1, MOMENT), 0),
        .is_timed = origins_is_timed(origins, number),
        .site = (uint32_t)packed_rows_get(rows, number - 1, SITE),
        .thread = (uint32_t)packed_rows_get(rows, number - 1, THREAD),
    };
}

bool origins_is_timed(const struct origins *origins, size_t number)
{
    return packed_rows_get(&origins->rows, number - 1, IS_TIMED);
}
