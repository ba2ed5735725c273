/* subject.h: an allocator as who checks its answers sees it: what it can be asked to do, and how
 * its payloads are written and read. It may live in this process (subject_here) or in another
 * (audit.h); a payload's address is good for these functions alone. */
#ifndef OWN_SUBJECT_H
#define OWN_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct question {
    uint32_t kind; /* enum trace_kind */
    uint64_t size;
    uint64_t payload; /* an address, or 0 */
};

/* Where payloads may lie: so many bytes from `low` on, or anywhere, if they are 0. And how many
 * bytes the heap has. */
struct extent {
    uint64_t low, bound, size;
};

struct answer {
    uint64_t payload;   /* an address, or 0 */
    struct extent heap; /* behind the operation */
};

enum { SUBJECT_MOST = 64 };

struct subject {
    void *context;
    size_t at_once; /* so many questions it is best asked at once, at most SUBJECT_MOST */
    bool can_resize;
    bool is_handed;     /* all its memory at once: what counts is how far payloads reach */
    bool is_gone;       /* it will answer nothing more */
    struct extent heap; /* as the answer has it that is looked at, or the heap began */

    /* Answer questions, one after the other. */
    void (*answer)(void *context, const struct question *questions, size_t count,
                   struct answer *ret_answers);

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
