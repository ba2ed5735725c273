/* policy_allocator.c: the library's own policies, on a region. */
#include <stdlib.h>

#include "base/memory.h"
#include "bench/allocator.h"
#include "bench/region.h"

struct policy_state {
    struct hg_config config;
    struct region region;
    struct hg_heap *heap;
    uint64_t peak;
    unsigned reason; /* enum hg_reason: of the last refusal that was observed */
};

static void *allocate(void *state, size_t size)
{
    return hg_malloc(((struct policy_state *)state)->heap, size);
}

static void *reallocate(void *state, void *payload, size_t size)
{
    return hg_realloc(((struct policy_state *)state)->heap, payload, size);
}

static bool release(void *state, void *payload)
{
    return hg_free(((struct policy_state *)state)->heap, payload);
}

static void note_refusal(void *context, const struct hg_event *event)
{
    if (event->kind == HG_EVENT_REFUSE)
        ((struct policy_state *)context)->reason = event->reason;
}

static bool begin(void *state, bool watched, struct error *error)
{
    struct policy_state *policy = state;
    struct hg_os os = region_os(&policy->region);

    region_reset(&policy->region);
    policy->heap = hg_open(&policy->config, &os, watched ? note_refusal : NULL, policy);
    return policy->heap || error_set_errno(error, "the heap cannot be opened");
}

static void end(void *state)
{
    struct policy_state *policy = state;

    hg_close(policy->heap);
    policy->heap = NULL;
}

static void set_memory(void *state, enum bench_memory memory)
{
    ((struct policy_state *)state)->region.keeps = memory != BENCH_MEMORY_FRESH;
}

static void look(void *state, size_t size)
{
    struct policy_state *policy = state;

    (void)size;
    if (hg_size(policy->heap) > policy->peak)
        policy->peak = hg_size(policy->heap);
}

static uint64_t peak_heap(void *state)
{
    return ((struct policy_state *)state)->peak;
}

static const char *reason(void *state)
{
    return hg_reason_text(((struct policy_state *)state)->reason);
}

struct bench_allocator *policy_allocator_create(const struct hg_config *config, struct error *error)
{
    struct policy_state *state = memory_create(1, sizeof *state);
    struct bench_allocator *allocator;

    if (!region_init(&state->region, error)) {
        free(state);
        return NULL;
    }
    state->config = *config;
    allocator = memory_create(1, sizeof *allocator);
    *allocator = (struct bench_allocator){
        .allocate = allocate,
        .reallocate = reallocate,
        .release = release,
        .begin = begin,
        .end = end,
        .set_memory = set_memory,
        .look = look,
        .peak_heap = peak_heap,
        .reason = reason,
        .state = state,
        .measure = BENCH_MEASURE_BREAK,
        .frees_all = true,
    };
    return allocator;
}

void policy_allocator_destroy(struct bench_allocator *allocator)
{
    struct policy_state *state = allocator ? allocator->state : NULL;

    if (!allocator)
        return;
    region_finish(&state->region);
    free(state);
    free(allocator);
}
