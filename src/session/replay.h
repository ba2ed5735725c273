/* replay.h: steps carried out once more, one by one and told, on a heap that may be another. For
 * steps on the same heap history.h knows quicker ways. */
#ifndef SESSION_REPLAY_H
#define SESSION_REPLAY_H

#include "session/history.h"

/* Fill in what follows from where the variable points now. Returns false if there is nothing there
 * that the step could be carried out on: nothing to fill or to write to, or what is freed
 * already. */
bool replay_complete(const struct picture *picture, struct step *step);

/* Carry out the steps behind number `from`, where the mirror is, up to number `to`, noting their
 * results anew.
 *   stoppable  whether history->progress may end it
 *   returns    the number of the last one carried out: less than `to` where the heap process did
 *              not survive the next one, or where the user stopped it */
size_t replay_steps(struct history *history, struct mirror *mirror, size_t from, size_t to,
                    bool stoppable);

#endif
