/* parser.c: see parser.h. */
#include "command/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/parameter.h"

void parsed_finish(struct parsed *parsed)
{
    free(parsed->names);
    free(parsed->name_columns);
    *parsed = (struct parsed){0};
}

/* ---- The command's name ---- */

static bool find_command(const struct token *token, struct parsed *parsed, struct error *error)
{
    char name[NAME_LENGTH_MAX + 1];
    size_t length = strlen(token->text);
    bool forced = length > 1 && length <= NAME_LENGTH_MAX && token->text[length - 1] == '!';

    parsed->command = command_find(token->text);
    if (!parsed->command && forced) {
        memcpy(name, token->text, length - 1);
        name[length - 1] = '\0';
        parsed->command = command_find(name);
        if (parsed->command && !parsed->command->can_force)
            return error_set(error, "'%s' has no form with a '!'", name);
    }
    parsed->arguments.forced = forced;
    return parsed->command || command_unknown(token->text, error);
}

/* ---- Arguments, one by one ---- */

static bool add_name(const struct token *token, struct parsed *parsed, struct error *error)
{
    struct range range;

    if (!range_parse(token->text, &range, error))
        return false;
    parsed->names =
        memory_reserve(parsed->names, &parsed->name_capacity, parsed->name_count + 1, sizeof range);
    parsed->name_columns = memory_reserve(parsed->name_columns, &parsed->column_capacity,
                                          parsed->name_count + 1, sizeof(int));
    parsed->names[parsed->name_count] = range;
    parsed->name_columns[parsed->name_count++] = lexer_column(token->start);
    return true;
}

/* Read one token as what `parameter` wants. */
static bool parse_argument(const struct parameter *parameter, const struct token *token,
                           struct parsed *parsed, struct error *error)
{
    const struct parameter_kind *kind = parameter_kind(parameter->type);
    struct arguments *arguments = &parsed->arguments;
    struct argument argument = {.text = token->text, .column = lexer_column(token->start)};
    bool good = true;

    if (kind->is_name)
        return add_name(token, parsed, error);
    if (kind->read)
        good = kind->read(token->text, &argument.number, error);
    arguments->items[arguments->count++] = argument;
    return good;
}

/* All the rest of the statement as it stands in the line; one quoted token without its quotes. */
static void parse_text(const char *line, const struct statement *statement, size_t index,
                       struct parsed *parsed)
{
    struct token *first = &statement->tokens[index];
    const struct token *last = &statement->tokens[statement->count - 1];
    struct arguments *arguments = &parsed->arguments;

    if (first != last || !first->quoted) {
        free(first->text);
        first->text = memory_create(last->end - first->start + 1, 1);
        memcpy(first->text, line + first->start, last->end - first->start);
    }
    arguments->items[arguments->count++] =
        (struct argument){.text = first->text,
                          .column = lexer_column(first->start),
                          .quoted = first == last && first->quoted};
}

/* ---- Arguments, all together ---- */

/* Finish an error: with the command's usage, and the column where it shows. */
static bool fail_with_usage(const struct command *command, int column, struct error *error)
{
    struct text usage = {0};

    command_add_usage(command, &usage);
    error_append(error, "; usage: %s", text_string(&usage));
    text_finish(&usage);
    error->column = column;
    return false;
}

/* The parameter that the tokens lead up to is the next one; it may be one that can be left out. */
static bool is_complete(const struct parsed *parsed, const struct parameter *next)
{
    const struct parameter *end = parsed->command->parameters + PARAMETERS_MAX;

    return next == end || next->type == PARAMETER_NONE || next->optional ||
           (next->repeated && parsed->name_count > 0);
}

static bool parse_arguments(const char *line, const struct statement *statement,
                            struct parsed *parsed, struct error *error)
{
    const struct command *command = parsed->command;
    const struct parameter *parameter = command->parameters;
    size_t end = statement->tokens[statement->count - 1].end;

    for (size_t i = 1; i < statement->count; i++) {
        const struct token *token = &statement->tokens[i];
        int column = lexer_column(token->start);

        if (parameter == command->parameters + PARAMETERS_MAX ||
            parameter->type == PARAMETER_NONE) {
            error_set(error, "'%.64s' is one word too many", token->text);
            return fail_with_usage(command, column, error);
        }
        if (parameter_kind(parameter->type)->takes_rest) {
            parse_text(line, statement, i, parsed);
            return true;
        }
        if (!parse_argument(parameter, token, parsed, error)) {
            error->column = column;
            return false;
        }
        if (!parameter->repeated)
            parameter++;
    }
    if (is_complete(parsed, parameter))
        return true;
    error_set(error, "%s is missing", parameter->label);
    return fail_with_usage(command, lexer_column(line[end] == ';' ? end : end + 1), error);
}

bool parse_statement(const char *line, const struct statement *statement, struct parsed *ret_parsed,
                     struct error *error)
{
    const struct token *name = &statement->tokens[0];

    *ret_parsed = (struct parsed){0};
    if (!find_command(name, ret_parsed, error)) {
        error->column = lexer_column(name->start);
        return false;
    }
    return parse_arguments(line, statement, ret_parsed, error);
}
