/* break_calls.c: see break_calls.h. */
#include "session/break_calls.h"

#include <stdlib.h>

#include "base/memory.h"

void break_calls_finish(struct break_calls *calls)
{
    free(calls->items);
    *calls = (struct break_calls){0};
}

void break_calls_append(struct break_calls *calls, const struct break_call *call)
{
    calls->items =
        memory_reserve(calls->items, &calls->capacity, calls->count + 1, sizeof calls->items[0]);
    calls->items[calls->count++] = *call;
}

/* Note an event, if it is of a call, and where the break is then. */
static void note_event(struct break_calls *calls, uint32_t step, const struct hg_event *event,
                       uint64_t *at)
{
    struct break_call call = {.step = step, .at = *at, .size = event->size};

    call.is_down = event->kind == HG_EVENT_TRIM;
    call.refused = event->kind == HG_EVENT_GROW_REFUSED;
    if (!call.is_down && !call.refused && event->kind != HG_EVENT_GROW)
        return;
    if (!call.refused)
        *at += call.is_down ? -call.size : call.size;
    break_calls_append(calls, &call);
}

void break_calls_note(struct break_calls *calls, uint32_t step, const struct picture *picture,
                      uint64_t size_before)
{
    uint64_t size = picture->metrics.heap_size, at = size_before;

    while (calls->count > 0 && calls->items[calls->count - 1].step >= step)
        calls->count--;
    for (size_t i = 0; i < picture->events.count; i++)
        note_event(calls, step, &picture->events.items[i], &at);
    if (at != size) /* there were none, or too many to be told */
        break_calls_add(calls, step, at, size);
}

void break_calls_add(struct break_calls *calls, uint32_t step, uint64_t from, uint64_t to)
{
    break_calls_append(calls, &(struct break_call){.step = step,
                                                   .is_down = to < from,
                                                   .at = from,
                                                   .size = to < from ? from - to : to - from});
}

size_t break_calls_until(const struct break_calls *calls, size_t step)
{
    size_t count = 0;

    while (count < calls->count && calls->items[count].step <= step)
        count++;
    return count;
}
