/* subject.h: an allocator as who checks its answers sees it: what it can be asked to do, and how
 * its payloads are written and read. It may live in this process (subject_here) or in another
 * (audit.h); a payload's address is good for these functions alone. */
#ifndef OWN_SUBJECT_H
#define OWN_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct subject {
    void *context;
    void *(*allocate)(void *context, size_t size);
    void *(*resize)(void *context, void *payload, size_t size);
    void (*release)(void *context, void *payload);
    bool can_resize;
    bool is_handed; /* all its memory at once: what counts is how far payloads reach */
    bool is_gone;   /* it will answer nothing more */

    /* Where payloads may lie: so many bytes from there on, or anywhere, if they are 0. And how many
     * bytes the heap has. */
    const char *(*low)(void *context);
    uint64_t (*bound)(void *context);
    uint64_t (*size)(void *context);

    /* Write `byte` all over `size` bytes; and how many bytes from `start` on are `byte`, at most
     * `size`, with the one that is not. */
    void (*fill)(void *context, char *start, unsigned char byte, uint64_t size);
    uint64_t (*match)(void *context, const char *start, unsigned char byte, uint64_t size,
                      unsigned char *ret_other);
};

/* The allocator of this process.
 *   heap  of kind_own; NULL for one that is only looked at, as memlib has it */
struct subject subject_here(void *heap);

/* How many bytes are `byte` before one is not, in this process's own memory. */
uint64_t subject_count_same(const unsigned char *bytes, unsigned char byte, uint64_t size);

#endif
