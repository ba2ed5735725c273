/* traced_rows.c: see traced_rows.h. A number is changed before it is packed where others then are
 * nearer to it:
 *  - payloads are aligned, so that their lowest bits are all 0: they become the highest;
 *  - what is usable of a payload is little more than what was asked for: it is what there is more;
 *  - few steps are refused: a bit above their kind. */
#include "session/traced_rows.h"

enum { SIZE_BITS = 48, ALIGNED_BITS = 3, KIND_BITS = 3 };

_Static_assert(OP_ALLOC >> KIND_BITS == 0 && OP_CALLOC >> KIND_BITS == 0 &&
                   OP_REALLOC >> KIND_BITS == 0 && OP_ALIGNED >> KIND_BITS == 0 &&
                   OP_FREE >> KIND_BITS == 0,
               "a kind of traced step has so many bits");

enum column { DEED, PLACE, PAYLOAD, USABLE, HEAP_SIZE, LIVE, SIZE, POWER, NANOSECONDS, COLUMNS };

/* ---- Numbers, as they are packed ---- */

static uint64_t turn(uint64_t payload_bits)
{
    return payload_bits >> ALIGNED_BITS |
           (payload_bits << (SIZE_BITS - ALIGNED_BITS) & TRACED_SIZE_MOST);
}

static uint64_t turn_back(uint64_t turned)
{
    return (turned << ALIGNED_BITS & TRACED_SIZE_MOST) | turned >> (SIZE_BITS - ALIGNED_BITS);
}

/* What is usable, as more than what is asked for here; and the other way round. */
static uint64_t base_of_usable(unsigned kind, uint64_t size)
{
    return kind == OP_FREE ? 0 : size;
}

static void take_deed(struct traced_step *step, uint64_t deed)
{
    step->kind = deed & ((1u << KIND_BITS) - 1);
    step->refused = deed >> KIND_BITS & 1;
}

void traced_rows_begin(struct packed_rows *rows)
{
    packed_rows_begin(rows, COLUMNS);
}

void traced_rows_add(struct packed_rows *rows, const struct traced_step *step)
{
    const uint64_t values[COLUMNS] = {
        [DEED] = step->kind | (uint64_t)step->refused << KIND_BITS,
        [PLACE] = step->place,
        [PAYLOAD] = turn(step->payload_bits),
        [USABLE] = (step->usable - base_of_usable(step->kind, step->size)) & TRACED_SIZE_MOST,
        [HEAP_SIZE] = step->heap_size,
        [LIVE] = step->live,
        [SIZE] = step->size,
        [POWER] = step->power,
        [NANOSECONDS] = step->nanoseconds,
    };

    packed_rows_add(rows, values);
}

/* ---- One by one ---- */

static uint64_t get(const struct packed_rows *rows, size_t number, enum column column)
{
    return packed_rows_get(rows, number - 1, column);
}

struct traced_step traced_rows_deed(const struct packed_rows *rows, size_t number)
{
    struct traced_step step = {
        .place = get(rows, number, PLACE) & TRACED_PLACE_MOST,
        .payload_bits = turn_back(get(rows, number, PAYLOAD)) & TRACED_SIZE_MOST,
    };

    take_deed(&step, get(rows, number, DEED));
    return step;
}

struct traced_step traced_rows_step(const struct packed_rows *rows, size_t number)
{
    struct traced_step step = traced_rows_deed(rows, number);

    step.size = get(rows, number, SIZE) & TRACED_SIZE_MOST;
    step.usable =
        (get(rows, number, USABLE) + base_of_usable(step.kind, step.size)) & TRACED_SIZE_MOST;
    step.heap_size = get(rows, number, HEAP_SIZE) & TRACED_SIZE_MOST;
    step.live = get(rows, number, LIVE) & TRACED_SIZE_MOST;
    step.power = get(rows, number, POWER) & 63u;
    step.nanoseconds = (uint32_t)get(rows, number, NANOSECONDS);
    return step;
}

