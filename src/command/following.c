/* following.c: see following.h. */
#include "command/following.h"

#include <inttypes.h>
#include <signal.h>

#include "base/clock.h"
#include "base/size.h"
#include "session/family.h"
#include "session/seek.h"

enum {
    CALLS_AT_ONCE = 1 << 11, /* between looks for what is to be shown and for keys, */
    CALLS_MANY = 1 << 14,    /* and so many that wait are worth a word */
    FRAME_MS = 33,           /* from one look at the heap to the next, and */
    FRAME_SHARE = 8,         /* that takes one part in so many of all the time; */
    IDLE_FRAME_MS = 100,  /* or to the next, where no call has come, and from words to words: a key
                             is heard within that */
    IDLE_MS = 1,          /* from one look for calls to the next, and twice as long each time */
    IDLE_MOST_MS = 16,    /* that there were none, up to this: one that waits costs us little */
    HELD_WITHIN_MS = 200, /* a program that is to be held may not call again for long, */
    CALL_WITHIN_MS = 500, /* and one that may go on can wait for another that is held */
};

/* A program that goes on. */
struct going {
    struct interpreter *interpreter;
    struct session *session;
    struct followed *followed;
    enum followed_end end_before;
    uint64_t began_ms;
    struct following_pace pace;
    size_t began_at, shown; /* steps */
    int idle_ms;            /* how long to wait where there is nothing */
    bool lends, holds;
};

/* ---- What is shown meanwhile ---- */

static void add_running(const struct going *going, struct text *text)
{
    const struct steps *steps = &going->session->history->steps;
    const struct guest *guest = going->followed->guest;
    uint64_t passed = clock_ms() - going->began_ms;
    size_t done = steps->known > going->began_at ? steps->known - going->began_at : 0;
    char live[SIZE_TEXT_MAX], heap[SIZE_TEXT_MAX];

    text_add(text, "%s %s: %zu calls", text_string(&guest->name),
             guest->has_ended       ? "has ended"
             : guest_is_held(guest) ? "is held"
                                    : "runs",
             steps->known);
    if (guest_waiting(guest) > CALLS_MANY)
        text_add(text, " (and %zu more to be taken in)", guest_waiting(guest));
    if (passed > 0)
        text_add(text, ", %" PRIu64 " a second", (uint64_t)done * 1000 / passed);
    if (steps->known > 0)
        text_add(text, "; %s live, a heap of %s",
                 size_in_words(steps_live(steps, steps->known), live),
                 size_short(steps_heap_size(steps, steps->known), heap));
    text_add(text, ".");
    following_add_others(going->session, text);
    following_add_last_lines(guest_first(going->followed->guest), text);
}

enum following_due following_due(const struct following_pace *pace, uint64_t now_ms)
{
    if (now_ms >= pace->heap_ms)
        return DUE_HEAP;
    return now_ms >= pace->words_ms ? DUE_WORDS : DUE_NOTHING;
}

void following_shown(struct following_pace *pace, enum following_due due, uint64_t began_ms,
                     uint64_t now_ms, bool is_new)
{
    uint64_t pause = is_new ? FRAME_MS : IDLE_FRAME_MS, share = FRAME_SHARE * (now_ms - began_ms);

    pace->words_ms = now_ms + IDLE_FRAME_MS;
    if (due == DUE_HEAP)
        pace->heap_ms = now_ms + (share > pause ? share : pause);
}

/* Let the face show how the program does, and its heap if that is due. Returns whether the user
 * wants it to go on. */
static bool watch(struct going *going, enum following_due due)
{
    const struct face *face = &going->interpreter->face;
    const size_t known = going->session->history->steps.known;
    uint64_t began = clock_ms();
    struct watched watched = {.is_new = due == DUE_HEAP,
                              .may_be_held = !going->holds && !going->followed->guest->has_ended};
    struct text text = {0};
    bool goes_on;

    if (due == DUE_HEAP) {
        session_catch_up(going->session);
        interpreter_look_at_last_step(going->interpreter);
    }
    add_running(going, &text);
    watched.text = text_string(&text);
    goes_on = face->watch(face->context, &watched);
    text_finish(&text);
    following_shown(&going->pace, due, began, clock_ms(), known != going->shown);
    if (due == DUE_HEAP)
        going->shown = known;
    return goes_on;
}

/* Show how things are, if it is time. Returns whether the user wants it to go on. */
static bool show(struct going *going)
{
    const struct face *face = &going->interpreter->face;
    uint64_t now = clock_ms();
    enum following_due due = following_due(&going->pace, now);

    if (going->lends)
        return face->lend(face->context, guest_first(going->followed->guest));
    if (due == DUE_NOTHING)
        return true;
    if (face->watch)
        return watch(going, due);
    following_shown(&going->pace, due, now, now, true);
    return progress_tick(&face->progress, going->session->history->steps.known, 0);
}

/* ---- Going on ---- */

