/* words.c: the names of events, and the words for reasons and invariants. */
#include "heap/engine.h"

#define X(name, text) text,
static const char *const event_names[] = {HG_EVENTS(X)};
static const char *const reason_texts[] = {HG_REASONS(X)};
static const char *const invariant_texts[] = {HG_INVARIANTS(X)};
#undef X

const char *hg_event_name(unsigned kind)
{
    return kind < HG_EVENT_COUNT ? event_names[kind] : "unknown";
}

const char *hg_reason_text(unsigned reason)
{
    return reason < HG_REASON_COUNT ? reason_texts[reason] : "unknown";
}

const char *hg_invariant_text(unsigned invariant)
{
    return invariant < HG_INVARIANT_COUNT ? invariant_texts[invariant] : "unknown";
}
