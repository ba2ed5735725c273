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
    return step->kind != OP_FREE && traced_payload(step) != OFFSET_NULL && has_effect(step);
}

/* ---- Making it: by place ---- */

/* Whether a step leaves a payload in its place, which held one or none. */
static bool holds_after(const struct traced_step *step, bool held)
{
    if (!has_effect(step))
        return held;
    return gives(step) || (step->kind == OP_FREE && traced_payload(step) == OFFSET_NULL && held);
}

/* Count the steps about each place, those that give, and what is live.
 *   ret_bits  all that the payloads have that are given */
static void count_all(const struct traced *traced, struct traced_index *index, uint64_t *ret_bits)
{
    unsigned char *holds = memory_create((size_t)index->places + 1, 1);
    uint32_t live = 0;
    struct traced_view view;

    index->firsts = memory_create((size_t)index->places + 1, sizeof index->firsts[0]);
    index->live = memory_create(traced->count / TRACED_LIVE_EVERY + 1, sizeof index->live[0]);
    *ret_bits = 0;
    traced_view_begin(&view, &traced->rows, true);
    for (size_t i = 0; i < traced->count; i++) {
        const struct traced_step *step = traced_view_at(&view, i + 1);
        unsigned char *held = &holds[step->place];

        index->firsts[step->place + 1]++;
        if (gives(step)) {
            index->giver_count++;
            *ret_bits |= traced_payload(step);
        }
        live -= *held;
        *held = holds_after(step, *held);
        live += *held;
        if ((i + 1) % TRACED_LIVE_EVERY == 0)
            index->live[(i + 1) / TRACED_LIVE_EVERY] = live;
    }
    for (uint32_t place = 0; place < index->places; place++)
        index->firsts[place + 1] += index->firsts[place];
    free(holds);
}

static void sort_by_place(const struct traced *traced, struct traced_index *index)
{
    uint32_t *next = memory_create((size_t)index->places + 1, sizeof next[0]);
    struct traced_view view;

    traced_view_begin(&view, &traced->rows, true);
    memory_copy(next, index->firsts, ((size_t)index->places + 1) * sizeof next[0]);
    index->by_place = memory_create(traced->count + 1, sizeof index->by_place[0]);
    for (size_t i = 0; i < traced->count; i++)
        index->by_place[next[traced_view_at(&view, i + 1)->place]++] = (uint32_t)i + 1;
    free(next);
}

/* ---- Making it: by payload ---- */

/* A step, and so many bits of the payload that it gave. */
struct giver {
    uint32_t key, step;
};

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, KEY_BITS = 32 };

/* Find those that give, with the bits from `shift` on as their keys. */
static void find_givers(const struct traced *traced, struct giver *ret_givers, unsigned shift)
{
    size_t count = 0;
    struct traced_view view;

    traced_view_begin(&view, &traced->rows, true);
    for (size_t i = 0; i < traced->count; i++) {
        const struct traced_step *step = traced_view_at(&view, i + 1);

        if (gives(step))
            ret_givers[count++] = (struct giver){.key = (uint32_t)(traced_payload(step) >> shift),
                                                 .step = (uint32_t)i + 1};
    }
}

/* Let the keys be the bits from `shift` on. */
static void take_keys(const struct traced *traced, struct giver *givers, size_t count,
                      unsigned shift)
{
    for (size_t i = 0; i < count; i++)
        givers[i].key = (uint32_t)(traced_rows_payload(&traced->rows, givers[i].step) >> shift);
}

/* Sort by so many bits of the key, those that are alike there staying in their order. */
static void sort_by_digit(const struct giver *from, struct giver *to, size_t count, unsigned shift)
{
    size_t starts[DIGITS + 1] = {0};

    for (size_t i = 0; i < count; i++)
        starts[(from[i].key >> shift) % DIGITS + 1]++;
    for (size_t digit = 0; digit < DIGITS; digit++)
        starts[digit + 1] += starts[digit];
    for (size_t i = 0; i < count; i++)
        to[starts[(from[i].key >> shift) % DIGITS]++] = from[i];
}

/* Sort all by their keys, of which no more than `bits` are set. `spare` is as long; the two may
 * have changed places afterwards. */
