/* policy_allocator.c: policies on a region, which stands in for the break. */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "bench/allocator.h"
#include "bench/region.h"

struct policy_state {
    const struct kind *kind;
    struct hg_config config;
    struct region region;
    struct hg_aside aside; /* memory that is no part of the heap, nor measured */
    void *heap;
    uint64_t peak;
    unsigned reason; /* enum hg_reason: of the last refusal that was observed */
};

static void note_refusal(void *context, const struct hg_event *event)
{
    if (event->kind == HG_EVENT_REFUSE)
        ((struct policy_state *)context)->reason = event->reason;
}

/* Let nobody observe the heap, which has the memory beside it instead. */
static void lend(struct policy_state *policy)
{
    policy->aside.is_kept = false;
    if (policy->kind->lend)
        policy->kind->lend(policy->heap, &policy->aside);
    else if (policy->kind->observe)
        policy->kind->observe(policy->heap, NULL, NULL);
}

static bool begin(void *state, bool watched, void **ret_heap, struct error *error)
{
    struct policy_state *policy = state;
    struct hg_os os = region_os(&policy->region);
    struct kind_opening opening = {.config = &policy->config, .os = &os, .is_hurried = true};
    const char *problem = NULL;

    (void)watched;
    region_reset(&policy->region);
    policy->heap = policy->kind->open(&opening, &problem);
    if (!policy->heap)
        return problem ? error_set(error, "the heap cannot be opened: %s", problem)
                       : error_set_errno(error, "the heap cannot be opened");
    lend(policy);
    *ret_heap = policy->heap;
    return true;
}

static void end(void *state)
{
    struct policy_state *policy = state;

    if (policy->kind->close)
        policy->kind->close(policy->heap);
    policy->heap = NULL;
}

static void set_memory(void *state, enum bench_memory memory)
{
    ((struct policy_state *)state)->region.keeps = memory != BENCH_MEMORY_FRESH;
}

static void look(void *state, size_t size)
{
    struct policy_state *policy = state;
    size_t extent = policy->kind->extent(policy->heap);

    (void)size;
    if (extent > policy->peak)
        policy->peak = extent;
}

static uint64_t peak_heap(void *state)
{
    return ((struct policy_state *)state)->peak;
}

static void note_reasons(void *state, bool on)
{
    struct policy_state *policy = state;

    if (!on)
        lend(policy);
    else if (policy->kind->observe)
        policy->kind->observe(policy->heap, note_refusal, policy);
}

static const char *reason(void *state)
{
    return hg_reason_text(((struct policy_state *)state)->reason);
}

static bool shrugs(void *state)
{
    return ((struct policy_state *)state)->reason == HG_REASON_ONLY_EVERYTHING;
}

/* Reserve memory beside the heap; without any, long searches take their time. */
static struct hg_aside reserve_aside(void)
{
    struct hg_aside aside = {.size = (size_t)1 << 30};

    aside.memory = mmap(NULL, aside.size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (aside.memory == MAP_FAILED)
        aside = (struct hg_aside){0};
    return aside;
}

struct bench_allocator *policy_allocator_create(const struct hg_config *config, struct error *error)
{
    struct policy_state *state = memory_create(1, sizeof *state);
    struct bench_allocator *allocator;

    if (!region_init(&state->region, error)) {
        free(state);
        return NULL;
    }
    state->kind = kind_of_policy(config->policy);
    state->config = *config;
    state->aside = reserve_aside();
    allocator = memory_create(1, sizeof *allocator);
    *allocator = (struct bench_allocator){
        .kind = state->kind,
        .begin = begin,
        .end = end,
        .set_memory = set_memory,
        .look = look,
        .peak_heap = peak_heap,
        .note_reasons = note_reasons,
        .reason = reason,
        .shrugs = shrugs,
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
    if (state->aside.memory)
        munmap(state->aside.memory, state->aside.size);
    free(state);
    free(allocator);
}
