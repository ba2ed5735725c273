/* scenario.h: a session as a scenario that rebuilds it. */
#ifndef COMMAND_SCENARIO_H
#define COMMAND_SCENARIO_H

#include "session/session.h"

/* Append a line for the policy, and one for each setting, that are not as they are at first. */
void scenario_add_config(const struct hg_config *config, struct text *text);

/* Append the lines of a scenario: the policy and the settings that are not as they are at first,
 * and the steps up to now. Played on a fresh heap it leads to the same heap, byte for byte.
 *   ret_left_out  how many of the steps are comments, because the heap refuses to carry them out
 *                 and nothing would come of typing them: what a replay under another policy can
 *                 lead to
 *   returns       false where the history's progress has stopped it */
bool scenario_add(const struct session *session, struct text *text, size_t *ret_left_out);

/* Write that to a file, and append what was written.
 *   errors  as of file_write; it was stopped */
bool scenario_save(const struct session *session, const char *path, bool replaces,
                   struct text *output, struct error *error);

#endif
