/* guest.c: see guest.h. */
#include "follow/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "follow/symbols.h"

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

static bool create_ring(struct guest *guest, const struct guest_wish *wish, struct error *error)
{
    struct call_ring *ring = MAP_FAILED;
    uint64_t capacity = choose_capacity();

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
    if (wish->follow)
        strncpy(ring->wanted, wish->follow, sizeof ring->wanted - 1);
    strncpy(ring->policy, wish->policy, sizeof ring->policy - 1);
    memcpy(ring->settings, wish->settings, sizeof ring->settings);
    guest->ring = ring;
    return true;
}

size_t guest_waiting(const struct guest *guest)
{
    return (size_t)(__atomic_load_n(&guest->ring->written, __ATOMIC_ACQUIRE) - guest->taken);
}

const struct call *guest_calls(const struct guest *guest, size_t *ret_count)
{
    uint64_t at = guest->taken & (guest->capacity - 1);
    size_t count = guest_waiting(guest);

    *ret_count = count < guest->capacity - at ? count : (size_t)(guest->capacity - at);
    return call_ring_calls(guest->ring) + at;
}

static void wake(uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Give the memory of calls back that were taken, and only then their places. */
static void give_back(struct guest *guest)
{
    struct call_ring *ring = guest->ring;

    while (guest->taken - ring->read >= CLEARED_AT_ONCE) {
        uint64_t at = ring->read & (guest->capacity - 1);

        fallocate(guest->ring_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  (off_t)(CALL_RING_HEAD_BYTES + at * sizeof(struct call)),
                  (off_t)(CLEARED_AT_ONCE * sizeof(struct call)));
        __atomic_store_n(&ring->read, ring->read + CLEARED_AT_ONCE, __ATOMIC_SEQ_CST);
        __atomic_fetch_add(&ring->reads, 1, __ATOMIC_SEQ_CST);
        if (__atomic_exchange_n(&ring->needs_room, 0, __ATOMIC_SEQ_CST))
            wake(&ring->reads);
    }
}

void guest_take(struct guest *guest, size_t count)
{
    guest->taken += count;
    give_back(guest);
}

/* ---- Whether it may go on ---- */

/* Let whoever waits at the gate look again. */
static void change_gate(struct guest *guest, bool shuts)
{
    struct call_ring *ring = guest->ring;
    uint32_t gate = (ring->gate + GATE_CHANGE) & ~(uint32_t)GATE_SHUT;

    __atomic_store_n(&ring->gate, gate | (shuts ? GATE_SHUT : 0), __ATOMIC_SEQ_CST);
    wake(&ring->gate);
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

const struct call *guest_held_at(const struct guest *guest)
{
    const struct call_ring *ring = guest->ring;

    return !guest->has_ended && guest_is_held(guest) &&
                   __atomic_load_n(&ring->is_waiting, __ATOMIC_ACQUIRE) &&
                   __atomic_load_n(&ring->permits, __ATOMIC_ACQUIRE) == 0
               ? &ring->waiting
               : NULL;
}

pid_t guest_process(const struct guest *guest)
{
    return (pid_t)guest->ring->process;
}

bool guest_is_child(const struct guest *guest)
{
    return guest->ring->process != (uint64_t)guest->process;
}

/* ---- What it has mapped ---- */

/* Read a file of which the size cannot be told beforehand. */
static void read_whole(const char *path, struct text *text)
{
    enum { PART = 4096 };
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : 1;
    char part[PART];

    while (length > 0 && (length = read(file, part, sizeof part)) > 0)
        text_add_bytes(text, part, (size_t)length);
    if (file >= 0)
        close(file);
}

/* What a process has mapped that has ended is not told any more: then that stays what it was. */
static void look_at_maps(struct guest *guest)
{
    struct text maps = {0}, path = {0};

    text_add(&path, "/proc/%d/maps", (int)guest_process(guest));
    read_whole(text_string(&path), &maps);
    text_finish(&path);
    if (maps.length == 0) {
        text_finish(&maps);
        return;
    }
    text_finish(&guest->maps);
    guest->maps = maps;
    symbols_destroy(guest->symbols);
    guest->symbols = NULL;
}

static bool is_mapped(const struct guest *guest, uint64_t address)
{
    const char *line = text_string(&guest->maps);
    uint64_t low, high;

    for (; line && *line; line = strchr(line, '\n'), line += line != NULL) {
        if (sscanf(line, "%" SCNx64 "-%" SCNx64, &low, &high) == 2 && low <= address &&
            address < high)
            return true;
    }
    return false;
}

void guest_know(struct guest *guest, uint64_t address)
{
    if (!guest->has_ended && !is_mapped(guest, address))
        look_at_maps(guest);
}

/* It waits for being looked at. */
static void look_if_wanted(struct guest *guest)
{
    uint32_t *wants = &guest->ring->wants_look;

    if (!__atomic_load_n(wants, __ATOMIC_ACQUIRE))
        return;
    look_at_maps(guest);
    __atomic_store_n(wants, 0, __ATOMIC_SEQ_CST);
    wake(wants);
}

void guest_add_place(struct guest *guest, uint64_t address, struct text *text)
{
    if (!guest->symbols)
        guest->symbols = symbols_create(text_string(&guest->maps), guest->maps.length);
    symbols_add_place(guest->symbols, address, text);
}

/* ---- What it prints ---- */

/* Keep the last of it. */
static void keep_printed(struct text *printed, const char *bytes, size_t length)
{
    if (printed->length + length > 2 * (size_t)GUEST_PRINTED_MOST) {
        size_t dropped = printed->length - GUEST_PRINTED_MOST;

        memmove(printed->data, printed->data + dropped, printed->length - dropped);
        printed->length -= dropped;
    }
    text_add_bytes(printed, bytes, length);
}

static void write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);

        if (written < 0 && errno != EINTR)
            return;
        bytes += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
}

