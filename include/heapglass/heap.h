/* heapglass/heap.h: allocators over a break, every block of which can be read back.
 *
 * A heap is one region of memory, [start, break), that grows and shrinks at its upper end only.
 * Memory comes through two functions, grow and shrink, that the program hands in. All state of a
 * heap lies at its start, so there are no globals, and a program may hold as many heaps as it has
 * regions.
 *
 *      start                                                        break
 *        | state | block | block | block | ...        | block | end |
 *        '------- blocks tile the heap: no gap and no overlap -------'
 *
 * What always holds:
 *  - hg_walk visits blocks that tile [start, break), and reads nothing but the heap's own memory to
 *    do so;
 *  - a payload is aligned to the heap's alignment and belongs to the caller until hg_free or
 *    hg_realloc;
 *  - an operation that fails leaves the heap as it was; but where merging is deferred, the search
 *    has merged free neighbours;
 *  - whatever an operation changes, it reports to the observer, if there is one.
 *
 * Memory is given back in two ways: at the break by shrink, and, where the setting release asks for
 * it, inside of large free blocks by madvise(2), which leaves pages that take no memory and read as
 * zero until they are written again.
 *
 * A heap may be used by one thread at a time. Offsets are in bytes from the heap's start, sizes are
 * in bytes. Costs, where nothing else is said, are O(1); n is the number of blocks. */
#ifndef HEAPGLASS_HEAP_H
#define HEAPGLASS_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HG_API __attribute__((visibility("default")))
#else
#define HG_API
#endif

/* ---- Which library this is ---- */

/* The version of the library that a program runs with, "1.2.3"; and as a number, 10203. What a
 * later version of the same soname adds, it adds at the end: programs stay as they are. */
HG_API const char *hg_version(void);
HG_API uint32_t hg_version_number(void);

/* ---- Where memory comes from ---- */

/* A supply of memory that grows and shrinks at its end. */
struct hg_os {
    /* Add `size` bytes, readable, writable and zero. Returns the first of them, or NULL with errno
     * ENOMEM. */
    void *(*grow)(void *context, size_t size);
    /* Take back the last `size` bytes, those just below `end`. Returns false if they are not the
     * last. */
    bool (*shrink)(void *context, void *end, size_t size);
    void *context;
};

/* The program's own break, moved by sbrk(2). Nobody else may move the break while a heap lives on
 * it.
 *   cost     one system call for each grow and each shrink */
HG_API struct hg_os hg_os_sbrk(void);

/* A region of the caller's, given out from its first byte to its last. */
struct hg_arena {
    char *start;
    size_t size;
    size_t used;
};

/* Memory from `arena`, which must outlive the heap. What is taken back is cleared, so that it is
 * zero when given out again.
 *   cost     O(1) for each grow, O(bytes) for each shrink */
HG_API struct hg_os hg_os_arena(struct hg_arena *arena);

/* ---- What kind of heap ---- */

/* New settings come at the end. */
enum hg_setting {
    HG_SETTING_HEADER,
    HG_SETTING_ALIGNMENT,
    HG_SETTING_MIN_BLOCK,
    HG_SETTING_ORDER,
    HG_SETTING_COALESCE,
    HG_SETTING_BOUNDARY_TAGS,
    HG_SETTING_SPLIT_THRESHOLD,
    HG_SETTING_PLACE,
    HG_SETTING_GROW,
    HG_SETTING_TRIM,
    HG_SETTING_RELEASE,
    HG_SETTING_SLOT_SIZE,
    HG_SETTING_SLABS,
    HG_SETTING_QUICK_LISTS,
    HG_SETTING_BINS,
    HG_SETTING_FIT,
    HG_SETTING_FIXED,
    HG_SETTING_COUNT /* how many there are */
};

