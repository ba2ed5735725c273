/* followed.c: see followed.h. */
#include "session/followed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/machine.h"
#include "base/memory.h"
#include "heapglass/heap.h"
#include "kind/kind.h"
#include "session/family.h"
#include "session/family_copies.h"
#include "session/followed_parts.h"
#include "session/looking.h"
#include "session/origins.h"

/* So many steps are expected: a measure of how often to look at all blocks. */
enum { STEPS_EXPECTED = 1 << 20 };

/* Where less memory is left, there are no more steps: what there is can still be looked at. */
#define MEMORY_LEAST ((uint64_t)256 << 20)
enum { MEMORY_LOOKED_AT_EVERY = 1 << 16 }; /* steps */

/* Of the steps, so many bytes lie in memory, and a third as many of where they come from; then all
 * of it goes to a file. */
#define STEPS_MEMORY_MOST ((uint64_t)96 << 20)
#define ORIGINS_MEMORY_MOST (STEPS_MEMORY_MOST / 3)

void followed_destroy(struct followed *followed)
{
    if (!followed)
        return;
    followed_finish_steps(followed);
    guest_destroy(followed->guest);
    text_finish(&followed->problem);
    lives_finish(&followed->lives);
    free(followed);
}

/* ---- Beginning ---- */

/* Whether a heap of this config can be that of a whole program. */
static bool check_config(const struct hg_config *config, struct error *error)
{
    const struct hg_policy_info *policy = hg_policy_find(config->policy, NULL);

    if (!policy)
        return error_set(error, "policy '%s' cannot stand in for malloc", config->policy);
    if (policy->alignment || config->settings[HG_SETTING_ALIGNMENT] < _Alignof(max_align_t))
        return error_set(error, "programs need payloads that are aligned to %zu",
                         _Alignof(max_align_t));
    if (config->settings[KIND_SETTING_GUARD])
        return error_set(error, "programs run without guard: 'set guard off'");
    return true;
}

/* Let others go first where all processors have work, as long as it lives: the program above all,
 * and we who show what it does. It has to be there when somebody looks, and there is room for many
 * calls until then. A program of four threads on two processors took half as long again. */
static void give_way(const struct target *target)
{
    enum { NICER = 5 };

    setpriority(PRIO_PROCESS, (id_t)target_pid(target), getpriority(PRIO_PROCESS, 0) + NICER);
}

struct mirror *followed_open_heap(const struct hg_config *config, struct history *history,
                                  struct error *error)
{
    struct mirror *mirror = mirror_create(config, &history->names, history->waiter, error);

    if (!mirror)
        return NULL;
    give_way(mirror->target);
    history_begin(history, mirror);
    return mirror;
}

/* Let the calls from now on become steps of the session, which has none. */
static void begin_steps(struct session *session)
{
    struct followed *followed = session->followed;
    struct followed_steps *steps = memory_create(1, sizeof *steps);

    followed_finish_steps(followed);
    followed->steps = steps;
    steps->memory_due = MEMORY_LOOKED_AT_EVERY;
    steps->import = import_begin(session->history, session->mirror, STEPS_EXPECTED, true);
    import_know_payloads(steps->import, &steps->places.blocks);
    session->history->steps.traced->origins = origins_create();
}

void followed_begin(struct session *session, struct guest *guest)
{
    followed_destroy(session->followed);
    session->followed = memory_create(1, sizeof *session->followed);
    session->followed->guest = guest;
    begin_steps(session);
}

bool session_run(struct session *session, struct guest_wish *wish, enum launch_outcome *ret_outcome,
                 struct error *error)
{
    const struct hg_config config = session_is_look(session)
                                        ? kind_config_default(kind_policy(0, NULL)->name)
                                        : session->mirror->picture.config;
    struct history *history;
    struct mirror *mirror;
    struct guest *guest = NULL;
    uint64_t settings[CALL_RING_SETTINGS_MOST] = {0}; /* without those of other kinds */

    *ret_outcome = LAUNCH_IMPOSSIBLE;
    if (!session_is_free(session, error) || !check_config(&config, error))
        return false;
    history = history_create_like(session->history);
    mirror = followed_open_heap(&config, history, error);
    if (mirror) {
        wish->policy = config.policy;
        memcpy(settings, config.settings, HG_SETTING_COUNT * sizeof settings[0]);
        wish->settings = settings;
        wish->heap_start = mirror->picture.heap_start;
        guest = guest_start(wish, ret_outcome, error);
    }
    if (!guest) {
        mirror_destroy(mirror);
        history_destroy(history);
        return false;
    }
    session_take_over(session, mirror, history);
    family_destroy(session->family);
    session->family = NULL;
    followed_begin(session, guest);
    if (wish->takes_children) {
        session->family = family_create();
        session->followed->eldest = session;
    }
    return true;
}

/* The program executes another: its heap is fresh, and so is ours. */
static bool begin_again(struct session *session, struct error *error)
{
    struct history *history = history_create_like(session->history);
    struct mirror *mirror = followed_open_heap(&session->mirror->picture.config, history, error);

    if (!mirror) {
        history_destroy(history);
        return false;
    }
    session_take_over(session, mirror, history);
    begin_steps(session);
    return true;
}

/* ---- Whose heap it is ---- */

bool session_is_followed(const struct session *session)
{
    return session->followed && session->followed->end == FOLLOWED_STILL;
}

/* It may have ended since somebody last looked. */
static void take_note_of_end(struct session *session)
{
    struct guest *guest = session->followed->guest;

    guest_attend(guest, 0);
    while (guest->has_ended && session_is_followed(session) &&
           session->history->steps.count == session->history->steps.known)
        session_follow(session, SIZE_MAX);
}

