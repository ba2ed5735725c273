/* history.h: the steps that made a heap what it is, and the way to any moment of them: back, forth,
 * and for a look. A heap that nobody can replay has none.
 *
 * What always holds: the steps up to now, replayed on a fresh heap of the same config, lead to the
 * heap as it is, byte for byte. Variables lie in the places 0, 1, ... in the order in which the
 * steps up to now first use them. What the front knows besides the blocks (variables, sizes asked
 * for) is made of the steps' results, without asking anybody. */
#ifndef SESSION_HISTORY_H
#define SESSION_HISTORY_H

#include "base/arena.h"
#include "base/progress.h"
#include "base/text.h"
#include "session/block_pack.h"
#include "session/break_calls.h"
#include "session/checkpoints.h"
#include "session/damage.h"
#include "session/names.h"
#include "session/sources.h"
#include "session/step.h"
#include "target/target.h"

/* Lists of payloads that the collector freed: they go when the history does. */
struct collected {
    uint64_t **lists;
    size_t count, capacity;
};

struct history {
    struct names names; /* of the variables, those of steps that were undone too */
    struct steps steps;
    struct arena stored;            /* the bytes that steps store */
    struct wounds wounds;           /* that all steps ever made */
    struct metrics opening;         /* of the fresh heap, before the first step, */
    uint64_t resident;              /* and bytes of its pages in memory; RESIDENT_UNKNOWN */
    struct break_calls break_calls; /* of these steps, undone ones too */
    struct sources sources;         /* of program text that steps stand for */
    bool watches_pages;             /* pages are looked at after each step, whatever that costs */
    struct checkpoints checkpoints;
    struct collected collected; /* of the steps */
    struct block_room room;     /* that blocks of the moment before this had */
    struct progress progress;   /* of long replays: how many steps are done, out of how many */
    uint64_t past_bytes;        /* so many are kept of the steps of a program; 0: PAST_BYTES */
    const struct target_waiter *waiter; /* for heap processes that are stopped; NULL for none */
};

struct history *history_create(void);
/* An empty one, of which the same are told as of another. */
struct history *history_create_like(const struct history *like);
/* NULL does nothing. */
void history_destroy(struct history *history);

/* Take over what the collector freed in a step, to be the history's. */
void history_keep_collected(struct history *history, const struct step *step);

/* Keep with a step, which was just noted, what words of the stack it wrote over. */
void history_keep_rewritten(struct history *history, struct step *step,
                            const struct rewritten *rewritten);

/* The last step; NULL before the first. */
const struct step *history_last_step(const struct history *history);

/* The payload that the last step was about, an offset; before the first, the heap's start;
 * OFFSET_NULL where it was about none. */
uint64_t history_place_of_last_step(const struct history *history);

/* The metrics after step number `step`; 0 for the fresh heap. Of a traced step that was not told
 * they are as traced_metrics has them. */
struct metrics history_metrics_at(const struct history *history, size_t step);

/* By how many bytes the last step made the heap grow; 0 before the first. */
uint64_t history_growth_of_last_step(const struct history *history);

/* Bytes of the heap's pages that were in memory after step number `step`; RESIDENT_UNKNOWN where
 * nobody looked. */
uint64_t history_resident_at(const struct history *history, size_t step);

/* The last step was carried out, and `picture` is as it is afterwards: note what of damage came and
 * went. */
void history_note_damage(struct history *history, const struct picture *picture, size_t step);

/* The first of the steps in a row up to the last after which something did not hold; 0 if nothing
 * is wrong, as far as was looked. */
size_t history_broken_since(const struct history *history);

/* Whether all steps are kept from the first on.
 *   errors  they are not, so that there is no way to what is wanted: and what there is to do */
bool history_is_whole(const struct history *history, struct error *error);

/* Append the command that a step was ("alloc A 10M"). */
void history_add_command(const struct history *history, const struct step *step, struct text *text);

/* Append the command that a step with variables of these names is. */
void step_add_command(const struct step *step, const char *const names[2], struct text *text);

/* ---- Checkpoints on the way ---- */

/* Note what the kernel did for step number `number`, after which the mirror is.
 *   looks  whether its pages are to be looked at; they are not where those of the fresh heap were
 *          not */
void history_note_memory(struct history *history, struct mirror *mirror, size_t number, bool looks);

/* Begin: keep a checkpoint of the heap of `mirror`, which is fresh. Where there cannot be one, the
 * history does without. */
void history_begin(struct history *history, struct mirror *mirror);

/* The mirror is as it is after step number `step`, the one after the last that was noted: keep a
 * checkpoint there if it is time for one.
 *   is_there  its heap process is; if it is ahead, there is time for one at a later step */
void history_note(struct history *history, const struct mirror *mirror, size_t step, bool is_there);

/* Nobody waits for anything now, and the mirror is as it is after the last step: keep a checkpoint
 * there, if otherwise one of the next steps soon had to wait for one. */
void history_rest(struct history *history, const struct mirror *mirror);

/* Whether it is time for a checkpoint. */
bool history_is_due(const struct history *history);

/* ---- Visits ---- */

/* What can keep a moment from being had again. */
enum visit_outcome {
    VISIT_DONE,
    VISIT_NO_PROCESS, /* there cannot be another heap process */
    VISIT_DIED,       /* the heap process did not survive a step, */
    VISIT_DIFFERED,   /* or a step went otherwise than before */
    VISIT_STOPPED,    /* the user wanted it to end; only where there is a way back */
};

struct visit {
    enum visit_outcome outcome;
    size_t step;           /* where it ended, if it did */
    struct mirror *mirror; /* as it was after the step that was wanted; the caller's */
    bool was_told;         /* that step was carried out anew to be told: */
    struct step told;      /* what came of it, */
    struct metrics before; /* and the measures before it */
};

/* Go and see how things were after step number `step`, which is known. The history stays as it is.
 *   mirror     that is at the last step
 *   from_here  whether its heap process can be trusted to start from; if it cannot, the visit is
 *              needed, and cannot be stopped
 *   errors     in words for the user, for all outcomes but VISIT_DONE
 *   cost       a fork, what the steps since the nearest checkpoint take, and O(steps) */
struct visit history_visit(struct history *history, const struct mirror *mirror, size_t step,
                           bool from_here, struct error *error);

/* Carry out step number `number`, of which `known` is known, on a mirror that is at the one before.
 *   visit    what came of it, and the measures before it
 *   returns  whether the heap process survived it */
bool history_tell(struct mirror *mirror, const struct step *known, size_t number,
                  struct visit *visit);

/* Let the history be at step number `step`, and *mirror be the one of a visit there. The old one
 * becomes a checkpoint if it is worth being one. */
void history_move(struct history *history, struct mirror **mirror, const struct visit *visit,
                  size_t step);

#endif
