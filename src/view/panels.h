/* panels.h: the one table of panels: how much room each wants, what it is headed, what is in it. */
#ifndef VIEW_PANELS_H
#define VIEW_PANELS_H

#include "show/outlook.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

struct panel_kind {
    int rows;           /* that it takes if there is neither want nor plenty of them */
    int beside_columns; /* on a screen with so many columns it stands to the right of the panel
                           before it; 0: never */
    int left, right;    /* blanks between its borders and what is in it */
    const char *heading;
    /* Append what follows the heading, which is to stand above `area`; NULL for nothing. */
    void (*head)(const struct scene *scene, const struct view_options *options, struct area area,
                 struct text *heading);
    void (*draw)(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options);
};

/* The message's has neither heading nor draw: what is said is no part of a scene. */
const struct panel_kind *panel_kind(enum panel panel);

/* What of the map panel's area the map has: below it may be the legend. */
struct area panel_map(struct area area);

#endif
