/* garbage.c: see garbage.h. */
#include "session/garbage.h"

#include <stdlib.h>

#include "base/memory.h"
#include "collector/events.h"

void garbage_finish(struct garbage *garbage)
{
    free(garbage->payloads);
    free(garbage->events.items);
    *garbage = (struct garbage){0};
}

bool session_can_collect(const struct session *session, struct error *error)
{
    const struct kind_description *description = &session->mirror->picture.description;

    return (description_can(description, KIND_WALKS) &&
            description_can(description, KIND_TELLS_FREE)) ||
           error_set(error, "this heap does not tell used blocks from free ones, so a collector "
                            "cannot work on it");
}

/* Take over the first payloads of `total`, and ask for the others. */
static bool take_payloads(struct target *target, const uint64_t *payloads, size_t count,
                          uint64_t total, struct garbage *garbage)
{
    garbage->payloads = memory_create(total + 1, sizeof garbage->payloads[0]);
    while (garbage->count < total) {
        count = count < total - garbage->count ? count : total - garbage->count;
        memory_copy(garbage->payloads + garbage->count, payloads, count * sizeof payloads[0]);
        garbage->count += count;
        if (garbage->count < total && !target_collected(target, garbage->count, &payloads, &count))
            return false;
    }
    return true;
}

static void take_events(const struct target_splice *splice, struct garbage *garbage)
{
    garbage->events.items = memory_reserve(NULL, &garbage->events.capacity, splice->event_count,
                                           sizeof splice->events[0]);
    memory_copy(garbage->events.items, splice->events,
                splice->event_count * sizeof splice->events[0]);
    garbage->events.count = splice->event_count;
    garbage->events.dropped = splice->events_dropped;
    for (size_t i = 0; i < splice->event_count; i++) {
        if (splice->events[i].kind == EVENT_SWEPT)
            garbage->bytes = splice->events[i].size;
    }
}

static bool try(const struct mirror *mirror, uint32_t window, struct garbage *ret_garbage)
{
    struct target_splice splice;
    const uint64_t *payloads;
    uint64_t total;
    size_t count;
    bool good;

    *ret_garbage = (struct garbage){0};
    target_let_give_up(mirror->target, true);
    good = target_mark(mirror->target, (uint32_t)mirror->picture.variables.count, window, &splice,
                       &payloads, &count, &total);
    target_let_give_up(mirror->target, false);
    if (!good)
        return false;
    take_events(&splice, ret_garbage);
    if (take_payloads(mirror->target, payloads, count, total, ret_garbage))
        return true;
    garbage_finish(ret_garbage);
    return false;
}

static void mark(struct picture *picture, const struct garbage *garbage)
{
    picture->marks.count = 0;
    for (size_t i = 0; i < garbage->count; i++) {
        const struct block *block = block_table_get(&picture->blocks, garbage->payloads[i]);

        if (block)
            marks_set(&picture->marks, block->at, MARK_ORPHAN);
    }
}

bool session_find_garbage(struct session *session, uint32_t window, struct garbage *ret_garbage,
                          struct error *error)
{
    bool good = try(session->mirror, window, ret_garbage);

    if (!good && target_gave_up(session->mirror->target))
        return error_set(error, "stopped");
    if (!good && !(session_revive(session, error) && try(session->mirror, window, ret_garbage)))
        return error_set(error, "the heap process does not answer");
    mark(&session->mirror->picture, ret_garbage);
    return true;
}
