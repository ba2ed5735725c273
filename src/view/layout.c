/* layout.c: see layout.h. */
#include "view/layout.h"

#include "view/histogram.h"
#include "view/meters.h"
#include "view/panels.h"
#include "view/stack.h"
#include "view/timeline.h"

/* What the right one of two panels takes: meters with all of their words, and on a wide screen
 * longer bars; of the stack, what a variable and its state take, for the map comes first. */
static int right_panel_columns(enum panel right, int columns)
{
    static const struct {
        int least, most, wide, part;
    } widths[] = {{58, 80, 130, 2}, {42, 60, 110, 3}};
    int which = right == PANEL_STACK;
    int more =
        columns > widths[which].wide ? (columns - widths[which].wide) / widths[which].part : 0;

    return widths[which].least + more < widths[which].most ? widths[which].least + more
                                                           : widths[which].most;
}

enum { MESSAGE_LEAST = 2 };

/* Where the screen has too few rows for all, panels are cut down to so many, in this order: first
 * those that were not asked for by name. */
static const struct {
    enum panel panel;
    int rows;
    bool alone; /* only if it stands beside no other */
} sacrifices[] = {
    {PANEL_HISTOGRAM, 0, true},
    {PANEL_TIMELINE, 0, false},
    {PANEL_FREE, 0, true},
    {PANEL_RIBBON, 0, false},
    {PANEL_METERS, METERS_ROWS / 2, false},
    {PANEL_STACK, STACK_ROWS, true},
    {PANEL_METERS, 0, false},
    {PANEL_MESSAGE, MESSAGE_LEAST, false},
    {PANEL_MAP, 1, false},
    {PANEL_PAGES, 0, false},
    {PANEL_MEMORY, 0, false},
    {PANEL_CODE, 0, false},
    {PANEL_STACK, 0, true},
};

/* Rows that are left go to these, in this order, until they have so many, or such a part of the
 * screen's. */
static const struct {
    enum panel panel;
    int rows;
    int part;  /* one of so many */
    bool amid; /* not if the map is to have all the room */
} gifts[] = {
    {PANEL_MAP, 3, 0, false},
    {PANEL_MESSAGE, 4, 0, false},
    {PANEL_CODE, 9, 0, false},
    {PANEL_STACK, STACK_ROWS + 3, 0, false},
    {PANEL_MAP, 0, 3, false},
    {PANEL_STACK, STACK_ROWS + 6, 0, false},
    {PANEL_MEMORY, 16, 0, false},
    {PANEL_PAGES, 12, 0, false},
    {PANEL_TIMELINE, TIMELINE_ROWS + TIMELINE_CURVES, 0, false},
    {PANEL_HISTOGRAM, HISTOGRAM_ROWS + 3, 0, false},
    {PANEL_FREE, 8, 0, false},
    {PANEL_MESSAGE, 8, 0, true},
    {PANEL_MAP, 0, 1, false},
    {PANEL_PAGES, 0, 1, false},
    {PANEL_CODE, 0, 1, false},
    {PANEL_MEMORY, 0, 1, false},
    {PANEL_FREE, 0, 1, false},
    {PANEL_TIMELINE, 0, 1, false},
    {PANEL_HISTOGRAM, 0, 1, false},
    {PANEL_MESSAGE, 0, 1, false},
};

/* A layout in the making: rows for each band, a panel with perhaps another beside it. The rows of a
 * band are those of its first panel. */
struct plan {
    int rows[PANELS];
    bool is_beside[PANELS]; /* it shares the band of the panel before it */
    unsigned wanted;        /* asked for by name; a bit, 1 << panel, for each */
};

static struct plan plan_begin(int columns, const struct panel_choice *choice)
{
    struct plan plan = {.wanted = choice->wanted};
    bool is_before = false; /* the panel before is shown */

    for (int panel = 0; panel < PANELS; panel++) {
        const struct panel_kind *kind = panel_kind((enum panel)panel);
        bool is_shown = panel == PANEL_MESSAGE || !(panels_hidden(choice) & 1u << panel);

        plan.is_beside[panel] =
            is_shown && is_before && kind->beside_columns > 0 && columns >= kind->beside_columns;
        if (is_shown && !plan.is_beside[panel])
            plan.rows[panel] = kind->rows;
        is_before = is_shown;
    }
    return plan;
}

/* Rows that the bands take, with a border above each and one below the last. */
static int rows_taken(const struct plan *plan)
{
    int rows = TITLE_ROWS + PROMPT_ROWS + 1;

    for (int panel = 0; panel < PANELS; panel++)
        rows += plan->rows[panel] ? plan->rows[panel] + 1 : 0;
    return rows;
}

/* The rows of the band that a panel is in. */
static int *band_rows(struct plan *plan, enum panel panel)
{
    return &plan->rows[plan->is_beside[panel] ? panel - 1 : panel];
}

static bool shares_band(const struct plan *plan, enum panel panel)
{
    return plan->is_beside[panel] || (panel + 1 < PANELS && plan->is_beside[panel + 1]);
}

