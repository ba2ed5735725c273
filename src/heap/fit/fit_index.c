/* fit_index.c: see fit_index.h. */
#include "heap/fit/fit_index.h"

#include "base/bits.h"

enum { WORD = sizeof(uint64_t) };

/* ---- Nodes ---- */

static struct fit_block *block_at(const struct fit *fit, uint32_t place)
{
    return fit_at(fit, (ptrdiff_t)place * WORD);
}

static uint32_t place_of(const struct fit *fit, const struct fit_block *block)
{
    return (uint32_t)(hg_offset(&fit->heap, block) / WORD);
}

static struct fit_node *node_of(const struct fit *fit, const struct fit_block *block)
{
    return (struct fit_node *)(fit_links(&fit->layout, block) + 1);
}

static struct fit_node *node_at(const struct fit *fit, uint32_t place)
{
    return node_of(fit, block_at(fit, place));
}

/* The size of the smallest block that has room for a node. */
static size_t least_size(const struct fit *fit)
{
    return fit->layout.header + sizeof(struct fit_links) + sizeof(struct fit_node) + FIT_FOOTER;
}

static bool is_tiny(const struct fit *fit, const struct fit_block *block)
{
    return fit_size(block) < least_size(fit);
}

static uint32_t count_of(const struct fit *fit, uint32_t place)
{
    return place ? node_at(fit, place)->count : 0;
}

static void count(const struct fit *fit, uint32_t place)
{
    struct fit_node *node = node_at(fit, place);

    node->count = 1 + count_of(fit, node->left) + count_of(fit, node->right);
}

/* ---- Their order ---- */

/* What decides among blocks of one size: less comes first on the list. */
static uint64_t rank_of(const struct fit *fit, const struct fit_block *block)
{
    switch ((enum hg_order)fit->settings.order) {
    case HG_ORDER_ADDRESS: return (uint64_t)(uintptr_t)block;
    case HG_ORDER_FIFO: return node_of(fit, block)->label;
    case HG_ORDER_LIFO:
    case HG_ORDER_SIZE_UP:
    case HG_ORDER_SIZE_DOWN: break; /* the newer of two comes first */
    }
    return UINT32_MAX - node_of(fit, block)->label;
}

static bool comes_before(const struct fit *fit, const struct fit_block *a,
                         const struct fit_block *b)
{
    return fit_size(a) != fit_size(b) ? fit_size(a) < fit_size(b)
                                      : rank_of(fit, a) < rank_of(fit, b);
}

/* What makes the treap even: as good as chance, and the same each time. */
static uint64_t priority(uint32_t place)
{
    return bits_mix(place);
}

/* ---- The treap ---- */

/* Part the treap at `place` in what comes before `block` and what does not. */
static void part(const struct fit *fit, uint32_t place, const struct fit_block *block,
                 uint32_t *ret_before, uint32_t *ret_after)
{
    struct fit_node *node;

    if (!place) {
        *ret_before = *ret_after = 0;
        return;
    }
    node = node_at(fit, place);
    if (comes_before(fit, block_at(fit, place), block)) {
        part(fit, node->right, block, &node->right, ret_after);
        *ret_before = place;
    } else {
        part(fit, node->left, block, ret_before, &node->left);
        *ret_after = place;
    }
    count(fit, place);
}

/* Make one treap of two, all of the first before all of the second. */
static uint32_t join(const struct fit *fit, uint32_t before, uint32_t after)
{
    if (!before || !after)
        return before ? before : after;
    if (priority(before) > priority(after)) {
        node_at(fit, before)->right = join(fit, node_at(fit, before)->right, after);
        count(fit, before);
        return before;
    }
    node_at(fit, after)->left = join(fit, before, node_at(fit, after)->left);
    count(fit, after);
    return after;
}

/* Put `block`, which has its label, where it belongs. */
static void add(struct fit *fit, struct fit_block *block)
{
    uint32_t place = place_of(fit, block), *root = &fit->layout.index;
    struct fit_node *node = node_of(fit, block);

    while (*root && priority(*root) > priority(place)) {
        struct fit_node *above = node_at(fit, *root);

        above->count++;
        root = comes_before(fit, block, block_at(fit, *root)) ? &above->left : &above->right;
    }
    part(fit, *root, block, &node->left, &node->right);
    *root = place;
    count(fit, place);
}

