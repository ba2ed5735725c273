/* policies.c: the rows of the table, and which settings go with which policy. */
#include "heap/policies.h"

#include <string.h>

#include "heap/buddy/buddy.h"
#include "heap/fast/fast.h"
#include "heap/fit/fit.h"
#include "heap/simple/linear.h"
#include "heap/simple/pool.h"

#define FIT_SETTINGS                                                                               \
    (1u << HG_SETTING_HEADER | 1u << HG_SETTING_ALIGNMENT | 1u << HG_SETTING_MIN_BLOCK |           \
     1u << HG_SETTING_ORDER | 1u << HG_SETTING_COALESCE | 1u << HG_SETTING_BOUNDARY_TAGS |         \
     1u << HG_SETTING_SPLIT_THRESHOLD | 1u << HG_SETTING_PLACE | 1u << HG_SETTING_GROW |           \
     1u << HG_SETTING_TRIM | 1u << HG_SETTING_RELEASE)

#define LINEAR_SETTINGS (1u << HG_SETTING_ALIGNMENT | 1u << HG_SETTING_GROW)
#define POOL_SETTINGS                                                                              \
    (1u << HG_SETTING_ALIGNMENT | 1u << HG_SETTING_GROW | 1u << HG_SETTING_SLOT_SIZE |             \
     1u << HG_SETTING_RELEASE)
#define BUDDY_SETTINGS                                                                             \
    (1u << HG_SETTING_ALIGNMENT | 1u << HG_SETTING_GROW | 1u << HG_SETTING_TRIM |                  \
     1u << HG_SETTING_RELEASE)
#define SEGREGATED_SETTINGS                                                                        \
    (1u << HG_SETTING_TRIM | 1u << HG_SETTING_RELEASE | 1u << HG_SETTING_SLABS |                   \
     1u << HG_SETTING_QUICK_LISTS | 1u << HG_SETTING_BINS)
#define TLSF_SETTINGS (1u << HG_SETTING_TRIM | 1u << HG_SETTING_RELEASE)

/* Why blocks are larger than asked for. */
#define ALIGNED "sizes are rounded up to the alignment"
#define SLOTTED "all slots have the same size"

