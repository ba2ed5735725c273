/* recorder.c: see recorder.h. */
#include "target/recorder.h"

#include <string.h>

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

static void remove_range(struct recorder *recorder, size_t place)
{
    memmove(&recorder->ranges[place], &recorder->ranges[place + 1],
            (recorder->range_count - place - 1) * sizeof recorder->ranges[0]);
    recorder->range_count--;
}

/* Where the gap behind a range is the smallest. */
static size_t nearest_pair(const struct recorder *recorder)
{
    const struct kind_range *ranges = recorder->ranges;
    size_t best = 0;

    for (size_t i = 1; i + 1 < recorder->range_count; i++) {
        if (ranges[i + 1].low - ranges[i].high < ranges[best + 1].low - ranges[best].high)
            best = i;
    }
    return best;
}

/* The blocks from `low` on have changed up to `high`. */
static void add_range(struct recorder *recorder, uint64_t low, uint64_t high)
{
    struct kind_range *ranges = recorder->ranges;
    size_t place = 0;

    while (place < recorder->range_count && ranges[place].high < low)
        place++;
    while (place < recorder->range_count && ranges[place].low <= high) {
        low = ranges[place].low < low ? ranges[place].low : low;
        high = ranges[place].high > high ? ranges[place].high : high;
        remove_range(recorder, place);
    }
    memmove(&ranges[place + 1], &ranges[place], (recorder->range_count - place) * sizeof ranges[0]);
    ranges[place] = (struct kind_range){low, high};
    if (++recorder->range_count <= RECORDER_RANGES)
        return;
    place = nearest_pair(recorder);
    ranges[place].high = ranges[place + 1].high;
    remove_range(recorder, place + 1);
}

void recorder_observe(void *context, const struct hg_event *event)
{
    struct recorder *recorder = context;
    uint64_t end = end_of_change(event);

    recorder->last = *event;
    if (end > 0 && event->at < recorder->low)
        recorder->low = event->at;
    if (end > recorder->high)
        recorder->high = end;
    if (end > event->at)
        add_range(recorder, event->at, end);
    if (event->kind == HG_EVENT_VISIT)
        recorder->visits++;
    if (event->kind == HG_EVENT_REFUSE)
        recorder->reason = event->reason;
    if (recorder->count < room_for(recorder, event))
        recorder->events[recorder->count++] = *event;
    else
        recorder->dropped++;
}
