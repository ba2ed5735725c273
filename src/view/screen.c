/* screen.c: see screen.h. */
#include "view/screen.h"
#include "view/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "view/frame.h"
#include "view/map.h"
#include "view/panels.h"
#include "view/words.h"

bool screen_has_prompt(int rows, int columns)
{
    enum { LEAST_COLUMNS = 12 }; /* for the prompt and a few characters */

    return layout_make(rows, columns, &(struct panel_choice){0}).fits ||
           (rows > 1 && columns >= LEAST_COLUMNS);
}

int screen_page_rows(int rows)
{
    int borders = 2, shown = rows - TITLE_ROWS - PROMPT_ROWS - borders;

    return shown > 1 ? shown : 1;
}

int screen_panel_columns(int columns, const struct page *page)
{
    enum { BESIDE_LEAST = 140, PAGE_COLUMNS = 80 };

    if (!page)
        return columns;
    return columns < BESIDE_LEAST || page->has_maps ? 0 : columns - PAGE_COLUMNS;
}

int screen_page_columns(int columns, const struct page *page)
{
    enum { FRAME_COLUMNS = 4 }; /* borders and blanks */

    return columns - screen_panel_columns(columns, page) - FRAME_COLUMNS;
}

bool screen_message_fits(int rows, int columns, const struct panel_choice *choice,
                         const struct message *message)
{
    struct layout layout = layout_make(rows, columns, choice);
    struct area area = layout.panels[PANEL_MESSAGE];

    return !layout.fits || message_rows(message, area.columns) <= area.rows;
}

struct area screen_map(int rows, int columns, const struct outlook *outlook)
{
    return panel_map(layout_make(rows, columns, &outlook->choice).panels[PANEL_MAP]);
}

void screen_measure(int rows, int columns, const struct picture *picture,
                    const struct view_options *options, struct outlook *outlook)
{
    struct layout layout;

    outlook->choice.called &= ~(1u << PANEL_STACK);
    if (stack_is_busy(picture))
        outlook->choice.called |= 1u << PANEL_STACK;
    layout = layout_make(rows, columns, &outlook->choice);
    outlook->crowded = 0;
    for (int panel = 0; panel < PANELS; panel++) {
        if (layout.panels[panel].rows == 0)
            outlook->crowded |= 1u << panel & ~panels_hidden(&outlook->choice);
    }
    outlook->room = map_room(panel_map(layout.panels[PANEL_MAP]), options);
    map_find_live(picture, outlook->room, &outlook->live_low, &outlook->live_high);
}

/* ---- Title ---- */

/* A part of the title. Where there is no room, parts go in the order of their rank, the highest
 * first. */
struct title_part {
    char text[64];
    int rank;
    bool is_right; /* it stands at the right end */
};

enum { TITLE_PARTS = 8 };

/* The two settings that say most of a policy: header and alignment, or for a pool the slots. */
static void make_settings(const struct kind_description *description, struct title_part parts[2])
{
    static const struct {
        unsigned setting;
        const char *word;
    } shown[] = {{HG_SETTING_SLOT_SIZE, "slot"},
                 {HG_SETTING_HEADER, "header"},
                 {HG_SETTING_ALIGNMENT, "align"}};
    size_t count = 0;

    for (size_t i = 0; i < sizeof shown / sizeof shown[0] && count < 2; i++) {
        const struct description_setting *setting =
            description_setting(description, hg_setting(shown[i].setting)->name);

        if (setting)
            snprintf(parts[count++].text, sizeof parts->text, "%s %" PRIu64, shown[i].word,
                     setting->value);
    }
}

/* Where we are: at which step, and out of how many if some were undone; "" without a history. */
static void name_step(const struct scene *scene, struct title_part *part)
{
    const struct steps *steps = scene->history ? &scene->history->steps : NULL;

    if (scene->is_imagined)
        snprintf(part->text, sizeof part->text, "what if");
    else if (!steps)
        part->text[0] = '\0';
    else if (steps->known > steps->count)
        snprintf(part->text, sizeof part->text, "step %zu of %zu", steps->count, steps->known);
    else
        snprintf(part->text, sizeof part->text, "step %zu", steps->count);
}

