/* fit_place.c: see fit_place.h. */
#include "heap/fit/fit_place.h"

#include "heap/fit/fit_lent.h"
#include "heap/fit/fit_list.h"
#include "heap/fit/fit_search.h"

static void report(const struct fit *fit, enum hg_event_kind kind, const struct fit_block *block,
                   size_t size, size_t other)
{
    hg_emit_at(&fit->heap, kind, block, size, other);
}

void hg_fit_write(struct fit *fit, struct fit_block *block, size_t size, unsigned flags)
{
    struct fit_block *right;

    block->tag = size | flags;
    for (size_t word = 1; word < fit->layout.header / sizeof(uint64_t); word++)
        block[word].tag = FIT_CANARY;
    right = fit_right(block);
    if (fit->layout.used_footer) {
        right[-1].tag = size | (flags & FIT_USED);
    } else if (flags & FIT_USED) {
        right->tag |= FIT_LEFT_USED;
    } else {
        right[-1].tag = size;
        right->tag &= ~(uint64_t)FIT_LEFT_USED;
    }
}

/* The flag that says what lies to the left of `block`, as it stands in its tag. */
static unsigned left_flag(const struct fit_block *block)
{
    return (unsigned)(block->tag & FIT_LEFT_USED);
}

/* What that flag must be in the right neighbour of a block that is used, or free. */
static unsigned flag_beside(const struct fit *fit, bool used)
{
    return used && !fit->layout.used_footer ? FIT_LEFT_USED : 0;
}

static bool is_worth_a_block(const struct fit *fit, size_t rest)
{
    return rest >= fit->layout.min_block && rest >= fit->settings.split_threshold;
}

/* Cut `block`, which is on no list, in two of its kind: [block, size) and the rest, returned. */
static struct fit_block *split(struct fit *fit, struct fit_block *block, size_t size)
{
    size_t rest = fit_size(block) - size;
    struct fit_block *upper = fit_at(block, (ptrdiff_t)size);
    unsigned used = fit_is_used(block) ? FIT_USED : 0;

    hg_fit_write(fit, upper, rest, used | flag_beside(fit, used));
    hg_fit_write(fit, block, size, used | left_flag(block));
    report(fit, HG_EVENT_SPLIT, block, size, rest);
    return upper;
}

/* Where in a free block the request goes: bytes left free below it and above it. */
struct placement {
    size_t below, above;
};

static struct placement choose_placement(const struct fit *fit, const struct fit_block *block,
                                         const struct fit_need *need)
{
    struct placement place = {.below = fit_gap(fit, block, need)};
    bool aligned = need->alignment > fit->layout.alignment;

    place.above = fit_size(block) - place.below - need->size;
    if (!is_worth_a_block(fit, place.above))
        return (struct placement){.below = place.below};
    if (fit->settings.place == HG_PLACE_HIGH && !aligned)
        return (struct placement){.below = place.above};
    return place;
}

static bool is_ordered_by_size(const struct fit *fit)
{
    uint8_t order = fit->settings.order;

    return order == HG_ORDER_SIZE_UP || order == HG_ORDER_SIZE_DOWN;
}

/* List what remains of `old`, which was at `spot` on the list. A lone remainder takes its place
 * there, unless sizes decide about places. Either may be NULL. */
static void list_remainders(struct fit *fit, const struct fit_block *old,
                            const struct fit_spot *spot, struct fit_block *below,
                            struct fit_block *above)
{
    if (!below == !above || is_ordered_by_size(fit)) {
        if (below)
            hg_fit_push(fit, below);
        if (above)
            hg_fit_push(fit, above);
    } else {
        hg_fit_replace(fit, old, spot, below ? below : above);
    }
}

struct fit_block *hg_fit_place(struct fit *fit, struct fit_block *block,
                               const struct fit_need *need)
{
    struct placement place = choose_placement(fit, block, need);
    struct fit_spot spot = fit_spot(fit, block);
    struct fit_block *below = NULL, *above = NULL, *used = block;
    bool is_next_fit = fit->heap.variant == HG_FIT_NEXT;

    if (is_next_fit)
        fit->rover = block; /* handed on to its successor, or to what remains of it */
    if (fit_counts_idle(fit))
        hg_idle_change(&fit->idle, fit_idle_in(fit, fit_size(block)),
                       fit_idle_in(fit, place.below) + fit_idle_in(fit, place.above));
    fit_unlink(fit, block, HG_EVENT_TAKE);
    if (place.below) {
        below = block;
        used = split(fit, block, place.below);
    }
    if (place.above)
        above = split(fit, used, need->size);
    else
        report(fit, HG_EVENT_WHOLE, used, fit_size(used), fit_size(used) - need->size);
    hg_fit_write(fit, used, fit_size(used), FIT_USED | left_flag(used));
    list_remainders(fit, block, &spot, below, above);
    if (is_next_fit && (below || above))
        fit->rover = below ? below : above;
    report(fit, HG_EVENT_HANDOVER, used, fit_size(used), 0);
    return used;
}

struct fit_block *hg_fit_cut(struct fit *fit, struct fit_block *block, size_t size)
{
    return is_worth_a_block(fit, fit_size(block) - size) ? split(fit, block, size) : NULL;
}

