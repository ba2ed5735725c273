/* caches.c: see caches.h.
 *
 * Each thread has a variable of the C library's that leads to its cache, a chunk in one of the
 * heaps. Threads' variables lie below where their pointers lead, each at the same distance in all
 * of them: it is that at which most threads have the address of something like a cache. */
#include "foreign/caches.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    VARIABLES_MOST = 64 << 10, /* bytes of a thread's that are looked at, */
    OTHERS_MOST = 16 << 20, /* and of the main heap, the start of which may be something else's */
    DISTANCES = VARIABLES_MOST / GLIBC_WORD,
    VOTERS_MOST = 64,
    CACHE_MOST = 1024,
};

struct finder {
    const struct memory *memory;
    const struct found *found;
    struct found_caches caches;
};

/* ---- One cache ---- */

static bool read_word(const struct memory *memory, uint64_t at, uint64_t *ret_word)
{
    return memory->read(memory, at, ret_word, sizeof *ret_word);
}

static uint16_t number_at(const char *cache, uint32_t place)
{
    uint16_t number;

    memcpy(&number, cache + place * sizeof number, sizeof number);
    return number;
}

static uint64_t entry_at(const char *cache, const struct glibc_layout *layout, uint32_t place)
{
    uint64_t entry;

    memcpy(&entry, cache + layout->cache_entries + place * GLIBC_WORD, sizeof entry);
    return entry;
}

/* How many blocks a list has if it says how many more there may be. */
static unsigned most_of(const char *cache, const struct glibc_layout *layout)
{
    unsigned most = 0;

    for (uint32_t place = 0; place < layout->cache_places; place++) {
        if (number_at(cache, place) > most)
            most = number_at(cache, place);
    }
    return most;
}

/* How many blocks a list of the cache is to have; UINT32_MAX where it can be any number. */
static unsigned told_count(const char *cache, const struct glibc_layout *layout, uint32_t place)
{
    unsigned number = number_at(cache, place), most;

    if (!layout->counts_room)
        return number;
    most = most_of(cache, layout);
    return most > number ? most - number : 0;
}

/* A list followed as far as that goes: so many blocks, and where the last link stands and leads. */
struct trail {
    unsigned count;
    uint64_t from, next;
};

/* A chunk's header, and the link behind it. */
struct waiting_chunk {
    uint64_t left_size, word, link;
};

/* Whether malloc may have put a chunk on the list of a cache: one of a heap, or a mapping of its
 * own. Where the main arena goes on elsewhere, that is not known of any. */
static bool may_wait(const struct finder *finder, uint64_t payload,
                     const struct waiting_chunk *chunk)
{
    enum { PAGE = 4096 };
    uint64_t start = payload - 2 * GLIBC_WORD - chunk->left_size;
    uint64_t size = (chunk->word & ~(uint64_t)GLIBC_FLAGS) + chunk->left_size;
    bool is_mapping = chunk->word & GLIBC_MAPPED && start % PAGE == 0 && size % PAGE == 0;

    return is_mapping || finder->found->goes_on || found_heap_at(finder->found, payload);
}

/* Follow a list from its entry on, at most as far as it is said to go.
 *   from  where the entry stands */
static struct trail follow(const struct finder *finder, const struct glibc_layout *layout,
                           uint64_t from, uint64_t entry, unsigned most,
                           void (*visit)(void *, uint64_t, uint64_t), void *context)
{
    struct trail trail = {0, from, entry};

    while (trail.next && trail.next % GLIBC_ALIGNMENT == 0 && trail.count < most) {
        struct waiting_chunk chunk;

        entry = trail.next;
        if (!finder->memory->read(finder->memory, entry - 2 * GLIBC_WORD, &chunk, sizeof chunk) ||
            !may_wait(finder, entry, &chunk))
            break;
        trail.count++;
        if (visit)
            visit(context, entry, chunk.word & ~(uint64_t)GLIBC_FLAGS);
        trail.from = entry;
        trail.next = layout->is_safe_linked ? chunk.link ^ entry >> 12 : chunk.link;
    }
    return trail;
}

