/* fast_layout.h: what lies where in a heap of the fast engine: boundary tags, bins by size, and,
 * under the policy segregated, slabs and quick lists.
 *
 * Everything is counted in grains of 16 bytes. A place is the offset of a payload from the heap's
 * start, in grains: 32 bits reach 64 GiB, and a free block's two links fit into 8 bytes.
 *
 *      | state | nursery | block | block | ... | block | end | break
 *
 *            .-------------------- units * 16 bytes -------------------.
 *            | units | flags | payload                                 |  used
 *            | units | flags | next | prev | ...               | units |  free
 *            | units | flags | next | prev |                              free, minimal
 *            '---- header ---'                                 footer
 *            8 bytes below a multiple of 16
 *
 * A used block has no footer: a flag in its right neighbour's header says that it is used. Nor has
 * a minimal one, of which another flag tells.
 *
 * Free blocks are on the list of their size (fast_bins.h). Freed blocks of a few KiB first wait on
 * a quick list: they are not merged, so for their neighbours they are used; the flag QUICK tells
 * them apart (fast_quick.h). Popular small sizes share slabs, blocks that are cut into slots
 * without headers (fast_slabs.h).
 *
 * The tables of all this - the heads of the bins and of the quick lists, the map of slabs - are
 * blocks of the heap too (flag TABLE), made when the heap is large enough to bear them, and made
 * anew, larger, when it has outgrown them. A heap that cannot have a table does without.
 *
 * What always holds between two operations:
 *  - blocks tile the heap from the end of the state to the end marker, a header of 0 units at the
 *    break that counts as used; so does the state to the left of the first block;
 *  - LEFT_USED and LEFT_MINIMAL say truly what is to the left of a block;
 *  - of two neighbours at least one is used (quick-listed ones count as used);
 *  - every free block is on the one list of its size, once; a slab with a free slot is on the list
 *    of its class;
 *  - the map leads from every page of a slab to the slab, and from every other page nowhere.
 *
 * The nursery is a hole at the start of a segregated heap, which is not extended into new memory:
 * the small blocks that come first find room in it, not behind a block that is about to grow. */
#ifndef HEAP_FAST_LAYOUT_H
#define HEAP_FAST_LAYOUT_H

#include "heap/engine.h"

enum hg_fast_variant { HG_FAST_SEGREGATED, HG_FAST_TLSF };

#define fast_likely(condition) __builtin_expect(!!(condition), 1)
#define fast_unlikely(condition) __builtin_expect(!!(condition), 0)

/* What nearly all requests go through is written once and compiled several times: a path is inlined
 * where it is called, with a constant `known`. With WATCHED it reports, if somebody watches;
 * without, where nobody does, nothing is left of that. With ALL_BINS, where the policy is tlsf, it
 * knows that all bins are there, and where; without, it looks. A detour stays out of line, so that
 * a path that rarely takes it keeps nothing in memory for it. */
#define FAST_PATH static inline __attribute__((always_inline))
#define FAST_DETOUR __attribute__((noinline))

enum fast_known { FAST_PLAIN = 0, FAST_WATCHED = 1, FAST_ALL_BINS = 2 };

enum {
    FAST_GRAIN = 16,
    FAST_HEADER = 8,
    FAST_FOOTER = 4,
    FAST_NURSERY = 4,    /* grains */
    FAST_COUNT_BITS = 3, /* for each small class in fast->counted */
    FAST_ALIKE = 64,     /* sizes of large blocks are alike that differ by less than this part */
};

#define FAST_MOST_GRAINS UINT32_MAX /* that a heap can have */

enum fast_flags {
    FAST_USED = 1,
    FAST_LEFT_USED = 2,
    FAST_LEFT_MINIMAL = 4, /* only if not LEFT_USED */
    FAST_QUICK = 8,        /* on a quick list; USED too */
    FAST_TABLE = 16,       /* bookkeeping; USED too */
    FAST_SLAB = 32,    /* a slab; USED too; the flags from FAST_SLOT_SHIFT up hold its slot size */
    FAST_COUNTED = 64, /* used, and counted as one that a slab could have held */
    FAST_LISTED = 128, /* a slab on the list of its class */
    FAST_LEFT = FAST_LEFT_USED | FAST_LEFT_MINIMAL,
    FAST_SLOT_SHIFT = 8,
};

