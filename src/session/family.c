/* family.c: see family.h. */
#include "session/family.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/family_copies.h"
#include "session/followed_parts.h"

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

struct session *family_at(struct session *session, size_t index)
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
        member->followed->eldest = session;
        return member;
    }
    history_destroy(member->history);
    free(member);
    guest_destroy(guest);
    return NULL;
}

void family_take_children(struct session *session)
{
    struct guest *first = guest_first(session->followed->guest), *child;

    while ((child = guest_next_child(first))) {
        struct session *member = create_member(session, child);

        if (member)
            add_member(session->family, member);
    }
}

struct session *family_find(struct session *session, pid_t process)
{
    for (size_t i = family_count(session); i-- > 0;) {
        struct session *member = family_at(session, i);

        if (guest_process(member->followed->guest) == process)
            return member;
    }
    return NULL;
}

/* ---- Following ---- */

static bool is_over(const struct session *session)
{
    const struct followed *followed = session->followed;

    return followed->guest->has_ended &&
           (followed->is_put_off || (!guest_has_calls(followed->guest) && !followed->steps));
}

/* Those that go on share what looking at heaps costs. */
static void share(struct session *session)
{
    size_t sharers = 0;

    for (size_t i = 0; i < session->family->count; i++)
        sharers += !is_over(family_at(session, i));
    for (size_t i = 0; i < session->family->count; i++) {
        struct followed_steps *steps = family_at(session, i)->followed->steps;

        if (steps)
            import_share(steps->import, sharers);
    }
}

size_t family_follow(struct session *session, size_t most)
{
    size_t done = 0;

    if (!session->family)
        return 0;
    family_take_children(session);
    share(session);
    for (size_t i = 0; i < session->family->count; i++) {
        struct session *member = family_at(session, i);

        if (i == session->family->shown || is_over(member))
            continue;
        guest_attend(member->followed->guest, 0); /* others may ask meanwhile */
        done += copies_must_begin(member) ? copies_go_on(session, member, most)
                                          : session_follow(member, most);
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
    if (!copies_begin(session, session->family->members[index], error))
        return false;
    change_places(session, index);
    while (session->followed->steps && session_follow(session, SIZE_MAX) > 0)
        continue;
    session_catch_up(session);
    return true;
}
