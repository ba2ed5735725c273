/* fast_header.c: see fast_header.h. */
#include "heap/fast/fast_header.h"

#define FLAG(bit, told, zero, one, says)                                                           \
    {                                                                                              \
        .name = (told), .meaning = (says), .words = {zero, one}, .mask = (bit),                    \
        .at = offsetof(struct fast_block, flags), .size = sizeof(uint32_t), .kind = HG_HEADER_FLAG \
    }

static const struct hg_header_field fields[] = {
    {.name = "size",
     .meaning = "bytes of the block, header, padding and footer included",
     .mask = UINT32_MAX,
     .unit = FAST_GRAIN,
     .at = offsetof(struct fast_block, units),
     .size = sizeof(uint32_t),
     .kind = HG_HEADER_BYTES},
    FLAG(FAST_USED, "used", "free", "used", "whether the block is in use; one that waits is"),
    FLAG(FAST_LEFT_USED, "left used", "left free", "left used",
         "whether the block to the left is in use"),
    FLAG(FAST_LEFT_MINIMAL, "left minimal", NULL, "left minimal",
         "the block to the left is free and has 16 bytes, so no footer"),
    FLAG(FAST_QUICK, "waiting", NULL, "waiting", "the block waits on a quick list"),
    FLAG(FAST_TABLE, "table", NULL, "table", "the block holds a table of the heap's"),
    FLAG(FAST_SLAB, "slab", NULL, "slab", "the block is cut into slots"),
    FLAG(FAST_COUNTED, "counted", NULL, "counted",
         "the block is counted as one whose payload a slot could hold"),
    FLAG(FAST_LISTED, "listed", NULL, "listed", "the slab has a free slot, and is on its list"),
    {.name = "slot size",
     .meaning = "bytes of each slot of a slab",
     .mask = ~(uint32_t)0 << FAST_SLOT_SHIFT,
     .unit = FAST_GRAIN,
     .at = offsetof(struct fast_block, flags),
     .size = sizeof(uint32_t),
     .kind = HG_HEADER_BYTES},
};

struct hg_header_fields hg_fast_tlsf_header(const struct hg_settings *settings)
{
    enum { COUNT = 4 };

    (void)settings;
    return (struct hg_header_fields){fields, COUNT};
}

struct hg_header_fields hg_fast_segregated_header(const struct hg_settings *settings)
{
    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}
