/* outlook.c: see outlook.h. */
#include "show/outlook.h"

#include "base/bits.h"

enum { CELLS_UNKNOWN = 76 }; /* as many as in a line of text */

const char *panel_name(enum panel panel)
{
#define X(name, text) text,
    static const char *const names[] = {OUTLOOK_PANELS(X)};
#undef X

    return names[panel];
}

/* ---- Scales ---- */

static uint64_t coarser(uint64_t bytes)
{
    if (bytes <= LEAST_CELL_BYTES)
        return 2 * LEAST_CELL_BYTES;
    return bytes + (bits_is_power_of_two(bytes) ? bytes / 2 : bytes / 3);
}

static uint64_t finer(uint64_t bytes)
{
    if (bytes <= 2 * LEAST_CELL_BYTES)
        return LEAST_CELL_BYTES;
    return bits_is_power_of_two(bytes) ? bytes / 4 * 3 : bytes / 3 * 2;
}

/* The finest scale at which so many bytes, from the start of a cell on, fit into the cells. */
static uint64_t scale_for(uint64_t size, size_t cells)
{
    uint64_t bytes = LEAST_CELL_BYTES;

    while (bits_round_up(size, bytes) / bytes > cells)
        bytes = coarser(bytes);
    return bytes;
}

/* ---- Windows ---- */

static struct window window_from(uint64_t low, uint64_t heap_size, uint64_t cell_bytes,
                                 size_t cells)
{
    uint64_t room = cells * cell_bytes;
    uint64_t high = heap_size - low < room ? heap_size : low + room;

    return (struct window){
        .low = low,
        .high = high,
        .cell_bytes = cell_bytes,
        .cells = (size_t)(bits_round_up(high - low, cell_bytes) / cell_bytes),
    };
}

struct window window_of_all(uint64_t heap_size, size_t cells)
{
    return window_from(0, heap_size, scale_for(heap_size, cells), cells);
}

/* The window that begins as near to `low` as can be without showing what is beyond the break. */
static struct window window_near(uint64_t low, uint64_t heap_size, uint64_t cell_bytes,
                                 size_t cells)
{
    uint64_t room = cells * cell_bytes;
    uint64_t last = heap_size > room ? bits_round_up(heap_size - room, cell_bytes) : 0;

    low -= low % cell_bytes;
    return window_from(low < last ? low : last, heap_size, cell_bytes, cells);
}

size_t outlook_cells(const struct outlook *outlook)
{
    return outlook->cells ? outlook->cells : CELLS_UNKNOWN;
}

struct window outlook_window(const struct outlook *outlook, uint64_t heap_size, size_t cells)
{
    struct window all = window_of_all(heap_size, cells);

    if (outlook->cell_bytes == 0 || outlook->cell_bytes >= all.cell_bytes)
        return all;
    return window_near(outlook->low, heap_size, outlook->cell_bytes, cells);
}

bool outlook_is_zoomed(const struct outlook *outlook, uint64_t heap_size, size_t cells)
{
    return outlook->cell_bytes > 0 && outlook->cell_bytes < scale_for(heap_size, cells);
}

/* ---- Zooming ---- */

void outlook_zoom_all(struct outlook *outlook)
{
    outlook->cell_bytes = 0;
    outlook->low = 0;
}

/* Show the heap at this scale, with `middle` in the middle of the middle row; all of it if that has
 * room. */
static void centre(struct outlook *outlook, uint64_t heap_size, uint64_t cell_bytes,
                   uint64_t middle)
{
    size_t cells = outlook_cells(outlook);
    size_t columns = outlook->columns ? outlook->columns : cells;
    uint64_t half = (cells / columns / 2 * columns + columns / 2) * cell_bytes;

    if (cell_bytes >= scale_for(heap_size, cells)) {
        outlook_zoom_all(outlook);
        return;
    }
    outlook->cell_bytes = cell_bytes;
    outlook->low = window_near(middle > half ? middle - half : 0, heap_size, cell_bytes, cells).low;
}

void outlook_zoom_range(struct outlook *outlook, uint64_t heap_size, uint64_t low, uint64_t size)
{
    size_t cells = outlook_cells(outlook);

    size = size < heap_size - low ? size : heap_size - low;
    centre(outlook, heap_size, scale_for(size, cells > 2 ? cells - 2 : 1), low + size / 2);
}

void outlook_zoom_step(struct outlook *outlook, uint64_t heap_size, int direction)
{
    struct window window = outlook_window(outlook, heap_size, outlook_cells(outlook));
    bool has_focus = outlook->focus >= window.low && outlook->focus < window.high;
    uint64_t middle = has_focus ? outlook->focus : window.low + (window.high - window.low) / 2;
    uint64_t bytes = window.cell_bytes;

    for (int i = 0; i < 2; i++) /* twice three quarters is about a half */
        bytes = direction > 0 ? finer(bytes) : coarser(bytes);
    centre(outlook, heap_size, bytes, middle);
}

void outlook_pan(struct outlook *outlook, uint64_t heap_size, int direction)
{
    struct window window = outlook_window(outlook, heap_size, outlook_cells(outlook));

    if (outlook_is_zoomed(outlook, heap_size, outlook_cells(outlook)))
        centre(outlook, heap_size, window.cell_bytes, direction > 0 ? window.high : window.low);
}

void outlook_look_at(struct outlook *outlook, uint64_t heap_size, uint64_t at)
{
    struct window window = outlook_window(outlook, heap_size, outlook_cells(outlook));

    outlook->focus = at;
    if (outlook_is_zoomed(outlook, heap_size, outlook_cells(outlook)) &&
        (at < window.low || at >= window.high))
        centre(outlook, heap_size, window.cell_bytes, at);
}