/* Whether the list ends where it is said to. */
static bool agrees(const struct trail *trail, unsigned told)
{
    return trail->count == told && trail->next == 0;
}

/* How many lists have as many blocks as the cache says, and how many of those have any. */
struct agreement {
    unsigned lists, full;
};

static struct agreement count_agreeing(const struct finder *finder,
                                       const struct glibc_layout *layout, const char *cache)
{
    struct agreement agreement = {0};

    for (uint32_t place = 0; place < layout->cache_places; place++) {
        unsigned told = told_count(cache, layout, place);
        struct trail trail =
            follow(finder, layout, 0, entry_at(cache, layout, place), told, NULL, NULL);

        agreement.lists += agrees(&trail, told);
        agreement.full += agrees(&trail, told) && told > 0;
    }
    return agreement;
}

/* Whether the word at `payload` - 8 is the header of a chunk as large as a cache of this layout. */
static bool is_of_size(const struct finder *finder, const struct glibc_layout *layout,
                       uint64_t payload)
{
    uint64_t word;

    return read_word(finder->memory, payload - GLIBC_WORD, &word) && !(word & GLIBC_MAPPED) &&
           (word & ~(uint64_t)GLIBC_FLAGS) == layout->cache_size;
}

/* Read what may be a cache. */
static bool read_cache(const struct finder *finder, const struct glibc_layout *layout,
                       uint64_t payload, char bytes[CACHE_MOST])
{
    return payload % GLIBC_ALIGNMENT == 0 && found_heap_at(finder->found, payload) &&
           finder->memory->read(finder->memory, payload, bytes,
                                layout->cache_size - GLIBC_ALIGNMENT);
}

static bool has_entry(const char *cache, const struct glibc_layout *layout)
{
    for (uint32_t place = 0; place < layout->cache_places; place++) {
        if (entry_at(cache, layout, place))
            return true;
    }
    return false;
}

/* Whether most lists agree, as in no other block. Of one whose header was written over, that one
 * that has blocks does says more than its size would. */
static bool speaks_for_itself(const struct agreement *agreement, const struct glibc_layout *layout)
{
    return agreement->full > 0 && 2 * agreement->lists > layout->cache_places;
}

/* How much speaks for a cache at this address: how many lists agree, and that one is not empty; 0
 * for nothing, which its size alone says of most.
 *   by_size     only one whose header is whole will do
 *   ret_layout  by which most do; NULL where nobody asks */
static unsigned weigh(const struct finder *finder, uint64_t payload, bool by_size,
                      const struct glibc_layout **ret_layout)
{
    const struct glibc_layout *layout;
    unsigned most = 0;
    char bytes[CACHE_MOST];

    for (unsigned i = 0; (layout = glibc_layout_at(i)); i++) {
        bool is_whole = is_of_size(finder, layout, payload);
        struct agreement agreement;
        unsigned weight;

        if (layout->fast != finder->found->layout->fast || (by_size && !is_whole) ||
            !read_cache(finder, layout, payload, bytes))
            continue;
        agreement = count_agreeing(finder, layout, bytes);
        if (!is_whole && !speaks_for_itself(&agreement, layout))
            continue;
        weight = 1 + agreement.lists + has_entry(bytes, layout);
        if (weight >= most) {
            most = weight;
            if (ret_layout)
                *ret_layout = layout;
        }
    }
    return most;
}

/* ---- What waits in it ---- */

struct taker {
    struct finder *finder;
    uint32_t cache, place;
};

