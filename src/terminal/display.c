/* display.c: see display.h. */
#define NCURSES_WIDECHAR 1

#include "terminal/display.h"

#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "terminal/capability.h"
#include "terminal/extent.h"
#include "terminal/ink.h"
#include "terminal/restore.h"

enum { ESCAPE_DELAY_MS = 25 };

/* Mutable state of the one terminal there is. */
static bool is_open;
static bool hears_mouse; /* or it is the terminal's */
static bool is_stale;    /* what curses has of the screen is to be drawn over, all of it */
static SCREEN *screen;
static struct termios modes_before;

/* ---- Giving the terminal back ---- */

/* A terminal with one screen keeps what was drawn. Its last row, where the cursor is left, is
 * cleared for whoever writes next. */
static void add_fresh_row(void)
{
    restore_add_always(capability_find("sgr0"), NULL);
    restore_add_always(capability_find("op"), NULL);
    restore_add_always(tiparm(capability_find("cup"), LINES - 1, 0), NULL);
    restore_add_always(capability_find("el"), NULL);
}

/* Terminals that are no heirs of the VT100 could show what tells others to mark what is pasted. */
static bool may_mark_pastes(void)
{
    return strncmp(capability_find("cup"), "\033[", 2) == 0;
}

static void prepare_restoring(void)
{
    static const char *const capabilities[] = {"sgr0", "op", "oc", "Cr", "rmkx", "cnorm", "rmcup"};

    restore_open(&modes_before);
    if (capability_find("XM"))
        restore_add(tiparm(capability_find("XM"), 0));
    else if (has_mouse())
        restore_add("\033[?1000l");
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++)
        restore_add(capability_find(capabilities[i]));
    if (may_mark_pastes())
        restore_add_always(RESTORE_NO_PASTES, RESTORE_PASTES);
    if (may_mark_pastes() && has_mouse())
        restore_add_always(RESTORE_NO_DRAGS, NULL);
    if (!capability_find("rmcup"))
        add_fresh_row();
}

void display_close(void)
{
    if (!is_open)
        return;
    is_open = false;
    ink_leave_cursor();
    restore_leave();
    endwin();
    delscreen(screen);
    /* libedit asks about the terminal, too, and with some types curses then takes the modes of that
     * moment for those that there were */
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_before);
    restore_close();
}

/* ---- Taking it ---- */

/* Open a terminal that shows every colour as one whose colours are told by their parts, if such a
 * one is known ("xterm-direct" for "xterm-256color"), else as what it is. */
static SCREEN *open_screen(const char *type)
{
    static const char of_palette[] = "-256color";
    char direct[64];
    size_t length = strlen(type), ending = strlen(of_palette);
    SCREEN *opened = NULL;

    if (ink_shows_all() && length > ending && strcmp(type + length - ending, of_palette) == 0) {
        snprintf(direct, sizeof direct, "%.*s-direct", (int)(length - ending), type);
        opened = newterm(direct, stdout, stdin);
    }
    if (opened) /* libedit reads TERM, and what it finds takes the place of what curses has */
        setenv("TERM", direct, true);
    return opened ? opened : newterm(type, stdout, stdin);
}

bool display_open(enum color_use color, struct error *error)
{
    const char *type = getenv("TERM");
    struct extent extent = extent_read();

    if (!type || tcgetattr(STDIN_FILENO, &modes_before) != 0)
        return error_set(error, "there is no terminal");
    if (!extent_is_meant(&extent, error))
        return false;
    screen = open_screen(type);
    if (!screen)
        return error_set(error, "the terminal type '%s' is unknown, or its size is impossible",
                         type);
    if (!capability_find("cup")) {
        endwin();
        delscreen(screen);
        return error_set(error, "a terminal of type '%s' cannot move the cursor", type);
    }
    is_open = true;
    display_set_mouse(true);
    mouseinterval(0); /* a press is told of at once */
    prepare_restoring();
    if (may_mark_pastes())
        putp(RESTORE_PASTES);
    atexit(display_close);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(ESCAPE_DELAY_MS);
    ink_open(color);
    display_set_theme(0);
    return true;
}

/* Hear of moves, too, if of the mouse at all: whenever curses has begun to hear of that. */
static void hear_of_drags(void)
{
    if (hears_mouse && has_mouse() && may_mark_pastes())
        putp(RESTORE_DRAGS);
}

void display_set_mouse(bool is_on)
{
    if (!is_on && hears_mouse && has_mouse() && may_mark_pastes())
        putp(RESTORE_NO_DRAGS);
    mousemask(is_on ? BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED |
                          REPORT_MOUSE_POSITION
                    : 0,
              NULL);
    hears_mouse = is_on;
    hear_of_drags();
}

void display_set_theme(unsigned number)
{
    is_stale = true;
    ink_set_theme(number);
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
    struct ink ink;
    cchar_t character;

    if (cell->glyph == 0)
        return;
    ink = ink_of_cell(cell);
    setcchar(&character, characters, ink.attributes, (short)ink.pair, &ink.pair);
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

void display_resize(void)
{
    struct extent extent = extent_read();
    struct error ignored; /* the screen stays as it was */

    is_stale = true;
    if (extent.rows > 0 && extent_is_meant(&extent, &ignored))
        resizeterm((int)extent.rows, (int)extent.columns);
    prepare_restoring(); /* the last row is another */
    display_redraw();
}

void display_suspend(void)
{
    ink_leave_cursor();
    raise(SIGTSTP); /* curses gives the terminal back, stops, and takes it again */
    hear_of_drags();
    ink_color_cursor();
    display_redraw();
}

void display_lend(void)
{
    struct termios modes = modes_before;

    ink_leave_cursor();
    restore_leave();
    endwin();
    cfmakeraw(&modes);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

void display_take_back(void)
{
    restore_come_back();
    refresh(); /* curses takes the terminal again */
    hear_of_drags();
    ink_color_cursor();
    display_resize();
}