/* Read what is there to be read. A terminal of which nobody has the other end any more is at its
 * end. */
static void read_terminal(struct guest *guest)
{
    enum { PART = 4096, PARTS = 64 };
    char part[PART];

    for (int i = 0; i < PARTS && guest->terminal >= 0; i++) {
        ssize_t length = read(guest->terminal, part, sizeof part);

        if (length > 0) {
            keep_printed(&guest->printed, part, (size_t)length);
            guest->printed_ever += (uint64_t)length;
            if (guest->output >= 0)
                write_all(guest->output, part, (size_t)length);
        } else if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        } else {
            close(guest->terminal);
            guest->terminal = -1;
        }
    }
}

static uint64_t now_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The longer it takes, the better it is known how long a tick is. */
static void measure_ticks(struct guest *guest)
{
    uint64_t ticks = call_ring_clock() - guest->started_ticks;

    if (ticks > 0)
        guest->tick_ns = (double)(now_ns() - guest->started_ns) / (double)ticks;
}

static void look_whether_ended(struct guest *guest)
{
    if (!guest->has_ended && waitpid(guest->process, &guest->status, WNOHANG) > 0)
        guest->has_ended = true;
}

void guest_attend(struct guest *guest, int milliseconds)
{
    struct pollfd terminal = {.fd = guest->terminal, .events = POLLIN};

    measure_ticks(guest);
    look_if_wanted(guest);
    look_whether_ended(guest);
    poll(&terminal, 1, guest->has_ended ? 0 : milliseconds);
    read_terminal(guest);
    look_if_wanted(guest);
    look_whether_ended(guest);
    if (guest->has_ended)
        read_terminal(guest);
}

bool guest_type(struct guest *guest, const char *text, size_t length, struct error *error)
{
    if (guest->terminal < 0 || guest->has_ended)
        return error_set(error, guest->has_ended ? "the program has ended"
                                                 : "the program has no terminal of its own");
    write_all(guest->terminal, text, length);
    return true;
}

/* ---- The process ---- */

/* What becomes the program. */
struct becoming {
    struct call_ring *ring;
    const char *terminal; /* the path of its own; NULL for none */
    int output;           /* for what it prints, without a terminal; -1 for ours */
    pid_t parent;
};

