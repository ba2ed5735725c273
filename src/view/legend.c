/* legend.c: see legend.h. */
#include "view/legend.h"

#include <string.h>

#include "view/changes.h"

/* What a kind of cell looks like, what it is called, and what it is. */
struct entry {
    enum style style;
    enum glyph glyph;
    const char *word;
    const char *meaning;
};

enum { ALWAYS = 5 }; /* how many, from the first on, the line under the map has in any case */

/* clang-format off */
static const struct entry entries[] = {
    {STYLE_HEADER, GLYPH_HEADER, "header",
     "in front of each payload: size and flags"},
    {STYLE_USED_1, GLYPH_USED, "payload",
     "what was requested of a block; four shades, in turn"},
    {STYLE_PADDING, GLYPH_PADDING, "padding",
     "given, but not requested: internal fragmentation"},
    {STYLE_FREE, GLYPH_FREE, "free",
     "a free block, to be handed out again"},
    {STYLE_BOOKKEEPING, GLYPH_BOOKKEEPING, "allocator's own",
     "no block's: state at the start, end at the break"},
    {STYLE_HEADER, GLYPH_FOOTER, "footer",
     "repeats the header, for the neighbour to the right"},
    {STYLE_HEADER, GLYPH_TAGS, "footer, header",
     "of two neighbours, in one cell"},
    {STYLE_CROWD, GLYPH_MANY, "many blocks",
     "in one cell; a bar says how much of it is in use"},
    {STYLE_LEAKED, GLYPH_LEAKED, "leaked",
     "in use, but no variable leads to it"},
    {STYLE_MERGED, GLYPH_GREY, "grey",
     "reached by the collector, not yet looked through"},
    {STYLE_REMAINDER, GLYPH_BLACK, "black",
     "the collector has looked through it"},
    {STYLE_DIM, GLYPH_ORPHAN, "orphan",
     "the collector has not reached it: it goes"},
    {STYLE_DAMAGED, GLYPH_DAMAGED, "damaged",
     "what the allocator wrote there has been overwritten"},
    {STYLE_UNREADABLE, GLYPH_UNREADABLE, "unreadable",
     "behind damage: where blocks begin is not known"},
    {STYLE_DIM, GLYPH_UNTOLD, "untold",
     "what it is this heap does not tell"},
    {STYLE_DIM, GLYPH_PAGE, "page",
     "a page of 4 KiB begins there"},
    {STYLE_LIT, GLYPH_LIT, "at hand",
     "what a step that plays is just about"},
};
/* clang-format on */

enum { ENTRIES = sizeof entries / sizeof entries[0] };

int legend_rows(int panel_rows)
{
    enum { LEAST_PANEL_ROWS = 6 };

    return panel_rows >= LEAST_PANEL_ROWS;
}

/* ---- The line ---- */

/* A pen that goes along the line as long as there is room. */
struct pen {
    struct grid *grid;
    int row, column, end;
    bool is_full;
};

static void write_sign(struct pen *pen, enum style style, uint32_t glyph, const char *word)
{
    enum { SIGN_COLUMNS = 2, GAP_COLUMNS = 2 };
    int columns = SIGN_COLUMNS + (int)strlen(word);

    pen->is_full = pen->is_full || pen->column + columns > pen->end;
    if (pen->is_full)
        return;
    grid_put(pen->grid, pen->row, pen->column, glyph, style);
    grid_text(pen->grid, pen->row, pen->column + SIGN_COLUMNS, (int)strlen(word), STYLE_DIM, word);
    pen->column += columns + GAP_COLUMNS;
}

static void write_entry(struct pen *pen, const struct view_options *options,
                        const struct entry *entry)
{
    write_sign(pen, entry->style, view_glyph(options, entry->glyph), entry->word);
}

static const struct entry *entry_of(enum glyph glyph)
{
    size_t i = 0;

    while (entries[i].glyph != glyph)
        i++;
    return &entries[i];
}

void legend_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options, bool has_pages)
{
    struct pen pen = {grid, area.row, area.column, area.column + area.columns, false};
    unsigned seen = changes_seen(scene->picture);

    grid_fill(grid, area, ' ', STYLE_PLAIN);
    for (int i = 0; i < ALWAYS; i++)
        write_entry(&pen, options, &entries[i]);
    for (int change = 0; change < CHANGES; change++) {
        if (seen & 1u << change)
            write_sign(&pen, change_style((enum change)change),
                       (uint32_t)change_sign((enum change)change),
                       change_word((enum change)change));
    }
    if (scene->picture->ledger.lost > 0)
        write_entry(&pen, options, entry_of(GLYPH_LEAKED));
    if (damage_is_known(&scene->picture->damage))
        write_entry(&pen, options, entry_of(GLYPH_DAMAGED));
    if (has_pages)
        write_entry(&pen, options, entry_of(GLYPH_PAGE));
}

/* ---- The page ---- */

size_t legend_page_rows(void)
{
    return ENTRIES + CHANGES;
}

void legend_draw_page_row(const struct view_options *options, size_t row, struct grid *grid, int at)
{
    enum { SWATCH_COLUMNS = 4, WORD_COLUMN = 6, MEANING_COLUMN = 24 };
    static const char *const meanings[CHANGES] = {
        [CHANGE_NEW] = "handed out by the last step",
        [CHANGE_FREED] = "given back by the last step",
        [CHANGE_REMAINDER] = "cut off by the last step from the block that it took",
        [CHANGE_MERGED] = "was free; one with what the last step gave back",
    };
    struct area swatch = {at, 0, 1, SWATCH_COLUMNS};
    bool is_change = row >= ENTRIES;
    enum change change = is_change ? (enum change)(row - ENTRIES) : CHANGE_NEW;
    const struct entry *entry = &entries[is_change ? 0 : row];

    grid_fill(grid, swatch,
              is_change ? (uint32_t)change_sign(change) : view_glyph(options, entry->glyph),
              is_change ? change_style(change) : entry->style);
    grid_text(grid, at, WORD_COLUMN, grid->columns, STYLE_STRONG,
              is_change ? change_word(change) : entry->word);
    grid_text_elided(grid, at, MEANING_COLUMN, grid->columns - MEANING_COLUMN, STYLE_PLAIN,
                     is_change ? meanings[change] : entry->meaning,
                     view_glyph(options, GLYPH_ELLIPSIS));
}
