/* family_copies.c: see family_copies.h. */
#include "session/family_copies.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/family.h"
#include "session/followed_parts.h"
#include "session/origins.h"
#include "session/import.h"
#include "session/traced.h"

enum {
    STEPS_FEW = 1 << 17,     /* so many are made at once; a copy that has more is put off */
    CALLS_MANY = 1 << 20,    /* unless so many of its own wait, which is an eighth of a ring */
    CALLS_AT_ONCE = 1 << 14, /* others ask to be followed meanwhile, and wait */
};

/* Of what is copied at once, so many bytes lie in memory. */
#define COPY_MEMORY_MOST ((uint64_t)96 << 20)

/* ---- What it is a copy of ---- */

/* A session, whose first steps are a copy's, too. */
struct source {
    struct session *parent; /* NULL where it is not followed */
    uint64_t calls;         /* that its process had told then */
};

/* Of one that had made no calls of its own, that is where it was a copy, too. */
static struct source find_source(struct session *session, const struct session *member)
{
    struct guest_fork fork = member->followed->guest->fork;
    struct session *parent = family_find(session, fork.parent);

    while (parent && fork.calls == 0 && parent->followed->guest->fork.parent) {
        fork = parent->followed->guest->fork;
        parent = family_find(session, fork.parent);
    }
    return (struct source){parent, fork.calls};
}

/* Whether a member may be one; it may yet execute a program. */
static bool may_be_copy(const struct session *member)
{
    const struct followed *followed = member->followed;

    return !followed->has_begun && followed->steps && followed->guest->fork.parent;
}

/* Whether it executes one first, so that it need not be. */
static bool executes_at_once(const struct session *member)
{
    size_t count;
    const struct call *calls = guest_calls(member->followed->guest, &count);

    return count > 0 && calls[0].kind == CALL_BEGAN;
}

bool copies_must_begin(const struct session *member)
{
    struct guest *guest = member->followed->guest;

    return may_be_copy(member) && !executes_at_once(member) &&
           (guest->has_ended || guest_has_calls(guest));
}

/* How many of its parent's steps are a copy's, too, as far as is known. */
static size_t count_steps(struct session *session, const struct session *member)
{
    const struct followed_steps *steps = member->followed->steps;
    struct source source = find_source(session, member);

    if (steps->inherited)
        return steps->inherited_count;
    if (!source.parent)
        return 0;
    return (size_t)source.calls + (may_be_copy(source.parent)
                                       ? count_steps(session, source.parent)
                                       : (size_t)0 - (size_t)source.parent->followed->told_before);
}

size_t family_calls(struct session *session, size_t index)
{
    const struct session *member = family_at(session, index);

    return member->followed->is_put_off
               ? count_steps(session, member) + guest_waiting(member->followed->guest)
               : member->history->steps.traced_count;
}

/* ---- What it has from there ---- */

/* Why it has nothing. */
static const char unknown_steps[] = "what the process that it is a copy of had done is not known",
                  first_steps_gone[] = "the first steps of the process that it is a copy of are "
                                       "not kept; 'set keep all' keeps them";

/* It is followed no further, and goes on. */
static bool give_up(struct session *member, const char *why)
{
    followed_end_here(member, why);
    member->followed->is_put_off = false;
    guest_release(member->followed->guest);
    return false;
}

static bool inherit(struct session *member, struct traced *traced, uint64_t count)
{
    struct followed_steps *steps = member->followed->steps;

    if (!traced || traced->count < count)
        return give_up(member, unknown_steps);
    if (traced->gone > 0)
        return give_up(member, first_steps_gone);
    steps->inherited = traced_share(traced);
    steps->inherited_count = (size_t)count;
    return true;
}

/* Of the life of its parent's that it is a copy of, which has taken the calls that it made up to
 * then. */
static bool inherit_life(struct session *member, const struct source *source)
{
    struct followed *parent = source->parent->followed;
    const struct life *life = lives_find(&parent->lives, source->calls);

    if (life) {
        guest_begin_as_copy(member->followed->guest, text_string(&life->name), life->heap_start);
        return inherit(member, life->traced, source->calls - life->told_before);
    }
    if (!parent->has_begun || (int64_t)(source->calls - parent->told_before) < 0)
        return give_up(member, unknown_steps);
    if (source->parent->history->steps.known < source->calls - parent->told_before)
        session_catch_up(source->parent);
    guest_begin_as_copy(member->followed->guest, text_string(&parent->guest->name),
                        parent->guest->heap_start);
    return inherit(member, source->parent->history->steps.traced,
                   source->calls - parent->told_before);
}

