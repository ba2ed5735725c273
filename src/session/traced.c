/* traced.c: see traced.h. */
#include "session/traced.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/origins.h"
#include "session/picture.h"
#include "session/traced_index.h"

bool traced_reserve(struct traced *traced, size_t more, uint64_t memory_most)
{
    return packed_rows_reserve(&traced->rows, more, memory_most);
}

struct traced *traced_create(void)
{
    struct traced *traced = memory_create(1, sizeof *traced);

    traced->references = 1;
    traced_rows_begin(&traced->rows);
    traced->peaks = memory_reserve(NULL, &traced->peak_capacity, 1, sizeof traced->peaks[0]);
    traced->peaks[traced->peak_count++] = (struct traced_peaks){0};
    return traced;
}

struct traced *traced_share(struct traced *traced)
{
    if (traced)
        traced->references++;
    return traced;
}

void traced_drop(struct traced *traced)
{
    if (!traced || --traced->references > 0)
        return;
    for (size_t i = 0; i < traced->landmark_count; i++)
        free(traced->landmarks[i].places);
    traced_index_finish(&traced->index);
    caller_sums_finish(&traced->sums);
    origins_drop(traced->origins);
    free(traced->landmarks);
    free(traced->samples);
    free(traced->peaks);
    packed_rows_finish(&traced->rows);
    free(traced);
}

/* ---- Adding ---- */

uint64_t traced_heap_size(const struct traced *traced)
{
    if (traced->count > 0)
        return traced->last.heap_size;
    return traced->sample_count > 0 ? traced->samples[0].metrics.heap_size : 0;
}

static void note_firsts(struct traced *traced, const struct traced_step *step)
{
    size_t number = traced->count + 1;

    if (traced->largest_live == 0 || step->live > traced->most.live) {
        traced->largest_live = number;
        traced->most.live = step->live;
    }
    if (traced->largest_heap == 0 || step->heap_size > traced->most.heap) {
        traced->largest_heap = number;
        traced->most.heap = step->heap_size;
    }
    if (step->refused && traced->first_refused == 0)
        traced->first_refused = number;
}

static void add_peaks(struct traced *traced)
{
    traced->peaks = memory_reserve(traced->peaks, &traced->peak_capacity, traced->peak_count + 1,
                                   sizeof traced->peaks[0]);
    traced->peaks[traced->peak_count++] = traced->most;
}

void traced_add(struct traced *traced, const struct traced_step *step)
{
    note_firsts(traced, step);
    traced_rows_add(&traced->rows, step);
    traced->last = *step;
    traced->count++;
    if (step->place >= traced->places)
        traced->places = step->place + 1;
    if (traced->count % TRACED_PEAKS_EVERY == 0)
        add_peaks(traced);
}

void traced_add_sample(struct traced *traced, const struct metrics *metrics)
{
    traced->samples = memory_reserve(traced->samples, &traced->sample_capacity,
                                     traced->sample_count + 1, sizeof traced->samples[0]);
    traced->samples[traced->sample_count++] = (struct traced_sample){traced->count, *metrics};
}

/* Every other one goes, so that as many as there may be are spread over all steps. */
static void thin_landmarks(struct traced *traced)
{
    size_t kept = 0;

    for (size_t i = 0; i < traced->landmark_count; i++) {
        if (i % 2 == 0)
            traced->landmarks[kept++] = traced->landmarks[i];
        else
            free(traced->landmarks[i].places);
    }
    traced->landmark_count = kept;
}

void traced_add_landmark(struct traced *traced, const struct traced_place *places, uint32_t count)
{
    struct traced_landmark landmark = {.step = traced->count, .count = count};

    landmark.places = memory_create(count + 1, sizeof landmark.places[0]);
    memory_copy(landmark.places, places, count * sizeof places[0]);
    if (traced->landmark_count == TRACED_LANDMARKS_MOST)
        thin_landmarks(traced);
    traced->landmarks = memory_reserve(traced->landmarks, &traced->landmark_capacity,
                                       traced->landmark_count + 1, sizeof traced->landmarks[0]);
    traced->landmarks[traced->landmark_count++] = landmark;
}

/* ---- Asking ---- */

struct op traced_op(const struct traced_step *step)
{
    struct op op = {
        .kind = step->kind, .slot = step->place, .other = NO_VARIABLE, .size = step->size};

    if (step->kind == OP_CALLOC)
        op.argument = 1;
    else if (step->kind == OP_ALIGNED)
        op.argument = (uint64_t)1 << step->power;
    return op;
}

/* What an allocator answers may be no address at all: the bits that are kept are compared. */
bool traced_went_so(const struct traced_step *step, const struct op_result *result)
{
    return step->payload_bits == (result->payload & TRACED_SIZE_MOST) &&
           step->usable == (result->usable & TRACED_SIZE_MOST) &&
           step->heap_size == result->heap_size && step->refused == (result->refused != 0);
}

/* How many of `count` items, each of `size` bytes and beginning with its step, are not behind a
 * step. */
