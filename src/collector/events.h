/* events.h: all events that a heap process can report: those of engines, and the collector's, which
 * are numbered behind them. Both are a struct hg_event, so that what comes of a step is one list,
 * in the order in which it happened. */
#ifndef COLLECTOR_EVENTS_H
#define COLLECTOR_EVENTS_H

#include "heapglass/heap.h"

/* What the collector does: kind, name, scope, and what the event's fields say. `other` is where a
 * block that was found begins, UINT64_MAX if none was. */
/* clang-format off */
#define COLLECTOR_EVENTS(X)                                                                       \
    X(ROOT, "root", SEEN)      /* one block, to which a root points; other: the root's place */   \
    X(LOOK, "look", SEEN)      /* bytes looked at; fits: they point into the block `other` */     \
    X(GREY, "grey", SEEN)      /* one block, reached now: it is still to be looked through */     \
    X(BLACK, "black", SEEN)    /* one block, looked through; other: how many it points to */      \
    X(ORPHAN, "orphan", SEEN)  /* one block that was not reached */                               \
    X(SWEPT, "swept", NONE)    /* that was all; size: bytes in orphans; other: how many went */

/* clang-format on */

enum event_kind {
    EVENT_BEFORE_COLLECTOR = HG_EVENT_COUNT - 1,
#define X(name, text, scope) EVENT_##name,
    COLLECTOR_EVENTS(X)
#undef X
        EVENT_COUNT
};

/* The scope of events of a kind; HG_SCOPE_NONE if there is no such kind. */
enum hg_scope event_scope(unsigned kind);

/* The event's name; "unknown" if there is no such kind. */
const char *event_name(unsigned kind);

#endif