enum hg_order {
    HG_ORDER_LIFO,
    HG_ORDER_FIFO,
    HG_ORDER_ADDRESS,
    HG_ORDER_SIZE_UP,
    HG_ORDER_SIZE_DOWN
};
enum hg_coalesce { HG_COALESCE_IMMEDIATE, HG_COALESCE_DEFERRED, HG_COALESCE_NEVER };
enum hg_boundary_tags { HG_BOUNDARY_TAGS_FREE_ONLY, HG_BOUNDARY_TAGS_ALL };
enum hg_place { HG_PLACE_LOW, HG_PLACE_HIGH };
enum hg_fit { HG_FIT_IS_FIRST, HG_FIT_IS_NEXT, HG_FIT_IS_BEST, HG_FIT_IS_WORST };
enum hg_switch { HG_SWITCH_OFF, HG_SWITCH_ON, HG_SWITCH_ALWAYS }; /* always: in small heaps, too */

#define HG_SETTING_MOST 32u        /* how many there can ever be */
#define HG_SETTING_NONE UINT32_MAX /* the number of no setting */

#define HG_MIN_BLOCK_AUTO 0u     /* the smallest block that holds its own bookkeeping */
#define HG_GROW_EXACT 0u         /* grow by just the bytes that are missing */
#define HG_TRIM_NEVER UINT64_MAX /* keep the wilderness, however large */
#define HG_RELEASE_NEVER 0u      /* keep the pages of free blocks, however many */

/* What a policy is asked for: a policy's name, and the value of each setting by its number. There
 * is room for settings to come, so that a program keeps its layout when the library gets more: take
 * hg_config_default's, which has their initial values, and change what should be different. */
struct hg_config {
    const char *policy;
    uint64_t settings[HG_SETTING_MOST];
};

/* A setting as people see it. */
struct hg_setting_info {
    const char *name;
    const char *summary;        /* one line */
    const char *reason;         /* why one would change it: a sentence or two */
    const char *const *choices; /* the values 0, 1, ... by name, up to a NULL; NULL for bytes */
    const char *word;           /* stands for the value `word_value`; NULL if none does */
    uint64_t word_value;
    uint64_t min, max; /* of a number */
    bool power_of_two; /* a number must be one */
    uint64_t initial;  /* the value where nothing is set */
};

/* A policy as people see it. */
struct hg_policy_info {
    const char *name;
    const char *summary;  /* one line */
    const char *reason;   /* how it works and what for: a sentence or two */
    const char *choice;   /* what it takes, as the end of "B takes ..." */
    const char *rounding; /* why blocks are larger than asked for, as the end of "as ..." */
    const char *apart;    /* why free neighbours may stay apart, as the end of "but ..."; NULL where
                             the setting coalesce says so, or where they never do */
    uint32_t settings; /* a bit, 1 << HG_SETTING_..., for each setting that means something to it */
    /* Of its payloads, where that is less than 16 and no setting's to say; else 0. */
    uint32_t alignment;
    /* Why realloc always moves, as the end of a sentence; NULL where it does not. */
    const char *moves;
    /* What the setting grow is to a growth ("at least"); NULL where that is a multiple of it. */
    const char *growth;
};

/* The setting with this number; NULL beyond the last. */
HG_API const struct hg_setting_info *hg_setting(unsigned setting);

/* The policy with this number, from 0; NULL beyond the last. The first is the default. */
HG_API const struct hg_policy_info *hg_policy(unsigned number);

/* The policy of this name; NULL if there is none. In `ret_number`, if that is not NULL, its number.
 *   cost     O(policies) */
HG_API const struct hg_policy_info *hg_policy_find(const char *name, unsigned *ret_number);

/* Every setting at its initial value, under `policy`. Whether there is such a policy is
 * hg_config_problem's to say. */
HG_API struct hg_config hg_config_default(const char *policy);

/* What keeps a heap from being opened with `config`, as the end of a sentence ("must be a power of
 * two"), and in `ret_setting` the setting that it speaks of, HG_SETTING_NONE for the policy.
 * NULL, and ret_setting untouched, if nothing does.
 *   cost     O(settings) */
HG_API const char *hg_config_problem(const struct hg_config *config, unsigned *ret_setting);

/* ---- What happens: events ---- */

