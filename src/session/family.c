/* family.c: see family.h. */
#include "session/family.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/followed_parts.h"
#include "session/origins.h"

struct family {
    struct session **members; /* that of the one that is shown is only a place to put it */
    size_t count, capacity;
    size_t shown;
};

/* ---- Who there is ---- */

static void add_member(struct family *family, struct session *member)
{
    family->members = memory_reserve(family->members, &family->capacity, family->count + 1,
                                     sizeof family->members[0]);
    family->members[family->count++] = member;
}

struct family *family_create(void)
{
    struct family *family = memory_create(1, sizeof *family);

    add_member(family, memory_create(1, sizeof(struct session)));
    return family;
}

/* Children go before the one that was started. */
void family_destroy(struct family *family)
{
    if (!family)
        return;
    for (size_t i = family->count; i-- > 0;) {
        if (i == family->shown)
            free(family->members[i]);
        else
            session_destroy(family->members[i]);
    }
    free(family->members);
    free(family);
}

size_t family_count(const struct session *session)
{
    return session->family ? session->family->count : 1;
}

size_t family_shown(const struct session *session)
{
    return session->family ? session->family->shown : 0;
}

const struct session *family_member(const struct session *session, size_t index)
{
    return index == family_shown(session) ? session : session->family->members[index];
}

static struct session *member_at(struct session *session, size_t index)
{
    return index == family_shown(session) ? session : session->family->members[index];
}

/* ---- Children ---- */

/* The session of a child that is not followed yet. NULL where there can be none. */
static struct session *create_member(struct session *session, struct guest *guest)
{
    struct session *member = memory_create(1, sizeof *member);
    struct error ignored;

    member->history = history_create_like(session->history);
    member->mirror =
        followed_open_heap(&session->mirror->picture.config, member->history, &ignored);
    if (member->mirror) {
        followed_begin(member, guest);
        return member;
    }
    history_destroy(member->history);
    free(member);
    guest_destroy(guest);
    return NULL;
}

static void take_children(struct session *session)
{
    struct guest *first = guest_first(session->followed->guest), *child;

    while ((child = guest_next_child(first))) {
        struct session *member = create_member(session, child);

        if (member)
            add_member(session->family, member);
    }
}

static struct session *find_process(struct session *session, pid_t process)
{
    for (size_t i = family_count(session); i-- > 0;) {
        struct session *member = member_at(session, i);

        if (guest_process(member->followed->guest) == process)
            return member;
    }
    return NULL;
}

/* ---- Answering ---- */

/* So many calls at once: processes that ask to be followed wait meanwhile, and others for them. */
enum { CALLS_AT_ONCE = 1 << 14 };

/* Answer those that ask; then make steps of a process's calls. */
static size_t answer_and_follow(struct session *member, size_t most)
{
    guest_attend(member->followed->guest, 0);
    return session_follow(member, most);
}

/* ---- A copy of a process: its parent's calls up to then are steps of its, too ---- */

/* The payloads that variables have, by place. */
struct held {
    uint64_t *payloads;
    size_t count, capacity;
};

/* The call that a step was. */
static struct call call_of_step(const struct traced *traced, size_t number, struct held *held)
{
    static const uint8_t kinds[OP_KINDS] = {
        [OP_ALLOC] = CALL_MALLOC,    [OP_CALLOC] = CALL_CALLOC, [OP_ALIGNED] = CALL_ALIGNED,
        [OP_REALLOC] = CALL_REALLOC, [OP_FREE] = CALL_FREE,
    };
    const struct traced_step *step = &traced->steps[number - 1];
    const struct origins *origins = traced->origins;
    const struct origin *origin = &origins->items[number - 1];
    uint64_t *payload;

    held->payloads = memory_reserve(held->payloads, &held->capacity, (size_t)step->place + 1,
                                    sizeof held->payloads[0]);
    while (held->count <= step->place)
        held->payloads[held->count++] = CALL_NULL;
    payload = &held->payloads[step->place];
    struct call call = {
        .kind = kinds[step->kind],
        .power = step->power,
        .thread = origin->thread,
        .size = step->size,
        .payload = step->kind == OP_FREE || step->refused ? CALL_NULL : step->payload,
        .old = step->kind == OP_FREE || step->kind == OP_REALLOC ? *payload : CALL_NULL,
        .heap_size = step->heap_size,
        .time = origins->began + origin->time,
        .is_timed = origin->is_timed,
        .caller = origins->sites[origin->site],
    };
    if (step->kind == OP_FREE || !step->refused)
        *payload = call.payload;
    return call;
}

static void copy_steps(struct session *member, const struct traced *traced, size_t count)
{
    struct held held = {0};

    for (size_t number = 1; number <= count && member->followed->steps; number++) {
        struct call call = call_of_step(traced, number, &held);

        followed_take_call(member, &call);
        if (number % CALLS_AT_ONCE == 0)
            guest_attend(member->followed->guest, 0);
    }
    free(held.payloads);
}

/* The session of the process that a child is a copy of, and how many of its steps are the child's,
 * too. Of one that had made no calls of its own, that is where it was a copy, too. NULL where it is
 * not followed. */
