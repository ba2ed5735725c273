/* checks.h: a trace carried through an allocator, each of whose answers is looked at: it, the
 * payloads that it handed out, and the sheet on which stands what was found. */
#ifndef OWN_CHECKS_H
#define OWN_CHECKS_H

#include "own/payloads.h"

struct checks {
    struct sheet *sheet;
    const struct trace_op *ops;
    struct subject *subject;
    struct payloads payloads;
    struct batch *batch; /* what is asked for at once */
};

/* Prepare for the heap that begins at `heap`. False where there is no memory.
 *   ops      as many as the sheet says
 *   subject  which may be filled in later; all of them outlive this */
bool checks_begin(struct checks *checks, struct sheet *sheet, const struct trace_op *ops,
                  struct subject *subject, const char *heap);
void checks_finish(struct checks *checks);

/* Carry out the operation number `i`, from 0 on. */
void checks_step(struct checks *checks, uint64_t i);

/* Go through all operations, until the allocator is gone; at the end all that is live must still
 * hold what was written to it. Of what is asked for at once, payloads that are given back or
 * resized are looked at before it all, and those that are new are filled behind it all: what comes
 * and goes among them is looked at only for where it lies. */
void checks_round(struct checks *checks);

#endif
