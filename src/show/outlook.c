/* outlook.c: see outlook.h. */
#include "show/outlook.h"

#include "base/bits.h"

enum {
    COLUMNS_UNKNOWN = 76, /* as many as in a line of text */
    FINE_COLUMNS = 16,    /* rows of parts have a multiple of this: blocks stand in line; */
    PAIR_COLUMNS = 2,     /* of this where a cell is as many bytes as a header */
};

const char *panel_name(enum panel panel)
{
#define X(name, text) text,
    static const char *const names[] = {OUTLOOK_PANELS(X)};
#undef X

    return names[panel];
}

unsigned panels_hidden(const struct panel_choice *choice)
{
    unsigned on_wish = choice->is_presented ? ~PANELS_PRESENTED : PANELS_ON_WISH;

    return choice->hidden | (on_wish & ~(choice->wanted | choice->called));
}

/* ---- Scales ---- */

struct scale {
    uint64_t cell_bytes;
    int cell_columns; /* more than 1 only where a cell is a byte */
};

static const struct scale finest = {1, MOST_CELL_COLUMNS};

static uint64_t coarser_bytes(uint64_t bytes)
{
    if (bytes < 4 * FINE_CELL_BYTES)
        return 2 * bytes;
    return bytes + (bits_is_power_of_two(bytes) ? bytes / 2 : bytes / 3);
}

static struct scale coarser(struct scale scale)
{
    if (scale.cell_columns > 1)
        return (struct scale){1, scale.cell_columns / 2};
    return (struct scale){coarser_bytes(scale.cell_bytes), 1};
}

static struct scale finer(struct scale scale)
{
    uint64_t bytes = scale.cell_bytes;

    if (bytes > 4 * FINE_CELL_BYTES)
        return (struct scale){bits_is_power_of_two(bytes) ? bytes / 4 * 3 : bytes / 3 * 2, 1};
    if (bytes > 1)
        return (struct scale){bytes / 2, 1};
    return scale.cell_columns < finest.cell_columns ? (struct scale){1, 2 * scale.cell_columns}
                                                    : finest;
}

static bool is_finer(struct scale scale, struct scale than)
{
    return scale.cell_bytes < than.cell_bytes ||
           (scale.cell_bytes == than.cell_bytes && scale.cell_columns > than.cell_columns);
}

static bool is_fine(struct scale scale)
{
    return scale.cell_bytes <= FINE_CELL_BYTES;
}

/* Whether a cell can be larger than a character: not along a curve. */
static bool can_stretch(struct scale scale, struct map_room room)
{
    return is_fine(scale) && !room.is_curved;
}

static bool can_show(struct scale scale, struct map_room room)
{
    return scale.cell_columns == 1 || can_stretch(scale, room);
}

static int row_cells(struct scale scale, struct map_room room)
{
    int unit = scale.cell_bytes < FINE_CELL_BYTES ? FINE_COLUMNS : PAIR_COLUMNS;

    if (!can_stretch(scale, room) || room.columns < FINE_COLUMNS)
        return room.columns;
    return room.columns / unit * unit / scale.cell_columns;
}

static uint64_t cells_for(uint64_t size, struct scale scale)
{
    return bits_round_up(size, scale.cell_bytes) / scale.cell_bytes;
}

static int rows_for(uint64_t size, struct scale scale, struct map_room room)
{
    uint64_t cells = (uint64_t)row_cells(scale, room);
    uint64_t rows = bits_round_up(cells_for(size, scale), cells) / cells;

    return rows < (uint64_t)room.rows + 1 ? (int)rows : room.rows + 1;
}

/* The finest scale at which so many bytes, from the start of a cell on, and as many cells besides
 * fit into the room. */
static struct scale scale_for(uint64_t size, uint64_t cells, struct map_room room)
{
    struct scale scale = {1, 1};
    uint64_t most = (uint64_t)room.rows * (uint64_t)room.columns;

    /* In a large heap, begin where the search may end: at a power of two that is a scale. */
    if (most > 0 && size / most > 4 * FINE_CELL_BYTES)
        scale.cell_bytes = (uint64_t)1 << bits_floor_log2(size / most);
    while (rows_for(size + cells * scale.cell_bytes, scale, room) > room.rows)
        scale = coarser(scale);
    return scale;
}

/* How high cells can be where so many bytes are to be seen. */
static int height_for(uint64_t size, struct scale scale, struct map_room room)
{
    int rows = rows_for(size, scale, room), height = rows > 0 ? room.rows / rows : room.rows;

    if (!can_stretch(scale, room) || height < 1)
        return 1;
    return height < MOST_CELL_ROWS ? height : MOST_CELL_ROWS;
}

/* ---- Windows ---- */

static struct window window_from(uint64_t low, uint64_t heap_size, struct scale scale, int height,
                                 struct map_room room)
{
    int cells = row_cells(scale, room), rows = room.rows / height;
    uint64_t bytes = (uint64_t)rows * (uint64_t)cells * scale.cell_bytes;
    uint64_t high = heap_size - low < bytes ? heap_size : low + bytes;

