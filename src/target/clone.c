/* clone.c: see clone.h. Runs in the heap process, so nothing here allocates. */
#include "target/clone.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the front sends: the new process's ends. */
struct ends {
    int socket, memory;
};

/* Receive the ends; bytes that a bell sent before them are left out. */
static bool receive_ends(struct ends *ret_ends)
{
    union {
        char bytes[CMSG_SPACE(sizeof *ret_ends)];
        struct cmsghdr header;
    } control;
    char byte;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message;
    ssize_t received;

    do {
        message = (struct msghdr){.msg_iov = &part,
                                  .msg_iovlen = 1,
                                  .msg_control = control.bytes,
                                  .msg_controllen = sizeof control.bytes};
        received = recvmsg(EXCHANGE_SOCKET_FD, &message, 0);
    } while ((received == 1 && message.msg_controllen == 0) || (received < 0 && errno == EINTR));
    if (received != 1 || control.header.cmsg_len != CMSG_LEN(sizeof *ret_ends)) {
        errno = received < 0 ? errno : EPROTO;
        return false;
    }
    memcpy(ret_ends, CMSG_DATA(&control.header), sizeof *ret_ends);
    return true;
}

static void close_ends(const struct ends *ends)
{
    close(ends->socket);
    close(ends->memory);
}

/* In the new process: die with the front, and use the ends. */
static void become_second(struct exchange *exchange, const struct ends *ends, pid_t front)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != front || dup2(ends->socket, EXCHANGE_SOCKET_FD) < 0 ||
        dup2(ends->memory, EXCHANGE_MEMORY_FD) < 0 ||
        mmap(exchange, sizeof *exchange, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
             EXCHANGE_MEMORY_FD, 0) != exchange)
        _exit(1);
}

pid_t clone_process(struct exchange *exchange)
{
    struct ends ends;
    pid_t front = getppid(), process;
    int number;

    if (!receive_ends(&ends))
        return -1;
    /* fork() would make it a child of this process, and run libc's handlers */
    process = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0);
    number = errno;
    if (process == 0)
        become_second(exchange, &ends, front);
    close_ends(&ends);
    errno = number;
    return process;
}