static void take_out(struct fit *fit, const struct fit_block *block)
{
    uint32_t place = place_of(fit, block), *root = &fit->layout.index;

    while (*root != place) {
        struct fit_node *above = node_at(fit, *root);

        above->count--;
        root = comes_before(fit, block, block_at(fit, *root)) ? &above->left : &above->right;
    }
    *root = join(fit, node_at(fit, place)->left, node_at(fit, place)->right);
}

/* ---- As the list changes ---- */

/* The label for what is put on the list now, larger than all others. */
static uint32_t next_label(struct fit *fit)
{
    return ++fit->label;
}

void hg_fit_index_drop(struct fit *fit)
{
    fit->layout.index = 0;
    fit->label = 0;
}

/* Whether all blocks have a place that a node can name. */
static bool has_places(const struct fit *fit)
{
    return fit->heap.size / WORD <= UINT32_MAX;
}

/* Whether the index is to be kept up for the block at hand. */
static bool is_kept_up(struct fit *fit, const struct fit_block *block)
{
    if (hg_is_watched(&fit->heap) || fit->label == UINT32_MAX || !has_places(fit))
        hg_fit_index_drop(fit);
    return fit_has_index(fit) && !is_tiny(fit, block);
}

void hg_fit_index_inherit(struct fit *fit, struct fit_block *block, uint32_t label)
{
    if (!is_kept_up(fit, block))
        return;
    node_of(fit, block)->label = label;
    add(fit, block);
}

void hg_fit_index_push(struct fit *fit, struct fit_block *block)
{
    if (is_kept_up(fit, block))
        hg_fit_index_inherit(fit, block, next_label(fit));
}

void hg_fit_index_remove(struct fit *fit, struct fit_block *block)
{
    if (!is_kept_up(fit, block))
        return;
    take_out(fit, block);
    if (!fit_has_index(fit))
        hg_fit_index_drop(fit);
}

uint32_t hg_fit_index_label(const struct fit *fit, const struct fit_block *block)
{
    return fit_has_index(fit) && !is_tiny(fit, block) ? node_of(fit, block)->label : 0;
}

bool hg_fit_index_make(struct fit *fit)
{
    bool newest_last = fit->settings.order == HG_ORDER_FIFO;
    struct fit_block *block = newest_last ? fit->head : fit->tail;

    if (fit_has_index(fit) || !(fit->heap.flags & FIT_MAY_INDEX) || hg_is_watched(&fit->heap) ||
        fit->free_count < FIT_INDEX_LEAST || !has_places(fit))
        return fit_has_index(fit);
    hg_fit_index_drop(fit);
    while (block) {
        const struct fit_links *links = fit_links(&fit->layout, block);
        struct fit_block *next = newest_last ? links->next : links->prev;

        if (!is_tiny(fit, block)) {
            node_of(fit, block)->label = next_label(fit);
            add(fit, block);
        }
        block = next;
    }
    return fit_has_index(fit);
}

/* ---- Finding ---- */

/* The first in the treap's order with `size` bytes or more. */
static struct fit_block *lower_bound(const struct fit *fit, size_t size)
{
    struct fit_block *found = NULL;

    for (uint32_t place = fit->layout.index; place;) {
        struct fit_block *block = block_at(fit, place);
        bool fits = fit_size(block) >= size;

        if (fits)
            found = block;
        place = fits ? node_of(fit, block)->left : node_of(fit, block)->right;
    }
    return found;
}

static size_t largest_size(const struct fit *fit)
{
    uint32_t place = fit->layout.index;

    while (node_at(fit, place)->right)
        place = node_at(fit, place)->right;
    return fit_size(block_at(fit, place));
}

/* Of the tiny blocks, the smallest with `size` bytes or more that comes first on the list. */
static struct fit_block *find_tiny(const struct fit *fit, size_t size)
{
    uint64_t left = fit->free_count - count_of(fit, fit->layout.index);
    struct fit_block *found = NULL, *block = fit->head;

    for (; left > 0; block = fit_links(&fit->layout, block)->next) {
        if (!is_tiny(fit, block))
            continue;
        left--;
        if (fit_size(block) < size || (found && fit_size(block) >= fit_size(found)))
            continue;
        found = block;
        if (fit_size(block) == size)
            break; /* none is better */
    }
    return found;
}

struct fit_block *hg_fit_index_find(struct fit *fit, size_t size, bool smallest)
{
    struct fit_block *found;

    if (!smallest) {
        size_t largest = largest_size(fit);

        return largest >= size ? lower_bound(fit, largest) : NULL;
    }
    found = size < least_size(fit) ? find_tiny(fit, size) : NULL;
    return found ? found : lower_bound(fit, size);
}
