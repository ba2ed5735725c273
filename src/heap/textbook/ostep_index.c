/* ostep_index.c: see ostep_index.h. */
#include "heap/textbook/ostep_index.h"

void hg_ostep_index_add(const struct ostep *ostep, const struct ostep_piece *piece, uint32_t label)
{
    hg_lent_index_put(&ostep->heap, label, ostep_at(ostep, piece), piece->size);
}

void hg_ostep_index_remove(const struct ostep *ostep, const struct ostep_piece *piece)
{
    hg_lent_index_remove(&ostep->heap, ostep_at(ostep, piece), piece->size);
}

uint32_t hg_ostep_index_label(const struct ostep *ostep, const struct ostep_piece *piece)
{
    const struct lent_index *index = lent_index(&ostep->heap);

    return index ? hg_lent_index_label(index, ostep_at(ostep, piece)) : 0;
}

uint32_t hg_ostep_index_next_label(const struct ostep *ostep)
{
    return ostep->settings.order == HG_ORDER_FIFO ? hg_lent_index_back(&ostep->heap)
                                                  : hg_lent_index_front(&ostep->heap);
}

/* The trees that take the place of searches; 0 where none do. */
static uint32_t trees_for(const struct hg_settings *settings)
{
    uint32_t trees = 1u << LENT_BY_PLACE;

    if (settings->fit == HG_FIT_IS_BEST)
        trees |= 1u << LENT_BY_SIZE;
    switch ((enum hg_order)settings->order) {
    case HG_ORDER_ADDRESS: return trees;
    case HG_ORDER_LIFO:
    case HG_ORDER_FIFO: return trees | 1u << LENT_LABELS;
    case HG_ORDER_SIZE_UP:
    case HG_ORDER_SIZE_DOWN: break;
    }
    return 0;
}

/* Whether what comes behind a piece on the list is where an index takes it to be. */
static bool is_in_place(const struct ostep *ostep, const struct ostep_piece *piece)
{
    const struct ostep_piece *next = piece->next;
    bool merges = ostep->settings.coalesce == HG_COALESCE_IMMEDIATE;

    return !next || ((piece < next || ostep->settings.order != HG_ORDER_ADDRESS) &&
                     !(merges && ostep_is_next_to(piece, next)));
}

void hg_ostep_index_tire(const struct ostep *ostep, uint64_t looked_at)
{
    uint32_t trees = trees_for(&ostep->settings);

    if (trees == 0 || !hg_aside_is_due(&ostep->heap, looked_at) ||
        !hg_lent_index_make(&ostep->heap, (enum hg_order)ostep->settings.order, trees))
        return;
    for (const struct ostep_piece *piece = ostep->head; piece; piece = piece->next) {
        hg_ostep_index_add(ostep, piece, hg_lent_index_back(&ostep->heap));
        if (!is_in_place(ostep, piece)) {
            hg_aside_forget(&ostep->heap);
            return;
        }
        hg_ostep_index_see(ostep, piece);
    }
}

struct ostep_piece **hg_ostep_index_link(struct ostep *ostep, const struct lent_index *index,
                                         uint32_t label, uint64_t at)
{
    uint64_t before = hg_lent_index_before(index, hg_lent_index_key(index, label, at, 0));

    return before == 0 ? &ostep->head : &ostep_piece_at(ostep, before)->next;
}

void hg_ostep_index_see(const struct ostep *ostep, const struct ostep_piece *piece)
{
    if (piece && piece->next && ostep_is_next_to(piece, piece->next) &&
        ostep->settings.coalesce != HG_COALESCE_NEVER)
        hg_lent_index_defer(&ostep->heap, ostep_at(ostep, piece));
}