/* Let the process have a terminal of its own, and nothing else of ours. */
static bool take_terminal(const char *path)
{
    int terminal;

    if (setsid() < 0)
        return false;
    terminal = open(path, O_RDWR); /* a session's first is its own */
    return terminal >= 0 && dup2(terminal, STDIN_FILENO) >= 0 &&
           dup2(terminal, STDOUT_FILENO) >= 0 && dup2(terminal, STDERR_FILENO) >= 0 &&
           (terminal <= STDERR_FILENO || close(terminal) == 0);
}

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
        return take_terminal(becoming->terminal);
    return becoming->output < 0 || dup2(becoming->output, STDOUT_FILENO) >= 0;
}

/* Make a terminal, of which `becoming` is told. */
/* It is as large as ours. */
static bool create_terminal(struct guest *guest, struct becoming *becoming, struct error *error)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    guest->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (guest->terminal < 0 || grantpt(guest->terminal) != 0 || unlockpt(guest->terminal) != 0 ||
        !(becoming->terminal = ptsname(guest->terminal)))
        return error_set_errno(error, "no terminal for the program");
    ioctl(guest->terminal, TIOCSWINSZ, &size);
    return true;
}

static bool open_output(struct guest *guest, const struct guest_wish *wish, struct error *error)
{
    if (wish->output)
        guest->output = open(wish->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    else if (wish->prints_to_errors && !wish->has_terminal)
        guest->output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    else
        return true;
    return guest->output >= 0 || error_set_errno(error, "%s", wish->output ? wish->output : "");
}

struct guest *guest_start(const struct guest_wish *wish, enum launch_outcome *ret_outcome,
                          struct error *error)
{
    struct guest *guest = memory_create(1, sizeof *guest);
    struct becoming becoming = {.parent = getpid()};
    struct launch launch = {wish->arguments, CALL_RING_VARIABLE, NULL, prepare, &becoming};
    const char *slash = strrchr(wish->arguments[0], '/');
    struct text path = {0};

    guest->ring_file = guest->terminal = guest->output = -1;
    guest->started_ticks = call_ring_clock();
    guest->started_ns = now_ns();
    text_add_string(&guest->started, slash ? slash + 1 : wish->arguments[0]);
    text_add_string(&guest->name, wish->follow ? wish->follow : text_string(&guest->started));
    *ret_outcome = LAUNCH_IMPOSSIBLE;
    if (create_ring(guest, wish, error) && open_output(guest, wish, error) &&
        (!wish->has_terminal || create_terminal(guest, &becoming, error))) {
        becoming.ring = guest->ring;
        becoming.output = guest->output;
        text_add(&path, "/proc/%d/fd/%d", (int)getpid(), guest->ring_file);
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

bool guest_read_heap(const struct guest *guest, char *to, size_t size, struct error *error)
{
    size_t done = 0;

    while (done < size) {
        struct iovec here = {to + done, size - done};
        struct iovec there = {(void *)(uintptr_t)(guest->heap_start + done), size - done};
        ssize_t length = process_vm_readv(guest_process(guest), &here, 1, &there, 1, 0);

        if (length <= 0)
            return error_set_errno(error, "the heap of %s cannot be read",
                                   text_string(&guest->name));
        done += (size_t)length;
    }
    return true;
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

void guest_kill(struct guest *guest)
{
    if (!guest->has_ended)
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
    while (!guest->has_ended && waitpid(guest->process, &guest->status, 0) < 0 && errno == EINTR)
        continue;
    if (guest->ring)
        munmap(guest->ring, guest->ring_bytes);
    close_file(guest->ring_file);
    close_file(guest->terminal);
    close_file(guest->output);
    symbols_destroy(guest->symbols);
    text_finish(&guest->maps);
    text_finish(&guest->printed);
    text_finish(&guest->started);
    text_finish(&guest->name);
    free(guest);
}

void guest_add_end(const struct guest *guest, struct text *text)
{
    int status = guest->status;

    if (!WIFSIGNALED(status))
        text_add(text, "exited with status %d", WEXITSTATUS(status));
    else if (sigabbrev_np(WTERMSIG(status)))
        text_add(text, "was ended by SIG%s (%s)", sigabbrev_np(WTERMSIG(status)),
                 sigdescr_np(WTERMSIG(status)));
    else
        text_add(text, "was ended by signal %d", WTERMSIG(status));
}