/* Whether a panel, or another in its band, was asked for. */
static bool is_wanted(const struct plan *plan, enum panel panel)
{
    unsigned band = 1u << panel;

    if (plan->is_beside[panel])
        band |= 1u << (panel - 1);
    else if (shares_band(plan, panel))
        band |= 1u << (panel + 1);
    return plan->wanted & band;
}

static bool shows_stack(const struct plan *plan)
{
    return plan->rows[PANEL_STACK] > 0 || plan->is_beside[PANEL_STACK];
}

/* While functions are played, the frames, the map and what is said of them come before the rest. */
static void make_room_for_frames(struct plan *plan)
{
    enum { MAP_ROWS = 3, MESSAGE_ROWS = 4 };

    if (!shows_stack(plan))
        return;
    plan->rows[PANEL_MESSAGE] = MESSAGE_ROWS;
    if (plan->rows[PANEL_MAP] > 0)
        plan->rows[PANEL_MAP] = plan->is_beside[PANEL_STACK] ? STACK_ROWS + 3 : MAP_ROWS;
}

/* Unless asked for, some panels are for screens with rows to spare: the others are to have more
 * than the least that they can do with. */
static void spare_luxuries(struct plan *plan, int rows)
{
    enum { ROWS_TO_SPARE = 6, MORE_FOR_FRAMES = 4 };
    static const enum panel luxuries[] = {PANEL_HISTOGRAM, PANEL_TIMELINE};
    int spare = shows_stack(plan) ? ROWS_TO_SPARE + MORE_FOR_FRAMES : ROWS_TO_SPARE;

    for (size_t i = 0; i < sizeof luxuries / sizeof luxuries[0]; i++) {
        if (rows - rows_taken(plan) < spare && !is_wanted(plan, luxuries[i]))
            plan->rows[luxuries[i]] = 0;
    }
}

/* Before a class one figure is enough, and what is said is to be read from the last row. */
static void make_room_to_present(struct plan *plan)
{
    enum { MESSAGE_ROWS = 5 };

    if (plan->rows[PANEL_METERS] > 0 && !is_wanted(plan, PANEL_METERS))
        plan->rows[PANEL_METERS] = 1;
    plan->rows[PANEL_MESSAGE] = MESSAGE_ROWS;
}

static void cut_down(struct plan *plan, int rows, bool wanted)
{
    for (size_t i = 0; i < sizeof sacrifices / sizeof sacrifices[0]; i++) {
        enum panel panel = sacrifices[i].panel;
        int *band = band_rows(plan, panel);

        if (rows_taken(plan) <= rows)
            return;
        if (*band > sacrifices[i].rows && is_wanted(plan, panel) == wanted &&
            !(sacrifices[i].alone && shares_band(plan, panel)))
            *band = sacrifices[i].rows;
    }
}

/* Whether there is nothing but the map and what is said. */
static bool is_map_alone(const struct plan *plan)
{
    for (int panel = 0; panel < PANELS; panel++) {
        if (plan->rows[panel] > 0 && panel != PANEL_MAP && panel != PANEL_MESSAGE)
            return false;
    }
    return plan->rows[PANEL_MAP] > 0;
}

static void give_away(struct plan *plan, int rows)
{
    bool is_alone = is_map_alone(plan);

    for (size_t i = 0; i < sizeof gifts / sizeof gifts[0]; i++) {
        int *band = &plan->rows[gifts[i].panel];
        int wanted = gifts[i].part ? rows / gifts[i].part : gifts[i].rows;
        int left = rows - rows_taken(plan);

        if (gifts[i].amid && is_alone)
            continue;
        if (*band > 0 && wanted > *band)
            *band += left < wanted - *band ? left : wanted - *band;
    }
}

/* The area of a panel whose band begins at `row`, within its borders and margins. */
static struct area place(const struct plan *plan, enum panel panel, int row, int rows, int columns)
{
    const struct panel_kind *kind = panel_kind(panel);
    int left = 0, right = columns - 1; /* the columns of its borders */

    if (plan->is_beside[panel])
        left = columns - right_panel_columns(panel, columns);
    else if (shares_band(plan, panel))
        right = columns - right_panel_columns(panel + 1, columns);
    left += 1 + kind->left;
    return (struct area){row, left, rows, right - kind->right - left};
}

struct layout layout_make(int rows, int columns, const struct panel_choice *choice)
{
    struct layout layout = {.fits = rows >= LAYOUT_LEAST_ROWS && columns >= LAYOUT_LEAST_COLUMNS};
    struct plan plan = plan_begin(columns, choice);
    int row = TITLE_ROWS + 1;

    if (!layout.fits)
        return layout;
    make_room_for_frames(&plan);
    if (choice->is_presented)
        make_room_to_present(&plan);
    spare_luxuries(&plan, rows);
    cut_down(&plan, rows, false);
    cut_down(&plan, rows, true);
    give_away(&plan, rows);
    for (int panel = 0; panel < PANELS; panel++) {
        int taken = *band_rows(&plan, (enum panel)panel);
        bool has_right = panel + 1 < PANELS && plan.is_beside[panel + 1];

        if (taken == 0)
            continue;
        layout.panels[panel] = place(&plan, (enum panel)panel, row, taken, columns);
        row += has_right ? 0 : taken + 1;
    }
    return layout;
}
