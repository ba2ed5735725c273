/* guest_end.c: how a guest ended. Of one that we started, waitpid tells us; of a child, that tells
 * its parent alone, but the kernel also tells whoever has a handle on it. See guest.h. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "follow/guest_parts.h"

/* ---- What the kernel says of a process that is not ours ---- */

/* As <linux/pidfd.h> has it since Linux 6.15; older headers lack it. */
struct pidfd_end {
    uint64_t mask;
    uint64_t unused;
    uint32_t numbers[11];
    int32_t status;
};

#define PIDFD_END_WANTED ((uint64_t)1 << 3)
#define PIDFD_END_GET _IOWR(0xff, 11, struct pidfd_end)

_Static_assert(sizeof(struct pidfd_end) == 64, "the first version of the kernel's structure");

/* Once its parent has waited for it. */
static bool read_handle(int handle, int *ret_status)
{
    struct pidfd_end end = {.mask = PIDFD_END_WANTED};

    if (ioctl(handle, PIDFD_END_GET, &end) != 0 || !(end.mask & PIDFD_END_WANTED))
        return false;
    *ret_status = end.status;
    return true;
}

/* Until then: the last number of /proc/PID/stat, of one that is a zombie. */
static bool read_stat(pid_t process, int *ret_status)
{
    char path[64], line[1024];
    const char *state, *last;
    ssize_t length;
    int file;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    length = read(file, line, sizeof line - 1);
    close(file);
    if (length <= 0)
        return false;
    line[length] = '\0';
    state = strrchr(line, ')'); /* behind the name */
    last = strrchr(line, ' ');
    return state && strncmp(state, ") Z ", 4) == 0 && sscanf(last, " %d", ret_status) == 1;
}

static bool is_there(int handle)
{
    struct pollfd end = {.fd = handle, .events = POLLIN};

    return poll(&end, 1, 0) == 0;
}

/* ---- How it ended ---- */

void guest_note_end(struct guest *child)
{
    uint32_t leaves = child->ring->leaves;

    child->how = GUEST_END_TOLD;
    if (child->handle >= 0 && !is_there(child->handle) &&
        (read_handle(child->handle, &child->status) ||
         read_stat(child->process, &child->status) || /* its parent may wait for it just now: */
         read_handle(child->handle, &child->status)))
        return;
    child->how = leaves > 0 ? GUEST_END_SAID : GUEST_END_UNKNOWN;
    child->status = leaves > 0 ? W_EXITCODE((leaves - 1) & UINT8_MAX, 0) : 0;
}

void guest_add_end(const struct guest *guest, struct text *text)
{
    int status = guest->status;

    if (guest->how == GUEST_END_UNKNOWN)
        text_add(text, "has ended, and nobody said how: perhaps by a signal");
    else if (guest->how == GUEST_END_SAID)
        text_add(text, "said that it exits with status %d, and has ended", WEXITSTATUS(status));
    else if (!WIFSIGNALED(status))
        text_add(text, "exited with status %d", WEXITSTATUS(status));
    else if (sigabbrev_np(WTERMSIG(status)))
        text_add(text, "was ended by SIG%s (%s)", sigabbrev_np(WTERMSIG(status)),
                 sigdescr_np(WTERMSIG(status)));
    else
        text_add(text, "was ended by signal %d", WTERMSIG(status));
}
