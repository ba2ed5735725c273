/* book_index.c: see book_index.h. */
#include "heap/textbook/book_index.h"

#include "base/bits.h"

enum {
    NONE = 0,
    MIDDLE = INT32_MAX /* of all labels */
};

static struct book_node *node_at(struct book_index *index, uint32_t number)
{
    return &index->nodes[number];
}

/* ---- There is one, or not ---- */

bool hg_book_index_make(const struct hg_heap *heap, uint32_t trees)
{
    struct hg_aside *aside = hg_aside_lent(heap);
    struct book_index *index = aside->memory;
    size_t room = (aside->size - sizeof *index) / sizeof index->nodes[0];

    if (aside->size < sizeof *index || room < 2)
        return false;
    *index = (struct book_index){.room = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX,
                                 .used = 1,
                                 .trees = trees,
                                 .front = MIDDLE,
                                 .back = MIDDLE + 1u};
    index->nodes[NONE] = (struct book_node){0};
    aside->is_kept = true;
    return true;
}

/* ---- Treaps ---- */

/* What makes a treap even: as good as chance, and the same each time. Only the address counts. */
static uint64_t priority(const struct book_index *index, uint32_t number)
{
    return bits_mix((uint32_t)index->nodes[number].key);
}

static void count(struct book_index *index, struct book_node *node)
{
    uint32_t left = node_at(index, node->left)->largest;
    uint32_t right = node_at(index, node->right)->largest;

    node->largest = left > node->size ? left : node->size;
    if (right > node->largest)
        node->largest = right;
}

