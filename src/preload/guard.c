/* guard.c: see guard.h. */
#include "preload/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/red_zone.h"
#include "preload/environment.h"
#include "preload/process.h"

enum {
    LOOK_LEAST = 1000, /* operations between two looks, or as many as there are live payloads */
    WAITING_BYTES = 16 << 20
};

#define SIZE_KEY 0x6472617567212121u /* "!!!guard", read as a little-endian word */

/* ---- What a block under guard holds ---- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The word at the end of a block with `usable` bytes. */
static char *size_word(const void *payload, size_t usable)
{
    return (char *)(uintptr_t)payload + usable - sizeof(uint64_t);
}

static uint64_t keyed(const void *payload, uint64_t size)
{
    return size ^ SIZE_KEY ^ (uintptr_t)payload;
}

/* How much of the payload's block is usable, if that is possible at all. */
static bool tell_usable(const void *payload, size_t *ret_usable)
{
    size_t at = (size_t)((const char *)payload - process.region.start);
    size_t usable = hg_usable_size(process.heap, payload);

    *ret_usable = usable;
    return usable >= RED_ZONE_LEAST + sizeof(uint64_t) && usable <= process.region.used - at;
}

bool guard_tell_size(const void *payload, size_t *ret_size)
{
    size_t usable;
    uint64_t word;

    if (!tell_usable(payload, &usable))
        return false;
    memcpy(&word, size_word(payload, usable), sizeof word);
    *ret_size = keyed(payload, word);
    return *ret_size <= usable - RED_ZONE_LEAST - sizeof word;
}

/* Whether nothing was written where the program must not; else words on it. */
static bool is_whole(const void *payload, bool waits, char *text)
{
    size_t size, end, at;

    if (!guard_tell_size(payload, &size)) {
        snprintf(text, GUARD_TEXT_MAX,
                 "a block at %p written to before its start or far behind its end", payload);
        return false;
    }
    end =
        (size_t)(size_word(payload, hg_usable_size(process.heap, payload)) - (const char *)payload);
    at = red_zone_find_other(payload, size, end, RED_ZONE_BYTE);
    if (at < end) {
        snprintf(text, GUARD_TEXT_MAX,
                 "a block of %zu bytes at %p written to behind its end, at byte %zu", size, payload,
                 at);
        return false;
    }
    end = smaller(size, RED_FREED_MOST);
    at = waits ? red_zone_find_other(payload, 0, end, RED_FREED_BYTE) : end;
    if (at < end)
        snprintf(text, GUARD_TEXT_MAX,
                 "a block of %zu bytes at %p written to after it was freed, at byte %zu", size,
                 payload, at);
    return at == end;
}

/* ---- Looking at everything ---- */

struct look {
    uint64_t live, waiting; /* used blocks that are */
    char *text;             /* of the first damage; empty while there is none */
};

static bool look_at_block(void *context, const struct hg_block *block)
{
    struct look *look = context;
    const char *payload = process.region.start + block->at + block->header;

    if (block->kind != HG_KIND_USED)
        return true;
    if (marks_hold(&process.region.marks, payload)) {
        look->live++;
        return is_whole(payload, false, look->text);
    }
    look->waiting++;
    return true;
}

static bool look_at_waiting(char *text)
{
    const struct guard *guard = &process.guard;

    for (unsigned i = 0; i < guard->count; i++) {
        if (!is_whole(guard->waiting[(guard->first + i) % GUARD_WAITING_MOST], true, text))
            return false;
    }
    return true;
}

bool guard_look(char text[GUARD_TEXT_MAX])
{
    const struct guard *guard = &process.guard;
    struct look look = {.text = text};
    struct hg_defect defect;
    uint64_t freed;

    text[0] = '\0';
    if (!hg_check(process.heap, process.region.used, &defect)) {
        snprintf(text, GUARD_TEXT_MAX, "the heap damaged at +0x%llx; this no longer holds: %s",
                 (unsigned long long)defect.at, hg_invariant_text(defect.broken));
        return false;
    }
    hg_walk(process.heap, process.region.used, 0, look_at_block, &look);
    if (text[0] != '\0' || !look_at_waiting(text))
        return false;
    freed = guard->count + guard->lost;
    if (look.live != guard->live || look.waiting != freed)
        snprintf(text, GUARD_TEXT_MAX,
                 "%llu live and %llu freed blocks, where the program has %llu and %llu",
                 (unsigned long long)look.live, (unsigned long long)look.waiting,
                 (unsigned long long)guard->live, (unsigned long long)freed);
    return text[0] == '\0';
}

static _Noreturn void fail(const char *function, const char *text)
{
    process_leave(!__libc_single_threaded);
    environment_say(STDERR_FILENO, "%s found %s", function, text);
    abort();
}

static void expect_whole(const char *function, const void *payload, bool waits)
{
    char text[GUARD_TEXT_MAX];

    if (!is_whole(payload, waits, text))
        fail(function, text);
}

/* Look at everything as often as there is about as much to look at, so that an operation costs the
 * same in small heaps and in large ones. */
static void look_now_and_then(const char *function)
{
    struct guard *guard = &process.guard;
    char text[GUARD_TEXT_MAX];

    if (guard->until_look-- > 0)
        return;
    guard->until_look = guard->live > LOOK_LEAST ? guard->live : LOOK_LEAST;
    if (!guard_look(text))
        fail(function, text);
}

/* ---- Operations ---- */

void *guard_allocate(const char *function, size_t alignment, size_t size)
{
    size_t more = RED_ZONE_LEAST + sizeof(uint64_t), usable;
    uint64_t word;
    char *payload;

    look_now_and_then(function);
    payload = hg_aligned_alloc(process.heap, alignment, size > HG_SIZE_MAX ? size : size + more);
    if (!payload)
        return NULL;
    usable = hg_usable_size(process.heap, payload);
    word = keyed(payload, size);
    red_zone_paint(payload, size, usable);
    memcpy(size_word(payload, usable), &word, sizeof word);
    process.guard.live++;
    return payload;
}

/* The block that has waited longest goes back to the heap. */
static void let_go(const char *function)
{
    struct guard *guard = &process.guard;
    void *payload = guard->waiting[guard->first];

    expect_whole(function, payload, true);
    guard->waiting_bytes -= hg_usable_size(process.heap, payload);
    guard->first = (guard->first + 1) % GUARD_WAITING_MOST;
    guard->count--;
    if (!hg_free(process.heap, payload))
        guard->lost++;
}

void guard_free(const char *function, void *payload)
{
    struct guard *guard = &process.guard;
    size_t usable;

    look_now_and_then(function);
    red_zone_fill_freed(payload, guard_size(function, payload));
    usable = hg_usable_size(process.heap, payload);
    while (guard->count == GUARD_WAITING_MOST ||
           (guard->count > 0 && guard->waiting_bytes + usable > WAITING_BYTES))
        let_go(function);
    guard->waiting[(guard->first + guard->count++) % GUARD_WAITING_MOST] = payload;
    guard->waiting_bytes += usable;
    guard->live--;
}

size_t guard_size(const char *function, const void *payload)
{
    size_t size = 0;

    expect_whole(function, payload, false);
    guard_tell_size(payload, &size);
    return size;
}
