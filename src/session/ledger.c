/* ledger.c: see ledger.h. */
#include "session/ledger.h"

#include <stdlib.h>

#include "base/memory.h"

#define uthash_fatal(message) memory_exhausted()
#include <uthash.h>

struct ledger_entry {
    UT_hash_handle hh;
    struct allocation allocation;
};

static struct ledger_entry *find(const struct ledger *ledger, uint64_t payload)
{
    struct ledger_entry *entry;

    HASH_FIND(hh, ledger->entries, &payload, sizeof payload, entry);
    return entry;
}

void ledger_finish(struct ledger *ledger)
{
    struct ledger_entry *entry = ledger->entries;

    HASH_CLEAR(hh, ledger->entries); /* gives back the table; the entries are still chained */
    while (entry) {
        struct ledger_entry *next = entry->hh.next;

        free(entry);
        entry = next;
    }
}

struct allocation *ledger_find(const struct ledger *ledger, uint64_t payload)
{
    struct ledger_entry *entry = find(ledger, payload);

    return entry ? &entry->allocation : NULL;
}

void ledger_enter(struct ledger *ledger, const struct allocation *allocation)
{
    struct ledger_entry *entry = find(ledger, allocation->payload);

    if (entry) {
        entry->allocation = *allocation;
        return;
    }
    entry = memory_create(1, sizeof *entry);
    entry->allocation = *allocation;
    HASH_ADD(hh, ledger->entries, allocation.payload, sizeof entry->allocation.payload, entry);
}

void ledger_remove(struct ledger *ledger, uint64_t payload)
{
    struct ledger_entry *entry = find(ledger, payload);

    if (entry) {
        HASH_DEL(ledger->entries, entry);
        free(entry);
    }
}
