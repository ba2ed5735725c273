/* own_layout.h: how the blocks of an allocator of the user's lie in memory, as a line of text says,
 * and reading them back by it.
 *
 *      | start | header | payload ... | footer | header | payload ... | footer | end |
 *                `size`: in it, at `at`, a word that holds the block's size, in `unit`s, but for
 *                the bits of `flags`; `used` is the one of them that is set in used blocks,
 *                or in free ones; `extra` bytes of the block it does not count
 *
 * Where free blocks have links to the next and the previous one, at so many bytes behind their
 * headers, those lead from one to the other, to headers or to payloads; the first on a list has
 * none before it. They are pointers of 8 bytes; of 4, where one lies so close behind the other.
 *
 * Nothing outside [0, extent) of a heap is read, whatever the bytes there are. */
#ifndef KIND_OWN_LAYOUT_H
#define KIND_OWN_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "heapglass/heap.h"

/* Where the environment says it, and what that can be:
 *      header=4 footer=4 size=~7 used=1 extra=8 start=12 end=4 next=0 previous=8
 * in any order, with free=1 for used=1 where the bit says the opposite; or the name of one of the
 * presets, and behind it what is to be otherwise. */
#define OWN_LAYOUT "HEAPGLASS_BLOCK_LAYOUT"

struct own_layout {
    uint32_t header, footer; /* bytes */
    uint32_t free_footer;    /* of free blocks; that of all others is `footer` */
    uint32_t word, at;       /* bytes of the word with the size, and where in the header it is */
    uint64_t unit, flags, used, extra;
    bool marks_free;     /* what `used` names is set in free blocks, and in no other */
    uint64_t start, end; /* bytes at the heap's beginning and at its end that are no blocks' */
    bool has_links;
    uint32_t next, previous;
};

/* Read a layout.
 *   ret_problem  what is wrong, and where in the text
 *   returns      false where it is none: with a problem, or, of "" and "none", without one */
bool own_layout_parse(const char *text, struct own_layout *ret_layout, const char **ret_problem,
                      const char **ret_where);

/* What the environment says; false where there is none. */
bool own_layout_get(struct own_layout *ret_layout);

/* How many bytes a link has. */
uint32_t own_layout_link_size(const struct own_layout *layout);

/* As hg_walk, hg_list_walk and hg_check. */
void own_layout_walk(const struct own_layout *layout, const char *heap, size_t extent,
                     uint64_t from, hg_block_visitor *visitor, void *context);
struct hg_list_end own_layout_walk_list(const struct own_layout *layout, const char *heap,
                                        size_t extent, hg_list_visitor *visitor, void *context);
bool own_layout_check(const struct own_layout *layout, const char *heap, size_t extent,
                      struct hg_defect *ret_defect);

#endif