/* Let a copy know the steps of its parent's that are its, too. False as long as these are not made,
 * and where they will not be. */
static bool find_steps(struct session *session, struct session *member)
{
    struct source source = find_source(session, member);

    if (member->followed->steps->inherited)
        return true;
    if (!source.parent)
        return give_up(member, unknown_steps);
    if (may_be_copy(source.parent))
        return false;
    if (source.parent->followed->guest->taken >= source.calls)
        return inherit_life(member, &source);
    return !guest_has_calls(source.parent->followed->guest) && give_up(member, unknown_steps);
}

void copies_find_steps(struct session *session)
{
    family_take_children(session);
    for (size_t i = 0; i < family_count(session); i++) {
        struct session *member = family_at(session, i);

        if (may_be_copy(member) && !executes_at_once(member))
            find_steps(session, member);
    }
}

/* ---- Its steps ---- */

/* The call that a step was. */
static struct call call_of_step(const struct traced *traced, size_t number, struct held *held)
{
    static const uint8_t kinds[OP_KINDS] = {
        [OP_ALLOC] = CALL_MALLOC,    [OP_CALLOC] = CALL_CALLOC, [OP_ALIGNED] = CALL_ALIGNED,
        [OP_REALLOC] = CALL_REALLOC, [OP_FREE] = CALL_FREE,
    };
    const struct traced_step row = traced_rows_step(&traced->rows, number), *step = &row;
    const struct origins *origins = traced->origins;
    const struct origin origin = origins_at(origins, number);
    uint64_t *payload;

    held->payloads = memory_reserve(held->payloads, &held->capacity, (size_t)step->place + 1,
                                    sizeof held->payloads[0]);
    while (held->count <= step->place)
        held->payloads[held->count++] = CALL_NULL;
    payload = &held->payloads[step->place];
    struct call call = {
        .kind = kinds[step->kind],
        .power = step->power,
        .thread = origin.thread,
        .size = step->size,
        .payload = step->kind == OP_FREE || step->refused ? CALL_NULL : traced_payload(step),
        .old = step->kind == OP_FREE || step->kind == OP_REALLOC ? *payload : CALL_NULL,
        .heap_size = step->heap_size,
        .time = origins->began + origin.time,
        .is_timed = origin.is_timed,
        .caller = origins->sites[origin.site],
    };
    if (step->kind == OP_FREE || !step->refused)
        *payload = call.payload;
    return call;
}

/* It has all the steps that it has of its parent. */
static void begin_own(struct followed *followed)
{
    followed->has_begun = true;
    followed->is_put_off = false;
    followed->told_before = (uint64_t)0 - followed->steps->inherited_count;
}

/* Let a history, of which nothing is known yet, be another's up to step number `count`. */
static void copy_history(struct history *history, const struct history *from, size_t count)
{
    const struct break_calls *calls = &from->break_calls;
    struct traced *traced = traced_copy(from->steps.traced, count, COPY_MEMORY_MOST);

    steps_finish(&history->steps);
    steps_begin_traced(&history->steps, traced);
    for (uint32_t place = 0; place < traced->places; place++) {
        if (names_are_numbered(&from->names))
            names_add_numbered(&history->names);
        else
            names_add(&history->names, names_text(&from->names, place));
    }
    history->opening = from->opening;
    history->resident = from->resident;
    break_calls_finish(&history->break_calls);
    for (size_t i = 0; i < calls->count && calls->items[i].step <= count; i++)
        break_calls_append(&history->break_calls, &calls->items[i]);
    checkpoints_share(&history->checkpoints, &from->checkpoints, count);
}

/* Let the steps of a copy be its parent's, whose process of back then is at a checkpoint. False
 * where they must be made one by one: they are few, or the parent has others now. */
