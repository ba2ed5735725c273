/* engine.h: what every heap starts with, and what a policy must provide.
 *
 * hg_open lays struct hg_heap at the start of the heap's memory, followed by whatever the engine
 * keeps for itself. An engine is a const table of functions, and knows nothing of the policies that
 * are made of it but their variant: a number that tells apart those that share it.
 */
#ifndef HEAP_ENGINE_H
#define HEAP_ENGINE_H

#include "heapglass/heap.h"

#define HG_MAGIC 0x706168u /* "hap", read as a little-endian number */

#define HG_VARIANT_MOST 0x7fu /* how large an engine's variants may be */

/* The settings in few bytes, as heaps keep them. Their values are those of struct hg_config. */
struct hg_settings {
    uint64_t trim;
    uint32_t min_block, split_threshold, grow, slot_size, release;
    uint16_t alignment;
    uint8_t header, order, coalesce, boundary_tags, place;
    uint8_t slabs, quick_lists, bins;
    uint8_t fit, fixed;
};

struct hg_heap {
    uint32_t magic : 24;
    uint32_t straight_slots : 8; /* of the policy segregated: its `slotted`, as long as straight */
    uint8_t policy;              /* its number in the table of policies */
    uint8_t variant : 7;         /* which of the engine's policies that is: the engine's own */
    uint8_t straight : 1;        /* heap.c's: the policy is segregated, and nobody watches */
    uint16_t flags;              /* the engine's own */
    size_t size;                 /* from here to the break */
    struct hg_os os;
    hg_observer *observer;
    void *observer_context;
};

/* The fields of a header: the first `count` of a const table. */
struct hg_header_fields {
    const struct hg_header_field *items;
    uint32_t count;
};

struct hg_engine {
    /* What keeps settings that are each possible from going together, as in hg_config_problem. */
    const char *(*problem)(const struct hg_settings *settings, unsigned *ret_setting);
    /* The size of a heap with nothing in it: its state, what ends it, and what the grow quantum
     * rounds this up to. */
    size_t (*open_size)(const struct hg_settings *settings);
    /* Make blocks of the memory behind struct hg_heap, whatever it held before. */
    void (*open)(struct hg_heap *heap, const struct hg_settings *settings);
    /* The settings that it was opened with; those that the engine does not look at may have their
     * initial values instead. */
    struct hg_settings (*settings)(const struct hg_heap *heap);
    /* The operations, as hg_malloc and the others promise them. Sizes are at most HG_SIZE_MAX, of
     * reallocate not 0; payloads are not NULL, alignments powers of two. */
    void *(*allocate)(struct hg_heap *heap, size_t size);
    void *(*allocate_aligned)(struct hg_heap *heap, size_t size, size_t alignment);
    void *(*reallocate)(struct hg_heap *heap, void *payload, size_t size);
    bool (*release)(struct hg_heap *heap, void *payload);
    size_t (*usable_size)(const struct hg_heap *heap, const void *payload);
    void (*coalesce)(struct hg_heap *heap);
    /* As hg_trim, after coalesce; NULL where nothing can go back. */
    bool (*trim)(struct hg_heap *heap, size_t keep);
    /* As hg_allow_index; NULL where no search is long. */
    void (*allow_index)(struct hg_heap *heap);
    /* Go on with other settings, of which trim and release alone may differ. */
    void (*set)(struct hg_heap *heap, const struct hg_settings *settings);
    /* Reading back, from memory that may be damaged anywhere behind struct hg_heap, and has at
     * least `state_size` bytes. */
    size_t state_size;
    void (*walk)(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context);
    bool (*check)(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);
    struct hg_list_end (*list_walk)(const struct hg_heap *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context);
    uint32_t (*list_count)(const struct hg_settings *settings);
    /* What it says of itself, under settings: its lists, of which `list` is one, and the fields of
     * its blocks' headers. */
    struct hg_list_info (*list_info)(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list);
    struct hg_header_fields (*header)(const struct hg_settings *settings);
    /* The largest size that a free block of `block` bytes surely serves; 0 if it serves none. */
    uint64_t (*served)(const struct hg_settings *settings, unsigned variant, uint64_t block);
    bool
        searches_all; /* the largest free block is found if none else serves; nothing waits unmerged
                          but under deferred coalescing */
};

/* The settings right behind struct hg_heap, where most engines keep them. */
struct hg_settings hg_settings_behind(const struct hg_heap *heap);
void hg_settings_set_behind(struct hg_heap *heap, const struct hg_settings *settings);

/* What keeps `value` from being one of this setting, as in hg_config_problem. */
const char *hg_settings_problem(unsigned number, uint64_t value);

/* The settings of a config whose values are all possible, and back. */
struct hg_settings hg_settings_pack(const struct hg_config *config);
struct hg_config hg_settings_unpack(const struct hg_settings *settings, const char *policy);

static inline uint64_t hg_offset(const struct hg_heap *heap, const void *address)
{
    return (uint64_t)((const char *)address - (const char *)heap);
}

/* How a walk along a list ends; NULL for the link where it is not one that ends it. */
static inline struct hg_list_end hg_list_ends(enum hg_list_ending how, const void *link)
{
    return (struct hg_list_end){.how = how, .link = (uint64_t)(uintptr_t)link};
}

/* ---- Events: a branch where nobody watches ---- */

static inline bool hg_is_watched(const struct hg_heap *heap)
{
    return __builtin_expect(heap->observer != NULL, 0);
}

