/* verbs_heap.c: the commands that are about the heap as a whole. */
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "command/key.h"
#include "kind/kind.h"
#include "settings/preset.h"
#include "settings/settings.h"
#include "command/verbs.h"

/* Replay all steps on a fresh heap of `config`, and say so. */
static bool reconfigure(struct interpreter *interpreter, const struct hg_config *config,
                        const char *what, struct error *error)
{
    struct session *session = interpreter->session;
    struct text *output = &interpreter->task.output;
    size_t refused;

    if (!session_configure(session, config, &refused, error))
        return false;
    text_add(output, "%s: a fresh heap", what);
    if (session->history->steps.count > 0)
        text_add(output, ", and the %zu step%s so far replayed on it",
                 session->history->steps.count, session->history->steps.count == 1 ? "" : "s");
    if (refused > 0)
        text_add(output, "; %zu of them it refused", refused);
    text_add(output, ".");
    return true;
}

static void list_policies(struct interpreter *interpreter)
{
    const char *current = interpreter->session->mirror->picture.config.policy;
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++)
        text_add(&interpreter->task.output, "%s%s %-12s %s", number ? "\n" : "",
                 strcmp(policy->name, current) == 0 ? "*" : " ", policy->name, policy->summary);
}

bool check_policy(const struct arguments *arguments, struct error *error)
{
    struct hg_config config = kind_config_default(kind_policy(0, NULL)->name);

    return arguments->count == 0 || setting_set_policy(&config, arguments->items[0].text, error) ||
           verb_fail_at(error, &arguments->items[0]);
}

VERB(policy)
{
    struct hg_config config = interpreter->session->mirror->picture.config;

    if (arguments->count == 0) {
        list_policies(interpreter);
        return true;
    }
    if (!setting_set_policy(&config, arguments->items[0].text, error) ||
        !setting_check(&config, error))
        return verb_fail_at(error, &arguments->items[0]);
    return reconfigure(interpreter, &config, config.policy, error);
}

/* ---- Presets ---- */

static void list_presets(struct text *output)
{
    const struct preset *preset;

    for (unsigned number = 0; (preset = preset_at(number)); number++)
        text_add(output, "%s%-18s %s", number ? "\n" : "", preset->name, preset->summary);
}

bool check_preset(const struct arguments *arguments, struct error *error)
{
    struct hg_config ignored;

    return arguments->count == 0 || preset_find(arguments->items[0].text, &ignored, error) ||
           verb_fail_at(error, &arguments->items[0]);
}

VERB(preset)
{
    struct hg_config config;

    if (arguments->count == 0) {
        list_presets(&interpreter->task.output);
        return true;
    }
    if (!preset_find(arguments->items[0].text, &config, error))
        return verb_fail_at(error, &arguments->items[0]);
    return reconfigure(interpreter, &config, arguments->items[0].text, error);
}

/* ---- Settings and preferences ---- */

static void add_setting(struct interpreter *interpreter, unsigned setting)
{
    const struct hg_config *config = &interpreter->session->mirror->picture.config;
    const struct hg_setting_info *info = kind_setting(setting);
    char buffer[SIZE_TEXT_MAX];

    text_add(&interpreter->task.output, "%-16s %-10s %s", info->name,
             setting_text(setting, config->settings[setting], buffer), info->summary);
}

static void add_preference(struct interpreter *interpreter, unsigned preference)
{
    const struct preference_info *info = preference_info(preference);
    unsigned value = interpreter->show->preferences[preference];
    char number[SIZE_TEXT_MAX];

    snprintf(number, sizeof number, "%u", value);
    text_add(&interpreter->task.output, "%-16s %-10s %s", info->name,
             info->choices ? info->choices[value] : number, info->summary);
}

/* The settings that mean something to the policy, the preferences, and the rest by name. */
static void list_settings(struct interpreter *interpreter)
{
    const struct hg_config *config = &interpreter->session->mirror->picture.config;
    struct text others = {0};

    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++) {
        if (setting_matters(config, setting)) {
            add_setting(interpreter, setting);
            text_add(&interpreter->task.output, "\n");
        } else {
            text_add(&others, " %s", kind_setting(setting)->name);
        }
    }
    for (unsigned preference = 0; preference < PREFERENCES; preference++) {
        text_add(&interpreter->task.output, "%s", preference ? "\n" : "");
        add_preference(interpreter, preference);
    }
    if (others.length > 0)
        text_add(&interpreter->task.output, "\n\nwithout meaning to %s:%s", config->policy,
                 text_string(&others));
    text_finish(&others);
}

