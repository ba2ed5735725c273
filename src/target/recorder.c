/* recorder.c: see recorder.h. */
#include "target/recorder.h"

void recorder_reset(struct recorder *recorder, struct hg_event *events)
{
    *recorder = (struct recorder){.events = events, .low = UINT64_MAX};
}

/* A long search must not crowd out what came of it. */
static uint64_t room_for(const struct hg_event *event)
{
    enum { RESERVED = EXCHANGE_EVENTS_MAX / 4 };

    return event->kind == HG_EVENT_VISIT ? EXCHANGE_EVENTS_MAX - RESERVED : EXCHANGE_EVENTS_MAX;
}

/* Where the change ends that an event tells of; 0 if there is none. */
static uint64_t end_of_change(const struct hg_event *event)
{
    switch (hg_event_scope(event->kind)) {
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
    if (recorder->count < room_for(event))
        recorder->events[recorder->count++] = *event;
    else
        recorder->dropped++;
}
