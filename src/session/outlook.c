/* outlook.c: see outlook.h. */
#include "session/outlook.h"

const char *panel_name(enum panel panel)
{
    static const char *const names[PANELS] = {
        [PANEL_MAP] = "map",       [PANEL_RIBBON] = "ribbon",   [PANEL_FREE] = "free",
        [PANEL_METERS] = "meters", [PANEL_MESSAGE] = "message",
    };

    return names[panel];
}
