/* journal_read.c: see journal_read.h. */
#include "trace/journal_read.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "trace/addresses.h"
#include "trace/format.h"
#include "trace/journal_format.h"
#include "trace/obstacle.h"

struct journal_map {
    const struct journal_entry *entries;
    size_t count; /* up to the end of the file or the first JOURNAL_END */
    size_t bytes;
};

/* The journal in memory; without entries if it cannot be had. */
static struct journal_map map_journal(int file, struct error *error)
{
    struct journal_map map = {0};
    struct stat status;
    void *bytes = MAP_FAILED;

    if (fstat(file, &status) == 0 && status.st_size == 0) { /* the library began, and no further */
        error_set(error, "there was no room for the journal; TMPDIR says where to keep it");
        return map;
    }
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

/* Add one entry to the trace. */
static bool add_entry(struct addresses *addresses, struct trace *trace,
                      const struct journal_entry *entry, struct error *error)
{
    switch (entry->kind) {
    case JOURNAL_ALLOCATE:
        return addresses_allocate(addresses, trace, entry->payload, entry->size, error);
    case JOURNAL_REALLOCATE:
        return addresses_resize(addresses, trace, entry->old, entry->payload, entry->size, error);
    case JOURNAL_FREE:
        return addresses_find(addresses, entry->old) != TRACE_NULL_ID
                   ? addresses_release(addresses, trace, entry->old, error)
                   : error_set(error, "the program freed 0x%" PRIx64 " when it was not allocated",
                               entry->old);
    case JOURNAL_CUT:
        return error_set(error, "there was no room for the journal; TMPDIR says where to keep it");
    default: return error_set(error, "expected an entry of a journal, not %" PRIu64, entry->kind);
    }
}

static bool has_begun(const struct journal_map *map)
{
    return map->count > 0 && map->entries[0].kind == JOURNAL_BEGUN;
}

/* Why nobody wrote to it. */
static bool fail_unwritten(const char *program, struct error *error)
{
    char room[PATH_MAX], name[OBSTACLE_NAME_MAX];
    const char *path = obstacle_search(program, room, sizeof room);
    enum obstacle obstacle = path ? obstacle_find(path, NULL, name) : OBSTACLE_NONE;

    if (obstacle == OBSTACLE_NONE)
        return error_set(error, "%s did not load the library", program);
    return error_set(error, "%s %s", name, obstacle_text(obstacle));
}

static bool add_entries(struct trace *trace, const char *program, const struct journal_map *map,
                        struct error *error)
{
    struct addresses addresses = {0};
    bool good = has_begun(map) || fail_unwritten(program, error);

    for (size_t i = 1; good && i < map->count; i++)
        good = add_entry(&addresses, trace, &map->entries[i], error);
    addresses_finish(&addresses);
    return good;
}

bool journal_read(int file, const char *program, const char *name, struct trace *ret_trace,
                  struct error *error)
{
    struct journal_map map = map_journal(file, error);
    struct trace trace;
    bool good;

    if (!map.entries)
        return false;
    trace_init(&trace, name);
    good = add_entries(&trace, program, &map, error);
    if (good)
        *ret_trace = trace;
    else
        trace_finish(&trace);
    munmap((void *)map.entries, map.bytes);
    return good;
}

/* ---- As one format among others ---- */

bool journal_sniff(const struct trace_source *source)
{
    struct journal_entry first;

    if (source->size < sizeof first)
        return false;
    memcpy(&first, source->bytes, sizeof first);
    return first.kind == JOURNAL_BEGUN && first.size == 0 && first.old == 0;
}

static bool fail_at(const struct trace_source *source, size_t number, struct error *error)
{
    struct error what = *error;

    error_set_kind(error, what.kind == ERROR_NO_MEMORY ? ERROR_NO_MEMORY : ERROR_MALFORMED,
                   "%s: entry %zu: %s", source->name, number, what.text);
    error->column = 1;
    return false;
}

bool journal_read_bytes(const struct trace_source *source, struct trace *trace, struct error *error)
{
    struct addresses addresses = {0};
    struct journal_entry entry = {.kind = JOURNAL_BEGUN};
    size_t at = sizeof entry, number;
    bool good = true;

    for (number = 1; good && at < source->size && entry.kind != JOURNAL_END; number++) {
        size_t rest = source->size - at;

        if (rest < sizeof entry) {
            good = error_set(error, "the file ends within it");
            break;
        }
        if (!source_goes_on(source, number, at, error)) {
            addresses_finish(&addresses);
            return false;
        }
        memcpy(&entry, source->bytes + at, sizeof entry);
        at += sizeof entry;
        good = entry.kind == JOURNAL_END || add_entry(&addresses, trace, &entry, error);
        if (!good && source->lenient && error->kind != ERROR_NO_MEMORY) {
            trace->left_out++;
            good = true;
        }
    }
    addresses_finish(&addresses);
    if (good || !source->lenient || error->kind == ERROR_NO_MEMORY)
        return good || fail_at(source, number, error);
    trace->left_out++;
    return true;
}
