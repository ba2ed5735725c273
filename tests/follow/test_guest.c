/* test_guest.c: what is typed for a program, and what it says of its calls. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "follow/guest.h"
#include "test.h"

/* Nobody reads at the other end, which keeps some lines only. */
static void what_there_is_no_room_for_is_told_of(void **state)
{
    enum { LINES_MOST = 1000 };
    struct guest guest = {.terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)};
    struct error error = {0};
    char line[1000];
    int end, typed = 0;

    (void)state;
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    assert_true(guest.terminal >= 0);
    assert_int_equal(unlockpt(guest.terminal), 0);
    end = open(ptsname(guest.terminal), O_RDWR | O_NOCTTY);
    assert_true(end >= 0);
    while (typed < LINES_MOST && guest_type(&guest, line, sizeof line, &error))
        typed++;
    assert_in_range(typed, 1, LINES_MOST - 1);
    assert_string_equal(error.text, "the program has not read what was typed before; not all of "
                                    "this is typed");
    close(end);
    close(guest.terminal);
}

static void without_a_terminal_nothing_is_typed(void **state)
{
    struct guest guest = {.terminal = -1};
    struct error error;

    (void)state;
    assert_false(guest_type(&guest, "x", 1, &error));
    assert_string_equal(error.text, "the program has no terminal of its own");
    guest.has_ended = true;
    assert_false(guest_type(&guest, "x", 1, &error));
    assert_string_equal(error.text, "the program has ended");
}

enum { CALLS = CALL_SEGMENT };

/* A ring of one segment with no calls in it; to be freed. */
static struct call_ring *ring_create(void)
{
    size_t bytes = call_ring_bytes(1);
    struct call_ring *ring = aligned_alloc(64, bytes);

    assert_non_null(ring);
    memset(ring, 0, bytes);
    return ring;
}

/* Its memory is the program's, too. */
static void what_is_written_over_is_not_taken_for_calls(void **state)
{
    struct call_ring *ring = ring_create();
    struct guest guest = {.ring = ring, .segments = 1, .taken = 5};
    struct call *begun = &call_ring_place(ring, 1, 0)[7];

    (void)state;
    *ring = (struct call_ring){.written = 7, .begun = 8, .gate = GATE_SHUT, .is_waiting = 1};
    assert_int_equal(guest_waiting(&guest), 2);
    assert_false(guest_is_damaged(&guest));
    *begun = (struct call){.kind = CALL_MALLOC};
    assert_ptr_equal(guest_held_at(&guest), begun);
    begun->kind = CALL_KINDS;
    assert_null(guest_held_at(&guest));
    *begun = (struct call){.kind = CALL_ALIGNED, .power = 64};
    assert_null(guest_held_at(&guest));
    ring->written = 6 + CALLS;
    assert_int_equal(guest_waiting(&guest), 0);
    assert_true(guest_is_damaged(&guest));
    ring->written = 4;
    assert_true(guest_is_damaged(&guest));
    free(ring);
}

/* A call that waits at the gate has done nothing. */
static void what_it_ended_in_is_what_had_begun(void **state)
{
    struct call_ring *ring = ring_create();
    struct guest guest = {.ring = ring, .segments = 1};
    struct call *begun = &call_ring_place(ring, 1, 0)[1];

    (void)state;
    ring->written = CALLS + 1;
    guest.has_ended = true;
    *begun = (struct call){.kind = CALL_FREE, .old = 64}; /* of those that were told before */
    assert_null(guest_ended_in(&guest));
    ring->begun = CALLS + 2;
    assert_ptr_equal(guest_ended_in(&guest), begun);
    ring->is_waiting = 1;
    assert_null(guest_ended_in(&guest));
    ring->is_waiting = 0;
    guest.has_ended = false;
    assert_null(guest_ended_in(&guest));
    free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_there_is_no_room_for_is_told_of),
        cmocka_unit_test(what_is_written_over_is_not_taken_for_calls),
        cmocka_unit_test(what_it_ended_in_is_what_had_begun),
        cmocka_unit_test(without_a_terminal_nothing_is_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
