/* heap.c: the public face of every heap. It answers what C and POSIX settle for all policies (zero,
 * overflow, alignments that are none), and hands the rest to the heap's engine.
 *
 * What malloc and free do where the policy is segregated and nobody watches is written out here: to
 * find the engine and its function would take about half as long as they do. */
#include <errno.h>
#include <string.h>

#include "base/bits.h"
#include "heap/aside.h"
#include "heap/fast/fast.h"
#include "heap/fast/fast_short.h"
#include "heap/policies.h"

/* Every allocator on a 64-bit machine aligns to this; arenas and breaks must start so. */
#define START_ALIGNMENT 16u

static const struct hg_engine *engine_of(const struct hg_heap *heap)
{
    return hg_policy_of(heap)->engine;
}

static bool is_aligned(const void *start, const struct hg_settings *settings)
{
    return start && (uintptr_t)start % START_ALIGNMENT == 0 &&
           (uintptr_t)start % settings->alignment == 0;
}

/* See which way requests go from now on. */
static void see_straight(struct hg_heap *heap)
{
    bool is_segregated = engine_of(heap) == &hg_segregated_engine;

    heap->straight = is_segregated && !heap->observer;
    if (is_segregated)
        fast_see_straight(fast_of(heap));
}

struct hg_heap *hg_open(const struct hg_config *config, const struct hg_os *os,
                        hg_observer *observer, void *context)
{
    unsigned setting;
    const struct hg_policy *policy;
    struct hg_settings settings;
    struct hg_heap *heap;
    size_t size;

    if (hg_config_problem(config, &setting)) {
        errno = EINVAL;
        return NULL;
    }
    policy = hg_policy_named(config->policy);
    settings = hg_settings_pack(config);
    size = policy->engine->open_size(&settings);
    heap = os->grow(os->context, size);
    if (!is_aligned(heap, &settings)) {
        if (heap)
            os->shrink(os->context, (char *)heap + size, size);
        errno = ENOMEM;
        return NULL;
    }
    *heap = (struct hg_heap){
        .magic = HG_MAGIC,
        .policy = (uint8_t)hg_policy_number(policy),
        .variant = policy->variant & HG_VARIANT_MOST,
        .size = size,
        .os = *os,
        .observer = observer,
        .observer_context = observer ? context : NULL,
    };
    hg_emit_at(heap, HG_EVENT_GROW, heap, size, 0);
    policy->engine->open(heap, &settings);
    see_straight(heap);
    return heap;
}

void hg_reset(struct hg_heap *heap)
{
    struct hg_settings settings = engine_of(heap)->settings(heap);
    size_t least = engine_of(heap)->open_size(&settings);

    if (heap->size > least &&
        heap->os.shrink(heap->os.context, (char *)heap + heap->size, heap->size - least))
        heap->size = least;
    hg_aside_forget(heap);
    hg_emit_at(heap, HG_EVENT_RESET, heap, heap->size, 0);
    engine_of(heap)->open(heap, &settings);
    see_straight(heap);
}

void hg_close(struct hg_heap *heap)
{
    struct hg_os os = heap->os;
    size_t size = heap->size;

    os.shrink(os.context, (char *)heap + size, size);
}

void hg_observe(struct hg_heap *heap, hg_observer *observer, void *context)
{
    heap->observer = observer;
    heap->observer_context = observer ? context : NULL; /* see heap/aside.h */
    see_straight(heap);
}

void hg_allow_index(struct hg_heap *heap)
{
    const struct hg_engine *engine = engine_of(heap);

    if (engine->allow_index)
        engine->allow_index(heap);
}

size_t hg_size(const struct hg_heap *heap)
{
    return heap->size;
}

struct hg_config hg_config_of(const struct hg_heap *heap)
{
    struct hg_settings settings = engine_of(heap)->settings(heap);

    return hg_settings_unpack(&settings, hg_policy_of(heap)->info.name);
}

void *hg_aligned_alloc(struct hg_heap *heap, size_t alignment, size_t size)
{
    if (!bits_is_power_of_two(alignment))
        return hg_refuse(heap, HG_REASON_BAD_ALIGNMENT, size);
    if (size > HG_SIZE_MAX || alignment > HG_SIZE_MAX)
        return hg_refuse(heap, HG_REASON_TOO_LARGE, size);
    return engine_of(heap)->allocate_aligned(heap, size, alignment);
}

