/* ticker.h: a clock that others can read by looking at a word in shared memory: a thread changes it
 * every CALL_TICK_NS, since whoever asks the system, or the processor, for the time with each call
 * of malloc would need longer for that than for the call. A word that nobody has looked at since it
 * was changed need not change again, and while there are only such the thread wakes less often. */
#ifndef FOLLOW_TICKER_H
#define FOLLOW_TICKER_H

#include <stdint.h>

struct ticker;

/* NULL where there can be no thread. Then another owner of it, and one less: after the last, there
 * is no thread any more. NULL does nothing. */
struct ticker *ticker_create(void);
struct ticker *ticker_share(struct ticker *ticker);
void ticker_drop(struct ticker *ticker);

/* Change a word from now on, by 2 each time; others may add to it, too. And no more. While there
 * are none, the thread sleeps.
 *   looks  how often others have looked at it, or a number that rises with that */
void ticker_add(struct ticker *ticker, uint32_t *word, const uint64_t *looks);
void ticker_remove(struct ticker *ticker, const uint32_t *word); /* it need not be there */

#endif
