/* outlook.h: what of a heap the user looks at: which panels, which part of it, which block. Shared
 * by the commands that change it and the views that draw it. */
#ifndef SESSION_OUTLOOK_H
#define SESSION_OUTLOOK_H

/* The panels of the full screen, from top to bottom. */
enum panel {
    PANEL_MAP,
    PANEL_RIBBON,
    PANEL_FREE,
    PANEL_METERS,
    PANEL_MESSAGE, /* what happened; it is always shown */
    PANELS         /* how many there are */
};

/* What the panel is called in commands ("ribbon"). */
const char *panel_name(enum panel panel);

/* An outlook that is all zero shows everything. */
struct outlook {
    unsigned hidden; /* a bit, 1 << panel, for each panel that is not shown */
};

#endif
