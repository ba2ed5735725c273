/* cache.c: see cache.h. */
#include "preload/cache.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "preload/arena.h"

enum { FILL_BYTES = 8192, FILL_MOST = 64, FILL_FIRST = 1 };

/* What a thread has that has no cache yet; and one that is ending, or cannot have any. They have no
 * room and hold nothing, so nobody writes to them. */
static struct cache none, over;

uintptr_t cache_secret;
uint8_t cache_classes[CACHE_SIZE_MOST / CACHE_STEP + 1];

__thread struct cache *cache_mine __attribute__((tls_model("initial-exec"))) = &none;

/* ---- Giving back ---- */

void cache_release(void *payload)
{
    if (marks_byte(&process.region.marks, payload) != 0)
        marks_set_byte(&process.region.marks, payload, 0);
    if (!marks_clear(&process.region.marks, payload))
        wrong_pointer("free", payload);
    hg_free(arena_of(payload)->heap, payload);
}

void cache_release_waiting(void *payload)
{
    if (!cache_waits(payload))
        wrong_waiting(payload);
    *(uintptr_t *)payload = 0; /* whatever the heap writes there */
    cache_release(payload);
}

/* The payloads of `stack`, the oldest first. */
static void **payloads_of(struct cache *cache, const struct cache_stack *stack)
{
    return cache->payloads + stack->first;
}

/* The oldest `count` of a class are gone. */
static void drop(struct cache *cache, struct cache_stack *stack, unsigned count)
{
    void **payloads = payloads_of(cache, stack);

    stack->held = (uint8_t)(stack->held - count);
    memmove(payloads, payloads + count, stack->held * sizeof *payloads);
    cache->room += count * stack->size;
}

/* Let those of `arena` be the first of `count` payloads. Returns how many they are. */
static unsigned gather(const struct arena *arena, void **payloads, unsigned count)
{
    unsigned gathered = 0;

    for (unsigned i = 0; i < count; i++) {
        void *payload = payloads[i];

        if (arena_of(payload) == arena) {
            payloads[i] = payloads[gathered];
            payloads[gathered++] = payload;
        }
    }
    return gathered;
}

/* The oldest `count` of a class go where they are from: to the depot, as far as they are `wanted`
 * and there is room, or else to the heap. */
static void send_home(struct cache *cache, unsigned class, unsigned count, bool wanted)
{
    struct cache_stack *stack = &cache->stacks[class];
    void **payloads = payloads_of(cache, stack);

    while (count > 0) {
        struct arena *arena = arena_of(payloads[0]);
        unsigned gathered, laid;

        arena_lock(arena);
        gathered = gather(arena, payloads, count);
        laid = wanted ? depot_put(&arena->depot, class, payloads, gathered) : 0;
        for (unsigned i = laid; i < gathered; i++)
            cache_release_waiting(payloads[i]);
        drop(cache, stack, gathered);
        arena_unlock(arena);
        count -= gathered;
    }
}

static void shed_all(struct cache *cache)
{
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++)
        send_home(cache, class, cache->stacks[class].held, false);
}

/* Let those of other arenas be the oldest of a class: where they lie among others' blocks, each
 * write to them is waited for. */
static void put_foreign_first(struct cache *cache, struct cache_stack *stack)
{
    void **payloads = payloads_of(cache, stack);
    unsigned foreign = 0;

    arena_lock(cache->arena); /* nobody forks meanwhile */
    for (unsigned i = 0; i < stack->held; i++) {
        void *payload = payloads[i];

        if (arena_of(payload) != cache->arena) {
            payloads[i] = payloads[foreign];
            payloads[foreign++] = payload;
        }
    }
    arena_unlock(cache->arena);
}

/* Let others have `count` of a class: what is theirs first, and then the oldest. */
static void lay_down(struct cache *cache, unsigned class, unsigned count)
{
    put_foreign_first(cache, &cache->stacks[class]);
    send_home(cache, class, count, true);
}

/* ---- Room ---- */

