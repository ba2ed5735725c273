/* display.c: see display.h. */
#define NCURSES_WIDECHAR 1

#include "terminal/display.h"

#include <errno.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "view/look.h"

enum {
    ESCAPE_DELAY_MS = 25,
    AHEAD_MOST = 1 << 20, /* keys typed ahead; what is beyond stays in the terminal */
};

/* Mutable state of the one terminal there is. */
static bool is_open;
static bool is_stale; /* what curses has of the screen is to be drawn over, all of it */
static enum color_depth depth;
static struct look looks[STYLES];
static int cursor_rgb = COLOR_OWN; /* the cursor's colour */
static SCREEN *screen;
static struct termios modes_before;
static char restore_sequence[256]; /* what gives the screen back, for signal handlers */

/* Keys typed while a command was running and not read yet: items[first] up to items[count]. */
static struct {
    struct key *items;
    size_t first, count, capacity;
} ahead;

/* A key that came right behind an Escape, and is another. */
static struct key behind_escape;

/* Set by the handler of SIGWINCH, which is blocked except while waiting for a key. */
static volatile sig_atomic_t was_resized;

/* ---- Giving the terminal back ---- */

/* Whether a signal ends a program that does nothing about it. */
static bool is_fatal(int number)
{
    static const int others[] = {SIGCHLD, SIGCONT, SIGURG,  SIGWINCH, SIGSTOP,
                                 SIGTSTP, SIGTTIN, SIGTTOU, SIGKILL};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i] == number)
            return false;
    }
    return true;
}

/* Async-signal-safe: neither curses nor stdio. In the background, the terminal is somebody else's.
 * The signal is blocked until the return, and then ends the program. */
