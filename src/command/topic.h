/* topic.h: what help says of words that are no commands. */
#ifndef COMMAND_TOPIC_H
#define COMMAND_TOPIC_H

#include "base/text.h"
#include "show/outlook.h"

struct topic {
    const char *name;
    const char *text; /* lines; NULL where it is for others to say */
};

/* The topic with this number, and that of a name; NULL if there is none. */
const struct topic *topic_at(unsigned number);
const struct topic *topic_find(const char *name);

/* What a panel shows, in sentences. */
const char *topic_panel(enum panel panel);

#endif
