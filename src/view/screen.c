/* screen.c: see screen.h. */
#include "view/screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "view/free_list.h"
#include "view/map.h"
#include "view/meters.h"
#include "view/ribbon.h"
#include "view/words.h"

enum {
    TITLE_ROWS = 1,
    PROMPT_ROWS = 1,
    LEAST_MAP_ROWS = 1,
    LEAST_MESSAGE_ROWS = 2,
    GOOD_MESSAGE_ROWS = 4,
    MOST_MESSAGE_ROWS = 8,
    MOST_LISTS_ROWS = 8,
    SPLIT_COLUMNS = 78,  /* from here on there is room for free list and meters side by side */
    METERS_COLUMNS = 58, /* what the meters take of it, with the longest of their formulas */
};

/* ---- Layout ---- */

/* Rows that the panels would take, with a border above each and one below the last. */
static int rows_taken(const struct screen_layout *layout)
{
    const struct panel *panels[] = {&layout->map, &layout->ribbon, &layout->lists,
                                    &layout->message};
    int rows = TITLE_ROWS + PROMPT_ROWS + 1;

    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++)
        rows += panels[i]->rows ? panels[i]->rows + 1 : 0;
    return rows;
}

/* Give `panel` of the rows that are left what it lacks of `wanted`. */
static void enlarge(struct screen_layout *layout, struct panel *panel, int wanted, int rows)
{
    int left = rows - rows_taken(layout);

    if (left > 0 && panel->rows < wanted)
        panel->rows += left < wanted - panel->rows ? left : wanted - panel->rows;
}

static void place_panels(struct screen_layout *layout)
{
    struct panel *panels[] = {&layout->map, &layout->ribbon, &layout->lists, &layout->message};
    int row = TITLE_ROWS;

    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) {
        if (panels[i]->rows == 0)
            continue;
        panels[i]->row = row + 1;
        row += 1 + panels[i]->rows;
    }
}

/* Panels go in a fixed order where there is no room: the ribbon, then two of the meters, then all
 * of them and the free list. What room there is beyond goes to the message first, then to the map.
 * */
struct screen_layout screen_layout(int rows, int columns)
{
    struct screen_layout layout = {
        .fits = rows >= SCREEN_LEAST_ROWS && columns >= SCREEN_LEAST_COLUMNS,
        .map.rows = LEAST_MAP_ROWS,
        .ribbon.rows = RIBBON_ROWS,
        .lists.rows = METERS_ROWS,
        .message.rows = LEAST_MESSAGE_ROWS,
        .split = columns >= SPLIT_COLUMNS ? columns - METERS_COLUMNS : 0,
    };

    if (rows_taken(&layout) > rows)
        layout.ribbon.rows = 0;
    if (rows_taken(&layout) > rows)
        layout.lists.rows = METERS_ROWS / 2;
    if (rows_taken(&layout) > rows)
        layout.lists.rows = 0;
    enlarge(&layout, &layout.map, 3, rows);
    enlarge(&layout, &layout.message, GOOD_MESSAGE_ROWS, rows);
    enlarge(&layout, &layout.map, rows / 3, rows);
    if (layout.lists.rows == METERS_ROWS)
        enlarge(&layout, &layout.lists, MOST_LISTS_ROWS, rows);
    enlarge(&layout, &layout.message, MOST_MESSAGE_ROWS, rows);
    enlarge(&layout, &layout.map, rows, rows);
    place_panels(&layout);
    return layout;
}

bool screen_has_prompt(int rows, int columns)
{
    enum { LEAST_COLUMNS = 12 }; /* for the prompt and a few characters */

    return screen_layout(rows, columns).fits || (rows > 1 && columns >= LEAST_COLUMNS);
}

int screen_page_rows(int rows)
{
    int borders = 2, shown = rows - TITLE_ROWS - PROMPT_ROWS - borders;

    return shown > 1 ? shown : 1;
}

/* Draw the caption, if there is one, and below it the text. Returns how many rows both want. */
static int draw_message(struct grid *grid, struct area area, const struct message *message)
{
    int lines = 0;

    if (message->caption)
        lines = grid_wrap(grid, area, STYLE_STRONG, message->caption);
    area.row += lines;
    area.rows -= lines;
    return lines + grid_wrap(grid, area, message->style, message->text);
}

bool screen_message_fits(int rows, int columns, const struct message *message)
{
    struct screen_layout layout = screen_layout(rows, columns);
    struct grid nowhere = {0};

    return !layout.fits || draw_message(&nowhere, (struct area){.columns = columns - 4}, message) <=
                               layout.message.rows;
}

/* ---- Parts ---- */

