/* traced_index.c: see traced_index.h. */
#include "session/traced_index.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"

void traced_index_finish(struct traced_index *index)
{
    free(index->firsts);
    free(index->by_place);
    free(index->givers);
    free(index->live);
    *index = (struct traced_index){0};
}

size_t traced_index_bytes(const struct traced_index *index)
{
    if (index->count == 0)
        return 0;
    return (index->count + index->giver_count + index->places + 1 +
            index->count / TRACED_LIVE_EVERY + 1) *
           sizeof(uint32_t);
}

/* Whether a step did anything: see traced_note_place. */
static bool has_effect(const struct traced_step *step)
{
    return !step->refused || step->kind == OP_ALLOC;
}

static bool gives(const struct traced_step *step)
{
    return step->kind != OP_FREE && step->payload != OFFSET_NULL && has_effect(step);
}

/* ---- Making it: by place ---- */

/* How many steps are about each place: where those of the next begin. */
static void count_by_place(const struct traced *traced, struct traced_index *index)
{
    index->firsts = memory_create((size_t)index->places + 1, sizeof index->firsts[0]);
    for (size_t i = 0; i < traced->count; i++) {
        index->firsts[traced->steps[i].place + 1]++;
        index->giver_count += gives(&traced->steps[i]);
    }
    for (uint32_t place = 0; place < index->places; place++)
        index->firsts[place + 1] += index->firsts[place];
}

static void sort_by_place(const struct traced *traced, struct traced_index *index)
{
    uint32_t *next = memory_create((size_t)index->places + 1, sizeof next[0]);

    memory_copy(next, index->firsts, ((size_t)index->places + 1) * sizeof next[0]);
    index->by_place = memory_create(traced->count + 1, sizeof index->by_place[0]);
    for (size_t i = 0; i < traced->count; i++)
        index->by_place[next[traced->steps[i].place]++] = (uint32_t)i + 1;
    free(next);
}

/* ---- Making it: what is live ---- */

static void count_live(const struct traced *traced, struct traced_index *index)
{
    unsigned char *holds = memory_create((size_t)index->places + 1, 1);
    uint32_t live = 0;

    index->live = memory_create(traced->count / TRACED_LIVE_EVERY + 1, sizeof index->live[0]);
    for (size_t i = 0; i < traced->count; i++) {
        const struct traced_step *step = &traced->steps[i];
        unsigned char *held = &holds[step->place];

        live -= *held;
        if (has_effect(step))
            *held = gives(step) || (step->kind == OP_FREE && step->payload == OFFSET_NULL && *held);
        live += *held;
        if ((i + 1) % TRACED_LIVE_EVERY == 0)
            index->live[(i + 1) / TRACED_LIVE_EVERY] = live;
    }
    free(holds);
}

/* ---- Making it: by payload ---- */

struct giver {
    uint64_t payload;
    uint32_t step;
};

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* Sort by so many bits of the payload, those that are alike there staying in their order. */
static void sort_by_digit(const struct giver *from, struct giver *to, size_t count, unsigned shift)
{
    size_t starts[DIGITS + 1] = {0};

    for (size_t i = 0; i < count; i++)
        starts[(from[i].payload >> shift) % DIGITS + 1]++;
    for (size_t digit = 0; digit < DIGITS; digit++)
        starts[digit + 1] += starts[digit];
    for (size_t i = 0; i < count; i++)
        to[starts[(from[i].payload >> shift) % DIGITS]++] = from[i];
}

static void sort_givers(const struct traced *traced, struct traced_index *index)
{
    struct giver *from = memory_create(index->giver_count + 1, sizeof from[0]);
    struct giver *to = memory_create(index->giver_count + 1, sizeof to[0]), *other;
    uint64_t bits = 0;
    size_t count = 0;
    unsigned shift;

    for (size_t i = 0; i < traced->count; i++) {
        if (!gives(&traced->steps[i]))
            continue;
        from[count++] = (struct giver){traced->steps[i].payload, (uint32_t)i + 1};
        bits |= traced->steps[i].payload;
    }
    for (shift = bits ? (unsigned)__builtin_ctzll(bits) : 0; shift < 64 && bits >> shift != 0;
         shift += DIGIT_BITS) {
        sort_by_digit(from, to, count, shift);
        other = from;
        from = to;
        to = other;
    }
    index->givers = memory_create(count + 1, sizeof index->givers[0]);
    for (size_t i = 0; i < count; i++)
        index->givers[i] = from[i].step;
    free(from);
    free(to);
}

