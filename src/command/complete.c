/* complete.c: what can stand at the end of a line: made from the table of commands. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "command/command.h"
#include "command/completion.h"
#include "command/expect.h"
#include "command/lexer.h"
#include "kind/kind.h"
#include "settings/settings.h"
#include "show/outlook.h"
#include "show/preferences.h"

/* A completion in the making. */
struct completer {
    const struct session *session;
    struct completion completion;
    const char *word; /* what stands there so far */
};

static void consider(struct completer *completer, const char *candidate)
{
    struct completion *completion = &completer->completion;

    if (strncmp(candidate, completer->word, strlen(completer->word)) != 0)
        return;
    completion->candidates = memory_reserve(completion->candidates, &completion->capacity,
                                            completion->count + 1, sizeof(char *));
    completion->candidates[completion->count++] = memory_copy_string(candidate);
}

static void consider_all(struct completer *completer, const char *const *candidates)
{
    for (size_t i = 0; candidates[i]; i++)
        consider(completer, candidates[i]);
}

/* ---- Sources of candidates ---- */

static void consider_commands(struct completer *completer)
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(i)); i++)
        consider(completer, command->name);
}

static void consider_variables(struct completer *completer)
{
    const struct session *session = completer->session;

    for (uint32_t slot = 0; slot < session->history->names.count; slot++) {
        if (picture_variable(&session->mirror->picture, slot).assigned)
            consider(completer, picture_name(&session->mirror->picture, slot));
    }
}

static void consider_policies(struct completer *completer)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++)
        consider(completer, policy->name);
}

static void consider_keys(struct completer *completer)
{
    for (unsigned setting = 0; setting < HG_SETTING_COUNT; setting++)
        consider(completer, hg_setting(setting)->name);
    for (unsigned preference = 0; preference < PREFERENCES; preference++)
        consider(completer, preference_info(preference)->name);
}

/* The values of the key before; after "help", what the topic before is about. */
static void consider_values(struct completer *completer, const char *key)
{
    unsigned setting = setting_find(key);

    if (strcmp(key, "policy") == 0)
        consider_policies(completer);
    if (strcmp(key, "set") == 0)
        consider_keys(completer);
    if (setting < HG_SETTING_COUNT && hg_setting(setting)->choices)
        consider_all(completer, hg_setting(setting)->choices);
    if (setting < HG_SETTING_COUNT && hg_setting(setting)->word)
        consider(completer, hg_setting(setting)->word);
    for (unsigned preference = 0; preference < PREFERENCES; preference++) {
        if (strcmp(key, preference_info(preference)->name) == 0 &&
            preference_info(preference)->choices)
            consider_all(completer, preference_info(preference)->choices);
    }
}

static void consider_subjects(struct completer *completer)
{
    for (unsigned index = 0; expect_subject(index); index++)
        consider(completer, expect_subject(index));
    consider_variables(completer);
}

static void consider_panels(struct completer *completer)
{
    char sign = completer->word[0] && strchr("+-~", completer->word[0]) ? completer->word[0] : '\0';

    consider(completer, "all");
    consider(completer, "only");
    for (int panel = 0; panel < PANELS; panel++) {
        struct text name = {0};

        text_add_bytes(&name, &sign, sign != '\0');
        text_add(&name, "%s", panel_name((enum panel)panel));
        consider(completer, text_string(&name));
        text_finish(&name);
    }
}

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void consider_file(struct completer *completer, const char *directory, const char *name)
{
    struct text path = {0};

    text_add(&path, "%s%s", directory, name);
    if (is_directory(text_string(&path)))
        text_add(&path, "/");
    consider(completer, text_string(&path));
    text_finish(&path);
}

static void consider_files(struct completer *completer)
{
    const char *slash = strrchr(completer->word, '/');
    size_t length = slash ? (size_t)(slash - completer->word) + 1 : 0;
    char *directory = memory_copy_string(completer->word);
    bool hidden = completer->word[length] == '.';
    DIR *stream;
    struct dirent *entry;

    directory[length] = '\0';
    stream = opendir(length ? directory : ".");
    while (stream && (entry = readdir(stream))) {
        if (entry->d_name[0] != '.' || hidden)
            consider_file(completer, directory, entry->d_name);
    }
    if (stream)
        closedir(stream);
    free(directory);
}

