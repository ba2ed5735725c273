/* spawn.c: see spawn.h. */
#include "target/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/serve.h"

static const char own_program[] = "/proc/self/exe";

#define CURRENT_PERSONALITY 0xffffffffu /* asks, and changes nothing */

/* Give a descriptor the number that the heap process expects; clears close-on-exec. */
static bool place_descriptor(int from, int number)
{
    return from == number ? fcntl(from, F_SETFD, 0) == 0 : dup2(from, number) == number;
}

/* End the new process, which could not be set up. */
_Noreturn static void give_up(struct exchange *exchange, enum trouble_part part)
{
    trouble_set(&exchange->trouble, part);
    _exit(1);
}

/* In the new process, which shares nothing it may change with the front but the exchange. */
_Noreturn static void become_heap_process(const struct spawn_ends *ends, struct exchange *exchange,
                                          pid_t front)
{
    int nowhere = open("/dev/null", O_RDWR), socket, memory;
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != front)
        _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* first out of the way of the numbers that will be given out */
    socket = fcntl(ends->socket, F_DUPFD, EXCHANGE_MEMORY_FD + 1);
    memory = fcntl(ends->memory, F_DUPFD, EXCHANGE_MEMORY_FD + 1);
    if (socket < 0 || memory < 0)
        give_up(exchange, TROUBLE_DESCRIPTORS);
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(nowhere, standard);
    if (!place_descriptor(socket, EXCHANGE_SOCKET_FD) ||
        !place_descriptor(memory, EXCHANGE_MEMORY_FD))
        give_up(exchange, TROUBLE_DESCRIPTORS);
    close_range(EXCHANGE_MEMORY_FD + 1, ~0u, 0);
    /* where this is refused, addresses differ from run to run */
    personality((unsigned)personality(CURRENT_PERSONALITY) | ADDR_NO_RANDOMIZE);
    exchange->trouble.part = TROUBLE_LOADING;
    execl(own_program, "heapglass", SERVE_ARGUMENT, (char *)NULL);
    give_up(exchange, TROUBLE_PROGRAM);
}

bool spawn_connect(struct spawned *ret_spawned, struct spawn_ends *ret_ends,
                   struct trouble *ret_trouble)
{
    struct spawned spawned = {.pidfd = -1};
    int sockets[2], memory = memfd_create("heapglass", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (memory < 0)
        return trouble_set(ret_trouble, TROUBLE_MEMORY);
    if (ftruncate(memory, sizeof *spawned.exchange) != 0 ||
        fcntl(memory, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
        trouble_set(ret_trouble, TROUBLE_SIZE);
        goto close_memory;
    }
    spawned.exchange =
        mmap(NULL, sizeof *spawned.exchange, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (spawned.exchange == MAP_FAILED) {
        trouble_set(ret_trouble, TROUBLE_MAPPING);
        goto close_memory;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        trouble_set(ret_trouble, TROUBLE_SOCKETS);
        goto unmap;
    }
    spawned.socket = sockets[0];
    *ret_spawned = spawned;
    *ret_ends = (struct spawn_ends){.socket = sockets[1], .memory = memory};
    return true;

unmap:
    munmap(spawned.exchange, sizeof *spawned.exchange);
close_memory:
    close(memory);
    return false;
}

void spawn_disconnect(struct spawned *spawned)
{
    if (spawned->pidfd >= 0)
        close(spawned->pidfd);
    close(spawned->socket);
    munmap(spawned->exchange, sizeof *spawned->exchange);
}

void spawn_close_ends(const struct spawn_ends *ends)
{
    close(ends->socket);
    close(ends->memory);
}

bool spawn_adopt(struct spawned *spawned, pid_t pid)
{
    int number;

    spawned->pidfd = pidfd_open(pid, 0);
    if (spawned->pidfd >= 0) {
        spawned->pid = pid;
        return true;
    }
    number = errno;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    errno = number;
    return false;
}

/* Fork, and let the new process become a heap process. */
static bool start(struct spawned *spawned, const struct spawn_ends *ends,
                  struct trouble *ret_trouble)
{
    pid_t front = getpid(), pid = fork();

    if (pid == 0)
        become_heap_process(ends, spawned->exchange, front);
    if (pid < 0)
        return trouble_set(ret_trouble, TROUBLE_FORK);
    return spawn_adopt(spawned, pid) || trouble_set(ret_trouble, TROUBLE_WATCH);
}

bool spawn_heap_process(struct spawned *ret_spawned, struct error *error)
{
    static const char what[] = "the heap process cannot be started";
    struct spawned spawned = {.pidfd = -1, .socket = -1};
    struct spawn_ends ends = {.socket = -1, .memory = -1};
    struct trouble trouble = {0};
    bool started;

    if (!spawn_connect(&spawned, &ends, &trouble))
        return trouble_tell(&trouble, what, error);
    started = start(&spawned, &ends, &trouble);
    spawn_close_ends(&ends);
    if (started) {
        *ret_spawned = spawned;
        return true;
    }
    spawn_disconnect(&spawned);
    return trouble_tell(&trouble, what, error);
}
