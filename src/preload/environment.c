/* environment.c: see environment.h. */
#include "preload/environment.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "kind/kind.h"
#include "settings/settings.h"

#define DEFAULT_POLICY "segregated"

enum { ITEM_MAX = 128, LINE_MAX_BYTES = 768 };

void environment_say(int descriptor, const char *format, ...)
{
    static const char prefix[] = "heapglass: ";
    char said[LINE_MAX_BYTES], line[LINE_MAX_BYTES + UTF8_FORM_MAX + 1];
    const char *rest = said;
    int number = errno;
    va_list arguments;
    size_t length = sizeof prefix - 1;

    memcpy(line, prefix, length);
    va_start(arguments, format);
    vsnprintf(said, sizeof said, format, arguments);
    va_end(arguments);
    while (*rest && length < LINE_MAX_BYTES)
        length += utf8_next_form(&rest, line + length);
    line[length++] = '\n';
    while (write(descriptor, line, length) < 0 && errno == EINTR)
        continue;
    errno = number;
}

/* The default policy of programs; the library's own default where it is not to be had. */
static const char *default_policy(void)
{
    return hg_policy_find(DEFAULT_POLICY, NULL) ? DEFAULT_POLICY : hg_policy(0)->name;
}

/* Set the policy, which must be one of the library's. */
static bool set_policy(struct hg_config *config, const char *name, struct error *error)
{
    struct hg_config changed = *config;

    if (!setting_set_policy(&changed, name, error))
        return false;
    if (!hg_policy_find(name, NULL))
        return error_set(error, "policy '%s' cannot stand in for malloc", name);
    if (hg_policy_find(name, NULL)->alignment)
        return error_set(error, "policy '%s' aligns to %u, which is too little for programs", name,
                         hg_policy_find(name, NULL)->alignment);
    *config = changed;
    return true;
}

/* Set one setting. Whatever is asked, payloads are aligned for every type of C's. */
static bool set(struct hg_config *config, const char *key, const char *value, struct error *error)
{
    struct hg_config changed = *config;

    if (setting_find(key) == KIND_SETTING_GUARD)
        return error_set(error, "guard is HEAPGLASS_CHECK=2 here");
    if (!setting_set(&changed, key, value, error) || !setting_check(&changed, error))
        return false;
    if (changed.settings[HG_SETTING_ALIGNMENT] < _Alignof(max_align_t))
        return error_set(error, "alignment %s is too small for programs; they need %zu", value,
                         _Alignof(max_align_t));
    *config = changed;
    return true;
}

/* Take one "key=value" of `length` bytes. */
static bool take_item(struct hg_config *config, const char *item, size_t length,
                      struct error *error)
{
    char key[ITEM_MAX], *value;

    if (length >= sizeof key)
        return error_set(error, "'%.20s...' is too long", item);
    memcpy(key, item, length);
    key[length] = '\0';
    value = strchr(key, '=');
    if (!value)
        return error_set(error, "'%s' is not KEY=VALUE", key);
    *value++ = '\0';
    return set(config, key, value, error);
}

static void take_settings(struct hg_config *config, const char *items)
{
    struct error error;

    while (*items) {
        size_t length = strcspn(items, ",");

        if (length > 0 && !take_item(config, items, length, &error))
            environment_say(STDERR_FILENO, "HEAPGLASS_SET: %s", error.text);
        items += length + (items[length] == ',');
    }
}

struct hg_config environment_config(void)
{
    struct hg_config config = hg_config_default(default_policy());
    const char *policy = secure_getenv("HEAPGLASS_POLICY");
    const char *settings = secure_getenv("HEAPGLASS_SET");
    struct error error;

    setting_suit_program(&config, 0);
    if (policy && !set_policy(&config, policy, &error))
        environment_say(STDERR_FILENO, "HEAPGLASS_POLICY: %s", error.text);
    if (settings)
        take_settings(&config, settings);
    return config;
}

unsigned long environment_check(void)
{
    const char *wanted = secure_getenv("HEAPGLASS_CHECK");
    char *end;
    unsigned long level;

    if (!wanted || wanted[0] == '\0')
        return 0;
    level = strtoul(wanted, &end, 10);
    return *end ? 1 : level;
}