/* A part of the title. Parts go in the order of their rank, highest first, where there is no room.
 * */
struct title_part {
    char text[64];
    int rank;
    bool is_right; /* it stands at the right end */
};

enum { TITLE_PARTS = 8 };

static const struct hg_policy_info *policy_named(const char *name)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        if (strcmp(policy->name, name) == 0)
            return policy;
    }
    return NULL;
}

/* The two settings that say most of a policy: header and alignment, or for a pool the slots. */
static void make_settings(const struct hg_config *config, struct title_part parts[2])
{
    static const struct {
        unsigned setting;
        const char *word;
    } shown[] = {{HG_SLOT_SIZE, "slot"}, {HG_HEADER, "header"}, {HG_ALIGNMENT, "align"}};
    const struct hg_policy_info *policy = policy_named(config->policy);
    size_t count = 0;

    for (size_t i = 0; policy && i < sizeof shown / sizeof shown[0] && count < 2; i++) {
        if (policy->settings & 1u << shown[i].setting)
            snprintf(parts[count++].text, sizeof parts->text, "%s %" PRIu64, shown[i].word,
                     config->settings[shown[i].setting]);
    }
}

/* Where we are: at which step, and out of how many if some were undone. */
static void name_step(const struct scene *scene, struct title_part *part)
{
    const struct steps *steps = &scene->session->steps;

    if (scene->is_imagined)
        snprintf(part->text, sizeof part->text, "what if");
    else if (steps->known > steps->count)
        snprintf(part->text, sizeof part->text, "step %zu of %zu", steps->count, steps->known);
    else
        snprintf(part->text, sizeof part->text, "step %zu", steps->count);
}

static void make_title(const struct scene *scene, struct title_part parts[TITLE_PARTS])
{
    const struct mirror *mirror = scene->session->mirror;
    uint64_t size = mirror->metrics.heap_size;
    char heap[SIZE_TEXT_MAX], limit[SIZE_TEXT_MAX];
    static const int ranks[TITLE_PARTS] = {5, 0, 6, 7, 1, 4, 3, 2};

    for (int i = 0; i < TITLE_PARTS; i++)
        parts[i] = (struct title_part){.rank = ranks[i], .is_right = i >= 4};
    snprintf(parts[0].text, sizeof parts[0].text, "heapglass");
    snprintf(parts[1].text, sizeof parts[1].text, "%s", mirror->config.policy);
    make_settings(&mirror->config, &parts[2]);
    snprintf(parts[4].text, sizeof parts[4].text, "heap %s", size_short(size, heap));
    snprintf(parts[5].text, sizeof parts[5].text, "brk +0x%" PRIx64, size);
    snprintf(parts[6].text, sizeof parts[6].text, "limit %s",
             mirror->limit == EXCHANGE_NO_LIMIT ? "none" : size_short(mirror->limit, limit));
    name_step(scene, &parts[7]);
}

static void draw_title(struct grid *grid, const struct scene *scene)
{
    enum { GAP = 2 };
    struct title_part parts[TITLE_PARTS];
    int most_rank = TITLE_PARTS, taken = grid->columns + 1, left = 1, right = 0;

    make_title(scene, parts);
    while (taken > grid->columns) {
        taken = right = 0;
        most_rank--;
        for (int i = 0; i < TITLE_PARTS; i++) {
            bool is_shown = parts[i].rank <= most_rank && parts[i].text[0];
            int columns = is_shown ? (int)strlen(parts[i].text) + GAP : 0;

            taken += columns;
            right += parts[i].is_right ? columns : 0;
        }
    }
    right = grid->columns - right + 1;
    grid_fill(grid, (struct area){0, 0, TITLE_ROWS, grid->columns}, ' ', STYLE_TITLE);
    for (int i = 0; i < TITLE_PARTS; i++) {
        int *column = parts[i].is_right ? &right : &left;

        if (parts[i].rank <= most_rank && parts[i].text[0])
            *column += GAP + grid_text(grid, 0, *column, grid->columns, STYLE_TITLE, parts[i].text);
    }
}

/* A heading in a border. */
static void draw_heading(struct grid *grid, int row, int column, int columns, const char *heading,
                         const struct view_options *options)
{
    int used = grid_text_elided(grid, row, column + 1, columns - 2, STYLE_HEADING, heading,
                                view_glyph(options, GLYPH_ELLIPSIS));

    grid_put(grid, row, column, ' ', STYLE_HEADING);
    grid_put(grid, row, column + 1 + used, ' ', STYLE_HEADING);
}

