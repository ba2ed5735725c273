/* aside.c: see aside.h. */
#include "heap/aside.h"

enum {
    LONG = 1 << 20, /* blocks that may be looked at before an index is made: milliseconds */
    PRICE = 32      /* blocks that can be looked at while an index is kept up */
};

void hg_aside_tell(void *context, const struct hg_event *event)
{
    const struct hg_aside *aside = context;

    aside->observer(aside->context, event);
}

void hg_aside_lend(struct hg_heap *heap, struct hg_aside *aside)
{
    hg_observe(heap, NULL, NULL);
    heap->observer_context = aside;
}

bool hg_aside_is_due(const struct hg_heap *heap, uint64_t looked_at)
{
    struct hg_aside *aside = hg_aside_lent(heap);

    if (!aside || aside->is_kept)
        return false;
    aside->effort += looked_at;
    aside->effort -= aside->effort < PRICE ? aside->effort : PRICE;
    if (aside->effort < LONG)
        return false;
    aside->effort = 0;
    if (!aside->memory && aside->lend)
        aside->lend(aside);
    return aside->size > 0;
}

void hg_aside_forget(const struct hg_heap *heap)
{
    struct hg_aside *aside = hg_aside_lent(heap);

    if (aside)
        aside->is_kept = false;
}
