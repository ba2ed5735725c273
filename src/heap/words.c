/* words.c: what is true of every event of a kind, and the words for reasons and invariants. */
#include "heap/engine.h"

static const struct {
    const char *name;
    enum hg_scope scope;
} events[] = {
#define X(name, text, scope) {text, HG_SCOPE_##scope},
    HG_EVENTS(X)
#undef X
};

#define X(name, text) text,
static const char *const reason_texts[] = {HG_REASONS(X)};
static const char *const invariant_texts[] = {HG_INVARIANTS(X)};
#undef X

enum hg_scope hg_event_scope(unsigned kind)
{
    return kind < HG_EVENT_COUNT ? events[kind].scope : HG_SCOPE_NONE;
}

const char *hg_event_name(unsigned kind)
{
    return kind < HG_EVENT_COUNT ? events[kind].name : "unknown";
}

const char *hg_reason_text(unsigned reason)
{
    return reason < HG_REASON_COUNT ? reason_texts[reason] : "unknown";
}

const char *hg_invariant_text(unsigned invariant)
{
    return invariant < HG_INVARIANT_COUNT ? invariant_texts[invariant] : "unknown";
}