/* A border over the whole width, with a heading in it. */
static void draw_border(struct grid *grid, int row, enum glyph left, enum glyph right,
                        const char *heading, const struct view_options *options)
{
    uint32_t line = view_glyph(options, GLYPH_HORIZONTAL);

    grid_fill(grid, (struct area){row, 0, 1, grid->columns}, line, STYLE_BORDER);
    grid_put(grid, row, 0, view_glyph(options, left), STYLE_BORDER);
    grid_put(grid, row, grid->columns - 1, view_glyph(options, right), STYLE_BORDER);
    if (heading && heading[0])
        draw_heading(grid, row, 2, grid->columns - 4, heading, options);
}

static void draw_sides(struct grid *grid, int row, int rows, const struct view_options *options)
{
    uint32_t line = view_glyph(options, GLYPH_VERTICAL);

    grid_fill(grid, (struct area){row, 0, rows, 1}, line, STYLE_BORDER);
    grid_fill(grid, (struct area){row, grid->columns - 1, rows, 1}, line, STYLE_BORDER);
}

/* The border above a panel, and its sides. Returns the area inside. */
static struct area draw_frame(struct grid *grid, const struct panel *panel, const char *heading,
                              const struct view_options *options)
{
    bool is_first = panel->row == TITLE_ROWS + 1;

    draw_border(grid, panel->row - 1, is_first ? GLYPH_TOP_LEFT : GLYPH_TEE_LEFT,
                is_first ? GLYPH_TOP_RIGHT : GLYPH_TEE_RIGHT, heading, options);
    draw_sides(grid, panel->row, panel->rows, options);
    return (struct area){panel->row, 1, panel->rows, grid->columns - 2};
}

static void draw_map_panel(struct grid *grid, const struct panel *panel, const struct scene *scene,
                           const struct view_options *options)
{
    size_t cells = (size_t)panel->rows * (size_t)(grid->columns - 2);
    char heading[64], size[SIZE_TEXT_MAX];

    snprintf(heading, sizeof heading, "heap, %s a cell",
             size_exact(map_scale(scene->session, cells).cell_bytes, size));
    map_draw(grid, draw_frame(grid, panel, heading, options), scene, options);
}

static void draw_ribbon_panel(struct grid *grid, const struct panel *panel,
                              const struct scene *scene, const struct view_options *options)
{
    struct area area = draw_frame(grid, panel, "", options);
    char heading[64], place[WORDS_PLACE_MAX];
    uint64_t first;

    area.column++;
    area.columns -= 2;
    first = ribbon_draw(grid, area, scene, options);
    snprintf(heading, sizeof heading, "blocks from %s",
             words_place(scene->session, options, first, place));
    draw_border(grid, panel->row - 1, GLYPH_TEE_LEFT, GLYPH_TEE_RIGHT, heading, options);
}

/* Let a vertical border end in a horizontal one, unless a heading stands there. */
static void join_border(struct grid *grid, int row, int column, enum glyph glyph,
                        const struct view_options *options)
{
    const struct cell *cell = grid_at(grid, row, column);

    if (cell && cell->glyph == view_glyph(options, GLYPH_HORIZONTAL))
        grid_put(grid, row, column, view_glyph(options, glyph), STYLE_BORDER);
}

static const char *list_heading(const struct scene *scene, int columns)
{
    static const char full[] = "free list, head first";

    if (scene->lists->count > 1)
        return (int)sizeof full + 4 < columns ? "free lists, head first" : "free lists";
    return (int)sizeof full + 4 < columns ? full : "free list";
}

/* Free list to the left, meters to the right; or meters alone. */
static void draw_lists_panel(struct grid *grid, const struct screen_layout *layout,
                             const struct scene *scene, const struct view_options *options)
{
    const struct panel *panel = &layout->lists;
    const char *heading = layout->split ? list_heading(scene, layout->split) : "fragmentation";
    struct area area = draw_frame(grid, panel, heading, options);
    struct area left = {area.row, area.column + 1, area.rows, layout->split - 3};

    if (layout->split) {
        free_list_draw(grid, left, scene, options);
        grid_fill(grid, (struct area){panel->row, layout->split, panel->rows, 1},
                  view_glyph(options, GLYPH_VERTICAL), STYLE_BORDER);
        join_border(grid, panel->row - 1, layout->split, GLYPH_TEE_DOWN, options);
        join_border(grid, panel->row + panel->rows, layout->split, GLYPH_TEE_UP, options);
        draw_heading(grid, panel->row - 1, layout->split + 2, grid->columns - layout->split - 4,
                     "fragmentation", options);
    }
    area.column = layout->split + 2;
    area.columns = grid->columns - 1 - area.column;
    meters_draw(grid, area, scene, options);
}

