/* reading.c: what is asked of the heap process without changing anything. One that has died in the
 * meantime is replaced, and asked once more. */
#include <stdlib.h>

#include "base/circle.h"
#include "base/memory.h"
#include "session/looking.h"

static void add_items(struct free_list *list, size_t *capacity, const uint64_t *items, size_t count)
{
    list->items = memory_reserve(list->items, capacity, list->count + count, sizeof list->items[0]);
    memory_copy(list->items + list->count, items, count * sizeof list->items[0]);
    list->count += count;
}

/* Where in a list that goes round its first place is that comes again.
 *   round  so many steps lead round */
static size_t find_entry(const struct free_list *list, size_t round)
{
    size_t entry = 0;

    while (entry + round < list->count && list->items[entry] != list->items[entry + round])
        entry++;
    return entry;
}

/* Look for a place that comes again: a list that has one is endless, and keeps each place once.
 *   heap_start  an address */
static void close_circle(struct free_list *list, uint64_t heap_start)
{
    struct circle circle = {0};
    size_t seen = 0, entry;

    while (seen < list->count && !circle_closes(&circle, list->items[seen]))
        seen++;
    if (seen == list->count)
        return;
    entry = find_entry(list, circle.count);
    list->end = (struct hg_list_end){HG_LIST_ENDLESS, heap_start + list->items[entry]};
    list->count = entry + circle.count;
}

/* Read what a list has beyond what it begins with, up to `most` in all, or once round. */
static bool read_rest(const struct mirror *mirror, uint32_t number, size_t most,
                      struct free_list *list, size_t capacity)
{
    struct target_run run = {.count = 1, .end = list->end};

    while (list->end.how == HG_LIST_STOPPED && run.count > 0 && list->count < most) {
        if (!target_list(mirror->target, number, list->count, most - list->count, &run))
            return false;
        add_items(list, &capacity, run.items, run.count);
        list->end = run.end;
        close_circle(list, mirror->picture.heap_start);
    }
    return true;
}

/* Lists that there was no room for in the reply; most of them have few. */
struct cut_lists {
    uint32_t *numbers;
    size_t count, capacity;
};

static void note_cut(struct cut_lists *cut, uint32_t number)
{
    cut->numbers =
        memory_reserve(cut->numbers, &cut->capacity, cut->count + 1, sizeof cut->numbers[0]);
    cut->numbers[cut->count++] = number;
}

/* Take over what one reply says; lists of which it has only a part are noted.
 *   most  of each list */
static void take_runs(const uint64_t *items, size_t count, size_t most, struct free_lists *lists,
                      struct cut_lists *cut)
{
    struct target_run run;
    size_t place = 0;

    while (target_next_run(items, count, &place, &run)) {
        struct free_list *list;
        size_t capacity = 0;

        if (run.list >= lists->count || lists->lists[run.list].items)
            continue; /* nonsense */
        list = &lists->lists[run.list];
        add_items(list, &capacity, run.items, run.count < most ? run.count : most);
        list->end = run.end;
        if (run.count > most)
            list->end = (struct hg_list_end){.how = HG_LIST_STOPPED};
        else if (list->end.how == HG_LIST_STOPPED && run.count < most)
            note_cut(cut, run.list);
    }
}

/* A list that is whole has no more blocks than are free: one more tells whether it is. Of a longer
 * one the rest is read after the others. */
static bool read_lists(const struct mirror *mirror, size_t most, struct free_lists *lists,
                       struct cut_lists *cut)
{
    size_t whole = mirror->picture.metrics.free_blocks + 1;
    const uint64_t *items;
    uint64_t next = 0;
    size_t count;

    while (next < lists->count) {
        uint64_t from = next;

        if (!target_lists(mirror->target, (uint32_t)from, most < whole ? most : whole, &items,
                          &count, &next))
            return false;
        take_runs(items, count, most, lists, cut);
        if (next <= from)
            break; /* nonsense */
    }
    for (size_t i = 0; i < cut->count; i++) {
        struct free_list *list = &lists->lists[cut->numbers[i]];

        close_circle(list, mirror->picture.heap_start);
        if (!read_rest(mirror, cut->numbers[i], most, list, list->count))
            return false;
    }
    return true;
}