/* What an event speaks of, and where blocks or their links have changed by it. */
enum hg_scope {
    HG_SCOPE_NONE,  /* it speaks of no place, and nothing has changed */
    HG_SCOPE_SEEN,  /* of [at, at + size), where no block has changed */
    HG_SCOPE_BLOCK, /* of [at, at + size), which has changed */
    HG_SCOPE_PAIR,  /* of [at, at + size), which has changed with the `other` bytes behind it */
    HG_SCOPE_BREAK, /* of [at, at + size); all from `at` to the break has changed */
    HG_SCOPE_END    /* of no place that is still there; all from `at` to the break has changed */
};

/* Everything an engine does, in the order it does it: kind, name, scope, and what its fields say.
 * "One block" means that from then on [at, at + size) is one block; the left, the right and the
 * free one are what it took in. Places on lists count from 0. */
/* clang-format off */
#define HG_EVENTS(X)                                                                              \
    X(REQUEST, "request", NONE)           /* size: asked for; other: of the block it needs */     \
    X(VISIT, "visit", SEEN)               /* one block looked at; fits: free and large enough? */ \
    X(TAKE, "take", BLOCK)                /* one free block leaves `list`, to be used */          \
    X(UNLINK, "unlink", BLOCK)            /* one free block leaves `list`, to merge or go back */ \
    X(SPLIT, "split", PAIR)               /* one block; other: size of the one cut off above */   \
    X(WHOLE, "whole", SEEN)               /* one block, not split; other: bytes to spare */       \
    X(HANDOVER, "handover", BLOCK)        /* one used block: its payload is the answer */         \
    X(RELEASE, "release", BLOCK)          /* one free block, used until now */                    \
    X(MERGE_LEFT, "merge-left", BLOCK)    /* one free block; other: size of the left one */       \
    X(MERGE_RIGHT, "merge-right", BLOCK)  /* one free block; other: size of the right one */      \
    X(ABSORB, "absorb", BLOCK)            /* one used block; other: size of the free one */       \
    X(PUSH, "push", BLOCK)                /* one free block enters `list`; other: its place */    \
    X(REPLACE, "replace", BLOCK)          /* one free block, on `list` in place of `other` */     \
    X(RESERVE, "reserve", BLOCK)          /* one bookkeeping block: the allocator keeps it; */    \
                                          /* other: size, where it is a table of its own, for */  \
                                          /* which all was since the request or another block */  \
    X(CARVE, "carve", BLOCK)              /* bookkeeping, now free blocks of `other` on `list` */ \
    X(GATHER, "gather", BLOCK)            /* one used block; free ones in it have left `list`; */ \
                                          /* other: size, where it was a table */                 \
    X(RESET, "reset", END)                /* the heap is [0, size), one bookkeeping block */      \
    X(GROW, "grow", BREAK)                /* the break was at `at` and moved up by size */        \
    X(GROW_REFUSED, "grow-refused", NONE) /* the break did not move up by size */                 \
    X(FRESH, "fresh", BREAK)              /* one free block, made of new memory */                \
    X(TRIM, "trim", END)                  /* the break moved down to `at`, by size */             \
    X(DISCARD, "discard", SEEN)           /* pages in a free block went back: they are zero */    \
    X(COPY, "copy", SEEN)                 /* size bytes copied from payload `other` to `at` */    \
    X(REFUSE, "refuse", NONE)             /* the answer is no; size: bytes not to be had */

enum hg_event_kind {
#define X(name, text, scope) HG_EVENT_##name,
    HG_EVENTS(X)
#undef X
    HG_EVENT_COUNT
};
/* clang-format on */

/* Why an answer was no. */
/* clang-format off */
#define HG_REASONS(X)                                                                             \
    X(NONE, "")                                                                                   \
    X(TOO_LARGE, "the size is larger than any heap can be")                                       \
    X(OVERFLOW, "count times size is larger than any size")                                       \
    X(BAD_ALIGNMENT, "the alignment is not a power of two")                                       \
    X(NO_MEMORY, "no free block fits and the break cannot grow")                                  \
    X(LARGER_THAN_SLOT, "the size is larger than a slot")                                         \
    X(ALIGNED_BEYOND_SLOT, "slots are not aligned to that much")                                  \
    X(ALIGNED_BEYOND_BLOCK, "blocks of a buddy heap are aligned like its start, to 4096 at most") \
    X(BEYOND_LINKS, "links of 32 bits reach no further than 64 GiB")                              \
    X(ONLY_EVERYTHING, "a linear allocator can only free everything")