static size_t count_until(const void *items, size_t count, size_t size, size_t step)
{
    size_t low = 0;

    while (low < count) {
        size_t middle = low + (count - low) / 2, at;

        memcpy(&at, (const char *)items + middle * size, sizeof at);
        if (at > step)
            count = middle;
        else
            low = middle + 1;
    }
    return low;
}

size_t traced_samples_until(const struct traced *traced, size_t step)
{
    return count_until(traced->samples, traced->sample_count, sizeof traced->samples[0], step);
}

static void raise_peaks(struct traced_peaks *peaks, uint64_t live, uint64_t heap)
{
    peaks->live = live > peaks->live ? live : peaks->live;
    peaks->heap = heap > peaks->heap ? heap : peaks->heap;
}

struct metrics traced_metrics(const struct traced *traced, size_t step)
{
    size_t samples = traced_samples_until(traced, step);
    struct metrics metrics =
        samples > 0 ? traced->samples[samples - 1].metrics : (struct metrics){0};
    size_t peak = step / TRACED_PEAKS_EVERY;
    struct traced_peaks peaks;

    if (peak < traced->peaks_gone)
        return (struct metrics){0};
    peaks = traced->peaks[peak - traced->peaks_gone];
    for (size_t number = step / TRACED_PEAKS_EVERY * TRACED_PEAKS_EVERY + 1; number <= step;
         number++) {
        metrics.requested = traced_rows_live(&traced->rows, number);
        metrics.heap_size = traced_rows_heap_size(&traced->rows, number);
        raise_peaks(&peaks, metrics.requested, metrics.heap_size);
    }
    if (step > 0) {
        metrics.requested = traced_rows_live(&traced->rows, step);
        metrics.heap_size = traced_rows_heap_size(&traced->rows, step);
    }
    metrics.peak_requested = peaks.live;
    metrics.peak_heap = peaks.heap > metrics.heap_size ? peaks.heap : metrics.heap_size;
    return metrics;
}

/* ---- Places ---- */

bool traced_holds(const struct traced *traced, const struct traced_place *place)
{
    return place->changed > 0 && place->freed_in == 0 &&
           traced_rows_payload(&traced->rows, place->changed) != OFFSET_NULL;
}

bool traced_note_place(const struct traced *traced, struct traced_place *place,
                       const struct traced_step *step, uint32_t number)
{
    if (step->refused && step->kind != OP_ALLOC)
        return false;
    if (step->kind == OP_FREE) {
        place->freed_in = traced_payload(step) == OFFSET_NULL ? 0 : number;
        return true;
    }
    if (step->kind == OP_ALLOC || !traced_holds(traced, place))
        place->born = number;
    place->changed = number;
    place->freed_in = 0;
    return true;
}

struct traced_place *traced_places_until(const struct traced *traced, size_t step,
                                         uint32_t *ret_count)
{
    size_t marks =
        count_until(traced->landmarks, traced->landmark_count, sizeof traced->landmarks[0], step);
    const struct traced_landmark none = {0};
    const struct traced_landmark *mark = marks > 0 ? &traced->landmarks[marks - 1] : &none;
    size_t capacity = 0, count = mark->count;
    struct traced_place *places = memory_reserve(NULL, &capacity, count + 1, sizeof places[0]);
    struct traced_view view;

    traced_view_begin(&view, &traced->rows, true);
    memory_copy(places, mark->places, count * sizeof places[0]);
    for (size_t number = mark->step + 1; number <= step; number++) {
        const struct traced_step *row = traced_view_at(&view, number);

        places = memory_reserve(places, &capacity, (size_t)row->place + 1, sizeof places[0]);
        while (count <= row->place)
            places[count++] = (struct traced_place){0};
        traced_note_place(traced, &places[row->place], row, (uint32_t)number);
    }
    *ret_count = (uint32_t)count;
    return places;
}

void traced_recall_until(const struct traced *traced, size_t step, struct picture *picture)
{
    uint32_t count;
    struct traced_place *places = traced_places_until(traced, step, &count);

    traced_recall(traced, places, count, picture);
    free(places);
}

/* How many payloads are live. */
static size_t count_held(const struct traced_place *places, uint32_t count)
{
    size_t held = 0;

    for (uint32_t place = 0; place < count; place++)
        held += places[place].changed > 0 && places[place].freed_in == 0;
    return held;
}

/* What is known of what a place held, the entry of which will be needed soon. */
static struct allocation recall_place(const struct traced *traced, const struct traced_place *known,
                                      const struct ledger *ledger)
{
    struct allocation allocation = {.payload = OFFSET_NULL,
                                    .referrer = NO_VARIABLE,
                                    .born = known->born,
                                    .changed = known->changed,
                                    .links_out = NO_LINK,
                                    .links_in = NO_LINK,
                                    .parent = NO_LINK};

    if (known->changed > 0) {
        allocation.payload = traced_rows_payload(&traced->rows, known->changed);
        allocation.requested = traced_rows_size(&traced->rows, known->changed);
        ledger_expect(ledger, allocation.payload);
    }
    return allocation;
}

