/* follow_open.c: finding the ring that is for this process. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "preload/follow_parts.h"
#include "preload/follow_signals.h"
#include "trace/obstacle.h"

bool follow_sleep(const struct call_ring *ring, uint32_t *word, uint32_t value)
{
    static const struct timespec most = {.tv_sec = 1};

    if (syscall(SYS_futex, word, FUTEX_WAIT, value, &most, NULL, 0) == 0 || errno != ETIMEDOUT)
        return true;
    if (kill((pid_t)ring->follower, 0) != 0 && errno == ESRCH)
        raise(SIGKILL);
    return false;
}

/* ---- Rings ---- */

/* Map a ring, which children do not have, in pages that are as large as can be; NULL if that cannot
 * be.
 *   is_whole  with its calls; else only its head */
static struct call_ring *map_ring(const char *path, bool is_whole)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    struct call_ring *ring = MAP_FAILED;
    struct stat status = {0};
    size_t size = 0;

    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && status.st_size > CALL_RING_HEAD_BYTES)
        size = is_whole ? (size_t)status.st_size : CALL_RING_HEAD_BYTES;
    if (size > 0)
        ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (ring == MAP_FAILED)
        return NULL;
    if ((uint64_t)status.st_size == call_ring_bytes(ring->segments) &&
        madvise(ring, size, MADV_DONTFORK) == 0) {
        madvise(ring, size, MADV_HUGEPAGE);
        return ring;
    }
    munmap(ring, size);
    return NULL;
}

/* ---- The first ring ---- */

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

/* ---- A ring of its own ---- */

/* A request that nobody else uses, for a process. */
static struct call_request *find_request(struct call_ring *first, uint64_t process)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    uint64_t nobody = 0;

    for (unsigned i = 0;; i = (i + 1) % CALL_REQUESTS_MOST) {
        if (__atomic_compare_exchange_n(&first->requests[i].process, &nobody, process, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return &first->requests[i];
        nobody = 0;
        if (i + 1 == CALL_REQUESTS_MOST)
            nanosleep(&pause, NULL);
    }
}

/* Ask for a ring, and wait until there is an answer. */
static struct call_ring *ask_for_ring(struct call_ring *first, const struct forking *forking)
{
    struct call_request *request = find_request(first, (uint64_t)getpid());
    struct call_ring *ring = NULL;
    uint32_t state;
    char path[64];

    request->bar.obstacle = OBSTACLE_NONE;
    request->parent = forking->process;
    request->calls = forking->calls;
    __atomic_store_n(&request->state, CALL_REQUEST_ASKED, __ATOMIC_SEQ_CST);
    while ((state = __atomic_load_n(&request->state, __ATOMIC_ACQUIRE)) == CALL_REQUEST_ASKED)
        follow_sleep(first, &request->state, CALL_REQUEST_ASKED);
    if (state >= CALL_REQUEST_FOUND) {
        snprintf(path, sizeof path, "/proc/%u/fd/%u", first->follower, state - CALL_REQUEST_FOUND);
        ring = map_ring(path, true);
    }
    request->state = CALL_REQUEST_WRITTEN;
    __atomic_store_n(&request->process, 0, __ATOMIC_SEQ_CST);
    return ring;
}

/* Say of a process that it will not ask. */
static void tell_barred(struct call_ring *first, uint64_t process, const struct call_bar *bar)
{
    struct call_request *request = find_request(first, process);

    request->bar = *bar;
    __atomic_store_n(&request->state, CALL_REQUEST_ASKED, __ATOMIC_SEQ_CST);
}

void follow_tell_barred(const struct follow *follow, uint64_t process, const struct call_bar *bar)
{
    int number = errno;
    struct call_ring *first = map_ring(follow->path, false);

    if (first && first->takes_children)
        tell_barred(first, process, bar);
    if (first)
        munmap(first, CALL_RING_HEAD_BYTES);
    errno = number;
}

static void tell_elsewhere(struct call_ring *first)
{
    struct call_bar bar = {.obstacle = OBSTACLE_NUMBERING};

    strncpy(bar.name, program_invocation_short_name, sizeof bar.name - 1);
    tell_barred(first, CALL_ELSEWHERE, &bar);
}

/* The ring of this process. One that has its number among others than whoever follows, as in a
 * container, has none: it would be taken for somebody else.
 *   forking  how it came to be, if it did not execute a program */
static struct call_ring *find_ring(const struct forking *forking)
{
    const char *path = secure_getenv(CALL_RING_VARIABLE);
    struct call_ring *first = path ? map_ring(path, false) : NULL, *ring = NULL;

    if (!first)
        return NULL;
    if (!forking->process && is_ours(first))
        ring = map_ring(path, true);
    else if (first->takes_children && first->numbering != call_ring_numbering())
        tell_elsewhere(first);
    else if (first->takes_children)
        ring = ask_for_ring(first, forking);
    munmap(first, CALL_RING_HEAD_BYTES);
    return ring;
}

/* What lies there of sites is zero. */
static void begin(struct follow *follow, struct call_ring *ring, const char *heap_start)
{
    const char *path = secure_getenv(CALL_RING_VARIABLE);

    follow->ring = ring;
    follow->written = ring->written;
    follow->others = ring->others;
    follow->attention = UINT32_MAX; /* the first call looks */
    if (path)
        strncpy(follow->path, path, sizeof follow->path - 1);
    follow->process = (uint64_t)getpid();
    follow->heap_start = heap_start;
    follow_thread = 0;
}

struct follow *follow_open(void)
{
    static const struct forking none = {0};
    struct follow *follow = NULL;
    int number = errno;
    struct call_ring *ring = find_ring(&none);

    if (ring)
        follow =
            mmap(NULL, sizeof *follow, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = number;
    if (!ring || follow == MAP_FAILED || madvise(follow, sizeof *follow, MADV_WIPEONFORK) != 0)
        return NULL;
    begin(follow, ring, NULL);
    return follow;
}

struct hg_config follow_config(const struct follow *follow)
{
    struct hg_config config = {.policy = follow->ring->policy};

    memcpy(config.settings, follow->ring->settings, sizeof config.settings);
    return config;
}

_Static_assert(HG_SETTING_MOST == CALL_RING_SETTINGS_MOST, "all settings go into the ring");

/* ---- Forking ---- */

struct forking follow_before_fork(const struct follow *follow)
{
    if (!follow->ring)
        return (struct forking){0};
    return (struct forking){follow->process, follow->written - follow->others, follow->heap_start};
}

void follow_forked(struct follow *follow, const struct forking *forking)
{
    int number = errno;
    struct call_ring *ring = NULL;

    if (forking->process) {
        follow_keep_handled_signals();
        ring = find_ring(forking);
    }
    if (ring)
        begin(follow, ring, forking->heap_start);
    errno = number;
}