uint64_t traced_rows_payload(const struct packed_rows *rows, size_t number)
{
    const struct traced_step step = {.payload_bits =
                                         turn_back(get(rows, number, PAYLOAD)) & TRACED_SIZE_MOST};

    return traced_payload(&step);
}

uint64_t traced_rows_size(const struct packed_rows *rows, size_t number)
{
    return get(rows, number, SIZE);
}

uint64_t traced_rows_live(const struct packed_rows *rows, size_t number)
{
    return get(rows, number, LIVE);
}

uint64_t traced_rows_heap_size(const struct packed_rows *rows, size_t number)
{
    return get(rows, number, HEAP_SIZE);
}

uint32_t traced_rows_nanoseconds(const struct packed_rows *rows, size_t number)
{
    return (uint32_t)get(rows, number, NANOSECONDS);
}

/* ---- Many ---- */

uint64_t traced_rows_time(const struct packed_rows *rows, size_t from, size_t to)
{
    uint64_t nanoseconds[PACKED_ROWS], time = 0;

    while (from < to) {
        size_t row = from % PACKED_ROWS, first = from - row;
        size_t end = to - first < PACKED_ROWS ? to - first : PACKED_ROWS;

        packed_rows_read(rows, first, NANOSECONDS, nanoseconds);
        for (; row < end; row++)
            time += nanoseconds[row];
        from = first + end;
    }
    return time;
}

void traced_view_begin(struct traced_view *view, const struct packed_rows *rows, bool are_deeds)
{
    view->rows = rows;
    view->are_deeds = are_deeds;
    view->block = view->count = 0;
}

static void fill_deeds(struct traced_view *view, size_t first)
{
    uint64_t deeds[PACKED_ROWS], places[PACKED_ROWS], payloads[PACKED_ROWS];

    packed_rows_read(view->rows, first, DEED, deeds);
    packed_rows_read(view->rows, first, PLACE, places);
    packed_rows_read(view->rows, first, PAYLOAD, payloads);
    for (size_t i = 0; i < view->count; i++) {
        struct traced_step *step = &view->steps[i];

        take_deed(step, deeds[i]);
        step->place = places[i] & TRACED_PLACE_MOST;
        step->payload_bits = turn_back(payloads[i]) & TRACED_SIZE_MOST;
    }
}

static void fill_rest(struct traced_view *view, size_t first)
{
    uint64_t sizes[PACKED_ROWS], usables[PACKED_ROWS], heap_sizes[PACKED_ROWS], lives[PACKED_ROWS],
        powers[PACKED_ROWS], nanoseconds[PACKED_ROWS];

    packed_rows_read(view->rows, first, SIZE, sizes);
    packed_rows_read(view->rows, first, USABLE, usables);
    packed_rows_read(view->rows, first, HEAP_SIZE, heap_sizes);
    packed_rows_read(view->rows, first, LIVE, lives);
    packed_rows_read(view->rows, first, POWER, powers);
    packed_rows_read(view->rows, first, NANOSECONDS, nanoseconds);
    for (size_t i = 0; i < view->count; i++) {
        struct traced_step *step = &view->steps[i];

        step->size = sizes[i] & TRACED_SIZE_MOST;
        step->usable = (usables[i] + base_of_usable(step->kind, sizes[i])) & TRACED_SIZE_MOST;
        step->heap_size = heap_sizes[i] & TRACED_SIZE_MOST;
        step->live = lives[i] & TRACED_SIZE_MOST;
        step->power = powers[i] & 63u;
        step->nanoseconds = (uint32_t)nanoseconds[i];
    }
}

const struct traced_step *traced_view_at(struct traced_view *view, size_t number)
{
    size_t row = (number - 1) % PACKED_ROWS, first = number - 1 - row;

    if (view->block != first / PACKED_ROWS || row >= view->count) {
        size_t left = view->rows->count - first;

        view->block = first / PACKED_ROWS;
        view->count = left < PACKED_ROWS ? left : PACKED_ROWS;
        fill_deeds(view, first);
        if (!view->are_deeds)
            fill_rest(view, first);
    }
    return &view->steps[row];
}