enum hg_reason {
#define X(name, text) HG_REASON_##name,
    HG_REASONS(X)
#undef X
    HG_REASON_COUNT
};
/* clang-format on */

#define HG_NO_LIST UINT32_MAX

struct hg_event {
    uint8_t kind;    /* enum hg_event_kind */
    bool fits;       /* of a visit */
    uint16_t reason; /* of a refusal: enum hg_reason */
    uint32_t list;   /* of take, unlink, visit and push; else HG_NO_LIST */
    uint64_t at;     /* an offset */
    uint64_t size;
    uint64_t other;
};

/* Called for each event while the engine works; it must not call the heap. */
typedef void hg_observer(void *context, const struct hg_event *event);

/* The scope of events of a kind; HG_SCOPE_NONE if there is no such kind. */
HG_API enum hg_scope hg_event_scope(unsigned kind);

/* The event's name ("merge-left"), or the reason's words; never NULL. */
HG_API const char *hg_event_name(unsigned kind);
HG_API const char *hg_reason_text(unsigned reason);

/* ---- The heap ---- */

struct hg_heap;

/* The largest size that can be asked for. */
#define HG_SIZE_MAX ((size_t)1 << 47)

/* Open a heap at the place where `os` grows.
 *   config    copied into the heap
 *   os        copied into the heap; its memory must start at a multiple of 16 and of the alignment,
 *             and what its context points to must outlive the heap
 *   observer  told of every event from the first on, with `context`; NULL for none
 *   returns   the heap, at the first byte of its memory; NULL with errno EINVAL when config has a
 *             problem, ENOMEM when there is no memory for its state
 *   cost      one grow; O(slots of a chunk) for pools */
HG_API struct hg_heap *hg_open(const struct hg_config *config, const struct hg_os *os,
                               hg_observer *observer, void *context);

/* Give all memory back. Payloads and the heap are gone.
 *   cost     one shrink */
HG_API void hg_close(struct hg_heap *heap);

/* Tell `observer` of what happens from now on, in place of whoever was told before; NULL for
 * nobody. */
HG_API void hg_observe(struct hg_heap *heap, hg_observer *observer, void *context);

/* Let a policy that looks at every free block, best fit or worst fit, find the very same block by
 * an index while nobody observes. What freed memory holds then depends on who observed when;
 * without this, the same operations make the same heap, byte for byte. Others do not change.
 *   cost     of a search O(log free blocks), as long as small blocks that fit are not rare */
HG_API void hg_allow_index(struct hg_heap *heap);

/* Bytes from the heap's start to its break, by its own word. */
HG_API size_t hg_size(const struct hg_heap *heap);

/* What the heap was opened with; settings that the policy does not have are the initial ones. Its
 * policy is a constant string of the library's. */
HG_API struct hg_config hg_config_of(const struct hg_heap *heap);

/* Allocate a block whose payload holds `size` bytes.
 *   size     0 is answered like 1
 *   returns  the payload, aligned; NULL with errno ENOMEM when no free block fits and the break
 *            cannot grow
 *   cost     O(free blocks) for first, next, best and worst fit; O(slots) for pool-scan; O(log of
 *            the heap's size) for buddy; O(1) for linear, pool-stack, tlsf and, while the bins are
 *            on, segregated; where nothing fits, merging what waits unmerged, and a grow
 *   source   the four fits: Knuth, The Art of Computer Programming, vol. 1, section 2.5
 *            buddy: Knowlton, A Fast Storage Allocator, CACM 8 (10), 1965
 *            pools: Kenwright, Fast Efficient Fixed-Size Memory Pool, 2012
 *            tlsf: Masmano et al., TLSF: a New Dynamic Memory Allocator for Real-Time Systems, 2004
 *            segregated: its bins from Lea's dlmalloc and tlsf; its slabs, Bonwick, The Slab
 *            Allocator, USENIX 1994; its quick lists, Weinstock and Wulf, Quick Fit, 1988 */