void traced_recall(const struct traced *traced, const struct traced_place *places, uint32_t count,
                   struct picture *picture)
{
    enum { AHEAD = 16 };
    struct allocation recalled[AHEAD];

    ledger_reserve(&picture->ledger, count_held(places, count));
    variables_reserve(&picture->variables, count);
    for (uint32_t place = 0; place < count + AHEAD; place++) {
        if (place >= AHEAD)
            picture_recall(picture, place - AHEAD, place - AHEAD, &recalled[place % AHEAD],
                           places[place - AHEAD].freed_in);
        if (place < count)
            recalled[place % AHEAD] = recall_place(traced, &places[place], &picture->ledger);
    }
}

/* ---- Copying ---- */

/* The first of the steps after which a number was as large as it ever was.
 *   known  that of all steps there are, of which the first are copied */
static size_t find_largest(const struct traced *copy, size_t known,
                           uint64_t (*value)(const struct packed_rows *rows, size_t number),
                           uint64_t (*peak)(const struct traced_peaks *peaks))
{
    size_t at = 0, number;

    if (known <= copy->count)
        return known;
    while (at + 1 < copy->peak_count && peak(&copy->peaks[at + 1]) < peak(&copy->most))
        at++;
    for (number = at * TRACED_PEAKS_EVERY + 1; number < copy->count; number++) {
        if (value(&copy->rows, number) == peak(&copy->most))
            break;
    }
    return number;
}

static uint64_t peak_of_live(const struct traced_peaks *peaks)
{
    return peaks->live;
}

static uint64_t peak_of_heap(const struct traced_peaks *peaks)
{
    return peaks->heap;
}

static void copy_measures(struct traced *copy, const struct traced *traced)
{
    size_t count = copy->count, samples = traced_samples_until(traced, count);

    copy->peak_count = count / TRACED_PEAKS_EVERY + 1;
    copy->peaks =
        memory_reserve(NULL, &copy->peak_capacity, copy->peak_count, sizeof copy->peaks[0]);
    memory_copy(copy->peaks, traced->peaks, copy->peak_count * sizeof copy->peaks[0]);
    copy->samples =
        memory_reserve(NULL, &copy->sample_capacity, samples + 1, sizeof copy->samples[0]);
    memory_copy(copy->samples, traced->samples, samples * sizeof copy->samples[0]);
    copy->sample_count = samples;
    copy->most = copy->peaks[copy->peak_count - 1];
    for (size_t number = count / TRACED_PEAKS_EVERY * TRACED_PEAKS_EVERY + 1; number <= count;
         number++)
        raise_peaks(&copy->most, traced_rows_live(&copy->rows, number),
                    traced_rows_heap_size(&copy->rows, number));
    copy->largest_live = find_largest(copy, traced->largest_live, traced_rows_live, peak_of_live);
    copy->largest_heap =
        find_largest(copy, traced->largest_heap, traced_rows_heap_size, peak_of_heap);
    copy->first_refused = traced->first_refused <= count ? traced->first_refused : 0;
}

static void copy_landmarks(struct traced *copy, const struct traced *traced)
{
    copy->landmark_count = count_until(traced->landmarks, traced->landmark_count,
                                       sizeof traced->landmarks[0], copy->count);
    copy->landmarks = memory_reserve(NULL, &copy->landmark_capacity, copy->landmark_count + 1,
                                     sizeof copy->landmarks[0]);
    for (size_t i = 0; i < copy->landmark_count; i++) {
        struct traced_landmark *landmark = &copy->landmarks[i];

        *landmark = traced->landmarks[i];
        landmark->places = memory_create(landmark->count + 1, sizeof landmark->places[0]);
        memory_copy(landmark->places, traced->landmarks[i].places,
                    landmark->count * sizeof landmark->places[0]);
    }
}

struct traced *traced_copy(const struct traced *traced, size_t count, uint64_t memory_most)
{
    struct traced *copy = memory_create(1, sizeof *copy);

    copy->references = 1;
    copy->count = count;
    copy->rows = packed_rows_copy(&traced->rows, count, memory_most);
    copy->last = traced_rows_step(&copy->rows, count);
    copy_measures(copy, traced);
    copy_landmarks(copy, traced);
    free(traced_places_until(copy, count, &copy->places));
    if (traced->origins)
        copy->origins = origins_copy(traced->origins, count, memory_most / 3);
    return copy;
}

size_t traced_bytes(const struct traced *traced)
{
    size_t bytes = sizeof *traced + packed_rows_bytes(&traced->rows) +
                   traced->peak_capacity * sizeof traced->peaks[0] +
                   traced->sample_capacity * sizeof traced->samples[0] +
                   traced->landmark_capacity * sizeof traced->landmarks[0] +
                   traced_index_bytes(&traced->index);

    for (size_t i = 0; i < traced->landmark_count; i++)
        bytes += (traced->landmarks[i].count + 1) * sizeof traced->landmarks[i].places[0];
    return bytes + origins_bytes(traced->origins);
}