/* Before a class the title has no more than it takes to know where one is. */
static void make_title(const struct scene *scene, const struct view_options *options,
                       struct title_part parts[TITLE_PARTS])
{
    const struct picture *picture = scene->picture;
    uint64_t size = picture->metrics.heap_size;
    char heap[SIZE_TEXT_MAX], limit[SIZE_TEXT_MAX], place[WORDS_PLACE_MAX];
    static const int ranks[TITLE_PARTS] = {5, 0, 6, 7, 1, 4, 3, 2};

    for (int i = 0; i < TITLE_PARTS; i++)
        parts[i] = (struct title_part){.rank = ranks[i], .is_right = i >= 4};
    snprintf(parts[0].text, sizeof parts[0].text, "heapglass");
    snprintf(parts[1].text, sizeof parts[1].text, "%s", picture->description.title);
    snprintf(parts[4].text, sizeof parts[4].text, "heap %s", size_short(size, heap));
    name_step(scene, &parts[7]);
    if (scene->outlook->choice.is_presented)
        return;
    make_settings(&picture->description, &parts[2]);
    snprintf(parts[5].text, sizeof parts[5].text, "brk %s",
             words_place(picture, options, size, place));
    if (!description_can(&picture->description, KIND_LIMITS))
        return;
    snprintf(parts[6].text, sizeof parts[6].text, "limit %s",
             picture->limit == NO_LIMIT ? "none" : size_short(picture->limit, limit));
}

static void draw_title(struct grid *grid, const struct scene *scene,
                       const struct view_options *options)
{
    enum { GAP = 2 };
    struct title_part parts[TITLE_PARTS];
    int most_rank = TITLE_PARTS, taken = grid->columns + 1, left = 1, right = 0;

    make_title(scene, options, parts);
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

/* ---- Pages ---- */

static void draw_page(struct grid *grid, struct page *page, size_t top,
                      const struct view_options *options)
{
    struct area area = {TITLE_ROWS + 1, 1, screen_page_rows(grid->rows), grid->columns - 2};
    char footing[96];

    page_fit(page, area.rows, area.columns - 2);
    frame_top(grid, area.row - 1, page->heading, options);
    frame_sides(grid, area.row, area.rows, options);
    for (int i = 0; i < area.rows && top + (size_t)i < page->rows; i++) {
        struct grid row = grid_create(1, area.columns - 2);

        page_draw_row(page, top + (size_t)i, &row, 0);
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
    frame_bottom(grid, area.row + area.rows, footing, options);
}

/* ---- Too little room ---- */

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
             LAYOUT_LEAST_COLUMNS, LAYOUT_LEAST_ROWS, grid->columns, grid->rows);
    snprintf(forms[1], sizeof forms[1], "needs %dx%d", LAYOUT_LEAST_COLUMNS, LAYOUT_LEAST_ROWS);
    snprintf(forms[2], sizeof forms[2], "%dx%d", LAYOUT_LEAST_COLUMNS, LAYOUT_LEAST_ROWS);
    snprintf(forms[3], sizeof forms[3], "!");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (fits_unbroken(area, forms[i])) {
            grid_wrap(grid, area, STYLE_NOTICE, forms[i]);
            return;
        }
    }
}

/* ---- Panels ---- */

/* Whether a panel stands beside the one before it, in the same rows. */
static bool is_beside(const struct layout *layout, int panel)
{
    const struct area *area = &layout->panels[panel];

    return panel > 0 && area->rows > 0 && area->row == layout->panels[panel - 1].row;
}

/* What the panels show. */
struct view {
    const struct scene *scene;
    const struct view_options *options;
    const struct message *message;
};

static void add_heading(const struct view *view, const struct panel_kind *kind, struct area area,
                        struct text *heading)
{
    text_add(heading, "%s", kind->heading ? kind->heading : view->message->heading);
    if (kind->head)
        kind->head(view->scene, view->options, area, heading);
}

static void draw_inside(const struct view *view, const struct panel_kind *kind, struct area area,
                        struct grid *grid)
{
    if (kind->draw)
        kind->draw(grid, area, view->scene, view->options);
    else
        message_draw(grid, area, view->message, view->options);
}

