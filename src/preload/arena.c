/* arena.c: see arena.h. */
#include "preload/arena.h"

enum { KEEP_PART = ARENAS_MOST }; /* what they keep free is together as much as the process's */

_Static_assert((KEEP_PART & (KEEP_PART - 1)) == 0, "part of a power of two is one");

static struct arena arenas[ARENAS_MOST];

void arenas_begin(void)
{
    arenas[0].lock = &process.lock;
    arenas[0].heap = process.heap;
    arenas[0].region = &process.region;
}

struct arena *arena_of_number(unsigned number)
{
    struct arena *arena = number < ARENAS_MOST ? &arenas[number] : NULL;

    return arena && __atomic_load_n(&arena->heap, __ATOMIC_ACQUIRE) ? arena : NULL;
}

struct arena *arena_of(const void *payload)
{
    return &arenas[region_part_of(&process.region, payload)];
}

size_t arenas_used(void)
{
    struct arena *arena;
    size_t used = 0;

    for (unsigned i = 0; (arena = arena_of_number(i)); i++)
        used += __atomic_load_n(&arena->region->used, __ATOMIC_RELAXED);
    return used;
}

bool arenas_check(struct hg_defect *ret_defect)
{
    bool is_whole = true;

    for (unsigned i = 0; is_whole && arena_of_number(i); i++) {
        struct arena *arena = &arenas[i];

        is_whole = hg_check(arena->heap, hg_size(arena->heap), ret_defect);
        if (!is_whole)
            ret_defect->at += (uint64_t)(arena->region->start - process.region.start);
    }
    return is_whole;
}

/* ---- A thread more ---- */

/* Let a setting be that part of what it is, or the least that it can be; its word stays. */
static void lessen(struct hg_config *config, unsigned setting)
{
    const struct hg_setting_info *info = hg_setting(setting);
    uint64_t *value = &config->settings[setting], part = *value / KEEP_PART;

    if (*value != info->word_value)
        *value = part > info->min ? part : info->min;
}

/* As the process's heap was opened; but a thread keeps less. */
static struct hg_heap *open_heap(struct region *part)
{
    struct hg_config config = hg_config_of(process.heap);
    struct hg_os os = region_os(part);
    struct hg_heap *heap;

    lessen(&config, HG_SETTING_TRIM);
    lessen(&config, HG_SETTING_RELEASE);
    heap = hg_open(&config, &os, NULL, NULL);
    if (heap)
        hg_allow_index(heap);
    return heap;
}

/* Open the arena with that number, which has no heap yet. False if that cannot be. */
static bool open_arena(unsigned number)
{
    struct arena *arena = &arenas[number];
    struct hg_heap *heap;
    bool is_parted;

    lock_take(&process.lock);
    is_parted = region_open_part(&process.region, number, &arena->part);
    lock_give_up(&process.lock);
    heap = is_parted ? open_heap(&arena->part) : NULL;
    if (!heap)
        return false;
    arena->own_lock = (struct lock){0};
    arena->lock = &arena->own_lock;
    arena->region = &arena->part;
    __atomic_store_n(&arena->heap, heap, __ATOMIC_RELEASE);
    return true;
}

/* The one with the fewest threads; a new one rather than one that has some. */
static struct arena *choose(void)
{
    struct arena *chosen = &arenas[0];
    unsigned number = 1;

    while (number < ARENAS_MOST && arenas[number].heap) {
        if (arenas[number].threads < chosen->threads)
            chosen = &arenas[number];
        number++;
    }
    return chosen->threads > 0 && number < ARENAS_MOST && open_arena(number) ? &arenas[number]
                                                                             : chosen;
}

struct arena *arena_join(void)
{
    struct arena *arena = choose();

    arena_lock(arena);
    arena->threads++;
    depot_open(&arena->depot);
    arena_unlock(arena);
    return arena;
}

void arena_leave(struct arena *arena)
{
    arena_lock(arena);
    arena->threads--;
    depot_close(&arena->depot, arena->threads);
    arena_unlock(arena);
}

/* ---- Forks ---- */

void arenas_lock(void)
{
    for (unsigned i = 1; arena_of_number(i); i++)
        arena_lock(&arenas[i]);
}

void arenas_unlock(void)
{
    for (unsigned i = 1; arena_of_number(i); i++)
        arena_unlock(&arenas[i]);
}

void arenas_reset_locks(void)
{
    for (unsigned i = 1; arena_of_number(i); i++)
        arenas[i].own_lock = (struct lock){0};
}
