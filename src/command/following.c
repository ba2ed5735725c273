/* following.c: see following.h. */
#include "command/following.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/size.h"
#include "base/utf8.h"
#include "follow/printed.h"
#include "session/callers.h"
#include "session/followed.h"
#include "session/seek.h"

enum {
    CALLS_AT_ONCE = 1 << 14,
    FRAME_MS = 33,        /* from one look at the heap to the next, and */
    FRAME_SHARE = 8,      /* that takes one part in so many of all the time */
    IDLE_MS = 1,          /* from one look for calls to the next */
    HELD_WITHIN_MS = 200, /* a program that is to be held may not call again for long */
};

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* A program that goes on. */
struct going {
    struct interpreter *interpreter;
    struct session *session;
    struct followed *followed;
    enum followed_end end_before;
    uint64_t began_ms, frame_ms; /* when the next frame is due */
    size_t began_at;             /* steps */
    bool lends;
};

/* ---- What is shown meanwhile ---- */

/* The last lines that it printed. */
static void add_last_lines(const struct guest *guest, struct text *text)
{
    enum { LINES = 3, BYTES_MOST = 1024 };
    size_t length = guest->printed.length < BYTES_MOST ? guest->printed.length : BYTES_MOST;
    struct text lines = {0};
    const char *first;

    if (length == 0)
        return;
    printed_add(guest->printed.data + guest->printed.length - length, length, &lines);
    while (lines.length > 0 && lines.data[lines.length - 1] == '\n')
        lines.data[--lines.length] = '\0';
    first = text_string(&lines) + lines.length;
    for (int line = 0; line < LINES && first > lines.data; line++) {
        while (first > lines.data && first[-1] != '\n')
            first--;
        first -= line + 1 < LINES && first > lines.data;
    }
    first += *first == '\n';
    text_add(text, "\n");
    utf8_add_visible(text, first, strlen(first));
    text_finish(&lines);
}

static void add_running(const struct going *going, struct text *text)
{
    const struct steps *steps = &going->session->history->steps;
    const struct guest *guest = going->followed->guest;
    uint64_t passed = now_ms() - going->began_ms;
    size_t done = steps->known > going->began_at ? steps->known - going->began_at : 0;
    char live[SIZE_TEXT_MAX], heap[SIZE_TEXT_MAX];

    text_add(text, "%s %s: %zu calls", text_string(&guest->name),
             guest->has_ended       ? "has ended"
             : guest_is_held(guest) ? "is held"
                                    : "runs",
             steps->known);
    if (guest_waiting(guest) > CALLS_AT_ONCE)
        text_add(text, " (and %zu more to be taken in)", guest_waiting(guest));
    if (passed > 0)
        text_add(text, ", %" PRIu64 " a second", (uint64_t)done * 1000 / passed);
    if (steps->known > 0)
        text_add(text, "; %s live, a heap of %s",
                 size_in_words(steps_live(steps, steps->known), live),
                 size_short(steps_heap_size(steps, steps->known), heap));
    text_add(text, ".");
    add_last_lines(guest, text);
}

/* Show how things are, if it is time. Returns whether the user wants it to go on. */
static bool show(struct going *going)
{
    const struct face *face = &going->interpreter->face;
    const size_t known = going->session->history->steps.known;
    uint64_t began = now_ms(), took;
    struct text text = {0};
    bool goes_on;

    if (going->lends)
        return face->lend(face->context, going->followed->guest);
    if (began < going->frame_ms)
        return true;
    if (!face->watch) {
        going->frame_ms = began + FRAME_MS;
        return !face->progress.tick || face->progress.tick(face->progress.context, known, 0);
    }
    session_catch_up(going->session);
    add_running(going, &text);
    interpreter_look_at_last_step(going->interpreter);
    goes_on = face->watch(face->context, text_string(&text));
    text_finish(&text);
    took = FRAME_SHARE * (now_ms() - began);
    going->frame_ms = now_ms() + (took > FRAME_MS ? took : FRAME_MS);
    return goes_on;
}

/* ---- Going on ---- */

/* Whether there is no more to come; or what there is cannot be followed, which is told at once. */
static bool is_over(const struct going *going)
{
    const struct followed *followed = going->followed;

    return followed->end != going->end_before ||
           (followed->end != FOLLOWED_STILL && followed->guest->has_ended &&
            guest_waiting(followed->guest) == 0);
}

/* Make steps of what it has done; wait a little where there is nothing. */
static size_t take_calls(struct going *going, size_t most)
{
    struct guest *guest = going->followed->guest;
    size_t taken;

    guest_attend(guest, guest_waiting(guest) > 0 ? 0 : IDLE_MS);
    taken = session_follow(going->session, most);
    return taken;
}

/* Let it be at its next call, if it comes to one soon, with all before it being steps. */
static void hold(struct going *going)
{
    struct guest *guest = going->followed->guest;
    uint64_t end = now_ms() + HELD_WITHIN_MS;

    guest_hold(guest);
    while (!is_over(going) &&
           ((!guest_held_at(guest) && now_ms() < end) || guest_waiting(guest) > 0)) {
        take_calls(going, CALLS_AT_ONCE);
        show(going);
    }
    if (guest_held_at(guest))
        take_calls(going, CALLS_AT_ONCE); /* what came in between */
    session_catch_up(going->session);
}

static bool run_free(struct going *going)
{
    guest_release(going->followed->guest);
    while (!is_over(going) && show(going))
        take_calls(going, CALLS_AT_ONCE);
    return is_over(going);
}

