/* malloc.c: malloc, free and their kin, over the process's heap.
 *
 * They answer as the manual page malloc(3) says. A pointer that is not live is a mistake of the
 * program's that cannot be put right: like the C library, we say so and abort. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "heap/fast/fast_short.h"
#include "preload/cache.h"
#include "preload/process.h"
#include "preload/serve.h"
#include "preload/wrong.h"

#define DETOUR __attribute__((noinline))

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

/* ---- What is live: marked when it is handed out, and never touched where it is not marked ---- */

/* Mark what `function` answers; NULL is no payload. */
static inline void *handed_out(void *payload)
{
    if (__builtin_expect(payload != NULL, true))
        marks_set(&process.region.marks, payload);
    return payload;
}

/* Begin to use the heap for `payload`, which must be live; else the program ends. Without the lock
 * first, so that a mistake is told also where this thread already has it. */
static bool enter_with(const char *function, const void *payload)
{
    bool locked;

    if (!cache_is_live(payload))
        wrong_pointer(function, payload);
    locked = process_enter();
    if (!cache_is_live(payload)) { /* another thread was faster */
        process_leave(locked);
        wrong_pointer(function, payload);
    }
    return locked;
}

/* ---- Where there is more to do than to use the heap: enter, use it, note it down, leave ---- */

/* What the heap answers, or the guard. */
static void *allocate(const char *function, size_t alignment, size_t size)
{
    if (!process.heap)
        return no_memory();
    return handed_out(process.guard.is_on ? guard_allocate(function, alignment, size)
                                          : hg_aligned_alloc(process.heap, alignment, size));
}

static void release(const char *function, void *payload)
{
    if (!process.guard.is_on) {
        cache_release(payload);
        return;
    }
    guard_free(function, payload);
    marks_clear(&process.region.marks, payload);
}

/* What a cache handed out is no larger than its class: it moves by that, too. */
static size_t usable_size(const char *function, const void *payload)
{
    unsigned class = cache_class_of(payload);

    if (class > 0)
        return cache_size(class);
    return process.guard.is_on ? guard_size(function, payload)
                               : hg_usable_size(process.heap, payload);
}

/* Somebody follows, and is asked whether the call may be carried out. */
static inline void ask(const struct asked *asked, size_t alignment, size_t size, const void *old)
{
    if (__builtin_expect(process.follow != NULL, false))
        follow_ask(process.follow, asked, alignment, size, old);
}

/* What came of it is written down for whoever wants to know. */
static inline void tell(const struct asked *asked, size_t size, const void *old,
                        const void *payload)
{
    static const enum journal_kind kinds[CALL_KINDS] = {
        [CALL_REALLOC] = JOURNAL_REALLOCATE, [CALL_FREE] = JOURNAL_FREE};
    enum journal_kind kind = kinds[asked->kind] ? kinds[asked->kind] : JOURNAL_ALLOCATE;

    if (payload || kind == JOURNAL_FREE)
        journal_add(&process.journal, kind, size, payload, old);
    if (__builtin_expect(process.follow != NULL, false))
        follow_tell(process.follow, payload, process.region.used);
}

void *serve_allocate(const struct asked *asked, size_t alignment, size_t size)
{
    bool locked = process_enter();
    void *payload;

    ask(asked, alignment, size, NULL);
    payload = allocate(asked->function, alignment, size);
    tell(asked, size, NULL, payload);
    process_leave(locked);
    return payload;
}

/* Where somebody follows: as serve_allocate, with no more work than there is, if that is all. */
static DETOUR void *allocate_told(enum call_kind kind, size_t size, const void *caller,
                                  const char *function)
{
    bool locked = process_enter();
    struct call_cell *cell = NULL;
    void *payload = NULL;

    if (__builtin_expect(size <= HG_SIZE_MAX, true))
        cell = follow_ask_shortly(process.follow, kind, size, CALL_NULL, caller);
    if (__builtin_expect(cell != NULL, true)) {
        payload = handed_out(fast_malloc(process.heap, size));
        follow_tell_shortly(process.follow, cell, payload, process.region.used);
    }
    process_leave(locked);
    return cell ? payload : serve_allocate(&(struct asked){function, kind, caller}, 1, size);
}

/* The same of free. False, and nothing is done, where there is more to do. */
static inline bool free_told(void *payload, const void *caller)
{
    struct marks *marks = &process.region.marks;
    bool locked = process_enter();
    struct call_cell *cell = NULL;

    if (__builtin_expect(marks_hold(marks, payload), true))
        cell = follow_ask_shortly(process.follow, CALL_FREE, 0,
                                  (uint64_t)((const char *)payload - marks->start), caller);
    if (__builtin_expect(cell != NULL, true)) {
        marks_clear(marks, payload);
        fast_free(process.heap, payload);
        follow_tell_shortly(process.follow, cell, NULL, process.region.used);
    }
    process_leave(locked);
    return cell != NULL;
}

EXPORT void *heapglass_serve_new(size_t size, const void *caller)
{
    if (!process.follow) /* a child, to which the library was handed down */
        return malloc(size);
    return process.is_told
               ? allocate_told(CALL_MALLOC, size, caller, "operator new")
               : serve_allocate(&(struct asked){"operator new", CALL_MALLOC, caller}, 1, size);
}

/* A heap that has nothing for a class may still have it for a size. */
static void *take_or_allocate(const struct asked *asked, size_t size)
{
    void *payload;

    if (process.is_told)
        return allocate_told(asked->kind, size, asked->caller, asked->function);
    payload = cache_take_filled(size);

    return payload ? payload : serve_allocate(asked, 1, size);
}

