/* untold.h: the blocks of a heap that does not tell them: they are where its payloads are, and of
 * what lies between those nothing is known. */
#ifndef SESSION_UNTOLD_H
#define SESSION_UNTOLD_H

#include "base/error.h"
#include "session/picture.h"

/* What is wrong with where a live payload lies, by the ledger, and by the blocks that are read. */
enum untold_fault {
    UNTOLD_FINE,
    UNTOLD_OUTSIDE,
    UNTOLD_MISALIGNED,
    UNTOLD_OVERLAP,
    UNTOLD_ELSEWHERE, /* no block that can be read has it as its payload */
};

/* What payloads must be a multiple of: what the heap says, or a word's. */
uint64_t untold_alignment(const struct picture *picture);

/* Whether an allocation lies outside of the heap, and may: in a mapping of its own. */
bool untold_is_mapped(const struct picture *picture, const struct allocation *allocation);

/* Look at a live allocation of a heap of so many bytes.
 *   ret_other  of an overlap, the first that it overlaps with
 *   cost       O(payloads) */
enum untold_fault untold_look(const struct picture *picture, const struct allocation *allocation,
                              const struct allocation **ret_other);

/* Whether all payloads lie as they must; an error names the first that does not. O(n log n). */
bool untold_check(const struct picture *picture, struct error *error);

/* Cut what was read as untold at the payloads that were handed out and not given back.
 *   ret_count  how many blocks that makes; they tile what was read
 *   returns    the blocks, in the order of their addresses; the caller's to free
 *   cost       O(n log n) for n payloads */
struct block *untold_cut(const struct picture *picture, const struct hg_block *read,
                         size_t *ret_count);

#endif
