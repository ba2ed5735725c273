/* command.c: what can be asked of the table of commands. See command.h. */
#include "command/command.h"

#include <string.h>

#include "base/suggest.h"
#include "command/other_words.h"
#include "command/table.h"

const struct command *command_at(size_t index)
{
    static const struct command_table *const tables[] = {&heap_commands, &session_commands,
                                                         &program_commands, &script_commands};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (index < tables[i]->count)
            return &tables[i]->rows[index];
        index -= tables[i]->count;
    }
    return NULL;
}

static bool is_called(const struct command *command, const char *name)
{
    for (size_t i = 0; i < ALIASES_MAX && command->aliases[i]; i++) {
        if (strcmp(command->aliases[i], name) == 0)
            return true;
    }
    return strcmp(command->name, name) == 0;
}

const struct command *command_find(const char *name)
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(i)); i++) {
        if (is_called(command, name))
            return command;
    }
    return NULL;
}

bool command_unknown(const char *name, struct error *error)
{
    const struct other_words *others = other_words_find(name);
    struct suggestion suggestion = suggestion_for(name);
    const struct command *command;

    if (others)
        return error_set(error, "there is no command '%.64s'; '%s' %s", name, others->command,
                         others->does);
    for (size_t i = 0; (command = command_at(i)); i++)
        suggestion_consider(&suggestion, command->name);
    error_set(error, "there is no command '%.64s'", name);
    if (suggestion_add(&suggestion, error))
        return false;
    return error_append(error, "; 'help' lists them");
}

const char *command_group_title(enum command_group group)
{
    static const char *const titles[COMMAND_GROUPS] = {
        [GROUP_MEMORY] = "Allocating and freeing",
        [GROUP_STACK] = "Variables, functions and their frames",
        [GROUP_HEAP] = "The heap as a whole",
        [GROUP_LOOK] = "Looking",
        [GROUP_TIME] = "Back and forth, and what if",
        [GROUP_PROGRAM] = "A program's heap",
        [GROUP_SCENARIO] = "Scenarios",
        [GROUP_SESSION] = "The session",
    };

    return titles[group];
}

void command_add_usage(const struct command *command, struct text *text)
{
    text_add(text, "%s", command->name);
    for (size_t i = 0; i < PARAMETERS_MAX && command->parameters[i].type; i++) {
        const struct parameter *parameter = &command->parameters[i];

        bool bare = parameter->label[0] == '['; /* it says itself what can be left out */

        text_add(text, " %s%s%s%s", parameter->optional && !bare ? "[" : "", parameter->label,
                 parameter->repeated ? "..." : "", parameter->optional && !bare ? "]" : "");
    }
}