static void draw_message_panel(struct grid *grid, const struct panel *panel,
                               const struct message *message, const struct view_options *options)
{
    static const char more[] = " more: Enter";
    struct area area = draw_frame(grid, panel, message->heading, options);
    int last = area.row + area.rows - 1, column;

    area.column++;
    area.columns -= 2;
    if (draw_message(grid, area, message) <= area.rows)
        return;
    column = area.column + area.columns - (int)strlen(more) - 1;
    for (int before = column - 1; before >= area.column; before--) {
        if (grid_at(grid, last, before)->glyph == ' ')
            break;
        grid_put(grid, last, before, ' ', STYLE_PLAIN); /* no half words */
    }
    grid_fill(grid, (struct area){last, column, 1, (int)strlen(more) + 1}, ' ', STYLE_PLAIN);
    grid_put(grid, last, column, view_glyph(options, GLYPH_ELLIPSIS), STYLE_HEADING);
    grid_text(grid, last, column + 1, (int)strlen(more), STYLE_HEADING, more);
}

/* ---- Pages ---- */

static void draw_page(struct grid *grid, struct page *page, size_t top,
                      const struct view_options *options)
{
    struct panel panel = {.row = TITLE_ROWS + 1, .rows = screen_page_rows(grid->rows)};
    struct area area = draw_frame(grid, &panel, page->heading, options);
    char footing[96];

    page_fit(page, area.columns - 2);
    for (int i = 0; i < area.rows && top + (size_t)i < page->rows; i++) {
        struct grid row = grid_create(1, area.columns - 2);

        page->draw(page, top + (size_t)i, &row, 0);
        for (int column = 0; column < row.columns; column++)
            *grid_at(grid, area.row + i, area.column + 1 + column) = *grid_at(&row, 0, column);
        grid_finish(&row);
    }
    if (page->rows > (size_t)area.rows)
        snprintf(footing, sizeof footing, "%zu-%zu of %zu; PgUp, PgDn; Esc closes", top + 1,
                 top + (size_t)area.rows < page->rows ? top + (size_t)area.rows : page->rows,
                 page->rows);
    else
        snprintf(footing, sizeof footing, "Esc closes");
    draw_border(grid, area.row + area.rows, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT, footing,
                options);
}

/* ---- All of it ---- */

/* Whether the text, broken between words, fits into the area. */
static bool fits_unbroken(struct area area, const char *text)
{
    struct grid nowhere = {0};
    size_t longest = 0;

    for (const char *word = text; *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");

        longest = length > longest ? length : longest;
        word += length;
    }
    return (int)longest <= area.columns &&
           grid_wrap(&nowhere, area, STYLE_NOTICE, text) <= area.rows;
}

/* Say how much room is needed, in as many words as there is room for. */
static void ask_for_room(struct grid *grid)
{
    bool has_prompt = screen_has_prompt(grid->rows, grid->columns);
    struct area area = {.rows = grid->rows - has_prompt, .columns = grid->columns};
    char forms[4][64];

    snprintf(forms[0], sizeof forms[0], "heapglass needs %dx%d; this is %dx%d",
             SCREEN_LEAST_COLUMNS, SCREEN_LEAST_ROWS, grid->columns, grid->rows);
    snprintf(forms[1], sizeof forms[1], "needs %dx%d", SCREEN_LEAST_COLUMNS, SCREEN_LEAST_ROWS);
    snprintf(forms[2], sizeof forms[2], "%dx%d", SCREEN_LEAST_COLUMNS, SCREEN_LEAST_ROWS);
    snprintf(forms[3], sizeof forms[3], "!");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (fits_unbroken(area, forms[i])) {
            grid_wrap(grid, area, STYLE_NOTICE, forms[i]);
            return;
        }
    }
}

void screen_draw(struct grid *grid, const struct scene *scene, const struct view_options *options,
                 const struct message *message, struct page *page, size_t page_top)
{
    struct screen_layout layout = screen_layout(grid->rows, grid->columns);

    if (!layout.fits) {
        ask_for_room(grid);
        return;
    }
    draw_title(grid, scene);
    if (page) {
        draw_page(grid, page, page_top, options);
        return;
    }
    draw_map_panel(grid, &layout.map, scene, options);
    if (layout.ribbon.rows)
        draw_ribbon_panel(grid, &layout.ribbon, scene, options);
    draw_message_panel(grid, &layout.message, message, options);
    draw_border(grid, layout.message.row + layout.message.rows, GLYPH_BOTTOM_LEFT,
                GLYPH_BOTTOM_RIGHT, NULL, options);
    if (layout.lists.rows)
        draw_lists_panel(grid, &layout, scene, options);
}
