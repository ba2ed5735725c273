/* journal_read.c: see journal_read.h. */
#include "trace/journal_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "trace/journal_format.h"

/* Payloads start at multiples of this, so that many addresses can share an entry of `ids`. */
#define PAYLOAD_ALIGNMENT 16u

#define NO_ID UINT32_MAX /* one less than what `ids` holds for none */

/* No heap is larger: the preloaded library reserves no more. */
#define SPAN_MAX ((uint64_t)1 << 40)

struct journal_map {
    const struct journal_entry *entries;
    size_t count; /* up to the end of the file or the first JOURNAL_END */
    size_t bytes;
};

/* Which id is live at which address. */
struct live_ids {
    uint64_t lowest;
    uint32_t *ids; /* 1 + the id at lowest + index * PAYLOAD_ALIGNMENT, 0 for none */
};

/* The journal in memory; without entries if it cannot be had. */
static struct journal_map map_journal(int file, struct error *error)
{
    struct journal_map map = {0};
    struct stat status;
    void *bytes = MAP_FAILED;

    if (fstat(file, &status) == 0) {
        map.bytes = (size_t)status.st_size;
        bytes = mmap(NULL, map.bytes, PROT_READ, MAP_SHARED, file, 0);
    }
    if (bytes == MAP_FAILED) {
        error_set_errno(error, "the journal");
        return map;
    }
    map.entries = bytes;
    while (map.count < map.bytes / sizeof map.entries[0] &&
           map.entries[map.count].kind != JOURNAL_END)
        map.count++;
    return map;
}

/* Make room for the ids at all addresses that the journal names. */
static bool create_ids(const struct journal_map *map, struct live_ids *ret_live,
                       struct error *error)
{
    uint64_t lowest = UINT64_MAX, highest = 0;

    for (size_t i = 1; i < map->count; i++) {
        const uint64_t addresses[] = {map->entries[i].payload, map->entries[i].old};

        for (size_t j = 0; j < 2; j++) {
            if (addresses[j] == 0)
                continue;
            lowest = addresses[j] < lowest ? addresses[j] : lowest;
            highest = addresses[j] > highest ? addresses[j] : highest;
        }
    }
    if (highest < lowest)
        lowest = highest;
    if (highest - lowest > SPAN_MAX)
        return error_set(error, "the journal makes no sense: its addresses are too far apart");
    *ret_live = (struct live_ids){
        .lowest = lowest,
        .ids = memory_create((highest - lowest) / PAYLOAD_ALIGNMENT + 1, sizeof(uint32_t))};
    return true;
}

static uint32_t *id_at(const struct live_ids *live, uint64_t payload)
{
    return &live->ids[(payload - live->lowest) / PAYLOAD_ALIGNMENT];
}

/* Add one entry to the trace. */
static bool add_entry(struct trace *trace, const struct live_ids *live,
                      const struct journal_entry *entry, struct error *error)
{
    bool is_new = entry->kind == JOURNAL_ALLOCATE;
    uint32_t id = trace->id_count;

    if (!is_new) {
        id = *id_at(live, entry->old) - 1;
        if (id == NO_ID)
            return error_set(error, "the program freed 0x%" PRIx64 " when it was not allocated",
                             entry->old);
        *id_at(live, entry->old) = 0;
    }
    if (entry->kind == JOURNAL_FREE)
        return trace_add(trace, TRACE_FREE, id, 0, error);
    *id_at(live, entry->payload) = id + 1;
    return trace_add(trace, is_new ? TRACE_ALLOCATE : TRACE_REALLOCATE, id, entry->size, error);
}

static bool add_entries(struct trace *trace, const struct journal_map *map, struct error *error)
{
    struct live_ids live = {0};
    bool good = true;

    if (map->count == 0 || map->entries[0].kind != JOURNAL_BEGUN)
        return error_set(error, "the program did not load the library; programs that are "
                                "statically linked or change their user do not");
    if (!create_ids(map, &live, error))
        return false;
    for (size_t i = 1; good && i < map->count; i++) {
        if (map->entries[i].kind == JOURNAL_CUT)
            good = error_set(error, "there was no room for the journal");
        else
            good = add_entry(trace, &live, &map->entries[i], error);
    }
    free(live.ids);
    return good;
}

bool journal_read(int file, const char *name, struct trace *ret_trace, struct error *error)
{
    struct journal_map map = map_journal(file, error);
    struct trace trace;
    bool good;

    if (!map.entries)
        return false;
    trace_init(&trace, name);
    good = add_entries(&trace, &map, error);
    if (good)
        *ret_trace = trace;
    else
        trace_finish(&trace);
    munmap((void *)map.entries, map.bytes);
    return good;
}
