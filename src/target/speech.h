/* speech.h: what an allocator prints, in the heap process. Its standard output and its standard
 * error are the end of the exchange, so that what it said is there for the front however it ends;
 * what is more than there is room for is lost. */
#ifndef TARGET_SPEECH_H
#define TARGET_SPEECH_H

#include "target/exchange.h"

/* Let what is printed go there; also to be called in a clone, which has an exchange of its own. */
void speech_open(void);

/* Let what is printed go to a file, the descriptor `memory`, from `from` on: the same for those who
 * have no exchange. Where that cannot be, it goes where it went. */
void speech_redirect(int memory, uint64_t from);

/* Let nothing have been said. */
void speech_begin(struct exchange *exchange);

/* How many bytes have been said since then. */
uint64_t speech_said(void);

/* Say something on the allocator's behalf. */
void speech_add(const char *text);

#endif