static bool copy_at_once(struct session *session, struct session *member)
{
    struct followed_steps *steps = member->followed->steps;
    struct session *parent = find_source(session, member).parent;
    struct history *history = member->history;
    const struct origins *origins;
    struct error error;
    uint32_t places;
    struct traced_place *known;

    if (steps->copied > 0 || steps->inherited_count <= STEPS_FEW || !parent ||
        parent->history->steps.traced != steps->inherited || steps->inherited->gone > 0 ||
        parent->history->checkpoints.count == 0)
        return false;
    copy_history(history, parent->history, steps->inherited_count);
    import_end(steps->import);
    steps->import = NULL;
    if (!import_recover(history, &member->mirror, &error)) {
        followed_end_here(member, error.text);
        return true;
    }
    steps->import = import_resume(history, member->mirror, 0);
    import_know_payloads(steps->import, &steps->places.blocks);
    known = traced_places_until(history->steps.traced, steps->inherited_count, &places);
    call_places_recall(&steps->places, history->steps.traced, known, places);
    free(known);
    origins = history->steps.traced->origins;
    for (size_t site = 0; site < origins->site_count; site++)
        guest_know(member->followed->guest, origins->sites[site]);
    steps->copied = steps->inherited_count;
    member->followed->beginnings = 1;
    member->followed->last = call_of_step(steps->inherited, steps->copied, &steps->held);
    begin_own(member->followed);
    return true;
}

/* Make some of its steps. */
static size_t copy_steps(struct session *session, struct session *member, size_t most)
{
    struct followed *followed = member->followed;
    struct followed_steps *steps = followed->steps;
    size_t end = steps->copied + most;

    if (copy_at_once(session, member))
        return 1;

    if (end > steps->inherited_count)
        end = steps->inherited_count;
    most = end - steps->copied;
    if (steps->copied < steps->inherited->gone) {
        give_up(member, first_steps_gone);
        return 0;
    }
    followed->beginnings = 1;
    followed_go_on(member);
    while (followed->steps && steps->copied < end) {
        struct call call = call_of_step(steps->inherited, ++steps->copied, &steps->held);

        followed_take_call(member, &call);
    }
    if (followed->steps && end == steps->inherited_count)
        begin_own(followed);
    return most;
}

/* Make some of its steps, or those that come first. */
static void go_on(struct session *session, struct session *member)
{
    struct session *parent = find_source(session, member).parent;

    if (find_steps(session, member))
        copy_steps(session, member, CALLS_AT_ONCE);
    else if (!parent || !member->followed->steps)
        return;
    else if (may_be_copy(parent) && !executes_at_once(parent))
        go_on(session, parent);
    else
        session_follow(parent, CALLS_AT_ONCE);
}

/* ---- When they are made ---- */

/* Whether it can wait that they are. */
static bool can_be_put_off(struct session *session, struct session *member)
{
    struct followed *followed = member->followed;
    struct session *parent = find_source(session, member).parent;

    if (followed->steps->copied > 0 || guest_waiting(followed->guest) >= CALLS_MANY)
        return false;
    return followed->steps->inherited ? followed->steps->inherited_count > STEPS_FEW
                                      : parent && parent->followed->is_put_off;
}

static void put_off(struct session *session, struct session *member)
{
    struct followed *followed = member->followed;
    const struct guest *parent = find_source(session, member).parent->followed->guest;

    if (!followed->steps->inherited)
        guest_begin_as_copy(followed->guest, text_string(&parent->name), parent->heap_start);
    followed->is_put_off = true;
}

size_t copies_go_on(struct session *session, struct session *member, size_t most)
{
    struct followed *followed = member->followed;
    bool has_steps = find_steps(session, member);

    if (!followed->steps)
        return 0;
    if (can_be_put_off(session, member))
        put_off(session, member);
    else if (has_steps)
        return copy_steps(session, member, most);
    else if (followed->is_put_off)
        go_on(session, member);
    return 0;
}

bool copies_begin(struct session *session, struct session *member, struct error *error)
{
    struct followed *followed = member->followed;

    while (may_be_copy(member) && !executes_at_once(member)) {
        guest_attend(followed->guest, 0);
        go_on(session, member);
        if (may_be_copy(member) &&
            !progress_tick(&session->history->progress, followed->steps->copied,
                           count_steps(session, member)))
            return error_set_kind(error, ERROR_STOPPED,
                                  "stopped; the steps of process %d were not all made",
                                  (int)guest_process(followed->guest));
    }
    return true;
}