/* The border above a panel, with its heading, and its sides. */
static void draw_frame(const struct view *view, const struct layout *layout, int panel,
                       struct grid *grid)
{
    struct area area = layout->panels[panel];
    const struct panel_kind *kind = panel_kind((enum panel)panel);
    struct text heading = {0};
    int border = area.column - kind->left - 1, width;

    add_heading(view, kind, area, &heading);
    if (is_beside(layout, panel)) {
        frame_heading(grid, area.row - 1, border + 2, grid->columns - border - 4,
                      text_string(&heading), view->options);
    } else {
        frame_sides(grid, area.row, area.rows, view->options);
        if (area.row == TITLE_ROWS + 1)
            frame_top(grid, area.row - 1, text_string(&heading), view->options);
        else
            frame_border(grid, area.row - 1, GLYPH_TEE_LEFT, GLYPH_TEE_RIGHT, text_string(&heading),
                         view->options);
    }
    width = grid_text_width(text_string(&heading));
    width = width < area.columns ? width : area.columns;
    grid_link(grid, (struct area){area.row - 1, border + 3, 1, width}, LINK_PANEL, (uint64_t)panel,
              0);
    text_finish(&heading);
}

/* The borders between panels that stand side by side. */
static void draw_dividers(const struct view *view, const struct layout *layout, struct grid *grid)
{
    for (int panel = 0; panel < PANELS; panel++) {
        const struct area *area = &layout->panels[panel];

        if (is_beside(layout, panel))
            frame_divide(grid, area->row, area->rows,
                         area->column - panel_kind((enum panel)panel)->left - 1, view->options);
    }
}

static void draw_panels(const struct view *view, const struct layout *layout, struct grid *grid)
{
    const struct area *last = &layout->panels[PANEL_MESSAGE];

    for (int panel = 0; panel < PANELS; panel++) {
        if (layout->panels[panel].rows == 0)
            continue;
        draw_frame(view, layout, panel, grid);
        draw_inside(view, panel_kind((enum panel)panel), layout->panels[panel], grid);
    }
    frame_bottom(grid, last->row + last->rows, NULL, view->options);
    draw_dividers(view, layout, grid);
}

void screen_draw_message(struct grid *grid, const struct panel_choice *choice,
                         const struct view_options *options, const struct message *message)
{
    struct layout layout = layout_make(grid->rows, grid->columns, choice);
    struct area area = layout.panels[PANEL_MESSAGE];
    struct view view = {NULL, options, message};

    if (!layout.fits)
        return;
    grid_fill(grid, (struct area){area.row, 0, area.rows, grid->columns}, ' ', STYLE_PLAIN);
    draw_frame(&view, &layout, PANEL_MESSAGE, grid);
    draw_inside(&view, panel_kind(PANEL_MESSAGE), area, grid);
    draw_dividers(&view, &layout, grid);
}

/* Put what was drawn between title and prompt onto the screen, from `column` on. */
static void put_beside(struct grid *grid, int column, struct grid *drawn)
{
    for (int row = TITLE_ROWS; row < grid->rows - PROMPT_ROWS; row++) {
        for (int i = 0; i < drawn->columns; i++)
            *grid_at(grid, row, column + i) = *grid_at(drawn, row, i);
    }
    grid_finish(drawn);
}

void screen_draw(struct grid *grid, const struct scene *scene, const struct view_options *options,
                 const struct message *message, struct page *page, size_t page_top)
{
    int columns = screen_panel_columns(grid->columns, page);
    struct layout layout = layout_make(grid->rows, columns, &scene->outlook->choice);
    struct view view = {scene, options, message};

    if (!layout_make(grid->rows, grid->columns, &scene->outlook->choice).fits) {
        ask_for_room(grid);
        return;
    }
    draw_title(grid, scene, options);
    if (columns > 0) {
        struct grid panels = grid_create(grid->rows, columns);

        draw_panels(&view, &layout, &panels);
        put_beside(grid, 0, &panels);
    }
    if (page) {
        struct grid drawn = grid_create(grid->rows, grid->columns - columns);

        draw_page(&drawn, page, page_top, options);
        put_beside(grid, columns, &drawn);
    }
}
