/* show.h: what the user wants to see, of whichever heap: how, which panels, which part, which
 * block. Shared by the commands that change it and the views that draw it. */
#ifndef SHOW_SHOW_H
#define SHOW_SHOW_H

#include "show/outlook.h"
#include "show/preferences.h"

/* One that is all zero shows everything, as it is shown at first. */
struct show {
    unsigned preferences[PREFERENCES];
    struct outlook outlook;
};

struct session;

/* A session as it would be, and what is looked at of it. */
struct imagined {
    struct session *session;
    struct show show;
};

/* End it, and its session. NULL does nothing. */
void imagined_destroy(struct imagined *imagined);

#endif
