/* message.h: what the screen says about the last command. */
#ifndef VIEW_MESSAGE_H
#define VIEW_MESSAGE_H

#include "view/grid.h"
#include "view/options.h"

struct message {
    const char *heading; /* "step 4: free B" */
    const char *caption; /* what a scenario said before it; NULL for nothing */
    const char *text;
    enum style style;
    bool is_presented; /* to a class: all of it stands out, and the caption stands apart */
};

/* Draw the caption, if there is one, and below it the text; where they have no room, that Enter
 * shows more. */
void message_draw(struct grid *grid, struct area area, const struct message *message,
                  const struct view_options *options);

/* How many rows both take. */
int message_rows(const struct message *message, int columns);

#endif
