/* lending.c: see lending.h. */
#include "terminal/lending.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal/display.h"

enum {
    TAKES_BACK = 0x1d,    /* Ctrl-], as of telnet */
    SHOWN_AGAIN = 1 << 11 /* of what was printed before, so many bytes */
};

static void print(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);

        if (written <= 0)
            return;
        bytes += written;
        length -= (size_t)written;
    }
}

static void pass_output(struct lending *lending, const struct guest *guest)
{
    const struct text *printed = &guest->printed;
    uint64_t missing = guest->printed_ever - lending->seen;
    size_t count = missing < printed->length ? (size_t)missing : printed->length;

    lending->seen = guest->printed_ever;
    if (count > 0)
        print(printed->data + printed->length - count, count);
}

/* Returns whether the user wants the terminal back. */
static bool pass_input(struct guest *guest)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct error ignored;
    char typed[256], *end;
    ssize_t length;

    if (poll(&input, 1, 0) <= 0)
        return false;
    length = read(STDIN_FILENO, typed, sizeof typed);
    if (length <= 0)
        return true;
    end = memchr(typed, TAKES_BACK, (size_t)length);
    guest_type(guest, typed, end ? (size_t)(end - typed) : (size_t)length, &ignored);
    return end != NULL;
}

/* A program that draws a screen draws it anew where that has another size. */
static void pass_size(const struct guest *guest, bool always)
{
    struct winsize size, its;

    if (guest->terminal < 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
        ioctl(guest->terminal, TIOCGWINSZ, &its) != 0)
        return;
    if (always && size.ws_row == its.ws_row && size.ws_col == its.ws_col && its.ws_row > 1) {
        its.ws_row--;
        ioctl(guest->terminal, TIOCSWINSZ, &its);
    }
    if (size.ws_row != its.ws_row || size.ws_col != its.ws_col)
        ioctl(guest->terminal, TIOCSWINSZ, &size);
}

static void begin(struct lending *lending, const struct guest *guest)
{
    static const char hint[] = "-- the terminal is the program's; Ctrl-] takes it back --\r\n";
    uint64_t again = guest->printed_ever < SHOWN_AGAIN ? guest->printed_ever : SHOWN_AGAIN;

    lending->is_on = true;
    lending->seen = guest->printed_ever - again;
    display_lend();
    print(hint, sizeof hint - 1);
    pass_size(guest, true);
}

bool lending_pass(struct lending *lending, struct guest *guest)
{
    if (!lending->is_on)
        begin(lending, guest);
    pass_output(lending, guest);
    pass_size(guest, false);
    return !pass_input(guest);
}

void lending_end(struct lending *lending)
{
    if (lending->is_on)
        display_take_back();
    lending->is_on = false;
}