/* Whether there is no more to come; or what there is cannot be followed, which is told at once. */
static bool is_over(const struct going *going)
{
    const struct followed *followed = going->followed;

    return followed->end != going->end_before ||
           (followed->end != FOLLOWED_STILL && followed->guest->has_ended &&
            !guest_has_calls(followed->guest));
}

/* The same of all that are followed. */
static bool are_all_over(const struct going *going)
{
    return is_over(going) &&
           (going->followed->problem.length > 0 || family_is_over(going->session));
}

/* Whether, besides, nobody is left who would be followed as soon as it asks. */
static bool is_done(const struct going *going)
{
    return are_all_over(going) && !guest_awaits_heirs(going->followed->guest);
}

int following_idle_ms(int idle_ms)
{
    if (idle_ms < IDLE_MS)
        return IDLE_MS;
    return idle_ms < IDLE_MOST_MS / 2 ? 2 * idle_ms : IDLE_MOST_MS;
}

/* Make steps of what it has done, and its family; wait a little where there is nothing. */
static size_t take_calls(struct going *going, size_t most)
{
    struct guest *guest = going->followed->guest;
    size_t others = family_follow(going->session, CALLS_AT_ONCE);
    size_t taken;

    if (others > 0 || guest_has_calls(guest))
        going->idle_ms = 0;
    else
        going->idle_ms = following_idle_ms(going->idle_ms);
    guest_attend(guest, going->idle_ms);
    taken = session_follow(going->session, most);
    if (taken > 0)
        going->idle_ms = 0;
    return taken;
}

/* Let it be at its next call, if it comes to one soon, with all before it being steps. */
static void hold(struct going *going)
{
    struct guest *guest = going->followed->guest;
    uint64_t end = clock_ms() + HELD_WITHIN_MS;

    going->holds = true;
    family_hold(going->session);
    while (!is_over(going) &&
           ((!guest_waits(guest) && clock_ms() < end) || guest_has_calls(guest))) {
        take_calls(going, CALLS_AT_ONCE);
        show(going);
    }
    if (guest_waits(guest))
        take_calls(going, CALLS_AT_ONCE); /* what came in between */
    session_catch_up(going->session);
}

static bool run_free(struct going *going)
{
    family_release(going->session);
    while (!is_done(going) && show(going))
        take_calls(going, CALLS_AT_ONCE);
    return are_all_over(going);
}

/* Let one call pass. Returns whether it did; the user may want to wait no longer, or it waits for
 * another, as it seems. */
static bool let_one_pass(struct going *going)
{
    size_t before = going->session->history->steps.known;
    uint64_t end = clock_ms() + CALL_WITHIN_MS;

    guest_permit(going->followed->guest, 1);
    while (!is_over(going)) {
        size_t taken = take_calls(going, 1);

        if (taken > 0 && going->followed->last.kind != CALL_BEGAN)
            return true;
        if (taken == 0 && (!show(going) || (clock_ms() > end && family_waits(going->session))))
            return false;
    }
    return going->session->history->steps.known > before;
}

static bool run_until(struct going *going, const struct following_goal *goal)
{
    for (uint64_t i = 0; goal->calls == 0 || i < goal->calls; i++) {
        if (!let_one_pass(going))
            return false;
        session_catch_up(going->session);
        if (goal->pleases && goal->pleases(goal->context, going->session))
            return true;
        if (!show(going))
            return false;
    }
    return !goal->pleases;
}

bool following_go_on(struct interpreter *interpreter, const struct following_goal *goal,
                     bool *ret_reached, struct error *error)
{
    struct session *session = interpreter->session;
    struct going going = {.interpreter = interpreter,
                          .session = session,
                          .followed = session->followed,
                          .end_before = session->followed ? session->followed->end : FOLLOWED_ENDED,
                          .lends = goal->lends,
                          .began_ms = clock_ms(),
                          .began_at = session->history->steps.known};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    bool is_alone = !interpreter->face.watch && interpreter->face.ahead;

    if (!going.followed || (going.followed->end == FOLLOWED_ENDED && family_is_over(session)))
        return error_set(error, "there is no program that goes on; 'run PROGRAM' starts one");
    if (session->history->steps.count < session->history->steps.known &&
        !session_go(session, session->history->steps.known, error))
        return false;
    if (is_alone) /* keys that interrupt are for the program, as in a shell */
        sigaction(SIGINT, &ignore, &before);
    if (goal->stays)
        *ret_reached = true;
    else if (goal->pleases || goal->calls > 0)
        *ret_reached = run_until(&going, goal);
    else
        *ret_reached = run_free(&going);
    if (goal->lends)
        interpreter->face.lend(interpreter->face.context, NULL);
    going.lends = false;
    hold(&going);
    if (interpreter->face.watch)
        interpreter->face.watch(interpreter->face.context, NULL);
    if (is_alone)
        sigaction(SIGINT, &before, NULL);
    return true;
}
