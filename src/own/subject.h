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
    uint32_t of;   /* 1 + the index of the question asked at once whose payload it is about; */
    uint64_t size;
    uint64_t payload; /* where that is 0, its address, or 0 */
};

/* Where payloads may lie: so many bytes from `low` on, or anywhere, if they are 0 and it is not
 * said that there are none, as of a heap that begins anew. And how many bytes the heap has. */
struct extent {
    uint64_t low, bound, size;
    uint64_t is_empty;
};

struct answer {
    uint64_t payload;   /* an address, or 0 */
    struct extent heap; /* behind the operation */
};

/* How many questions are asked at once, and spans written or read, at most. */
enum { SUBJECT_MOST = 1024, SPANS_MOST = 256 };

/* Some bytes of a payload, each of which is to be `byte`. */
struct span {
    char *start;
    uint64_t size;
    uint64_t same; /* so many from its start on are that; */
    unsigned char byte;
    unsigned char other; /* and what the next one is */
};

struct subject {
    void *context;
    size_t at_once; /* so many questions it is to be asked at once next, at most SUBJECT_MOST */
    bool can_resize;
    bool is_handed;     /* all its memory at once: what counts is how far payloads reach */
    bool is_gone;       /* it will answer nothing more */
    struct extent heap; /* as the answer has it that is looked at, or the heap began */

    /* Answer questions, one after the other. */
    void (*answer)(void *context, const struct question *questions, size_t count,
                   struct answer *ret_answers);

    /* Write spans, at most SPANS_MOST; and see how much of them is as it was written. */
    void (*fill)(void *context, struct span *spans, size_t count);
    void (*match)(void *context, struct span *spans, size_t count);
};

/* The allocator of this process.
 *   heap  of kind_own; NULL for one that is only looked at, as memlib has it */
struct subject subject_here(void *heap);

/* Compare the next bytes of a span, which are here. Returns whether all of them are the same. */
bool span_match(struct span *span, const char *bytes, uint64_t size);

#endif
