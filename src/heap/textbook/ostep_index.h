/* ostep_index.h: an index of the free pieces (lent_index.h), that takes the place of searches, of
 * sorting and of passes on long traces, where nobody watches.
 *
 * A list in order of addresses has its pieces in that order. On one that is not sorted a label says
 * when a piece was put on it; what remains of a piece inherits its place, and its label. A list by
 * sizes has no index: what remains of a piece is out of order there until the next sort.
 *
 * Pieces that are neighbours on the list and in memory come about where one is put on the list, or
 * one between them is taken off: there the next pass looks. Where there is no index, nothing
 * happens. */
#ifndef HEAP_TEXTBOOK_OSTEP_INDEX_H
#define HEAP_TEXTBOOK_OSTEP_INDEX_H

#include "heap/lent_index.h"
#include "heap/textbook/ostep_layout.h"

/* A piece comes on the list, or is taken off, or is to change. */
void hg_ostep_index_add(const struct ostep *ostep, const struct ostep_piece *piece, uint32_t label);
void hg_ostep_index_remove(const struct ostep *ostep, const struct ostep_piece *piece);

/* The label of a piece on the list, and one for a piece that is put on it now. */
uint32_t hg_ostep_index_label(const struct ostep *ostep, const struct ostep_piece *piece);
uint32_t hg_ostep_index_next_label(const struct ostep *ostep);

/* The link to the piece that has this label and is `at`, or would be. */
struct ostep_piece **hg_ostep_index_link(struct ostep *ostep, const struct lent_index *index,
                                         uint32_t label, uint64_t at);

/* A piece, or NULL for none, may have got another one behind it on the list that the next pass
 * merges into it. */
void hg_ostep_index_see(const struct ostep *ostep, const struct ostep_piece *piece);

/* Note how many pieces were looked at; if that becomes too much, make an index. */
void hg_ostep_index_tire(const struct ostep *ostep, uint64_t looked_at);

#endif
