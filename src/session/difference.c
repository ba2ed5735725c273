/* difference.c: see difference.h. A payload is known again by the step that allocated it. */
#include "session/difference.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "session/memento.h"
#include "session/traced.h"

/* How many of a kind are listed; the others are counted. */
enum { LISTED_MOST = 100 };

/* ---- Moments ---- */

/* How things are after some step. */
struct moment {
    const struct picture *picture;
    struct mirror *visited;         /* the same, if it was made for this; else NULL */
    struct allocation *held;        /* what is listed, if it was made for this; else NULL */
    const struct allocation **live; /* all, or those that may differ, by the step that allocated */
    size_t count;
};

static bool open_moment(struct session *session, size_t step, struct moment *ret_moment,
                        struct error *error)
{
    *ret_moment = (struct moment){.picture = &session->mirror->picture};
    if (step != session->history->steps.count) {
        ret_moment->visited =
            history_visit(session->history, session->mirror, step, true, error).mirror;
        if (!ret_moment->visited)
            return false;
        ret_moment->picture = &ret_moment->visited->picture;
    }
    return true;
}

static int compare_births(const void *left, const void *right)
{
    const struct allocation *a = *(const struct allocation *const *)left;
    const struct allocation *b = *(const struct allocation *const *)right;

    return (a->born > b->born) - (a->born < b->born);
}

static void sort(struct moment *moment)
{
    qsort(moment->live, moment->count, sizeof moment->live[0], compare_births);
}

/* Take all that is live. Returns whether the user waited for it. */
static bool take_all(struct moment *moment, const struct progress *progress)
{
    enum { TICK_EVERY = 1 << 16 };
    const struct ledger *ledger = &moment->picture->ledger;
    const struct allocation *entry;
    size_t place = 0;

    moment->live = memory_create(ledger->count + 1, sizeof moment->live[0]);
    while ((entry = ledger_next(ledger, &place))) {
        moment->live[moment->count++] = entry;
        if (moment->count % TICK_EVERY == 0 &&
            !progress_tick(progress, moment->count, ledger->count))
            return false;
    }
    sort(moment);
    return true;
}

/* Take what the variable in a place held then. */
static void take_held(struct moment *moment, const struct memento *memento, uint32_t place)
{
    struct allocation *held = &moment->held[moment->count];

    if (memento_held(memento, place, held))
        moment->live[moment->count++] = held;
}

/* Take what may differ after two traced steps: what those between them are about. */
static void take_touched(const struct traced *traced, const struct memento *from,
                         const struct memento *to, struct moment *old, struct moment *new)
{
    bool forward = from->step < to->step;
    size_t first = forward ? from->step : to->step, last = forward ? to->step : from->step;
    size_t most = last - first < traced->places ? last - first : traced->places;
    bool *is_taken = memory_create((size_t)traced->places + 1, sizeof is_taken[0]);
    struct moment *const moments[] = {old, new};
    struct traced_view view;

    for (size_t i = 0; i < 2; i++) {
        moments[i]->held = memory_create(most + 1, sizeof moments[i]->held[0]);
        moments[i]->live = memory_create(most + 1, sizeof moments[i]->live[0]);
    }
    traced_view_begin(&view, &traced->rows, true);
    for (size_t number = first; number < last; number++) {
        uint32_t place = traced_view_at(&view, number + 1)->place;

        if (place >= traced->places || is_taken[place])
            continue;
        is_taken[place] = true;
        take_held(old, from, place);
        take_held(new, to, place);
    }
    free(is_taken);
    sort(old);
    sort(new);
}

/* Whether a step is one of a trace, and in its index: where going there needed none, little is
 * live. */
static bool is_indexed(const struct steps *steps, size_t number)
{
    return steps->traced && number <= steps->traced_count && number <= steps->traced->index.count;
}

/* Take what is to be compared of two moments. Returns whether the user waited for it. */
static bool take(const struct session *session, size_t from, size_t to, struct moment *old,
                 struct moment *new)
{
    const struct steps *steps = &session->history->steps;
    const struct progress *progress = &session->history->progress;
    struct memento before, after;

    if (!is_indexed(steps, from) || !is_indexed(steps, to))
        return take_all(old, progress) && take_all(new, progress);
    before = memento_of(steps->traced, from);
    after = memento_of(steps->traced, to);
    take_touched(steps->traced, &before, &after, old, new);
    memento_finish(&before);
    memento_finish(&after);
    return true;
}

