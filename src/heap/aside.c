/* aside.c: see aside.h. */
#include "heap/aside.h"

void hg_aside_tell(void *context, const struct hg_event *event)
{
    const struct hg_aside *aside = context;

    aside->observer(aside->context, event);
}