struct fast_block {
    uint32_t units; /* its size in grains; 0 for the end marker */
    uint32_t flags;
    uint32_t next, prev; /* of a free block or a slab: places on its list, 0 for none */
};

_Static_assert(sizeof(struct fast_block) == FAST_GRAIN, "a minimal block holds header and links");

/* Sizes of slots, the multiples of a grain from one grain up: small ones, and with large ones. */
enum { FAST_SMALL_CLASSES = 8, FAST_CLASSES = 32 };

#define FAST_ALL_SMALL 8u /* it is sure that most blocks are small */
#define FAST_SMALL_MASK 0xffu
#define FAST_ALL_SLOTTED ((uint8_t)((1u << FAST_SMALL_CLASSES) - 1))

/* What fast->due is where it is time to see to the tables; else it is larger. */
enum fast_due {
    FAST_CROWDED, /* there are many loose blocks: it is time for bins */
    FAST_GROWN,   /* the heap has grown; the block that it grew for is to be a sample */
    FAST_SAMPLED, /* and was */
};

/* The settings that the engine looks at: switches and the binary logarithm of release, 0 for never,
 * in heap.flags, and fast->trim. And one of its own: the map has large classes, too. */
enum fast_switches {
    FAST_HAS_SLABS = 1,
    FAST_HAS_QUICK_LISTS = 2,
    FAST_HAS_BINS = 4,
    FAST_HAS_LARGE_SLOTS = 8,
    FAST_ALWAYS_SLABS = 16, /* from the first block on, whatever they take */
    FAST_ALWAYS_QUICK_LISTS = 32,
    FAST_ALWAYS_BINS = 64,
    FAST_RELEASE_SHIFT = 8, /* the bits from here up hold release */
};

#define FAST_TRIM_NEVER (HG_TRIM_NEVER >> 16) /* in 48 bits; no heap is as large */
#define FAST_IDLE_MOST 0xffffu

struct fast {
    struct hg_heap heap;
    uint64_t trim : 48;
    uint64_t idle : 16; /* pages (fast_idle.h) */
    uint32_t loose;     /* the first free block that has no bin; 0 for none */
    uint16_t due;       /* roughly: see to the tables when the heap has so many grains; or one
                           of enum fast_due */
    uint16_t latest;    /* roughly: the grains of the latest large block, of segregated */
    uint32_t bins;      /* places of the tables, 0 while there is none */
    uint32_t quick;
    uint32_t map;
    uint32_t map_pages; /* how far each table goes, 0 while there is none */
    uint8_t bin_rows;
    uint8_t quick_most;    /* the grains of the largest blocks that wait */
    uint8_t slotted;       /* a bit for each small class whose payloads are all slots */
    uint8_t spare;         /* of slabs: a bit for each group of classes that may have a spare one */
    uint32_t rows_in_use;  /* of bins: a bit for each that has a bin that is not empty */
    uint32_t waiting;      /* of quick lists: a bit for each group, 0 if all of it is empty */
    uint32_t counted : 24; /* of each small class, three bits: used blocks with the flag COUNTED */
    uint32_t small : 8;    /* up to FAST_ALL_SMALL: how sure it is that most blocks are small */
};

_Static_assert(sizeof(struct fast) % FAST_GRAIN == FAST_HEADER, "a header can follow at once");

/* ---- Places ---- */

static inline struct fast *fast_of(struct hg_heap *heap)
{
    return (struct fast *)heap;
}

/* The classes whose requests go straight to their slots: none while somebody watches. */
static inline void fast_see_straight(struct fast *fast)
{
    fast->heap.straight_slots = fast->heap.straight ? fast->slotted : 0;
}

static inline bool fast_is_tlsf(const struct fast *fast)
{
    return fast->heap.variant == HG_FAST_TLSF;
}

