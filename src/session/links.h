/* links.h: the pointers that steps wrote into payloads, each found by where it lies, and by both of
 * its ends.
 *
 * What always holds: a link lies in a live payload and refers to a live one, or to none any more;
 * it is on the list of links_out of the one, and of links_in of the other. */
#ifndef SESSION_LINKS_H
#define SESSION_LINKS_H

#include <stdbool.h>

#include "session/ledger.h"
#include "target/op.h"

struct payload_link {
    uint64_t at;       /* the offset of its word; OFFSET_NULL where there is no link */
    uint64_t word;     /* what that holds, an offset */
    uint64_t source;   /* the payload that it lies in */
    uint64_t target;   /* the live payload that it refers to; OFFSET_NULL for none */
    uint32_t freed_in; /* the step that freed what it points to, or popped it; 0 if none did */
    bool points_in;    /* to a live word of the stack */
    uint32_t next_out, previous_out; /* links in the same payload; NO_LINK for none */
    uint32_t next_in, previous_in;   /* links to the same payload */
};

/* The number of the slot that it lies in, of its payload's. */
static inline uint64_t payload_link_slot(const struct payload_link *link)
{
    return (link->at - link->source) / SLOT_BYTES;
}

/* Links that are all zero are none. */
struct links {
    struct payload_link *items; /* by number; some are no links any more: */
    size_t known, capacity;
    uint32_t first_unused; /* the first of them, plus 1; the next is in its next_out, as well */
    size_t count;
    size_t pointing_in; /* how many point to live words of the stack */
    uint32_t *by_place; /* the numbers, plus 1, hashed by where they lie; 0 for none */
    size_t places;      /* 0 or a power of two */
};

void links_finish(struct links *links);
struct links links_copy(const struct links *links);

/* The link whose word lies at the offset; NO_LINK if none does. */
uint32_t links_find(const struct links *links, uint64_t at);

/* Add a link that lies where none does, in the payload `source`, and that refers to nothing yet;
 * its number. */
uint32_t links_add(struct links *links, struct allocation *source, uint64_t at, uint64_t word);

/* Let a link refer to a live payload; or to nothing, from what it refers to. */
void links_refer(struct links *links, uint32_t number, struct allocation *target);
void links_let_go(struct links *links, uint32_t number, struct allocation *target);

/* Note whether a link points to a live word of the stack. */
void links_point_in(struct links *links, uint32_t number, bool points_in);

/* Forget a link that refers to nothing. */
void links_remove(struct links *links, uint32_t number, struct allocation *source);

#endif
