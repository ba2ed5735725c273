/* guest_calls.c: what a guest asks of malloc, call by call, and whether it may go on. See
 * guest.h. */
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "follow/guest_parts.h"

/* A program that is faster than we are waits when so many calls do: 1 GiB of them, or what a part
 * of the memory that is free has room for. */
#define CAPACITY_MOST ((uint64_t)1 << 24)
#define CAPACITY_LEAST ((uint64_t)1 << 20)
enum { MEMORY_SHARE = 8 };

/* The memory of so many calls that were taken is given back at a time. */
#define CLEARED_AT_ONCE ((uint64_t)1 << 16)

/* ---- The ring ---- */

static uint64_t choose_capacity(void)
{
    uint64_t room = (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) /
                    MEMORY_SHARE / sizeof(struct call);
    uint64_t capacity = CAPACITY_MOST;

    while (capacity > CAPACITY_LEAST && capacity > room)
        capacity /= 2;
    return capacity;
}

bool guest_create_ring(struct guest *guest, const struct guest_wish *wish, struct error *error)
{
    struct call_ring *ring = MAP_FAILED;
    uint64_t capacity = guest->first ? CAPACITY_LEAST : choose_capacity();

    guest->ring_bytes = CALL_RING_HEAD_BYTES + capacity * sizeof(struct call);
    guest->ring_file = memfd_create("calls", MFD_CLOEXEC);
    if (guest->ring_file >= 0 && ftruncate(guest->ring_file, (off_t)guest->ring_bytes) == 0)
        ring =
            mmap(NULL, guest->ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, guest->ring_file, 0);
    if (ring == MAP_FAILED)
        return error_set_errno(error, "no memory for the calls of the program");
    ring->capacity = guest->capacity = capacity;
    ring->heap_start = wish->heap_start;
    ring->gate = GATE_SHUT;
    ring->up = wish->up;
    ring->follower = (uint32_t)getpid();
    ring->takes_children = wish->takes_children;
    if (wish->follow)
        strncpy(ring->wanted, wish->follow, sizeof ring->wanted - 1);
    strncpy(ring->policy, wish->policy, sizeof ring->policy - 1);
    memcpy(ring->settings, wish->settings, sizeof ring->settings);
    guest->ring = ring;
    return true;
}

/* How many the program says there are that were not taken. */
static uint64_t count_told(const struct guest *guest)
{
    return __atomic_load_n(&guest->ring->written, __ATOMIC_ACQUIRE) - guest->taken;
}

bool guest_is_damaged(const struct guest *guest)
{
    return count_told(guest) > guest->capacity;
}

size_t guest_waiting(const struct guest *guest)
{
    uint64_t told = count_told(guest);

    return told <= guest->capacity ? (size_t)told : 0;
}

const struct call *guest_calls(const struct guest *guest, size_t *ret_count)
{
    uint64_t at = guest->taken & (guest->capacity - 1);
    size_t count = guest_waiting(guest);

    *ret_count = count < guest->capacity - at ? count : (size_t)(guest->capacity - at);
    return call_ring_calls(guest->ring) + at;
}

void guest_wake(uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Give the memory of calls back that were taken, and only then their places. */
static void give_back(struct guest *guest)
{
    struct call_ring *ring = guest->ring;

    while (guest->taken - guest->given_back >= CLEARED_AT_ONCE) {
        uint64_t at = guest->given_back & (guest->capacity - 1);

        fallocate(guest->ring_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  (off_t)(CALL_RING_HEAD_BYTES + at * sizeof(struct call)),
                  (off_t)(CLEARED_AT_ONCE * sizeof(struct call)));
        guest->given_back += CLEARED_AT_ONCE;
        __atomic_store_n(&ring->read, guest->given_back, __ATOMIC_SEQ_CST);
        __atomic_fetch_add(&ring->reads, 1, __ATOMIC_SEQ_CST);
        if (__atomic_exchange_n(&ring->needs_room, 0, __ATOMIC_SEQ_CST))
            guest_wake(&ring->reads);
    }
}

/* Give back the memory of all calls but those around the last, which may have begun. */
static void give_back_all(struct guest *guest)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), end = guest->ring_bytes;
    uint64_t at = (guest->taken & (guest->capacity - 1)) * sizeof(struct call);
    uint64_t low = CALL_RING_HEAD_BYTES + at / page * page;

    if (low > CALL_RING_HEAD_BYTES)
        fallocate(guest->ring_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  CALL_RING_HEAD_BYTES, (off_t)(low - CALL_RING_HEAD_BYTES));
    if (low + page < end)
        fallocate(guest->ring_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)(low + page),
                  (off_t)(end - low - page));
}

void guest_take(struct guest *guest, size_t count)
{
    guest->taken += count;
    give_back(guest);
    if (guest->has_ended && guest_waiting(guest) == 0)
        give_back_all(guest);
}

/* ---- Whether it may go on ---- */

/* Let whoever waits at the gate look again. */
static void change_gate(struct guest *guest, bool shuts)
{
    struct call_ring *ring = guest->ring;
    uint32_t gate = (ring->gate + GATE_CHANGE) & ~(uint32_t)GATE_SHUT;

    __atomic_store_n(&ring->gate, gate | (shuts ? GATE_SHUT : 0), __ATOMIC_SEQ_CST);
    guest_wake(&ring->gate);
}

void guest_hold(struct guest *guest)
{
    change_gate(guest, true);
}

void guest_release(struct guest *guest)
{
    __atomic_store_n(&guest->ring->permits, 0, __ATOMIC_SEQ_CST);
    change_gate(guest, false);
}

void guest_permit(struct guest *guest, uint32_t count)
{
    __atomic_store_n(&guest->ring->permits, count, __ATOMIC_SEQ_CST);
    change_gate(guest, true);
}

bool guest_is_held(const struct guest *guest)
{
    return guest->ring->gate & GATE_SHUT;
}

/* The call that has begun and not come back; NULL if there is none. The program may have written
 * over it. */
static const struct call *find_begun(const struct guest *guest)
{
    uint64_t written = __atomic_load_n(&guest->ring->written, __ATOMIC_ACQUIRE);
    const struct call *call = &call_ring_calls(guest->ring)[written & (guest->capacity - 1)];

    return call->kind != CALL_BEGAN && call->kind != CALL_WRONG && call_is_sound(call) ? call
                                                                                       : NULL;
}

static bool waits_at_gate(const struct guest *guest)
{
    return __atomic_load_n(&guest->ring->is_waiting, __ATOMIC_ACQUIRE);
}

const struct call *guest_held_at(const struct guest *guest)
{
    return !guest->has_ended && guest_is_held(guest) && waits_at_gate(guest) &&
                   __atomic_load_n(&guest->ring->permits, __ATOMIC_ACQUIRE) == 0
               ? find_begun(guest)
               : NULL;
}

const struct call *guest_ended_in(const struct guest *guest)
{
    return guest->has_ended && !waits_at_gate(guest) ? find_begun(guest) : NULL;
}