static void take_waiting(void *context, uint64_t payload, uint64_t size)
{
    struct taker *taker = context;
    struct found_caches *caches = &taker->finder->caches;
    struct image_thread *thread = &caches->items[taker->cache];

    caches->waiting = memory_reserve(caches->waiting, &caches->waiting_capacity,
                                     caches->waiting_count + 1, sizeof caches->waiting[0]);
    caches->waiting[caches->waiting_count++] =
        (struct found_waiting){payload, taker->cache, taker->place};
    thread->counts[taker->place]++;
    thread->blocks++;
    thread->bytes += size;
}

/* How a list ends that does not agree with its count.
 *   first  of what was taken of it, among what waits */
static struct hg_list_end judge_end(const struct finder *finder, const struct trail *trail,
                                    size_t first)
{
    const struct found_caches *caches = &finder->caches;
    struct hg_list_end end = {.how = HG_LIST_ENDED};

    if (trail->next == 0)
        return end;
    end.link = trail->next;
    for (size_t i = first; i < caches->waiting_count; i++) {
        if (caches->waiting[i].payload == trail->next)
            end.how = HG_LIST_ENDLESS;
    }
    if (trail->next % GLIBC_ALIGNMENT || !found_heap_at(finder->found, trail->next))
        end.how = HG_LIST_LOST;
    return end;
}

static void take_torn(struct finder *finder, struct found_torn torn)
{
    struct found_caches *caches = &finder->caches;

    caches->torn = memory_reserve(caches->torn, &caches->torn_capacity, caches->torn_count + 1,
                                  sizeof caches->torn[0]);
    caches->torn[caches->torn_count++] = torn;
}

static void take_list(struct finder *finder, uint32_t number, uint32_t place, const char *bytes)
{
    const struct glibc_layout *layout = finder->caches.layout;
    struct taker taker = {finder, number, place};
    unsigned told = told_count(bytes, layout, place);
    uint64_t address = finder->caches.items[number].cache;
    uint64_t from = address + layout->cache_entries + (uint64_t)place * GLIBC_WORD;
    size_t first = finder->caches.waiting_count;
    struct trail trail =
        follow(finder, layout, from, entry_at(bytes, layout, place), told, take_waiting, &taker);

    if (!agrees(&trail, told))
        take_torn(finder,
                  (struct found_torn){number, place, trail.from, judge_end(finder, &trail, first)});
}

/* Take what a thread has at the address of its cache, unless it is none. */
static void take_cache(struct finder *finder, uint32_t number, uint64_t address)
{
    const struct glibc_layout *layout = finder->caches.layout;
    struct agreement agreement;
    char bytes[CACHE_MOST];
    bool is_whole;

    if (!layout || !read_cache(finder, layout, address, bytes))
        return;
    is_whole = is_of_size(finder, layout, address);
    agreement = count_agreeing(finder, layout, bytes);
    if (!is_whole && !speaks_for_itself(&agreement, layout))
        return;
    finder->caches.items[number].cache = address;
    if (!is_whole)
        take_torn(finder,
                  (struct found_torn){number, FOUND_HEADER, address, {.how = HG_LIST_ENDED}});
    for (uint32_t place = 0; place < layout->cache_places; place++)
        take_list(finder, number, place, bytes);
}

/* ---- Threads' variables ---- */

/* Read what lies below a thread's pointer, the nearest last; how many bytes. */
static size_t read_variables(const struct memory *memory, uint64_t pointer,
                             char bytes[VARIABLES_MOST])
{
    const struct memory_region *region = memory_region_at(memory, pointer);
    uint64_t size;

    if (!region || pointer % GLIBC_WORD)
        return 0;
    size = pointer - region->start < VARIABLES_MOST ? pointer - region->start : VARIABLES_MOST;
    return memory->read(memory, pointer - size, bytes, size) ? size : 0;
}

/* Vote for each distance at which a thread has what may be a cache's address, by what speaks for
 * that. */
