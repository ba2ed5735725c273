/* aside.c: see aside.h. */
#include "heap/aside.h"

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
