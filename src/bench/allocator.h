/* allocator.h: what is measured: a kind of heap, and what the bench itself must know of one: how a
 * run begins and ends, what becomes of its memory, and how large the heap grew.
 *
 * All are called through the kind's pointers, so that the calls cost the same for everyone. */
#ifndef BENCH_ALLOCATOR_H
#define BENCH_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "bench/result.h"
#include "kind/kind.h"

struct bench_allocator {
    const struct kind *kind; /* of which allocate, resize and release are measured */

    /* Make a heap for one run, and take it down; its memory is as set_memory said before. Where the
     * run is watched, the heap's size is followed; it is not to be timed. begin fails if there can
     * be no heap.
     *   ret_heap  what the kind's functions are to be called with */
    bool (*begin)(void *state, bool watched, void **ret_heap, struct error *error);
    void (*end)(void *state);
    void (*set_memory)(void *state, enum bench_memory memory);

    /* Called after each operation of a watched run, with the operation's size; and the largest
     * size of the heap that was seen, in bytes. */
    void (*look)(void *state, size_t size);
    uint64_t (*peak_heap)(void *state);

    /* Note the reasons of refusals from now on, which takes its time, or no more; NULL where that
     * is not needed. And why the last operation failed while they were noted; never NULL. */
    void (*note_reasons)(void *state, bool on);
    const char *(*reason)(void *state);

    /* Whether that was a free by which a program would not notice anything: the allocator gets
     * nothing back. NULL for never. */
    bool (*shrugs)(void *state);

    void *state;
    enum bench_heap_measure measure; /* what peak_heap means */
    bool frees_all;                  /* the heap's end frees what is live: the run need not */
};

/* A policy of a kind that is placed, on a region of addresses. NULL and an error when there are
 * none for its heap. */
struct bench_allocator *policy_allocator_create(const struct hg_config *config,
                                                struct error *error);
void policy_allocator_destroy(struct bench_allocator *allocator);

/* The malloc of this process, whichever it is. */
struct bench_allocator *process_allocator_create(void);
void process_allocator_destroy(struct bench_allocator *allocator);

#endif