static void on_fatal_signal(int number)
{
    if (is_open && tcgetpgrp(STDIN_FILENO) == getpgrp()) {
        ssize_t written = write(STDOUT_FILENO, restore_sequence, strlen(restore_sequence));

        (void)written;
        tcsetattr(STDIN_FILENO, TCSANOW, &modes_before);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* Let the handler have every fatal signal that is not ignored, or give those back. */
static void handle_fatal_signals(bool wanted)
{
    struct sigaction action = {.sa_handler = on_fatal_signal}, old;

    if (!wanted)
        action.sa_handler = SIG_DFL;
    for (int number = 1; number <= SIGRTMAX; number++) {
        if (is_fatal(number) && sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(number, &action, NULL);
    }
}

/* What the terminal has for a capability; NULL if nothing. */
static const char *capability(const char *name)
{
    const char *sequence = tigetstr(name);

    return sequence == (const char *)-1 ? NULL : sequence;
}

static void add_restoring(const char *sequence)
{
    size_t length = strlen(restore_sequence);

    if (sequence && length + strlen(sequence) < sizeof restore_sequence)
        memcpy(restore_sequence + length, sequence, strlen(sequence) + 1);
}

static void prepare_restoring(void)
{
    static const char *const capabilities[] = {"sgr0", "op", "oc", "Cr", "rmkx", "cnorm", "rmcup"};

    restore_sequence[0] = '\0';
    if (capability("XM"))
        add_restoring(tiparm(capability("XM"), 0));
    else if (has_mouse())
        add_restoring("\033[?1000l");
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++)
        add_restoring(capability(capabilities[i]));
    handle_fatal_signals(true);
}

/* Curses would tell of a resize only if the size differs in the end; but whatever the terminal did
 * to its contents in between has to be drawn over. */
static void on_resize(int number)
{
    (void)number;
    was_resized = 1;
}

static void watch_size(void)
{
    struct sigaction action = {.sa_handler = on_resize};
    sigset_t resize;

    sigaction(SIGWINCH, &action, NULL);
    sigemptyset(&resize);
    sigaddset(&resize, SIGWINCH);
    sigprocmask(SIG_BLOCK, &resize, NULL);
}

/* Let the cursor have a colour, or its own again. */
static void color_cursor(int rgb)
{
    const char *sequence = capability(rgb < 0 ? "Cr" : "Cs");
    char name[16];

    snprintf(name, sizeof name, "#%06x", (unsigned)rgb);
    if (sequence && rgb >= 0)
        sequence = tiparm(sequence, name);
    if (sequence)
        putp(sequence);
    fflush(stdout); /* curses has a buffer of its own */
}

void display_close(void)
{
    if (!is_open)
        return;
    is_open = false;
    color_cursor(COLOR_OWN);
    endwin();
    delscreen(screen);
    handle_fatal_signals(false);
    free(ahead.items);
    memset(&ahead, 0, sizeof ahead);
}

/* ---- Taking it ---- */

/* Whether the terminal says that it shows every colour. Terminfo has no word for that. */
static bool shows_all_colors(void)
{
    const char *says = getenv("COLORTERM");

    return says && (strcmp(says, "truecolor") == 0 || strcmp(says, "24bit") == 0);
}

/* Open a terminal that shows every colour as one whose colours are told by their parts, if such a
 * one is known ("xterm-direct" for "xterm-256color"), else as what it is. */
static SCREEN *open_screen(const char *type)
{
    static const char of_palette[] = "-256color";
    char direct[64];
    size_t length = strlen(type), ending = strlen(of_palette);
    SCREEN *opened = NULL;

    if (shows_all_colors() && length > ending && strcmp(type + length - ending, of_palette) == 0) {
        snprintf(direct, sizeof direct, "%.*s-direct", (int)(length - ending), type);
        opened = newterm(direct, stdout, stdin);
    }
    if (opened) /* libedit reads TERM, and what it finds takes the place of what curses has */
        setenv("TERM", direct, true);
    return opened ? opened : newterm(type, stdout, stdin);
}

/* Whether the terminal's colours are numbered by their parts: it may say so in any way. */
static bool is_direct(void)
{
    return tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || capability("RGB");
}

static void choose_depth(enum color_use color)
{
    const char *no_color = getenv("NO_COLOR");
    struct color_abilities abilities = {.shows_all = shows_all_colors()};

    if (color != COLOR_NEVER && (color == COLOR_ALWAYS || !no_color || !no_color[0]) &&
        has_colors() && start_color() == OK) {
        use_default_colors();
        abilities.count = COLORS;
        abilities.is_direct = is_direct();
        abilities.can_change = can_change_color();
    }
    depth = look_depth(&abilities);
}

bool display_open(enum color_use color, struct error *error)
{
    const char *type = getenv("TERM");

    if (!type || tcgetattr(STDIN_FILENO, &modes_before) != 0)
        return error_set(error, "there is no terminal");
    watch_size();
    screen = open_screen(type);
    if (!screen)
        return error_set(error, "the terminal type '%s' is unknown", type);
    if (!capability("cup")) {
        endwin();
        delscreen(screen);
        return error_set(error, "a terminal of type '%s' cannot move the cursor", type);
    }
    is_open = true;
    mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    mouseinterval(0); /* a press is told of at once */
    prepare_restoring();
    atexit(display_close);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(ESCAPE_DELAY_MS);
    choose_depth(color);
    display_set_theme(0);
    return true;
}

/* ---- Colours ---- */

/* Make a colour of the palette what it should be. The number is that of the nearest one there: where
 * this has no effect, little is lost. */
static void set_color(int rgb)
{
    enum { FULL = 1000 };
    int parts[3];

    if (rgb < 0)
        return;
    for (int i = 0; i < 3; i++) /* rounded up, as curses rounds down */
        parts[i] = ((rgb >> (16 - 8 * i) & 0xff) * FULL + 254) / 255;
    init_extended_color(look_nearest(rgb), parts[0], parts[1], parts[2]);
}

void display_set_theme(unsigned number)
{
    const struct theme_style *theme = theme_get(number);

    is_stale = true;
    cursor_rgb = depth >= COLOR_DEPTH_256 ? theme[STYLE_PLAIN].exact.ink : COLOR_OWN;
    color_cursor(cursor_rgb); /* its own could be the theme's paper */
    look_make(theme, depth, looks);
    for (int style = 0; depth == COLOR_DEPTH_PALETTE && style < STYLES; style++) {
        set_color(theme[style].exact.ink);
        set_color(theme[style].exact.paper);
    }
}

/* The pair of two colours. Curses keeps those in use, and makes room for others when it has to. */
static int pair_of(int ink, int paper)
{
    int pair = alloc_pair(ink, paper);

    return pair < 0 ? 0 : pair;
}

static attr_t attributes_of(unsigned wanted)
{
    attr_t attributes = A_NORMAL;

    if (wanted & ATTRIBUTE_BOLD)
        attributes |= A_BOLD;
    if (wanted & ATTRIBUTE_DIM)
        attributes |= A_DIM;
    if (wanted & ATTRIBUTE_REVERSE)
        attributes |= A_REVERSE;
    if (wanted & ATTRIBUTE_UNDERLINE)
        attributes |= A_UNDERLINE;
    return attributes;
}

/* ---- Drawing ---- */

void display_size(int *ret_rows, int *ret_columns)
{
    *ret_rows = LINES;
    *ret_columns = COLS;
}

static void draw_cell(const struct cell *cell, int row, int column)
{
    wchar_t characters[3] = {(wchar_t)cell->glyph, (wchar_t)cell->mark, L'\0'};
    struct look look;
    cchar_t character;
    int pair;

    if (cell->glyph == 0)
        return;
    look = look_of_cell(looks, cell);
    pair = depth == COLOR_DEPTH_NONE ? 0 : pair_of(look.colors.ink, look.colors.paper);
    setcchar(&character, characters, attributes_of(look.attributes), (short)pair, &pair);
    mvadd_wch(row, column, &character);
}

static bool looks_like(const struct cell *a, const struct cell *b)
{
    return a->glyph == b->glyph && a->mark == b->mark && a->style == b->style &&
           a->rest == b->rest && a->is_focus == b->is_focus;
}

/* Whether what is the same as before need not be drawn. Where curses has few pairs of colours, it
 * gives those of old cells to others. */
static bool can_skip(const struct grid *grid, const struct grid *before)
{
    return !is_stale && before->rows == grid->rows && before->columns == grid->columns &&
           (COLOR_PAIRS == 0 || COLOR_PAIRS > STYLES * (STYLES + 1));
}

void display_draw(const struct grid *grid, const struct grid *before, int cursor_row,
                  int cursor_column)
{
    if (!can_skip(grid, before))
        before = NULL;
    is_stale = false;
    for (int row = 0; row < grid->rows; row++) {
        for (int column = 0; column < grid->columns; column++) {
            const struct cell *cell = grid_at(grid, row, column);

            if (!before || !looks_like(cell, grid_at(before, row, column)))
                draw_cell(cell, row, column);
        }
    }
    curs_set(cursor_row >= 0);
    if (cursor_row >= 0)
        move(cursor_row, cursor_column);
    refresh();
}

void display_redraw(void)
{
    clearok(stdscr, TRUE);
}

void display_suspend(void)
{
    color_cursor(COLOR_OWN);
    raise(SIGTSTP); /* curses gives the terminal back, stops, and takes it again */
    color_cursor(cursor_rgb);
    display_redraw();
}

/* ---- Keys ---- */

static enum key_kind kind_of(wint_t code)
{
    static const struct {
        wint_t code;
        enum key_kind kind;
    } kinds[] = {
        {KEY_LEFT, KEY_KIND_LEFT},
        {KEY_RIGHT, KEY_KIND_RIGHT},
        {KEY_UP, KEY_KIND_UP},
        {KEY_DOWN, KEY_KIND_DOWN},
        {KEY_HOME, KEY_KIND_HOME},
        {KEY_END, KEY_KIND_END},
        {KEY_BACKSPACE, KEY_KIND_BACKSPACE},
        {KEY_DC, KEY_KIND_DELETE},
        {KEY_PPAGE, KEY_KIND_PAGE_UP},
        {KEY_NPAGE, KEY_KIND_PAGE_DOWN},
    };

    if (code >= KEY_F(1) && code <= KEY_F(12))
        return (enum key_kind)(KEY_KIND_F1 + (code - KEY_F(1)));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].code == code)
            return kinds[i].kind;
    }
    return KEY_KIND_OTHER;
}

