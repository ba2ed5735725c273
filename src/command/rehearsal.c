/* rehearsal.c: see rehearsal.h. */
#include "command/rehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/memory.h"
#include "command/c_syntax.h"
#include "command/parameter.h"

size_t rehearsal_count_words(const char *text)
{
    size_t words = 0;

    for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
        text += strcspn(text, " \t");
        words++;
    }
    return words;
}

static struct rehearsal_part *add_part(struct rehearsal *rehearsal, const char *name, unsigned line)
{
    rehearsal->items = memory_reserve(rehearsal->items, &rehearsal->capacity, rehearsal->count + 1,
                                      sizeof rehearsal->items[0]);
    rehearsal->items[rehearsal->count] =
        (struct rehearsal_part){.name = memory_copy_string(name), .line = line};
    return &rehearsal->items[rehearsal->count++];
}

/* The rest of a line behind its first word, without a pair of quotes. */
static void add_rest(const char *line, const struct statement *statement, struct text *text)
{
    const struct token *last = &statement->tokens[statement->count - 1];

    if (statement->count == 2)
        text_add(text, "%s", last->text);
    else if (statement->count > 2)
        text_add_bytes(text, line + statement->tokens[1].start,
                       last->end - statement->tokens[1].start);
}

static void take_statement(struct rehearsal *rehearsal, const char *line,
                           const struct statement *statement, unsigned number)
{
    const struct command *command = command_find(statement->tokens[0].text);
    const char *name = command ? command->name : "";
    struct rehearsal_part *part = &rehearsal->items[rehearsal->count - 1];
    struct text rest = {0};
    uint64_t milliseconds;
    struct error ignored;

    add_rest(line, statement, &rest);
    if (strcmp(name, "title") == 0 && !rehearsal->title) {
        rehearsal->title = memory_copy_string(text_string(&rest));
    } else if (strcmp(name, "section") == 0) {
        part = add_part(rehearsal, text_string(&rest), number);
        part->milliseconds = REHEARSAL_LOOK_MS;
    } else if (strcmp(name, "say") == 0 || strcmp(name, "pause") == 0 || strcmp(name, "ask") == 0) {
        part->milliseconds += rehearsal_count_words(text_string(&rest)) * REHEARSAL_WORD_MS;
        part->stops += name[0] != 's';
        part->questions += name[0] == 'a';
        part->milliseconds += name[0] == 'p' ? REHEARSAL_LOOK_MS : 0;
        part->milliseconds += name[0] == 'a' ? REHEARSAL_ASK_MS : 0;
    } else if (strcmp(name, "wait") == 0 && statement->count == 2 &&
               parameter_kind(PARAMETER_SECONDS)
                   ->read(statement->tokens[1].text, &milliseconds, &ignored)) {
        part->milliseconds += milliseconds;
    } else if (command && (command->steps || command->group == GROUP_LOOK)) {
        part->milliseconds += REHEARSAL_STEP_MS;
    }
    text_finish(&rest);
}

static void take_line(struct rehearsal *rehearsal, const char *line, unsigned number)
{
    struct statement statement = {0};
    struct error ignored = {0};
    size_t position = 0;

    while (statement_next(line, &position, &statement, &ignored))
        take_statement(rehearsal, line, &statement, number);
    statement_finish(&statement);
}

/* Leave out what stands before the first section if there is nothing in it. */
static void finish_beginning(struct rehearsal *rehearsal)
{
    struct rehearsal_part *first = &rehearsal->items[0];

    rehearsal->has_beginning = first->stops > 0 || rehearsal->count == 1;
    if (rehearsal->has_beginning)
        return;
    free(first->name);
    rehearsal->count--;
    memmove(first, first + 1, rehearsal->count * sizeof *first);
}

bool rehearsal_read(const char *path, struct rehearsal *ret_rehearsal, struct error *error)
{
    struct line_reader reader = {.descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct rehearsal rehearsal = {0};
    enum line_outcome outcome;
    struct stat status;
    unsigned number = 0;
    char *line;

    if (reader.descriptor < 0)
        return error_set_errno(error, "%s", path);
    if (fstat(reader.descriptor, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(reader.descriptor);
        return error_set(error, "%s: this is no file that can be read twice", path);
    }
    add_part(&rehearsal, "beginning", 1);
    while ((outcome = line_reader_next(&reader, &line)) == LINE_READ)
        take_line(&rehearsal, line, ++number);
    line_reader_finish(&reader);
    close(reader.descriptor);
    if (outcome != LINE_END) {
        rehearsal_finish(&rehearsal);
        return error_set(error, "%s:%u: this is no text", path, number + 1);
    }
    finish_beginning(&rehearsal);
    *ret_rehearsal = rehearsal;
    return true;
}

void rehearsal_finish(struct rehearsal *rehearsal)
{
    for (size_t i = 0; i < rehearsal->count; i++)
        free(rehearsal->items[i].name);
    free(rehearsal->items);
    free(rehearsal->title);
    *rehearsal = (struct rehearsal){0};
}

static void add_length(uint64_t milliseconds, struct text *text)
{
    uint64_t seconds = (milliseconds + 500) / 1000;

    text_add(text, "%3" PRIu64 ":%02" PRIu64, seconds / 60, seconds % 60);
}

void rehearsal_add_table(const struct rehearsal *rehearsal, struct text *text)
{
    uint64_t total = 0;
    size_t questions = 0;

    if (rehearsal->title)
        text_add(text, "%s\n", rehearsal->title);
    for (size_t i = 0; i < rehearsal->count; i++) {
        const struct rehearsal_part *part = &rehearsal->items[i];

        text_add(text, "%3zu ", i + 1);
        add_length(part->milliseconds, text);
        text_add(text, "  %s (line %u, %zu stop%s)\n", part->name, part->line, part->stops,
                 part->stops == 1 ? "" : "s");
        total += part->milliseconds;
        questions += part->questions;
    }
    text_add(text, "    ");
    add_length(total, text);
    text_add(text, "  in all, with %zu question%s", questions, questions == 1 ? "" : "s");
}
