/* syntax.c: see syntax.h. */
#include "command/syntax.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/memory.h"
#include "command/c_syntax.h"
#include "command/parser.h"
#include "command/reading.h"
#include "command/repeat.h"

/* Where a repeat stands. */
struct opened {
    unsigned line;
    int column;
};

struct checker {
    void (*tell)(void *context, const struct outcome *outcome);
    void *context;
    struct location location;
    const char *line;
    size_t mistakes;
    struct opened opened[REPEAT_DEPTH_MAX]; /* the repeats that have no end yet */
    size_t depth;
};

static void tell_mistake(struct checker *checker, const char *name, const struct error *mistake,
                         int column)
{
    struct error told;

    error_set(&told, "%s%s%s", name, *name ? ": " : "", mistake->text);
    checker->tell(checker->context,
                  &(struct outcome){.command = "",
                                    .text = "",
                                    .notice = "",
                                    .error = told.text,
                                    .column = mistake->column > 0 ? mistake->column : column,
                                    .line = checker->line,
                                    .location = checker->location});
    checker->mistakes++;
}

/* Note that a repeat begins, in that column, or ends. */
static bool nest(struct checker *checker, const struct parsed *parsed, int column,
                 struct error *error)
{
    const char *name = parsed->command->name;

    if (strcmp(name, "repeat") == 0 && parsed->arguments.count == 1) {
        if (checker->depth == REPEAT_DEPTH_MAX)
            return error_set(error, "repeats are nested more than %d deep", REPEAT_DEPTH_MAX);
        checker->opened[checker->depth++] = (struct opened){checker->location.line, column};
    } else if (strcmp(name, "end") == 0) {
        if (checker->depth == 0)
            return error_set(error, "there is no repeat that it could end");
        checker->depth--;
    }
    return true;
}

static void check_statements(struct checker *checker, const char *line);

/* Within repeats a {i} is a number: one of as many digits. */
static char *with_counters(const char *line)
{
    char *copy = memory_copy_string(line);

    for (char *place = copy; (place = strchr(place, '{')); place++) {
        if (place[1] >= 'i' && place[1] < 'i' + REPEAT_DEPTH_MAX && place[2] == '}')
            place[0] = place[1] = '0', place[2] = '1';
    }
    return copy;
}

/* Check the commands that a repeat has in its line, which stay where they are in it. */
static void check_repeated(struct checker *checker, const struct argument *commands)
{
    struct text line = {0};
    char *counted;

    text_add_repeated(&line, " ", (size_t)commands->column - (commands->quoted ? 0 : 1));
    text_add(&line, "%s", commands->text);
    counted = with_counters(text_string(&line));
    check_statements(checker, counted);
    free(counted);
    text_finish(&line);
}

static void check_statement(struct checker *checker, const char *line,
                            const struct statement *statement)
{
    int column = lexer_column(statement->tokens[0].start);
    struct parsed parsed = {0};
    struct error error;
    bool good;

    error_clear(&error);
    good = parse_statement(line, statement, &parsed, &error) &&
           (!parsed.command->check || parsed.command->check(&parsed.arguments, &error)) &&
           nest(checker, &parsed, column, &error);
    if (!good)
        tell_mistake(checker, parsed.command ? parsed.command->name : "", &error, column);
    else if (strcmp(parsed.command->name, "repeat") == 0 && parsed.arguments.count > 1)
        check_repeated(checker, &parsed.arguments.items[1]);
    parsed_finish(&parsed);
}

static void check_statements(struct checker *checker, const char *line)
{
    struct statement statement = {0};
    struct error error;
    size_t position = 0;

    error_clear(&error);
    while (statement_next(line, &position, &statement, &error))
        check_statement(checker, line, &statement);
    if (error.kind != ERROR_NONE)
        tell_mistake(checker, "", &error, 1);
    statement_finish(&statement);
}

static void check_line(struct checker *checker, const char *line)
{
    char *counted = checker->depth > 0 ? with_counters(line) : memory_copy_string(line);

    checker->line = line;
    checker->location.line++;
    check_statements(checker, counted);
    free(counted);
}

/* Tell of each repeat that has no end, where it stands. */
static void check_end(struct checker *checker)
{
    struct error error;

    error_clear(&error);
    error_set(&error, "there is no 'end' for it");
    checker->line = "";
    while (checker->depth > 0) {
        checker->location.line = checker->opened[--checker->depth].line;
        tell_mistake(checker, "repeat", &error, checker->opened[checker->depth].column);
    }
}

/* Check the lines up to the end.
 *   errors  one cannot be read; the file is none of commands */
static bool check_lines(struct checker *checker, struct line_reader *reader, struct error *error)
{
    enum line_outcome outcome;
    char *line;

    do {
        outcome = line_reader_next(reader, &line);
        if (checker->location.line == 0 && reader->data &&
            !reading_may_be_commands(reader, checker->location.file, false, error))
            return false;
        if (outcome == LINE_READ)
            check_line(checker, line);
    } while (outcome == LINE_READ);
    reading_explain_end(outcome, &checker->location, error);
    return outcome == LINE_END;
}

bool syntax_check_file(const char *path, void (*tell)(void *context, const struct outcome *outcome),
                       void *context, size_t *ret_mistakes, struct error *error)
{
    struct line_reader reader = {.descriptor = open(path, O_RDONLY | O_CLOEXEC)};
    struct checker checker = {.tell = tell, .context = context, .location = {.file = path}};
    bool good;

    if (reader.descriptor < 0)
        return error_set_errno(error, "%s", path);
    good = check_lines(&checker, &reader, error);
    line_reader_finish(&reader);
    close(reader.descriptor);
    if (good)
        check_end(&checker);
    *ret_mistakes = checker.mistakes;
    return good;
}
