/* mirror.h: the front's picture of one heap, and its handle on the process that owns it.
 *
 * What is known of blocks comes from splices, read back from memory after each operation; what is
 * known of variables and of sizes asked for comes from the operations and their answers.
 * mirror_check compares the picture with the heap. A mirror whose target has failed is not to be
 * used further. */
#ifndef SESSION_MIRROR_H
#define SESSION_MIRROR_H

#include "session/block_table.h"
#include "session/ledger.h"
#include "session/metrics.h"
#include "target/target.h"

/* A word that holds a pointer. */
struct variable {
    uint64_t payload;  /* the offset it points to; OFFSET_NULL for NULL */
    uint32_t freed_in; /* the step that freed what it points to; 0 if none did */
    bool assigned;     /* false until a step gives it a value */
};

struct mirror {
    struct target *target;
    struct hg_config config;
    uint64_t heap_start; /* an address */
    uint64_t limit;      /* bytes the heap can have; NO_LIMIT for no limit */
    struct block_table blocks;
    struct ledger ledger;
    struct variable *variables; /* by slot */
    size_t variable_count, variable_capacity;
    struct metrics opening;  /* before the first step */
    struct metrics metrics;  /* now */
    struct hg_event *events; /* of the last operation; of opening, before the first */
    size_t event_count, event_capacity;
    uint64_t events_dropped;
};

/* Start a heap process and open a heap of `config` in it. NULL with `error` set if that fails. */
struct mirror *mirror_create(const struct hg_config *config, struct error *error);
void mirror_destroy(struct mirror *mirror);

/* A mirror of `target`, which it takes over, whose heap is of the same config as that of `like`. It
 * knows of no steps, and nothing of the blocks: see mirror_note and mirror_read.
 *   heap_start  an address */
struct mirror *mirror_of(struct target *target, uint64_t heap_start, const struct mirror *like);

/* A mirror with a clone of the heap process, that knows the same but no events; NULL with `error`
 * set. */
struct mirror *mirror_clone(const struct mirror *mirror, struct error *error);

/* Take note of what a step did to variables and to the sizes asked for, without carrying it out. */
void mirror_note(struct mirror *mirror, const struct op *op, uint32_t step,
                 const struct op_result *result);

/* Read the whole heap, and measure it.
 *   before   measures that the peaks are not below
 *   returns  false when the target failed */
bool mirror_read(struct mirror *mirror, const struct metrics *before);

/* Set the events, of which a copy is made. */
void mirror_set_events(struct mirror *mirror, const struct hg_event *events, size_t count,
                       uint64_t dropped);

/* Carry out `op`, as step number `step`, and update the picture.
 *   returns  false when the target failed; see target_failure */
bool mirror_run(struct mirror *mirror, const struct op *op, uint32_t step,
                struct op_result *ret_result);

/* What the variable in `slot` holds; a slot never assigned holds NULL. */
struct variable mirror_variable(const struct mirror *mirror, uint32_t slot);

/* Whether the variable points to a live payload. */
bool variable_is_live(const struct mirror *mirror, const struct variable *variable);

/* Check the heap's invariants, and read all of it once more to compare it with the picture.
 *   ret_problem  what is wrong, untouched if nothing is
 *   returns      true when all is well; false also when the target failed */
bool mirror_check(struct mirror *mirror, struct error *ret_problem);

#endif
