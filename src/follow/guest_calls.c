/* guest_calls.c: what a guest asks of malloc, call by call, and whether it may go on. See
 * guest.h. */
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "follow/call_reader.h"
#include "follow/guest_parts.h"
#include "follow/ticker.h"

/* What a ring is there for is the time until we look for calls again. */
enum { SEGMENTS_LEAST = 16, MEMORY_SHARE = 64 };

/* A program that is faster than we are waits when so many calls do: eight times as many as a ring
 * has room for, 1 GiB of them. */
enum { RINGS_TAKEN_OVER = 8 };

/* So many segments keep their memory while no call is in them. */
enum { SEGMENTS_KEPT = 32 };

/* ---- The ring ---- */

static uint64_t choose_segments(void)
{
    uint64_t room =
        (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) / MEMORY_SHARE;
    uint64_t segments = CALL_SEGMENTS_MOST;

    while (segments > SEGMENTS_LEAST && call_ring_bytes(segments) > room)
        segments /= 2;
    return segments;
}

bool guest_create_ring(struct guest *guest, const struct guest_wish *wish, struct error *error)
{
    struct call_ring *ring = MAP_FAILED;
    uint64_t segments = guest->first ? SEGMENTS_LEAST : choose_segments();

    guest->ring_bytes = call_ring_bytes(segments);
    guest->ring_file = memfd_create("calls", MFD_CLOEXEC);
    if (guest->ring_file >= 0 && ftruncate(guest->ring_file, (off_t)guest->ring_bytes) == 0)
        ring =
            mmap(NULL, guest->ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, guest->ring_file, 0);
    if (ring == MAP_FAILED)
        return error_set_errno(error, "no memory for the calls of the program");
    ring->segments = guest->segments = segments;
    ring->heap_start = wish->heap_start;
    ring->gate = GATE_SHUT;
    ring->up = wish->up;
    ring->follower = (uint32_t)getpid();
    ring->numbering = call_ring_numbering();
    ring->takes_children = wish->takes_children;
    if (wish->follow)
        strncpy(ring->wanted, wish->follow, sizeof ring->wanted - 1);
    strncpy(ring->policy, wish->policy, sizeof ring->policy - 1);
    memcpy(ring->settings, wish->settings, sizeof ring->settings);
    guest->ring = ring;
    guest->reader = memory_create(1, sizeof *guest->reader);
    guest->ticker = guest->first ? ticker_share(guest->first->ticker) : ticker_create();
    if (guest->ticker)
        ticker_add(guest->ticker, &ring->attention, &ring->written);
    else
        ring->attention = 1; /* each call looks */
    return true;
}

void guest_add_ring_path(const struct guest *guest, struct text *text)
{
    text_add(text, "/proc/%d/fd/%d", (int)getpid(), guest->ring_file);
}

void guest_destroy_ring(struct guest *guest)
{
    guest_stop_clock(guest);
    ticker_drop(guest->ticker);
    free(guest->reader);
    cell_queue_finish(&guest->queue);
    if (guest->ring)
        munmap(guest->ring, guest->ring_bytes);
}

void guest_stop_clock(struct guest *guest)
{
    if (guest->ticker && guest->ring)
        ticker_remove(guest->ticker, &guest->ring->attention);
}

/* How many cells were taken over from the ring. */
static uint64_t count_taken_over(const struct guest *guest)
{
    return guest->reader->position + guest->queue.count;
}

/* How many the program says there are besides. */
static uint64_t count_told(const struct guest *guest)
{
    return __atomic_load_n(&guest->ring->written, __ATOMIC_ACQUIRE) - count_taken_over(guest);
}

/* No more than there is room for. */
static bool can_be(const struct guest *guest, uint64_t told)
{
    return told <= guest->segments * CALL_SEGMENT;
}

bool guest_is_damaged(const struct guest *guest)
{
    return !can_be(guest, count_told(guest));
}

bool guest_has_calls(const struct guest *guest)
{
    uint64_t told = count_told(guest);

    return guest->reader->first < guest->reader->end ||
           (can_be(guest, told) && told + guest->queue.count > 0);
}

size_t guest_waiting(const struct guest *guest)
{
    uint64_t others = __atomic_load_n(&guest->ring->others, __ATOMIC_RELAXED), most,
             calls =
                 __atomic_load_n(&guest->ring->written, __ATOMIC_ACQUIRE) - others - guest->taken;

    most = CALL_READER_MOST + guest->queue.count + guest->segments * CALL_SEGMENT;
    return can_be(guest, count_told(guest)) && calls <= most ? (size_t)calls : 0;
}