static void close_moment(struct moment *moment)
{
    mirror_destroy(moment->visited);
    free(moment->held);
    free(moment->live);
}

/* ---- Lists ---- */

/* A list in the making: a heading for the first, a count for those beyond LISTED_MOST. */
struct list {
    struct text *text;
    const char *heading;
    size_t count;
};

static bool begin_item(struct list *list)
{
    if (++list->count > LISTED_MOST)
        return false;
    text_add(list->text, "\n%-9s ", list->count == 1 ? list->heading : "");
    return true;
}

static void end_list(const struct list *list)
{
    if (list->count > LISTED_MOST)
        text_add(list->text, "\n%-9s and %zu more", "", list->count - LISTED_MOST);
}

static void add_name(const struct picture *picture, const struct allocation *allocation,
                     struct text *text)
{
    if (allocation->referrer == NO_VARIABLE)
        text_add(text, "a %s block of step %" PRIu32, allocation->lost_in > 0 ? "leaked" : "linked",
                 allocation->born);
    else
        text_add(text, "%s", picture_name(picture, allocation->referrer));
}

/* ---- Payloads ---- */

static void add_whole(const struct picture *picture, const struct allocation *allocation,
                      struct list *list)
{
    char size[SIZE_TEXT_MAX];

    if (!begin_item(list))
        return;
    add_name(picture, allocation, list->text);
    text_add(list->text, ": %s at +0x%04" PRIx64, size_short(allocation->requested, size),
             allocation->payload);
}

static void list_appeared(const struct picture *picture, const struct allocation *old,
                          const struct allocation *new, struct list *list)
{
    if (!old && new)
        add_whole(picture, new, list);
}

static void list_vanished(const struct picture *picture, const struct allocation *old,
                          const struct allocation *new, struct list *list)
{
    if (old && !new)
        add_whole(picture, old, list);
}

static void list_moved(const struct picture *picture, const struct allocation *old,
                       const struct allocation *new, struct list *list)
{
    if (!old || !new || old->payload == new->payload || !begin_item(list))
        return;
    add_name(picture, new, list->text);
    text_add(list->text, ": from +0x%04" PRIx64 " to +0x%04" PRIx64, old->payload, new->payload);
}

static void list_resized(const struct picture *picture, const struct allocation *old,
                         const struct allocation *new, struct list *list)
{
    char from[SIZE_TEXT_MAX], to[SIZE_TEXT_MAX];

    if (!old || !new || old->requested == new->requested || !begin_item(list))
        return;
    add_name(picture, new, list->text);
    text_add(list->text, ": from %s to %s", size_exact(old->requested, from),
             size_exact(new->requested, to));
}

/* Told of a payload at both moments; NULL where it does not live. Adds it to the list if it belongs
 * there.
 *   picture  of the last moment at which it lives */
typedef void payload_lister(const struct picture *picture, const struct allocation *old,
                            const struct allocation *new, struct list *list);

/* Walk along both moments' payloads by birth. */
static void list_payloads(const struct moment *old, const struct moment *new, const char *heading,
                          payload_lister *lister, struct text *text)
{
    struct list list = {.text = text, .heading = heading};
    size_t i = 0, j = 0;

    while (i < old->count || j < new->count) {
        const struct allocation *a = i < old->count ? old->live[i] : NULL;
        const struct allocation *b = j < new->count ? new->live[j] : NULL;
        bool has_a = a && (!b || a->born <= b->born), has_b = b && (!a || b->born <= a->born);

        lister(has_b ? new->picture : old->picture, has_a ? a : NULL, has_b ? b : NULL, &list);
        i += has_a;
        j += has_b;
    }
    end_list(&list);
}

/* ---- Free blocks ---- */

static void add_piece(const struct picture *picture, const struct block *block, struct text *text)
{
    const struct allocation *allocation = picture_allocation(picture, block);
    char size[SIZE_TEXT_MAX];

    if (allocation)
        add_name(picture, allocation, text);
    else
        text_add(text, "%s %s", block_kind_word(block), size_short(block->size, size));
}

