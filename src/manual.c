/* manual.c: see manual.h. */
#include "manual.h"

#include <string.h>

#include "command/command.h"
#include "kind/kind.h"
#include "options.h"
#include "show/preferences.h"

/* Print text in which nothing is a command of troff's. */
static void print_text(FILE *output, const char *text)
{
    bool begins_line = true;

    for (; *text; text++) {
        if (begins_line && (*text == '.' || *text == '\''))
            fputs("\\&", output);
        if (*text == '\\')
            fputs("\\e", output);
        else if (*text == '-')
            fputs("\\-", output);
        else
            fputc(*text, output);
        begins_line = *text == '\n';
    }
}

static void print_section(FILE *output, const char *title)
{
    fprintf(output, ".SH %s\n", title);
}

/* What is explained, and its explanation. */
static void print_entry(FILE *output, const char *term, const char *text)
{
    fputs(".TP\n.B ", output);
    print_text(output, term);
    fputc('\n', output);
    print_text(output, text);
    fputc('\n', output);
}

static void print_paragraph(FILE *output, const char *text)
{
    print_text(output, text);
    fputs("\n.br\n", output);
}

static void print_options(FILE *output)
{
    const struct option_row *option;

    for (size_t i = 0; (option = options_row(i)); i++) {
        char term[64];
        int length = option->letter ? snprintf(term, sizeof term, "-%c, ", option->letter) : 0;

        snprintf(term + length, sizeof term - (size_t)length, "--%s%s%s", option->name,
                 option->argument ? " " : "", option->argument ? option->argument : "");
        print_entry(output, term, option->help);
    }
}

static void print_commands(FILE *output, enum command_group group)
{
    const struct command *command;

    fputs(".SS ", output);
    print_text(output, command_group_title(group));
    fputc('\n', output);
    for (size_t i = 0; (command = command_at(i)); i++) {
        struct text usage = {0}, help = {0};

        if (command->group != group)
            continue;
        command_add_usage(command, &usage);
        text_add(&help, "%s.%s%s", command->summary, command->help ? "\n" : "",
                 command->help ? command->help : "");
        print_entry(output, text_string(&usage), text_string(&help));
        text_finish(&usage);
        text_finish(&help);
    }
}

static void print_policies(FILE *output)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++)
        print_entry(output, policy->name, policy->reason);
}

static void print_settings(FILE *output)
{
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++) {
        struct text help = {0};

        text_add(&help, "%s.\n%s", kind_setting(setting)->summary, kind_setting(setting)->reason);
        print_entry(output, kind_setting(setting)->name, text_string(&help));
        text_finish(&help);
    }
    for (unsigned preference = 0; preference < PREFERENCES; preference++)
        print_entry(output, preference_info(preference)->name,
                    preference_info(preference)->summary);
}

void manual_print(FILE *output)
{
    fputs(".TH HEAPGLASS 1 \"\" \"heapglass " HEAPGLASS_VERSION "\"\n", output);
    print_section(output, "NAME");
    print_text(output, "heapglass - watch a heap at work\n");
    print_section(output, "SYNOPSIS");
    fputs(".nf\n", output);
    print_text(output, options_usage + strlen("usage: "));
    fputs(".fi\n", output);
    print_section(output, "DESCRIPTION");
    print_paragraph(output, options_description);
    print_paragraph(output, options_statuses);
    print_section(output, "OPTIONS");
    print_options(output);
    print_section(output, "COMMANDS");
    for (int group = 0; group < COMMAND_GROUPS; group++)
        print_commands(output, (enum command_group)group);
    print_section(output, "POLICIES");
    print_policies(output);
    print_section(output, "SETTINGS");
    print_settings(output);
}
