/* memento.c: see memento.h. */
#include "session/memento.h"

#include "session/ledger.h"
#include "session/present.h"
#include "session/traced_index.h"
#include "session/variables.h"

/* Whether it is the present; else it is in the index, unless steps before it were let go. */
static bool is_present(struct traced *traced, size_t step)
{
    const struct progress nobody = {0};

    if (present_is(traced, step))
        return true;
    if (traced->index.count < step && traced->gone == 0)
        traced_index_make(traced, &nobody);
    return false;
}

struct memento memento_of(struct traced *traced, size_t step)
{
    return (struct memento){.traced = traced_share(traced),
                            .step = step,
                            .places = is_present(traced, step) ? traced->present.count
                                                               : traced_places_at(traced, step)};
}

struct memento memento_share(const struct memento *memento)
{
    traced_share(memento->traced);
    return *memento;
}

void memento_finish(struct memento *memento)
{
    traced_drop(memento->traced);
    *memento = (struct memento){0};
}

size_t memento_live(const struct memento *memento)
{
    return is_present(memento->traced, memento->step)
               ? memento->traced->present.live
               : traced_live_at(memento->traced, memento->step);
}

/* What had been done to a place. */
static struct traced_place place_at(const struct memento *memento, uint32_t place)
{
    return is_present(memento->traced, memento->step)
               ? present_place(memento->traced, place)
               : traced_place_at(memento->traced, place, memento->step);
}

/* What is known of a payload that is live, in a place. */
static struct allocation allocation_in(const struct traced *traced, uint32_t place,
                                       const struct traced_place *known)
{
    return (struct allocation){.payload = traced_rows_payload(&traced->rows, known->changed),
                               .requested = traced_rows_size(&traced->rows, known->changed),
                               .referrer = place,
                               .born = known->born,
                               .changed = known->changed,
                               .links_out = NO_LINK,
                               .links_in = NO_LINK,
                               .parent = NO_LINK};
}

bool memento_allocation(const struct memento *memento, uint64_t payload, size_t *near,
                        struct allocation *ret_allocation)
{
    const struct traced *traced = memento->traced;
    uint32_t giver = is_present(memento->traced, memento->step)
                         ? present_giver(traced, payload)
                         : traced_giver_at(traced, payload, memento->step, near);

    return giver > 0 &&
           memento_held(memento, traced_rows_deed(&traced->rows, giver).place, ret_allocation);
}

bool memento_requested(const struct memento *memento, uint64_t payload, size_t *near,
                       uint64_t *ret_requested)
{
    struct allocation allocation;

    if (is_present(memento->traced, memento->step) &&
        present_requested(memento->traced, payload, ret_requested))
        return true;
    if (!memento_allocation(memento, payload, near, &allocation))
        return false;
    *ret_requested = allocation.requested;
    return true;
}

bool memento_held(const struct memento *memento, uint32_t place, struct allocation *ret_allocation)
{
    struct traced_place known = place_at(memento, place);

    if (!traced_holds(memento->traced, &known))
        return false;
    *ret_allocation = allocation_in(memento->traced, place, &known);
    return true;
}

struct variable memento_variable(const struct memento *memento, uint32_t place)
{
    struct traced_place known = place_at(memento, place);
    struct variable variable = variable_none();

    variable.name = place;
    variable.freed_in = known.freed_in;
    if (known.changed > 0)
        variable.payload = traced_rows_payload(&memento->traced->rows, known.changed);
    if (traced_holds(memento->traced, &known))
        variable.target = variable.payload;
    return variable;
}
