/* clone.c: see clone.h. Runs in the heap process, so nothing here allocates. */
#include "target/clone.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target/page_scan.h"

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
    } while ((received == 1 && message.msg_controllen == 0 && !(message.msg_flags & MSG_CTRUNC)) ||
             (received < 0 && errno == EINTR));
    if (received != 1 || message.msg_controllen < CMSG_LEN(sizeof *ret_ends) ||
        control.header.cmsg_len != CMSG_LEN(sizeof *ret_ends)) {
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

/* fork(), but the child is a sister of this process, and no handlers of libc's run. As fork() does,
 * it has the kernel put the child's number where libc keeps it: when libc is asked of its own
 * thread, as a sanitizer does after a fault, it asks the kernel by that number. */
static pid_t fork_sister(void)
{
    unsigned long flags = CLONE_PARENT | SIGCHLD;
    int *number = NULL;

    if (prctl(PR_GET_TID_ADDRESS, &number) == 0 && number)
        flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    /* its place among the arguments differs from machine to machine; the other one is not used */
    return (pid_t)syscall(SYS_clone, flags, NULL, NULL, number, number);
}

pid_t clone_process(struct exchange *exchange)
{
    struct ends ends;
    pid_t front = getppid(), process;
    int number;

    if (!receive_ends(&ends))
        return -1;
    process = fork_sister();
    number = errno;
    if (process == 0)
        become_second(exchange, &ends, front);
    close_ends(&ends);
    errno = number;
    return process;
}

/* ---- Pages ---- */

/* How many pages, or regions of them, are asked about at a time. */
enum { PAGES_AT_ONCE = 1024, REGIONS_AT_ONCE = 128 };

/* Write to pages that are in memory, without changing them. What the kernel does not know how to do
 * is left undone. */
static void own_all(char *start, size_t size)
{
    madvise(start, size, MADV_POPULATE_WRITE);
}

/* Find those of [start, start + count) that are in memory, at most `most`, and write to them if
 * they are to be owned; returns how many that were. */
static size_t find_some(char *start, size_t page, size_t count, size_t most, bool owns)
{
    unsigned char present[PAGES_AT_ONCE];
    size_t found = 0, first = 0;

    if (mincore(start, count * page, present) != 0)
        return 0;
    while (first < count && found < most) {
        size_t end = first;

        while (end < count && (present[end] & 1) && found + end - first < most)
            end++;
        if (end > first && owns)
            own_all(start + first * page, (end - first) * page);
        found += end - first;
        first = end + 1;
    }
    return found;
}

/* Find the pages of `size` bytes that are in memory, and write to them if they are to be owned.
 *   most     bytes
 *   returns  how many bytes they have */
static size_t find(uintptr_t address, size_t size, size_t most, bool owns)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), found = 0;
    uintptr_t start = address / page * page, end = address + size;

    while (start < end && found < most) {
        size_t count = (end - start + page - 1) / page;

        if (count > PAGES_AT_ONCE)
            count = PAGES_AT_ONCE;
        found += find_some((char *)start, page, count, (most - found) / page, owns) * page;
        start += count * page;
    }
    return found;
}

/* The same, but what has only been read is left out, which would be a page that was not there
 * before. Where the kernel does not tell the one from the other, it is found with the others. */
static size_t find_written(uintptr_t address, size_t size, size_t most, bool owns)
{
    const uint64_t unwritten = PAGE_CATEGORY_ZERO | PAGE_CATEGORY_SWAPPED;
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), count = 0;
    struct page_region regions[REGIONS_AT_ONCE];
    uint64_t at = address;
    size_t found = 0;

    while (at < address + size && found < most && count >= 0) {
        count = page_scan(pagemap, &at, address + size, regions, REGIONS_AT_ONCE);
        for (int i = 0; i < count; i++) {
            uint64_t bytes = regions[i].end - regions[i].start;

            bytes = regions[i].categories & unwritten ? 0
                    : bytes < most - found            ? bytes
                                                      : most - found;
            if (bytes > 0 && owns)
                own_all((char *)(uintptr_t)regions[i].start, bytes);
            found += bytes;
        }
    }
    if (pagemap >= 0)
        close(pagemap);
    return count < 0 ? find(address, size, most, owns) : found;
}

/* In a large heap the next operations may be anywhere: only what it begins with is likely. */
static void own_heap(uintptr_t heap, size_t size)
{
    bool is_large = find_written(heap, size, CLONE_LARGE_BYTES, false) == CLONE_LARGE_BYTES;

    find_written(heap, size, is_large ? CLONE_OWN_FEW_BYTES : CLONE_OWN_BYTES, true);
}

void clone_own_pages(const void *heap, size_t size)
{
    enum { STACK_BELOW = 16 * 1024, STACK_ABOVE = 8 * 1024 };
    /* the linker's: where the program begins, where its variables do, and where it ends */
    extern char __executable_start, __data_start, _end;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t here = (uintptr_t)&page, data = (uintptr_t)&__data_start;
    uintptr_t code = (uintptr_t)&__executable_start;

    madvise((char *)code, (uintptr_t)&_end - code, MADV_POPULATE_READ);
    own_heap((uintptr_t)heap, size);
    for (uintptr_t at = here - STACK_BELOW; at < here + STACK_ABOVE; at += page)
        find(at, 1, page, true); /* one by one: it may begin or end in between */
    find(data, (uintptr_t)&_end - data, SIZE_MAX, true);
}