    return (struct window){
        .low = low,
        .high = high,
        .cell_bytes = scale.cell_bytes,
        .cells = (size_t)cells_for(high - low, scale),
        .is_fine = is_fine(scale),
        .cell_columns = scale.cell_columns,
        .cell_rows = height,
        .row_cells = room.is_curved ? 0 : cells,
    };
}

static struct scale scale_of_all(uint64_t heap_size, struct map_room room)
{
    struct scale scale = scale_for(heap_size, 0, room);

    if (room.rows == 1 && scale.cell_bytes < LEAST_LINE_CELL_BYTES)
        scale.cell_bytes = LEAST_LINE_CELL_BYTES;
    return scale;
}

struct window window_of_all(uint64_t heap_size, struct map_room room)
{
    struct scale scale = scale_of_all(heap_size, room);

    return window_from(0, heap_size, scale, height_for(heap_size, scale, room), room);
}

/* The window that begins as near to `low` as can be without showing what is beyond the break. */
static struct window window_near(uint64_t low, uint64_t heap_size, struct scale scale, int height,
                                 struct map_room room)
{
    uint64_t bytes = (uint64_t)(room.rows / height) * (uint64_t)row_cells(scale, room);
    uint64_t last;

    bytes *= scale.cell_bytes;
    last = heap_size > bytes ? bits_round_up(heap_size - bytes, scale.cell_bytes) : 0;
    low -= low % scale.cell_bytes;
    return window_from(low < last ? low : last, heap_size, scale, height, room);
}

struct map_room outlook_room(const struct outlook *outlook)
{
    return outlook->room.rows > 0 ? outlook->room : (struct map_room){1, COLUMNS_UNKNOWN, false};
}

/* The window of a map that shows where the blocks lie, with at least `behind` bytes of what follows
 * them; false where their parts could not be told, it would not show the focus, or not enlarge. */
static bool fit_blocks(const struct outlook *outlook, uint64_t heap_size, uint64_t behind,
                       struct map_room room, struct window *ret_window)
{
    uint64_t low = outlook->live_low, high = outlook->live_high;
    uint64_t size = behind < heap_size - high ? high - low + behind : heap_size - low;
    struct scale scale = scale_for(size, 0, room);

    *ret_window = window_near(low, heap_size, scale, height_for(size, scale, room), room);
    return ret_window->is_fine && is_finer(scale, scale_of_all(heap_size, room)) &&
           outlook->focus >= ret_window->low && outlook->focus < ret_window->high;
}

/* Where blocks take a small part of the heap, that part, with a good deal of what follows if
 * possible. */
static bool find_live_window(const struct outlook *outlook, uint64_t heap_size,
                             struct map_room room, struct window *ret_window)
{
    enum { GOOD_DEAL = 64, LEAST = 16 };
    uint64_t size = outlook->live_high - outlook->live_low;
    uint64_t behind = size / 4 > GOOD_DEAL ? size / 4 : GOOD_DEAL;

    if (outlook->shows_all || size == 0 || outlook->live_high > heap_size || room.rows < 2)
        return false;
    return fit_blocks(outlook, heap_size, behind, room, ret_window) ||
           fit_blocks(outlook, heap_size, LEAST, room, ret_window);
}

static struct scale scale_of(const struct outlook *outlook)
{
    return (struct scale){outlook->cell_bytes, outlook->cell_columns};
}

static bool is_zoomed_by_hand(const struct outlook *outlook, uint64_t heap_size,
                              struct map_room room)
{
    return outlook->cell_bytes > 0 && is_finer(scale_of(outlook), scale_of_all(heap_size, room));
}

/* The window of a map that shows less than all of the heap; false if there is none. */
static bool find_zoomed_window(const struct outlook *outlook, uint64_t heap_size,
                               struct map_room room, struct window *ret_window)
{
    int height = outlook->cell_rows < room.rows ? outlook->cell_rows : room.rows;

    if (!is_zoomed_by_hand(outlook, heap_size, room))
        return find_live_window(outlook, heap_size, room, ret_window);
    *ret_window = window_near(outlook->low, heap_size, scale_of(outlook), height, room);
    return true;
}

struct window outlook_window(const struct outlook *outlook, uint64_t heap_size,
                             struct map_room room)
{
    struct window window;

    return find_zoomed_window(outlook, heap_size, room, &window) ? window
                                                                 : window_of_all(heap_size, room);
}

bool outlook_is_zoomed(const struct outlook *outlook, uint64_t heap_size, struct map_room room)
{
    struct window ignored;

    return find_zoomed_window(outlook, heap_size, room, &ignored);
}

/* ---- Zooming ---- */

void outlook_zoom_fit(struct outlook *outlook)
{
    outlook->cell_bytes = 0;
    outlook->low = 0;
    outlook->shows_all = false;
}

void outlook_zoom_all(struct outlook *outlook)
{
    outlook_zoom_fit(outlook);
    outlook->shows_all = true;
}

