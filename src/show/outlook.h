/* outlook.h: what of a heap the user looks at: which panels, which part on the map, which block.
 * Shared by the commands that change it and the views that draw it. */
#ifndef SHOW_OUTLOOK_H
#define SHOW_OUTLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The panels of the full screen, from top to bottom, and what they are called in commands. The
 * message, which says what happened, is always shown. */
#define OUTLOOK_PANELS(X)                                                                          \
    X(MAP, "map")                                                                                  \
    X(RIBBON, "ribbon")                                                                            \
    X(FREE, "free")                                                                                \
    X(METERS, "meters")                                                                            \
    X(TIMELINE, "timeline")                                                                        \
    X(HISTOGRAM, "histogram")                                                                      \
    X(MESSAGE, "message")

/* clang-format off */
enum panel {
#define X(name, text) PANEL_##name,
    OUTLOOK_PANELS(X)
#undef X
    PANELS /* how many there are */
};
/* clang-format on */

/* What the panel is called in commands ("ribbon"). */
const char *panel_name(enum panel panel);

/* Which panels are shown: all that the screen has room for, but for those hidden.
 * A bit, 1 << panel, for each. */
struct panel_choice {
    unsigned hidden;
    unsigned wanted; /* asked for by name: where there is too little room, others go first */
};

/* An outlook that is all zero shows everything. Offsets may lie beyond the break: heaps shrink. */
struct outlook {
    struct panel_choice choice;
    unsigned crowded;    /* panels that had no room when the screen was last drawn */
    uint64_t focus;      /* the offset that the views are about */
    uint64_t cell_bytes; /* what a cell of a zoomed map stands for; 0: all of the heap is shown */
    uint64_t low;        /* the offset where a zoomed map begins */
    size_t cells;        /* that the map has, as last drawn; 0: not known */
    size_t columns;      /* in each of its rows; 0: they do not go row by row */
};

/* What a map shows: the heap from `low` on, to scale. */
struct window {
    uint64_t low, high; /* offsets; high is the break at the most */
    uint64_t cell_bytes;
    size_t cells; /* from low to high, the last one perhaps in part */
};

enum { LEAST_CELL_BYTES = 16 };

/* The window of a map of so many cells: all of a heap of `heap_size` at the finest scale, of 2^n or
 * 3 * 2^n bytes a cell, or what the user zoomed in on. */
struct window window_of_all(uint64_t heap_size, size_t cells);
struct window outlook_window(const struct outlook *outlook, uint64_t heap_size, size_t cells);

/* How many cells the map has, as far as is known. */
size_t outlook_cells(const struct outlook *outlook);

/* Whether a map of so many cells shows less than all of the heap. */
bool outlook_is_zoomed(const struct outlook *outlook, uint64_t heap_size, size_t cells);

/* Show all of the heap, or [low, low + size) as large as it can be, and some of what is around. */
void outlook_zoom_all(struct outlook *outlook);
void outlook_zoom_range(struct outlook *outlook, uint64_t heap_size, uint64_t low, uint64_t size);

/* Zoom in or, with -1, out by one step, half of the heap at the most, about the focus if the map
 * shows it, else about the middle. */
void outlook_zoom_step(struct outlook *outlook, uint64_t heap_size, int direction);

/* Move a zoomed map to the right or, with -1, to the left by half of what it shows. */
void outlook_pan(struct outlook *outlook, uint64_t heap_size, int direction);

/* Let the views be about the offset `at`, which a zoomed map then shows. */
void outlook_look_at(struct outlook *outlook, uint64_t heap_size, uint64_t at);

#endif