static bool set_preference(struct interpreter *interpreter, unsigned preference, const char *text,
                           struct error *error)
{
    const struct preference_info *info = preference_info(preference);
    unsigned value = 0;

    if (!preference_parse(info, text, &value, error))
        return false;
    interpreter_prefer(interpreter, (enum preference)preference, value);
    text_add(&interpreter->task.output, "%s is %s.", info->name, text);
    return true;
}

static bool change(struct interpreter *interpreter, const char *key, const char *value,
                   struct error *error)
{
    struct hg_config config = interpreter->session->mirror->picture.config;
    unsigned preference = preference_find(key);
    char buffer[SIZE_TEXT_MAX];
    struct text what = {0};
    unsigned setting;
    bool good;

    if (preference < PREFERENCES)
        return set_preference(interpreter, preference, value, error);
    if (!setting_set(&config, key, value, error) || !setting_check(&config, error))
        return false;
    setting = setting_find(key);
    text_add(&what, "%s %s", key, setting_text(setting, config.settings[setting], buffer));
    good = reconfigure(interpreter, &config, text_string(&what), error);
    text_finish(&what);
    if (good && !setting_matters(&config, setting))
        text_add(&interpreter->task.output, " To %s this setting means nothing.", config.policy);
    return good;
}

static bool describe(struct interpreter *interpreter, const char *key)
{
    unsigned setting = setting_find(key);

    if (preference_find(key) < PREFERENCES) {
        add_preference(interpreter, preference_find(key));
    } else {
        add_setting(interpreter, setting);
        text_add(&interpreter->task.output, "\n%s", kind_setting(setting)->reason);
    }
    return true;
}

/* Whether there is such a setting, and such a value of a preference: what a setting can be depends
 * on the policy. */
bool check_setting(const struct arguments *arguments, struct error *error)
{
    const struct preference_info *preference;
    unsigned ignored;

    if (arguments->count == 0)
        return true;
    preference = preference_info(preference_find(arguments->items[0].text));
    if (!preference && setting_find(arguments->items[0].text) == KIND_SETTINGS) {
        key_unknown(arguments->items[0].text, error);
        return verb_fail_at(error, &arguments->items[0]);
    }
    return !preference || arguments->count == 1 ||
           preference_parse(preference, arguments->items[1].text, &ignored, error) ||
           verb_fail_at(error, &arguments->items[1]);
}

VERB(set)
{
    const struct argument *key = &arguments->items[0], *value = &arguments->items[1];

    if (arguments->count == 0) {
        list_settings(interpreter);
        return true;
    }
    if (preference_find(key->text) == PREFERENCES && setting_find(key->text) == KIND_SETTINGS) {
        key_unknown(key->text, error);
        return verb_fail_at(error, key);
    }
    if (arguments->count == 1)
        return describe(interpreter, key->text);
    return change(interpreter, key->text, value->text, error) || verb_fail_at(error, value);
}

/* ---- The others ---- */

VERB(limit)
{
    if (!description_can(&interpreter->session->mirror->picture.description, KIND_LIMITS))
        return error_set(error, "this heap is not bound by a limit on its process");
    return interpreter_act(
        interpreter, &(struct action){.kind = OP_LIMIT, .size = arguments->items[0].number}, error);
}

VERB(coalesce)
{
    (void)arguments;
    if (!description_can(&interpreter->session->mirror->picture.description, KIND_MERGES))
        return error_set(error, "this heap cannot be told to merge");
    if (interpreter->session->mirror->picture.config.settings[HG_SETTING_COALESCE] ==
        HG_COALESCE_NEVER)
        return error_set(error, "this heap never merges; 'set coalesce deferred' would let it");
    return interpreter_act(interpreter, &(struct action){.kind = OP_COALESCE}, error);
}

VERB(reset)
{
    (void)arguments;
    if (!session_reset(interpreter->session, error))
        return false;
    text_add(&interpreter->task.output, "A fresh heap: no steps, no variables.");
    return true;
}
