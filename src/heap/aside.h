/* aside.h: memory beside a heap, which an observer may bring along.
 *
 * What an engine keeps there, while it is observed, leaves the heap as it is, byte for byte. It
 * finds it by who observes: hg_aside_tell, with a struct hg_aside as context. Whoever else changes
 * the heap, or lets it work unobserved for a while, has to forget what is kept. */
#ifndef HEAP_ASIDE_H
#define HEAP_ASIDE_H

#include "heap/engine.h"

struct hg_aside {
    hg_observer *observer; /* who is told of all events, */
    void *context;         /* with this */
    void *memory;          /* aligned for any object */
    size_t size;           /* of it, in bytes; 0 for none */
    bool is_kept;          /* the engine keeps something there, and it is true */
    /* Called where there is none, and an engine has a use for it: may bring some. NULL: none. */
    void (*lend)(struct hg_aside *aside);
};

/* An hg_observer that tells whom the aside names; `context` is the aside. */
void hg_aside_tell(void *context, const struct hg_event *event);

/* What the observer of a heap has brought; NULL for nothing. */
static inline struct hg_aside *hg_aside_of(const struct hg_heap *heap)
{
    return __builtin_expect(heap->observer == hg_aside_tell, 0) ? heap->observer_context : NULL;
}

#endif
