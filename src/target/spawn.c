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

/* In the new process, which shares nothing it may change with the front. */
_Noreturn static void become_heap_process(int socket, int memory, pid_t front)
{
    int nowhere = open("/dev/null", O_RDWR);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != front)
        _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* first out of the way of the numbers that will be given out */
    socket = fcntl(socket, F_DUPFD, EXCHANGE_MEMORY_FD + 1);
    memory = fcntl(memory, F_DUPFD, EXCHANGE_MEMORY_FD + 1);
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(nowhere, standard);
    if (!place_descriptor(socket, EXCHANGE_SOCKET_FD) ||
        !place_descriptor(memory, EXCHANGE_MEMORY_FD))
        _exit(1);
    close_range(EXCHANGE_MEMORY_FD + 1, ~0u, 0);
    /* where this is refused, addresses differ from run to run */
    personality((unsigned)personality(CURRENT_PERSONALITY) | ADDR_NO_RANDOMIZE);
    execl(own_program, "heapglass", SERVE_ARGUMENT, (char *)NULL);
    _exit(1);
}

bool spawn_connect(struct spawned *ret_spawned, struct spawn_ends *ret_ends)
{
    struct spawned spawned = {.pidfd = -1, .exchange = MAP_FAILED};
    int sockets[2] = {-1, -1};
    int memory = memfd_create("heapglass", MFD_CLOEXEC);

    if (memory < 0 || ftruncate(memory, sizeof *spawned.exchange) != 0)
        goto fail;
    spawned.exchange =
        mmap(NULL, sizeof *spawned.exchange, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (spawned.exchange == MAP_FAILED)
        goto fail;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
        goto fail;
    spawned.socket = sockets[0];
    *ret_spawned = spawned;
    *ret_ends = (struct spawn_ends){.socket = sockets[1], .memory = memory};
    return true;

fail:
    if (spawned.exchange != MAP_FAILED)
        munmap(spawned.exchange, sizeof *spawned.exchange);
    if (memory >= 0)
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

bool spawn_heap_process(struct spawned *ret_spawned, struct error *error)
{
    struct spawned spawned;
    struct spawn_ends ends;
    pid_t front = getpid(), pid;
    bool started;

    if (!spawn_connect(&spawned, &ends))
        return error_set_errno(error, "the heap process cannot be started");
    pid = fork();
    if (pid == 0)
        become_heap_process(ends.socket, ends.memory, front);
    started = pid > 0 && spawn_adopt(&spawned, pid);
    spawn_close_ends(&ends);
    if (started) {
        *ret_spawned = spawned;
        return true;
    }
    error_set_errno(error, "the heap process cannot be started");
    spawn_disconnect(&spawned);
    return false;
}
