/* fit_header.c: see fit_header.h. */
#include "heap/fit/fit_header.h"

#define SIZE                                                                                       \
    {                                                                                              \
        .name = "size", .meaning = "bytes of the block, header, padding and footer included",      \
        .mask = ~(uint64_t)FIT_FLAGS, .unit = FIT_FLAGS + 1, .size = sizeof(uint64_t),             \
        .kind = HG_HEADER_BYTES                                                                    \
    }
#define USED                                                                                       \
    {                                                                                              \
        .name = "used", .meaning = "whether the block is in use", .words = {"free", "used"},       \
        .mask = FIT_USED, .size = sizeof(uint64_t), .kind = HG_HEADER_FLAG                         \
    }
#define LEFT_USED                                                                                  \
    {                                                                                              \
        .name = "left used", .meaning = "whether the block to the left is in use",                 \
        .words = {"left free", "left used"}, .mask = FIT_LEFT_USED, .size = sizeof(uint64_t),      \
        .kind = HG_HEADER_FLAG                                                                     \
    }
#define CANARY(word)                                                                               \
    {                                                                                              \
        .name = "canary", .meaning = "untouched unless somebody wrote before the payload",         \
        .mask = UINT64_MAX, .unit = FIT_CANARY, .at = (word) * sizeof(uint64_t),                   \
        .size = sizeof(uint64_t), .kind = HG_HEADER_CONSTANT                                       \
    }

struct hg_header_fields hg_fit_header(const struct hg_settings *settings)
{
    enum { TAG_ALL = 2, TAG_FREE_ONLY = 3 };
    static const struct hg_header_field all[] = {SIZE, USED, CANARY(1), CANARY(2), CANARY(3)};
    static const struct hg_header_field free_only[] = {SIZE,      USED,      LEFT_USED,
                                                       CANARY(1), CANARY(2), CANARY(3)};
    uint32_t canaries = settings->header / 8u - 1;

    if (settings->boundary_tags == HG_BOUNDARY_TAGS_ALL)
        return (struct hg_header_fields){all, TAG_ALL + canaries};
    return (struct hg_header_fields){free_only, TAG_FREE_ONLY + canaries};
}
