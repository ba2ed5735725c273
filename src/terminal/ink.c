/* ink.c: see ink.h. */
#define NCURSES_WIDECHAR 1

#include "terminal/ink.h"

#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/capability.h"
#include "view/look.h"

/* Mutable state of the one terminal there is. */
static enum color_depth depth;
static struct look looks[STYLES];
static int cursor_rgb = COLOR_OWN; /* the cursor's colour */

/* ---- What there is ---- */

bool ink_shows_all(void)
{
    const char *says = getenv("COLORTERM");

    return says && (strcmp(says, "truecolor") == 0 || strcmp(says, "24bit") == 0);
}

/* Whether the terminal's colours are numbered by their parts: it may say so in any way. */
static bool is_direct(void)
{
    return tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || capability_find("RGB");
}

void ink_open(enum color_use color)
{
    const char *no_color = getenv("NO_COLOR");
    struct color_abilities abilities = {.shows_all = ink_shows_all()};

    if (color != COLOR_NEVER && (color == COLOR_ALWAYS || !no_color || !no_color[0]) &&
        has_colors() && start_color() == OK) {
        use_default_colors();
        abilities.count = COLORS;
        abilities.is_direct = is_direct();
        abilities.can_change = can_change_color();
    }
    depth = look_depth(&abilities);
}

/* ---- The cursor ---- */

/* Let the cursor have a colour, or its own again. */
static void color_cursor(int rgb)
{
    const char *sequence = capability_find(rgb < 0 ? "Cr" : "Cs");
    char name[16];

    snprintf(name, sizeof name, "#%06x", (unsigned)rgb);
    if (sequence && rgb >= 0)
        sequence = tiparm(sequence, name);
    if (sequence)
        putp(sequence);
    fflush(stdout); /* curses has a buffer of its own */
}

void ink_color_cursor(void)
{
    color_cursor(cursor_rgb);
}

void ink_leave_cursor(void)
{
    color_cursor(COLOR_OWN);
}

/* ---- The theme ---- */

/* Make a colour of the palette what it should be. The number is that of the nearest one there:
 * where this has no effect, little is lost. */
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

void ink_set_theme(unsigned number)
{
    const struct theme_style *theme = theme_get(number);

    cursor_rgb = depth >= COLOR_DEPTH_256 ? theme[STYLE_PLAIN].exact.ink : COLOR_OWN;
    ink_color_cursor(); /* its own could be the theme's paper */
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

struct ink ink_of_cell(const struct cell *cell)
{
    struct look look = look_of_cell(looks, cell);
    struct ink ink = {.attributes = attributes_of(look.attributes)};

    if (depth != COLOR_DEPTH_NONE)
        ink.pair = pair_of(look.colors.ink, look.colors.paper);
    return ink;
}
