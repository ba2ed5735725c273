/* keyboard.c: see keyboard.h. */
#define NCURSES_WIDECHAR 1

#include "terminal/keyboard.h"

#include <errno.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "terminal/display.h"
#include "terminal/paste.h"

enum {
    AHEAD_MOST = 1 << 20,        /* keys typed ahead; what is beyond stays in the terminal */
    CODE_PASTE = KEY_MAX + 1024, /* what curses says for PASTE_BEGIN: its own keys end before */
};

/* Keys typed while a command was running and not read yet: items[first] up to items[count]. */
static struct {
    struct key *items;
    size_t first, count, capacity;
} ahead;

/* What is being pasted. */
static struct paste paste;

/* Keys of the mouse that came in one piece and are not read yet, the last one first. */
enum { MOUSE_MOST = 8 }; /* as many as curses keeps */
static struct {
    struct key keys[MOUSE_MOST];
    int count;
    bool was_let_go; /* which is no key */
} mouse;

/* A key that came right behind an Escape, or behind that and a bracket, and is another. */
static struct key behind_escape;

/* The last key was Ctrl-V, behind which the line editor takes all as it stands. */
static bool is_quoting;

/* Set by the handler of SIGWINCH, which is blocked except while waiting for a key. */
static volatile sig_atomic_t was_resized;

/* ---- Opening ---- */

/* Curses would tell of a resize only if the size differs in the end; but whatever the terminal did
 * to its contents in between has to be drawn over. */
static void on_resize(int number)
{
    (void)number;
    was_resized = 1;
}

void keyboard_open(void)
{
    struct sigaction action = {.sa_handler = on_resize};
    sigset_t resize;

    sigaction(SIGWINCH, &action, NULL);
    sigemptyset(&resize);
    sigaddset(&resize, SIGWINCH);
    sigprocmask(SIG_BLOCK, &resize, NULL);
}

void keyboard_define(void)
{
    static const char suspend[] = {CONTROL_Z, '\0'};

    define_key(PASTE_BEGIN, CODE_PASTE);
    define_key(suspend, 0); /* Linux's console has a name for it */
}

void keyboard_close(void)
{
    if (paste.is_open)
        tcflush(STDIN_FILENO, TCIFLUSH); /* the rest is not meant for whoever reads next */
    paste = (struct paste){0};
    free(ahead.items);
    memset(&ahead, 0, sizeof ahead);
    mouse.count = 0;
}

/* ---- Single keys ---- */

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

/* A key by its number. One without a name here is what the terminal sends for it. */
static struct key key_of_code(wint_t code)
{
    struct key key = {.kind = kind_of(code)};
    char *bound = key.kind == KEY_KIND_OTHER ? keybound((int)code, 0) : NULL;

    if (bound && strlen(bound) < sizeof key.sequence)
        memcpy(key.sequence, bound, strlen(bound));
    free(bound);
    return key;
}

static struct key resize(void)
{
    was_resized = 0;
    display_resize();
    return (struct key){.kind = KEY_KIND_RESIZE};
}

/* ---- The mouse ---- */

static struct key key_of_event(const MEVENT *event)
{
    struct key key = {.kind = KEY_KIND_OTHER, .row = event->y, .column = event->x};

    if (event->bstate & BUTTON1_PRESSED)
        key.kind = KEY_KIND_CLICK;
    else if (event->bstate & REPORT_MOUSE_POSITION)
        key.kind = KEY_KIND_DRAG;
    else if (event->bstate & BUTTON4_PRESSED)
        key.kind = KEY_KIND_WHEEL_UP;
    else if (event->bstate & BUTTON5_PRESSED)
        key.kind = KEY_KIND_WHEEL_DOWN;
    return key;
}

/* Take what curses has of the mouse: all that came in one piece, of which it gives the last one
 * first. Of moves that came one behind the other, the last one counts. */
static void take_mouse(void)
{
    MEVENT event;

    while (mouse.count < MOUSE_MOST && getmouse(&event) == OK) {
        struct key key = key_of_event(&event);
        bool is_outrun = key.kind == KEY_KIND_DRAG && mouse.count > 0 &&
                         mouse.keys[mouse.count - 1].kind == KEY_KIND_DRAG;

        if (key.kind != KEY_KIND_OTHER && !is_outrun)
            mouse.keys[mouse.count++] = key;
    }
    mouse.was_let_go = mouse.count == 0;
}

static bool has_more(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, 0) > 0;
}

/* The next of these, of which there is one. Where moves came one behind the other, that is the last
 * of them. */
static struct key read_mouse(void)
{
    struct key key = mouse.keys[--mouse.count];
    wint_t code;
    int found;

    while (key.kind == KEY_KIND_DRAG && mouse.count == 0 && has_more()) {
        found = get_wch(&code);
        if (found == OK)
            unget_wch((wchar_t)code);
        else if (found == KEY_CODE_YES && code != KEY_MOUSE)
            ungetch((int)code);
        if (found != KEY_CODE_YES || code != KEY_MOUSE)
            return key;
        take_mouse();
        if (mouse.count > 0 && mouse.keys[mouse.count - 1].kind == KEY_KIND_DRAG)
            key = mouse.keys[--mouse.count];
    }
    return key;
}

