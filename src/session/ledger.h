/* ledger.h: what the user asked for: one entry for each payload that the allocator handed out and
 * that has not been given back. The heap itself does not keep these numbers, so the front does.
 *
 * The entries lie in an array, hashed by payload, so that a session of a hundred thousand steps is
 * gone through in a few milliseconds when somebody goes back in time. Where it becomes too small, a
 * larger one takes its place, into which the entries move a few at a time: see base/moving.h. */
#ifndef SESSION_LEDGER_H
#define SESSION_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/moving.h"
#include "target/op.h"

#define NO_LINK UINT32_MAX

struct allocation {
    uint64_t payload;   /* its offset */
    uint64_t requested; /* bytes */
    uint32_t referrer;  /* the first variable that points to it; NO_VARIABLE for none */
    uint32_t born;      /* the step that allocated it, not 0 */
    uint32_t changed;   /* the last step that changed its size */
    bool twice;         /* it was handed out while it was live, as after a double free */
    uint32_t links_out; /* the first of the links that lie in it; NO_LINK for none */
    uint32_t links_in;  /* the first of those that refer to it; NO_LINK for none */
    uint32_t parent;    /* one of these; see reach.h */
    uint32_t lost_in;   /* the step since which no variable leads to it; 0 if one does */
};

/* A hash table with linear probing: an entry stands at the place that its payload's hash names, or
 * at the first free one behind it, and no free place is in between. */
struct ledger_table {
    struct allocation *entries; /* born is 0 where there is none */
    size_t capacity;            /* less than 2^32 */
};

struct recalled;

/* What always holds: a payload has one entry at most, in one of the tables or among those that are
 * recalled; at least half of the places of `table` are free. */
struct ledger {
    struct ledger_table table;
    struct ledger_table old;   /* whose entries move into the table; no places when all have */
    struct moving moving;      /* how far */
    size_t count;              /* entries in all */
    struct recalled *recalled; /* those that a trace left, one by one as they are asked for: see
                                  recalled.h; NULL for none; */
    size_t recalled_count;     /* of the entries, so many are there */
    size_t lost;               /* of them, no variable leads to these */
};

/* A ledger that is all zero is empty. */
void ledger_finish(struct ledger *ledger);

/* A ledger with the same entries. */
struct ledger ledger_copy(const struct ledger *ledger);

/* Let an empty ledger have the entries that a trace left, of which it takes over what fetches them;
 * so many. */
void ledger_recall(struct ledger *ledger, struct recalled *recalled, size_t count);

/* The entry of a payload, to read or to change, valid until one is entered or removed; NULL if the
 * payload is not live. */
struct allocation *ledger_find(const struct ledger *ledger, uint64_t payload);

/* Enter a payload, in place of what was entered for it; its entry. */
struct allocation *ledger_enter(struct ledger *ledger, const struct allocation *allocation);

/* Let an empty ledger have room for so many entries at once. */
void ledger_reserve(struct ledger *ledger, size_t count);

/* Say that a payload will be looked up soon: among a million, each lookup waits for memory, unless
 * that was told a few lookups before. */
void ledger_expect(const struct ledger *ledger, uint64_t payload);

/* Forget a payload, if it is there. */
void ledger_remove(struct ledger *ledger, uint64_t payload);

/* The next entry, in no order; NULL at the end. All that are recalled are fetched then.
 *   place  0 for the first, then as it was left */
const struct allocation *ledger_next(const struct ledger *ledger, size_t *place);

#endif
