/* guest_terminal.c: what a guest prints, and what is typed for it. See guest.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "follow/guest_parts.h"

/* ---- A terminal of its own ---- */

bool guest_create_terminal(struct guest *guest, const char **ret_path, struct error *error)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        size = (struct winsize){.ws_row = 24, .ws_col = 80};
    guest->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (guest->terminal < 0 || grantpt(guest->terminal) != 0 || unlockpt(guest->terminal) != 0 ||
        !(*ret_path = ptsname(guest->terminal)))
        return error_set_errno(error, "no terminal for the program");
    ioctl(guest->terminal, TIOCSWINSZ, &size);
    return true;
}

bool guest_take_terminal(const char *path)
{
    int terminal;

    if (setsid() < 0)
        return false;
    terminal = open(path, O_RDWR); /* a session's first is its own */
    return terminal >= 0 && dup2(terminal, STDIN_FILENO) >= 0 &&
           dup2(terminal, STDOUT_FILENO) >= 0 && dup2(terminal, STDERR_FILENO) >= 0 &&
           (terminal <= STDERR_FILENO || close(terminal) == 0);
}

bool guest_open_output(struct guest *guest, const struct guest_wish *wish, struct error *error)
{
    if (wish->output)
        guest->output = open(wish->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    else if (wish->prints_to_errors && !wish->has_terminal)
        guest->output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    else
        return true;
    return guest->output >= 0 || error_set_errno(error, "%s", wish->output ? wish->output : "");
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

/* Write all of it, or as much as there is room for. Returns whether that was all. */
static bool write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);

        if (written < 0 && errno != EINTR)
            return false;
        bytes += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

void guest_read_terminal(struct guest *guest)
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

bool guest_type(struct guest *guest, const char *text, size_t length, struct error *error)
{
    if (guest->terminal < 0 || guest->has_ended)
        return error_set(error, guest->has_ended ? "the program has ended"
                                                 : "the program has no terminal of its own");
    return write_all(guest->terminal, text, length) ||
           error_set(error, "the program has not read what was typed before; not all of this is "
                            "typed");
}