/* How much each may hold, as powers of two, so that it seldom changes. */
static uint32_t most_allowed(void)
{
    unsigned caches = __atomic_load_n(&process.caches_used, __ATOMIC_RELAXED);
    size_t share = arenas_used() / CACHE_HEAP_PART / caches;
    uint32_t most = CACHE_BYTES_LEAST;

    while (most < CACHE_BYTES_MOST && 2 * most <= share)
        most *= 2;
    return most;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Let `cache`, which holds nothing, hold up to `most` bytes. */
static void lay_out(struct cache *cache, uint32_t most)
{
    unsigned first = 0, held_most = smaller(most / CACHE_HELD_PART, CACHE_HELD_MOST);

    cache->room = cache->most = most;
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        struct cache_stack *stack = &cache->stacks[class];

        stack->size = (uint16_t)cache_size(class);
        stack->first = (uint16_t)first;
        stack->most =
            (uint8_t)smaller((most / CACHE_CLASS_PART + stack->size - 1) / stack->size, held_most);
        first += stack->most;
    }
}

/* Let it hold as much as it may by now. False if that is what it could before. */
static bool fit(struct cache *cache)
{
    uint32_t most = most_allowed();

    if (most == cache->most)
        return false;
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++)
        lay_down(cache, class, cache->stacks[class].held);
    lay_out(cache, most);
    return true;
}

enum { SHED_PART = 3 };

_Static_assert((CACHE_BYTES_LEAST / 2 - FILL_BYTES) / SHED_PART >= FILL_BYTES,
               "there is room for some of a class afterwards");

/* Lay down some of each class that holds more than its share of half of what is allowed, the next
 * of which are fetched by fewer at once. What is small makes little room, and is soon missed. */
static void make_room_of_all(struct cache *cache)
{
    unsigned share = cache->most / CACHE_CLASSES / 2;

    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        struct cache_stack *stack = &cache->stacks[class];

        if (stack->held * stack->size > share) {
            lay_down(cache, class, (stack->held + SHED_PART - 1u) / SHED_PART);
            stack->fill = (uint8_t)((stack->fill + 1) / 2);
        }
    }
}

/* Make room for some of `class`. */
static void make_room(struct cache *cache, unsigned class)
{
    struct cache_stack *stack = &cache->stacks[class];

    if (fit(cache))
        return;
    if (stack->held >= stack->most)
        lay_down(cache, class, (stack->held + 1u) / 2);
    else
        make_room_of_all(cache);
}

/* ---- Giving all back ---- */

void cache_give_back(void)
{
    struct arena *arena;

    shed_all(cache_mine);
    for (unsigned i = 0; (arena = arena_of_number(i)); i++) {
        arena_lock(arena);
        depot_give_back(&arena->depot);
        arena_unlock(arena);
    }
}

/* What a thread held that a child does not have, whatever it was about to do. */
static void shed_left(struct cache *cache)
{
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        struct cache_stack *stack = &cache->stacks[class];
        void **payloads = payloads_of(cache, stack);

        for (unsigned i = 0; i < stack->held; i++) {
            if (cache_waits(payloads[i]))
                cache_release_waiting(payloads[i]);
        }
        stack->held = 0;
    }
    cache->room = cache->most;
}

/* `cache`, which holds nothing, is no thread's any more. */
static void close(struct cache *cache)
{
    cache->is_used = false;
    process.caches_used--;
    arena_leave(cache->arena);
}

void cache_forked(void)
{
    struct arena *arena;

    for (unsigned i = 0; (arena = arena_of_number(i)); i++)
        depot_give_back(&arena->depot);
    for (struct cache *cache = process.caches; cache; cache = cache->next) {
        if (cache != cache_mine && cache->is_used) {
            shed_left(cache);
            close(cache);
        }
    }
}

/* ---- A thread's first and last ---- */

/* A thread ends. What frees or allocates later on its way finds no cache. */
static void end(void *context)
{
    struct cache *cache = context;

    lock_take(&process.caches_lock);
    cache_mine = &over;
    shed_all(cache);
    close(cache);
    lock_give_up(&process.caches_lock);
}

/* The smallest class that has room for it. */
static void classify_sizes(void)
{
    unsigned class = 1;

    for (unsigned size = 0; size <= CACHE_SIZE_MOST; size += CACHE_STEP) {
        if (size > cache_size(class))
            class ++;
        cache_classes[size / CACHE_STEP] = (uint8_t) class;
    }
}

/* Of the bytes that the system gives each program at random. */
static uintptr_t draw_secret(void)
{
    const uint64_t *random = (const uint64_t *)getauxval(AT_RANDOM);
    uint64_t spread = UINT64_C(0x9e3779b97f4a7c15);

    return (uintptr_t)(random ? (random[0] ^ random[1] << 32 ^ random[1] >> 32) * spread : spread);
}

