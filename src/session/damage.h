/* damage.h: what steps wrote where no program may write, and what of it is still there.
 *
 * What is the allocator's is cut into wounds: bytes of a header, of a footer, of a free block's
 * links or of the heap's own bookkeeping that a step overwrote with others; in a heap under guard,
 * of a red zone or of what is free, too. A wound keeps what was
 * there, what was written, and the block as it was known, for later the heap can no longer tell.
 *
 * What always holds: wounds stand in the order of the steps that made them; a byte of one is alive
 * as long as it holds what the step wrote. A byte that was overwritten twice is in two wounds, of
 * which both know what was there before the first. */
#ifndef SESSION_DAMAGE_H
#define SESSION_DAMAGE_H

#include "session/block_table.h"

struct picture;

/* In a heap under guard, what is behind a payload, and what is in a free block. */
enum wound_part {
    WOUND_HEADER,
    WOUND_FOOTER,
    WOUND_LINKS,
    WOUND_BOOKKEEPING,
    WOUND_RED_ZONE,
    WOUND_FREED
};

enum { WOUND_BYTES = 16, WOUNDS_MAX = 4096 };

struct wound {
    uint64_t at;        /* of its first byte, an offset */
    uint32_t step;      /* that made it */
    uint32_t healed_in; /* the step after which none of it was left; 0 for none so far */
    uint16_t alive;     /* a bit for each byte that holds what was written, and held another */
    uint8_t count;      /* bytes */
    uint8_t part;       /* enum wound_part */
    unsigned char before[WOUND_BYTES], written[WOUND_BYTES];
    struct block block; /* as it was known */
};

struct wounds {
    struct wound *items;
    size_t count, capacity;
};

/* Wounds that are all zero are none. */
void wounds_finish(struct wounds *wounds);
struct wounds wounds_copy(const struct wounds *wounds);

/* Let there be those alone that are there after step number `step`. */
void wounds_go(struct wounds *wounds, uint32_t step);

/* Forget what came after step number `step`. */
void wounds_cut(struct wounds *wounds, uint32_t step);

/* `wounds` are all that there ever were before step number `step`, and `now` those that are alive
 * after it, or were just made: note which came and which healed. */
void wounds_follow(struct wounds *wounds, const struct wounds *now, uint32_t step);

/* The last wound of which the byte at this offset is a live one; NULL if there is none. */
const struct wound *wounds_find(const struct wounds *wounds, uint64_t at);

/* What is known to be wrong with a heap. */
struct damage {
    struct wounds wounds;    /* of which some byte is alive */
    struct hg_defect defect; /* what did not hold when it was last looked at */
};

void damage_finish(struct damage *damage);
struct damage damage_copy(const struct damage *damage);

/* Whether anything is wrong: then whatever the heap does may change any part of it. */
bool damage_is_known(const struct damage *damage);

/* Note that step number `step` wrote `size` bytes at the offset `at`, before the picture's blocks
 * are read anew.
 *   before  what was there
 *   returns whether all of it lies where a program may write, or at least does no harm */
bool damage_note(struct picture *picture, uint32_t step, uint64_t at, uint64_t size,
                 const unsigned char *written, const unsigned char *before);

/* Whether the wound can still be one, now that the heap was read anew: its block is there, and is
 * what it was, or cannot be told. Else the allocator has made something else of the place. */
bool wound_stands(const struct wound *wound, const struct picture *picture);

/* Look which bytes of a wound hold what was written: `count` of its bytes are `now`; what cannot be
 * read any more is healed. Returns whether any is alive. */
bool wound_look(struct wound *wound, const unsigned char *now, size_t count);

#endif