HG_API void *hg_malloc(struct hg_heap *heap, size_t size);

/* Allocate count * size bytes, all zero.
 *   returns  as hg_malloc; NULL with errno ENOMEM also when the product overflows
 *   cost     hg_malloc's, and O(count * size) */
HG_API void *hg_calloc(struct hg_heap *heap, size_t count, size_t size);

/* Allocate `size` bytes at a multiple of `alignment`.
 *   returns  as hg_malloc; NULL with errno EINVAL when alignment is no power of two, and with
 *            ENOMEM when it is more than a slot of a pool or a block of a buddy heap can have
 *   cost     hg_malloc's */
HG_API void *hg_aligned_alloc(struct hg_heap *heap, size_t alignment, size_t size);

/* Make the payload hold `size` bytes, in place where the block or its right neighbour has room.
 *   payload  NULL asks for hg_malloc(heap, size)
 *   size     0 frees the payload and returns NULL, with errno ENOTSUP where hg_free would be false
 *   returns  the payload, perhaps elsewhere, with the bytes that both sizes share; NULL with errno
 *            ENOMEM, and the old payload untouched
 *   cost     hg_free's in place; elsewhere hg_malloc's and hg_free's, and O(size) to copy */
HG_API void *hg_realloc(struct hg_heap *heap, void *payload, size_t size);

/* Give a payload back; NULL does nothing. What is not a live payload of this heap damages the heap,
 * as in C; hg_examine tells.
 *   returns  false with errno ENOTSUP, and nothing changed, when the policy cannot free a single
 *            payload
 *   cost     O(1), but O(free blocks) for the fits in the orders address, size-up and size-down,
 *            and O(log of the heap's size) for buddy; a shrink or, where the setting release says
 *            so, giving pages back may come with it
 *   source   boundary tags, which make merging O(1): Knuth, vol. 1, section 2.5; left out of used
 *            blocks: Lea's dlmalloc */
HG_API bool hg_free(struct hg_heap *heap, void *payload);

/* How many bytes of the payload may be used: what was asked for, plus the padding. 0 for NULL. */
HG_API size_t hg_usable_size(const struct hg_heap *heap, const void *payload);

/* Free everything at once: the heap is as it was when it was opened. The break moves down if it
 * can.
 *   cost     a shrink, and what opening costs but for the grow */
HG_API void hg_reset(struct hg_heap *heap);

/* Merge all free neighbours now. It changes a heap only where coalescing is deferred, or blocks
 * wait unmerged.
 *   cost     O(n) where it is deferred; O(blocks that wait) under segregated */
HG_API void hg_coalesce(struct hg_heap *heap);

/* Give back what is free, whatever the settings trim and release ask for: merge what waits
 * unmerged, move the break down but for about `keep` bytes of wilderness, and discard the whole
 * pages in free blocks.
 *   returns  whether there was anything that could go back
 *   cost     O(free blocks), and a system call for each of a page or more */
HG_API bool hg_trim(struct hg_heap *heap, size_t keep);

/* Change a setting of a heap that is in use, where that can be done: trim and release.
 *   returns  false with errno EINVAL, and nothing changed, when it cannot, or has no such value */
HG_API bool hg_set(struct hg_heap *heap, enum hg_setting setting, uint64_t value);

/* ---- Reading a heap back ---- */

enum hg_kind {
    HG_KIND_FREE,
    HG_KIND_USED,
    HG_KIND_BOOKKEEPING, /* the heap's own state, and what ends it */
    HG_KIND_UNREADABLE,  /* damaged: from here on headers make no sense */
    HG_KIND_UNTOLD       /* what it is nobody says; heaps of this library never report it */
};

struct hg_block {
    uint64_t at;     /* offset of its first byte */
    uint64_t size;   /* header, payload, padding and footer together */
    uint32_t header; /* bytes before the payload, which is at `at + header` */
    uint32_t footer; /* bytes after the payload */
    uint32_t list;   /* of a free block: the list that should hold it; else HG_NO_LIST */
    uint32_t kind;   /* enum hg_kind */
};