bool session_is_free(struct session *session, struct error *error)
{
    if (session_is_followed(session))
        take_note_of_end(session);
    return !session_is_followed(session) ||
           error_set(error, "the heap is that of %s, which runs; 'kill' ends it",
                     text_string(&session->followed->guest->name));
}

/* ---- Following ---- */

void session_keep_past(struct session *session, uint64_t bytes)
{
    session->history->past_bytes = bytes;
    for (size_t i = 0; session->family && i < family_count(session); i++)
        family_at(session, i)->history->past_bytes = bytes;
}

/* What is said where its calls cannot be read any more. */
static const char damaged[] = "the program wrote over what is told of its calls";

/* The program's heap is fresh: at first so is ours. */
static void take_beginning(struct session *session, uint64_t heap_start, uint64_t told_before)
{
    struct followed *followed = session->followed;
    struct error error;

    if (followed->beginnings > 0 && followed->eldest) {
        session_catch_up(session);
        copies_find_steps(followed->eldest);
        lives_keep(&followed->lives, session);
    }
    followed->has_begun = true;
    followed->told_before = told_before;
    guest_begin(followed->guest, heap_start);
    if (followed->beginnings++ > 0 && !begin_again(session, &error))
        followed_end_unexpectedly(session, error.text);
}

void followed_take_call(struct session *session, const struct call *call)
{
    struct followed *followed = session->followed;
    struct history *history = session->history;
    struct traced_step step;
    enum import_outcome outcome;

    followed->last = *call;
    if (call->kind == CALL_WRONG)
        return;
    if (!call_places_step(&followed->steps->places, &history->names, call, &step)) {
        followed_end_unexpectedly(session, "it frees a block that is not known");
        return;
    }
    if (origins_add(history->steps.traced->origins, call))
        guest_know(followed->guest, call->caller);
    outcome = import_add(followed->steps->import, &step);
    if (outcome != IMPORT_DONE)
        followed_end_steps(session, outcome);
}

/* What is in the way of more steps than `count`, as far as was looked; NULL for nothing. */
static const char *find_obstacle(struct traced *traced, struct followed_steps *steps)
{
    enum { MORE = 3 * MEMORY_LOOKED_AT_EVERY };

    if (traced->count < steps->memory_due)
        return NULL;
    steps->memory_due = traced->count + MEMORY_LOOKED_AT_EVERY;
    if (traced->count > UINT32_MAX - MORE)
        return "there are no more numbers for steps";
    if (machine_memory() < MEMORY_LEAST)
        return "too little memory is left for more";
    if (!traced_reserve(traced, MORE, STEPS_MEMORY_MOST) ||
        !origins_reserve(traced->origins, MORE, ORIGINS_MEMORY_MOST))
        return "too little is left of memory and of the disk for more";
    return NULL;
}

/* Whether no steps were lost, as they can be where our heap process ends and there is another. */
static bool has_all_steps(const struct history *history)
{
    return history->steps.traced && history->steps.count == history->steps.traced->count;
}

void followed_go_on(struct session *session)
{
    const struct history *history = session->history;
    struct followed_steps *steps = session->followed->steps;
    const char *obstacle;

    if (!steps)
        return;
    if (!has_all_steps(history)) {
        followed_end_here(session, "our heap process did not come back to where it was");
        return;
    }
    import_go_on(steps->import, session->mirror);
    obstacle = guest_is_damaged(session->followed->guest)
                   ? damaged
                   : find_obstacle(history->steps.traced, steps);
    if (obstacle)
        followed_end_unexpectedly(session, obstacle);
}

/* Make steps of `count` calls, or of those up to where the program executes another.
 *   returns  how many; where it is followed no further, it goes on */
static size_t take_calls(struct session *session, const struct call *calls, size_t count)
{
    struct followed *followed = session->followed;

    for (size_t i = 0; i < count && followed->steps; i++) {
        if (calls[i].kind == CALL_BEGAN && i > 0)
            return i;
        if (calls[i].kind == CALL_KINDS)
            followed_end_unexpectedly(session, damaged);
        else if (calls[i].kind == CALL_BEGAN)
            take_beginning(session, calls[i].payload, followed->guest->taken + 1);
        else
            followed_take_call(session, &calls[i]);
    }
    return count;
}

size_t session_follow(struct session *session, size_t most)
{
    struct followed *followed = session->followed;
    const struct call *calls;
    size_t count, done = 0;

    followed_go_on(session);
    if (most > MEMORY_LOOKED_AT_EVERY)
        most = MEMORY_LOOKED_AT_EVERY;
    while (done < most) {
        calls = guest_calls(followed->guest, &count);
        if (count > most - done)
            count = most - done;
        if (count == 0)
            break;
        count = take_calls(session, calls, count);
        guest_take(followed->guest, count);
        done += count;
    }
    if (followed->steps && followed->guest->has_ended && !guest_has_calls(followed->guest)) {
        session_catch_up(session);
        if (followed->end == FOLLOWED_STILL)
            followed->end = FOLLOWED_ENDED;
        followed_leave_steps(session);
    }
    return done;
}

void session_catch_up(struct session *session)
{
    struct followed *followed = session->followed;
    enum import_outcome outcome;

    if (!followed->steps)
        return;
    outcome = import_settle(followed->steps->import);
    if (outcome != IMPORT_DONE)
        followed_end_steps(session, outcome);
}
