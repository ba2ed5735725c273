/* parser.h: a statement's tokens as the arguments of a command. */
#ifndef COMMAND_PARSER_H
#define COMMAND_PARSER_H

#include "command/command.h"
#include "command/lexer.h"
#include "command/range.h"

/* A command and what it was given. The names that it is to run for are apart from its other
 * arguments. */
struct parsed {
    const struct command *command;
    struct arguments arguments; /* arguments.name is not set */
    struct range *names;
    size_t name_count, name_capacity;
    int *name_columns;
    size_t column_capacity;
};

/* Read a statement, `tokens`, of the line `line`.
 *   ret_parsed  valid while the statement is; give it back with parsed_finish, also on failure
 *   errors      no such command, too few or too many arguments, an argument that is wrong; all with
 *               their column */
bool parse_statement(const char *line, const struct statement *statement, struct parsed *ret_parsed,
                     struct error *error);
void parsed_finish(struct parsed *parsed);

#endif
