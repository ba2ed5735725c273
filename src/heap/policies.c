/* policies.c: the one table of policies. */
#include <string.h>

#include "heap/engine.h"
#include "heap/fit/fit.h"

#define FIT_SETTINGS                                                                             \
    (1u << HG_HEADER | 1u << HG_ALIGNMENT | 1u << HG_MIN_BLOCK | 1u << HG_ORDER |                \
     1u << HG_COALESCE | 1u << HG_BOUNDARY_TAGS | 1u << HG_SPLIT_THRESHOLD | 1u << HG_PLACE |    \
     1u << HG_GROW | 1u << HG_TRIM)

const struct hg_policy hg_policies[] = {
    {{"first-fit", "the first free block that is large enough",
      "Searches the free list from its head and takes the first block that fits. Short searches; "
      "splinters gather where the searches begin.",
      "the first free block that fits",
      FIT_SETTINGS},
     &hg_fit_engine,
     HG_FIT_FIRST},
    {{"next-fit", "like first-fit, but each search starts where the last one ended",
      "Spreads allocations over the whole list, so that splinters do not gather at its head. Large "
      "blocks are soon broken up.",
      "the next free block that fits",
      FIT_SETTINGS},
     &hg_fit_engine,
     HG_FIT_NEXT},
    {{"best-fit", "the smallest free block that is large enough",
      "Looks at every free block and takes the smallest that fits, so that large blocks stay "
      "whole. What remains of the chosen block is often too small to use.",
      "the smallest free block that fits",
      FIT_SETTINGS},
     &hg_fit_engine,
     HG_FIT_BEST},
    {{"worst-fit", "the largest free block",
      "Looks at every free block and takes the largest, so that what remains of it is still of "
      "use. No large block stays whole for long.",
      "the largest free block",
      FIT_SETTINGS},
     &hg_fit_engine,
     HG_FIT_WORST},
};

const uint32_t hg_policy_count = sizeof hg_policies / sizeof hg_policies[0];

const struct hg_policy *hg_policy_named(const char *name)
{
    for (uint32_t number = 0; name && number < hg_policy_count; number++) {
        if (strcmp(hg_policies[number].info.name, name) == 0)
            return &hg_policies[number];
    }
    return NULL;
}

const struct hg_policy_info *hg_policy(unsigned number)
{
    return number < hg_policy_count ? &hg_policies[number].info : NULL;
}
