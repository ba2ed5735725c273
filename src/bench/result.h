/* result.h: what came of measuring one allocator on one trace. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What people call a choice ("break"), and what it means. */
struct bench_word {
    const char *name, *meaning;
};

/* How the size of a heap was known. */
#define BENCH_HEAP_MEASURES(X)                                                                     \
    X(BREAK, "break", "from the heap's start to its break")                                        \
    X(MALLINFO, "mallinfo2", "arena + hblkhd, less what was in use before")                        \
    X(RESIDENT, "resident", "the process's resident memory, less what it was before")

enum bench_heap_measure {
#define X(name, text, meaning) BENCH_MEASURE_##name,
    BENCH_HEAP_MEASURES(X)
#undef X
        BENCH_MEASURES
};

extern const struct bench_word bench_measures[BENCH_MEASURES];

enum { BENCH_PERCENTILES = 3 };

struct bench_result {
    char *trace; /* their names, to be freed by bench_results_finish */
    char *allocator;
    bool served;         /* every operation succeeded, and no payload was damaged */
    bool damaged;        /* not served, because a payload was damaged */
    bool failed;         /* not served, because it could not be measured */
    bool no_trace;       /* not served, nor by any other allocator: there is no such trace */
    struct error reason; /* if not served */
    size_t operations;
    uint64_t peak_live; /* bytes asked for */
    uint64_t peak_heap; /* bytes, by `measure`; 0 where it was too little to see */
    enum bench_heap_measure measure;
    unsigned runs;    /* that were timed */
    uint64_t best_ns; /* the shortest of them */
    bool has_latency;
    double latency_ns[BENCH_PERCENTILES]; /* of malloc, in the order of bench_percentiles */
};

/* 50, 99, 99.9, and as text "p50", ... */
extern const double bench_percentiles[BENCH_PERCENTILES];
extern const char *const bench_percentile_names[BENCH_PERCENTILES];

/* Peak of live bytes / peak of the heap's size; 0 where the heap's size is. */
double bench_utilization_ratio(const struct bench_result *result);

/* Million operations in a second, in the best run. */
double bench_throughput_mops(const struct bench_result *result);

/* What memory the timed runs begin with. */
#define BENCH_MEMORIES(X)                                                                          \
    X(KEPT, "kept", "a policy's on memory that was touched before, others as they come")           \
    X(TOUCHED, "touched", "on memory that was touched before")                                     \
    X(FRESH, "fresh", "with growth and page faults")

enum bench_memory {
#define X(name, text, meaning) BENCH_MEMORY_##name,
    BENCH_MEMORIES(X)
#undef X
        BENCH_MEMORY_COUNT
};

extern const struct bench_word bench_memories[BENCH_MEMORY_COUNT];

/* All results: those of the first trace for every allocator, then those of the second, ... */
struct bench_results {
    struct bench_result *items;
    size_t traces, allocators; /* their product is the number of items */
    enum bench_memory memory;
};

void bench_results_finish(struct bench_results *results);

/* How many traces there were to be measured: those that could be loaded. */
size_t bench_measured_traces(const struct bench_results *results);

/* What an allocator comes to over all traces. */
struct bench_mean {
    size_t traces;      /* that it served */
    double utilization; /* the mean of the traces' */
    double mops;        /* all operations / the time of all best runs */
};

struct bench_mean bench_mean_of(const struct bench_results *results, size_t allocator);

#endif
