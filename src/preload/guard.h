/* guard.h: a heap under guard, as HEAPGLASS_CHECK=2 asks: every block has a red zone behind its
 * payload, freed blocks wait before they are used again, and now and then everything is looked at.
 *
 *      | payload: what was asked for | red zone ... | size asked for, with a key |
 *      '--------------------- usable, for the heap ------------------------------'
 *
 * What always holds, as long as the program writes where it may:
 *  - a red zone holds one byte value, and so do the first bytes of a block that waits;
 *  - each used block is live, and so marked, or waits, or could not be given back to its policy.
 *
 * All this is used with the process's lock, like the heap. Damage ends the program by SIGABRT, with
 * words on what it is and which function came upon it. */
#ifndef PRELOAD_GUARD_H
#define PRELOAD_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heapglass/heap.h"

enum { GUARD_TEXT_MAX = 256, GUARD_WAITING_MOST = 1024 };

struct guard {
    bool is_on;
    void *waiting[GUARD_WAITING_MOST]; /* freed, the oldest at `first` */
    unsigned first, count;
    size_t waiting_bytes;
    uint64_t live, lost; /* payloads; blocks that the policy did not take back */
    uint64_t until_look; /* operations */
};

/* As hg_aligned_alloc and hg_free, and the size that was asked for. `payload` is live. */
void *guard_allocate(const char *function, size_t alignment, size_t size);
void guard_free(const char *function, void *payload);
size_t guard_size(const char *function, const void *payload);

/* The size that was asked for of a payload that may be damaged; false if it cannot be told. */
bool guard_tell_size(const void *payload, size_t *ret_size);

/* Look at everything: the heap's invariants, who owns each block, red zones, and the first bytes of
 * blocks that wait. Returns false with words in `text` for the first damage.
 *   cost     O(blocks) */
bool guard_look(char text[GUARD_TEXT_MAX]);

#endif