static bool does_not_answer(struct error *error)
{
    return error_set(error, "the heap process does not answer");
}

/* All lists, empty. */
static struct free_lists no_lists(const struct picture *picture)
{
    struct free_lists lists = {.count = picture->description.list_count};

    lists.lists = memory_create(lists.count, sizeof lists.lists[0]);
    return lists;
}

static bool try_lists(const struct mirror *mirror, size_t most, struct free_lists *ret_lists,
                      struct error *error)
{
    struct cut_lists cut = {0};
    bool good;

    *ret_lists = no_lists(&mirror->picture);
    good = read_lists(mirror, most, ret_lists, &cut);
    free(cut.numbers);
    if (good)
        return true;
    free_lists_finish(ret_lists);
    return does_not_answer(error);
}

/* What was told of the lists along with the last step, as the heap process is ahead of it. */
static bool take_told_lists(const struct session *session, size_t most,
                            struct free_lists *ret_lists, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const struct ahead *ahead = &session->ahead;
    struct cut_lists none = {0};

    if (!ahead->wants_lists || !description_can(&picture->description, KIND_LISTS))
        return does_not_answer(error);
    *ret_lists = no_lists(picture);
    take_runs(ahead->items, ahead->item_count, most, ret_lists, &none);
    free(none.numbers);
    return true;
}

bool session_read_lists(struct session *session, size_t most, struct free_lists *ret_lists,
                        struct error *error)
{
    if (ahead_is_beyond(&session->ahead))
        return take_told_lists(session, most, ret_lists, error);
    return try_lists(session->mirror, most, ret_lists, error) ||
           (session_revive(session, error) && try_lists(session->mirror, most, ret_lists, error));
}

/* ---- Bytes ---- */

static bool try_bytes(const struct mirror *mirror, uint64_t from, size_t count,
                      unsigned char **ret_bytes, size_t *ret_count, struct error *error)
{
    unsigned char *bytes = memory_create(count + 1, 1);
    const unsigned char *read;
    size_t done = 0, part;

    do {
        if (!target_peek(mirror->target, from + done, count - done, &read, &part)) {
            free(bytes);
            return does_not_answer(error);
        }
        memory_copy(bytes + done, read, part);
        done += part;
    } while (part > 0 && done < count);
    *ret_bytes = bytes;
    *ret_count = done;
    return true;
}

bool session_read_bytes(struct session *session, uint64_t from, size_t count,
                        unsigned char **ret_bytes, size_t *ret_count, struct error *error)
{
    return try_bytes(session->mirror, from, count, ret_bytes, ret_count, error) ||
           (session_revive(session, error) &&
            try_bytes(session->mirror, from, count, ret_bytes, ret_count, error));
}

/* ---- Pages ---- */

bool session_read_pages(struct session *session, struct pages *ret_pages, struct error *error)
{
    struct history *history = session->history;

    if (session_is_look(session))
        return session_read_look_pages(session, ret_pages, error);
    if (!mirror_read_pages(session->mirror, ret_pages, error))
        return false;
    if (history->steps.count == 0)
        history->resident = session->mirror->resident;
    else if (steps_own(&history->steps, history->steps.count))
        steps_own(&history->steps, history->steps.count)->resident = session->mirror->resident;
    return true;
}

bool session_read_space(const struct session *session, struct space *ret_space, struct error *error)
{
    const struct mirror *mirror = session->mirror;
    pid_t owner = target_owner(mirror->target);
    uint64_t top = mirror->picture.stack.top;

    if (owner == 0)
        return error_set(error, "a core file does not tell how its memory was laid out");
    return space_read((int)owner, top ? top - 1 : 0, ret_space, error);
}

/* ---- Checking ---- */

bool session_check(struct session *session, struct error *ret_problem)
{
    const struct progress *progress = &session->history->progress;
    struct target_failure failure;

    if (mirror_check(session->mirror, progress, ret_problem))
        return true;
    return target_has_ended(session->mirror->target, &failure) &&
           session_revive(session, ret_problem) &&
           mirror_check(session->mirror, progress, ret_problem);
}
