/* follow.c: see follow.h. */
#include "preload/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

#include "preload/follow_parts.h"
#include "preload/follow_signals.h"
#include "preload/process.h"
#include "preload/serve.h"

enum { CELLS_PREPARED = 1 << 15 };

/* What `attention` is where the next call must look. */
#define ATTENTION_DUE UINT32_MAX

__thread uint32_t follow_thread;

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
        follow_keep_handled_signals();
        if (__atomic_load_n(&ring->given_back, __ATOMIC_SEQ_CST) == given_back)
            follow_sleep(ring, &ring->given_back, given_back);
    }
    return ring->free[ring->taken_back++ & (ring->segments - 1)];
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

/* Whether calls have to wait. */
static inline bool is_shut(const struct call_ring *ring)
{
    return __builtin_expect(__atomic_load_n(&ring->gate, __ATOMIC_RELAXED) & GATE_SHUT, false);
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
        follow_keep_handled_signals();
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

/* Let there be room for more cells, and memory for many at once instead of page by page. A kernel
 * that cannot do that lets it be. */
static void __attribute__((noinline)) make_ready(struct follow *follow)
{
    enum { BYTES = CELLS_PREPARED * sizeof *follow->next };
    struct call_ring *ring = follow->ring;
    uint64_t at = follow->written;
    int number = errno;

    if (at % CALL_SEGMENT == 0)
        ring->order[at / CALL_SEGMENT & (ring->segments - 1)] = (uint8_t)take_segment(ring);
    follow->next = call_ring_place(ring, ring->segments, at);
    follow->end = follow->next + CELLS_PREPARED - at % CELLS_PREPARED;
    if (at % CELLS_PREPARED == 0)
        madvise(follow->next, BYTES, MADV_POPULATE_WRITE);
    errno = number;
}

/* Where the next cell is written. */
static inline struct call_cell *next_place(struct follow *follow)
{
    if (__builtin_expect(follow->next == follow->end, false))
        make_ready(follow);
    return follow->next;
}

/* What is written there is not told yet. */
static inline void step_on(struct follow *follow)
{
    follow->written++;
    follow->next++;
}

/* What was written is told. */
static inline void tell_written(struct follow *follow)
{
    __atomic_store_n(&follow->ring->others, follow->others, __ATOMIC_RELAXED);
    __atomic_store_n(&follow->ring->written, follow->written, __ATOMIC_RELEASE);
}

/* Write down what is no call. */
static void add(struct follow *follow, enum call_cell_kind kind, unsigned site, uint64_t value)
{
    *next_place(follow) = (struct call_cell){call_cell_what(kind, site, 0), 0};
    step_on(follow);
    *next_place(follow) = call_cell_of_value(value);
    step_on(follow);
    follow->others += 2;
}

/* Say when it is, if that is due. As long as the gate is shut, it is due with each call. */
static void heed(struct follow *follow)
{
    struct call_ring *ring = follow->ring;
    uint32_t attention = __atomic_load_n(&ring->attention, __ATOMIC_SEQ_CST);
    bool is_due = __atomic_load_n(&ring->gate, __ATOMIC_SEQ_CST) & GATE_SHUT;

    if (attention == follow->attention && !is_due)
        return;
    add(follow, CELL_TIME, 0, call_ring_clock());
    follow->attention = is_due || ring->up > 0 ? ATTENTION_DUE : attention;
}

/* The site of a call, which is told where it is new. */
static unsigned tell_site(struct follow *follow, const void *caller)
{
    uint64_t address = (uintptr_t)caller;
    unsigned site;

    if (follow->ring->up > 0 && caller)
        address = caller_above(follow->ring->up, caller);
    site = call_site_of(address);
    if (follow->sites[site] != address) {
        follow->sites[site] = address;
        add(follow, CELL_SITE, site, address);
    }
    return site;
}

static void tell_thread(struct follow *follow)
{
    if (follow_thread == 0)
        follow_thread = (uint32_t)syscall(SYS_gettid);
    if (follow->thread == follow_thread)
        return;
    follow->thread = follow_thread;
    add(follow, CELL_THREAD, 0, follow_thread);
}

/* Write down what begins. */
static void begin_call(struct follow *follow, const struct asked *asked, size_t alignment,
                       size_t size, const void *old)
{
    uint64_t given = offset_of(follow, old), where = call_cell_where(given);
    unsigned site;
    struct call_cell *cell;

    heed(follow);
    tell_thread(follow);
    site = tell_site(follow, asked->caller);
    if (asked->kind == CALL_REALLOC || where >= CELL_NOWHERE)
        where = CELL_NOWHERE;
    if (given != CALL_NULL && where == CELL_NOWHERE)
        add(follow, CELL_OLD, 0, given);
    if (alignment > 1)
        add(follow, CELL_POWER, 0, (uint64_t)__builtin_ctzll(alignment));
    if (size >= CELL_SIZE_MOST)
        add(follow, CELL_SIZE, 0, size);
    cell = next_place(follow);
    tell_written(follow);
    *cell = (struct call_cell){
        call_cell_what(asked->kind, site, size < CELL_SIZE_MOST ? size : CELL_SIZE_MOST),
        (uint32_t)where};
    __atomic_store_n(&follow->ring->begun, follow->written + 1, __ATOMIC_RELEASE);
}

/* A file by which a program was started, if the system calls it as it calls the process. */
static bool is_that(const char *path, const char *called, struct call_ring *ring)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    if (!called[0] || strncmp(name, called, strlen(called)) != 0)
        return false;
    memset(ring->name, 0, sizeof ring->name);
    memcpy(ring->name, name, strnlen(name, sizeof ring->name - 1));
    return true;
}

