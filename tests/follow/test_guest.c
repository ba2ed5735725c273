/* test_guest.c: what is typed for a program, and what it says of its calls. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "follow/call_reader.h"
#include "follow/guest.h"
#include "follow/guest_parts.h"
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

enum { CELLS = CALL_SEGMENT };

/* A ring of one segment with no cells in it; to be freed. */
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
    struct call_reader *reader = memory_create(1, sizeof *reader);
    struct guest guest = {.ring = ring, .segments = 1, .taken = 5, .reader = reader};
    struct call_cell *cells = call_ring_place(ring, 1, 0);
    size_t count;

    (void)state;
    reader->position = 5;
    *ring = (struct call_ring){.written = 7, .begun = 8, .gate = GATE_SHUT, .is_waiting = 1};
    cells[5] = (struct call_cell){call_cell_what(CALL_MALLOC, 0, 24), 4};
    cells[6] = (struct call_cell){CELL_KINDS, 4};
    cells[7] = (struct call_cell){call_cell_what(CALL_FREE, 0, 0), 4};
    assert_int_equal(guest_waiting(&guest), 2);
    assert_true(guest_has_calls(&guest));
    assert_false(guest_is_damaged(&guest));
    assert_null(guest_held_at(&guest));
    assert_int_equal(guest_calls(&guest, &count)[0].kind, CALL_MALLOC);
    assert_int_equal(count, 2);
    assert_int_equal(guest_calls(&guest, &count)[1].kind, CALL_KINDS);
    guest_take(&guest, 2);
    assert_false(guest_has_calls(&guest));
    assert_non_null(guest_held_at(&guest));
    cells[7].what = CELL_KINDS;
    assert_null(guest_held_at(&guest));
    ring->written = 8 + CELLS;
    assert_int_equal(guest_waiting(&guest), 0);
    assert_true(guest_is_damaged(&guest));
    assert_false(guest_has_calls(&guest));
    ring->written = 4;
    assert_true(guest_is_damaged(&guest));
    cell_queue_finish(&guest.queue);
    free(reader);
    free(ring);
}

/* Long before its calls are read. */
static void the_program_has_its_ring_back_at_once(void **state)
{
    struct call_ring *ring = ring_create();
    struct call_reader *reader = memory_create(1, sizeof *reader);
    struct guest guest = {.ring = ring, .segments = 1, .reader = reader};
    struct call_cell *cells = call_ring_place(ring, 1, 0);
    uint32_t read = 0;
    size_t count;

    (void)state;
    for (uint32_t turn = 1; turn <= 3; turn++) {
        for (uint32_t i = 0; i < CELLS; i++)
            cells[i] = (struct call_cell){CALL_FREE, turn * CELLS + i};
        ring->written += CELLS;
        guest_take_over(&guest);
        assert_int_equal(ring->given_back, turn);
        assert_int_equal(guest_waiting(&guest), turn * CELLS);
    }
    while (guest_has_calls(&guest)) {
        const struct call *calls = guest_calls(&guest, &count);

        for (size_t i = 0; i < count; i++)
            assert_int_equal(calls[i].old, call_cell_payload(CELLS + read++));
        guest_take(&guest, count);
    }
    assert_int_equal(read, 3 * CELLS);
    cell_queue_finish(&guest.queue);
    free(reader);
    free(ring);
}

/* Only so many calls wait at most; for room for more, the program waits. */
static void what_waits_has_a_bound(void **state)
{
    struct call_ring *ring = ring_create();
    struct call_reader *reader = memory_create(1, sizeof *reader);
    struct guest guest = {.ring = ring, .segments = 1, .reader = reader};
    uint32_t turns = 0, given_back;
    size_t count;

    (void)state;
    for (uint32_t i = 0; i < CELLS; i++)
        *call_ring_place(ring, 1, i) = (struct call_cell){CALL_FREE, 1};
    do {
        ring->written += CELLS;
        guest_take_over(&guest);
    } while (ring->given_back == ++turns && turns < 100);
    given_back = ring->given_back;
    assert_int_equal(given_back, 8);
    while (given_back == ring->given_back && guest_has_calls(&guest)) {
        guest_calls(&guest, &count);
        guest_take(&guest, count);
    }
    assert_int_equal(ring->given_back, 9);
    cell_queue_finish(&guest.queue);
    free(reader);
    free(ring);
}

