/* recalled.c: see recalled.h. */
#include "session/recalled.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"

enum { PAGE = 128 };

/* They lie on pages, which do not move; a table of their numbers, hashed by payload, of which at
 * least half of the places are free, finds them. */
struct recalled {
    struct memento memento;
    struct allocation **pages;
    size_t count, page_count, page_capacity;
    uint32_t *numbers; /* plus 1; 0 for none */
    size_t capacity;   /* a power of two */
    size_t near;       /* see traced_giver_at */
    bool has_all;
};

struct recalled *recalled_create(const struct memento *memento)
{
    struct recalled *recalled = memory_create(1, sizeof *recalled);

    recalled->memento = memento_share(memento);
    recalled->capacity = 2 * (size_t)PAGE;
    recalled->numbers = memory_create(recalled->capacity, sizeof recalled->numbers[0]);
    return recalled;
}

struct recalled *recalled_copy(const struct recalled *recalled)
{
    struct recalled *copy;

    if (!recalled)
        return NULL;
    copy = memory_create(1, sizeof *copy);
    *copy = *recalled;
    copy->memento = memento_share(&recalled->memento);
    copy->page_capacity = 0;
    copy->pages =
        memory_reserve(NULL, &copy->page_capacity, copy->page_count + 1, sizeof copy->pages[0]);
    for (size_t i = 0; i < copy->page_count; i++) {
        copy->pages[i] = memory_create(PAGE, sizeof copy->pages[i][0]);
        memory_copy(copy->pages[i], recalled->pages[i], PAGE * sizeof copy->pages[i][0]);
    }
    copy->numbers = memory_create(copy->capacity, sizeof copy->numbers[0]);
    memory_copy(copy->numbers, recalled->numbers, copy->capacity * sizeof copy->numbers[0]);
    return copy;
}

void recalled_destroy(struct recalled *recalled)
{
    if (!recalled)
        return;
    memento_finish(&recalled->memento);
    for (size_t i = 0; i < recalled->page_count; i++)
        free(recalled->pages[i]);
    free(recalled->pages);
    free(recalled->numbers);
    free(recalled);
}

/* ---- What has been fetched ---- */

static struct allocation *get(const struct recalled *recalled, size_t number)
{
    return &recalled->pages[number / PAGE][number % PAGE];
}

/* Where in the table a payload's number is, or would be. */
static uint32_t *place_of(const struct recalled *recalled, uint64_t payload)
{
    size_t place = bits_mix(payload) & (recalled->capacity - 1);

    while (recalled->numbers[place] != 0 &&
           get(recalled, recalled->numbers[place] - 1)->payload != payload)
        place = (place + 1) & (recalled->capacity - 1);
    return &recalled->numbers[place];
}

static void make_room(struct recalled *recalled)
{
    if (recalled->count == recalled->page_count * PAGE) {
        recalled->pages = memory_reserve(recalled->pages, &recalled->page_capacity,
                                         recalled->page_count + 1, sizeof recalled->pages[0]);
        recalled->pages[recalled->page_count++] = memory_create(PAGE, sizeof(struct allocation));
    }
    if (2 * (recalled->count + 1) <= recalled->capacity)
        return;
    free(recalled->numbers);
    recalled->capacity *= 4;
    recalled->numbers = memory_create(recalled->capacity, sizeof recalled->numbers[0]);
    for (size_t i = 0; i < recalled->count; i++)
        *place_of(recalled, get(recalled, i)->payload) = (uint32_t)i + 1;
}

static struct allocation *add(struct recalled *recalled, const struct allocation *allocation)
{
    struct allocation *added;

    make_room(recalled);
    added = get(recalled, recalled->count);
    *added = *allocation;
    *place_of(recalled, allocation->payload) = (uint32_t)++recalled->count;
    return added;
}

/* ---- Fetching ---- */

struct allocation *recalled_find(struct recalled *recalled, uint64_t payload)
{
    struct allocation allocation, *known;
    uint32_t number = *place_of(recalled, payload);

    if (number > 0) {
        known = get(recalled, number - 1);
        return known->born > 0 ? known : NULL;
    }
    if (recalled->has_all ||
        !memento_allocation(&recalled->memento, payload, &recalled->near, &allocation))
        return NULL;
    return add(recalled, &allocation);
}

void recalled_forget(struct allocation *allocation)
{
    allocation->born = 0;
}

static void fetch_all(struct recalled *recalled)
{
    struct allocation allocation;

    for (uint32_t place = 0; place < recalled->memento.places; place++) {
        if (memento_held(&recalled->memento, place, &allocation) &&
            *place_of(recalled, allocation.payload) == 0)
            add(recalled, &allocation);
    }
    recalled->has_all = true;
}

const struct allocation *recalled_at(struct recalled *recalled, size_t number)
{
    if (!recalled->has_all)
        fetch_all(recalled);
    return number < recalled->count ? get(recalled, number) : NULL;
}