/* The setting release. */
static inline uint32_t fast_release_of(const struct fast *fast)
{
    unsigned log2 = fast->heap.flags >> FAST_RELEASE_SHIFT;

    return log2 ? 1u << log2 : HG_RELEASE_NEVER;
}

/* Whether the pages of large free blocks are counted (fast_idle.h): where release is set. */
static inline bool fast_counts_idle(const struct fast *fast)
{
    return fast->heap.flags >> FAST_RELEASE_SHIFT;
}

/* The payload at `place`, and the block that it belongs to; and back. */
static inline void *fast_payload_at(const struct fast *fast, uint32_t place)
{
    return (void *)(uintptr_t)((const char *)fast + (uint64_t)place * FAST_GRAIN);
}

static inline struct fast_block *fast_block_of(const void *payload)
{
    return (struct fast_block *)(uintptr_t)((const char *)payload - FAST_HEADER);
}

static inline struct fast_block *fast_block_at(const struct fast *fast, uint32_t place)
{
    return fast_block_of(fast_payload_at(fast, place));
}

static inline uint32_t fast_place_of(const struct fast *fast, const void *payload)
{
    return (uint32_t)(hg_offset(&fast->heap, payload) / FAST_GRAIN);
}

static inline uint32_t fast_place(const struct fast *fast, const struct fast_block *block)
{
    return fast_place_of(fast, &block->next);
}

static inline void *fast_payload(struct fast_block *block)
{
    return &block->next;
}

static inline uint64_t fast_bytes(uint32_t units)
{
    return (uint64_t)units * FAST_GRAIN;
}

/* The grains of a block with `size` bytes of payload, which may be more than a heap can have. */
static inline uint64_t fast_units_for(size_t size)
{
    return (size + FAST_HEADER + FAST_GRAIN - 1) / FAST_GRAIN; /* 1 for 0, too */
}

/* ---- Neighbours ---- */

static inline struct fast_block *fast_right_of(const struct fast_block *block, uint32_t units)
{
    return (struct fast_block *)(uintptr_t)((const char *)block + fast_bytes(units));
}

static inline struct fast_block *fast_right(const struct fast_block *block)
{
    return fast_right_of(block, block->units);
}

/* The footer of the block that ends where `right` starts. */
static inline uint32_t *fast_footer_before(const struct fast_block *right)
{
    return (uint32_t *)(uintptr_t)right - 1;
}

/* The block to the left, which must be free. */
static inline struct fast_block *fast_left(const struct fast_block *block)
{
    uint32_t units = block->flags & FAST_LEFT_MINIMAL ? 1 : *fast_footer_before(block);

    return (struct fast_block *)(uintptr_t)((const char *)block - fast_bytes(units));
}

static inline bool fast_is_used(const struct fast_block *block)
{
    return block->flags & FAST_USED;
}

static inline struct fast_block *fast_end(const struct fast *fast)
{
    return (struct fast_block *)(uintptr_t)((const char *)fast + fast->heap.size - FAST_HEADER);
}

/* How many grains of `block`, of a segregated heap, are the nursery's, from their first on. */
static inline uint32_t fast_nursery_in(const struct fast *fast, const struct fast_block *block)
{
    uint64_t below = (uint64_t)((const char *)block - (const char *)(fast + 1)) / FAST_GRAIN;

    return below < FAST_NURSERY ? FAST_NURSERY - (uint32_t)below : 0;
}

/* ---- Lists, as hg_list_walk numbers them: bins first ---- */

enum {
    FAST_ROWS = 28,
    FAST_BINS_PER_ROW = 32,
    FAST_BINS = FAST_ROWS * FAST_BINS_PER_ROW, /* the first is the list of loose blocks */
    FAST_QUICK_MOST = 4096 / FAST_GRAIN - 1,   /* the largest block that waits, in grains */
    FAST_LIST_QUICK = FAST_BINS - 1,           /* + grains, from 1 up */
    FAST_LIST_SLOTS = FAST_LIST_QUICK + FAST_QUICK_MOST, /* + grains, from 1 up */
    FAST_LISTS = FAST_LIST_SLOTS + FAST_CLASSES + 1,
};

#endif
