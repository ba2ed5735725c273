/* option.c: see option.h. */
#include "base/option.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "base/tell.h"

/* What getopt_long answers: a word in its turn; a letter; or, for a name, FIRST_ROW and the row. */
enum { IN_ORDER = 1, FIRST_ROW = 256 };

bool option_take_switch(void *field, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    return *(bool *)field = true;
}

bool option_take_text(void *field, const char *argument, struct error *error)
{
    (void)error;
    *(const char **)field = argument;
    return true;
}

/* ---- What is wrong ---- */

void option_complain(const struct option_command *command, const char *what)
{
    tell(stderr, "%s: %s", command->name, what);
    if (command->help)
        tell(stderr, "Try '%s'.", command->help);
    else
        tell(stderr, "Try '%s --help'.", command->name);
}

/* Say that no option, or more than one, has this long name or begins with it. */
static void set_unknown(const struct option_command *command, const char *argument,
                        struct error *error)
{
    const char *name = argument + strspn(argument, "-");
    size_t length = strcspn(name, "="), alike = 0;
    char word[32];
    struct suggestion suggestion;

    for (size_t i = 0; i < command->row_count; i++)
        alike += strncmp(command->rows[i].name, name, length) == 0;
    if (alike > 1) {
        error_set(error, "option '%s' is ambiguous:", argument);
        for (size_t i = 0; i < command->row_count; i++) {
            if (strncmp(command->rows[i].name, name, length) == 0)
                error_append(error, " --%s", command->rows[i].name);
        }
        return;
    }
    error_set(error, "unrecognized option '%s'", argument);
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    suggestion = suggestion_for(word);
    for (size_t i = 0; i < command->row_count; i++)
        suggestion_consider(&suggestion, command->rows[i].name);
    if (suggestion.best)
        error_append(error, "; did you mean '--%s'?", suggestion.best);
}

/* Why getopt_long answered '?' or ':'. */
static void set_wrong(const struct option_command *command, int answer, const char *argument,
                      struct error *error)
{
    bool is_long = strncmp(argument, "--", 2) == 0;

    if (answer == ':' && is_long)
        error_set(error, "option '%s' requires an argument", argument);
    else if (answer == ':')
        error_set(error, "option requires an argument -- '%c'", optopt);
    else if (optopt >= FIRST_ROW)
        error_set(error, "option '%.*s' doesn't allow an argument", (int)strcspn(argument, "="),
                  argument);
    else if (optopt == 0)
        set_unknown(command, argument, error);
    else
        error_set(error, "invalid option -- '%c'", optopt);
}

/* ---- Reading ---- */

/* The rows as getopt_long has them. */
struct forms {
    struct option names[OPTION_ROWS_MAX + 1];
    char letters[2 * OPTION_ROWS_MAX + 3];
};

static struct forms make_forms(const struct option_command *command)
{
    struct forms forms = {0};
    char *letters = forms.letters;

    assert(command->row_count <= OPTION_ROWS_MAX);
    if (command->take_word)
        *letters++ = '-';
    *letters++ = ':';
    for (size_t i = 0; i < command->row_count; i++) {
        const struct option_row *row = &command->rows[i];
        int argument = !row->argument            ? no_argument
                       : row->argument[0] == '[' ? optional_argument
                                                 : required_argument;

        forms.names[i] = (struct option){row->name, argument, NULL, FIRST_ROW + (int)i};
        if (row->letter)
            *letters++ = row->letter;
        if (row->letter && row->argument)
            *letters++ = ':';
    }
    return forms;
}

/* The row that getopt_long answers; NULL where there is none. */
static const struct option_row *find_row(const struct option_command *command, int answer)
{
    if (answer >= FIRST_ROW)
        return &command->rows[answer - FIRST_ROW];
    for (size_t i = 0; i < command->row_count; i++) {
        if (command->rows[i].letter == answer)
            return &command->rows[i];
    }
    return NULL;
}

/* Take what getopt_long answers. */
static enum option_outcome take(const struct option_command *command, int answer, char **arguments,
                                void *into, const struct option_row **ret_asked)
{
    const struct option_row *row = find_row(command, answer);
    struct error error = {0};

    if (row && !row->take) {
        *ret_asked = row;
        return OPTION_ASKED;
    }
    if (row && row->take((char *)into + row->offset, optarg, &error))
        return OPTION_READ;
    if (!row)
        set_wrong(command, answer, arguments[optind - 1], &error);
    if (error.kind != ERROR_TOLD)
        option_complain(command, error.text);
    return OPTION_WRONG;
}

enum option_outcome option_read(const struct option_command *command, int count, char **arguments,
                                void *into, struct option_line *ret_line)
{
    struct forms forms = make_forms(command);
    enum option_outcome outcome = OPTION_READ;
    const struct option_row *asked = NULL;
    int answer;

    opterr = 0;
    while (outcome == OPTION_READ &&
           (answer = getopt_long(count, arguments, forms.letters, forms.names, NULL)) != -1) {
        if (answer == IN_ORDER && !command->take_word(into, optarg)) {
            optind--;
            break;
        }
        if (answer != IN_ORDER)
            outcome = take(command, answer, arguments, into, &asked);
    }
    *ret_line = (struct option_line){arguments + optind, (size_t)(count - optind), asked};
    return outcome;
}

/* ---- Words that name a row ---- */

static const char *name_at(const struct option_choice *choice, size_t number)
{
    const char *const *name = (const void *)((const char *)choice->rows + number * choice->bytes);

    return *name;
}

bool option_take_chosen(void *field, const struct option_choice *choice, const char *word,
                        struct error *error)
{
    size_t count = choice->count;

    for (size_t i = 0; i < count; i++) {
        const char *row = (const char *)choice->rows + i * choice->bytes;

        if (strcmp(name_at(choice, i), word) == 0) {
            memcpy(field, &row, sizeof row);
            return true;
        }
    }
    error_set(error, "%s is ", choice->option);
    for (size_t i = 0; i < count; i++)
        error_append(error, "%s%s",
                     i == 0          ? ""
                     : i + 1 < count ? ", "
                                     : " or ",
                     name_at(choice, i));
    return false;
}
