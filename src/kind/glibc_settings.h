/* glibc_settings.h: what can be set of the C library's malloc: what mallopt takes, and what the
 * environment alone does, before the process begins. */
#ifndef KIND_GLIBC_SETTINGS_H
#define KIND_GLIBC_SETTINGS_H

#include "kind/description.h"

/* The bits of these settings in a policy's. */
enum { GLIBC_SETTINGS = (1u << KIND_SETTINGS) - (1u << KIND_SETTING_TOP_PAD) };

/* The setting with this number; NULL if it is none of these. */
const struct hg_setting_info *glibc_setting(unsigned number);

/* See struct kind. */
const char *glibc_problem(const struct hg_config *config, unsigned *ret_setting);
bool glibc_environment(const struct hg_config *config, char text[KIND_ENVIRONMENT_MAX]);

/* Tell malloc of what differs from what it does by itself.
 *   returns  NULL; where it does not take one, what is to be said of it: later versions do not take
 *            a small mmap-threshold */
const char *glibc_apply_settings(const struct hg_config *config);

void glibc_describe_settings(const struct hg_config *config, struct kind_description *description);

#endif