/* A call that waits at the gate has done nothing. */
static void what_it_ended_in_is_what_had_begun(void **state)
{
    struct call_ring *ring = ring_create();
    struct call_reader *reader = memory_create(1, sizeof *reader);
    struct guest guest = {.ring = ring, .segments = 1, .reader = reader, .has_ended = true};
    struct call_cell *begun = &call_ring_place(ring, 1, 0)[1];

    (void)state;
    reader->position = ring->written = CELLS + 1;
    *begun = (struct call_cell){CALL_FREE, 4}; /* of those that were told before */
    assert_null(guest_ended_in(&guest));
    ring->begun = CELLS + 2;
    assert_int_equal(guest_ended_in(&guest)->old, 64);
    ring->is_waiting = 1;
    assert_null(guest_ended_in(&guest));
    ring->is_waiting = 0;
    guest.has_ended = false;
    assert_null(guest_ended_in(&guest));
    cell_queue_finish(&guest.queue);
    free(reader);
    free(ring);
}

/* Where no kernel tells of children, as handles of before Linux 6.15 do not. */
static void what_a_child_said_of_its_end_is_told_as_that(void **state)
{
    struct call_ring *ring = ring_create();
    struct guest guest = {.ring = ring, .handle = -1, .has_ended = true};
    struct text text = {0};

    (void)state;
    guest_note_end(&guest);
    guest_add_end(&guest, &text);
    assert_string_equal(text_string(&text), "has ended, and nobody said how: perhaps by a signal");
    text_clear(&text);
    ring->leaves = 1 + 3;
    guest_note_end(&guest);
    guest_add_end(&guest, &text);
    assert_string_equal(text_string(&text), "said that it exits with status 3, and has ended");
    text_finish(&text);
    free(ring);
}

/* Before its parent waited for it, and afterwards. */
static void the_kernel_tells_how_a_child_ended(void **state)
{
    struct call_ring *ring = ring_create();
    pid_t process = fork();
    struct guest guest = {.ring = ring, .process = process, .has_ended = true};
    struct pollfd handle = {.events = POLLIN};

    (void)state;
    if (process == 0)
        _exit(5);
    guest.handle = handle.fd = (int)syscall(SYS_pidfd_open, process, 0);
    assert_true(handle.fd >= 0);
    assert_int_equal(poll(&handle, 1, 10000), 1);
    guest_note_end(&guest);
    assert_int_equal(guest.how, GUEST_END_TOLD);
    assert_int_equal(WEXITSTATUS(guest.status), 5);
    assert_int_equal(waitpid(process, NULL, 0), process);
    guest.status = 0;
    guest_note_end(&guest);
    if (guest.how == GUEST_END_TOLD) /* the kernel knows how to */
        assert_int_equal(WEXITSTATUS(guest.status), 5);
    close(handle.fd);
    free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_there_is_no_room_for_is_told_of),
        cmocka_unit_test(what_is_written_over_is_not_taken_for_calls),
        cmocka_unit_test(the_program_has_its_ring_back_at_once),
        cmocka_unit_test(what_waits_has_a_bound),
        cmocka_unit_test(what_it_ended_in_is_what_had_begun),
        cmocka_unit_test(what_a_child_said_of_its_end_is_told_as_that),
        cmocka_unit_test(the_kernel_tells_how_a_child_ended),
        cmocka_unit_test(without_a_terminal_nothing_is_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
