/* present.c: see present.h. */
#include "session/present.h"

#include "base/address_table.h"

void present_begin(struct traced *traced, const struct address_table *payloads, size_t live)
{
    traced->present = (struct traced_present){
        .step = traced->count, .count = traced->places, .payloads = payloads, .live = live};
}

void present_end(struct traced *traced)
{
    traced->present = (struct traced_present){0};
}

static bool is_kept(const struct traced_present *present, uint32_t place)
{
    for (size_t i = 0; i < present->kept_count; i++) {
        if (present->kept[i].place == place)
            return true;
    }
    return false;
}

void present_keep(struct traced *traced, const struct traced_place *places, uint32_t place)
{
    struct traced_present *present = &traced->present;

    if (present->step == 0)
        return;
    present->places = places;
    if (place >= present->count || is_kept(present, place))
        return;
    if (present->kept_count == TRACED_KEPT_MOST)
        present_end(traced);
    else
        present->kept[present->kept_count++] = (struct traced_kept){place, places[place]};
}

bool present_is(const struct traced *traced, size_t step)
{
    return step > 0 && traced->present.step == step;
}

struct traced_place present_place(const struct traced *traced, uint32_t place)
{
    const struct traced_present *present = &traced->present;

    for (size_t i = 0; i < present->kept_count; i++) {
        if (present->kept[i].place == place)
            return present->kept[i].before;
    }
    return place < present->count ? present->places[place] : (struct traced_place){0};
}

/* The step that gave it a payload, if that is the one that it holds; else 0. */
static uint32_t giver_in(const struct traced *traced, const struct traced_place *place,
                         uint64_t payload)
{
    bool has = traced_holds(traced, place) &&
               traced_rows_payload(&traced->rows, place->changed) == payload;

    return has ? place->changed : 0;
}

uint32_t present_giver(const struct traced *traced, uint64_t payload)
{
    const struct traced_present *present = &traced->present;
    const struct address_entry *entry;
    struct traced_place place;
    uint32_t giver = 0;

    for (size_t i = 0; i < present->kept_count && giver == 0; i++)
        giver = giver_in(traced, &present->kept[i].before, payload);
    entry = giver == 0 ? address_table_find(present->payloads, payload + 1) : NULL;
    if (!entry)
        return giver;
    place = present_place(traced, entry->number);
    return giver_in(traced, &place, payload);
}

bool present_requested(const struct traced *traced, uint64_t payload, uint64_t *ret_requested)
{
    const struct traced_present *present = &traced->present;
    const struct address_entry *entry = address_table_find(present->payloads, payload + 1);

    if (!entry || entry->number >= present->count || is_kept(present, entry->number))
        return false;
    *ret_requested = entry->size;
    return true;
}