static inline void hg_emit(const struct hg_heap *heap, struct hg_event event)
{
    if (hg_is_watched(heap))
        heap->observer(heap->observer_context, &event);
}

/* An event about [at, at + size) that concerns no list. */
static inline void hg_emit_at(const struct hg_heap *heap, enum hg_event_kind kind, const void *at,
                              uint64_t size, uint64_t other)
{
    if (!hg_is_watched(heap))
        return; /* before an event is made */
    hg_emit(heap, (struct hg_event){.kind = (uint8_t)kind,
                                    .list = HG_NO_LIST,
                                    .at = at ? hg_offset(heap, at) : 0,
                                    .size = size,
                                    .other = other});
}

/* hg_malloc and hg_free by way of the engine's table, as most policies have it. */
void *hg_engine_allocate(struct hg_heap *heap, size_t size);
bool hg_engine_release(struct hg_heap *heap, void *payload);

/* Report that a request for `size` bytes is refused, set errno, and return NULL. */
void *hg_refuse(const struct hg_heap *heap, enum hg_reason reason, uint64_t size);

/* An event about [at, at + size), which is on `list`, or enters or leaves it. */
static inline void hg_emit_list(const struct hg_heap *heap, enum hg_event_kind kind, uint32_t list,
                                const void *at, uint64_t size, uint64_t other)
{
    if (!hg_is_watched(heap))
        return;
    hg_emit(heap, (struct hg_event){.kind = (uint8_t)kind,
                                    .list = list,
                                    .at = hg_offset(heap, at),
                                    .size = size,
                                    .other = other});
}

/* A visit to a block, which is on `list` if it is free. */
static inline void hg_emit_visit(const struct hg_heap *heap, uint32_t list, const void *at,
                                 uint64_t size, bool fits)
{
    if (!hg_is_watched(heap))
        return;
    hg_emit(heap, (struct hg_event){.kind = HG_EVENT_VISIT,
                                    .fits = fits,
                                    .list = list,
                                    .at = hg_offset(heap, at),
                                    .size = size});
}

/* A list, whose blocks have so many bytes of links, under the name `text`, or `text` with `number`
 * behind it; both are short enough. */
struct hg_list_info hg_list_named(enum hg_list_role role, size_t links, const char *text);
struct hg_list_info hg_list_numbered(enum hg_list_role role, size_t links, const char *text,
                                     uint64_t number);

/* What a walk tells of a range that is no allocatable block. */
static inline struct hg_block hg_other_block(enum hg_kind kind, uint64_t at, uint64_t until)
{
    return (struct hg_block){.at = at, .size = until - at, .list = HG_NO_LIST, .kind = kind};
}

/* ---- The break ---- */

/* There are no `size` bytes at the break; there may be some elsewhere, at `grown`. Returns NULL. */
void *hg_break_refused(struct hg_heap *heap, void *grown, size_t size);

/* Move the break up by `size` bytes, and report only that it did not move. Returns the old break,
 * NULL with errno ENOMEM. */
static inline void *hg_break_grow_unwatched(struct hg_heap *heap, size_t size)
{
    char *end = (char *)heap + heap->size;
    void *grown = heap->os.grow(heap->os.context, size);

    if (__builtin_expect(grown != end, 0)) {
        hg_break_refused(heap, grown, size);
        return NULL;
    }
    heap->size += size;
    return end;
}

/* Move the break up by `size` bytes, and report it. The old break, NULL with errno ENOMEM. */
static inline void *hg_break_grow(struct hg_heap *heap, size_t size)
{
    void *end = hg_break_grow_unwatched(heap, size);

    if (end)
        hg_emit_at(heap, HG_EVENT_GROW, end, size, 0);
    return end;
}

/* Move the break down by `size` bytes, and report it; false if it cannot be moved. */
bool hg_break_trim(struct hg_heap *heap, size_t size);

/* ---- Pages inside free blocks ---- */

enum {
    HG_PAGE = 4096,
    HG_RELEASE_LEAST = 64 * 1024 /* smaller blocks are soon used again, and hold few pages */
};

/* The bytes of all large free blocks, but for those whose pages were discarded and not used since:
 * about how many take memory for nothing. */
struct hg_idle {
    uint64_t bytes;
};

/* The smallest block that counts as large where release is set. */
static inline size_t hg_release_least(const struct hg_settings *settings)
{
    return settings->release < HG_RELEASE_LEAST ? settings->release : HG_RELEASE_LEAST;
}

/* What a free block of `size` bytes counts for. */
static inline size_t hg_idle_in(const struct hg_settings *settings, size_t size)
{
    if (size < HG_PAGE || settings->release == HG_RELEASE_NEVER)
        return 0;
    return size < hg_release_least(settings) ? 0 : size;
}

/* Free blocks that counted for `before` now count for `after`. */
static inline void hg_idle_change(struct hg_idle *idle, size_t before, size_t after)
{
    uint64_t bytes;

    if (before == after)
        return;
    bytes = idle->bytes + after;
    idle->bytes = bytes > before ? bytes - before : 0;
}

static inline bool hg_idle_is_too_much(const struct hg_idle *idle,
                                       const struct hg_settings *settings)
{
    return settings->release != HG_RELEASE_NEVER && idle->bytes >= settings->release;
}

/* Give the whole pages in [from, until), which nobody needs to be kept, back to the system, and
 * report it. Returns whether there are any. */
bool hg_discard(struct hg_heap *heap, const void *from, const void *until);

#endif
