/* complete.c: what can stand at the end of a line: made from the table of commands. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/c_call.h"
#include "command/parameter.h"

void completer_consider(struct completer *completer, const char *candidate)
{
    struct completion *completion = &completer->completion;

    if (strncmp(candidate, completer->word, strlen(completer->word)) != 0)
        return;
    completion->candidates = memory_reserve(completion->candidates, &completion->capacity,
                                            completion->count + 1, sizeof(char *));
    completion->candidates[completion->count++] = memory_copy_string(candidate);
}

void completer_consider_all(struct completer *completer, const char *const *candidates)
{
    for (size_t i = 0; candidates[i]; i++)
        completer_consider(completer, candidates[i]);
}

void completer_consider_commands(struct completer *completer)
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(i)); i++)
        completer_consider(completer, command->name);
}

/* ---- Words ---- */

/* Whether all words that follow are for this parameter, too. */
static bool parameter_goes_on(const struct parameter *parameter)
{
    return parameter->repeated || parameter_kind(parameter->type)->takes_rest;
}

/* The parameter that the word number `index`, from 1, of a command is for; NULL if none. */
static const struct parameter *parameter_of_word(const struct command *command, size_t index)
{
    const struct parameter *parameter = command->parameters;

    for (size_t i = 1; i < index && !parameter_goes_on(parameter); i++) {
        if (++parameter == command->parameters + PARAMETERS_MAX)
            return NULL;
    }
    return parameter;
}

static const struct command *find_command(const char *name)
{
    char plain[NAME_LENGTH_MAX + 1];
    size_t length = strlen(name);

    if (length > NAME_LENGTH_MAX)
        return NULL;
    memcpy(plain, name, length + 1);
    if (length > 0 && plain[length - 1] == '!')
        plain[length - 1] = '\0';
    return command_find(plain);
}

void completer_consider_word(struct completer *completer, size_t first)
{
    const struct command *command = find_command(completer->statement->tokens[first].text);
    const struct parameter *parameter =
        command ? parameter_of_word(command, completer->index - first) : NULL;
    const struct parameter_kind *kind = parameter ? parameter_kind(parameter->type) : NULL;

    if (kind && kind->words)
        completer_consider_all(completer, kind->words);
    if (kind && kind->complete)
        kind->complete(completer);
}

/* ---- Putting it together ---- */

/* Read up to the last statement of the line, the one being typed. */
static void read_last_statement(const char *line, struct statement *statement)
{
    struct error ignored;
    size_t position = 0, length = strlen(line);

    while (position < length && lexer_next(line, &position, statement, &ignored) &&
           position < length)
        ;
    if (length > 0 && line[length - 1] == ';') {
        statement_finish(statement);
    }
}

/* Whether a word ends where the line does: then it may go on. A quote that is open always does. */
static bool is_being_typed(const struct token *token, size_t length)
{
    return token->end == length || token->end == 0;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void sort_and_unite(struct completion *completion)
{
    size_t kept = 0;

    if (completion->count > 0)
        qsort(completion->candidates, completion->count, sizeof(char *), compare);
    for (size_t i = 0; i < completion->count; i++) {
        if (kept > 0 && strcmp(completion->candidates[i], completion->candidates[kept - 1]) == 0)
            free(completion->candidates[i]);
        else
            completion->candidates[kept++] = completion->candidates[i];
    }
    completion->count = kept;
}

/* Within the brackets of a call of C's: variables. Returns whether the word at hand is there. */
static bool complete_in_call(struct completer *completer)
{
    const char *inner = completer->word + strlen(completer->word);

    while (inner > completer->word && !strchr("(,", inner[-1]))
        inner--;
    if (inner == completer->word || completer->completion.quoted)
        return false;
    completer->completion.start += (size_t)(inner - completer->word);
    completer->word = inner;
    completer_consider_variables(completer);
    return true;
}

/* Behind an = of C's: what answers a pointer, and what is one. Returns whether the word at hand is
 * there. */
static bool complete_assigned(struct completer *completer)
{
    const struct token *tokens = completer->statement->tokens;
    const struct c_call *call;

    if (completer->index < 2 || strcmp(tokens[completer->index - 1].text, "=") != 0 ||
        command_find(tokens[0].text))
        return false;
    for (unsigned i = 0; (call = c_call_at(i)); i++) {
        struct text text = {0};

        text_add(&text, "%s(", call->function);
        if (call->answers)
            completer_consider(completer, text_string(&text));
        text_finish(&text);
    }
    completer_consider(completer, "NULL");
    completer_consider_variables(completer);
    return true;
}

struct completion command_complete(const struct session *session, const char *line)
{
    struct statement statement = {0};
    struct completer completer = {.session = session, .statement = &statement, .word = ""};
    size_t length = strlen(line), index;

    read_last_statement(line, &statement);
    index = statement.count;
    completer.completion.start = length;
    if (index > 0 && is_being_typed(&statement.tokens[index - 1], length)) {
        index--;
        completer.word = statement.tokens[index].text;
        completer.completion.start = statement.tokens[index].start;
        completer.completion.quoted = statement.tokens[index].quoted;
    }
    completer.index = index;
    if (complete_in_call(&completer) || complete_assigned(&completer))
        ; /* it is C */
    else if (index == 0)
        completer_consider_commands(&completer);
    else
        completer_consider_word(&completer, 0);
    statement_finish(&statement);
    sort_and_unite(&completer.completion);
    return completer.completion;
}

void completion_finish(struct completion *completion)
{
    for (size_t i = 0; i < completion->count; i++)
        free(completion->candidates[i]);
    free(completion->candidates);
    *completion = (struct completion){0};
}

/* How many characters all candidates begin with. */
static size_t common_length(const struct completion *completion)
{
    size_t length = strlen(completion->candidates[0]);

    for (size_t i = 1; i < completion->count; i++) {
        size_t same = 0;

        while (same < length && completion->candidates[0][same] == completion->candidates[i][same])
            same++;
        length = same;
    }
    return length;
}

static bool needs_quotes(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" ;\"#", word[i]) || iscntrl((unsigned char)word[i]))
            return true;
    }
    return false;
}

void completion_add_common(const struct completion *completion, struct text *text)
{
    const char *word = completion->candidates[0];
    size_t length = common_length(completion);
    bool quoted = completion->quoted || needs_quotes(word, length);
    bool goes_on = length > 0 && (strchr("/=(", word[length - 1]));
    bool complete = completion->count == 1 && !goes_on;

    if (quoted)
        text_add(text, "\"");
    if (quoted)
        text_add_typed(text, word, length);
    else
        text_add_bytes(text, word, length);
    if (complete)
        text_add(text, quoted ? "\" " : " ");
}