/* Take over the terminal's size, whatever it is by now. */
static struct key resize(void)
{
    struct winsize size;

    was_resized = 0;
    is_stale = true;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
    display_redraw();
    return (struct key){.kind = KEY_KIND_RESIZE};
}

static struct key read_mouse(void)
{
    struct key key = {.kind = KEY_KIND_OTHER};
    MEVENT event;

    if (getmouse(&event) != OK)
        return key;
    key.row = event.y;
    key.column = event.x;
    if (event.bstate & BUTTON1_PRESSED)
        key.kind = KEY_KIND_CLICK;
    else if (event.bstate & BUTTON4_PRESSED)
        key.kind = KEY_KIND_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        key.kind = KEY_KIND_WHEEL_DOWN;
    return key;
}

static struct key read_one(void)
{
    wint_t code;

    timeout(0);
    switch (get_wch(&code)) {
    case OK: return (struct key){.kind = KEY_KIND_CHARACTER, .character = (wchar_t)code};
    case KEY_CODE_YES:
        return code == KEY_MOUSE ? read_mouse() : (struct key){.kind = kind_of(code)};
    default: return (struct key){.kind = KEY_KIND_NONE};
    }
}

/* What curses has by now, if anything. Escape and a character right behind it are one key. */
static struct key read_curses(void)
{
    struct key key = behind_escape, next;

