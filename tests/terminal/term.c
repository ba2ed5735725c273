/* term.c: see term.h. */
#include "terminal/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "test.h"

enum { PATIENCE_MS = 120000 };

struct term {
    pid_t pid; /* 0 once it has been reaped */
    int pty;
    int rows, columns;
    bool is_alternate;
    bool is_closed; /* the program has let go of the terminal */
    VTerm *vterm;
    VTermScreen *screen;
    struct text row;
    struct text received; /* all that the program has sent */
};

static int on_property(VTermProp property, VTermValue *value, void *context)
{
    struct term *term = context;

    if (property == VTERM_PROP_ALTSCREEN)
        term->is_alternate = value->boolean;
    return 1;
}

_Noreturn static void become_program(const char *const *environment, const char *const *arguments)
{
    for (; *environment; environment++) {
        char *copy = memory_copy_string(*environment);

        if (strchr(copy, '='))
            putenv(copy);
        else
            unsetenv(copy);
    }
    signal(SIGINT, SIG_DFL); /* a shell lets what runs in the background ignore them */
    signal(SIGQUIT, SIG_DFL);
    signal(SIGHUP, SIG_DFL); /* and nohup this */
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

struct term *term_start(int rows, int columns, const char *const *environment,
                        const char *const *arguments)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    struct term *term = memory_create(1, sizeof *term);

    term->pid = forkpty(&term->pty, NULL, NULL, &size);
    assert_true(term->pid >= 0);
    if (term->pid == 0)
        become_program(environment, arguments);
    term->rows = rows;
    term->columns = columns;
    term->vterm = vterm_new(rows, columns);
    vterm_set_utf8(term->vterm, 1);
    term->screen = vterm_obtain_screen(term->vterm);
    vterm_screen_set_callbacks(term->screen, &callbacks, term);
    vterm_screen_enable_altscreen(term->screen, 1);
    vterm_screen_reset(term->screen, 1);
    return term;
}

void term_finish(struct term *term)
{
    if (term->pid > 0) {
        kill(term->pid, SIGKILL);
        waitpid(term->pid, NULL, 0);
    }
    close(term->pty);
    vterm_free(term->vterm);
    text_finish(&term->row);
    text_finish(&term->received);
    free(term);
}

pid_t term_pid(const struct term *term)
{
    return term->pid;
}

void term_type(struct term *term, const char *bytes)
{
    size_t length = strlen(bytes);

    assert_int_equal(write(term->pty, bytes, length), length);
}

void term_press(struct term *term, int button, const char *words)
{
    char report[64];
    int row = 0, column;

    term_expect(term, words);
    while (!strstr(term_row(term, row), words))
        row++;
    column = (int)(strstr(term_row(term, row), words) - term_row(term, row));
    snprintf(report, sizeof report, "\033[<%d;%d;%dM\033[<%d;%d;%dm", button, column + 1, row + 1,
             button, column + 1, row + 1);
    term_type(term, report);
}

void term_claim(struct term *term, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    ioctl(term->pty, TIOCSWINSZ, &size); /* the kernel sends SIGWINCH */
}

void term_resize(struct term *term, int rows, int columns)
{
    term->rows = rows;
    term->columns = columns;
    vterm_set_size(term->vterm, rows, columns);
    term_claim(term, rows, columns);
}

bool term_has_got(const struct term *term, const char *bytes)
{
    return strstr(text_string(&term->received), bytes);
}

/* Where the last of these bytes stand in what was received; -1 for nowhere. */
static long find_last(const struct term *term, const char *bytes)
{
    const char *received = text_string(&term->received), *last = NULL;

    for (const char *place = received; (place = strstr(place, bytes)); place++)
        last = place;
    return last ? last - received : -1;
}

bool term_marks_pastes(const struct term *term)
{
    return find_last(term, "\033[?2004h") > find_last(term, "\033[?2004l");
}

