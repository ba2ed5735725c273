/* space.c: see space.h. */
#include "view/space.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/size.h"

enum { ADDRESS_COLUMNS = 15, BOX_COLUMNS = 18, LEAST_SCALE = 4096, LEAST_GAP = 1 << 20 };

/* ---- What stands one above the other ---- */

/* A part of the figure, one or several of the space's. */
struct layer {
    struct space_part part;
    uint64_t bytes; /* that there are: what is mapped of it */
    bool is_gap;    /* nothing */
    int rows;
};

struct layers {
    struct layer *items; /* from low addresses to high ones */
    size_t count, capacity;
};

static bool is_scaled(const struct layer *layer)
{
    enum space_kind kind = layer->part.kind;

    return !layer->is_gap &&
           (kind == SPACE_TEXT || kind == SPACE_DATA || kind == SPACE_BSS || kind == SPACE_HEAP);
}

/* What is of the system's, and of no interest one by one. */
static bool is_surrounding(enum space_kind kind)
{
    return kind == SPACE_LIBRARIES || kind == SPACE_OTHER || kind == SPACE_KERNEL;
}

static void add(struct layers *layers, const struct layer *layer)
{
    layers->items = memory_reserve(layers->items, &layers->capacity, layers->count + 1,
                                   sizeof layers->items[0]);
    layers->items[layers->count++] = *layer;
}

static void add_part(struct layers *layers, const struct space_part *part)
{
    struct layer *last = layers->count ? &layers->items[layers->count - 1] : NULL;
    uint64_t bytes = part->end - part->start;
    bool joins = last && is_surrounding(last->part.kind) && is_surrounding(part->kind);

    if (last && (joins || last->part.kind == part->kind)) {
        last->part.end = part->end;
        last->part.kind = joins ? SPACE_LIBRARIES : part->kind;
        last->bytes += bytes;
        return;
    }
    if (last && part->start - last->part.end >= LEAST_GAP)
        add(layers, &(struct layer){.part = {last->part.end, part->start, SPACE_OTHER},
                                    .bytes = part->start - last->part.end,
                                    .is_gap = true,
                                    .rows = 1});
    add(layers, &(struct layer){.part = *part, .bytes = bytes, .rows = 1});
}

static int rows_at(const struct layer *layer, uint64_t scale)
{
    uint64_t rows = (layer->part.end - layer->part.start + scale - 1) / scale;

    return rows < INT16_MAX ? (int)rows : INT16_MAX;
}

static int rows_of(const struct layers *layers, uint64_t scale)
{
    int rows = 0;

    for (size_t i = 0; i < layers->count; i++)
        rows += is_scaled(&layers->items[i]) ? rows_at(&layers->items[i], scale) : 1;
    return rows;
}

/* The layers, in so many rows. Returns how many bytes a row stands for where they are to scale. */
static uint64_t make_layers(const struct space *space, int rows, struct layers *ret_layers)
{
    uint64_t scale = LEAST_SCALE;
    struct layers layers = {0};

    for (size_t i = 0; i < space->count; i++) {
        if (space->parts[i].start < UINT64_MAX / 2) /* not the kernel's own half */
            add_part(&layers, &space->parts[i]);
    }
    while (rows_of(&layers, scale) > rows && scale < UINT64_MAX / 4)
        scale *= 2;
    for (size_t i = 0; i < layers.count; i++) {
        if (is_scaled(&layers.items[i]))
            layers.items[i].rows = rows_at(&layers.items[i], scale);
    }
    *ret_layers = layers;
    return scale;
}

/* ---- Drawing ---- */

static enum style style_of(const struct layer *layer)
{
    static const enum style styles[SPACE_KIND_COUNT] = {
        [SPACE_TEXT] = STYLE_BOOKKEEPING, [SPACE_DATA] = STYLE_USED_2,
        [SPACE_BSS] = STYLE_USED_3,       [SPACE_HEAP] = STYLE_USED_1,
        [SPACE_VARIABLES] = STYLE_USED_4, [SPACE_EXCHANGE] = STYLE_HEADER,
        [SPACE_LIBRARIES] = STYLE_HEADER, [SPACE_OTHER] = STYLE_HEADER,
        [SPACE_KERNEL] = STYLE_HEADER,    [SPACE_STACK] = STYLE_USED_4,
    };

