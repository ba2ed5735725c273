/* events.c: see events.h. */
#include "collector/events.h"

static const struct {
    const char *name;
    enum hg_scope scope;
} events[EVENT_COUNT] = {
#define X(name, text, scope) [EVENT_##name] = {text, HG_SCOPE_##scope},
    COLLECTOR_EVENTS(X)
#undef X
};

static bool is_collectors(unsigned kind)
{
    return kind >= HG_EVENT_COUNT && kind < EVENT_COUNT;
}

enum hg_scope event_scope(unsigned kind)
{
    return is_collectors(kind) ? events[kind].scope : hg_event_scope(kind);
}

const char *event_name(unsigned kind)
{
    return is_collectors(kind) ? events[kind].name : hg_event_name(kind);
}
