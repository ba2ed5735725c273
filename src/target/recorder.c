/* recorder.c: see recorder.h. */
#include "target/recorder.h"

void recorder_reset(struct recorder *recorder, struct hg_event *events)
{
    *recorder = (struct recorder){.events = events, .low = UINT64_MAX};
}

static void touch(struct recorder *recorder, uint64_t low, uint64_t high)
{
    if (low < recorder->low)
        recorder->low = low;
    if (high > recorder->high)
        recorder->high = high;
}

/* A long search must not crowd out what came of it. */
static uint64_t room_for(const struct hg_event *event)
{
    enum { RESERVED = EXCHANGE_EVENTS_MAX / 4 };

    return event->kind == HG_EVENT_VISIT ? EXCHANGE_EVENTS_MAX - RESERVED : EXCHANGE_EVENTS_MAX;
}

void recorder_observe(void *context, const struct hg_event *event)
{
    struct recorder *recorder = context;

    switch ((enum hg_event_kind)event->kind) {
    case HG_EVENT_VISIT: recorder->visits++; break;
    case HG_EVENT_REFUSE: recorder->reason = event->reason; break;
    case HG_EVENT_SPLIT: touch(recorder, event->at, event->at + event->size + event->other); break;
    case HG_EVENT_TAKE:
    case HG_EVENT_UNLINK:
    case HG_EVENT_PUSH:
    case HG_EVENT_REPLACE:
    case HG_EVENT_HANDOVER:
    case HG_EVENT_RELEASE:
    case HG_EVENT_MERGE_LEFT:
    case HG_EVENT_MERGE_RIGHT:
    case HG_EVENT_ABSORB:
    case HG_EVENT_RESERVE:
    case HG_EVENT_CARVE:
    case HG_EVENT_DISCARD:
    case HG_EVENT_GATHER: touch(recorder, event->at, event->at + event->size); break;
    case HG_EVENT_FRESH:
    case HG_EVENT_GROW:
    case HG_EVENT_TRIM:
    case HG_EVENT_RESET: touch(recorder, event->at, UINT64_MAX); break;
    case HG_EVENT_REQUEST:
    case HG_EVENT_WHOLE:
    case HG_EVENT_GROW_REFUSED:
    case HG_EVENT_COPY:
    case HG_EVENT_COUNT: break;
    }
    if (recorder->count < room_for(event))
        recorder->events[recorder->count++] = *event;
    else
        recorder->dropped++;
}
