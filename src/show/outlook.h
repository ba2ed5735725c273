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
    X(STACK, "stack")                                                                              \
    X(PAGES, "pages")                                                                              \
    X(MEMORY, "memory")                                                                            \
    X(RIBBON, "ribbon")                                                                            \
    X(FREE, "free")                                                                                \
    X(METERS, "meters")                                                                            \
    X(TIMELINE, "timeline")                                                                        \
    X(HISTOGRAM, "histogram")                                                                      \
    X(CODE, "code")                                                                                \
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

/* Which panels are shown: all that the screen has room for, but for those hidden, and for those
 * that are there on wish alone. A bit, 1 << panel, for each. */
struct panel_choice {
    unsigned hidden;
    unsigned wanted;   /* asked for by name: where there is too little room, others go first */
    unsigned called;   /* what is going on calls for them */
    bool is_presented; /* to a class: beside these there are only PANELS_PRESENTED */
};

#define PANELS_ON_WISH                                                                             \
    (1u << PANEL_STACK | 1u << PANEL_PAGES | 1u << PANEL_MEMORY | 1u << PANEL_CODE)

#define PANELS_PRESENTED (1u << PANEL_MAP | 1u << PANEL_METERS | 1u << PANEL_MESSAGE)

/* Those that are not to be shown, whatever the room. */
unsigned panels_hidden(const struct panel_choice *choice);

/* The room that the cells of a map have. */
struct map_room {
    int rows, columns;
    bool is_curved; /* they do not go row by row */
};

/* An outlook that is all zero shows everything. Offsets may lie beyond the break: heaps shrink. */
struct outlook {
    struct panel_choice choice;
    unsigned crowded;    /* panels that had no room when the screen was last drawn, */
    int text_columns;    /* and how wide a page of text would be; 0 where any line has room */
    uint64_t focus;      /* the offset that the views are about */
    uint64_t cell_bytes; /* what a cell of a map zoomed by hand stands for; 0: it is not */
    int cell_columns;    /* how wide and high a cell of such a map is drawn */
    int cell_rows;
    uint64_t low;         /* the offset where it begins */
    bool shows_all;       /* all of the heap, even if its blocks lie in a small part */
    struct map_room room; /* that a zoomed map has, as last drawn; no rows: not known */
    uint64_t live_low;    /* where the blocks that people look at lie, as last drawn; */
    uint64_t live_high;   /* equal: not known, or all over the heap */
};

/* What a map shows: the heap from `low` on, to scale. Where cells stand for few bytes, the parts of
 * blocks are drawn, and a cell may be larger than a character, but not along a curve. */
struct window {
    uint64_t low, high; /* offsets; high is the break at the most */
    uint64_t cell_bytes;
    size_t cells;     /* from low to high, the last one perhaps in part */
    bool is_fine;     /* header, payload, padding and footer are drawn as what they are; else */
    int cell_columns; /* these are 1: how wide a cell is, where it is a byte; */
    int cell_rows;    /* and how high */
    int row_cells;    /* how many stand side by side; 0 along a curve */
};

enum {
    FINE_CELL_BYTES = 8, /* parts are drawn at this scale and below */
    MOST_CELL_COLUMNS = 4,
    MOST_CELL_ROWS = 3,
    LEAST_LINE_CELL_BYTES = 16, /* of a map of all of the heap in one line */
};

/* The window of a map with this room: all of a heap of `heap_size` at the finest scale, of 2^n or
 * 3 * 2^n bytes a cell; or what the user zoomed in on; or, where blocks take a small part of the
 * heap, that part, as large as it can be. */
struct window window_of_all(uint64_t heap_size, struct map_room room);
struct window outlook_window(const struct outlook *outlook, uint64_t heap_size,
                             struct map_room room);

/* The room of the map, as far as is known. */
struct map_room outlook_room(const struct outlook *outlook);

/* Whether a map with this room shows less than all of the heap. */
bool outlook_is_zoomed(const struct outlook *outlook, uint64_t heap_size, struct map_room room);

/* Show all of the heap; or its blocks, as large as they can be, whatever they come to be; or
 * [low, low + size) as large as it can be, and some of what is around. */
void outlook_zoom_all(struct outlook *outlook);
void outlook_zoom_fit(struct outlook *outlook);
void outlook_zoom_range(struct outlook *outlook, uint64_t heap_size, uint64_t low, uint64_t size);

/* Zoom in or, with -1, out by one step, half of the heap at the most, about the focus if the map
 * shows it, else about the middle. */
void outlook_zoom_step(struct outlook *outlook, uint64_t heap_size, int direction);

/* Move a zoomed map to the right or, with -1, to the left by half of what it shows. */
void outlook_pan(struct outlook *outlook, uint64_t heap_size, int direction);

/* Let the views be about the offset `at`, which the map then shows. */
void outlook_look_at(struct outlook *outlook, uint64_t heap_size, uint64_t at);

#endif