static void consider_parameter(struct completer *completer, const struct parameter *parameter,
                               const char *word_before)
{
    static const char *const none[] = {"none", NULL};
    static const char *const zooms[] = {"in", "out", "left", "right", "all", NULL};
    static const char *const switches[] = {"on", "off", NULL};

    switch (parameter->type) {
    case PARAMETER_NAME:
    case PARAMETER_NEW_NAME:
    case PARAMETER_PLACE: consider_variables(completer); break;
    case PARAMETER_ZOOM:
        consider_all(completer, zooms);
        consider_variables(completer);
        break;
    case PARAMETER_PANELS: consider_panels(completer); break;
    case PARAMETER_LIMIT: consider_all(completer, none); break;
    case PARAMETER_POLICY: consider_policies(completer); break;
    case PARAMETER_KEY: consider_keys(completer); break;
    case PARAMETER_VALUE: consider_values(completer, word_before); break;
    case PARAMETER_COMMAND: consider_commands(completer); break;
    case PARAMETER_FILE: consider_files(completer); break;
    case PARAMETER_SWITCH: consider_all(completer, switches); break;
    case PARAMETER_SUBJECT: consider_subjects(completer); break;
    case PARAMETER_NONE:
    case PARAMETER_SIZE:
    case PARAMETER_NUMBER:
    case PARAMETER_BYTE:
    case PARAMETER_RELATION:
    case PARAMETER_TEXT:
    case PARAMETER_SUPPOSED:
    case PARAMETER_COMPARED: break;
    }
}

/* Commands that make steps. */
static void consider_steps(struct completer *completer)
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(i)); i++) {
        if (command->steps)
            consider(completer, command->name);
    }
}

/* KEY= for each setting. */
static void consider_assignments(struct completer *completer)
{
    for (unsigned setting = 0; setting < HG_SETTING_COUNT; setting++) {
        struct text text = {0};

        text_add(&text, "%s=", hg_setting(setting)->name);
        consider(completer, text_string(&text));
        text_finish(&text);
    }
}

/* ---- Putting it together ---- */

/* The parameter that the word number `index`, from 1, of a command is for; NULL if none. */
static const struct parameter *parameter_of_word(const struct command *command, size_t index)
{
    const struct parameter *parameter = command->parameters;

    for (size_t i = 1; i < index && !parameter->repeated; i++) {
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

static void consider_word(struct completer *completer, const struct statement *statement,
                          size_t first, size_t index);

/* Behind whatif: options, then a command and what belongs to it. */
static void consider_supposed(struct completer *completer, const struct statement *statement,
                              size_t index)
{
    const struct token *tokens = statement->tokens;
    size_t first = 1;

    while (first + 1 < index && tokens[first].text[0] == '-')
        first += 2;
    if (first < index && strcmp(tokens[first].text, "-p") == 0)
        consider_policies(completer);
    else if (first < index && strcmp(tokens[first].text, "-s") == 0)
        consider_assignments(completer);
    else if (first < index)
        consider_word(completer, statement, first, index);
    else
        consider_steps(completer);
}

/* Behind compare: policies, then -- and a command. */
static void consider_compared(struct completer *completer, const struct statement *statement,
                              size_t index)
{
    size_t first = 1;

    while (first < index && strcmp(statement->tokens[first].text, "--") != 0)
        first++;
    if (first == index)
        consider_policies(completer);
    else if (first + 1 == index)
        consider_steps(completer);
    else
        consider_word(completer, statement, first + 1, index);
}

/* What the word number `index` of a statement can be; `first` is the number of its command. */
static void consider_word(struct completer *completer, const struct statement *statement,
                          size_t first, size_t index)
{
    const struct command *command = find_command(statement->tokens[first].text);
    const struct parameter *parameter;

    if (!command)
        return;
    parameter = parameter_of_word(command, index - first);
    if (command->parameters[0].type == PARAMETER_SUPPOSED)
        consider_supposed(completer, statement, index);
    else if (command->parameters[0].type == PARAMETER_COMPARED)
        consider_compared(completer, statement, index);
    else if (parameter)
        consider_parameter(completer, parameter, statement->tokens[index - 1].text);
}

struct completion command_complete(const struct session *session, const char *line)
{
    struct statement statement = {0};
    struct completer completer = {.session = session, .word = ""};
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
    if (index == 0)
        consider_commands(&completer);
    else
        consider_word(&completer, &statement, 0, index);
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

void completion_add_common(const struct completion *completion, struct text *text)
{
    const char *word = completion->candidates[0];
    size_t length = common_length(completion);
    bool quoted = completion->quoted || strcspn(word, " \t;\"#") < length;
    bool goes_on = length > 0 && (word[length - 1] == '/' || word[length - 1] == '=');
    bool complete = completion->count == 1 && !goes_on;

    if (quoted)
        text_add(text, "\"");
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '"' || word[i] == '\\')
            text_add(text, "%s", quoted ? "\\" : "");
        text_add_bytes(text, &word[i], 1);
    }
    if (complete)
        text_add(text, quoted ? "\" " : " ");
}
