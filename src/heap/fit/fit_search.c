/* fit_search.c: see fit_search.h. */
#include "heap/fit/fit_search.h"

#include "heap/fit/fit_index.h"
#include "heap/fit/fit_lent.h"
#include "heap/fit/fit_roll.h"

/* Look at one free block, of `size` bytes, and say so. */
static bool visit_sized(const struct fit *fit, const struct fit_block *block, size_t size,
                        const struct fit_need *need)
{
    bool fits = size >= need->size + fit_gap(fit, block, need);

    hg_emit_visit(&fit->heap, 0, block, size, fits);
    return fits;
}

static bool visit(const struct fit *fit, const struct fit_block *block, const struct fit_need *need)
{
    return visit_sized(fit, block, fit_size(block), need);
}

static struct fit_block *next_of(const struct fit *fit, const struct fit_block *block)
{
    return fit_links(&fit->layout, block)->next;
}

/* The same as first_of, by the roll. */
static struct fit_block *first_of_roll(const struct fit *fit, const struct fit_roll *roll,
                                       const struct fit_need *need, const struct fit_block *from,
                                       const struct fit_block *until)
{
    uint32_t end = hg_fit_roll_find(fit, roll, until);

    for (uint32_t i = hg_fit_roll_find(fit, roll, from); i < end; i++) {
        struct fit_block *block = fit_roll_block(fit, roll, i);

        if (visit_sized(fit, block, fit_roll_size(roll, i), need))
            return block;
    }
    return NULL;
}

/* The first block on the list that fits, from `from` up to but not including `until`. Where that
 * takes long and somebody watches, it is looked for by the roll. */
static struct fit_block *first_of(struct fit *fit, const struct fit_need *need,
                                  struct fit_block *from, const struct fit_block *until)
{
    const struct fit_roll *roll;
    struct fit_block *found = NULL;
    uint32_t looked_at = 0;

    for (struct fit_block *block = from; block != until; block = next_of(fit, block)) {
        if (looked_at++ == FIT_ROLL_LONG && hg_is_watched(&fit->heap) &&
            (roll = hg_fit_roll_make(fit)))
            return first_of_roll(fit, roll, need, block, until);
        if (visit(fit, block, need)) {
            found = block;
            break;
        }
    }
    if (fit_roll(fit))
        hg_fit_roll_spare(fit);
    hg_fit_lent_tire(fit, looked_at);
    return found;
}

static struct fit_block *next_fit(struct fit *fit, const struct fit_need *need)
{
    struct fit_block *start = fit->rover ? fit->rover : fit->head;
    struct fit_block *found = first_of(fit, need, start, NULL);

    return found || start == fit->head ? found : first_of(fit, need, fit->head, start);
}

/* The same as extreme_fit, by the roll. */
static struct fit_block *extreme_of_roll(const struct fit *fit, const struct fit_roll *roll,
                                         const struct fit_need *need, bool smallest)
{
    struct fit_block *chosen = NULL;
    size_t best = smallest ? SIZE_MAX : 0;

    for (uint32_t i = 0; i < roll->count; i++) {
        struct fit_block *block = fit_roll_block(fit, roll, i);
        size_t size = fit_roll_size(roll, i);

        if (!visit_sized(fit, block, size, need) || (smallest ? size >= best : size <= best))
            continue;
        chosen = block;
        best = size;
    }
    return chosen;
}

/* The smallest or the largest block that fits; of several such, the first on the list. */
static struct fit_block *extreme_fit(struct fit *fit, const struct fit_need *need, bool smallest)
{
    const struct fit_roll *roll = hg_is_watched(&fit->heap) ? hg_fit_roll_make(fit) : NULL;
    struct fit_block *chosen = NULL;

    if (fit_could_index(fit) && need->alignment == fit->layout.alignment && hg_fit_index_make(fit))
        return hg_fit_index_find(fit, need->size, smallest);
    if (roll)
        return extreme_of_roll(fit, roll, need, smallest);
    for (struct fit_block *block = fit->head; block; block = next_of(fit, block)) {
        if (!visit(fit, block, need))
            continue;
        if (!chosen ||
            (smallest ? fit_size(block) < fit_size(chosen) : fit_size(block) > fit_size(chosen)))
            chosen = block;
    }
    hg_fit_lent_tire(fit, fit->free_count);
    return chosen;
}

struct fit_block *hg_fit_search(struct fit *fit, const struct fit_need *need)
{
    if (fit_lent(fit) && need->alignment == fit->layout.alignment)
        return hg_fit_lent_find(fit, need->size);
    switch ((enum hg_fit_variant)fit->heap.variant) {
    case HG_FIT_FIRST: return first_of(fit, need, fit->head, NULL);
    case HG_FIT_NEXT: return next_fit(fit, need);
    case HG_FIT_BEST: return extreme_fit(fit, need, true);
    case HG_FIT_WORST: return extreme_fit(fit, need, false);
    }
    return NULL;
}