void traced_index_make(struct traced *traced)
{
    struct traced_index index = {.count = traced->count, .places = traced->places};

    if (traced->index.count == traced->count)
        return;
    traced_index_finish(&traced->index);
    count_by_place(traced, &index);
    sort_by_place(traced, &index);
    count_live(traced, &index);
    sort_givers(traced, &index);
    traced->index = index;
}

/* ---- Asking of places ---- */

/* The first place of steps [from, to) in the row whose step is behind `step`. */
static uint32_t first_behind(const uint32_t *steps, uint32_t from, uint32_t to, size_t step)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (steps[middle] > step)
            to = middle;
        else
            from = middle + 1;
    }
    return from;
}

uint32_t traced_places_at(const struct traced *traced, size_t step)
{
    const struct traced_index *index = &traced->index;
    uint32_t low = 0, high = index->places;

    while (low < high) { /* they come into use one behind the other */
        uint32_t middle = low + (high - low) / 2;

        if (index->by_place[index->firsts[middle]] <= step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where in the row to begin with the steps up to `until`, so that those before make no difference:
 * behind the last one that left a place that held nothing, or with one that says all anew. */
static uint32_t beginning_of(const struct traced *traced, uint32_t first, uint32_t until)
{
    const uint32_t *steps = traced->index.by_place;
    bool has_changed = false;

    for (uint32_t i = until; i > first; i--) {
        const struct traced_step *step = &traced->steps[steps[i - 1] - 1];

        if (!has_effect(step))
            continue;
        if (step->kind == OP_ALLOC)
            return i - 1;
        if (step->kind == OP_FREE && step->payload != OFFSET_NULL && has_changed)
            return i;
        has_changed = has_changed || step->kind != OP_FREE;
    }
    return first;
}

struct traced_place traced_place_at(const struct traced *traced, uint32_t place, size_t step)
{
    const struct traced_index *index = &traced->index;
    struct traced_place known = {0};
    uint32_t until, from;

    if (place >= index->places)
        return known;
    until = first_behind(index->by_place, index->firsts[place], index->firsts[place + 1], step);
    from = beginning_of(traced, index->firsts[place], until);
    for (uint32_t i = from; i < until; i++)
        traced_note_place(traced, &known, &traced->steps[index->by_place[i] - 1],
                          index->by_place[i]);
    return known;
}

/* ---- Asking of payloads ---- */

/* Whether a giver is of a payload further up, or of this one behind the step. */
static bool is_behind(const struct traced *traced, size_t giver, uint64_t payload, size_t step)
{
    uint32_t number = traced->index.givers[giver];
    uint64_t given = traced->steps[number - 1].payload;

    return given > payload || (given == payload && number > step);
}

/* The first giver that is, looked for further and further away from one that is not. */
static size_t find_behind(const struct traced *traced, size_t near, uint64_t payload, size_t step)
{
    size_t count = traced->index.giver_count, low = near < count ? near : 0, high, far = 1;

    if (low > 0 && is_behind(traced, low, payload, step))
        low = 0;
    for (high = low; high < count && !is_behind(traced, high, payload, step); far *= 2) {
        low = high + 1;
        high = count - low > far ? low + far : count;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (is_behind(traced, middle, payload, step))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint32_t traced_giver_at(const struct traced *traced, uint64_t payload, size_t step, size_t *near)
{
    size_t behind = find_behind(traced, *near, payload, step);
    uint32_t giver = behind > 0 ? traced->index.givers[behind - 1] : 0;
    const struct traced_step *row = giver > 0 ? &traced->steps[giver - 1] : NULL;
    struct traced_place place;

    *near = behind;
    if (!row || row->payload != payload)
        return 0;
    place = traced_place_at(traced, row->place, step);
    return place.changed == giver && place.freed_in == 0 ? giver : 0;
}

size_t traced_live_at(const struct traced *traced, size_t step)
{
    size_t live = step > 0 ? traced->index.live[step / TRACED_LIVE_EVERY] : 0;

    for (size_t i = step / TRACED_LIVE_EVERY * TRACED_LIVE_EVERY; i < step; i++) {
        const struct traced_step *row = &traced->steps[i];
        struct traced_place before = traced_place_at(traced, row->place, i);
        struct traced_place after = before;

        traced_note_place(traced, &after, row, (uint32_t)i + 1);
        live -= traced_holds(traced, &before);
        live += traced_holds(traced, &after);
    }
    return live;
}