    return layer->is_gap ? STYLE_OUTSIDE : styles[layer->part.kind];
}

/* What is said beside a part: how large it is, and what it is. */
static void describe(const struct layer *layer, const struct picture *picture, struct text *text)
{
    char size[SIZE_TEXT_MAX];

    text_add(text, "%-5s ", size_short(layer->bytes, size));
    if (layer->is_gap)
        text_add(text, "nothing");
    else if (layer->part.kind == SPACE_HEAP)
        text_add(text, "%s, 0x%" PRIx64, space_kind_meaning(SPACE_HEAP),
                 picture->heap_start + picture->metrics.heap_size);
    else if (layer->part.kind == SPACE_STACK && picture->description.process != KIND_PROCESS_OWN)
        text_add(text, "of its first thread; grows down");
    else
        text_add(text, "%s", space_kind_meaning(layer->part.kind));
}

static void draw_box(const struct layer *layer, struct grid *grid, struct area box,
                     const struct view_options *options)
{
    uint32_t side = view_glyph(options, GLYPH_VERTICAL), fill = layer->is_gap ? ':' : ' ';

    if (options->unstyled && !layer->is_gap && layer->part.kind == SPACE_HEAP)
        fill = view_glyph(options, GLYPH_USED);
    grid_fill(grid, box, fill, style_of(layer));
    for (int row = 0; row < box.rows; row++) {
        grid_put(grid, box.row + row, box.column, side, STYLE_BORDER);
        grid_put(grid, box.row + row, box.column + box.columns - 1, side, STYLE_BORDER);
    }
    if (!layer->is_gap)
        grid_print(grid, box.row + (box.rows - 1) / 2, box.column + 1, box.columns - 2,
                   style_of(layer), " %s ", space_kind_text(layer->part.kind));
}

/* Draw a layer whose lowest row is `bottom`, where its first address stands. */
static void draw_layer(const struct layer *layer, const struct picture *picture, struct grid *grid,
                       struct area area, int bottom, const struct view_options *options)
{
    struct area box = {bottom - layer->rows + 1, area.column + ADDRESS_COLUMNS, layer->rows,
                       BOX_COLUMNS};
    int words = box.column + box.columns + 1, room = area.column + area.columns - words;
    struct text text = {0};

    if (!layer->is_gap) {
        text_add(&text, "0x%" PRIx64, layer->part.start);
        grid_print(grid, bottom, area.column, ADDRESS_COLUMNS, STYLE_DIM, "%14s",
                   text_string(&text));
        text_clear(&text);
    }
    draw_box(layer, grid, box, options);
    describe(layer, picture, &text);
    grid_text_elided(grid, box.row, words, room, layer->is_gap ? STYLE_DIM : STYLE_PLAIN,
                     text_string(&text), view_glyph(options, GLYPH_ELLIPSIS));
    text_finish(&text);
}

void space_draw(struct grid *grid, struct area area, const struct picture *picture,
                const struct space *space, const struct view_options *options)
{
    struct layers layers;
    int bottom = area.row - 1;

    make_layers(space, area.rows, &layers);
    for (size_t i = 0; i < layers.count; i++)
        bottom += layers.items[i].rows;
    if (bottom >= area.row + area.rows)
        bottom = area.row + area.rows - 1;
    for (size_t i = 0; i < layers.count && bottom >= area.row; i++) {
        draw_layer(&layers.items[i], picture, grid, area, bottom, options);
        bottom -= layers.items[i].rows;
    }
    free(layers.items);
}

void space_draw_panel(struct grid *grid, struct area area, const struct scene *scene,
                      const struct view_options *options)
{
    if (scene->space)
        space_draw(grid, area, scene->picture, scene->space, options);
    else
        grid_text(grid, area.row, area.column, area.columns, STYLE_DIM,
                  "the kernel does not tell of this memory");
}

void space_add_scale(const struct space *space, int rows, struct text *text)
{
    char size[SIZE_TEXT_MAX];
    struct layers layers;
    uint64_t scale = make_layers(space, rows, &layers);

    text_add(text, "%s a row up to the break; above it, not to scale", size_short(scale, size));
    free(layers.items);
}