/* ---- Whatever comes next ---- */

/* What has been pasted by now, if anything; what came behind its end is not looked at. While it is
 * read, no sequence of characters is a key, unless somebody who waits for an end that does not come
 * types Ctrl-C. */
static struct key read_pasted(void)
{
    struct key key = {.kind = KEY_KIND_NONE};
    wint_t code;

    while (!paste_take(&paste, &key.character)) {
        if (!paste.is_open || get_wch(&code) != OK)
            return key;
        if (code == CONTROL_C && !has_more()) {
            paste = (struct paste){0};
            keypad(stdscr, TRUE);
            return (struct key){.kind = KEY_KIND_CHARACTER, .character = CONTROL_C};
        }
        paste_feed(&paste, (wchar_t)code);
        if (!paste.is_open)
            keypad(stdscr, TRUE);
    }
    key.kind = KEY_KIND_PASTED;
    return key;
}

/* Curses tells of a new size that it was told of, too. */
static int get_code(wint_t *ret_code)
{
    int found;

    do
        found = get_wch(ret_code);
    while (found == KEY_CODE_YES && *ret_code == KEY_RESIZE);
    return found;
}

static struct key read_one(void)
{
    struct key key;
    wint_t code;

    timeout(0);
    if (mouse.count > 0)
        return read_mouse();
    key = read_pasted();
    if (key.kind != KEY_KIND_NONE || paste.is_open)
        return key;
    switch (get_code(&code)) {
    case OK: return (struct key){.kind = KEY_KIND_CHARACTER, .character = (wchar_t)code};
    case KEY_CODE_YES: break;
    default: return key;
    }
    if (code == KEY_MOUSE) {
        take_mouse();
        return mouse.count > 0 ? read_mouse() : read_one();
    }
    if (code != CODE_PASTE)
        return key_of_code(code);
    paste_open(&paste);
    keypad(stdscr, FALSE);
    return read_pasted();
}

static bool is_between(const struct key *key, wchar_t first, wchar_t last)
{
    return key->kind == KEY_KIND_CHARACTER && key->character >= first && key->character <= last;
}

static void add_to_sequence(struct key *sequence, const struct key *key)
{
    size_t length = strlen(sequence->sequence);

    if (length + 1 < sizeof sequence->sequence)
        sequence->sequence[length] = (char)key->character;
}

/* Behind Escape and a bracket: take the rest of a sequence with numbers, such as "1;5C" of a key
 * that curses has no name for, so that it is not taken for text. False where there is none; the
 * line editor knows what has no numbers. */
static bool read_sequence(struct key *ret_key)
{
    struct key key = read_one(), sequence = {.kind = KEY_KIND_OTHER, .sequence = "\033["};
    bool has_numbers = is_between(&key, '0', '?');

    for (; is_between(&key, ' ', '?') && has_numbers; key = read_one())
        add_to_sequence(&sequence, &key);
    if (has_numbers && is_between(&key, '@', '~')) {
        add_to_sequence(&sequence, &key);
    } else {
        behind_escape = key;
        sequence.sequence[0] = '\0'; /* it was cut short */
    }
    if (has_numbers)
        *ret_key = sequence;
    return has_numbers;
}

/* What curses has by now, if anything. Escape and a character right behind it are one key. */
static struct key read_curses(void)
{
    struct key key = behind_escape, next;
    bool as_it_stands = is_quoting;

    behind_escape = (struct key){.kind = KEY_KIND_NONE};
    if (key.kind == KEY_KIND_NONE)
        key = read_one();
    if (key.kind != KEY_KIND_NONE)
        is_quoting = is_between(&key, CONTROL_V, CONTROL_V);
    if (key.kind != KEY_KIND_CHARACTER || key.character != ESCAPE)
        return key;
    next = read_one();
    if (next.kind == KEY_KIND_CHARACTER && next.character == '[' && !as_it_stands &&
        read_sequence(&key))
        return key;
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

struct key keyboard_read(int timeout_ms, const int others[KEYBOARD_OTHERS])
{
    struct pollfd events[1 + KEYBOARD_OTHERS] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    struct key key = {.kind = KEY_KIND_NONE};
    int ready;

    wait_for(NULL, 0, 0); /* a resize comes before what was typed after it */
    if (!was_resized)
        key = read_typed();
    if (key.kind != KEY_KIND_NONE)
        return key;
    for (int i = 0; i < KEYBOARD_OTHERS; i++)
        events[1 + i] = (struct pollfd){.fd = others ? others[i] : -1, .events = POLLIN};
    do {
        ready = was_resized ? 0 : wait_for(events, 1 + KEYBOARD_OTHERS, timeout_ms);
    } while (ready < 0 && errno == EINTR && !was_resized); /* stopped, and continued */
    if (was_resized)
        return resize();
    if (ready <= 0 || !events[0].revents)
        return key;
    mouse.was_let_go = false;
    key = read_typed();
    if (key.kind == KEY_KIND_NONE && mouse.was_let_go)
        return keyboard_read(timeout_ms, others);
    if (key.kind == KEY_KIND_NONE && events[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        key.kind = KEY_KIND_CLOSED;
    return key;
}

void keyboard_unread(const struct key *key)
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

bool keyboard_interrupted(void)
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
