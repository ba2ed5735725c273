/* following_words.c: what is said of a program that is followed. See following.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"
#include "command/following.h"
#include "follow/printed.h"
#include "session/callers.h"
#include "session/family.h"

/* ---- What it printed ---- */

void following_add_last_lines(const struct guest *guest, struct text *text)
{
    enum { LINES = 3, BYTES_MOST = 1024 };
    size_t length = guest->printed.length < BYTES_MOST ? guest->printed.length : BYTES_MOST;
    struct text lines = {0};
    const char *first;

    if (length == 0)
        return;
    printed_add(guest->printed.data + guest->printed.length - length, length, &lines);
    text_trim_end(&lines, "\n");
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
                 size_in_words(traced->most.live, size), traced->largest_live);
    if (picture->metrics.used_blocks > 0)
        text_add(text, " Never freed: %s in %" PRIu64 " block%s",
                 size_in_words(picture->metrics.requested, size), picture->metrics.used_blocks,
                 picture->metrics.used_blocks == 1 ? ":" : "s:");
    if (picture->metrics.used_blocks > 0)
        add_keepers(session, text);
}

/* How the program that was started ended. */
static void add_how(const struct guest *guest, struct text *text)
{
    text_add(text, "%s ", text_string(guest_is_child(guest) ? &guest->started : &guest->name));
    guest_add_end(guest, text);
}

/* How many calls it made. */
static void add_calls(const struct session *session, struct text *text)
{
    const struct guest *guest = session->followed->guest;
    size_t calls = session->history->steps.known;

    if (guest_is_child(guest))
        text_add(text, ". %s made ", text_string(&guest->name));
    else
        text_add(text, " after ");
    text_add(text, "%zu call%s", calls, calls == 1 ? "" : "s");
}

/* In which call it was when it ended. */
static void add_unfinished(struct guest *guest, struct text *text)
{
    const struct call *call = guest_ended_in(guest);

    if (!call)
        return;
    text_add(text, " It ended in the next, ");
    add_call(call, text);
    text_add(text, ", called by ");
    guest_add_place(guest, call->caller, text);
    text_add(text,
             "; our malloc trusts what it wrote into the heap, and that may have been written "
             "over.");
}

/* Why it, or what it executed, made no calls that we know of. */
static void add_obstacle(const struct session *session, struct text *text)
{
    const struct followed *followed = session->followed;
    const struct guest *guest = followed->guest;
    struct barred barred;

    if (guest_find_barred(guest, &barred)) {
        text_add(text, " ");
        utf8_add_visible(text, barred.name, strlen(barred.name));
        text_add(text, " %s.", obstacle_text(barred.obstacle));
    } else if (!followed->has_begun && guest_process(guest) == 0) {
        text_add(text, " No program %s loaded the library, if one was run.",
                 text_string(&guest->name));
    } else if (!followed->has_begun) {
        text_add(text, " It ended before it loaded the library.");
    } else if (followed->end == FOLLOWED_ENDED && session->history->steps.known == 0) {
        text_add(text, " Either it needs no malloc, or it has one of its own, which its calls go "
                       "to.");
    }
}

static void add_end(const struct session *session, struct text *text)
{
    const struct followed *followed = session->followed;
    const struct guest *guest = followed->guest;

    if (!followed->has_begun) {
        text_add(text, "%s ", text_string(&guest->started));
        guest_add_end(guest, text);
        text_add(text, ".");
        add_obstacle(session, text);
        return;
    }
    add_how(guest, text);
    if (followed->end != FOLLOWED_ENDED) { /* of its last calls nothing is known */
        text_add(text, ".");
        return;
    }
    add_calls(session, text);
    if (followed->last.kind == CALL_WRONG) {
        text_add(text, "; in the last, a pointer was wrong: %.*s", CALL_RING_WORDS_MAX,
                 guest->ring->words);
    } else if (session->history->steps.known > 0) {
        text_add(text, "; the last was ");
        add_call(&followed->last, text);
        text_add(text, ", called by ");
        guest_add_place(followed->guest, followed->last.caller, text);
    }
    text_add(text, ".");
    add_obstacle(session, text);
    add_unfinished(followed->guest, text);
    following_add_others(session, text);
    add_balance(session, text);
}

void following_add_others(const struct session *session, struct text *text)
{
    size_t others = family_count(session) - 1;
    bool is_over = session->followed->guest->has_ended && family_is_over(session);

    if (others == 1)
        text_add(text, " 1 other process %s followed, too: 'process' lists it.",
                 is_over ? "was" : "is");
    else if (others > 1)
        text_add(text, " %zu other processes %s followed, too: 'process' lists them.", others,
                 is_over ? "were" : "are");
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
        if (family_waits(session))
            text_add(text, " Perhaps it waits for a process that is held.");
        following_add_others(session, text);
    }
}

void following_show_state(struct interpreter *interpreter)
{
    following_add_state(interpreter, &interpreter->task.output);
    interpreter_look_at_last_step(interpreter);
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_MAP});
}
