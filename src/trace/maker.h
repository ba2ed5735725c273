/* maker.h: what the generators write with: numbered payloads, live ones to choose from, chance.
 *
 * A generator makes only operations that its trace allows; should a limit of trace.h be reached,
 * the maker remembers the error, and whatever is made after it is not added. */
#ifndef TRACE_MAKER_H
#define TRACE_MAKER_H

#include "base/random.h"
#include "trace/trace.h"

struct maker {
    struct trace *trace;
    struct random random;
    uint64_t n; /* of the specification */
    uint32_t next_id;
    bool failed;
    struct error error; /* if failed */
};

/* Payloads that live for a while: ids in no order. All zero is none. */
struct group {
    uint32_t *ids;
    size_t count, capacity;
};

/* Allocate a new id, change the size of one, free one. */
uint32_t maker_allocate(struct maker *maker, uint64_t size);
void maker_reallocate(struct maker *maker, uint32_t id, uint64_t size);
void maker_free(struct maker *maker, uint32_t id);

/* A number in [low, high]; small numbers more often: the exponent is drawn first. */
uint64_t maker_between(struct maker *maker, uint64_t low, uint64_t high);
uint64_t maker_skewed(struct maker *maker, uint64_t low, uint64_t high);

/* Whether something of this chance happens now. */
bool maker_chance(struct maker *maker, unsigned percent);

/* Make a payload that is live one of the group. */
void group_adopt(struct group *group, uint32_t id);

/* Allocate one more of the group; free one by chance, or all in the order in which they came; give
 * the group's memory back. */
uint32_t group_allocate(struct group *group, struct maker *maker, uint64_t size);
void group_free_one(struct group *group, struct maker *maker);
void group_free_all(struct group *group, struct maker *maker);

#endif
