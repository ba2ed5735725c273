/* help.h: help in text, made from the tables of commands, settings and policies. */
#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H

#include "base/error.h"
#include "base/text.h"

/* Append the list of all commands. */
void help_add_overview(struct text *text);

/* Append the help on a command, or on a setting (topic "set") or a policy (topic "policy").
 *   detail   the setting or the policy; NULL for the command itself
 *   returns  false with `error` set if there is no such thing */
bool help_add_topic(const char *topic, const char *detail, struct text *text, struct error *error);

#endif
