/* lent_index.c: see lent_index.h. */
#include "heap/lent_index.h"

#include "base/bits.h"

enum {
    NONE = 0,
    MIDDLE = INT32_MAX /* of all labels */
};

static struct lent_node *node_at(struct lent_index *index, uint32_t number)
{
    return &index->nodes[number];
}

/* ---- There is one, or not ---- */

bool hg_lent_index_make(const struct hg_heap *heap, enum hg_order order, uint32_t trees)
{
    struct hg_aside *aside = hg_aside_lent(heap);
    struct lent_index *index = aside->memory;
    size_t room = (aside->size - sizeof *index) / sizeof index->nodes[0];

    if (aside->size < sizeof *index || room < 2)
        return false;
    *index = (struct lent_index){.room = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX,
                                 .used = 1,
                                 .trees = trees,
                                 .order = order,
                                 .front = MIDDLE,
                                 .back = MIDDLE + 1u};
    index->nodes[NONE] = (struct lent_node){0};
    aside->is_kept = true;
    return true;
}

/* ---- Treaps ---- */

/* What makes a treap even: as good as chance, and the same each time. Only the address counts. */
static uint64_t priority(const struct lent_index *index, uint32_t number)
{
    return bits_mix(index->nodes[number].place);
}

static void count(struct lent_index *index, struct lent_node *node)
{
    uint32_t left = node_at(index, node->left)->largest;
    uint32_t right = node_at(index, node->right)->largest;

    node->largest = left > node->size ? left : node->size;
    if (right > node->largest)
        node->largest = right;
}

/* Part a tree in what comes before `key` and what does not. */
static void part(struct lent_index *index, uint32_t tree, uint64_t key, uint32_t *ret_before,
                 uint32_t *ret_after)
{
    struct lent_node *node = node_at(index, tree);

    if (tree == NONE) {
        *ret_before = *ret_after = NONE;
        return;
    }
    if (node->key < key) {
        part(index, node->right, key, &node->right, ret_after);
        *ret_before = tree;
    } else {
        part(index, node->left, key, ret_before, &node->left);
        *ret_after = tree;
    }
    count(index, node);
}

/* Make one tree of two, all of the first before all of the second. */
static uint32_t join(struct lent_index *index, uint32_t before, uint32_t after)
{
    if (before == NONE || after == NONE)
        return before == NONE ? after : before;
    if (priority(index, before) > priority(index, after)) {
        node_at(index, before)->right = join(index, node_at(index, before)->right, after);
        count(index, node_at(index, before));
        return before;
    }
    node_at(index, after)->left = join(index, before, node_at(index, after)->left);
    count(index, node_at(index, after));
    return after;
}

static void insert(struct lent_index *index, uint32_t *root, uint32_t number)
{
    struct lent_node *node = node_at(index, number), *above;

    while (*root != NONE && priority(index, *root) > priority(index, number)) {
        above = node_at(index, *root);
        if (node->size > above->largest)
            above->largest = node->size;
        root = node->key < above->key ? &above->left : &above->right;
    }
    part(index, *root, node->key, &node->left, &node->right);
    *root = number;
    count(index, node);
}

/* Take the node with `key` out of a tree. Returns it, and in `ret_tree` what is left; NONE, with
 * nothing changed, where there is none. */
static uint32_t take_out(struct lent_index *index, uint32_t tree, uint64_t key, uint32_t *ret_tree)
{
    struct lent_node *node = node_at(index, tree);
    uint32_t taken;

    *ret_tree = tree;
    if (tree == NONE)
        return NONE;
    if (node->key == key) {
        *ret_tree = join(index, node->left, node->right);
        return tree;
    }
    taken = key < node->key ? take_out(index, node->left, key, &node->left)
                            : take_out(index, node->right, key, &node->right);
    count(index, node);
    return taken;
}

/* The node with `key` in a tree, or NONE. */
static uint32_t look_up(const struct lent_index *index, enum lent_tree which, uint64_t key)
{
    uint32_t tree = index->roots[which];

    while (tree != NONE && index->nodes[tree].key != key)
        tree = key < index->nodes[tree].key ? index->nodes[tree].left : index->nodes[tree].right;
    return tree;
}

/* ---- As blocks come and go ---- */

static bool has_tree(const struct lent_index *index, enum lent_tree tree)
{
    return index->trees >> tree & 1;
}

static uint32_t words_of(uint64_t bytes)
{
    return (uint32_t)((bytes + LENT_WORD - 1) / LENT_WORD);
}