/* The system calls a process as the file that was executed, or rather the first bytes of that; of a
 * script, that is an argument to what runs it, and behind its options. */
static void name_program(struct call_ring *ring)
{
    enum { CALLED_MAX = 16, ARGUMENTS = 3 };
    char called[CALLED_MAX] = "", line[1024];
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, line, sizeof line - 1) : 0;
    const char *at = line;

    if (file >= 0)
        close(file);
    line[length > 0 ? length : 0] = '\0';
    prctl(PR_GET_NAME, called);
    for (int i = 0; i < ARGUMENTS && at < line + length; i++, at += strlen(at) + 1) {
        if (is_that(at, called, ring))
            return;
    }
    memset(ring->name, 0, sizeof ring->name);
    memcpy(ring->name, called, sizeof called);
}

void follow_begin(struct follow *follow, const char *heap_start)
{
    follow->heap_start = heap_start;
    name_program(follow->ring);
    add(follow, CELL_OLD, 0, (uintptr_t)heap_start);
    *next_place(follow) = (struct call_cell){call_cell_what(CALL_BEGAN, 0, 0), CELL_NOWHERE};
    step_on(follow);
    tell_written(follow);
    wait_for_look(follow->ring);
}

void follow_ask(struct follow *follow, const struct asked *asked, size_t alignment, size_t size,
                const void *old)
{
    struct call_ring *ring = follow->ring;

    if (!ring)
        return;
    if (is_shut(ring))
        follow_keep_signals();
    begin_call(follow, asked, alignment, size, old);
    if (is_shut(ring))
        wait_at_gate(ring);
}

void follow_tell(struct follow *follow, const void *payload, size_t heap_size)
{
    uint64_t given = offset_of(follow, payload), where = call_cell_where(given);

    if (!follow->ring)
        return;
    if (payload)
        follow->next->where = where < CELL_NOWHERE ? (uint32_t)where : CELL_NOWHERE;
    step_on(follow);
    if (payload && where >= CELL_NOWHERE)
        add(follow, CELL_PAYLOAD, 0, given);
    if (heap_size != follow->heap_size)
        add(follow, CELL_HEAP, 0, heap_size);
    follow->heap_size = heap_size;
    tell_written(follow);
}

/* What there is to be told of the process itself; NULL for nothing, or if it is another that has
 * its memory, after vfork. */
static struct call_ring *own_ring(void)
{
    const struct follow *follow = process.follow;

    return follow && follow->process == (uint64_t)getpid() ? follow->ring : NULL;
}

EXPORT void heapglass_leaves(int status)
{
    struct call_ring *ring = own_ring();

    if (ring)
        ring->leaves = 1 + (status & UINT8_MAX);
}

EXPORT void heapglass_becomes(const struct call_bar *bar)
{
    struct call_ring *ring = own_ring();

    if (ring)
        ring->bar = *bar;
    else
        heapglass_starts(getpid(), bar);
}

EXPORT void heapglass_starts(pid_t started, const struct call_bar *bar)
{
    if (bar->obstacle != OBSTACLE_NONE && process.follow && process.follow->ring)
        follow_tell_barred(process.follow, (uint64_t)started, bar);
}

void follow_tell_wrong(struct follow *follow, const void *old, const char *words)
{
    static const struct asked wrong = {.kind = CALL_WRONG};

    if (!follow->ring)
        return;
    strncpy(follow->ring->words, words, sizeof follow->ring->words - 1);
    begin_call(follow, &wrong, 1, 0, old);
    step_on(follow);
    tell_written(follow);
}
