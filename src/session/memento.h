/* memento.h: how things were after a traced step, asked one by one: what a variable held, and what
 * was asked for of a payload. Traced steps never change, so the answers are always the same. */
#ifndef SESSION_MEMENTO_H
#define SESSION_MEMENTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct allocation;
struct traced;
struct variable;

/* One that is all zero is before all steps: no variable is there, and no payload. */
struct memento {
    struct traced *traced;
    size_t step;
    uint32_t places; /* of variables, that were in use */
};

/* The moment after a step; the caller's, to be finished. Then another one, the same.
 *   cost  O(steps) where that one is not in the trace's index yet, and not the present (present.h);
 *         then asking costs that once it is not any more */
struct memento memento_of(struct traced *traced, size_t step);
struct memento memento_share(const struct memento *memento);
void memento_finish(struct memento *memento);

/* How many payloads were live. */
size_t memento_live(const struct memento *memento);

/* What was known of a payload; false where it was not live.
 *   near  see traced_giver_at */
bool memento_allocation(const struct memento *memento, uint64_t payload, size_t *near,
                        struct allocation *ret_allocation);

/* What was asked for of it alone, which can be known sooner. */
bool memento_requested(const struct memento *memento, uint64_t payload, size_t *near,
                       uint64_t *ret_requested);

/* What is known of the payload that the variable in a place held; false where it held none. */
bool memento_held(const struct memento *memento, uint32_t place, struct allocation *ret_allocation);

/* The variable in a place, which was in use. */
struct variable memento_variable(const struct memento *memento, uint32_t place);

#endif
