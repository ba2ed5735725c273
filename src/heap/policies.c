/* policies.c: the rows of the table, and which settings go with which policy. */
#include "heap/policies.h"

#include <string.h>

#include "heap/buddy/buddy.h"
#include "heap/fast/fast.h"
#include "heap/fit/fit.h"
#include "heap/simple/linear.h"
#include "heap/simple/pool.h"
#include "heap/textbook/csapp.h"
#include "heap/textbook/kr.h"
#include "heap/textbook/osmem.h"
#include "heap/textbook/ostep.h"

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
#define CSAPP_SETTINGS (1u << HG_SETTING_GROW | 1u << HG_SETTING_FIT)
#define KR_SETTINGS (1u << HG_SETTING_GROW)
#define OSMEM_SETTINGS (1u << HG_SETTING_GROW)
#define OSTEP_SETTINGS                                                                             \
    (1u << HG_SETTING_ORDER | 1u << HG_SETTING_COALESCE | 1u << HG_SETTING_GROW |                  \
     1u << HG_SETTING_FIT | 1u << HG_SETTING_FIXED)
#define TLSF_SETTINGS (1u << HG_SETTING_TRIM | 1u << HG_SETTING_RELEASE)

/* Why blocks are larger than asked for. */
#define ALIGNED "sizes are rounded up to the alignment"
#define SLOTTED "all slots have the same size"

/* How steps go along a long list. */
#define COPIED                                                                                     \
    "steps are shown a long list is read from a copy beside the heap; the cost that is "           \
    "shown is the list's."

/* How an engine that searches gets on with a long trace. */
#define INDEXED                                                                                    \
    "On long traces, where no steps are shown, an index beside the heap finds the same block."

/* Why realloc always moves. */
#define MOVES "realloc is malloc, copy and free here"

const struct hg_policy hg_policies[] = {
    {
        .info =
            {
                .name = "first-fit",
                .summary = "the first free block that is large enough",
                .reason =
                    "Searches the free list from its head and takes the first block that "
                    "fits. Short searches; splinters gather where the searches begin. " INDEXED
                    " Where " COPIED,
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
                          "gather at its head. Large blocks are soon broken up. " INDEXED
                          " Where " COPIED,
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
                          "small to use. On long traces and under programs an index finds the same "
                          "block, and where " COPIED,
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
                .reason =
                    "Looks at every free block and takes the largest, so that what remains "
                    "of it is still of use. No large block stays whole for long. On long "
                    "traces and under programs an index finds the same block, and where " COPIED,
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
                          "more slots are in use. " INDEXED,
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
    {
        .info =
            {
                .name = "ostep",
                .summary = "the free list of Three Easy Pieces: cut in place, sorted on free",
                .reason = "A list of free pieces in one of five orders. The fit looks along it, a "
                          "larger piece is cut in place, its low part given out. It is sorted when "
                          "something is freed, and only then. 'preset ostep' sets it up. " INDEXED,
                .choice = "the free piece that the setting fit asks for",
                .rounding = ALIGNED,
                .apart = "a piece only merges into the one before it on the list",
                .settings = OSTEP_SETTINGS,
                .growth = "at least",
                .moves = MOVES,
            },
        .engine = &hg_ostep_engine,
    },
    {
        .info =
            {
                .name = "csapp",
                .summary = "the implicit list of CS:APP: boundary tags of 4 bytes, no links",
                .reason = "Each block has a header and a footer of 4 bytes. The search passes all "
                          "blocks, used ones too, by their sizes; free neighbours merge at once. "
                          "'preset csapp' sets it up. " INDEXED,
                .choice = "the free block that the setting fit asks for",
                .rounding = "blocks have a multiple of 8 bytes, 16 at least",
                .settings = CSAPP_SETTINGS,
                .growth = "at least",
                .alignment = 8,
                .moves = MOVES,
            },
        .engine = &hg_csapp_engine,
    },
    {
        .info =
            {
                .name = "kr",
                .summary = "the circular list of Kernighan and Ritchie: the tail is given out",
                .reason = "All is counted in headers of 16 bytes. Free blocks are on a circular "
                          "list by their addresses, and each search starts where the last one "
                          "ended; of a larger block the tail is given out. 'preset kr' sets it "
                          "up. " INDEXED,
                .choice = "the next free block that fits",
                .rounding = "blocks have a multiple of 16 bytes",
                .settings = KR_SETTINGS,
                .growth = "at least",
                .moves = MOVES,
            },
        .engine = &hg_kr_engine,
    },
    {
        .info =
            {
                .name = "osmem",
                .summary = "one list of all blocks, merged before each best fit over all of them",
                .reason = "A header of 32 bytes holds size, status and links to both neighbours. "
                          "Before a search all free neighbours merge; then it looks at every block "
                          "and takes the smallest that fits. 'preset osmem' sets it up. " INDEXED,
                .choice = "the smallest free block that fits",
                .rounding = "payloads have a multiple of 8 bytes, and fewer than 40 more are no "
                            "block of their own",
                .apart = "free neighbours merge only before the next search",
                .settings = OSMEM_SETTINGS,
                .growth = "at first",
                .alignment = 8,
            },
        .engine = &hg_osmem_engine,
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
