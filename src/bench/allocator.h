/* allocator.h: what is measured: any allocator, behind one table of functions.
 *
 * All are called through these pointers, so that the calls cost the same for everyone. */
#ifndef BENCH_ALLOCATOR_H
#define BENCH_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "bench/result.h"
#include "heapglass/heap.h"

struct bench_allocator {
    /* As malloc, realloc and free; release returns false where the policy refuses. */
    void *(*allocate)(void *state, size_t size);
    void *(*reallocate)(void *state, void *payload, size_t size);
    bool (*release)(void *state, void *payload);

    /* Make a heap for one run, and take it down; its memory is as set_memory said before. Where the run is watched, the heap's size and the reasons of
     * refusals are followed; it is not to be timed. begin fails if there can be no heap. */
    bool (*begin)(void *state, bool watched, struct error *error);
    void (*end)(void *state);
    void (*set_memory)(void *state, enum bench_memory memory);

    /* Called after each operation of a watched run, with the operation's size; and the largest
     * size of the heap that was seen, in bytes. */
    void (*look)(void *state, size_t size);
    uint64_t (*peak_heap)(void *state);

    /* Why the last operation of a watched run failed; never NULL. */
    const char *(*reason)(void *state);

    void *state;
    enum bench_heap_measure measure; /* what peak_heap means */
    bool frees_all;                  /* the heap's end frees what is live: the run need not */
};

/* A policy of heapglass. NULL and an error when there are no addresses for its heap. */
struct bench_allocator *policy_allocator_create(const struct hg_config *config,
                                                struct error *error);
void policy_allocator_destroy(struct bench_allocator *allocator);

/* The malloc of this process, whichever it is. */
struct bench_allocator *process_allocator_create(void);
void process_allocator_destroy(struct bench_allocator *allocator);

/* The file that malloc comes from ("/lib/x86_64-linux-gnu/libc.so.6"); "" if it is not known. */
const char *process_malloc_library(void);

#endif