/* Told of each block or list element; returns false to hear no more. */
typedef bool hg_block_visitor(void *context, const struct hg_block *block);
typedef bool hg_list_visitor(void *context, uint64_t at);

/* Visit the blocks from the one at offset `from` up to the break, in address order.
 *   extent   how many bytes from the heap's start may be read. Where the heap may be damaged, pass
 *            what the kernel says; hg_size(heap) if you trust it. Nothing outside is read, whatever
 *            the heap's bytes are.
 *   from     0, or where a block starts
 *   cost     O(blocks visited); under the pools, and from inside of a slab, also O(slots before
 *            `from`) of that chunk or slab */
HG_API void hg_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                    hg_block_visitor *visitor, void *context);

/* What a list of free blocks is for. */
enum hg_list_role {
    HG_LIST_ROLE_FREE_LIST,  /* blocks of any size */
    HG_LIST_ROLE_BIN,        /* blocks of one size, or of sizes close together */
    HG_LIST_ROLE_QUICK_LIST, /* freed blocks of one size that wait, unmerged, for another request */
    HG_LIST_ROLE_SLOTS       /* slots of one size, in slabs */
};

#define HG_LIST_NAME_MAX 24 /* with its NUL */

/* A list as people see it. */
struct hg_list_info {
    char name[HG_LIST_NAME_MAX]; /* "free", "bin 64" */
    uint32_t role;               /* enum hg_list_role */
    uint32_t links; /* bytes that its links take of each of its blocks, where a used one has its
                       payload */
};

/* How many lists of free blocks a heap of `config` has: 0 if there is no such policy. */
HG_API uint32_t hg_list_count(const struct hg_config *config);

/* The list with this number; false, and ret_info untouched, beyond the last. */
HG_API bool hg_list_info(const struct hg_config *config, uint32_t list,
                         struct hg_list_info *ret_info);

/* How the bits of a header's field are read. */
enum hg_header_kind {
    HG_HEADER_BYTES,      /* a number of bytes, counted in `unit` */
    HG_HEADER_LOG2_BYTES, /* k, where 2^k bytes are meant */
    HG_HEADER_FLAG,       /* one bit */
    HG_HEADER_CONSTANT    /* always `unit`: anything else is damage */
};

/* A part of the header of a free or used block: some bits of a little-endian word. */
struct hg_header_field {
    const char *name;     /* "size", "used" */
    const char *meaning;  /* one line */
    const char *words[2]; /* of a flag: what a block is whose bit is 0, and 1 ("free", "used"); NULL
                             where that is not worth saying */
    uint64_t mask;        /* its bits in the word */
    uint64_t unit;        /* of bytes: how many its lowest bit stands for; of a constant: itself */
    uint32_t at;          /* of the word, in bytes from the block's first */
    uint32_t size;        /* bytes of the word: 4 or 8 */
    uint32_t kind;        /* enum hg_header_kind */
    uint32_t beside;      /* of bytes: how many of the block are not counted in them */
};

/* The field with this number of the headers in a heap of `config`, that of the block's size first;
 * false, and ret_field untouched, beyond the last. A pool has none: its slots have no headers. */
HG_API bool hg_header_field(const struct hg_config *config, uint32_t number,
                            struct hg_header_field *ret_field);

/* What the field says in the header that starts at `header`: bytes, or 0 or 1, or the constant. The
 * bytes [header + at, header + at + size) are read. */
HG_API uint64_t hg_header_value(const struct hg_header_field *field, const void *header);

/* The largest size that can be asked for in a heap of `config` without it having to grow.
 *   largest    bytes of its largest free block, as hg_walk tells it; 0 if nothing is free
 *   ret_exact  whether one byte more would not be given: not known where free blocks wait unmerged,
 *              or a search looks at some blocks only (segregated, tlsf)
 *   returns    0 if nothing can, or there is no such policy */
HG_API uint64_t hg_request_served(const struct hg_config *config, uint64_t largest,
                                  bool *ret_exact);