void guest_wake(uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Let a part of the ring have no memory until it is written to. */
static void forget(struct guest *guest, const void *from, uint64_t bytes)
{
    fallocate(guest->ring_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              (off_t)((const char *)from - (const char *)guest->ring), (off_t)bytes);
}

/* Give back the segments of cells that were all taken over; where many have not been taken back,
 * without their memory. */
static void give_back(struct guest *guest)
{
    struct call_ring *ring = guest->ring;
    const uint64_t last = guest->segments - 1;

    while (count_taken_over(guest) - guest->given_back >= CALL_SEGMENT) {
        const struct call_cell *cells = call_ring_place(ring, guest->segments, guest->given_back);
        uint64_t segment = ring->order[guest->given_back / CALL_SEGMENT & last];

        if (ring->given_back - ring->taken_back >= SEGMENTS_KEPT)
            forget(guest, cells, CALL_SEGMENT * sizeof cells[0]);
        guest->given_back += CALL_SEGMENT;
        ring->free[ring->given_back & last] = (uint8_t)segment;
        __atomic_fetch_add(&ring->given_back, 1, __ATOMIC_SEQ_CST);
        if (__atomic_exchange_n(&ring->needs_room, 0, __ATOMIC_SEQ_CST))
            guest_wake(&ring->given_back);
    }
}

/* Give back all memory but that of the page of the next cell, of which a call may have begun. */
static void forget_all(struct guest *guest)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const char *first = (const char *)guest->ring + CALL_RING_HEAD_BYTES,
               *end = (const char *)guest->ring + guest->ring_bytes,
               *next = (const char *)call_ring_place(guest->ring, guest->segments,
                                                     guest->reader->position);

    next -= (uintptr_t)next % page;
    if (next > first)
        forget(guest, first, (uint64_t)(next - first));
    if (next + page < end)
        forget(guest, next + page, (uint64_t)(end - next - page));
}

void guest_take_over(struct guest *guest)
{
    const uint64_t most = RINGS_TAKEN_OVER * guest->segments * CALL_SEGMENT;
    uint64_t told = count_told(guest);

    if (!can_be(guest, told))
        return;
    while (told > 0 && guest->queue.count < most) {
        uint64_t from = count_taken_over(guest), row = CALL_SEGMENT - from % CALL_SEGMENT;
        size_t room;
        struct call_cell *to = cell_queue_room(&guest->queue, &room);

        if (!to)
            break;
        if (row > told)
            row = told;
        if (row > room)
            row = room;
        memory_copy(to, call_ring_place(guest->ring, guest->segments, from), row * sizeof *to);
        cell_queue_add(&guest->queue, row);
        told -= row;
    }
    give_back(guest);
}

/* Read cells until there are calls in plenty, or no more. */
static void read_cells(struct guest *guest)
{
    size_t most, count;

    do {
        const struct call_cell *cells = cell_queue_cells(&guest->queue, &most);

        count = call_reader_read(guest->reader, cells, most);
        cell_queue_take(&guest->queue, count);
    } while (count == most && guest->queue.count > 0);
}

const struct call *guest_calls(struct guest *guest, size_t *ret_count)
{
    struct call_reader *reader = guest->reader;

    if (reader->first == reader->end) {
        reader->first = reader->end = 0;
        guest_take_over(guest);
        read_cells(guest);
    }
    *ret_count = reader->end - reader->first;
    return &reader->calls[reader->first];
}

void guest_take(struct guest *guest, size_t count)
{
    guest->taken += count;
    guest->reader->first += count;
    if (guest->has_ended && !guest_has_calls(guest))
        forget_all(guest);
}

/* ---- Whether it may go on ---- */

/* Let whoever waits at the gate look again. */
static void change_gate(struct guest *guest, bool shuts)
{
    struct call_ring *ring = guest->ring;
    uint32_t gate = (ring->gate + GATE_CHANGE) & ~(uint32_t)GATE_SHUT;

    __atomic_store_n(&ring->gate, gate | (shuts ? GATE_SHUT : 0), __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&ring->attention, 2, __ATOMIC_SEQ_CST);
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

/* The call that has begun and not come back; NULL if there is none, or others wait to be taken. The
 * program may have written over it. */
static const struct call *find_begun(struct guest *guest)
{
    struct call_reader *reader = guest->reader;
    uint64_t begun = __atomic_load_n(&guest->ring->begun, __ATOMIC_ACQUIRE),
             written = __atomic_load_n(&guest->ring->written, __ATOMIC_ACQUIRE);
    size_t count;

    guest_calls(guest, &count); /* what is told of it, before it */
    if (count > 0 || reader->position != written || begun != written + 1)
        return NULL;
    return call_reader_peek(reader, call_ring_place(guest->ring, guest->segments, written),
                            &guest->begun)
               ? &guest->begun
               : NULL;
}

static bool is_at_gate(const struct guest *guest)
{
    return __atomic_load_n(&guest->ring->is_waiting, __ATOMIC_ACQUIRE);
}

bool guest_waits(const struct guest *guest)
{
    return !guest->has_ended && guest_is_held(guest) && is_at_gate(guest) &&
           __atomic_load_n(&guest->ring->permits, __ATOMIC_ACQUIRE) == 0;
}

const struct call *guest_held_at(struct guest *guest)
{
    return guest_waits(guest) ? find_begun(guest) : NULL;
}

const struct call *guest_ended_in(struct guest *guest)
{
    return guest->has_ended && !is_at_gate(guest) ? find_begun(guest) : NULL;
}