    behind_escape = (struct key){.kind = KEY_KIND_NONE};
    if (key.kind == KEY_KIND_NONE)
        key = read_one();
    if (key.kind != KEY_KIND_CHARACTER || key.character != ESCAPE)
        return key;
    next = read_one();
    if (next.kind == KEY_KIND_CHARACTER && next.character != ESCAPE) {
        next.prefix = PREFIX_ALT;
        return next;
    }
    behind_escape = next;
    return key;
}

/* What has been typed by now, if anything. */
static struct key read_typed(void)
{
    if (ahead.first < ahead.count)
        return ahead.items[ahead.first++];
    ahead.first = ahead.count = 0;
    return read_curses();
}

/* Wait for what the descriptors are about, letting resizes in. Returns as poll(2) does. */
static int wait_for(struct pollfd *events, nfds_t count, int timeout_ms)
{
    struct timespec patience = {.tv_sec = timeout_ms / 1000,
                                .tv_nsec = timeout_ms % 1000 * 1000000L};
    sigset_t waiting;

    sigprocmask(SIG_BLOCK, NULL, &waiting);
    sigdelset(&waiting, SIGWINCH);
    return ppoll(events, count, timeout_ms < 0 ? NULL : &patience, &waiting);
}

struct key display_read_key(int timeout_ms, int other)
{
    struct pollfd events[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                              {.fd = other, .events = POLLIN}};
    struct key key = {.kind = KEY_KIND_NONE};
    int ready;

    wait_for(NULL, 0, 0); /* a resize comes before what was typed after it */
    if (!was_resized)
        key = read_typed();
    if (key.kind != KEY_KIND_NONE)
        return key;
    do {
        ready = was_resized ? 0 : wait_for(events, 2, timeout_ms);
    } while (ready < 0 && errno == EINTR && !was_resized); /* stopped, and continued */
    if (was_resized)
        return resize();
    if (ready <= 0 || !events[0].revents)
        return key;
    key = read_typed();
    if (key.kind == KEY_KIND_NONE && events[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        key.kind = KEY_KIND_CLOSED;
    return key;
}

void display_unread_key(const struct key *key)
{
    if (ahead.first == 0) {
        ahead.items =
            memory_reserve(ahead.items, &ahead.capacity, ahead.count + 1, sizeof ahead.items[0]);
        memmove(ahead.items + 1, ahead.items, ahead.count * sizeof ahead.items[0]);
        ahead.first = 1;
        ahead.count++;
    }
    ahead.items[--ahead.first] = *key;
}

bool display_interrupted(void)
{
    struct key key;

    wait_for(NULL, 0, 0);
    if (was_resized)
        resize();
    while (ahead.count < AHEAD_MOST && (key = read_curses()).kind != KEY_KIND_NONE) {
        if (key.kind == KEY_KIND_CHARACTER && key.character == CONTROL_C) {
            ahead.first = ahead.count = 0;
            return true;
        }
        if (key.kind == KEY_KIND_CHARACTER && key.character == CONTROL_Z && !key.prefix) {
            display_suspend();
            continue;
        }
        ahead.items =
            memory_reserve(ahead.items, &ahead.capacity, ahead.count + 1, sizeof ahead.items[0]);
        ahead.items[ahead.count++] = key;
    }
    return false;
}
