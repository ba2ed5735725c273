/* answer.h: how a process in which an allocator is examined answers another one, which asks for one
 * operation after the other and looks at each answer itself. It is told first where the heap will
 * begin, before any of the allocator's code has run, and then, once there is a heap, the same again
 * with what the allocator can do. All that it says from then on may be a lie. */
#ifndef OWN_ANSWER_H
#define OWN_ANSWER_H

#include "own/subject.h"

struct question {
    uint32_t kind; /* enum trace_kind */
    uint64_t size;
    uint64_t payload; /* an address, or 0 */
};

struct answer {
    uint64_t payload;
    uint64_t low, bound, size; /* of the heap: see subject.h */
    uint32_t can_resize, is_handed;
};

/* Say where the heap will begin. */
void answer_hello(const void *low);

/* Answer until nobody asks any more. */
void answer_all(const struct subject *subject);

#endif