const struct hg_policy hg_policies[] = {
    {
        .info =
            {
                .name = "first-fit",
                .summary = "the first free block that is large enough",
                .reason = "Searches the free list from its head and takes the first block that "
                          "fits. Short searches; splinters gather where the searches begin.",
                .choice = "the first free block that fits",
                .rounding = ALIGNED,
                .settings = FIT_SETTINGS,
            },
        .engine = &hg_fit_engine,
        .variant = HG_FIT_FIRST,
    },
    {
        .info =
            {
                .name = "next-fit",
                .summary = "like first-fit, but each search starts where the last one ended",
                .reason = "Spreads allocations over the whole list, so that splinters do not "
                          "gather at its head. Large blocks are soon broken up.",
                .choice = "the next free block that fits",
                .rounding = ALIGNED,
                .settings = FIT_SETTINGS,
            },
        .engine = &hg_fit_engine,
        .variant = HG_FIT_NEXT,
    },
    {
        .info =
            {
                .name = "best-fit",
                .summary = "the smallest free block that is large enough",
                .reason = "Looks at every free block and takes the smallest that fits, so that "
                          "large blocks stay whole. What remains of the chosen block is often too "
                          "small to use. In bench and under programs an index finds the same "
                          "block; the cost that is shown is the list's.",
                .choice = "the smallest free block that fits",
                .rounding = ALIGNED,
                .settings = FIT_SETTINGS,
            },
        .engine = &hg_fit_engine,
        .variant = HG_FIT_BEST,
    },
    {
        .info =
            {
                .name = "worst-fit",
                .summary = "the largest free block",
                .reason = "Looks at every free block and takes the largest, so that what remains "
                          "of it is still of use. No large block stays whole for long. In "
                          "bench and under programs an index finds the same block; the cost "
                          "that is shown is the list's.",
                .choice = "the largest free block",
                .rounding = ALIGNED,
                .settings = FIT_SETTINGS,
            },
        .engine = &hg_fit_engine,
        .variant = HG_FIT_WORST,
    },
    {
        .info =
            {
                .name = "linear",
                .summary = "moves an index up, and frees only everything at once",
                .reason = "The simplest of all, and the fastest: an allocation adds to an index. "
                          "Nothing can be freed but everything together, with reset. For what is "
                          "built up and thrown away as a whole.",
                .choice = "the next bytes behind the last block",
                .rounding = ALIGNED,
                .settings = LINEAR_SETTINGS,
            },
        .engine = &hg_linear_engine,
    },
    {
        .info =
            {
                .name = "pool-scan",
                .summary = "slots of one size; looks for a free one from the first slot on",
                .reason = "All slots are alike, so there is no external fragmentation, and what a "
                          "request leaves of its slot is padding. The search takes longer the "
                          "more slots are in use.",
                .choice = "the first free slot",
                .rounding = SLOTTED,
                .apart = "slots are never merged",
                .settings = POOL_SETTINGS,
            },
        .engine = &hg_pool_engine,
        .variant = HG_POOL_SCAN,
    },
    {
        .info =
            {
                .name = "pool-stack",
                .summary = "slots of one size; takes a free one off a stack",
                .reason = "Like pool-scan, but free slots are kept on a stack that is threaded "
                          "through the slots themselves, so that taking one and giving one back "
                          "are a step each.",
                .choice = "the slot on top of the stack",
                .rounding = SLOTTED,
                .apart = "slots are never merged",
                .settings = POOL_SETTINGS,
            },
        .engine = &hg_pool_engine,
        .variant = HG_POOL_STACK,
    },
    {
        .info =
            {
                .name = "buddy",
                .summary = "binary buddies: blocks of 2^k bytes that split in halves and merge "
                           "again",
                .reason = "A request is rounded up to a power of two. A larger block is halved "
                          "until it fits; a freed block merges with its buddy, whose address "
                          "differs in one bit, as long as that is free.",
                .choice = "a free block of the lowest order that will do",
                .rounding = "blocks have a power of two bytes",
                .apart = "only the two halves of one block are buddies, which merge",
                .settings = BUDDY_SETTINGS,
            },
        .engine = &hg_buddy_engine,
    },
    {
        .info =
            {
                .name = "segregated",
                .summary = "free blocks sorted by size, slabs for small ones: fast and tight",
                .reason = "A near-best fit is found at once in bins by size. Popular sizes, up to "
                          "512 bytes, share slabs, without headers. Freed blocks wait on quick "
                          "lists for a request of their size.",
                .choice = "a near-best fit",
                .rounding = ALIGNED,
                .apart = "freed blocks wait unmerged on quick lists",
                .settings = SEGREGATED_SETTINGS,
            },
        .engine = &hg_segregated_engine,
        .variant = HG_FAST_SEGREGATED,
    },
    {
        .info =
            {
                .name = "tlsf",
                .summary = "two-level segregated fit: the same few instructions, whatever the heap",
                .reason = "Two levels of bits lead to a list on which every block fits, and its "
                          "first is taken: no search, so no request takes long. The fit is good, "
                          "not the best.",
                .choice = "the first block of the next list whose blocks all fit",
                .rounding = ALIGNED,
                .settings = TLSF_SETTINGS,
            },
        .engine = &hg_tlsf_engine,
        .variant = HG_FAST_TLSF,
    },
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

const struct hg_policy_info *hg_policy_find(const char *name, unsigned *ret_number)
{
    const struct hg_policy *policy = hg_policy_named(name);

    if (policy && ret_number)
        *ret_number = hg_policy_number(policy);
    return policy ? &policy->info : NULL;
}

const char *hg_config_problem(const struct hg_config *config, unsigned *ret_setting)
{
    struct hg_settings packed;
    const char *problem;

    if (!hg_policy_named(config->policy)) {
        *ret_setting = HG_SETTING_NONE;
        return "is no policy";
    }
    for (unsigned setting = 0; setting < HG_SETTING_MOST; setting++) {
        problem = hg_settings_problem(setting, config->settings[setting]);
        if (problem) {
            *ret_setting = setting;
            return problem;
        }
    }
    packed = hg_settings_pack(config);
    /* cppcheck-suppress returnDanglingLifetime; the answer is a constant string */
    return hg_policy_named(config->policy)->engine->problem(&packed, ret_setting);
}
