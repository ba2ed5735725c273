/* shadow.h: a second, naive account of a heap, kept from its events and from its answers alone, and
 * compared with what the heap says of itself.
 *
 * It knows three things: which payloads are live and what bytes they must hold; which blocks the
 * events say there are; which free blocks the events say are on which list, in order. An engine
 * that does something unreported, reports something undone, or hands out the same byte twice
 * differs from it at the next comparison. */
#ifndef TESTS_HEAP_SHADOW_H
#define TESTS_HEAP_SHADOW_H

#include "base/random.h"
#include "heapglass/heap.h"

enum { SHADOW_LIVE_MAX = 512, SHADOW_BLOCKS_MAX = 8192, SHADOW_LISTS_MAX = 2048 };

struct shadow_payload {
    unsigned char *payload;
    size_t size;
    unsigned char seed; /* of the bytes it must hold */
};

struct shadow_block {
    uint64_t at, size;
    uint32_t kind;
};

struct shadow_list {
    uint64_t *items;
    size_t count, capacity;
    size_t taken; /* where the last element that was taken or unlinked had been */
};

struct shadow {
    struct hg_heap *heap;
    struct hg_arena arena;
    struct random random;
    size_t operations;   /* random ones, so far */
    size_t grows;        /* how often the break was asked to move up */
    size_t refuse_every; /* each time it has been asked this often, it refuses; 0: it never does */
    bool refuse_shrinks; /* the break does not move down */
    struct shadow_payload live[SHADOW_LIVE_MAX];
    size_t live_count;
    struct shadow_block blocks[SHADOW_BLOCKS_MAX];
    size_t block_count;
    uint64_t comparisons; /* so far */
    struct shadow_list lists[SHADOW_LISTS_MAX];
    struct hg_event last_take; /* of the operation at hand; kind HG_EVENT_COUNT when none was */
    uint64_t visits;           /* of the operation at hand */
    const char *contradiction; /* the first event that did not fit what was known */
};

/* Open a heap of at most `arena_size` bytes; fails the running test if it cannot be. */
struct shadow *shadow_create(const struct hg_config *config, size_t arena_size, uint64_t seed);
void shadow_destroy(struct shadow *shadow);

/* Take note of an event: the heap's observer. */
void shadow_event(void *shadow, const struct hg_event *event);

/* One random operation on the heap, with sizes up to `most`; then everything is compared, and the
 * running test fails where anything differs. */
void shadow_step(struct shadow *shadow, size_t most);

/* The same operations one by one, without the comparison. Those that allocate return the index of
 * the live payload, -1 for NULL, where errno must be ENOMEM. */
int shadow_allocate(struct shadow *shadow, size_t size, size_t alignment);
int shadow_allocate_cleared(struct shadow *shadow, size_t size);
bool shadow_reallocate(struct shadow *shadow, size_t index, size_t size);
bool shadow_free(struct shadow *shadow, size_t index); /* false if the policy cannot */

void shadow_reset(struct shadow *shadow);

/* Free everything, one by one where the policy can, and compare. */
void shadow_free_all(struct shadow *shadow);

/* Compare heap and shadow; fails the running test where they differ. The second leaves out the live
 * payloads, for tests that keep their own. */
void shadow_compare(struct shadow *shadow);
void shadow_compare_heap(struct shadow *shadow);

#endif