/* Part a tree in what comes before `key` and what does not. */
static void part(struct book_index *index, uint32_t tree, uint64_t key, uint32_t *ret_before,
                 uint32_t *ret_after)
{
    struct book_node *node = node_at(index, tree);

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
static uint32_t join(struct book_index *index, uint32_t before, uint32_t after)
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

static void insert(struct book_index *index, uint32_t *root, uint32_t number)
{
    struct book_node *node = node_at(index, number), *above;

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
static uint32_t take_out(struct book_index *index, uint32_t tree, uint64_t key, uint32_t *ret_tree)
{
    struct book_node *node = node_at(index, tree);
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
static uint32_t look_up(const struct book_index *index, enum book_tree which, uint64_t key)
{
    uint32_t tree = index->roots[which];

    while (tree != NONE && index->nodes[tree].key != key)
        tree = key < index->nodes[tree].key ? index->nodes[tree].left : index->nodes[tree].right;
    return tree;
}

/* ---- As blocks come and go ---- */

static uint64_t key_of(enum book_tree tree, uint32_t label, uint64_t at, uint64_t size)
{
    uint64_t place = at / BOOK_INDEX_WORD;

    switch (tree) {
    case BOOK_BY_PLACE: return (uint64_t)label << 32 | place;
    case BOOK_BY_SIZE: return size / BOOK_INDEX_WORD << 32 | place;
    case BOOK_LABELS:
    case BOOK_TREE_COUNT: break;
    }
    return place;
}

uint32_t hg_book_index_label(const struct book_index *index, uint64_t at)
{
    return index->nodes[look_up(index, BOOK_LABELS, at / BOOK_INDEX_WORD)].size;
}

static bool has_tree(const struct book_index *index, enum book_tree tree)
{
    return index->trees >> tree & 1;
}

bool hg_book_index_has(const struct book_index *index, uint64_t at, uint64_t size)
{
    enum book_tree tree = BOOK_BY_SIZE;

    if (has_tree(index, BOOK_BY_PLACE))
        tree = has_tree(index, BOOK_LABELS) ? BOOK_LABELS : BOOK_BY_PLACE;
    return look_up(index, tree, key_of(tree, 0, at, size)) != NONE;
}

/* A node to fill; NONE, and no index any more, where there is none. */
static uint32_t new_node(const struct hg_heap *heap, struct book_index *index)
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

static void give_back(struct book_index *index, uint32_t number)
{
    node_at(index, number)->left = index->spare;
    index->spare = number;
}

void hg_book_index_put(const struct hg_heap *heap, uint32_t label, uint64_t at, uint64_t size)
{
    struct book_index *index = book_index(heap);

    if (heap->size / BOOK_INDEX_WORD > UINT32_MAX) {
        hg_aside_forget(heap);
        return;
    }
    for (enum book_tree tree = 0; index && tree < BOOK_TREE_COUNT; tree++) {
        uint32_t number;

        if (!has_tree(index, tree))
            continue;
        number = new_node(heap, index);
        if (number == NONE)
            return;
        *node_at(index, number) = (struct book_node){
            .key = key_of(tree, label, at, size),
            .size = tree == BOOK_LABELS ? label : (uint32_t)(size / BOOK_INDEX_WORD)};
        insert(index, &index->roots[tree], number);
    }
}

void hg_book_index_remove(const struct hg_heap *heap, uint64_t at, uint64_t size)
{
    struct book_index *index = book_index(heap);
    uint32_t label = index ? hg_book_index_label(index, at) : 0;

    for (enum book_tree tree = 0; index && tree < BOOK_TREE_COUNT; tree++) {
        uint32_t *root = &index->roots[tree], number;

        if (!has_tree(index, tree))
            continue;
        number = take_out(index, *root, key_of(tree, label, at, size), root);
        if (number == NONE) {
            hg_aside_forget(heap);
            return;
        }
        give_back(index, number);
    }
}

void hg_book_index_defer(const struct hg_heap *heap, uint64_t at)
{
    struct book_index *index = book_index(heap);
    uint32_t number = index ? new_node(heap, index) : NONE;

    if (number == NONE)
        return;
    *node_at(index, number) =
        (struct book_node){.key = at / BOOK_INDEX_WORD, .left = index->deferred};
    index->deferred = number;
}

/* ---- Finding ---- */

static uint64_t place_of(const struct book_node *node)
{
    return (uint64_t)(uint32_t)node->key * BOOK_INDEX_WORD;
}

uint64_t hg_book_index_next(struct book_index *index)
{
    uint32_t number = index->deferred;
    const struct book_node *node = node_at(index, number);

    if (number == NONE)
        return 0;
    index->deferred = node->left;
    give_back(index, number);
    return place_of(node);
}

/* The first node of a tree, none of whose keys count, with so many words. */
static uint64_t leftmost(const struct book_index *index, uint32_t tree, uint64_t words)
{
    const struct book_node *node = &index->nodes[tree];

    for (;;) {
        if (index->nodes[node->left].largest >= words)
            node = &index->nodes[node->left];
        else if (node->size >= words)
            return place_of(node);
        else
            node = &index->nodes[node->right];
    }
}

uint64_t hg_book_index_first(const struct book_index *index, uint64_t from, uint64_t size)
{
    uint64_t words = (size + BOOK_INDEX_WORD - 1) / BOOK_INDEX_WORD, found = 0;
    uint64_t key = (from + BOOK_INDEX_WORD - 1) / BOOK_INDEX_WORD;
    uint32_t tree = index->roots[BOOK_BY_PLACE], within = NONE;

    while (tree != NONE) {
        const struct book_node *node = &index->nodes[tree];

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

uint64_t hg_book_index_before(const struct book_index *index, uint32_t label, uint64_t at)
{
    uint64_t key = key_of(BOOK_BY_PLACE, label, at, 0), found = 0;

    for (uint32_t tree = index->roots[BOOK_BY_PLACE]; tree != NONE;) {
        const struct book_node *node = &index->nodes[tree];

        if (node->key < key)
            found = place_of(node);
        tree = node->key < key ? node->right : node->left;
    }
    return found;
}

uint64_t hg_book_index_best(const struct book_index *index, uint64_t size)
{
    uint64_t key = key_of(BOOK_BY_SIZE, 0, 0, size + BOOK_INDEX_WORD - 1), found = 0;

    for (uint32_t tree = index->roots[BOOK_BY_SIZE]; tree != NONE;) {
        const struct book_node *node = &index->nodes[tree];

        if (node->key >= key)
            found = place_of(node);
        tree = node->key >= key ? node->left : node->right;
    }
    return found;
}

uint64_t hg_book_index_worst(const struct book_index *index)
{
    uint32_t tree = index->roots[BOOK_BY_PLACE];

    return tree == NONE ? 0 : leftmost(index, tree, index->nodes[tree].largest);
}
