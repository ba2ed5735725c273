/* question.c: see question.h. */
#include "command/question.h"

#include <strings.h>

#include "base/size.h"
#include "command/lexer.h"

static bool is_open(const struct question *question)
{
    return strcmp(question->choices, "?") == 0;
}

void question_finish(struct question *question)
{
    text_finish(&question->words);
    text_finish(&question->answer);
    text_finish(&question->why);
}

/* ---- Choices ---- */

/* The next of the choices from *choices on, which then is behind it; its length, or 0 at the
 * end. */
static size_t next_choice(const char **choices, const char **ret_choice)
{
    size_t length;

    *choices += strspn(*choices, "|");
    length = strcspn(*choices, "|");
    *ret_choice = *choices;
    *choices += length;
    return length;
}

/* Whether what was given means this choice, which is number `number`. */
static bool means(const char *given, const char *choice, size_t length, size_t number)
{
    uint64_t typed;
    struct error ignored;

    if (strlen(given) <= length && strncasecmp(given, choice, strlen(given)) == 0)
        return true;
    return !(choice[0] >= '0' && choice[0] <= '9') && number_parse(given, &typed, &ignored) &&
           typed == number;
}

bool question_accepts(const struct question *question, struct text *given)
{
    const char *choices = question->choices, *choice;
    struct text meant = {0};
    size_t length, matches = 0, number = 0;

    if (is_open(question))
        return true;
    while ((length = next_choice(&choices, &choice)) > 0) {
        bool is_whole = strlen(text_string(given)) == length;

        if (!means(text_string(given), choice, length, ++number))
            continue;
        matches = is_whole ? 1 : matches + 1;
        text_clear(&meant);
        text_add_bytes(&meant, choice, length);
        if (is_whole)
            break;
    }
    if (matches == 1) {
        text_clear(given);
        text_add_string(given, text_string(&meant));
    }
    text_finish(&meant);
    return matches == 1;
}

static bool is_choice(const struct question *question, const char *answer)
{
    const char *choices = question->choices, *choice;
    size_t length;

    if (is_open(question))
        return true;
    while ((length = next_choice(&choices, &choice)) > 0) {
        if (strlen(answer) == length && strncmp(answer, choice, length) == 0)
            return true;
    }
    return false;
}

/* ---- The answer ---- */

bool question_set_answer(struct question *question, const char *text, struct error *error)
{
    struct statement statement = {0};
    size_t position = 0;
    bool good = lexer_next(text, &position, &statement, error);

    if (good && statement.count == 2)
        text_add(&question->why, "%s", statement.tokens[1].text);
    else if (good && statement.count > 2)
        text_add(&question->why, "%s", text + statement.tokens[1].start);
    if (good)
        text_add(&question->answer, "%s", statement.tokens[0].text);
    else if (error->kind == ERROR_NONE)
        error_set(error, "the answer is missing");
    statement_finish(&statement);
    return good;
}

bool question_check(const struct question *question, struct error *error)
{
    if (is_choice(question, text_string(&question->answer)))
        return true;
    error_set(error, "the right answer, '%s', is none of %s", text_string(&question->answer),
              question->choices);
    return strchr(question->choices, '|')
               ? false
               : error_append(error, "; choices are parted by '|', as in yes|no");
}

/* Without what does not matter: commas, blanks, and what is counted. */
static void add_bare(const char *answer, struct text *bare)
{
    static const char *const units[] = {"bytes", "byte", "%", "ns", "B"};

    for (; *answer; answer++) {
        if (!strchr(", \t", *answer))
            text_add_bytes(bare, answer, 1);
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t length = strlen(units[i]);

        if (bare->length > length &&
            strcasecmp(bare->data + bare->length - length, units[i]) == 0) {
            bare->length -= length;
            bare->data[bare->length] = '\0';
        }
    }
}

bool question_is_right(const struct question *question, const struct text *given)
{
    struct text answer = {0}, bare = {0};
    uint64_t expected, typed;
    struct error ignored;
    bool is_right;

    add_bare(text_string(&question->answer), &answer);
    add_bare(text_string(given), &bare);
    is_right = strcasecmp(text_string(&answer), text_string(&bare)) == 0 ||
               (size_parse(text_string(&answer), &expected, &ignored) &&
                size_parse(text_string(&bare), &typed, &ignored) && expected == typed);
    text_finish(&answer);
    text_finish(&bare);
    return is_right && given->length > 0;
}

/* ---- What is said ---- */

void question_add(const struct question *question, struct text *text)
{
    const char *choices = question->choices, *choice;
    size_t length, number = 0;

    text_add_string(text, text_string(&question->words));
    while (!is_open(question) && (length = next_choice(&choices, &choice)) > 0)
        text_add(text, "%s%.*s", number++ ? " / " : "  ", (int)length, choice);
}

void question_add_reply(const struct question *question, const struct text *given, bool is_right,
                        struct text *text)
{
    const char *answer = text_string(&question->answer);

    if (is_right)
        text_add(text, "**Right:** %s.", answer);
    else if (given->length > 0)
        text_add(text, "You said %s; it is **%s**.", text_string(given), answer);
    else
        text_add(text, "It is **%s**.", answer);
    if (question->why.length > 0)
        text_add(text, " %s", text_string(&question->why));
}
