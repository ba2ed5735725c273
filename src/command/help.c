/* help.c: see help.h. */
#include "command/help.h"

#include <string.h>

#include "command/command.h"
#include "command/figures.h"
#include "command/key.h"
#include "command/topic.h"
#include "kind/kind.h"
#include "settings/preset.h"
#include "settings/settings.h"
#include "show/preferences.h"

static void add_group(enum command_group group, struct text *text)
{
    const struct command *command;

    text_add(text, "%s\n", command_group_title(group));
    for (size_t i = 0; (command = command_at(i)); i++) {
        struct text usage = {0};

        if (command->group != group)
            continue;
        command_add_usage(command, &usage);
        text_add(text, "  %-30s %s\n", text_string(&usage), command->summary);
        text_finish(&usage);
    }
}

void help_add_overview(struct text *text)
{
    for (int group = 0; group < COMMAND_GROUPS; group++)
        add_group((enum command_group)group, text);
    text_add(
        text,
        "Sizes: 24, 16K, 1.5M, 0x40. Names in a row: a1..a100, every second one: a1..a99:2.\n"
        "Several commands on a line: 'alloc A 10M; free A'. C as well: p = malloc(40);\n"
        "More: help COMMAND, help words, help fragmentation, help header, help keys, help panel.");
}

static void add_aliases(const struct command *command, struct text *text)
{
    for (size_t i = 0; i < ALIASES_MAX && command->aliases[i]; i++)
        text_add(text, "%s%s", i ? ", " : "\nAlso: ", command->aliases[i]);
}

/* The lines of `lines`, each indented. */
static void add_indented(const char *lines, struct text *text)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");

        text_add(text, "\n  %.*s", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void add_command(const struct command *command, struct text *text)
{
    command_add_usage(command, text);
    text_add(text, ": %s.", command->summary);
    if (command->help)
        text_add(text, "\n%s", command->help);
    add_aliases(command, text);
    if (command->examples)
        add_indented(command->examples, text);
}

static void add_choices(const char *const *choices, struct text *text)
{
    text_add(text, " It can be");
    for (size_t i = 0; choices[i]; i++)
        text_add(text, "%s %s", i ? "," : "", choices[i]);
    text_add(text, ".");
}

static void add_preference(const struct preference_info *info, struct text *text)
{
    text_add(text, "%s: %s.\nIt is %s at first.", info->name, info->summary,
             info->choices ? info->choices[0] : "0");
    if (info->choices)
        add_choices(info->choices, text);
    else
        text_add(text, " It can be up to %u.", info->most);
}

static bool add_setting(const char *name, struct text *text, struct error *error)
{
    const struct hg_setting_info *info = kind_setting(setting_find(name));
    const struct preference_info *preference = preference_info(preference_find(name));
    char buffer[SIZE_TEXT_MAX];

    if (preference) {
        add_preference(preference, text);
        return true;
    }
    if (!info)
        return key_unknown(name, error);
    text_add(text, "%s: %s.\n%s\nIt is %s at first.", info->name, info->summary, info->reason,
             setting_text(setting_find(name), info->initial, buffer));
    if (info->choices)
        add_choices(info->choices, text);
    return true;
}

static bool add_policy(const char *name, struct text *text, struct error *error)
{
    const struct hg_policy_info *policy = kind_policy_find(name, NULL);

    if (!policy)
        return setting_unknown_policy(name, error);
    text_add(text, "%s: %s.\n%s", policy->name, policy->summary, policy->reason);
    return true;
}

void help_add_panel(enum panel panel, struct text *text)
{
    text_add(text, "%s: %s", panel_name(panel), topic_panel(panel));
}

static bool add_preset(const char *name, struct text *text, struct error *error)
{
    const struct preset *preset = preset_called(name);
    struct hg_config ignored;

    if (!preset)
        return preset_find(name, &ignored, error);
    text_add(text, "%s: %s.\nPolicy %s", preset->name, preset->summary, preset->policy);
    for (int i = 0; preset->settings[i][0]; i++)
        text_add(text, ", %s %s", preset->settings[i][0], preset->settings[i][1]);
    text_add(text, ".");
    if (preset->rules)
        text_add(text, "\n%s\nSource: %s.", preset->rules, preset->source);
    return true;
}

static bool add_panel(const char *name, struct text *text, struct error *error)
{
    int panel = 0;

    while (panel < PANELS && strcmp(panel_name((enum panel)panel), name) != 0)
        panel++;
    if (panel < PANELS) {
        help_add_panel((enum panel)panel, text);
        return true;
    }
    error_set(error, "there is no panel '%s'; there are", name);
    for (panel = 0; panel < PANELS; panel++)
        error_append(error, "%s %s", panel ? "," : "", panel_name((enum panel)panel));
    return false;
}

static void add_panels(struct text *text)
{
    for (int panel = 0; panel < PANELS; panel++) {
        text_add(text, "%s", panel ? "\n" : "");
        help_add_panel((enum panel)panel, text);
    }
}

/* A word that is no command. */
static bool add_word(const char *word, const struct face *face, struct text *text,
                     struct error *error)
{
    const struct topic *topic = topic_find(word);

    if (topic && topic->text)
        text_add(text, "%s", topic->text);
    else if (topic && strcmp(word, "panel") == 0)
        add_panels(text);
    else if (topic && strcmp(word, "figures") == 0)
        figures_add_help(text);
    else if (topic && face->add_keys)
        face->add_keys(text);
    else if (topic)
        text_add(text, "Keys are for the full screen.");
    else if (kind_policy_find(word, NULL))
        return add_policy(word, text, error);
    else if (setting_find(word) < KIND_SETTINGS || preference_find(word) < PREFERENCES)
        return add_setting(word, text, error);
    else
        return command_unknown(word, error);
    return true;
}

bool help_add_topic(const char *topic, const char *detail, const struct face *face,
                    struct text *text, struct error *error)
{
    const struct command *command = command_find(topic);

    if (detail && strcmp(topic, "set") == 0)
        return add_setting(detail, text, error);
    if (detail && strcmp(topic, "policy") == 0)
        return add_policy(detail, text, error);
    if (detail && strcmp(topic, "preset") == 0)
        return add_preset(detail, text, error);
    if (detail && strcmp(topic, "panel") == 0)
        return add_panel(detail, text, error);
    if (!command || strcmp(topic, "c") == 0)
        return add_word(topic, face, text, error);
    add_command(command, text);
    return true;
}
