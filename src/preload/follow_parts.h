/* follow_parts.h: what the files share that see to being followed. */
#ifndef PRELOAD_FOLLOW_PARTS_H
#define PRELOAD_FOLLOW_PARTS_H

#include "preload/follow.h"

/* Wait as long as a futex in the head of a ring has a value, but for a second at most. A process
 * whose follower has ended meanwhile ends, too.
 *   returns  false if the second has passed */
bool follow_sleep(const struct call_ring *ring, uint32_t *word, uint32_t value);

#endif