static void sort_by_key(struct giver **givers, struct giver **spare, size_t count, uint64_t bits)
{
    for (unsigned shift = 0; shift < KEY_BITS && bits >> shift != 0; shift += DIGIT_BITS) {
        struct giver *sorted = *spare;

        sort_by_digit(*givers, sorted, count, shift);
        *spare = *givers;
        *givers = sorted;
    }
}

/* Payloads of heaps of less than 64 GiB fit into one key, as they are aligned; those of larger ones
 * are sorted by one part of them after the other.
 *   bits  all that payloads have */
static void sort_givers(const struct traced *traced, struct traced_index *index, uint64_t bits)
{
    size_t count = index->giver_count;
    struct giver *givers = memory_create(count + 1, sizeof givers[0]);
    struct giver *spare = memory_create(count + 1, sizeof spare[0]);
    unsigned shift = bits ? (unsigned)__builtin_ctzll(bits) : 0;

    find_givers(traced, givers, shift);
    sort_by_key(&givers, &spare, count, bits >> shift);
    for (shift += KEY_BITS; shift < 64 && bits >> shift != 0; shift += KEY_BITS) {
        take_keys(traced, givers, count, shift);
        sort_by_key(&givers, &spare, count, bits >> shift);
    }
    free(spare);
    index->givers = memory_create(count + 1, sizeof index->givers[0]);
    for (size_t i = 0; i < count; i++)
        index->givers[i] = givers[i].step;
    free(givers);
}

/* How far it is matters little, as it takes a moment of all that was done for the steps. */
bool traced_index_make(struct traced *traced, const struct progress *progress)
{
    struct traced_index index = {.count = traced->count, .places = traced->places};
    uint64_t bits;
    bool goes_on;

    if (traced->index.count == traced->count)
        return true;
    traced_index_finish(&traced->index);
    count_all(traced, &index, &bits);
    goes_on = progress_tick(progress, index.count, index.count);
    if (goes_on) {
        sort_by_place(traced, &index);
        goes_on = progress_tick(progress, index.count, index.count);
    }
    if (goes_on) {
        sort_givers(traced, &index, bits);
        traced->index = index;
    } else {
        traced_index_finish(&index);
    }
    return goes_on;
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
        const struct traced_step step = traced_rows_deed(&traced->rows, steps[i - 1]);

        if (!has_effect(&step))
            continue;
        if (step.kind == OP_ALLOC)
            return i - 1;
        if (step.kind == OP_FREE && traced_payload(&step) != OFFSET_NULL && has_changed)
            return i;
        has_changed = has_changed || step.kind != OP_FREE;
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
    for (uint32_t i = from; i < until; i++) {
        const struct traced_step row = traced_rows_deed(&traced->rows, index->by_place[i]);

        traced_note_place(traced, &known, &row, index->by_place[i]);
    }
    return known;
}

/* ---- Asking of payloads ---- */

/* Whether a giver is of a payload further up, or of this one behind the step. */
static bool is_behind(const struct traced *traced, size_t giver, uint64_t payload, size_t step)
{
    uint32_t number = traced->index.givers[giver];
    uint64_t given = traced_rows_payload(&traced->rows, number);

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
    struct traced_step row;
    struct traced_place place;

    *near = behind;
    if (giver == 0)
        return 0;
    row = traced_rows_deed(&traced->rows, giver);
    if (traced_payload(&row) != payload)
        return 0;
    place = traced_place_at(traced, row.place, step);
    return place.changed == giver && place.freed_in == 0 ? giver : 0;
}

size_t traced_live_at(const struct traced *traced, size_t step)
{
    size_t live = step > 0 ? traced->index.live[step / TRACED_LIVE_EVERY] : 0;

    for (size_t i = step / TRACED_LIVE_EVERY * TRACED_LIVE_EVERY; i < step; i++) {
        const struct traced_step row = traced_rows_deed(&traced->rows, i + 1);
        struct traced_place before = traced_place_at(traced, row.place, i);
        struct traced_place after = before;

        traced_note_place(traced, &after, &row, (uint32_t)i + 1);
        live -= traced_holds(traced, &before);
        live += traced_holds(traced, &after);
    }
    return live;
}
