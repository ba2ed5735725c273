/* past.h: how much is kept of a past that is long. A program that is followed makes steps without
 * end. Where they take more bytes than they may, the oldest of them go, up to a checkpoint, with
 * which all replays begin from then on: nobody can go to before it.
 *
 * What always holds: the step up to which they are gone has the first checkpoint. What later steps
 * know of earlier ones (which made a block, and who called) stays; so do sums. */
#ifndef SESSION_PAST_H
#define SESSION_PAST_H

#include "session/history.h"

/* Bytes of steps that are kept where nobody says how many; and all of them. */
#define PAST_BYTES ((uint64_t)1 << 30)
#define PAST_ALL UINT64_MAX

/* Where the traced steps take more than so many bytes, let a fourth of them go, or more; unless
 * there are few for each variable, as what is kept for these would take as much.
 *   mirror    at the last step; its picture is forgotten where some go
 *   progress  cannot stop it
 *   returns   whether some did */
bool past_let_go(struct history *history, struct mirror *mirror, uint64_t bytes,
                 const struct progress *progress);

#endif