/* List the blocks that lay where `merged` lies now. */
static void add_pieces(const struct picture *old, const struct block *merged, struct text *text)
{
    enum { PIECES_MOST = 6 };
    struct block_cursor cursor = block_table_find(&old->blocks, merged->at);
    const struct block *piece;
    size_t count = 0;

    for (; (piece = block_cursor_get(&cursor)) && piece->at < merged->at + merged->size;
         block_cursor_next(&cursor)) {
        if (++count > PIECES_MOST)
            continue;
        text_add(text, "%s", count > 1 ? ", " : "");
        add_piece(old, piece, text);
    }
    if (count > PIECES_MOST)
        text_add(text, " and %zu more", count - PIECES_MOST);
}

/* How many blocks, but for bookkeeping, lay where `block` lies now. */
static size_t count_pieces(const struct picture *old, const struct block *block)
{
    struct block_cursor cursor = block_table_find(&old->blocks, block->at);
    const struct block *piece;
    size_t count = 0;

    for (; (piece = block_cursor_get(&cursor)) && piece->at < block->at + block->size;
         block_cursor_next(&cursor))
        count += piece->kind != HG_KIND_BOOKKEEPING;
    return count;
}

/* Free blocks that lie where there were several. */
static void list_merged(const struct moment *old, const struct moment *new, struct text *text)
{
    struct list list = {.text = text, .heading = "merged"};
    struct block_cursor cursor = block_table_find(&new->picture->blocks, 0);
    const struct block *block;
    char size[SIZE_TEXT_MAX];

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        if (block->kind != HG_KIND_FREE || count_pieces(old->picture, block) < 2 ||
            !begin_item(&list))
            continue;
        text_add(text, "free %s at +0x%04" PRIx64 ", where there were ",
                 size_short(block->size, size), block->at);
        add_pieces(old->picture, block, text);
    }
    end_list(&list);
}

/* ---- Measures ---- */

static void compare_measure(const struct measure *measure, const struct metrics *old,
                            const struct metrics *new, struct text *text)
{
    uint64_t before = measure_value(measure, old), after = measure_value(measure, new);
    char from[SIZE_TEXT_MAX], to[SIZE_TEXT_MAX];

    if (before == after || !measure_is_known(measure, old) || !measure_is_known(measure, new))
        return;
    text_add(text, "\n%-14s from ", measure->name);
    if (measure->is_count)
        text_add(text, "%" PRIu64 " to %" PRIu64, before, after);
    else if (strcmp(size_short(before, from), size_short(after, to)) != 0)
        text_add(text, "%s to %s", from, to);
    else
        text_add(text, "%s to %s", size_exact(before, from), size_exact(after, to));
}

static void compare_ratio(unsigned number, const struct metrics *old, const struct metrics *new,
                          struct text *text)
{
    struct text from = {0}, to = {0};

    ratio_add(&from, ratio_value(number, old));
    ratio_add(&to, ratio_value(number, new));
    if (strcmp(text_string(&from), text_string(&to)) != 0)
        text_add(text, "\n%-14s from %s to %s", ratio_at(number)->name, text_string(&from),
                 text_string(&to));
    text_finish(&from);
    text_finish(&to);
}

void difference_add_metrics(const struct metrics *old, const struct metrics *new, struct text *text)
{
    for (unsigned number = 0; measure_at(number); number++)
        compare_measure(measure_at(number), old, new, text);
    for (unsigned number = 0; number < RATIOS; number++)
        compare_ratio(number, old, new, text);
}

static void compare_moments(const struct moment *old, const struct moment *new, struct text *text)
{
    size_t before = text->length;

    list_payloads(old, new, "appeared", list_appeared, text);
    list_payloads(old, new, "vanished", list_vanished, text);
    list_payloads(old, new, "moved", list_moved, text);
    list_payloads(old, new, "resized", list_resized, text);
    list_merged(old, new, text);
    difference_add_metrics(&old->picture->metrics, &new->picture->metrics, text);
    if (text->length == before)
        text_add(text, " no block and no measure is different.");
}

bool difference_add(struct session *session, size_t from, size_t to, struct text *text,
                    struct error *error)
{
    struct moment old = {0}, new = {0};
    bool good = open_moment(session, from, &old, error) && open_moment(session, to, &new, error);

    if (good && !take(session, from, to, &old, &new))
        good = error_set_kind(error, ERROR_STOPPED, "stopped; the session is as it was");
    if (good) {
        text_add(text, "From step %zu to step %zu:", from, to);
        compare_moments(&old, &new, text);
    }
    close_moment(&old);
    close_moment(&new);
    return good;
}
