/* wrong.c: see wrong.h.
 *
 * Whether a pointer is wrong, its mark says, and it alone; the walk of the heap, whose bytes the
 * program may have damaged, only finds words for it. */
#include "preload/wrong.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "preload/arena.h"
#include "preload/environment.h"

enum { TEXT_MAX = 256, LOCK_TRIES = 100, LOCK_PAUSE_NS = 10000000 };

/* What is known of the pointer. */
struct facts {
    struct hg_pointer_report report;
    bool was_freed;
    size_t usable; /* of the block around it */
};

/* Under guard a block tells what was asked for, and those that wait are free. */
static void look_under_guard(struct facts *facts)
{
    const struct hg_block *block = &facts->report.block;
    const char *start = process.region.start + block->at + block->header;

    guard_tell_size(start, &facts->usable);
    if (!marks_hold(&process.region.marks, start))
        facts->report.kind = HG_POINTER_FREE;
}

static struct facts look(const struct arena *arena, const void *payload)
{
    const struct marks *marks = &process.region.marks;
    struct facts facts = {.report.kind = HG_POINTER_OUTSIDE};
    const struct hg_block *block = &facts.report.block;

    if (!arena)
        return facts;
    hg_examine(arena->heap, arena->region->used, payload, &facts.report);
    facts.usable = block->size - block->header;
    if (block->kind == HG_KIND_USED) /* a free one has its footer where its payload was */
        facts.usable -= block->footer;
    if (process.guard.is_on && block->kind == HG_KIND_USED)
        look_under_guard(&facts);
    facts.was_freed =
        marks_grain(marks, payload) < marks->grains && marks_are_set(marks, payload, MARKS_EVER);
    return facts;
}

/* The lock is waited for, but not for ever: a signal may have come to a thread that holds it. */
static bool try_to_lock(const struct arena *arena)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (lock_try(arena->lock))
            return true;
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE_NS}, NULL);
    }
    return false;
}

/* What is wrong with an address in a block that holds no payload there and never did. */
static void describe_place(const struct facts *facts, char *text)
{
    const char *of = facts->report.kind == HG_POINTER_FREE ? "free block" : "block";
    long long distance = (long long)facts->report.distance;

    if (distance < 0)
        snprintf(text, TEXT_MAX, "in the header of a %s of %zu bytes, %lld before its start", of,
                 facts->usable, -distance);
    else
        snprintf(text, TEXT_MAX, "inside a %s of %zu bytes, %lld from its start", of, facts->usable,
                 distance);
}

static void describe_freed(const struct facts *facts, bool frees, char *text)
{
    const char *when = frees ? "freed twice" : "freed before";

    if (facts->report.kind == HG_POINTER_LIVE)
        snprintf(text, TEXT_MAX, "%s, a block of %zu bytes", when, facts->usable);
    else if (facts->report.kind != HG_POINTER_FREE)
        snprintf(text, TEXT_MAX, "%s; its memory went back to the system", when);
    else if (facts->report.distance == 0)
        snprintf(text, TEXT_MAX, "%s; a free block of %zu bytes starts there", when, facts->usable);
    else
        snprintf(text, TEXT_MAX, "%s; it lies in a free block of %zu bytes, %lld from its start",
                 when, facts->usable, (long long)facts->report.distance);
}

static void describe(const struct facts *facts, bool frees, char *text)
{
    enum hg_pointer_kind kind = facts->report.kind;

    if (facts->was_freed && kind != HG_POINTER_INSIDE)
        describe_freed(facts, frees, text);
    else if (kind == HG_POINTER_INSIDE || kind == HG_POINTER_FREE)
        describe_place(facts, text);
    else
        snprintf(text, TEXT_MAX, "never allocated here");
}

/* Look at the pointer, which may be any, with its arena's lock if that is to be had. */
static struct facts look_locked(const void *payload)
{
    struct arena *around = arena_of_number(region_part_of(&process.region, payload));
    struct arena *arena = around ? around : arena_of_number(0);
    bool locked = arena && !__libc_single_threaded && try_to_lock(arena);
    struct facts facts = look(arena, payload);

    if (locked)
        arena_unlock(arena);
    return facts;
}

_Noreturn void wrong_pointer(const char *function, const void *payload)
{
    struct facts facts = look_locked(payload);
    char text[TEXT_MAX];

    describe(&facts, strcmp(function, "free") == 0, text);
    if (process.follow)
        follow_tell_wrong(process.follow, payload, text);
    environment_say(STDERR_FILENO, "%s(%p): %s", function, payload, text);
    abort();
}

_Noreturn void wrong_waiting(const void *payload)
{
    struct facts facts = look_locked(payload);

    environment_say(STDERR_FILENO,
                    "free(%p): freed twice, or written to after it was freed; a block of %zu bytes",
                    payload, facts.usable);
    abort();
}