/* Let one call pass. Returns whether it did; the user may want to wait no longer. */
static bool let_one_pass(struct going *going)
{
    size_t before = going->session->history->steps.known;

    guest_permit(going->followed->guest, 1);
    while (!is_over(going)) {
        size_t taken = take_calls(going, 1);

        if (taken > 0 && going->followed->last.kind != CALL_BEGAN)
            return true;
        if (taken == 0 && !show(going))
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
                          .began_ms = now_ms(),
                          .began_at = session->history->steps.known};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    bool is_alone = !interpreter->face.watch && interpreter->face.ahead;

    if (!going.followed || going.followed->end == FOLLOWED_ENDED)
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
    if (is_alone)
        sigaction(SIGINT, &before, NULL);
    return true;
}

/* ---- Where it is ---- */

static void add_call(const struct call *call, struct text *text)
{
    static const char *const names[CALL_KINDS] = {
        [CALL_MALLOC] = "malloc",   [CALL_CALLOC] = "calloc", [CALL_ALIGNED] = "memalign",
        [CALL_REALLOC] = "realloc", [CALL_FREE] = "free",
    };
    char at[SIZE_TEXT_MAX];

    text_add(text, "%s(", names[call->kind]);
    if (call->old != CALL_NULL)
        text_add(text, "%s%s", offset_text(call->old, at), call->kind == CALL_FREE ? "" : ", ");
    if (call->kind == CALL_ALIGNED)
        text_add(text, "%" PRIu64 ", ", (uint64_t)1 << call->power);
    if (call->kind != CALL_FREE)
        text_add(text, "%" PRIu64, call->size);
    text_add(text, ")");
}

/* By whom the most of it was asked for. */
static void add_keepers(const struct session *session, struct text *text)
{
    enum { LISTED_MOST = 5 };
    struct error ignored;
    size_t count = 0;
    struct caller *callers = callers_find(session, CALLERS_BY_LIVE, &count, &ignored);
    char size[SIZE_TEXT_MAX];

    for (size_t i = 0; i < count && callers[i].blocks > 0; i++) {
        if (i == LISTED_MOST) {
            text_add(text, "\n  ... 'callers' lists all");
            break;
        }
        text_add(text, "\n  %-12s", size_in_words(callers[i].bytes, size));
        text_add(text, " %6" PRIu64 " block%s  ", callers[i].blocks,
                 callers[i].blocks == 1 ? " " : "s");
        callers_add_site(session, callers[i].site, text);
    }
    free(callers);
}

/* What was never freed, and what was most. */
static void add_balance(const struct session *session, struct text *text)
{
    const struct picture *picture = &session->mirror->picture;
    const struct traced *traced = session->history->steps.traced;
    char size[SIZE_TEXT_MAX];

    if (traced && traced->largest_live > 0)
        text_add(text, " The most that was live, %s, was so after step %zu.",
                 size_in_words(traced->steps[traced->largest_live - 1].live, size),
                 traced->largest_live);
    if (picture->metrics.used_blocks > 0)
        text_add(text, " Never freed: %s in %" PRIu64 " block%s",
                 size_in_words(picture->metrics.requested, size), picture->metrics.used_blocks,
                 picture->metrics.used_blocks == 1 ? ":" : "s:");
    if (picture->metrics.used_blocks > 0)
        add_keepers(session, text);
}

/* How it ended, and how many calls it made. */
static void add_calls(const struct session *session, struct text *text)
{
    const struct guest *guest = session->followed->guest;
    size_t calls = session->history->steps.known;

    text_add(text, "%s ", text_string(guest_is_child(guest) ? &guest->started : &guest->name));
    guest_add_end(guest, text);
    if (guest_is_child(guest))
        text_add(text, ". %s made ", text_string(&guest->name));
    else
        text_add(text, " after ");
    text_add(text, "%zu call%s", calls, calls == 1 ? "" : "s");
}

static void add_end(const struct session *session, struct text *text)
{
    const struct followed *followed = session->followed;
    const struct guest *guest = followed->guest;

    if (!followed->has_begun) {
        text_add(text, "%s ", text_string(&guest->started));
        guest_add_end(guest, text);
        text_add(text,
                 ". %s did not load the library: programs that are statically linked or change "
                 "their user do not.",
                 guest_is_child(guest) ? text_string(&guest->name) : "It");
        return;
    }
    add_calls(session, text);
    if (followed->last.kind == CALL_WRONG) {
        text_add(text, "; in the last, a pointer was wrong: %s", guest->ring->words);
    } else if (session->history->steps.known > 0) {
        text_add(text, "; the last was ");
        add_call(&followed->last, text);
        text_add(text, ", called by ");
        guest_add_place(followed->guest, followed->last.caller, text);
    }
    text_add(text, ".");
    add_balance(session, text);
}

void following_add_state(const struct interpreter *interpreter, struct text *text)
{
    const struct session *session = interpreter->session;
    const struct followed *followed = session->followed;
    const char *name = text_string(&followed->guest->name);
    const struct call *waits = guest_held_at(followed->guest);

    if (session->history->steps.count < session->history->steps.known)
        return;
    if (followed->problem.length > 0)
        text_add(text, "%s is followed no further: %s.%s", name, text_string(&followed->problem),
                 followed->guest->has_ended ? " " : "");
    if (followed->guest->has_ended) {
        add_end(session, text);
    } else if (followed->end != FOLLOWED_STILL) {
        return;
    } else if (waits) {
        text_add(text, "%s waits in ", name);
        add_call(waits, text);
        text_add(text, ", called by ");
        guest_add_place(followed->guest, waits->caller, text);
        text_add(text, ".");
    } else {
        text_add(text, "%s runs, and will wait in its next call.", name);
    }
}
