/* traced.h: steps that came of a trace. There may be many millions of them, so each is a row of a
 * few numbers, packed: what is needed to carry it out once more and to see that it went as before.
 * All else is made of that when somebody asks.
 *
 * What always holds: these steps are the first of their history, on a fresh heap. The variable in
 * place n has the n-th name of the history. Once they have been carried out they never change, so
 * that histories share them. But the first of very many can be let go (see past.h). */
#ifndef SESSION_TRACED_H
#define SESSION_TRACED_H

#include "session/caller_sums.h"
#include "session/metrics.h"
#include "session/traced_rows.h"

struct address_table;
struct origins;
struct picture;

/* All measures, where somebody looked at the blocks. */
struct traced_sample {
    size_t step;
    struct metrics metrics;
};

/* What steps did to the variable in a place. */
struct traced_place {
    uint32_t changed;  /* the last one that gave it a payload, or NULL; 0 for none */
    uint32_t born;     /* the one that allocated what was resized in that one */
    uint32_t freed_in; /* the one that freed that; 0 if none did */
};

/* What they had done to all of them by some step, so that going there need not begin with the
 * first. */
struct traced_landmark {
    size_t step;
    struct traced_place *places;
    uint32_t count; /* of places that were in use by then */
};

/* Which steps are about a place, and which gave a payload: see traced_index.h. */
struct traced_index {
    size_t count;       /* of the steps that are in it: the first ones; 0: there is none */
    uint32_t places;    /* that they are about, */
    uint32_t *firsts;   /* and where in by_place the steps about each begin; and end */
    uint32_t *by_place; /* the numbers of all steps, sorted by place, then rising */
    uint32_t *givers;   /* those that gave a payload, sorted by that, then rising */
    size_t giver_count;
    uint32_t *live; /* live[i] is how many payloads are, after step i * TRACED_LIVE_EVERY */
};

/* What a place was, that has changed since the present. */
struct traced_kept {
    uint32_t place;
    struct traced_place before;
};

enum { TRACED_KEPT_MOST = 16 };

/* The moment after what was the last step, as he knows it who adds the steps: see present.h. */
struct traced_present {
    size_t step; /* 0: there is none */
    const struct traced_place *places;
    uint32_t count; /* of those that were in use */
    const struct address_table *payloads;
    size_t live;
    struct traced_kept kept[TRACED_KEPT_MOST];
    size_t kept_count;
};

/* The highest live bytes and heap size up to a step. */
struct traced_peaks {
    uint64_t live, heap;
};

enum {
    TRACED_PEAKS_EVERY = 256,
    TRACED_LIVE_EVERY = 256,
    TRACED_SAMPLES_MOST = 1024,
    TRACED_LANDMARK_EVERY = 1 << 16,
    TRACED_LANDMARKS_MOST = 64,
    TRACED_PLACES_FEW = 1 << 12 /* up to so many are gone through as quickly as one can be found */
};

struct traced {
    unsigned references;
    size_t count;
    struct packed_rows rows;    /* of all steps: see traced_rows.h */
    struct traced_step last;    /* of them; none yet where it is all zero */
    struct traced_peaks most;   /* up to that */
    size_t gone;                /* so many of the first were let go; of those, there are the rows
                                   of which later ones know */
    struct caller_sums sums;    /* after those; where their origins are known */
    struct traced_peaks *peaks; /* peaks[i] is up to step number (i + those that are gone) *
                                   TRACED_PEAKS_EVERY */
    size_t peaks_gone;
    size_t peak_count, peak_capacity;
    struct traced_sample *samples; /* with rising steps; the first is of the fresh heap */
    size_t sample_count, sample_capacity;
    struct traced_landmark *landmarks; /* with rising steps */
    size_t landmark_count, landmark_capacity;
    uint32_t places; /* that steps are about */
    struct traced_index index;
    struct traced_present present;
    size_t largest_live, largest_heap; /* the first steps after which there was the most; */
    size_t first_refused;              /* 0 for none */
    struct origins *origins;           /* of each step; NULL where that is not known */
};

/* Traced steps that are none yet; the caller's. Then another owner of them, and one less. NULL does
 * nothing. */
struct traced *traced_create(void);
struct traced *traced_share(struct traced *traced);
void traced_drop(struct traced *traced);

/* Make room for so many more, of which `memory_most` bytes may lie in memory. False where there is
 * none. */
bool traced_reserve(struct traced *traced, size_t more, uint64_t memory_most);

/* Append a step, and take note of peaks and firsts. */
void traced_add(struct traced *traced, const struct traced_step *step);

/* Append a sample, or a landmark, after the last step. */
void traced_add_sample(struct traced *traced, const struct metrics *metrics);
void traced_add_landmark(struct traced *traced, const struct traced_place *places, uint32_t count);

/* How many samples are not behind step number `step`. */
size_t traced_samples_until(const struct traced *traced, size_t step);

/* Let steps up to this number go, which is behind those that are gone. What is still asked of them
 * are the rows of those that did the last thing to some variable by then, and of the firsts, and
 * that row itself.
 *   progress  cannot stop it
 *   cost      O(steps that go), and O(places) */
void traced_let_go(struct traced *traced, size_t step, const struct progress *progress);

/* A copy of the first `count` steps, at least one, none of which were let go; of rows, and of
 * origins, `memory_most` bytes may lie in memory.
 *   cost  that of copying its bytes, and O(places) */
struct traced *traced_copy(const struct traced *traced, size_t count, uint64_t memory_most);

/* What a step asks for, and whether that went as it does here. */
struct op traced_op(const struct traced_step *step);
bool traced_went_so(const struct traced_step *step, const struct op_result *result);

/* The heap size after the last step. */
uint64_t traced_heap_size(const struct traced *traced);

/* The measures after step number `step`, which is kept: heap size, live bytes and peaks of that
 * step, the others as they last were when somebody looked. */
struct metrics traced_metrics(const struct traced *traced, size_t step);

/* Note what a step of this number, the next one, does to the variable in its place; whether it does
 * anything: one that was refused may not. */
bool traced_note_place(const struct traced *traced, struct traced_place *place,
                       const struct traced_step *step, uint32_t number);

/* Whether a place holds a live payload. */
bool traced_holds(const struct traced *traced, const struct traced_place *place);

/* Let a picture that knows of no steps know what they did to variables.
 *   places  what they did to each, at some step */
void traced_recall(const struct traced *traced, const struct traced_place *places, uint32_t count,
                   struct picture *picture);

/* What those up to step number `step` did to each place, to be freed. */
struct traced_place *traced_places_until(const struct traced *traced, size_t step,
                                         uint32_t *ret_count);

/* Let a picture know what they did.
 *   cost  a few nanoseconds for each of those since the last landmark, and O(places) */
void traced_recall_until(const struct traced *traced, size_t step, struct picture *picture);

/* The bytes that all of it takes. */
size_t traced_bytes(const struct traced *traced);

#endif
