/* import_keep.c: see import_parts.h. */
#include "session/import_parts.h"

#include "base/clock.h"
#include "session/past.h"
#include "session/present.h"
#include "session/recollection.h"
#include "session/traced_index.h"

enum {
    PLACES_APART = 4,               /* so many steps a place: a landmark is 3 bytes a step */
    CHECKPOINTS_WANTED = 40,        /* the others are for where the user goes */
    CHECKPOINTS_TRIED = 4,          /* for each that there can be: the best are kept */
    PAST_LOOKED_AT_EVERY = 1 << 15, /* steps */
    LOOKS_NS = 100 * 1000 * 1000,   /* samples may take as long as that, or one part in so many */
    LOOKS_SHARE = 8,                /* of all; so may checkpoints of a program that runs, as it */
                                    /* waits meanwhile */
};

size_t import_expected(const struct import *import)
{
    size_t count = import->traced->count - import->traced->gone;

    return count > import->expected ? count : import->expected;
}

bool import_is_indexed(const struct import *import)
{
    return !import->is_known && import->place_count > TRACED_PLACES_FEW;
}

/* ---- Reading the heap ---- */

/* Of steps that are known nobody stops what is read behind them. */
static bool tell_reading(void *context, size_t done, size_t total)
{
    struct import *import = context;

    import->is_stopped |=
        !progress_tick(&import->history->progress, done, total) && !import->is_known;
    return true;
}

/* Read the blocks of a mirror that has been told of the steps, which are few or short. */
static bool read_all(struct import *import, struct mirror *mirror, const struct metrics *metrics)
{
    traced_recall(import->traced, import->places, import->place_count, &mirror->picture);
    return mirror_read(mirror, metrics, &import->reading);
}

bool import_read_picture(struct import *import, struct mirror *mirror)
{
    struct traced *traced = import->traced;
    struct metrics metrics = history_metrics_at(import->history, traced->count);
    struct memento memento;
    bool good, is_read;

    picture_forget_steps(&mirror->picture);
    if (!recollection_serves(&mirror->picture, traced, traced->count))
        return read_all(import, mirror, &metrics);
    if (!present_is(traced, traced->count))
        traced_index_make(traced, &import->reading);
    memento = memento_of(traced, traced->count);
    recollection_begin(&mirror->picture, &memento);
    good = recollection_read(mirror, &memento, &metrics, &import->reading, &import->history->room,
                             &is_read) &&
           (is_read || mirror_read(mirror, &metrics, &import->reading));
    memento_finish(&memento);
    return good;
}

/* ---- What is kept ---- */

/* Measure the heap of a mirror that is used for nothing else: what variables it has does not
 * matter. */
static bool read_measures(struct import *import, struct mirror *mirror)
{
    struct metrics metrics = history_metrics_at(import->history, import->traced->count);
    const struct memento nothing = {0};
    bool is_read = false;

    if (recollection_serves(&mirror->picture, import->traced, 0) &&
        !recollection_read(mirror, &nothing, &metrics, &import->reading, &import->history->room,
                           &is_read))
        return false;
    return is_read || read_all(import, mirror, &metrics);
}

/* Measure all, on a picture of its own. */
static bool sample(struct import *import)
{
    const struct picture *picture = &import->mirror->picture;
    uint64_t began = clock_ns();
    struct mirror *look =
        mirror_of(import->mirror->target, picture->heap_start, picture->stack, picture);
    bool good = read_measures(import, look);

    if (good)
        traced_add_sample(import->traced, &look->picture.metrics);
    look->target = NULL;
    block_pack_leave(look->picture.blocks.pack, &import->history->room);
    mirror_destroy(look);
    import->sampling += clock_ns() - began;
    return good;
}

/* Whether there is time for more of what has taken so long until now. */
static bool has_time(const struct import *import, uint64_t taken)
{
    uint64_t taken_by_all = taken * import->sharers;

    return taken_by_all <= LOOKS_NS || taken_by_all * LOOKS_SHARE <= clock_ns() - import->started;
}

static bool shall_sample(const struct import *import, size_t step)
{
    return step >= import->next_sample && has_time(import, import->sampling);
}

static bool shall_clone(const struct import *import, size_t step)
{
    return step >= import->next_checkpoint &&
           (!import->is_known || has_time(import, import->cloning));
}

static void keep_checkpoint(struct import *import)
{
    struct checkpoints *checkpoints = &import->history->checkpoints;
    const struct traced *traced = import->traced;
    uint64_t began = clock_ns();
    struct target *target;
    struct error ignored;

    if (checkpoints->count == 0 ||
        !checkpoints_make_room(checkpoints, traced->last.heap_size, UINT64_MAX / 2))
        return;
    target = target_clone(import->mirror->target, TARGET_FIRST_ACTS, &ignored);
    if (target)
        checkpoints_keep(checkpoints, &import->history->steps, traced->count, target,
                         &import->mirror->picture);
    import->cloning += clock_ns() - began;
}

/* The step to keep the next checkpoint at. Behind each, every page of the heap that is written to
 * is copied first: where few can be kept of a large heap, few are made; but one near the end, where
 * the user will be. */
static size_t next_checkpoint(const struct import *import)
{
    size_t step = import->traced->count, total = import_expected(import);
    size_t most = checkpoints_most(&import->history->checkpoints, import->traced->last.heap_size);
    size_t wanted = CHECKPOINTS_WANTED, last = total - total / CHECKPOINTS_WANTED, next;

    if (most < CHECKPOINTS_WANTED / CHECKPOINTS_TRIED)
        wanted = (most + 1) * CHECKPOINTS_TRIED;
    next = step + total * import->sharers / wanted + OPS_MAX;
    return step < last && next > last ? last : next;
}

/* Of a program, which goes on and on, the past is kept only so far. */
static void let_past_go(struct import *import)
{
    uint64_t most = import->history->past_bytes ? import->history->past_bytes : PAST_BYTES;

    if (most != PAST_ALL)
        past_let_go(import->history, import->mirror, most / import->sharers, &import->reading);
}

void import_keep_landmark(struct import *import)
{
    size_t step = import->traced->count, kept = step - import->traced->gone;
    size_t least = PLACES_APART * (size_t)import->place_count;

    if (least < TRACED_LANDMARK_EVERY)
        least = TRACED_LANDMARK_EVERY;

    traced_add_landmark(import->traced, import->places, import->place_count);
    if (kept / (TRACED_LANDMARKS_MOST / 2) > least)
        least = kept / (TRACED_LANDMARKS_MOST / 2);
    import->next_landmark = step + least;
}

bool import_shall_look(const struct import *import, size_t step)
{
    return shall_clone(import, step) || step >= import->next_past || shall_sample(import, step);
}

bool import_look(struct import *import)
{
    size_t step = import->traced->count, total = import_expected(import);

    if (shall_clone(import, step)) {
        keep_checkpoint(import);
        import->next_checkpoint = next_checkpoint(import);
    }
    if (step >= import->next_past) {
        let_past_go(import);
        import->next_past = step + PAST_LOOKED_AT_EVERY;
    }
    if (!shall_sample(import, step))
        return true;
    import->next_sample = step + total / TRACED_SAMPLES_MOST + 1;
    return sample(import);
}

void import_begin_keeping(struct import *import)
{
    import->reading = (struct progress){tell_reading, import};
    import->started = clock_ns();
    import->next_past = import->is_known ? PAST_LOOKED_AT_EVERY : SIZE_MAX;
    import->next_sample = import->next_landmark = import->next_checkpoint = 1;
}
