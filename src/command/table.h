/* table.h: the parts of the one table of commands, in the order in which help lists them. */
#ifndef COMMAND_TABLE_H
#define COMMAND_TABLE_H

#include "command/command.h"

struct command_table {
    const struct command *rows;
    size_t count;
};

extern const struct command_table heap_commands, session_commands, program_commands,
    script_commands;

#endif