const char *term_row(struct term *term, int row)
{
    text_clear(&term->row);
    for (int column = 0; column < term->columns; column++) {
        VTermPos place = {.row = row, .col = column};
        VTermScreenCell cell;

        vterm_screen_get_cell(term->screen, place, &cell);
        if (cell.chars[0] == UINT32_MAX) /* behind a character of two columns */
            continue;
        utf8_add(&term->row, cell.chars[0] ? cell.chars[0] : ' ');
        for (int i = 1; cell.chars[0] && i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            utf8_add(&term->row, cell.chars[i]); /* combining */
    }
    return text_string(&term->row);
}

static bool stands(struct term *term, const char *words)
{
    for (int row = 0; row < term->rows; row++) {
        if (strstr(term_row(term, row), words))
            return true;
    }
    return false;
}

static long now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Read what the program has written, waiting for it for at most wait_ms. False if there is nothing,
 * or no more. */
static bool read_some(struct term *term, long wait_ms)
{
    struct pollfd readable = {.fd = term->pty, .events = POLLIN};
    char bytes[4096];
    ssize_t length;

    if (wait_ms < 0 || term->is_closed || poll(&readable, 1, (int)wait_ms) != 1)
        return false;
    length = read(term->pty, bytes, sizeof bytes);
    if (length <= 0) {
        term->is_closed = true;
        return false;
    }
    vterm_input_write(term->vterm, bytes, (size_t)length);
    text_add_bytes(&term->received, bytes, (size_t)length);
    return true;
}

void term_glance(struct term *term)
{
    while (read_some(term, 0))
        ;
}

static void show_screen(struct term *term)
{
    for (int row = 0; row < term->rows; row++)
        fprintf(stderr, "# |%s|\n", term_row(term, row));
}

/* Whether the words come to stand, or not to stand, on the screen. */
static bool comes_to(struct term *term, const char *words, bool wanted, long wait_ms)
{
    long deadline = now_ms() + wait_ms;

    while (stands(term, words) != wanted && read_some(term, deadline - now_ms()))
        ;
    return stands(term, words) == wanted;
}

bool term_shows(struct term *term, const char *words, long wait_ms)
{
    return comes_to(term, words, true, wait_ms);
}

static void expect(struct term *term, const char *words, bool wanted)
{
    if (!comes_to(term, words, wanted, PATIENCE_MS)) {
        show_screen(term);
        fail_msg("\"%s\" %s on the screen", words, wanted ? "is not" : "is still");
    }
}

void term_expect(struct term *term, const char *words)
{
    expect(term, words, true);
}

void term_expect_gone(struct term *term, const char *words)
{
    expect(term, words, false);
}

static bool has_cursor(struct term *term, int row, int column)
{
    VTermPos place;

    vterm_state_get_cursorpos(vterm_obtain_state(term->vterm), &place);
    return (row < 0 || place.row == row) && place.col == column;
}

void term_expect_in_row(struct term *term, int row, const char *words)
{
    long deadline = now_ms() + PATIENCE_MS;

    while (!strstr(term_row(term, row), words) && read_some(term, deadline - now_ms()))
        ;
    if (!strstr(term_row(term, row), words)) {
        show_screen(term);
        fail_msg("\"%s\" is not in row %d", words, row);
    }
}

void term_expect_cursor(struct term *term, int row, int column)
{
    long deadline = now_ms() + PATIENCE_MS;

    while (!has_cursor(term, row, column) && read_some(term, deadline - now_ms()))
        ;
    if (!has_cursor(term, row, column)) {
        show_screen(term);
        fail_msg("the cursor is not in row %d, column %d", row, column);
    }
}

/* Reads on meanwhile, so that the program never waits for its output to be read. */
int term_wait_end(struct term *term)
{
    long deadline = now_ms() + PATIENCE_MS;
    pid_t pid = 0;
    int status = -1;

    while (pid == 0 && now_ms() < deadline) {
        enum { GLANCE_MS = 10 };

        read_some(term, GLANCE_MS);
        pid = waitpid(term->pid, &status, WNOHANG);
    }
    if (pid != term->pid) {
        show_screen(term);
        fail_msg("the program goes on");
    }
    term->pid = 0;
    while (read_some(term, 0))
        ;
    return status;
}

bool term_is_alternate(struct term *term)
{
    return term->is_alternate;
}

struct termios term_modes(const struct term *term)
{
    struct termios modes;

    assert_int_equal(tcgetattr(term->pty, &modes), 0);
    return modes;
}
