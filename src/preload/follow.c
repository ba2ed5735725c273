/* follow.c: see follow.h. */
#include "preload/follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include "preload/follow_parts.h"

enum { CALLS_PREPARED = 1 << 12 };

/* ---- Waiting ---- */

/* A segment for more calls: one that was given back, or a fresh one; else it is waited for. */
static uint32_t take_segment(struct call_ring *ring)
{
    uint32_t given_back;

    while ((given_back = __atomic_load_n(&ring->given_back, __ATOMIC_ACQUIRE)) ==
           ring->taken_back) {
        if (ring->fresh < ring->segments)
            return ring->fresh++;
        __atomic_store_n(&ring->needs_room, 1, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&ring->given_back, __ATOMIC_SEQ_CST) == given_back)
            follow_sleep(ring, &ring->given_back, given_back);
    }
    return ring->free[ring->taken_back++ & (ring->segments - 1)];
}

/* The kernel's number of this thread, asked for once in each process. */
static uint32_t this_thread(const struct follow *follow)
{
    static __thread uint64_t process __attribute__((tls_model("initial-exec")));
    static __thread uint32_t number __attribute__((tls_model("initial-exec")));

    if (process != follow->process) {
        process = follow->process;
        number = (uint32_t)syscall(SYS_gettid);
    }
    return number;
}

static uint64_t offset_of(const struct follow *follow, const void *payload)
{
    return payload ? (uint64_t)((const char *)payload - follow->heap_start) : CALL_NULL;
}

/* On the way up the stack. */
struct climb {
    uintptr_t from; /* the address that is looked for; 0 once it was found */
    uint32_t left;  /* so many calls above it */
    uintptr_t at;
};

static _Unwind_Reason_Code climb(struct _Unwind_Context *context, void *argument)
{
    struct climb *climb = argument;
    uintptr_t address = _Unwind_GetIP(context);

    if (climb->from == 0) {
        climb->at = address;
        climb->left--;
    } else if (address == climb->from) {
        climb->from = 0;
    }
    return climb->from == 0 && climb->left == 0 ? _URC_END_OF_STACK : _URC_NO_REASON;
}

/* Who called whom so many calls further up. Where the stack cannot be read any further, it is the
 * last that can. */
static uint64_t __attribute__((noinline)) caller_above(uint32_t up, const void *caller)
{
    struct climb way = {(uintptr_t)caller, up, (uintptr_t)caller};

    _Unwind_Backtrace(climb, &way);
    return way.at;
}

/* Take a permit to pass the gate, if there is one. */
static bool take_permit(struct call_ring *ring)
{
    uint32_t permits = __atomic_load_n(&ring->permits, __ATOMIC_ACQUIRE);

    while (permits > 0) {
        if (__atomic_compare_exchange_n(&ring->permits, &permits, permits - 1, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            return true;
    }
    return false;
}

/* Wait at the gate, which is shut. Whoever opens it or gives a permit changes the futex. */
static void __attribute__((noinline)) wait_at_gate(struct call_ring *ring)
{
    int number = errno;

    for (;;) {
        uint32_t gate = __atomic_load_n(&ring->gate, __ATOMIC_ACQUIRE);

        if ((gate & GATE_SHUT) == 0 || take_permit(ring))
            break;
        __atomic_store_n(&ring->is_waiting, 1, __ATOMIC_RELEASE);
        follow_sleep(ring, &ring->gate, gate);
    }
    __atomic_store_n(&ring->is_waiting, 0, __ATOMIC_RELEASE);
    errno = number;
}

/* ---- Being looked at ---- */

/* What code is mapped, and where, only a process that is there can say: wait until it was looked
 * at, but not for ever. */
static void wait_for_look(struct call_ring *ring)
{
    int number = errno;

    __atomic_store_n(&ring->wants_look, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&ring->wants_look, __ATOMIC_ACQUIRE)) {
        if (!follow_sleep(ring, &ring->wants_look, 1))
            break;
    }
    errno = number;
}

void follow_end(struct follow *follow)
{
    if (follow->ring)
        wait_for_look(follow->ring);
}

/* ---- Telling ---- */

/* Let there be room for more calls, and memory for many at once instead of page by page. A kernel
 * that cannot do that lets it be. */
static void __attribute__((noinline)) make_ready(struct follow *follow)
{
    struct call_ring *ring = follow->ring;
    uint64_t at = follow->written;
    int number = errno;

    if (at % CALL_SEGMENT == 0)
        ring->order[at / CALL_SEGMENT & (ring->segments - 1)] = (uint8_t)take_segment(ring);
    follow->next = call_ring_place(ring, ring->segments, at);
    follow->ready = at - at % CALLS_PREPARED + CALLS_PREPARED;
    if (at % CALLS_PREPARED == 0)
        madvise(follow->next, CALLS_PREPARED * sizeof follow->next[0], MADV_POPULATE_WRITE);
    errno = number;
}

/* Where the next call is written down. */
static inline struct call *next_place(struct follow *follow)
{
    if (__builtin_expect(follow->written == follow->ready, false))
        make_ready(follow);
    return follow->next;
}

/* What is written down there is told. */
static inline void tell_next(struct follow *follow)
{
    follow->written++;
    follow->next++;
    __atomic_store_n(&follow->ring->written, follow->written, __ATOMIC_RELEASE);
}

/* Write down what begins. */
static inline void begin_call(struct follow *follow, const struct asked *asked, size_t alignment,
                              size_t size, const void *old)
{
    struct call *call = next_place(follow);

    call->power = (uint8_t)__builtin_ctzll(alignment);
    call->thread = this_thread(follow);
    call->size = size;
    call->payload = CALL_NULL;
    call->old = offset_of(follow, old);
    call->time = call_ring_clock();
    call->caller = __builtin_expect(follow->ring->up > 0, false) && asked->caller
                       ? caller_above(follow->ring->up, asked->caller)
                       : (uintptr_t)asked->caller;
    call->kind = (uint8_t)asked->kind;
    __atomic_store_n(&follow->ring->begun, follow->written + 1, __ATOMIC_RELEASE);
}

void follow_begin(struct follow *follow, const char *heap_start)
{
    follow->heap_start = heap_start;
    if (program_invocation_short_name)
        strncpy(follow->ring->name, program_invocation_short_name, sizeof follow->ring->name - 1);
    *next_place(follow) = (struct call){.kind = CALL_BEGAN, .payload = (uintptr_t)heap_start};
    tell_next(follow);
    wait_for_look(follow->ring);
}

void follow_ask(struct follow *follow, const struct asked *asked, size_t alignment, size_t size,
                const void *old)
{
    struct call_ring *ring = follow->ring;

    if (!ring)
        return;
    begin_call(follow, asked, alignment, size, old);
    if (__builtin_expect(__atomic_load_n(&ring->gate, __ATOMIC_RELAXED) & GATE_SHUT, false))
        wait_at_gate(ring);
}

void follow_tell(struct follow *follow, const void *payload, size_t heap_size)
{
    if (!follow->ring)
        return;
    follow->next->payload = offset_of(follow, payload);
    follow->next->heap_size = heap_size;
    tell_next(follow);
}

void follow_tell_wrong(struct follow *follow, const void *old, const char *words)
{
    static const struct asked wrong = {.kind = CALL_WRONG};

    if (!follow->ring)
        return;
    strncpy(follow->ring->words, words, sizeof follow->ring->words - 1);
    begin_call(follow, &wrong, 1, 0, old);
    tell_next(follow);
}