static struct session *find_parent(struct session *session, const struct guest *child,
                                   size_t *ret_count)
{
    struct guest_fork fork = child->fork;
    struct session *parent = find_process(session, fork.parent);

    while (parent && fork.calls == 0 && parent->followed->guest->fork.parent) {
        fork = parent->followed->guest->fork;
        parent = find_process(session, fork.parent);
    }
    *ret_count = parent ? (size_t)(fork.calls - parent->followed->told_before) : 0;
    return parent;
}

/* Let it have so many steps. Returns whether it has. */
static bool catch_up_to(struct session *session, size_t count)
{
    const struct traced *traced;

    while (session->followed->steps && session->history->steps.known < count &&
           answer_and_follow(session, CALLS_AT_ONCE) > 0)
        continue;
    session_catch_up(session);
    traced = session->history->steps.traced;
    return session->followed->has_begun && traced && traced->count >= count;
}

/* Let a child begin as the copy of its parent that it was. */
static void begin_as_copy(struct session *session, struct session *member)
{
    struct followed *followed = member->followed;
    size_t count;
    struct session *parent = find_parent(session, followed->guest, &count);

    if (!parent || !catch_up_to(parent, count)) {
        followed_end_here(member, "what the process that it is a copy of had done is not known");
        return;
    }
    guest_begin_as_copy(followed->guest, parent->followed->guest);
    followed->has_begun = true;
    followed->beginnings = 1;
    followed->told_before = (uint64_t)0 - count;
    copy_steps(member, parent->history->steps.traced, count);
}

/* A copy that executes a program at once need not begin as one.
 *   at_once  even if it may still do so */
static void begin_if_copied(struct session *session, struct session *member, bool at_once)
{
    const struct followed *followed = member->followed;
    struct guest *guest = followed->guest;
    const struct call *calls;
    size_t count;

    if (followed->has_begun || !followed->steps || !guest->fork.parent)
        return;
    calls = guest_calls(guest, &count);
    if (count > 0 ? calls[0].kind != CALL_BEGAN : at_once || guest->has_ended)
        begin_as_copy(session, member);
}

/* ---- Following ---- */

static bool is_over(const struct session *session)
{
    const struct followed *followed = session->followed;

    return followed->guest->has_ended && !guest_has_calls(followed->guest) && !followed->steps;
}

/* Those that go on share what looking at heaps costs. */
static void share(struct session *session)
{
    size_t sharers = 0;

    for (size_t i = 0; i < session->family->count; i++)
        sharers += !is_over(member_at(session, i));
    for (size_t i = 0; i < session->family->count; i++) {
        struct followed_steps *steps = member_at(session, i)->followed->steps;

        if (steps)
            import_share(steps->import, sharers);
    }
}

size_t family_follow(struct session *session, size_t most)
{
    size_t done = 0;

    if (!session->family)
        return 0;
    take_children(session);
    share(session);
    for (size_t i = 0; i < session->family->count; i++) {
        struct session *member = member_at(session, i);

        if (i == session->family->shown || is_over(member))
            continue;
        guest_attend(member->followed->guest, 0);
        begin_if_copied(session, member, false);
        done += session_follow(member, most);
    }
    return done;
}

bool family_is_over(const struct session *session)
{
    const struct children *children = &guest_first(session->followed->guest)->children;

    for (size_t i = 0; i < family_count(session); i++) {
        if (i != family_shown(session) && !is_over(family_member(session, i)))
            return false;
    }
    return children->told == children->count;
}

bool family_waits(const struct session *session)
{
    for (size_t i = 0; i < family_count(session); i++) {
        if (i != family_shown(session) && guest_waits(family_member(session, i)->followed->guest))
            return true;
    }
    return false;
}

void family_hold(struct session *session)
{
    for (size_t i = 0; i < family_count(session); i++)
        guest_hold(family_member(session, i)->followed->guest);
}

void family_release(struct session *session)
{
    for (size_t i = 0; i < family_count(session); i++)
        guest_release(family_member(session, i)->followed->guest);
}

/* ---- Which is shown ---- */

/* The session is another's from now on; its own waits aside. */
static void change_places(struct session *session, size_t index)
{
    struct family *family = session->family;
    struct session *aside = family->members[family->shown];
    unsigned beginnings = session->beginnings + family->members[index]->beginnings + 1;

    *aside = *session;
    aside->family = NULL;
    *session = *family->members[index];
    session->family = family;
    session->beginnings = beginnings;
    *family->members[index] = (struct session){0};
    family->shown = index;
}

bool family_show(struct session *session, size_t index, struct error *error)
{
    const struct steps *steps = &session->history->steps;

    if (index == family_shown(session))
        return true;
    if (session_is_followed(session) && !session_go(session, steps->known, error))
        return false;
    begin_if_copied(session, session->family->members[index], true);
    change_places(session, index);
    while (session->followed->steps && session_follow(session, SIZE_MAX) > 0)
        continue;
    session_catch_up(session);
    return true;
}
