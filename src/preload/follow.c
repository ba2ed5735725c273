/* follow.c: see follow.h. */
#include "preload/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

enum { CALLS_PREPARED = 1 << 12 };

/* ---- Beginning ---- */

/* Whether this process is called so; the kernel keeps the beginning of a name. */
static bool is_called(const char *name)
{
    enum { KEPT = 15 };
    char own[KEPT + 1] = "";

    prctl(PR_GET_NAME, own);
    return strncmp(own, name, KEPT) == 0;
}

/* Whether the ring is for this process, which may be the first that is called as it should be. */
static bool is_ours(struct call_ring *ring)
{
    uint64_t nobody = 0, self = (uint64_t)getpid();

    if (ring->wanted[0] && is_called(ring->wanted))
        __atomic_compare_exchange_n(&ring->process, &nobody, self, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST);
    return ring->process == self;
}

/* Map the ring in the file at `path` if it is for this process. Children do not have it. */
static struct call_ring *map_ring(const char *path)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    struct call_ring *ring = MAP_FAILED;
    struct stat status = {0};
    size_t size;

    if (file < 0)
        return NULL;
    size = fstat(file, &status) == 0 ? (size_t)status.st_size : 0;
    if (size > CALL_RING_HEAD_BYTES)
        ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (ring == MAP_FAILED)
        return NULL;
    if (is_ours(ring) && size == CALL_RING_HEAD_BYTES + ring->capacity * sizeof(struct call) &&
        madvise(ring, size, MADV_DONTFORK) == 0)
        return ring;
    munmap(ring, size);
    return NULL;
}

struct follow *follow_open(void)
{
    const char *path = secure_getenv(CALL_RING_VARIABLE);
    struct follow *follow = NULL;
    struct call_ring *ring;
    int number = errno;

    ring = path ? map_ring(path) : NULL;
    if (ring)
        follow =
            mmap(NULL, sizeof *follow, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = number;
    if (!ring || follow == MAP_FAILED || madvise(follow, sizeof *follow, MADV_WIPEONFORK) != 0)
        return NULL;
    *follow = (struct follow){.ring = ring, .mask = ring->capacity - 1};
    return follow;
}

struct hg_config follow_config(const struct follow *follow)
{
    struct hg_config config = {.policy = follow->ring->policy};

    memcpy(config.settings, follow->ring->settings, sizeof config.settings);
    return config;
}

_Static_assert(HG_SETTING_MOST == CALL_RING_SETTINGS_MOST, "all settings go into the ring");

/* ---- Waiting ---- */

static void futex_wait(uint32_t *word, uint32_t value)
{
    syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

/* Wait until there is room for one more. */
static void wait_for_room(struct call_ring *ring)
{
    int number = errno;

    while (ring->written - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE) >= ring->capacity) {
        uint32_t reads = __atomic_load_n(&ring->reads, __ATOMIC_ACQUIRE);

        __atomic_store_n(&ring->needs_room, 1, __ATOMIC_SEQ_CST);
        if (ring->written - __atomic_load_n(&ring->read, __ATOMIC_SEQ_CST) >= ring->capacity)
            futex_wait(&ring->reads, reads);
    }
    errno = number;
}

/* The kernel's number of this thread, asked for once. */
static uint32_t this_thread(void)
{
    static __thread uint32_t number __attribute__((tls_model("initial-exec")));

    if (number == 0)
        number = (uint32_t)syscall(SYS_gettid);
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

/* Who called, or, where that is wanted, who called them. Where the stack cannot be read any
 * further, it is the last that can. */
static uint64_t caller_of(const struct call_ring *ring, const struct asked *asked)
{
    struct climb way = {(uintptr_t)asked->caller, ring->up, (uintptr_t)asked->caller};

    if (ring->up > 0 && asked->caller)
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
        futex_wait(&ring->gate, gate);
    }
    __atomic_store_n(&ring->is_waiting, 0, __ATOMIC_RELEASE);
    errno = number;
}

/* ---- Being looked at ---- */

/* What code is mapped, and where, only a process that is there can say: wait until it was looked
 * at, but not for ever. */
static void wait_for_look(struct call_ring *ring)
{
    static const struct timespec most = {.tv_sec = 1};
    int number = errno;

    __atomic_store_n(&ring->wants_look, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&ring->wants_look, __ATOMIC_ACQUIRE)) {
        if (syscall(SYS_futex, &ring->wants_look, FUTEX_WAIT, 1, &most, NULL, 0) != 0 &&
            errno == ETIMEDOUT)
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

/* Let there be memory for the next calls at once, instead of page by page. A kernel that cannot do
 * that lets it be. */
static void __attribute__((noinline)) prepare_calls(struct call *calls)
{
    int number = errno;

    madvise(calls, CALLS_PREPARED * sizeof calls[0], MADV_POPULATE_WRITE);
    errno = number;
}

/* Where the next call is written down, once there is room. */
static struct call *next_place(struct follow *follow)
{
    struct call_ring *ring = follow->ring;
    struct call *place = &call_ring_calls(ring)[ring->written & follow->mask];

    wait_for_room(ring);
    if (ring->written % CALLS_PREPARED == 0)
        prepare_calls(place);
    return place;
}

/* What is written down there is told. */
static void tell_next(struct call_ring *ring)
{
    __atomic_store_n(&ring->written, ring->written + 1, __ATOMIC_RELEASE);
}

static struct call make_call(const struct follow *follow, const struct asked *asked,
                             size_t alignment, size_t size, const void *old)
{
    return (struct call){
        .kind = (uint8_t)asked->kind,
        .power = (uint8_t)__builtin_ctzll(alignment),
        .thread = this_thread(),
        .size = size,
        .payload = CALL_NULL,
        .old = offset_of(follow, old),
        .time = call_ring_clock(),
        .caller = caller_of(follow->ring, asked),
    };
}

void follow_begin(struct follow *follow, const char *heap_start)
{
    follow->heap_start = heap_start;
    if (program_invocation_short_name)
        strncpy(follow->ring->name, program_invocation_short_name, sizeof follow->ring->name - 1);
    *next_place(follow) = (struct call){.kind = CALL_BEGAN, .payload = (uintptr_t)heap_start};
    tell_next(follow->ring);
    wait_for_look(follow->ring);
}

void follow_ask(struct follow *follow, const struct asked *asked, size_t alignment, size_t size,
                const void *old)
{
    struct call_ring *ring = follow->ring;

    if (!ring)
        return;
    *next_place(follow) = make_call(follow, asked, alignment, size, old);
    if (__builtin_expect(__atomic_load_n(&ring->gate, __ATOMIC_RELAXED) & GATE_SHUT, false))
        wait_at_gate(ring);
}

void follow_tell(struct follow *follow, const void *payload, size_t heap_size)
{
    struct call_ring *ring = follow->ring;
    struct call *call;

    if (!ring)
        return;
    call = &call_ring_calls(ring)[ring->written & follow->mask];
    call->payload = offset_of(follow, payload);
    call->heap_size = heap_size;
    tell_next(ring);
}

void follow_tell_wrong(struct follow *follow, const void *old, const char *words)
{
    static const struct asked wrong = {.kind = CALL_WRONG};

    if (!follow->ring)
        return;
    strncpy(follow->ring->words, words, sizeof follow->ring->words - 1);
    *next_place(follow) = make_call(follow, &wrong, 1, 0, old);
    tell_next(follow->ring);
}
