/* picture.h: what there is to draw of a heap, and nothing else: its blocks, who points where,
 * measures, and what happened last. It knows no process: what a heap process says, what a film
 * plays and what golden screens show are pictures alike.
 *
 * What always holds: the blocks tile the heap, in the order of their addresses; an allocation in
 * the ledger is a payload that was handed out and not given back. */
#ifndef SESSION_PICTURE_H
#define SESSION_PICTURE_H

#include "base/text.h"
#include "kind/description.h"
#include "session/block_table.h"
#include "session/damage.h"
#include "session/ledger.h"
#include "session/marks.h"
#include "session/metrics.h"
#include "session/names.h"
#include "session/reach.h"
#include "session/step.h"
#include "session/variables.h"
#include "target/op.h"

/* What the last step did to pointers, besides what it lost: the first of those that it left
 * dangling, and the frame that it popped. */
enum { AFTERMATH_MOST = 8 };

struct aftermath {
    uint32_t dangling[AFTERMATH_MOST]; /* places */
    size_t dangling_count;             /* with those that are not listed */
    uint32_t popped;                   /* the function whose frame it popped; NO_NAME for none */
    bool popped_broken;                /* and that frame's own words had been overwritten */
};

/* The words of the stack that were found to hold something else than was known. */
struct rewritten {
    struct word_change *items;
    size_t count, capacity;
};

/* What the allocator reported of one step, and what it printed. */
struct events {
    struct hg_event *items;
    size_t count, capacity;
    uint64_t dropped; /* happened, but there was no room for them */
    struct text said;
};

struct events events_copy(const struct events *events);
void events_finish(struct events *events);

/* A picture that is all zero is of no heap. */
struct picture {
    struct hg_config config;
    struct kind_description description; /* what the heap says of itself */
    uint64_t heap_start;                 /* an address */
    struct target_stack stack;           /* where the variables lie */
    uint64_t limit;                      /* bytes the heap can have; NO_LIMIT for no limit */
    struct block_table blocks;
    struct ledger ledger;
    struct links links;
    struct variables variables;
    struct aftermath aftermath;
    struct rewritten rewritten; /* by the last step */
    struct payloads losses;     /* that the last step lost: no variable leads to them any more */
    struct marks marks;         /* of a collector that only looked, up to the next step */
    struct payloads doubted;    /* while a step is noted: those that may be */
    const struct names *names;  /* of the variables; they must outlive the picture */
    struct damage damage;
    struct metrics metrics;
    struct events events; /* of the last step; of opening, before the first */
};

void picture_finish(struct picture *picture);

/* Make `picture`, which is all zero, like `other`, but for the events.
 *   cost  O(blocks) */
void picture_copy(struct picture *picture, const struct picture *other);

/* The largest size that can be asked for without the heap having to grow; 0 if none can, or none
 * is known.
 *   ret_exact  whether one byte more could not: see hg_request_served */
uint64_t picture_request_served(const struct picture *picture, bool *ret_exact);

/* Set the events, of which a copy is made. */
void picture_set_events(struct picture *picture, const struct hg_event *events, size_t count,
                        uint64_t dropped);

/* Set what was printed, of which a copy is made. */
void picture_set_said(struct picture *picture, const char *said, size_t length);

/* Take note of what step number `number` did to variables and links, and to the sizes asked for. */
void picture_note(struct picture *picture, const struct step *step, uint32_t number);

/* Know of no steps any more. */
void picture_forget_steps(struct picture *picture);

/* Let it be known, of a place that no step has been about yet, what variable is there and what it
 * points to.
 *   allocation  its payload, OFFSET_NULL for NULL; and what is known of that, if it is live
 *   freed_in    the step that freed it; 0 if none did */
void picture_recall(struct picture *picture, uint32_t place, uint32_t name,
                    const struct allocation *allocation, uint32_t freed_in);

/* Take note of what the words of the stack were found to hold, from the place `from` on. */
void picture_note_words(struct picture *picture, uint32_t from, const uint64_t *payloads,
                        size_t count);

/* Let it be known of a payload what another picture knows: how much was asked for, and by whom. */
void picture_adopt(struct picture *picture, const struct picture *other,
                   const struct allocation *allocation);

/* Note that a payload is no more: all that refers to it is dangling since step number `number`. */
void picture_forget_payload(struct picture *picture, uint64_t payload, uint32_t number);

/* What a block that was read from memory is, along with what is known of the size asked for. */
struct block picture_block_of(const struct picture *picture, const struct hg_block *read);

/* What the variable in a place holds, NULL where there is none yet; and what that is called, if it
 * has a name: of stack data that has a pointer in its first slot, that slot, as in "x.0". */
struct variable picture_variable(const struct picture *picture, uint32_t place);
const char *picture_name(const struct picture *picture, uint32_t place);

/* The name that the user gave to the variable in a place. */
const char *picture_own_name(const struct picture *picture, uint32_t place);

/* The name of the function of a frame. */
const char *picture_frame_name(const struct picture *picture, size_t frame);

/* The place of the variable that a name means in the frame on top; false if it means none. */
bool picture_find(const struct picture *picture, uint32_t name, uint32_t *ret_place);

/* Where a place of the stack lies, as an offset, and the place of the word that an offset lies in;
 * the latter is false for one that is not of the stack. */
uint64_t picture_offset_of(const struct picture *picture, uint32_t place);
bool picture_place_of(const struct picture *picture, uint64_t offset, uint32_t *ret_place);

/* The place of the variable whose own bytes a live word of the stack is among, and how many bytes
 * from its start the offset lies; false where it is in none. */
bool picture_own(const struct picture *picture, uint64_t offset, uint32_t *ret_place,
                 uint64_t *ret_distance);

/* Whether there is a red zone behind each payload: all that is usable of it besides. */
bool picture_is_guarded(const struct picture *picture);

/* Measure the blocks. The peaks are those of `before`, or higher. */
void picture_measure(struct picture *picture, const struct metrics *before);

/* What was asked for of a used block; NULL if that is not known. */
const struct allocation *picture_allocation(const struct picture *picture,
                                            const struct block *block);

/* Whether the block is a live payload's to which no variable leads. */
bool picture_is_lost(const struct picture *picture, const struct block *block);

/* The place of a variable that leads to the payload along links, through which it was found to be
 * reached; NO_VARIABLE for none, or if it is far away. */
uint32_t picture_leading(const struct picture *picture, const struct allocation *allocation);

/* The name of the variable that points to the block; NULL if none does. */
const char *picture_block_name(const struct picture *picture, const struct block *block);

#endif
