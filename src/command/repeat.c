/* repeat.c: see repeat.h. */
#include "command/repeat.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>

#include "command/c_syntax.h"
#include "command/lexer.h"

size_t repeat_depth_behind(const char *line, size_t depth)
{
    struct statement statement = {0};
    struct error ignored = {0};
    size_t position = 0;

    while (depth > 0 && statement_next(line, &position, &statement, &ignored)) {
        const char *name = statement.tokens[0].text;

        if (strcmp(name, "repeat") == 0 && statement.count == 2)
            depth++;
        else if (strcmp(name, "end") == 0)
            depth--;
    }
    statement_finish(&statement);
    return depth;
}

/* Behind "repeat N " and an opening quote, if the line begins so; else NULL. */
static const char *behind_repeat(const char *line)
{
    static const char name[] = "repeat ";

    line += strspn(line, " \t");
    if (strncmp(line, name, sizeof name - 1) != 0)
        return NULL;
    line += sizeof name - 1;
    line += strspn(line, " \t");
    line += strcspn(line, " \t");
    line += strspn(line, " \t");
    return line + (*line == '"' || *line == '\'');
}

/* How many repeats the line itself puts around its command. */
static size_t repeats_in(const char *line, const char *end)
{
    size_t count = 0;

    while ((line = behind_repeat(line)) && line < end)
        count++;
    return count;
}

static void add_line(const char *line, const char *end, size_t depth, uint64_t round,
                     struct text *body)
{
    char counter[] = {'{', (char)('i' + depth), '}', '\0'};

    while (line < end) {
        if (strncmp(line, counter, sizeof counter - 1) == 0) {
            text_add(body, "%" PRIu64, round);
            line += sizeof counter - 1;
        } else {
            text_add_bytes(body, line++, 1);
        }
    }
}

void repeat_add_round(const char *text, uint64_t round, struct text *body)
{
    size_t depth = 1;

    while (*text) {
        const char *end = text + strcspn(text, "\n");
        struct text line = {0};

        text_add_bytes(&line, text, (size_t)(end - text));
        add_line(text, end, depth - 1 + repeats_in(text, end), round, body);
        depth = repeat_depth_behind(text_string(&line), depth);
        depth += depth == 0; /* an end too many is told of where it is run */
        text_finish(&line);
        if (*end)
            text_add(body, "\n");
        text = end + (*end == '\n');
    }
}
