/* recorder.c: see recorder.h. */
#include "target/recorder.h"

#include "collector/events.h"

void recorder_reset(struct recorder *recorder, struct hg_event *events)
{
    *recorder = (struct recorder){.events = events, .room = EXCHANGE_EVENTS_MAX, .low = UINT64_MAX};
}

void recorder_limit(struct recorder *recorder, uint64_t most)
{
    uint64_t left = EXCHANGE_EVENTS_MAX - recorder->count;

    recorder->room = recorder->count + (most < left ? most : left);
}

void recorder_lift_limit(struct recorder *recorder)
{
    recorder->room = EXCHANGE_EVENTS_MAX;
}

/* A long search must not crowd out what came of it, be it for a free block or for pointers. What
 * all of a collection came to has a place of its own. */
static uint64_t room_for(const struct recorder *recorder, const struct hg_event *event)
{
    uint64_t room = recorder->room < EXCHANGE_EVENTS_MAX ? recorder->room : EXCHANGE_EVENTS_MAX - 1;
    bool is_search = event->kind == HG_EVENT_VISIT || event->kind == EVENT_LOOK ||
                     event->kind == EVENT_GREY || event->kind == EVENT_BLACK ||
                     event->kind == EVENT_ROOT;

    if (event->kind == EVENT_SWEPT)
        return EXCHANGE_EVENTS_MAX;
    return is_search ? room - room / 4 : room;
}

/* Where the change ends that an event tells of; 0 if there is none. */
static uint64_t end_of_change(const struct hg_event *event)
{
    switch (event_scope(event->kind)) {
    case HG_SCOPE_NONE:
    case HG_SCOPE_SEEN: break;
    case HG_SCOPE_BLOCK: return event->at + event->size;
    case HG_SCOPE_PAIR: return event->at + event->size + event->other;
    case HG_SCOPE_BREAK:
    case HG_SCOPE_END: return UINT64_MAX;
    }
    return 0;
}

void recorder_observe(void *context, const struct hg_event *event)
{
    struct recorder *recorder = context;
    uint64_t end = end_of_change(event);

    if (end > 0 && event->at < recorder->low)
        recorder->low = event->at;
    if (end > recorder->high)
        recorder->high = end;
    if (event->kind == HG_EVENT_VISIT)
        recorder->visits++;
    if (event->kind == HG_EVENT_REFUSE)
        recorder->reason = event->reason;
    if (recorder->count < room_for(recorder, event))
        recorder->events[recorder->count++] = *event;
    else
        recorder->dropped++;
}
