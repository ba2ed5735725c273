/* links.c: see links.h. The table by place is hashed with linear probing, as the ledger is. */
#include "session/links.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"

enum { PLACES_LEAST = 64 };

void links_finish(struct links *links)
{
    free(links->items);
    free(links->by_place);
    *links = (struct links){0};
}

struct links links_copy(const struct links *links)
{
    struct links copy = *links;

    copy.capacity = 0;
    copy.items = memory_reserve(NULL, &copy.capacity, links->known, sizeof copy.items[0]);
    memory_copy(copy.items, links->items, links->known * sizeof copy.items[0]);
    copy.by_place = memory_create(links->places + 1, sizeof copy.by_place[0]);
    memory_copy(copy.by_place, links->by_place, links->places * sizeof copy.by_place[0]);
    return copy;
}

/* ---- By place ---- */

static size_t home_of(const struct links *links, uint64_t at)
{
    return bits_mix(at) & (links->places - 1);
}

static size_t after(const struct links *links, size_t place)
{
    return (place + 1) & (links->places - 1);
}

/* Where the number of the link at an offset stands, or would be entered. */
static size_t place_of(const struct links *links, uint64_t at)
{
    size_t place = home_of(links, at);

    while (links->by_place[place] != 0 && links->items[links->by_place[place] - 1].at != at)
        place = after(links, place);
    return place;
}

uint32_t links_find(const struct links *links, uint64_t at)
{
    return links->count == 0 ? NO_LINK : links->by_place[place_of(links, at)] - 1;
}

/* Keep at least half of the places free. */
static void make_room(struct links *links)
{
    if (2 * (links->count + 1) <= links->places)
        return;
    links->places = links->places ? 2 * links->places : PLACES_LEAST;
    free(links->by_place);
    links->by_place = memory_create(links->places, sizeof links->by_place[0]);
    for (size_t i = 0; i < links->known; i++) {
        if (links->items[i].at != OFFSET_NULL)
            links->by_place[place_of(links, links->items[i].at)] = (uint32_t)i + 1;
    }
}

/* Whether the search for a link at `place` that begins at `home` passes `gap`. */
static bool passes(size_t home, size_t gap, size_t place)
{
    return place > gap ? home <= gap || home > place : home <= gap && home > place;
}

/* Take out a number; those behind it that would not be found beyond a gap move into it. */
static void leave_place(struct links *links, uint64_t at)
{
    size_t gap = place_of(links, at), place;

    for (place = after(links, gap); links->by_place[place] != 0; place = after(links, place)) {
        if (passes(home_of(links, links->items[links->by_place[place] - 1].at), gap, place)) {
            links->by_place[gap] = links->by_place[place];
            gap = place;
        }
    }
    links->by_place[gap] = 0;
}

/* ---- Numbers ---- */

static uint32_t take_number(struct links *links)
{
    uint32_t number = links->first_unused - 1;

    if (links->first_unused > 0) {
        links->first_unused = links->items[number].next_out;
        return number;
    }
    links->items =
        memory_reserve(links->items, &links->capacity, links->known + 1, sizeof links->items[0]);
    return (uint32_t)links->known++;
}

uint32_t links_add(struct links *links, struct allocation *source, uint64_t at, uint64_t word)
{
    uint32_t number, next = source->links_out;

    make_room(links);
    number = take_number(links);
    links->items[number] = (struct payload_link){.at = at,
                                                 .word = word,
                                                 .source = source->payload,
                                                 .target = OFFSET_NULL,
                                                 .next_out = next,
                                                 .previous_out = NO_LINK,
                                                 .next_in = NO_LINK,
                                                 .previous_in = NO_LINK};
    if (next != NO_LINK)
        links->items[next].previous_out = number;
    source->links_out = number;
    links->by_place[place_of(links, at)] = number + 1;
    links->count++;
    return number;
}

void links_point_in(struct links *links, uint32_t number, bool points_in)
{
    struct payload_link *link = &links->items[number];

    links->pointing_in += (size_t)points_in - (size_t)link->points_in;
    link->points_in = points_in;
}

void links_remove(struct links *links, uint32_t number, struct allocation *source)
{
    struct payload_link *link = &links->items[number];

    if (link->previous_out != NO_LINK)
        links->items[link->previous_out].next_out = link->next_out;
    else
        source->links_out = link->next_out;
    if (link->next_out != NO_LINK)
        links->items[link->next_out].previous_out = link->previous_out;
    leave_place(links, link->at);
    links_point_in(links, number, false);
    *link = (struct payload_link){.at = OFFSET_NULL, .next_out = links->first_unused};
    links->first_unused = number + 1;
    links->count--;
}

/* ---- What they refer to ---- */

void links_refer(struct links *links, uint32_t number, struct allocation *target)
{
    struct payload_link *link = &links->items[number];
    uint32_t next = target->links_in;

    link->target = target->payload;
    link->freed_in = 0;
    link->next_in = next;
    link->previous_in = NO_LINK;
    if (next != NO_LINK)
        links->items[next].previous_in = number;
    target->links_in = number;
}

void links_let_go(struct links *links, uint32_t number, struct allocation *target)
{
    struct payload_link *link = &links->items[number];

    if (link->previous_in != NO_LINK)
        links->items[link->previous_in].next_in = link->next_in;
    else
        target->links_in = link->next_in;
    if (link->next_in != NO_LINK)
        links->items[link->next_in].previous_in = link->previous_in;
    link->target = OFFSET_NULL;
    link->next_in = link->previous_in = NO_LINK;
}