static DETOUR void *malloc_entered(size_t size, const void *caller)
{
    return take_or_allocate(&(struct asked){"malloc", CALL_MALLOC, caller}, size);
}

static DETOUR void *calloc_entered(size_t count, size_t size, const void *caller)
{
    size_t product, used = __atomic_load_n(&process.region.used, __ATOMIC_RELAXED);
    void *payload;

    if (__builtin_mul_overflow(count, size, &product))
        return no_memory();
    payload = cache_take(product);
    if (!payload)
        payload = take_or_allocate(&(struct asked){"calloc", CALL_CALLOC, caller}, product);

    return payload ? region_clear(&process.region, used, payload, product) : NULL;
}

static void free_asked(const struct asked *asked, void *payload)
{
    int number = errno;
    bool locked;

    if (!payload)
        return;
    if (cache_is_live(payload) && cache_free(payload)) {
        errno = number;
        return;
    }
    locked = enter_with("free", payload);
    ask(asked, 1, 0, payload);
    release("free", payload);
    tell(asked, 0, payload, NULL);
    process_leave(locked);
    errno = number;
}

static DETOUR void free_entered(void *payload, const void *caller)
{
    if (process.is_told && free_told(payload, caller))
        return;
    free_asked(&(struct asked){"free", CALL_FREE, caller}, payload);
}

/* What was at `old` is at `moved`, if that is not NULL. */
static inline void *moved_to(const void *old, void *moved)
{
    if (moved && moved != old) {
        marks_clear(&process.region.marks, old);
        marks_set(&process.region.marks, moved);
    }
    return moved;
}

/* Under guard every block moves. */
static void *reallocate_guarded(void *payload, size_t size)
{
    size_t had = guard_size("realloc", payload);
    void *moved = allocate("realloc", 1, size);

    if (!moved)
        return NULL;
    memcpy(moved, payload, had < size ? had : size);
    release("realloc", payload);
    return moved;
}

/* What a cache handed out stays where it is if that is not much too large, and moves else. */
static void *reallocate_of_class(void *payload, size_t had, size_t size)
{
    enum { PART = 2 };
    void *moved;

    if (size <= had && size >= had / PART)
        return payload;
    moved = malloc(size);
    if (!moved)
        return NULL;
    memcpy(moved, payload, had < size ? had : size);
    free(payload);
    return moved;
}

static DETOUR void *realloc_entered(void *payload, size_t size, const void *caller)
{
    const struct asked asked = {"realloc", CALL_REALLOC, caller};
    void *moved;
    bool locked;

    if (!payload)
        return take_or_allocate(&(struct asked){"realloc", CALL_MALLOC, caller}, size);
    if (size == 0) {
        free_asked(&(struct asked){"realloc", CALL_FREE, caller}, payload);
        return NULL;
    }
    if (cache_is_live(payload) && cache_class_of(payload) > 0)
        return reallocate_of_class(payload, cache_size(cache_class_of(payload)), size);
    locked = enter_with("realloc", payload);
    ask(&asked, 1, size, payload);
    if (process.guard.is_on)
        moved = reallocate_guarded(payload, size);
    else
        moved = moved_to(payload, hg_realloc(process.heap, payload, size));
    tell(&asked, size, payload, moved);
    process_leave(locked);
    return moved;
}

/* ---- What programs call most: with no more than the heap's own work, if that is all ---- */

EXPORT void *malloc(size_t size)
{
    struct hg_heap *heap = process_heap_alone();
    void *payload;

    if (heap)
        return handed_out(fast_malloc(heap, size));
    if (process.is_told)
        return allocate_told(CALL_MALLOC, size, CALLER, "malloc");
    payload = cache_take(size);
    return payload ? payload : malloc_entered(size, CALLER);
}

EXPORT void *calloc(size_t count, size_t size)
{
    struct hg_heap *heap = process_heap_alone();
    size_t product;

    return heap && !__builtin_mul_overflow(count, size, &product) && product < REGION_CLEARS
               ? handed_out(hg_calloc(heap, 1, product))
               : calloc_entered(count, size, CALLER);
}

EXPORT void free(void *payload)
{
    struct hg_heap *heap = process_heap_alone();

    if (heap && marks_clear(&process.region.marks, payload))
        fast_free(heap, payload);
    else if (heap || process.is_told || !cache_put(payload))
        free_entered(payload, CALLER);
}

EXPORT void *realloc(void *payload, size_t size)
{
    struct hg_heap *heap = process_heap_alone();

    if (heap && size > 0 && marks_hold(&process.region.marks, payload))
        return moved_to(payload, hg_realloc(heap, payload, size));
    return realloc_entered(payload, size, CALLER);
}

/* ---- The rest ---- */

EXPORT void *reallocarray(void *payload, size_t count, size_t size)
{
    size_t product;

    return __builtin_mul_overflow(count, size, &product) ? no_memory() : realloc(payload, product);
}

EXPORT size_t malloc_usable_size(void *payload)
{
    size_t size;
    bool locked;

    if (!payload)
        return 0;
    locked = enter_with("malloc_usable_size", payload);
    size = usable_size("malloc_usable_size", payload);
    process_leave(locked);
    return size;
}

/* ---- The C library's other names for them ---- */

EXPORT ALIAS(malloc, __libc_malloc);
EXPORT ALIAS(calloc, __libc_calloc);
EXPORT ALIAS(free, __libc_free);
EXPORT ALIAS(free, cfree);
EXPORT ALIAS(realloc, __libc_realloc);
EXPORT ALIAS(reallocarray, __libc_reallocarray);
