/* settings.h: the settings of a heap as text. */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/size.h"
#include "base/suggest.h"
#include "heapglass/heap.h"

/* The number of the setting called `name`; KIND_SETTINGS if there is none. */
unsigned setting_find(const char *name);

/* Set one setting of `config` from text. Whether all of them go together is setting_check's to say.
 *   errors   no such setting (with a suggestion), no such value */
bool setting_set(struct hg_config *config, const char *name, const char *value,
                 struct error *error);

/* Set the policy, if there is one of this name. */
bool setting_set_policy(struct hg_config *config, const char *name, struct error *error);

/* Cut the KEY=VALUE of an option --set in two. Returns the value, which is in `pair`; NULL with
 * `error` set where it has no '='. */
enum { SETTING_KEY_MAX = 64 };
const char *setting_cut_pair(const char *pair, char ret_key[SETTING_KEY_MAX], struct error *error);

/* Take an option --policy NAME, and --set KEY=VALUE, into a struct hg_config (base/option.h). */
bool setting_take_policy(void *config, const char *name, struct error *error);
bool setting_take_pair(void *config, const char *pair, struct error *error);

/* Let the settings be what suits the heap of a whole program, which is to be fast, and at which
 * nobody looks, but for those that have a bit in `set`, 1 << HG_SETTING_. Returns these, and those
 * that it set. */
uint32_t setting_suit_program(struct hg_config *config, uint32_t set);

/* Whether a heap of `config` can be; an error names the setting that stands in the way. */
bool setting_check(const struct hg_config *config, struct error *error);

/* Whether a setting means something to the config's policy. */
bool setting_matters(const struct hg_config *config, unsigned setting);

/* Consider every setting's name for what was probably meant. */
void setting_suggest(struct suggestion *suggestion);

/* Say that there is no such setting, or policy, and which was probably meant, or which there are:
 * whoever reads it may be at a shell, where no command of ours lists them. Return false. */
bool setting_unknown(const char *name, struct error *error);
bool setting_unknown_policy(const char *name, struct error *error);

/* A value of a setting in words: "16", "128K", "lifo", "exact". Returns `buffer` or a constant. */
const char *setting_text(unsigned setting, uint64_t value, char buffer[SIZE_TEXT_MAX]);

#endif
