/* cache.c: see cache.h. */
#include "preload/cache.h"

#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "preload/depot.h"

enum { FILL_BYTES = 4096, FILL_MOST = CACHE_HELD_MOST / 2, FILL_FIRST = 1 };

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
    hg_free(process.heap, payload);
}

void cache_release_waiting(void *payload)
{
    if (!cache_waits(payload))
        wrong_waiting(payload);
    *(uintptr_t *)payload = 0; /* whatever the heap writes there */
    cache_release(payload);
}

/* The oldest `count` of a class are gone. */
static void drop(struct cache *cache, unsigned class, unsigned count)
{
    struct cache_stack *stack = &cache->stacks[class];
    void **payloads = cache->payloads[class];

    stack->held = (uint8_t)(stack->held - count);
    memmove(payloads, payloads + count, stack->held * sizeof *payloads);
    cache->room += count * stack->size;
}

/* Give back the oldest `count` of a class. */
static void shed(struct cache *cache, unsigned class, unsigned count)
{
    if (count == 0)
        return; /* it may be a cache that nobody writes to */
    for (unsigned i = 0; i < count; i++)
        cache_release_waiting(cache->payloads[class][i]);
    drop(cache, class, count);
}

static void shed_all(struct cache *cache)
{
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++)
        shed(cache, class, cache->stacks[class].held);
}

/* Let others have the oldest `count` of a class. */
static void lay_down(struct cache *cache, unsigned class, unsigned count)
{
    unsigned laid = depot_put(class, cache->payloads[class], count);

    drop(cache, class, laid);
    shed(cache, class, count - laid);
}

/* Where a class holds more, it is one of those that leave no room. */
enum { SHARE = CACHE_BYTES_MOST / CACHE_CLASSES / 2, SHED_PART = 3 };

_Static_assert((CACHE_BYTES_MOST - FILL_BYTES - SHARE * CACHE_CLASSES) / SHED_PART >= FILL_BYTES,
               "there is room afterwards");

/* Make room for some of `class`: half of that class, or a third of each that holds more than its
 * share, the next of which are fetched by fewer at once. What is small makes little room, and is
 * soon missed. */
static void make_room(struct cache *cache, unsigned class)
{
    struct cache_stack *stack = &cache->stacks[class];

    if (stack->held >= stack->most) {
        lay_down(cache, class, (stack->held + 1u) / 2);
        return;
    }
    for (unsigned each = 1; each <= CACHE_CLASSES; each++) {
        stack = &cache->stacks[each];
        if (stack->held * stack->size > SHARE) {
            lay_down(cache, each, (stack->held + SHED_PART - 1u) / SHED_PART);
            stack->fill = (uint8_t)((stack->fill + 1) / 2);
        }
    }
}

void cache_give_back(void)
{
    shed_all(cache_mine);
    depot_give_back();
}

/* What a thread held that a child does not have, whatever it was about to do. */
static void shed_left(struct cache *cache)
{
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        struct cache_stack *stack = &cache->stacks[class];

        for (unsigned i = 0; i < stack->held; i++) {
            if (cache_waits(cache->payloads[class][i]))
                cache_release_waiting(cache->payloads[class][i]);
        }
        stack->held = 0;
    }
    cache->room = CACHE_BYTES_MOST;
}

void cache_forked(void)
{
    depot_give_back();
    for (struct cache *cache = process.caches; cache; cache = cache->next) {
        if (cache != cache_mine && cache->is_used) {
            shed_left(cache);
            cache->is_used = false;
            depot_close();
        }
    }
}

/* ---- A thread's first and last ---- */

/* A thread ends. What frees or allocates later on its way finds no cache. */
static void end(void *context)
{
    struct cache *cache = context;
    bool locked = process_enter();

    cache_mine = &over;
    shed_all(cache);
    cache->is_used = false;
    depot_close();
    process_leave(locked);
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

    if (cache == MAP_FAILED)
        return NULL;
    cache->room = CACHE_BYTES_MOST;
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        unsigned size = cache_size(class), most = (CACHE_CLASS_BYTES_MOST + size - 1) / size;

        cache->stacks[class] = (struct cache_stack){
            .size = (uint16_t)size,
            .most = (uint8_t)(most < CACHE_HELD_MOST ? most : CACHE_HELD_MOST),
        };
    }
    return cache;
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

/* This thread's cache, made if it has none yet; NULL if it cannot have one, or is alone. */
static struct cache *open_mine(void)
{
    struct cache *cache;
    bool locked;

    if (cache_mine != &none)
        return cache_mine == &over ? NULL : cache_mine;
    if (!process.shared || process_heap_alone())
        return NULL;
    locked = process_enter();
    cache = find_unused();
    if (cache) {
        cache->is_used = true;
        depot_open();
    }
    cache_mine = cache ? cache : &over;
    process_leave(locked);
    if (cache && pthread_setspecific(process.cache_key, cache) != 0) /* which may allocate */
        end(cache);
    return cache_mine == &over ? NULL : cache;
}

/* ---- Filling ---- */

/* How many payloads of a class to fetch: twice as many each time, as long as none had to go for
 * want of room since. */
static unsigned count_for(struct cache *cache, unsigned class)
{
    unsigned count = cache->stacks[class].fill ? cache->stacks[class].fill : FILL_FIRST;
    unsigned most = FILL_BYTES / cache_size(class);

    if (most > FILL_MOST)
        most = FILL_MOST;
    if (count < most)
        cache->stacks[class].fill = (uint8_t)(2 * count);
    return count < most ? count : most;
}

/* A payload that waits, of the heap; NULL if there is none. */
static void *fetch(unsigned class)
{
    void *payload = hg_malloc(process.heap, cache_size(class));

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
    unsigned count = count_for(cache, class), held;
    void **payloads = cache->payloads[class];

    if (cache->room < count * cache_size(class))
        make_room(cache, class);
    held = depot_take(class, payloads, count);
    if (held == 0) {
        while (held < count && (payloads[held] = fetch(class)))
            held++;
    }
    cache->stacks[class].held = (uint8_t)held;
    cache->room -= held * cache_size(class);
}

void *cache_take_filled(size_t size)
{
    struct cache *cache = size <= CACHE_SIZE_MOST ? open_mine() : NULL;
    bool locked;

    if (!cache)
        return NULL;
    if (cache->stacks[cache_class(size)].held == 0) {
        locked = process_enter();
        fill(cache, cache_class(size));
        process_leave(locked);
    }
    return cache_take(size);
}

bool cache_put_emptied(void *payload)
{
    unsigned class = cache_class_of(payload);
    struct cache *cache = class > 0 ? open_mine() : NULL;
    bool locked;

    if (!cache)
        return false;
    locked = process_enter();
    make_room(cache, class);
    process_leave(locked);
    return cache_put(payload);
}
