/* verbs_quiz.c: the quiz, as a command. */
#include <inttypes.h>
#include <sys/random.h>

#include "base/random.h"
#include "base/size.h"
#include "command/lexer.h"
#include "command/quiz.h"
#include "command/verbs.h"

/* Any seed, short enough to be typed again. */
static uint64_t choose_seed(void)
{
    enum { SEEDS = 100000 };
    uint32_t seed = 0;

    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return 1;
    return seed % SEEDS;
}

static bool read_count(const char *text, struct quiz *quiz, struct error *error)
{
    return number_parse(text, &quiz->count, error) &&
           ((quiz->count >= 1 && quiz->count <= QUIZ_COUNT_MOST) ||
            error_set(error, "it can be from 1 to %d questions", QUIZ_COUNT_MOST));
}

/* Read an option with its value, or the topic. */
static bool read_word(const struct statement *statement, size_t *index, struct quiz *quiz,
                      struct error *error)
{
    const char *word = statement->tokens[*index].text;
    const char *value = *index + 1 < statement->count ? statement->tokens[*index + 1].text : NULL;
    bool is_seed = strcmp(word, "--seed") == 0, is_count = strcmp(word, "--count") == 0;

    if (!is_seed && !is_count && word[0] == '-')
        return error_set(error, "there is no option '%s'; there are --seed and --count", word);
    if (!is_seed && !is_count) {
        quiz->topic = exercise_topic_find(word, error);
        return quiz->topic != TOPICS;
    }
    if (!value)
        return error_set(error, "%s wants a value", word);
    ++*index;
    if (is_seed)
        quiz->seed = random_seed(value);
    return is_seed || read_count(value, quiz, error);
}

static bool read_quiz(const struct arguments *arguments, struct quiz *quiz, struct error *error)
{
    struct statement statement = {0};
    size_t position = 0;
    bool good = true;

    *quiz = (struct quiz){.topic = TOPICS, .seed = choose_seed(), .count = QUIZ_COUNT};
    if (arguments->count > 0)
        good = lexer_next(arguments->items[0].text, &position, &statement, error);
    for (size_t i = 0; good && i < statement.count; i++) {
        good = read_word(&statement, &i, quiz, error);
        error->column = arguments->items[0].column + (int)statement.tokens[i].start;
    }
    statement_finish(&statement);
    return good;
}

VERB(quiz)
{
    struct quiz quiz;

    return read_quiz(arguments, &quiz, error) && quiz_run(interpreter, &quiz, error);
}

bool check_quiz(const struct arguments *arguments, struct error *error)
{
    struct quiz quiz;

    return read_quiz(arguments, &quiz, error);
}
