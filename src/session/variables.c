/* variables.c: see variables.h. */
#include "session/variables.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- One of them ---- */

struct variable variable_none(void)
{
    return (struct variable){.payload = OFFSET_NULL,
                             .target = OFFSET_NULL,
                             .next = NO_VARIABLE,
                             .previous = NO_VARIABLE,
                             .name = NO_NAME,
                             .outer = NO_VARIABLE,
                             .slot_name = NO_NAME};
}

enum variable_state variable_state(const struct variable *variable)
{
    if (variable->bytes > 0 && variable->slot_name == NO_NAME)
        return VARIABLE_DATA;
    if (variable->payload == OFFSET_NULL)
        return VARIABLE_NULL;
    if (variable->target != OFFSET_NULL)
        return variable->payload == variable->target ? VARIABLE_LIVE : VARIABLE_INTERIOR;
    if (variable->freed_in > 0)
        return VARIABLE_DANGLING;
    return variable->points_in ? VARIABLE_STACK : VARIABLE_WILD;
}

bool variable_is_live(const struct variable *variable)
{
    return variable->target != OFFSET_NULL;
}

bool variable_can_point(const struct variable *variable)
{
    return variable->bytes == 0 || variable->bytes == WORD_BYTES;
}

bool variable_is_slot(const struct variable *variable)
{
    return variable->slot_name != NO_NAME && variable->bytes == 0;
}

uint32_t variable_words(const struct variable *variable)
{
    return variable->bytes > 0 ? (variable->bytes - 1) / WORD_BYTES + 1 : 1;
}

struct variable variable_as_named(const struct variable *variable)
{
    struct variable named = *variable;

    if (variable->bytes > 0) {
        named.target = OFFSET_NULL;
        named.slot_name = NO_NAME;
        named.freed_in = 0;
        named.points_in = false;
    }
    return named;
}

/* ---- All of them ---- */

void variables_finish(struct variables *variables)
{
    for (size_t i = 0; i < variables->page_count; i++)
        free(variables->pages[i]);
    free(variables->pages);
    memento_finish(&variables->memento);
    free(variables->by_name);
    free(variables->named);
    free(variables->called);
    *variables = (struct variables){0};
}

struct variables variables_copy(const struct variables *variables)
{
    struct variables copy = *variables;

    copy.page_capacity = copy.name_capacity = copy.named_capacity = copy.called_capacity = 0;
    copy.memento = memento_share(&variables->memento);
    copy.pages = memory_reserve(NULL, &copy.page_capacity, copy.page_count, sizeof copy.pages[0]);
    for (size_t i = 0; i < copy.page_count; i++) {
        copy.pages[i] = NULL;
        if (!variables->pages[i])
            continue;
        copy.pages[i] = memory_create(VARIABLES_PAGE, sizeof copy.pages[i][0]);
        memory_copy(copy.pages[i], variables->pages[i], VARIABLES_PAGE * sizeof copy.pages[i][0]);
    }
    copy.by_name = memory_reserve(NULL, &copy.name_capacity, copy.names, sizeof copy.by_name[0]);
    memory_copy(copy.by_name, variables->by_name, copy.names * sizeof copy.by_name[0]);
    copy.named = memory_reserve(NULL, &copy.named_capacity, copy.named_count, sizeof copy.named[0]);
    memory_copy(copy.named, variables->named, copy.named_count * sizeof copy.named[0]);
    copy.called =
        memory_reserve(NULL, &copy.called_capacity, copy.called_count, sizeof copy.called[0]);
    memory_copy(copy.called, variables->called, copy.called_count * sizeof copy.called[0]);
    return copy;
}

/* Let there be pages for so many, which may not have been made. */
static void reserve_pages(struct variables *variables, size_t count)
{
    size_t pages = (count + VARIABLES_PAGE - 1) / VARIABLES_PAGE;

    variables->pages = memory_reserve(variables->pages, &variables->page_capacity, pages,
                                      sizeof variables->pages[0]);
    while (variables->page_count < pages)
        variables->pages[variables->page_count++] = NULL;
}

void variables_reserve(struct variables *variables, size_t count)
{
    reserve_pages(variables, count);
    variables->by_name = memory_reserve(variables->by_name, &variables->name_capacity, count,
                                        sizeof variables->by_name[0]);
    variables->named = memory_reserve(variables->named, &variables->named_capacity, count,
                                      sizeof variables->named[0]);
}

void variables_recall(struct variables *variables, const struct memento *memento)
{
    variables_reserve(variables, memento->places);
    variables->memento = memento_share(memento);
    variables->count = variables->names = variables->named_count = memento->places;
    for (uint32_t place = 0; place < memento->places; place++)
        variables->by_name[place] = variables->named[place] = place;
}

struct variable *variables_make_page(const struct variables *variables, size_t page)
{
    struct variable *items = memory_create(VARIABLES_PAGE, sizeof items[0]);
    uint32_t first = (uint32_t)page * VARIABLES_PAGE;

    for (uint32_t i = 0; i < VARIABLES_PAGE; i++)
        items[i] = first + i < variables->memento.places
                       ? memento_variable(&variables->memento, first + i)
                       : variable_none();
    variables->pages[page] = items;
    return items;
}