void cache_allow(void)
{
    cache_secret = draw_secret();
    classify_sizes();
    if (pthread_key_create(&process.cache_key, end) == 0)
        process.shared = process.heap;
}

static struct cache *make(void)
{
    struct cache *cache =
        mmap(NULL, sizeof *cache, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return cache == MAP_FAILED ? NULL : cache;
}

/* One that was left by a thread that ended, or a new one; NULL if there is no memory. From now on
 * also who is alone must look at the bytes. */
static struct cache *find_unused(void)
{
    struct cache *cache = process.caches;

    process.plain = NULL;
    while (cache && cache->is_used)
        cache = cache->next;
    if (cache)
        return cache;
    cache = make();
    if (cache) {
        cache->next = process.caches;
        process.caches = cache;
    }
    return cache;
}

/* `cache`, which holds nothing, is a thread's. */
static void begin(struct cache *cache)
{
    cache->is_used = true;
    process.caches_used++;
    cache->arena = arena_join();
    lay_out(cache, most_allowed());
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++)
        cache->stacks[class].fill = FILL_FIRST; /* whatever the thread before needed */
}

/* This thread's cache, made if it has none yet; NULL if it cannot have one, or is alone. */
static struct cache *open_mine(void)
{
    struct cache *cache;

    if (cache_mine != &none)
        return cache_mine == &over ? NULL : cache_mine;
    if (!process.shared || process_heap_alone())
        return NULL;
    lock_take(&process.caches_lock);
    cache = find_unused();
    if (cache)
        begin(cache);
    cache_mine = cache ? cache : &over;
    lock_give_up(&process.caches_lock);
    if (cache && pthread_setspecific(process.cache_key, cache) != 0) /* which may allocate */
        end(cache);
    return cache_mine == &over ? NULL : cache;
}

/* ---- Filling ---- */

/* How many payloads of a class to fetch: twice as many each time, as long as none had to go for
 * want of room since. */
static unsigned count_for(struct cache *cache, unsigned class)
{
    struct cache_stack *stack = &cache->stacks[class];
    unsigned count = stack->fill;
    unsigned most = smaller(FILL_BYTES / stack->size, FILL_MOST);

    if (count < most)
        stack->fill = (uint8_t)(2 * count);
    return smaller(count, most);
}

/* A payload that waits, of the heap; NULL if there is none. */
static void *fetch(struct hg_heap *heap, unsigned class)
{
    void *payload = hg_malloc(heap, cache_size(class));

    if (payload) {
        marks_set(&process.region.marks, payload);
        marks_set_byte(&process.region.marks, payload, (uint8_t) class);
        *(uintptr_t *)payload = cache_word_of(payload);
    }
    return payload;
}

/* Let it hold some payloads of a class of which it has none, as far as there are any. */
static void fill(struct cache *cache, unsigned class)
{
    struct cache_stack *stack = &cache->stacks[class];
    unsigned count = count_for(cache, class), held;
    void **payloads;

    if (cache->room < count * stack->size)
        make_room(cache, class);
    payloads = payloads_of(cache, stack);
    arena_lock(cache->arena);
    held = depot_take(&cache->arena->depot, class, payloads, count);
    if (held == 0) {
        while (held < count && (payloads[held] = fetch(cache->arena->heap, class)))
            held++;
    }
    stack->held = (uint8_t)held;
    cache->room -= held * stack->size;
    arena_unlock(cache->arena);
}

void *cache_take_filled(size_t size)
{
    struct cache *cache = size <= CACHE_SIZE_MOST ? open_mine() : NULL;

    if (!cache)
        return NULL;
    if (cache->stacks[cache_class(size)].held == 0)
        fill(cache, cache_class(size));
    return cache_take(size);
}

/* Give it back to its heap, unless another thread was faster: then the program ends. */
static void release_live(void *payload)
{
    struct arena *arena = arena_of(payload);
    bool is_live;

    arena_lock(arena);
    is_live = cache_is_live(payload);
    if (is_live)
        cache_release(payload);
    arena_unlock(arena);
    if (!is_live)
        wrong_pointer("free", payload);
}

bool cache_free(void *payload)
{
    unsigned class = cache_class_of(payload);
    struct cache *cache = class > 0 ? open_mine() : NULL;

    if (class == 0)
        return false;
    if (cache)
        make_room(cache, class);
    if (!cache || !cache_put(payload))
        release_live(payload);
    return true;
}
