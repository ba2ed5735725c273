/* recorder.h: what the heap process keeps of an operation's events: the events themselves, and the
 * ranges of the heap that they changed. */
#ifndef TARGET_RECORDER_H
#define TARGET_RECORDER_H

#include "target/exchange.h"

/* A block that moves changes two places, which may lie far apart, with very many blocks between. */
enum { RECORDER_RANGES = 4 };

struct recorder {
    struct hg_event *events; /* room for EXCHANGE_EVENTS_MAX */
    uint64_t count, dropped;
    uint64_t room;        /* for so many events, all in all */
    struct hg_event last; /* kept or not; there is none while nothing was kept or dropped */
    uint64_t visits;
    uint64_t low, high; /* every block that changed lies in [low, high); UINT64_MAX: to the break */
    size_t range_count; /* and, closer, in one of these, in order, which do not touch */
    struct kind_range ranges[RECORDER_RANGES + 1];
    uint16_t reason; /* of the last refusal; HG_REASON_NONE if there was none */
};

/* Forget everything; nothing has changed yet. */
void recorder_reset(struct recorder *recorder, struct hg_event *events);

/* From now on keep at most `most` events of those that there is room for; all that there is room
 * for. */
void recorder_limit(struct recorder *recorder, uint64_t most);
void recorder_lift_limit(struct recorder *recorder);

/* An hg_observer; `context` is the recorder. */
void recorder_observe(void *context, const struct hg_event *event);

#endif
