/* help.h: help in text, made from the tables of commands, settings and policies. */
#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H

#include "base/error.h"
#include "base/text.h"
#include "command/face.h"
#include "show/outlook.h"

/* Append the list of all commands. */
void help_add_overview(struct text *text);

/* Append what the panel shows: its name, and two lines. */
void help_add_panel(enum panel panel, struct text *text);

/* Append the help on a command, on a setting (topic "set"), a policy (topic "policy") or a panel
 * (topic "panel"), or on a word.
 *   detail   the setting, the policy or the panel; NULL for the topic itself
 *   face     that has keys, if any has
 *   returns  false with `error` set if there is no such thing */
bool help_add_topic(const char *topic, const char *detail, const struct face *face,
                    struct text *text, struct error *error);

#endif
