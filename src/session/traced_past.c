/* traced_past.c: letting a session's oldest steps go; see traced.h. */
#include "session/traced.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/origins.h"
#include "session/traced_index.h"

enum { WORD_BITS = 64 };

/* Mark a step, if it is one. */
static void mark(uint64_t *marks, size_t *count, size_t step)
{
    uint64_t bit = (uint64_t)1 << step % WORD_BITS;

    *count += step > 0 && !(marks[step / WORD_BITS] & bit);
    marks[step / WORD_BITS] |= bit;
}

/* Mark the rows that are still asked for when others up to a step are gone. Returns how many. */
static size_t mark_kept(const struct traced *traced, const struct traced_landmark *landmark,
                        uint64_t *marks)
{
    size_t count = 0;

    mark(marks, &count, traced->largest_live);
    mark(marks, &count, traced->largest_heap);
    mark(marks, &count, traced->first_refused);
    for (uint32_t i = 0; i < landmark->count; i++) {
        mark(marks, &count, landmark->places[i].changed);
        mark(marks, &count, landmark->places[i].born);
        mark(marks, &count, landmark->places[i].freed_in);
    }
    return count;
}

/* Their indices, rising. */
static size_t *find_kept(const struct traced *traced, const struct traced_landmark *landmark,
                         size_t *ret_count)
{
    uint64_t *marks = memory_create(traced->count / WORD_BITS + 1, sizeof marks[0]);
    size_t *indices, kept = 0;

    *ret_count = mark_kept(traced, landmark, marks);
    indices = memory_create(*ret_count + 1, sizeof indices[0]);
    for (size_t word = 0; word <= traced->count / WORD_BITS; word++) {
        marks[word] &= word == 0 ? ~(uint64_t)1 : UINT64_MAX; /* step 0 is none */
        for (; marks[word] != 0; marks[word] &= marks[word] - 1)
            indices[kept++] = word * WORD_BITS + (size_t)__builtin_ctzll(marks[word]) - 1;
    }
    free(marks);
    return indices;
}

/* Let a landmark be the first: those that are not behind it go. */
static void begin_with_landmark(struct traced *traced, const struct traced_landmark *landmark)
{
    size_t kept = 1;

    traced->landmarks = memory_reserve(traced->landmarks, &traced->landmark_capacity,
                                       traced->landmark_count + 1, sizeof traced->landmarks[0]);
    memmove(traced->landmarks + 1, traced->landmarks,
            traced->landmark_count++ * sizeof traced->landmarks[0]);
    traced->landmarks[0] = *landmark;
    for (size_t i = 1; i < traced->landmark_count; i++) {
        if (traced->landmarks[i].step > landmark->step)
            traced->landmarks[kept++] = traced->landmarks[i];
        else
            free(traced->landmarks[i].places);
    }
    traced->landmark_count = kept;
}

/* Let go what somebody looked at, and peaks, but for the last that is not behind a step. */
static void let_measures_go(struct traced *traced, size_t step)
{
    size_t samples = traced_samples_until(traced, step);
    size_t gone = samples > 0 ? samples - 1 : 0, peaks = (step - 1) / TRACED_PEAKS_EVERY;

    traced->sample_count -= gone;
    memmove(traced->samples, traced->samples + gone,
            traced->sample_count * sizeof traced->samples[0]);
    gone = peaks - traced->peaks_gone;
    traced->peak_count -= gone;
    memmove(traced->peaks, traced->peaks + gone, traced->peak_count * sizeof traced->peaks[0]);
    traced->peaks_gone = peaks;
}

void traced_let_go(struct traced *traced, size_t step, const struct progress *progress)
{
    struct traced_landmark landmark = {.step = step};
    size_t count, *kept;

    landmark.places = traced_places_until(traced, step, &landmark.count);
    kept = find_kept(traced, &landmark, &count);
    if (traced->origins) {
        caller_sums_follow(&traced->sums, traced, step);
        origins_let_go(traced->origins, step - 1, kept, count, progress);
    }
    packed_rows_let_go(&traced->rows, step - 1, kept, count, progress);
    begin_with_landmark(traced, &landmark);
    let_measures_go(traced, step);
    traced_index_finish(&traced->index);
    traced->gone = step;
    free(kept);
}