static void vote(const struct finder *finder, const struct memory_thread *thread,
                 uint32_t votes[DISTANCES])
{
    char bytes[VARIABLES_MOST];
    size_t size = read_variables(finder->memory, thread->pointer, bytes);

    for (size_t at = 0; at < size; at += GLIBC_WORD) {
        uint64_t word;

        memcpy(&word, bytes + at, sizeof word);
        votes[(size - at) / GLIBC_WORD - 1] += word ? weigh(finder, word, false, NULL) : 0;
    }
}

/* The distance from a thread's pointer down to where the address of its cache stands; 0 for none.
 */
static uint64_t find_distance(const struct finder *finder)
{
    uint32_t *votes = memory_create(DISTANCES, sizeof *votes); /* more than a small stack has */
    uint64_t best = 0;

    for (size_t i = 0; i < finder->memory->thread_count && i < VOTERS_MOST; i++)
        vote(finder, &finder->memory->threads[i], votes);
    for (size_t i = 0; i < DISTANCES; i++) {
        if (votes[i] > (best ? votes[best / GLIBC_WORD - 1] : 0))
            best = (i + 1) * GLIBC_WORD;
    }
    free(votes);
    return best;
}

static void take_threads(struct finder *finder, uint64_t distance)
{
    const struct memory *memory = finder->memory;
    struct found_caches *caches = &finder->caches;
    uint64_t word;

    for (size_t i = 0; i < memory->thread_count && !caches->layout; i++) {
        if (read_word(memory, memory->threads[i].pointer - distance, &word))
            weigh(finder, word, false, &caches->layout);
    }
    caches->know_threads = true;
    for (size_t i = 0; i < memory->thread_count; i++) {
        if (read_word(memory, memory->threads[i].pointer - distance, &word))
            take_cache(finder, (uint32_t)i, word);
    }
}

/* ---- Without threads' variables ---- */

/* Whether a cache has this payload, and another chunk is behind it.
 *   is_first  it would be the heap's first chunk: its own header may have been written over */
static bool is_cache(struct finder *finder, uint64_t payload, bool is_first)
{
    const struct glibc_layout *layout;
    uint64_t next;

    if (!weigh(finder, payload, !is_first, &layout) ||
        !read_word(finder->memory, payload - GLIBC_WORD + layout->cache_size, &next) ||
        !(next & GLIBC_LEFT_USED))
        return false;
    finder->caches.layout = layout;
    return true;
}

/* Take the first chunk of the main heap that is as large as a cache, if there is another behind it:
 * it is the first that malloc takes. */
static void take_first(struct finder *finder, const char *bytes)
{
    const struct found_heap *heap = &finder->found->heaps[0];
    uint64_t size = heap->end - heap->start, most = size < OTHERS_MOST ? size : OTHERS_MOST;

    for (uint64_t at = GLIBC_WORD; at + GLIBC_WORD <= most; at += GLIBC_ALIGNMENT) {
        bool is_first = at == GLIBC_WORD;
        uint64_t word;

        memcpy(&word, bytes + at, sizeof word);
        if (!(is_first || word & GLIBC_LEFT_USED) ||
            !is_cache(finder, heap->start + at + GLIBC_WORD, is_first))
            continue;
        take_cache(finder, 0, heap->start + at + GLIBC_WORD);
        return;
    }
}

struct found_caches find_caches(const struct memory *memory, const struct found *found,
                                const char *main_bytes)
{
    struct finder finder = {.memory = memory, .found = found};
    uint64_t distance = find_distance(&finder);

    finder.caches.count = memory->thread_count ? memory->thread_count : 1;
    finder.caches.items = memory_create(finder.caches.count, sizeof finder.caches.items[0]);
    for (size_t i = 0; i < finder.caches.count; i++)
        finder.caches.items[i].number =
            i < memory->thread_count ? memory->threads[i].number : memory->process;
    if (distance)
        take_threads(&finder, distance);
    else
        take_first(&finder, main_bytes);
    return finder.caches;
}

void found_caches_finish(struct found_caches *caches)
{
    free(caches->items);
    free(caches->waiting);
    free(caches->torn);
    *caches = (struct found_caches){0};
}