void hg_fit_absorb(struct fit *fit, struct fit_block *block)
{
    struct fit_block *right = fit_right(block);
    size_t taken = fit_size(right);

    hg_idle_change(&fit->idle, fit_idle_in(fit, taken), 0);
    fit_unlink(fit, right, HG_EVENT_UNLINK);
    hg_fit_write(fit, block, fit_size(block) + taken, FIT_USED | left_flag(block));
    report(fit, HG_EVENT_ABSORB, block, fit_size(block), taken);
}

/* Unlink a free block that is to be listed again, alone or as part of a larger one: a rover there
 * stays. */
static void unlink_for_a_while(struct fit *fit, struct fit_block *block)
{
    struct fit_block *rover = fit->rover;

    fit_unlink(fit, block, HG_EVENT_UNLINK);
    fit->rover = rover;
}

/* Unlink the free block to the right of `block`, free and on no list, and make one of the two. */
static void merge_right(struct fit *fit, struct fit_block *block)
{
    struct fit_block *right = fit_right(block);
    size_t taken = fit_size(right);

    unlink_for_a_while(fit, right);
    if (fit->rover == right)
        fit->rover = block;
    hg_fit_write(fit, block, fit_size(block) + taken, left_flag(block));
    report(fit, HG_EVENT_MERGE_RIGHT, block, fit_size(block), taken);
}

struct fit_block *hg_fit_merge_left(struct fit *fit, struct fit_block *block, size_t size)
{
    struct fit_block *left = fit_left(block);
    size_t taken = fit_size(left);

    unlink_for_a_while(fit, left);
    if (fit->rover == block)
        fit->rover = left;
    hg_fit_write(fit, left, taken + size, left_flag(left));
    report(fit, HG_EVENT_MERGE_LEFT, left, fit_size(left), taken);
    return left;
}

/* What the free ones among the neighbours of `block` count for as idle. */
static size_t idle_beside(const struct fit *fit, const struct fit_block *block)
{
    const struct fit_block *right = fit_right(block);
    size_t idle = fit_is_used(right) ? 0 : fit_idle_in(fit, fit_size(right));

    return fit_left_is_free(fit, block) ? idle + fit_idle_in(fit, fit_size(fit_left(block))) : idle;
}

/* Merge `block`, free and on no list, with the free ones among its neighbours. Returns the whole,
 * on no list. */
static struct fit_block *merge(struct fit *fit, struct fit_block *block)
{
    size_t before = fit_counts_idle(fit) ? idle_beside(fit, block) : 0;

    if (!fit_is_used(fit_right(block)))
        merge_right(fit, block);
    if (fit_left_is_free(fit, block))
        block = hg_fit_merge_left(fit, block, fit_size(block));
    if (fit_counts_idle(fit))
        hg_idle_change(&fit->idle, before, fit_idle_in(fit, fit_size(block)));
    return block;
}

struct fit_block *hg_fit_free(struct fit *fit, struct fit_block *block)
{
    size_t freed = fit_size(block);

    hg_fit_write(fit, block, freed, left_flag(block));
    report(fit, HG_EVENT_RELEASE, block, freed, 0);
    if (fit->settings.coalesce == HG_COALESCE_IMMEDIATE)
        return merge(fit, block);
    hg_idle_change(&fit->idle, 0, fit_idle_in(fit, freed));
    return block;
}

/* Merge `block`, free, with all free ones to its right. */
static void merge_run(struct fit *fit, struct fit_block *block)
{
    size_t before = fit_idle_in(fit, fit_size(block));

    unlink_for_a_while(fit, block);
    while (!fit_is_used(fit_right(block))) {
        before += fit_idle_in(fit, fit_size(fit_right(block)));
        merge_right(fit, block);
    }
    hg_idle_change(&fit->idle, before, fit_idle_in(fit, fit_size(block)));
    hg_fit_push(fit, block);
}

/* What hg_fit_coalesce does, by the index in memory that was lent. */
static bool coalesce_lent(struct fit *fit)
{
    struct fit_block *block;
    bool merged = false;

    while ((block = hg_fit_lent_next_to_merge(fit))) {
        while (fit_left_is_free(fit, block))
            block = fit_left(block);
        if (fit_is_used(fit_right(block)))
            continue;
        merge_run(fit, block);
        merged = true;
    }
    return merged;
}

static bool coalesce_all(struct fit *fit)
{
    bool merged = false;
    uint64_t passed = 0;

    for (struct fit_block *block = fit->first; block != fit_end(fit); block = fit_right(block)) {
        passed++;
        if (fit_is_used(block) || fit_is_used(fit_right(block)))
            continue;
        merge_run(fit, block);
        merged = true;
    }
    hg_fit_lent_tire(fit, passed);
    return merged;
}

bool hg_fit_coalesce(struct fit *fit)
{
    bool merged = false;

    if (!fit_merges_later(fit))
        return false;
    if (fit_lent(fit))
        merged = coalesce_lent(fit);
    return fit_lent(fit) ? merged : coalesce_all(fit) || merged;
}
