/* aside.h: memory beside a heap, which an observer may bring along.
 *
 * What an engine keeps there leaves the heap as it is, byte for byte. While it is observed it finds
 * it by who observes: hg_aside_tell, with a struct hg_aside as context; otherwise it was lent.
 * Whoever else changes the heap, or has it observed or not from now on, has to forget what is
 * kept. */
#ifndef HEAP_ASIDE_H
#define HEAP_ASIDE_H

#include "heap/engine.h"

struct hg_aside {
    hg_observer *observer; /* who is told of all events, */
    void *context;         /* with this */
    void *memory;          /* aligned for any object */
    size_t size;           /* of it, in bytes; 0 for none */
    bool is_kept;          /* the engine keeps something there, and it is true */
    uint64_t effort;       /* the engine's: what it did that it would spare with it */
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

/* From now on nobody observes, and an engine may use the memory that `aside` tells of. */
void hg_aside_lend(struct hg_heap *heap, struct hg_aside *aside);

/* What was lent to a heap that nobody observes; NULL for nothing. */
static inline struct hg_aside *hg_aside_lent(const struct hg_heap *heap)
{
    return heap->observer ? NULL : heap->observer_context;
}

/* What is kept in the memory that was lent; NULL for nothing. */
static inline void *hg_aside_kept(const struct hg_heap *heap)
{
    const struct hg_aside *aside = hg_aside_lent(heap);

    return aside && aside->is_kept ? aside->memory : NULL;
}

/* A search looked at so many blocks where nobody watched. Returns whether an index is due, as
 * searches have been longer than an index would cost, and memory was lent: make it before the next
 * search. */
bool hg_aside_is_due(const struct hg_heap *heap, uint64_t looked_at);

/* Forget what is kept in the memory that was lent; hg_reset does so. */
void hg_aside_forget(const struct hg_heap *heap);

#endif
