/* followed_end.c: when a program is followed no further. See followed_parts.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "session/failure.h"
#include "session/followed_parts.h"
#include "session/import.h"

static void add_answer(uint64_t payload, struct text *text)
{
    if (payload == OFFSET_NULL)
        text_add(text, "NULL");
    else
        text_add(text, "+0x%04" PRIx64, payload);
}

static void tell_difference(const struct import_difference *difference, struct text *text)
{
    const struct traced_step *known = &difference->known;

    text_add(text, "step %zu: its malloc answered ", difference->number);
    add_answer(traced_payload(known), text);
    text_add(text, ", ours ");
    add_answer(difference->payload, text);
    if (known->heap_size != difference->heap_size)
        text_add(text, "; its heap then has %" PRIu64 " bytes, ours %" PRIu64,
                 (uint64_t)known->heap_size, difference->heap_size);
    text_add(text, "; the heaps are not the same any more");
}

void followed_end_steps(struct session *session, enum import_outcome outcome)
{
    struct followed *followed = session->followed;
    struct error error;

    followed->end = outcome == IMPORT_DIFFERED ? FOLLOWED_DIFFERED : FOLLOWED_FAILED;
    if (outcome == IMPORT_DIFFERED) {
        tell_difference(import_difference(followed->steps->import), &followed->problem);
    } else if (outcome == IMPORT_FULL) {
        followed_end_here(session, import_is_full);
        return;
    } else {
        text_add(&followed->problem, "step %zu: ", session->history->steps.count + 1);
        failure_add(target_failure(session->mirror->target), &followed->problem);
    }
    guest_hold(followed->guest);
    followed_finish_steps(followed);
    if (!import_recover(session->history, &session->mirror, &error))
        text_add(&followed->problem, "; %s", error.text);
}

void followed_end_here(struct session *session, const char *problem)
{
    struct followed *followed = session->followed;

    followed->end = FOLLOWED_FAILED;
    text_add(&followed->problem, "step %zu: %s", session->history->steps.count + 1, problem);
    guest_hold(followed->guest);
    followed_leave_steps(session);
}

void followed_end_unexpectedly(struct session *session, const char *problem)
{
    session_catch_up(session);
    if (session->followed->end == FOLLOWED_STILL)
        followed_end_here(session, problem);
}

void followed_leave_steps(struct session *session)
{
    struct followed *followed = session->followed;

    if (followed->steps)
        import_leave_payloads(followed->steps->import, session->mirror);
    followed_finish_steps(followed);
}

void followed_finish_steps(struct followed *followed)
{
    struct followed_steps *steps = followed->steps;

    followed->steps = NULL;
    if (!steps)
        return;
    import_end(steps->import);
    call_places_finish(&steps->places);
    traced_drop(steps->inherited);
    free(steps->held.payloads);
    free(steps);
}