/* How a walk along a list ended. */
enum hg_list_ending {
    HG_LIST_ENDED,     /* as the list does */
    HG_LIST_STOPPED,   /* its visitor would hear no more */
    HG_LIST_LOST,      /* at a link that leads to where no block of the list's can be */
    HG_LIST_ENDLESS,   /* at a link that leads back, or on after as many elements as there can be */
    HG_LIST_UNREADABLE /* at its head: what leads there makes no sense */
};

struct hg_list_end {
    uint32_t how;  /* enum hg_list_ending */
    uint64_t link; /* of one that is lost or endless: the address that it leads on to */
};

/* Visit the free blocks on `list`, head first. Nothing outside [start, start + extent) is read.
 *   returns  how it ended; where the heap cannot be read at all, no list can
 *   cost     O(blocks on the list); O(slots) for pool-scan, which has none */
HG_API struct hg_list_end hg_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                       hg_list_visitor *visitor, void *context);

/* What an address is to a heap. */
enum hg_pointer_kind {
    HG_POINTER_LIVE,        /* a payload, from hg_malloc until hg_free */
    HG_POINTER_FREE,        /* in a free block */
    HG_POINTER_INSIDE,      /* in a used block, but not its payload */
    HG_POINTER_BOOKKEEPING, /* in what the heap keeps for itself, or cannot be read */
    HG_POINTER_OUTSIDE      /* below the heap's start, or not below its break */
};

struct hg_pointer_report {
    enum hg_pointer_kind kind;
    struct hg_block block; /* around the address; all 0 outside */
    int64_t distance;      /* bytes from the start of the block's payload to the address */
};

/* What `address`, any at all, is to the heap, by the heap's own bytes and nothing else.
 *   extent      as for hg_walk; an address behind it is outside
 *   ret_report  kind, block and distance
 *   returns     the kind
 *   cost        a walk, up to the address */
HG_API enum hg_pointer_kind hg_examine(const struct hg_heap *heap, size_t extent,
                                       const void *address, struct hg_pointer_report *ret_report);

/* What must hold in a heap; hg_check names the first that does not. */
/* clang-format off */
#define HG_INVARIANTS(X)                                                                          \
    X(NONE, "nothing is wrong")                                                                   \
    X(STATE, "the heap's state, at its start, makes no sense")                                    \
    X(TAG, "a header's size and flags are possible, and its block ends in the heap")              \
    X(LEFT_BIT, "a header says truly whether the block to its left is used")                      \
    X(FOOTER, "a footer says the same as its header")                                             \
    X(CANARY, "the header's canary words are untouched")                                          \
    X(NEIGHBOURS, "no two free blocks are neighbours")                                            \
    X(LINKED, "a free block's links and those of its neighbours on the list meet")                \
    X(SLAB, "a slab's counts and links agree on which of its slots are free")                     \
    X(MAP, "the map of slabs leads from each page of a slab to it, and from no others")           \
    X(BINS, "bits say truly which bins are empty")                                                \
    X(LISTED, "a list holds free blocks only, each once")                                         \
    X(ORDER, "the list is in its order")                                                          \
    X(ROVER, "the next search starts at a block on the list")                                     \
    X(END, "the heap ends with its end marker, at the break")                                     \
    X(COUNTED, "a list is as long as its count says")                                             \
    X(LEADS, "a list's links lead to blocks, and the last one nowhere")

enum hg_invariant {
#define X(name, text) HG_INVARIANT_##name,
    HG_INVARIANTS(X)
#undef X
    HG_INVARIANT_COUNT
};
/* clang-format on */

struct hg_defect {
    enum hg_invariant broken;
    uint64_t at; /* offset of the block where it shows */
};

/* Look for damage.
 *   extent      as for hg_walk
 *   ret_defect  the first broken invariant, untouched when there is none
 *   returns     true when every invariant holds
 *   cost        O(n), without memory of its own; it ends for any bytes whatever */
HG_API bool hg_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);

/* The invariant in words; never NULL. */
HG_API const char *hg_invariant_text(unsigned invariant);

#ifdef __cplusplus
}
#endif

#endif
