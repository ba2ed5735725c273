/* guest.c: see guest.h. */
#include "follow/guest.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "follow/guest_parts.h"
#include "follow/symbols.h"

/* ---- Attending to it ---- */

/* The longer it takes, the better it is known how long a tick is. */
static void measure_ticks(struct guest *guest)
{
    uint64_t ticks = call_ring_clock() - guest->started_ticks;

    if (ticks > 0)
        guest->tick_ns = (double)(clock_ns() - guest->started_ns) / (double)ticks;
}

static void look_whether_ended(struct guest *guest)
{
    if (guest->has_ended)
        return;
    if (guest->first)
        guest->has_ended = guest_child_has_ended(guest);
    else
        guest->has_ended = waitpid(guest->process, &guest->status, WNOHANG) > 0;
    if (guest->has_ended)
        guest_stop_clock(guest);
    if (guest->has_ended && guest->first)
        guest_note_end(guest);
}

static void look(struct guest *guest)
{
    measure_ticks(guest);
    guest_take_over(guest);
    guest_look_if_wanted(guest);
    look_whether_ended(guest);
}

void guest_attend(struct guest *guest, int milliseconds)
{
    struct guest *first = guest_first(guest);
    struct pollfd terminal = {.fd = first->terminal, .events = POLLIN};

    look(guest);
    guest_answer_children(first);
    poll(&terminal, 1, guest == first && first->has_ended ? 0 : milliseconds);
    guest_read_terminal(first);
    look(guest);
    guest_answer_children(first);
    if (guest->has_ended)
        guest_read_terminal(first);
}

/* ---- The process ---- */

bool guest_is_name(const char *word)
{
    return word[0] != '-' && !strchr(word, '/');
}

/* What becomes the program. */
struct becoming {
    struct call_ring *ring;
    const char *terminal; /* the path of its own; NULL for none */
    int output;           /* for what it prints, without a terminal; -1 for ours */
    pid_t parent;
};

static bool prepare(void *context)
{
    const struct becoming *becoming = context;

    if (!becoming->ring->wanted[0])
        becoming->ring->process = (uint64_t)getpid();
    signal(SIGXFSZ, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != becoming->parent)
        return false;
    if (becoming->terminal)
        return guest_take_terminal(becoming->terminal);
    return becoming->output < 0 || dup2(becoming->output, STDOUT_FILENO) >= 0;
}

struct guest *guest_start(const struct guest_wish *wish, enum launch_outcome *ret_outcome,
                          struct error *error)
{
    struct guest *guest = memory_create(1, sizeof *guest);
    struct becoming becoming = {.parent = getpid()};
    struct launch launch = {wish->arguments, CALL_RING_VARIABLE, NULL,
                            prepare,         &becoming,          "libheapglass-followed.so"};
    const char *slash = strrchr(wish->arguments[0], '/');
    struct text path = {0};
    char room[PATH_MAX];
    const char *file = obstacle_search(wish->arguments[0], room, sizeof room);

    if (file)
        guest->bar.obstacle = obstacle_find(file, NULL, guest->bar.name);
    guest->ring_file = guest->terminal = guest->output = guest->handle = -1;
    guest->started_ticks = call_ring_clock();
    guest->started_ns = clock_ns();
    text_add_string(&guest->started, slash ? slash + 1 : wish->arguments[0]);
    text_add_string(&guest->name, wish->follow ? wish->follow : text_string(&guest->started));
    *ret_outcome = LAUNCH_IMPOSSIBLE;
    if (guest_create_ring(guest, wish, error) && guest_open_output(guest, wish, error) &&
        (!wish->has_terminal || guest_create_terminal(guest, &becoming.terminal, error))) {
        becoming.ring = guest->ring;
        becoming.output = guest->output;
        guest_add_ring_path(guest, &path);
        launch.value = text_string(&path);
        *ret_outcome = launch_start(&launch, &guest->process, error);
    }
    text_finish(&path);
    if (*ret_outcome == LAUNCH_DONE)
        return guest;
    guest->has_ended = true;
    guest_destroy(guest);
    return NULL;
}

void guest_begin(struct guest *guest, uint64_t heap_start)
{
    const char *name = guest->ring->name;

    guest->heap_start = heap_start;
    if (!name[0])
        return;
    text_clear(&guest->name);
    text_add_bytes(&guest->name, name, strnlen(name, sizeof guest->ring->name));
}

void guest_begin_as_copy(struct guest *guest, const char *name, uint64_t heap_start)
{
    guest->heap_start = heap_start;
    text_clear(&guest->name);
    text_add_string(&guest->name, name);
}

void guest_kill(struct guest *guest)
{
    if (!guest->has_ended && guest->first)
        guest_kill_child(guest);
    else if (!guest->has_ended)
        kill(guest->process, SIGKILL);
}

static void close_file(int file)
{
    if (file >= 0)
        close(file);
}

void guest_destroy(struct guest *guest)
{
    if (!guest)
        return;
    guest_kill(guest);
    for (struct guest *child; (child = guest_next_child(guest));)
        guest_destroy(child);
    if (!guest->first && guest->ring)
        guest_kill_askers(guest);
    while (!guest->first && !guest->has_ended && waitpid(guest->process, &guest->status, 0) < 0 &&
           errno == EINTR)
        continue;
    guest_destroy_ring(guest);
    close_file(guest->ring_file);
    close_file(guest->handle);
    close_file(guest->terminal);
    close_file(guest->output);
    symbols_destroy(guest->symbols);
    text_finish(&guest->maps);
    text_finish(&guest->printed);
    text_finish(&guest->started);
    text_finish(&guest->name);
    free(guest);
}
