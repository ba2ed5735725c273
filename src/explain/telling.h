/* telling.h: what all explanations are made of: a step, a digest of its events, and the vocabulary
 * in which blocks, amounts and places are spoken of. */
#ifndef EXPLAIN_TELLING_H
#define EXPLAIN_TELLING_H

#include "base/size.h"
#include "explain/explain.h"

/* The events that matter, by the part they play. A pointer is NULL where there was none. */
struct digest {
    uint64_t visits;
    const struct hg_event *request, *refuse, *grow_refused;
    const struct hg_event *grow, *fresh;
    const struct hg_event *carve;  /* memory was cut into slots */
    const struct hg_event *joined; /* the new memory merged with the last block */
    const struct hg_event *take, *whole, *handover;
    const struct hg_event *first_split; /* of what was taken, */
    uint64_t splits, halvings;          /* how many, and how many of them in two halves */
    uint64_t early_merges;              /* of free neighbours, before the block was found */
    const struct hg_event *absorb, *copy;
    const struct hg_event *release, *merge_left, *merge_right; /* of what was freed */
    uint64_t merges;
    const struct hg_event *put_by; /* what was freed goes onto a list as it is */
    uint64_t grown;                /* bytes by which the break moved up, in all, */
    uint64_t tables, tables_grown; /* and so many tables of the allocator's were made, for which it
                                      did by so much: nothing else here is of them */
    uint64_t trimmed;              /* bytes that went back to the system */
    uint64_t discarded;            /* bytes of pages that did, in free blocks */
    const struct hg_event *swept;  /* garbage was collected; the above is of what came after it, but
                                      for what went back to the system */
};

enum { TELLING_BUFFERS = 8 };

struct telling {
    const struct picture *picture; /* after the step */
    const struct history *history;
    const struct step *step;
    size_t number;         /* of it */
    struct metrics before; /* the step, */
    uint64_t resident;     /* and bytes of pages that were in memory; RESIDENT_UNKNOWN */
    struct digest digest;
    struct text *text;
    enum explain_sizes sizes;
    bool is_exact; /* what is told just now has exact sizes all the same */
    char buffers[TELLING_BUFFERS][SIZE_TEXT_MAX]; /* for the words of one sentence */
    size_t next_buffer;
};

/* Prepare to tell of the session's last step. */
struct telling telling_begin(const struct picture *picture, const struct history *history,
                             const struct step *step, enum explain_sizes sizes, struct text *text);

/* Words, valid until TELLING_BUFFERS more have been made. */

/* "1 byte", "104 bytes", "3.8K"; exact, "3888 bytes". */
const char *tell_amount(struct telling *telling, uint64_t size);
/* Whether two amounts that differ are told in the same words where they are rounded. */
bool telling_look_alike(uint64_t a, uint64_t b);

/* Whether the block that was taken and what is left of it, rounded, would look alike. */
bool telling_hides_split(const struct telling *telling);

/* "once", "twice", "3 times". */
const char *tell_times(struct telling *telling, uint64_t count);
/* "+0x00b8". */
const char *tell_offset(struct telling *telling, uint64_t at);
/* Append it, or, of what lies on the stack, its address. */
void tell_address(struct telling *telling, uint64_t payload);
/* The block that covers `at`: a variable's name, "a free block", "a leaked block", "the end of
 * the heap". */
const char *tell_block(const struct telling *telling, uint64_t at);
/* The name of a free list; and whether it has a role. */
const char *tell_list(const struct telling *telling, uint32_t list);
bool telling_list_is(const struct telling *telling, uint32_t list, enum hg_list_role role);
/* The variable that the collector's event is about, which found a pointer in it. */
const char *tell_root(const struct telling *telling, const struct hg_event *event);
/* The variable that the step is about; and the other one. */
const char *tell_own_name(const struct telling *telling);
const char *tell_other_name(const struct telling *telling);

/* The value of a setting; whether it means something to the policy. */
uint64_t telling_setting(const struct telling *telling, enum hg_setting setting);
bool telling_heeds(const struct telling *telling, enum hg_setting setting);

/* ---- Sentences, each with a blank before it where text stands already ---- */

/* allocation.c: how a block was found, or why none was; and why it is larger than asked for. */
void tell_allocation(struct telling *telling);
void tell_refusal(struct telling *telling);
void tell_padding(struct telling *telling);
void tell_tables(struct telling *telling); /* for which the heap grew */

/* reach.c: what no variable leads to any more since the step; what the collector did with such; and
 * slots. */
void tell_losses(struct telling *telling);
void tell_collection(struct telling *telling);
void tell_gc(struct telling *telling);
void tell_link(struct telling *telling);
void tell_unlink(struct telling *telling);
void tell_load(struct telling *telling);

/* release.c: what became of freed blocks. */
void tell_free(struct telling *telling);
void tell_released(struct telling *telling);
void tell_trim(struct telling *telling);

/* resize.c */
void tell_reallocation(struct telling *telling);

/* store.c: what was written where. */
void tell_store(struct telling *telling);

/* pointers.c: who points where; and what the step left dangling: as many as TOLD_MOST by name. */
enum { TOLD_MOST = 4 };

/* "points to ADDRESS now, ...": what the step wrote into its variable or slot, as the other
 * variable has it. */
void tell_pointing(struct telling *telling, uint64_t word);

/* Where on the stack so many bytes were written, and what else that hit. */
void tell_stack_place(struct telling *telling, uint64_t at, uint64_t bytes);
void tell_let(struct telling *telling);
void tell_call(struct telling *telling);
void tell_local(struct telling *telling);
void tell_return(struct telling *telling);
void tell_dangling(struct telling *telling);

/* plainly.c: what came of a step whose heap reports no events. */
void tell_plainly(struct telling *telling);

/* inferred.c: what must have happened in one whose events are inferred. */
void tell_inferred(struct telling *telling);

#endif