/* Show the heap at this scale, from about `low` on; all of it if that has room. */
static void show_from(struct outlook *outlook, uint64_t heap_size, struct scale scale, int height,
                      uint64_t low)
{
    struct map_room room = outlook_room(outlook);

    if (!is_finer(scale, scale_of_all(heap_size, room))) {
        outlook_zoom_all(outlook);
        return;
    }
    outlook->cell_bytes = scale.cell_bytes;
    outlook->cell_columns = scale.cell_columns;
    outlook->cell_rows = height;
    outlook->low = window_near(low, heap_size, scale, height, room).low;
}

/* Show the heap at this scale, with `middle` in the middle of the middle row. */
static void centre(struct outlook *outlook, uint64_t heap_size, struct scale scale, int height,
                   uint64_t middle)
{
    struct map_room room = outlook_room(outlook);
    int cells = row_cells(scale, room), rows = room.rows / height;
    uint64_t half = (uint64_t)(rows / 2 * cells + cells / 2) * scale.cell_bytes;

    if (room.is_curved)
        half = (uint64_t)(rows * cells) / 2 * scale.cell_bytes;
    show_from(outlook, heap_size, scale, height, middle > half ? middle - half : 0);
}

/* The scale for a range, with a cell before it and one behind it where the room has more than
 * these: its bytes as wide as its row has room for or, if it needs several rows, as half of them
 * have. */
static struct scale scale_for_range(uint64_t size, struct map_room room)
{
    uint64_t around = room.rows * room.columns > 2 ? 2 : 0;
    struct scale scale = scale_for(size, around, room), wider = scale;
    int rows = rows_for(size, scale, room) > 1 ? room.rows / 2 : 1;

    while (can_stretch(scale, room) && scale.cell_bytes == 1 && is_finer(finest, wider)) {
        wider = finer(wider);
        if (rows_for(size, wider, room) <= rows)
            scale = wider;
    }
    return scale;
}

/* The scale of what is shown now. */
static struct scale scale_seen(const struct outlook *outlook, uint64_t heap_size)
{
    struct window window = outlook_window(outlook, heap_size, outlook_room(outlook));

    return (struct scale){window.cell_bytes, window.cell_columns};
}

void outlook_zoom_range(struct outlook *outlook, uint64_t heap_size, uint64_t low, uint64_t size)
{
    struct map_room room = outlook_room(outlook);
    struct scale scale;
    uint64_t row, spare;
    int height, rows;

    size = size < heap_size - low ? size : heap_size - low;
    scale = scale_for_range(size, room);
    if (!is_finer(scale, scale_seen(outlook, heap_size)) && can_show(finer(scale), room) &&
        rows_for(size, finer(scale), room) <= room.rows) /* in more rows, so that it enlarges */
        scale = finer(scale);
    if (!can_stretch(scale, room)) {
        centre(outlook, heap_size, scale, 1, low + size / 2);
        return;
    }
    row = (uint64_t)row_cells(scale, room) * scale.cell_bytes;
    height = height_for(size + row, scale, room);
    rows = room.rows / height;
    spare = (uint64_t)rows * row > size ? (uint64_t)rows * row - size : 0;
    spare = rows > 1 ? spare / 2 / row * row : spare / 2; /* it begins a row if there are several */
    show_from(outlook, heap_size, scale, height, low > spare ? low - spare : 0);
}

void outlook_zoom_step(struct outlook *outlook, uint64_t heap_size, int direction)
{
    struct map_room room = outlook_room(outlook);
    struct window window = outlook_window(outlook, heap_size, room);
    bool has_focus = outlook->focus >= window.low && outlook->focus < window.high;
    uint64_t middle = has_focus ? outlook->focus : window.low + (window.high - window.low) / 2;
    struct scale before = scale_seen(outlook, heap_size);
    struct scale scale = direction > 0 ? finer(before) : coarser(before);

    if (!can_show(scale, room))
        scale = before;
    if (scale.cell_bytes > 4 * FINE_CELL_BYTES) /* twice three quarters is about a half */
        scale = direction > 0 ? finer(scale) : coarser(scale);
    centre(outlook, heap_size, scale, can_stretch(scale, room) ? window.cell_rows : 1, middle);
}

void outlook_pan(struct outlook *outlook, uint64_t heap_size, int direction)
{
    struct map_room room = outlook_room(outlook);
    struct window window;

    if (find_zoomed_window(outlook, heap_size, room, &window))
        centre(outlook, heap_size, (struct scale){window.cell_bytes, window.cell_columns},
               window.cell_rows, direction > 0 ? window.high : window.low);
}

void outlook_look_at(struct outlook *outlook, uint64_t heap_size, uint64_t at)
{
    struct map_room room = outlook_room(outlook);
    struct window window = outlook_window(outlook, heap_size, room);

    outlook->focus = at;
    if (is_zoomed_by_hand(outlook, heap_size, room) && (at < window.low || at >= window.high))
        centre(outlook, heap_size, scale_of(outlook), window.cell_rows, at);
}