/* Whether no block can have so many bytes. */
static bool is_too_large(uint64_t size)
{
    return size / LENT_WORD >= UINT32_MAX;
}

static uint64_t both(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

uint64_t hg_lent_index_key(const struct lent_index *index, uint32_t label, uint64_t at,
                           uint64_t size)
{
    switch (index->order) {
    case HG_ORDER_ADDRESS: break;
    case HG_ORDER_LIFO:
    case HG_ORDER_FIFO: return both(label, words_of(at));
    case HG_ORDER_SIZE_UP: return both(words_of(size), label);
    case HG_ORDER_SIZE_DOWN: return both(UINT32_MAX - words_of(size), label);
    }
    return words_of(at);
}

static uint64_t key_in(const struct lent_index *index, enum lent_tree tree, uint32_t label,
                       uint64_t at, uint64_t size)
{
    switch (tree) {
    case LENT_BY_PLACE: return hg_lent_index_key(index, label, at, size);
    case LENT_BY_SIZE:
        return both(words_of(size), has_tree(index, LENT_LABELS) ? label : words_of(at));
    case LENT_LABELS:
    case LENT_LATER:
    case LENT_TREE_COUNT: break;
    }
    return words_of(at);
}

uint32_t hg_lent_index_label(const struct lent_index *index, uint64_t at)
{
    return index->nodes[look_up(index, LENT_LABELS, words_of(at))].size;
}

static uint32_t next_label(const struct hg_heap *heap, bool is_front)
{
    struct lent_index *index = lent_index(heap);

    if (!index || !has_tree(index, LENT_LABELS))
        return 0;
    if (index->front == 0 || index->back == UINT32_MAX)
        hg_aside_forget(heap);
    return is_front ? index->front-- : index->back++;
}

uint32_t hg_lent_index_front(const struct hg_heap *heap)
{
    return next_label(heap, true);
}

uint32_t hg_lent_index_back(const struct hg_heap *heap)
{
    return next_label(heap, false);
}

bool hg_lent_index_has(const struct lent_index *index, uint64_t at, uint64_t size)
{
    enum lent_tree tree = LENT_BY_SIZE;

    if (has_tree(index, LENT_LABELS))
        tree = LENT_LABELS;
    else if (has_tree(index, LENT_BY_PLACE))
        tree = LENT_BY_PLACE;
    return look_up(index, tree, key_in(index, tree, 0, at, size)) != NONE;
}

/* A node to fill; NONE, and no index any more, where there is none. */
static uint32_t new_node(const struct hg_heap *heap, struct lent_index *index)
{
    uint32_t number = index->spare;

    if (number != NONE)
        index->spare = node_at(index, number)->left;
    else if (index->used < index->room)
        number = index->used++;
    else
        hg_aside_forget(heap);
    return number;
}

static void give_back(struct lent_index *index, uint32_t number)
{
    node_at(index, number)->left = index->spare;
    index->spare = number;
}

void hg_lent_index_put(const struct hg_heap *heap, uint32_t label, uint64_t at, uint64_t size)
{
    struct lent_index *index = lent_index(heap);

    if (heap->size / LENT_WORD > UINT32_MAX) {
        hg_aside_forget(heap);
        return;
    }
    for (enum lent_tree tree = 0; index && tree < LENT_TREE_COUNT; tree++) {
        uint64_t key = key_in(index, tree, label, at, size);
        uint32_t number;

        if (!has_tree(index, tree))
            continue;
        if (tree == LENT_BY_SIZE && look_up(index, tree, key) != NONE)
            hg_aside_forget(heap); /* which of two that share a label comes first is not known */
        number = lent_index(heap) ? new_node(heap, index) : NONE;
        if (number == NONE)
            return;
        *node_at(index, number) =
            (struct lent_node){.key = key,
                               .place = words_of(at),
                               .size = tree == LENT_LABELS ? label : words_of(size)};
        insert(index, &index->roots[tree], number);
    }
}

void hg_lent_index_remove(const struct hg_heap *heap, uint64_t at, uint64_t size)
{
    struct lent_index *index = lent_index(heap);
    uint32_t label = index ? hg_lent_index_label(index, at) : 0;

    for (enum lent_tree tree = 0; index && tree < LENT_TREE_COUNT; tree++) {
        uint32_t *root = &index->roots[tree], number;

        if (!has_tree(index, tree))
            continue;
        number = take_out(index, *root, key_in(index, tree, label, at, size), root);
        if (number == NONE) {
            hg_aside_forget(heap);
            return;
        }
        give_back(index, number);
    }
}

/* ---- Finding ---- */

static uint64_t place_of(const struct lent_node *node)
{
    return (uint64_t)node->place * LENT_WORD;
}

/* The first node of a tree, none of whose keys count, with so many words. */
static uint64_t leftmost(const struct lent_index *index, uint32_t tree, uint64_t words)
{
    const struct lent_node *node = &index->nodes[tree];

    for (;;) {
        if (index->nodes[node->left].largest >= words)
            node = &index->nodes[node->left];
        else if (node->size >= words)
            return place_of(node);
        else
            node = &index->nodes[node->right];
    }
}

uint64_t hg_lent_index_first(const struct lent_index *index, uint64_t key, uint64_t size)
{
    uint32_t tree = index->roots[LENT_BY_PLACE], within = NONE, words = words_of(size);
    uint64_t found = 0;

    if (is_too_large(size))
        return 0;
    while (tree != NONE) {
        const struct lent_node *node = &index->nodes[tree];

        if (node->key >= key && node->size >= words) {
            found = place_of(node);
            within = NONE;
        } else if (node->key >= key && index->nodes[node->right].largest >= words) {
            within = node->right;
        }
        tree = node->key >= key ? node->left : node->right;
    }
    return within == NONE ? found : leftmost(index, within, words);
}

/* The last node of a tree before `key`; the first from there on. */
static const struct lent_node *last_before(const struct lent_index *index, enum lent_tree which,
                                           uint64_t key)
{
    const struct lent_node *found = &index->nodes[NONE];

    for (uint32_t tree = index->roots[which]; tree != NONE;) {
        const struct lent_node *node = &index->nodes[tree];

        if (node->key < key)
            found = node;
        tree = node->key < key ? node->right : node->left;
    }
    return found;
}

static const struct lent_node *first_from(const struct lent_index *index, enum lent_tree which,
                                          uint64_t key)
{
    const struct lent_node *found = &index->nodes[NONE];

    for (uint32_t tree = index->roots[which]; tree != NONE;) {
        const struct lent_node *node = &index->nodes[tree];

        if (node->key >= key)
            found = node;
        tree = node->key >= key ? node->left : node->right;
    }
    return found;
}

uint64_t hg_lent_index_before(const struct lent_index *index, uint64_t key)
{
    return place_of(last_before(index, LENT_BY_PLACE, key));
}

uint64_t hg_lent_index_best(const struct lent_index *index, uint64_t size)
{
    const struct lent_node *node;

    if (is_too_large(size))
        return 0;
    if (has_tree(index, LENT_BY_SIZE))
        return place_of(first_from(index, LENT_BY_SIZE, both(words_of(size), 0)));
    if (index->order == HG_ORDER_SIZE_UP)
        return place_of(first_from(index, LENT_BY_PLACE, both(words_of(size), 0)));
    node = last_before(index, LENT_BY_PLACE, both(UINT32_MAX - words_of(size) + 1, 0));
    return place_of(first_from(index, LENT_BY_PLACE, both(UINT32_MAX - node->size, 0)));
}

uint64_t hg_lent_index_worst(const struct lent_index *index)
{
    uint32_t tree = index->roots[LENT_BY_PLACE];

    return tree == NONE ? 0 : leftmost(index, tree, index->nodes[tree].largest);
}

/* ---- For who merges later ---- */

void hg_lent_index_defer(const struct hg_heap *heap, uint64_t at)
{
    struct lent_index *index = lent_index(heap);
    uint32_t place = words_of(at), number;

    if (!index || look_up(index, LENT_LATER, place) != NONE)
        return;
    number = new_node(heap, index);
    if (number == NONE)
        return;
    *node_at(index, number) = (struct lent_node){.key = place, .place = place};
    insert(index, &index->roots[LENT_LATER], number);
}

uint64_t hg_lent_index_next(struct lent_index *index)
{
    uint32_t *lowest = &index->roots[LENT_LATER], number;
    const struct lent_node *node;

    while (node_at(index, *lowest)->left != NONE)
        lowest = &node_at(index, *lowest)->left;
    number = *lowest;
    node = node_at(index, number);
    if (number == NONE)
        return 0;
    *lowest = node->right;
    give_back(index, number);
    return place_of(node);
}
