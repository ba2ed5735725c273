/* answer.h: how a process in which an allocator is examined answers another one, which asks for a
 * few operations after the other and looks at each answer itself. It greets that twice: before any
 * of the allocator's code has run, to say where the heap will begin, and once there is a heap. All
 * that it says behind the first may be a lie; where the heap is an array of the allocator's, which
 * is not there before, so may that. */
#ifndef OWN_ANSWER_H
#define OWN_ANSWER_H

#include "own/sheet.h"
#include "own/subject.h"

struct greeting {
    struct extent heap;
    uint32_t can_resize, is_handed; /* see subject.h */
};

/* Say where the heap will begin. */
void answer_hello(const void *low);

/* Answer until nobody asks any more; on the sheet stands how many operations were begun. */
void answer_all(const struct subject *subject, struct sheet *sheet);

#endif
