/* policies.h: the one table of policies: engines under a name. Whoever adds a policy adds a row. */
#ifndef HEAP_POLICIES_H
#define HEAP_POLICIES_H

#include "heap/engine.h"

/* A row has a power of two of bytes: every operation of every heap finds its own. */
struct hg_policy {
    _Alignas(128) struct hg_policy_info info;
    const struct hg_engine *engine;
    uint8_t variant; /* the engine's own */
};

extern const struct hg_policy hg_policies[];
extern const uint32_t hg_policy_count;

/* The policy of this name; NULL if there is none. */
const struct hg_policy *hg_policy_named(const char *name);

static inline uint32_t hg_policy_number(const struct hg_policy *policy)
{
    return (uint32_t)(policy - hg_policies);
}

/* The policy that `heap` runs under, whose number is trusted. */
static inline const struct hg_policy *hg_policy_of(const struct hg_heap *heap)
{
    return &hg_policies[heap->policy];
}

#endif
