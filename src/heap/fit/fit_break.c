/* fit_break.c: see fit_break.h. */
#include "heap/fit/fit_break.h"

#include "base/bits.h"
#include "heap/fit/fit_index.h"
#include "heap/fit/fit_list.h"
#include "heap/fit/fit_place.h"
#include "heap/fit/fit_search.h"

/* Bytes that the break moves by at the least. */
static size_t quantum(const struct fit *fit)
{
    uint32_t grow = fit->settings.grow;

    return grow == HG_GROW_EXACT ? fit->layout.alignment : grow;
}

/* The end marker goes to the break; `left_used` says what lies to its left. */
static void write_end(struct fit *fit, bool left_used)
{
    unsigned left = left_used && !fit->layout.used_footer ? FIT_LEFT_USED : 0;

    fit_end(fit)->tag = FIT_USED | left;
}

/* The free block at the end of the heap that new memory would join; NULL if there is none. */
static struct fit_block *joinable(const struct fit *fit)
{
    struct fit_block *end = fit_end(fit);

    if (fit->settings.coalesce == HG_COALESCE_NEVER || !fit_left_is_free(fit, end))
        return NULL;
    return fit_left(end);
}

struct fit_block *hg_fit_grow(struct fit *fit, size_t missing)
{
    struct fit_block *fresh = fit_end(fit);
    const struct fit_block *last = joinable(fit);
    size_t least = last || missing > fit->layout.min_block ? missing : fit->layout.min_block;
    size_t size = bits_round_up(least, quantum(fit));

    if (!hg_break_grow(&fit->heap, size))
        return NULL;
    hg_emit_at(&fit->heap, HG_EVENT_FRESH, fresh, size, 0);
    write_end(fit, false);
    if (last)
        fresh = hg_fit_merge_left(fit, fresh, size);
    else
        hg_fit_write(fit, fresh, size, (unsigned)(fresh->tag & FIT_LEFT_USED));
    hg_idle_change(&fit->idle, fit_idle_in(fit, fit_size(fresh) - size),
                   fit_idle_in(fit, fit_size(fresh)));
    hg_fit_push(fit, fresh);
    return fresh;
}

struct fit_block *hg_fit_extend(struct fit *fit, const struct fit_need *need)
{
    struct fit_block *last = joinable(fit);
    struct fit_block *base = last ? last : fit_end(fit);
    size_t room = last ? fit_size(last) : 0;

    return hg_fit_grow(fit, fit_gap(fit, base, need) + need->size - room);
}

/* How much of a wilderness of `size` bytes is beyond `keep` of them: whole quanta, with nothing or
 * a block left. */
static size_t surplus(const struct fit *fit, size_t size, size_t keep)
{
    size_t unit = quantum(fit), least = fit->layout.min_block;
    size_t beyond = size > keep ? size - keep : 0;
    size_t surplus = beyond - beyond % unit;
    size_t rest = size - surplus;

    if (rest > 0 && rest < least) {
        size_t kept = bits_round_up(least - rest, unit);

        surplus = surplus > kept ? surplus - kept : 0;
    }
    return surplus;
}

struct fit_block *hg_fit_trim(struct fit *fit, struct fit_block *block, size_t keep)
{
    size_t size = fit_size(block), rest = size;
    unsigned left = (unsigned)(block->tag & FIT_LEFT_USED);

    if (size > keep && fit_right(block) == fit_end(fit))
        rest = size - surplus(fit, size, keep);
    if (rest == size || !hg_break_trim(&fit->heap, size - rest))
        return block;
    hg_idle_change(&fit->idle, fit_idle_in(fit, size), fit_idle_in(fit, rest));
    write_end(fit, left);
    if (rest == 0) {
        if (fit->rover == block)
            fit->rover = NULL;
        return NULL;
    }
    hg_fit_write(fit, block, rest, left);
    return block;
}

/* The wilderness, on the list; NULL if there is none. */
static struct fit_block *wilderness(const struct fit *fit)
{
    struct fit_block *end = fit_end(fit);

    return fit_left_is_free(fit, end) ? fit_left(end) : NULL;
}

/* Give back what `last`, the wilderness, has beyond `keep`. Returns whether there is anything. */
static bool trim_wilderness(struct fit *fit, struct fit_block *last, size_t keep)
{
    struct fit_block *rover = fit->rover;
    size_t before = fit->heap.size;

    if (surplus(fit, fit_size(last), keep) == 0)
        return false;
    fit_unlink(fit, last, HG_EVENT_UNLINK);
    fit->rover = rover; /* stays with what is left, or goes back to the head */
    last = hg_fit_trim(fit, last, keep);
    if (last)
        hg_fit_push(fit, last);
    return fit->heap.size < before;
}

void hg_fit_trim_wilderness(struct fit *fit)
{
    struct fit_block *last = joinable(fit);

    if (last)
        trim_wilderness(fit, last, fit_kept(fit, last));
}

/* ---- Pages inside free blocks ---- */

bool hg_fit_discard(struct fit *fit, size_t least)
{
    size_t kept = fit_has_index(fit) ? sizeof(struct fit_node) : 0; /* behind the links */
    bool any = false;

    for (struct fit_block *block = fit->head; block; block = fit_links(&fit->layout, block)->next) {
        if (fit_size(block) >= least &&
            hg_discard(&fit->heap, (char *)(fit_links(&fit->layout, block) + 1) + kept,
                       &fit_right(block)[-1]))
            any = true;
    }
    fit->idle.bytes = 0;
    return any;
}

bool hg_fit_trim_all(struct hg_heap *heap, size_t keep)
{
    struct fit *fit = fit_of(heap);
    struct fit_block *last = wilderness(fit);
    bool trimmed = last && trim_wilderness(fit, last, keep);

    return hg_fit_discard(fit, HG_PAGE) || trimmed;
}