void *hg_engine_allocate(struct hg_heap *heap, size_t size)
{
    if (size > HG_SIZE_MAX)
        return hg_refuse(heap, HG_REASON_TOO_LARGE, size);
    return engine_of(heap)->allocate(heap, size);
}

bool hg_engine_release(struct hg_heap *heap, void *payload)
{
    return payload ? engine_of(heap)->release(heap, payload) : true;
}

void *hg_malloc(struct hg_heap *heap, size_t size)
{
    return fast_malloc(heap, size);
}

void *hg_calloc(struct hg_heap *heap, size_t count, size_t size)
{
    size_t product;
    void *payload;

    if (__builtin_mul_overflow(count, size, &product))
        return hg_refuse(heap, HG_REASON_OVERFLOW, size);
    payload = hg_malloc(heap, product);
    if (payload)
        memset(payload, 0, product);
    return payload;
}

void *hg_realloc(struct hg_heap *heap, void *payload, size_t size)
{
    if (!payload)
        return hg_malloc(heap, size);
    if (size == 0) {
        hg_free(heap, payload);
        return NULL;
    }
    if (size > HG_SIZE_MAX)
        return hg_refuse(heap, HG_REASON_TOO_LARGE, size);
    return engine_of(heap)->reallocate(heap, payload, size);
}

bool hg_free(struct hg_heap *heap, void *payload)
{
    return fast_free(heap, payload);
}

size_t hg_usable_size(const struct hg_heap *heap, const void *payload)
{
    return payload ? engine_of(heap)->usable_size(heap, payload) : 0;
}

void hg_coalesce(struct hg_heap *heap)
{
    engine_of(heap)->coalesce(heap);
}

bool hg_trim(struct hg_heap *heap, size_t keep)
{
    hg_coalesce(heap);
    return engine_of(heap)->trim && engine_of(heap)->trim(heap, keep);
}

static bool can_change(const struct hg_heap *heap, enum hg_setting setting, uint64_t value)
{
    return (setting == HG_SETTING_TRIM || setting == HG_SETTING_RELEASE) &&
           hg_policy_of(heap)->info.settings & 1u << setting &&
           !hg_settings_problem(setting, value);
}

bool hg_set(struct hg_heap *heap, enum hg_setting setting, uint64_t value)
{
    struct hg_config config = hg_config_of(heap);
    struct hg_settings settings;

    if (!can_change(heap, setting, value)) {
        errno = EINVAL;
        return false;
    }
    config.settings[setting] = value;
    settings = hg_settings_pack(&config);
    engine_of(heap)->set(heap, &settings);
    return true;
}

/* ---- Reading back: nothing is trusted before it has been looked at ---- */

/* Whether the state makes enough sense to let its engine read on: then its settings. */
static bool is_readable(const struct hg_heap *heap, size_t extent, struct hg_settings *ret_settings)
{
    struct hg_config config;
    unsigned setting;

    if (extent < sizeof *heap || heap->magic != HG_MAGIC || heap->policy >= hg_policy_count ||
        heap->variant != hg_policy_of(heap)->variant || extent < engine_of(heap)->state_size)
        return false;
    *ret_settings = engine_of(heap)->settings(heap);
    config = hg_settings_unpack(ret_settings, hg_policy_of(heap)->info.name);
    return !hg_config_problem(&config, &setting) &&
           engine_of(heap)->open_size(ret_settings) <= extent;
}

void hg_walk(const struct hg_heap *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
             void *context)
{
    struct hg_settings settings;

    if (is_readable(heap, extent, &settings)) {
        engine_of(heap)->walk(heap, extent, from, visitor, context);
    } else if (from < extent) {
        visitor(context, &(struct hg_block){.at = from,
                                            .size = extent - from,
                                            .list = HG_NO_LIST,
                                            .kind = HG_KIND_UNREADABLE});
    }
}

bool hg_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct hg_settings settings;

    if (!is_readable(heap, extent, &settings) || heap->size != extent) {
        *ret_defect = (struct hg_defect){.broken = HG_INVARIANT_STATE};
        return false;
    }
    return engine_of(heap)->check(heap, extent, ret_defect);
}

struct hg_list_end hg_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                hg_list_visitor *visitor, void *context)
{
    struct hg_settings settings;

    if (!is_readable(heap, extent, &settings))
        return hg_list_ends(HG_LIST_UNREADABLE, NULL);
    if (list < engine_of(heap)->list_count(&settings))
        return engine_of(heap)->list_walk(heap, extent, list, visitor, context);
    return hg_list_ends(HG_LIST_ENDED, NULL);
}
