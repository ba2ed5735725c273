/* replay.c: see replay.h.
 *
 * Everything the runs themselves need lies in mappings of their own and is touched before the first
 * run, so that it neither shares the measured heap nor counts as resident memory of it. */
#include "bench/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/clock.h"

struct replay {
    const struct bench_allocator *allocator;
    void *heap;           /* of the run at hand */
    struct trace_op *ops; /* as the trace's, but NULL has the id `id_count` */
    size_t op_count;
    uint32_t id_count;
    void **payloads;   /* of each id, NULL while it is not live; the last one stays NULL */
    uint64_t *sizes;   /* of each id, for the watched run */
    uint32_t *samples; /* ticks that each malloc took */
    size_t sample_count;
    bool damaged; /* a payload was */
};

/* ---- Memory for the runs ---- */

static void *map(size_t count, size_t size)
{
    void *memory = mmap(NULL, count * size + 1, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

static void unmap(void *memory, size_t count, size_t size)
{
    if (memory)
        munmap(memory, count * size + 1);
}

static void replay_finish(struct replay *replay)
{
    size_t ids = (size_t)replay->id_count + 1;

    unmap(replay->ops, replay->op_count, sizeof replay->ops[0]);
    unmap(replay->payloads, ids, sizeof replay->payloads[0]);
    unmap(replay->sizes, ids, sizeof replay->sizes[0]);
    unmap(replay->samples, replay->sample_count, sizeof replay->samples[0]);
}

static bool replay_init(struct replay *replay, const struct bench_allocator *allocator,
                        const struct trace *trace, struct error *error)
{
    size_t ids = (size_t)trace->id_count + 1;

    *replay = (struct replay){.allocator = allocator,
                              .op_count = trace->op_count,
                              .id_count = trace->id_count,
                              .sample_count = trace->kind_counts[TRACE_ALLOCATE]};
    replay->ops = map(replay->op_count, sizeof replay->ops[0]);
    replay->payloads = map(ids, sizeof replay->payloads[0]);
    replay->sizes = map(ids, sizeof replay->sizes[0]);
    replay->samples = map(replay->sample_count, sizeof replay->samples[0]);
    if (!replay->ops || !replay->payloads || !replay->sizes || !replay->samples) {
        replay_finish(replay);
        return error_set_errno(error, "no memory for %zu operations", trace->op_count);
    }
    for (size_t i = 0; i < trace->op_count; i++) {
        replay->ops[i] = trace->ops[i];
        if (replay->ops[i].id == TRACE_NULL_ID)
            replay->ops[i].id = trace->id_count;
    }
    return true;
}

/* Take the heap down after a run. What is live goes with it, or is freed one by one. */
static void end_run(struct replay *replay)
{
    const struct bench_allocator *allocator = replay->allocator;

    for (uint32_t id = 0; id < replay->id_count; id++) {
        if (!allocator->frees_all)
            allocator->kind->release(replay->heap, replay->payloads[id]);
        replay->payloads[id] = NULL;
    }
    allocator->end(allocator->state);
}

/* ---- The watched run ---- */

/* The byte that fills the payload of `id`. */
static int pattern(uint32_t id)
{
    return (int)((id * 37u + 11u) & 0xff);
}

static bool is_filled(const void *payload, uint64_t size, int byte)
{
    const unsigned char *bytes = payload;

    return size == 0 || (bytes[0] == byte && memcmp(bytes, bytes + 1, size - 1) == 0);
}

/* The payload of `id`, which kept `size` bytes until now, must still hold them. */
static bool verify(struct replay *replay, uint32_t id, uint64_t size, struct error *error)
{
    replay->damaged = !is_filled(replay->payloads[id], size, pattern(id));
    return !replay->damaged || error_set(error, "the payload of id %" PRIu32 " was damaged", id);
}

static bool refused(const struct replay *replay, struct error *error)
{
    return error_set(error, "%s", replay->allocator->reason(replay->allocator->state));
}

/* Note the reasons of refusals, or no more. */
static void note_reasons(const struct replay *replay, bool on)
{
    if (replay->allocator->note_reasons)
        replay->allocator->note_reasons(replay->allocator->state, on);
}

/* Ask for a payload. */
static void *ask(const struct replay *replay, const struct trace_op *op)
{
    const struct kind *kind = replay->allocator->kind;

    return op->kind == TRACE_ALLOCATE
               ? kind->allocate(replay->heap, op->size)
               : kind->resize(replay->heap, replay->payloads[op->id], op->size);
}

/* Make the payload of the operation's id have its size. What is refused is asked for again, to
 * learn why. */
static bool resize(struct replay *replay, const struct trace_op *op, struct error *error)
{
    uint64_t old_size = replay->sizes[op->id];
    void *payload;

    if (op->kind == TRACE_REALLOCATE && !replay->allocator->kind->resize)
        return error_set(error, "it cannot change the size of a payload");
    payload = ask(replay, op);
    if (!payload && op->size > 0) {
        note_reasons(replay, true);
        payload = ask(replay, op);
        note_reasons(replay, false);
    }
    if (!payload && op->size > 0)
        return refused(replay, error);
    replay->payloads[op->id] = payload;
    replay->sizes[op->id] = op->size;
    if (!verify(replay, op->id, old_size < op->size ? old_size : op->size, error))
        return false;
    if (op->size > 0)
        memset(payload, pattern(op->id), op->size);
    return true;
}

static bool release(struct replay *replay, uint32_t id, struct error *error)
{
    const struct bench_allocator *allocator = replay->allocator;

    if (!verify(replay, id, replay->sizes[id], error))
        return false;
    if (!allocator->kind->release(replay->heap, replay->payloads[id])) {
        note_reasons(replay, true);
        if (!allocator->kind->release(replay->heap, replay->payloads[id]) &&
            !(allocator->shrugs && allocator->shrugs(allocator->state)))
            return refused(replay, error);
        note_reasons(replay, false);
    }
    replay->payloads[id] = NULL;
    replay->sizes[id] = 0;
    return true;
}

/* Run all operations, looking at payloads and at the heap's size.
 *   error  names the operation, from 1, where the allocator failed */
static bool run_watched(struct replay *replay, struct error *error)
{
    const struct bench_allocator *allocator = replay->allocator;

    memset(replay->sizes, 0, replay->id_count * sizeof replay->sizes[0]);
    for (size_t i = 0; i < replay->op_count; i++) {
        const struct trace_op *op = &replay->ops[i];
        struct error why;

        if (op->kind == TRACE_FREE ? !release(replay, op->id, &why) : !resize(replay, op, &why))
            return error_set(error, "operation %zu: %s", i + 1, why.text);
        allocator->look(allocator->state, op->size);
    }
    return true;
}

/* Whether the allocator serves the trace; fills what the watched run can tell. */
static bool watch(struct replay *replay, struct bench_result *result)
{
    const struct bench_allocator *allocator = replay->allocator;
    bool served;

    if (!allocator->begin(allocator->state, true, &replay->heap, &result->reason))
        return false;
    served = run_watched(replay, &result->reason);
    result->damaged = replay->damaged;
    result->peak_heap = allocator->peak_heap(allocator->state);
    end_run(replay);
    return served;
}

/* ---- The timed runs ---- */

/* The loop that is the same for everyone. Returns nanoseconds. */
static __attribute__((noinline)) uint64_t run_timed(struct replay *replay)
{
    const struct kind *kind = replay->allocator->kind;
    const struct trace_op *end = replay->ops + replay->op_count;
    void **payloads = replay->payloads, *heap = replay->heap;
    uint64_t start = clock_ns();

    for (const struct trace_op *op = replay->ops; op < end; op++) {
        void **payload = &payloads[op->id];

        if (op->kind == TRACE_ALLOCATE) {
            *payload = kind->allocate(heap, op->size);
        } else if (op->kind == TRACE_FREE) {
            kind->release(heap, *payload);
            *payload = NULL;
        } else {
            *payload = kind->resize(heap, *payload, op->size);
        }
    }
    return clock_ns() - start;
}

/* Carry out all operations, noting the ticks of each allocation in `samples`. */
static __attribute__((noinline)) void run_sampled(struct replay *replay)
{
    const struct kind *kind = replay->allocator->kind;
    const struct trace_op *end = replay->ops + replay->op_count;
    uint32_t *sample = replay->samples;
    void *heap = replay->heap;

    for (const struct trace_op *op = replay->ops; op < end; op++) {
        void **payload = &replay->payloads[op->id];

        if (op->kind == TRACE_ALLOCATE) {
            uint64_t before = clock_ticks(), ticks;

            *payload = kind->allocate(heap, op->size);
            ticks = clock_ticks() - before;
            *sample++ = ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
        } else if (op->kind == TRACE_FREE) {
            kind->release(heap, *payload);
            *payload = NULL;
        } else {
            *payload = kind->resize(heap, *payload, op->size);
        }
    }
}

/* Begin a run that is timed. */
static bool begin_timed(struct replay *replay, const struct replay_options *options,
                        struct bench_result *result)
{
    const struct bench_allocator *allocator = replay->allocator;

    progress_tick(&options->progress, result->runs, options->runs);
    return allocator->begin(allocator->state, false, &replay->heap, &result->reason);
}

static bool time_runs(struct replay *replay, const struct replay_options *options,
                      struct bench_result *result)
{
    result->best_ns = UINT64_MAX;
    for (result->runs = 0; result->runs < options->runs; result->runs++) {
        uint64_t nanoseconds;

        if (!begin_timed(replay, options, result))
            return false;
        nanoseconds = run_timed(replay);
        end_run(replay);
        if (nanoseconds < result->best_ns)
            result->best_ns = nanoseconds;
    }
    return true;
}

/* Once more, so that memory that will be kept has been touched. */
static bool touch(struct replay *replay, const struct replay_options *options,
                  struct bench_result *result)
{
    const struct bench_allocator *allocator = replay->allocator;

    allocator->set_memory(allocator->state, options->memory);
    if (options->memory == BENCH_MEMORY_FRESH)
        return true;
    if (!begin_timed(replay, options, result))
        return false;
    run_timed(replay);
    end_run(replay);
    return true;
}

/* ---- Latency ---- */

static int compare_samples(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The sample that `percent` of the sorted samples do not exceed, in nanoseconds. */
static double percentile_ns(const struct replay *replay, double percent,
                            const struct tick_clock *clock)
{
    double share = (double)replay->sample_count * percent / 100;
    size_t rank = (size_t)share + ((double)(size_t)share < share); /* rounded up; at least 1 */
    uint32_t ticks = replay->samples[rank - 1];
    uint64_t own = clock->own_ticks < ticks ? clock->own_ticks : ticks;

    return (double)(ticks - own) * clock->ns_per_tick;
}

/* Of each percentile, the best of the runs. */
static bool sample_runs(struct replay *replay, const struct replay_options *options,
                        struct bench_result *result)
{
    struct tick_clock clock = tick_clock_calibrate();

    for (unsigned run = 0; run < options->runs; run++) {
        if (!begin_timed(replay, options, result))
            return false;
        run_sampled(replay);
        end_run(replay);
        qsort(replay->samples, replay->sample_count, sizeof replay->samples[0], compare_samples);
        for (size_t i = 0; i < BENCH_PERCENTILES; i++) {
            double nanoseconds = percentile_ns(replay, bench_percentiles[i], &clock);

            if (run == 0 || nanoseconds < result->latency_ns[i])
                result->latency_ns[i] = nanoseconds;
        }
    }
    result->has_latency = true;
    return true;
}

void replay_measure(const struct bench_allocator *allocator, const struct trace *trace,
                    const struct replay_options *options, struct bench_result *result)
{
    struct replay replay;

    result->operations = trace->op_count;
    result->peak_live = trace->peak_live;
    result->measure = allocator->measure;
    if (!replay_init(&replay, allocator, trace, &result->reason))
        return;
    result->served =
        watch(&replay, result) && touch(&replay, options, result) &&
        time_runs(&replay, options, result) &&
        (!options->latency || replay.sample_count == 0 || sample_runs(&replay, options, result));
    replay_finish(&replay);
}