struct variable *variables_at(struct variables *variables, uint32_t place)
{
    reserve_pages(variables, (size_t)place + 1);
    while (variables->count <= place)
        *variables_get(variables, (uint32_t)variables->count++) = variable_none();
    return variables_get(variables, place);
}

void variables_call(struct variables *variables, uint32_t place, uint32_t name)
{
    struct variable *variable = variables_get(variables, place);

    if (name == NO_NAME)
        return;
    variables->by_name = memory_reserve(variables->by_name, &variables->name_capacity,
                                        (size_t)name + 1, sizeof variables->by_name[0]);
    while (variables->names <= name)
        variables->by_name[variables->names++] = NO_VARIABLE;
    variable->name = name;
    variable->outer = variables->by_name[name];
    variables->by_name[name] = place;
    variables->named = memory_reserve(variables->named, &variables->named_capacity,
                                      variables->named_count + 1, sizeof variables->named[0]);
    variables->named[variables->named_count++] = place;
}

/* Enter a place among those that have names, in their order. */
static void enter(struct variables *variables, uint32_t place)
{
    size_t at = variables_named_from(variables, place);

    variables->named = memory_reserve(variables->named, &variables->named_capacity,
                                      variables->named_count + 1, sizeof variables->named[0]);
    memmove(&variables->named[at + 1], &variables->named[at],
            (variables->named_count - at) * sizeof variables->named[0]);
    variables->named[at] = place;
    variables->named_count++;
    for (size_t i = variables->called_count; i > 0 && variables->called[i - 1].first > place; i--)
        variables->called[i - 1].named++;
}

void variables_add_slot(struct variables *variables, uint32_t place, uint32_t name)
{
    struct variable *variable = variables_get(variables, place);

    variable->slot_name = name;
    if (variable->name != NO_NAME)
        return;
    variable->name = name;
    enter(variables, place);
}

size_t variables_named_from(const struct variables *variables, uint32_t place)
{
    size_t low = 0, high = variables->named_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (variables->named[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- Frames ---- */

size_t variables_frames(const struct variables *variables)
{
    return variables->called_count + 1;
}

struct frame variables_frame(const struct variables *variables, size_t number)
{
    if (number == 0)
        return (struct frame){.name = NO_NAME};
    return variables->called[number - 1];
}

size_t variables_frame_of(const struct variables *variables, uint32_t place)
{
    size_t low = 0, high = variables->called_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (variables->called[middle].first <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t variables_frame_end(const struct variables *variables, size_t number)
{
    return number == variables->called_count ? (uint32_t)variables->count
                                             : variables->called[number].first;
}

bool variables_find(const struct variables *variables, size_t frame, uint32_t name,
                    uint32_t *ret_place)
{
    uint32_t place = name < variables->names ? variables->by_name[name] : NO_VARIABLE;
    uint32_t end = variables_frame_end(variables, frame);

    while (place != NO_VARIABLE && place >= end)
        place = variables_get(variables, place)->outer;
    if (place == NO_VARIABLE || place < variables_frame(variables, frame).first)
        return false;
    *ret_place = place;
    return true;
}

void variables_push(struct variables *variables, uint32_t name, uint32_t step)
{
    uint32_t first = (uint32_t)variables->count;

    variables->called = memory_reserve(variables->called, &variables->called_capacity,
                                       variables->called_count + 1, sizeof variables->called[0]);
    variables->called[variables->called_count++] =
        (struct frame){.name = name, .first = first, .step = step, .named = variables->named_count};
    variables_at(variables, first + FRAME_WORDS - 1);
}

void variables_pop(struct variables *variables)
{
    struct frame frame = variables->called[--variables->called_count];

    while (variables->named_count > frame.named) {
        const struct variable *last =
            variables_get(variables, variables->named[--variables->named_count]);

        if (!variable_is_slot(last)) /* slots are found by nobody's name */
            variables->by_name[last->name] = last->outer;
    }
    variables->count = frame.first;
}

/* ---- Pointers to the stack ---- */

void variables_point_in(struct variables *variables, uint32_t place)
{
    struct variable *variable = variables_get(variables, place);

    variable->points_in = true;
    variable->previous = NO_VARIABLE;
    variable->next = variables->pointing_in > 0 ? variables->first_in : NO_VARIABLE;
    if (variable->next != NO_VARIABLE)
        variables_get(variables, variable->next)->previous = place;
    variables->first_in = place;
    variables->pointing_in++;
}

void variables_point_out(struct variables *variables, uint32_t place)
{
    struct variable *variable = variables_get(variables, place);

    if (!variable->points_in)
        return;
    if (variable->previous != NO_VARIABLE)
        variables_get(variables, variable->previous)->next = variable->next;
    else
        variables->first_in = variable->next;
    if (variable->next != NO_VARIABLE)
        variables_get(variables, variable->next)->previous = variable->previous;
    variable->points_in = false;
    variable->next = variable->previous = NO_VARIABLE;
    variables->pointing_in--;
}
