/* on_screen.h: the program on the full screen. */
#ifndef ON_SCREEN_H
#define ON_SCREEN_H

#include "program.h"
#include "terminal/fullscreen.h"

/* Play, and let the user type. The screen is given up at the end. */
enum status on_screen_run(struct fullscreen *screen, struct session *session, struct show *show,
                          const struct program *program);

#endif
