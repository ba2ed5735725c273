/* fast_tables.h: bookkeeping blocks, made when the heap has grown enough for them: the heads of the
 * bins and of the quick lists, and the map of slabs. */
#ifndef HEAP_FAST_TABLES_H
#define HEAP_FAST_TABLES_H

#include "heap/fast/fast_layout.h"

/* Make the tables that are missing or outgrown, as far as the heap can bear them: bins, where there
 * are many loose blocks; quick lists, where there is room for their heads, which are not worth
 * growing for, and then in the way of a last block that would grow; and the map of large slots.
 * Meanwhile nobody sees to tables. Returns whether the lists may be others now. */
bool hg_fast_see_to_tables(struct fast *fast);

/* Make a map of at least `pages` pages, in place of the present one; false if there is no room. */
bool hg_fast_make_map(struct fast *fast, uint32_t pages);

#endif
