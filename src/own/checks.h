/* checks.h: a trace carried through an allocator, each of whose answers is looked at: it, the
 * payloads that it handed out, and the sheet on which stands what was found. */
#ifndef OWN_CHECKS_H
#define OWN_CHECKS_H

#include "own/payloads.h"

struct checks {
    struct sheet *sheet;
    const struct trace_op *ops; /* as many as the sheet says */
    struct subject *subject;
    struct payloads payloads;
};

/* Carry out the operation number `i`, from 0 on. */
void checks_step(struct checks *checks, uint64_t i);

/* Go through all operations, until the allocator is gone; at the end all that is live must still
 * hold what was written to it. Asked several questions at once, it is about different payloads:
 * those that are given back or resized are looked at before them all, and those that are new are
 * filled behind them all. */
void checks_round(struct checks *checks);

#endif
