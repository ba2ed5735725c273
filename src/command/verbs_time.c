/* verbs_time.c: the commands that go back and forth, and those that ask what would be. */
#include <string.h>

#include "command/c_syntax.h"
#include "command/lexer.h"
#include "command/parser.h"
#include "kind/kind.h"
#include "settings/settings.h"
#include "command/verbs.h"
#include "explain/explain.h"
#include "session/callers.h"
#include "session/difference.h"
#include "session/looking.h"

/* ---- Back and forth ---- */

/* Say where we are. */
static void add_place(const struct session *session, struct text *output)
{
    size_t undone = session->history->steps.known - session->history->steps.count;
    struct text explanation = {0};

    if (session->history->steps.count == 0) {
        text_add(output, "This is the fresh heap, before step 1");
    } else {
        text_add(output, "This is the heap after step %zu, ", session->history->steps.count);
        history_add_command(session->history, history_last_step(session->history), output);
    }
    if (undone > 0)
        text_add(output, "; %zu step%s can be redone", undone, undone == 1 ? "" : "s");
    text_add(output, ".");
    explain_last_step(session, EXPLAIN_ROUNDED, &explanation);
    if (explanation.length > 0)
        text_add(output, " %s", text_string(&explanation));
    callers_add_origin(session, session->history->steps.count, output);
    text_add_string(output, session->history->sources.now ? "\n" : "");
    sources_add_line(&session->history->sources, output);
    text_finish(&explanation);
}

void verb_show_place(struct interpreter *interpreter)
{
    interpreter_look_at_last_step(interpreter);
    add_place(interpreter->session, &interpreter->task.output);
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_MAP});
}

static bool go(struct interpreter *interpreter, size_t step, struct error *error)
{
    if (!session_go(interpreter->session, step, error))
        return false;
    verb_show_place(interpreter);
    return true;
}

/* Fail because only so many steps can be undone or redone. */
static bool fail_to_go(const struct arguments *arguments, size_t most, const char *what,
                       struct error *error)
{
    if (most == 0)
        error_set(error, "there is nothing to %s", what);
    else
        error_set(error, "only %zu step%s can be %sne", most, most == 1 ? "" : "s", what);
    return arguments->count > 0 ? verb_fail_at(error, &arguments->items[0]) : false;
}

VERB(undo)
{
    const struct steps *steps = &interpreter->session->history->steps;
    uint64_t count = arguments->count > 0 ? arguments->items[0].number : 1;

    if (count > steps->count)
        return fail_to_go(arguments, steps->count, "undo", error);
    return go(interpreter, steps->count - count, error);
}

VERB(redo)
{
    const struct steps *steps = &interpreter->session->history->steps;
    uint64_t count = arguments->count > 0 ? arguments->items[0].number : 1;

    if (count > steps->known - steps->count)
        return fail_to_go(arguments, steps->known - steps->count, "redo", error);
    return go(interpreter, steps->count + count, error);
}

/* The number of a step that is known. */
static bool is_step(const struct session *session, const struct argument *argument,
                    struct error *error)
{
    size_t known = session->history->steps.known;

    if (argument->number <= known)
        return true;
    error_set(error, "there is no step %s; there %s %zu", argument->text, known == 1 ? "is" : "are",
              known);
    return verb_fail_at(error, argument);
}

VERB(goto)
{
    const struct argument *step = &arguments->items[0];

    return is_step(interpreter->session, step, error) && go(interpreter, step->number, error);
}

VERB(explain)
{
    struct session *session = interpreter->session;
    const struct argument *step = &arguments->items[0];

    if (arguments->count == 0 && session->history->steps.count == 0)
        return error_set(error, "there is no step yet");
    if (arguments->count == 0)
        return explain_story_of(session, session->history->steps.count, &interpreter->task.output,
                                error);
    if (step->number == 0) {
        error_set(error, "step 0 is the fresh heap: nothing has happened yet");
        return verb_fail_at(error, step);
    }
    return is_step(session, step, error) &&
           explain_story_of(session, step->number, &interpreter->task.output, error);
}

VERB(diff)
{
    struct session *session = interpreter->session;
    const struct argument *from = &arguments->items[0], *to = &arguments->items[1];

    if (session_is_look(session))
        return foreign_tell_changes(interpreter, error);
    if (arguments->count == 0)
        return error_set(error, "STEP is missing; without it, a heap that is looked at is compared "
                                "(help attach)");
    if (!is_step(session, from, error) || (arguments->count > 1 && !is_step(session, to, error)))
        return false;
    return difference_add(session, from->number,
                          arguments->count > 1 ? to->number : session->history->steps.count,
                          &interpreter->task.output, error);
}

/* ---- What if ---- */

/* Read KEY=VALUE. */
static bool parse_setting(struct hg_config *config, const char *text, struct error *error)
{
    const char *equals = strchr(text, '=');
    struct text key = {0};
    bool good;

    if (!equals)
        return error_set(error, "-s wants KEY=VALUE, not '%s'", text);
    text_add_bytes(&key, text, (size_t)(equals - text));
    if (preference_find(text_string(&key)) < PREFERENCES)
        good = error_set(error, "%s is how things are shown; no heap would be another",
                         text_string(&key));
    else
        good = setting_set(config, text_string(&key), equals + 1, error);
    text_finish(&key);
    return good;
}

static bool parse_option(struct hg_config *config, const char *option, const char *text,
                         struct error *error)
{
    return strcmp(option, "-p") == 0 ? setting_set_policy(config, text, error)
                                     : parse_setting(config, text, error);
}

static bool is_option(const char *text)
{
    return strcmp(text, "-p") == 0 || strcmp(text, "-s") == 0;
}

/* Read the options before the command.
 *   ret_count  how many tokens they are */
static bool parse_options(const struct statement *statement, struct hg_config *config,
                          size_t *ret_count, struct error *error)
{
    const struct token *tokens = statement->tokens;
    size_t i = 0;

    for (; i + 1 < statement->count && is_option(tokens[i].text); i += 2) {
        if (!parse_option(config, tokens[i].text, tokens[i + 1].text, error)) {
            error->column = lexer_column(tokens[i + 1].start);
            return false;
        }
    }
    *ret_count = i;
    if (i > 0 && !setting_check(config, error))
        return false;
    if (i < statement->count && !is_option(tokens[i].text))
        return true;
    error_set(error, "%s is missing",
              i == statement->count          ? "COMMAND"
              : strcmp(tokens[i].text, "-p") ? "KEY=VALUE"
                                             : "POLICY");
    error->column = lexer_column(tokens[statement->count - 1].end + 1);
    return false;
}

/* Whether the command that stands in the line from `position` on is one that makes steps, before a
 * heap is made for it. */
static bool can_be_supposed(const char *line, size_t position, struct error *error)
{
    struct statement statement = {0};
    struct parsed parsed = {0};
    bool good = statement_next(line, &position, &statement, error) &&
                parse_statement(line, &statement, &parsed, error);

    if (good && !parsed.command->steps) {
        good = error_set(error, "'%s' makes no step, so there is nothing to suppose",
                         parsed.command->name);
        error->column = lexer_column(statement.tokens[0].start);
    }
    parsed_finish(&parsed);
    statement_finish(&statement);
    return good;
}

static bool suppose(struct interpreter *interpreter, const struct statement *statement,
                    struct error *error)
{
    struct session *session = interpreter->session, *imagined;
    struct hg_config config = session->mirror->picture.config;
    struct text options = {0};
    size_t count = 0, position;
    bool good;

    if (!parse_options(statement, &config, &count, error))
        return false;
    position = statement->tokens[count].start;
    if (!can_be_supposed(interpreter->task.line, position, error))
        return false;
    imagined = session_imagine(session, count > 0 ? &config : NULL, error);
    if (!imagined)
        return false;
    for (size_t i = 0; i < count; i++)
        text_add(&options, "%s ", statement->tokens[i].text);
    good = interpreter_suppose(interpreter, position, text_string(&options), imagined) ||
           error_set_told(error);
    text_finish(&options);
    return good;
}

VERB(whatif)
{
    size_t position = (size_t)arguments->items[0].column - 1;
    struct statement statement = {0};
    bool good = lexer_next(interpreter->task.line, &position, &statement, error) &&
                suppose(interpreter, &statement, error);

    statement_finish(&statement);
    return good;
}

/* ---- What is refused ---- */

VERB(refused)
{
    const struct argument *command = &arguments->items[0];
    struct error refusal = {0};
    struct session *imagined;
    bool good;

    if (!can_be_supposed(interpreter->task.line, (size_t)command->column - 1, error))
        return false;
    imagined = session_imagine(interpreter->session, NULL, error);
    if (!imagined)
        return false;
    good = interpreter_try(interpreter, imagined, command->text, &refusal);
    session_destroy(imagined);
    if (good) {
        error_set(error, "'%s' is not refused", command->text);
        return verb_fail_at(error, command);
    }
    text_add(&interpreter->task.output, "Refused: %s.", refusal.text);
    return true;
}

/* ---- Comparing ---- */

/* A comparison at work. */
struct contest {
    struct interpreter *interpreter;
    const char *commands; /* behind the steps; NULL for none */
    bool stopped;         /* by the user */
};

static bool tick(void *context, size_t done, size_t total)
{
    struct contest *contest = context;

    if (!progress_tick(&contest->interpreter->face.progress, done, total))
        contest->stopped = true;
    return !contest->stopped;
}

/* Add what came of it; the session is taken over. */
static void add_contestant(struct contest *contest, struct session *imagined)
{
    struct comparison *comparison = &contest->interpreter->task.comparison;

    comparison_add(comparison, imagined);
    if (contest->interpreter->face.walks)
        comparison_keep(comparison, imagined);
    else
        session_destroy(imagined);
}

/* Carry out the steps and the commands under the policy of `config`. */
static void compete(struct contest *contest, const struct hg_config *config)
{
    struct session *session = contest->interpreter->session, *imagined;
    struct progress progress = session->history->progress;
    struct error failure = {0};

    session->history->progress = (struct progress){tick, contest};
    imagined = session_imagine(session, config, &failure);
    session->history->progress = progress;
    if (imagined && (!contest->commands || interpreter_try(contest->interpreter, imagined,
                                                           contest->commands, &failure))) {
        add_contestant(contest, imagined);
    } else {
        comparison_add_failure(&contest->interpreter->task.comparison, config, &failure);
        session_destroy(imagined);
    }
}

/* All policies that a heap of these settings can have and that tell what they do; and the one at
 * hand, whatever it tells. */
static void compare_all(struct contest *contest)
{
    struct hg_config config = contest->interpreter->session->mirror->picture.config;
    const char *own = config.policy;
    const struct hg_policy_info *policy;
    const struct kind *kind;
    unsigned ignored;

    for (unsigned number = 0; (policy = kind_policy(number, &kind)) && !contest->stopped;
         number++) {
        config.policy = policy->name;
        if ((kind_capabilities(kind) & KIND_EXPLAINS || strcmp(policy->name, own) == 0) &&
            !kind_config_problem(&config, &ignored))
            compete(contest, &config);
    }
}

/* The policies that the first `count` tokens name. */
static bool compare_named(struct contest *contest, const struct statement *statement, size_t count,
                          struct error *error)
{
    struct hg_config config = contest->interpreter->session->mirror->picture.config;

    for (size_t i = 0; i < count; i++) {
        const struct token *token = &statement->tokens[i];

        if (!setting_set_policy(&config, token->text, error) || !setting_check(&config, error)) {
            error->column = lexer_column(token->start);
            return false;
        }
    }
    for (size_t i = 0; i < count && !contest->stopped; i++) {
        setting_set_policy(&config, statement->tokens[i].text, error);
        compete(contest, &config);
    }
    return true;
}

/* It came to nothing if the user stopped it, or if nobody could do it. */
static bool judge(const struct contest *contest, struct error *error)
{
    const struct comparison *comparison = &contest->interpreter->task.comparison;

    if (contest->stopped)
        return error_set(error, "stopped");
    for (size_t i = 0; i < comparison->count; i++) {
        if (!comparison->items[i].has_failed)
            return true;
    }
    return error_set(error, "%s", comparison->items[0].failure.text);
}

/* The commands behind a "--", which is the token number `index`: as they stand, or one quoted token
 * without its quotes. NULL if there are none. */
static const char *find_commands(const char *line, const struct statement *statement, size_t index,
                                 struct text *text)
{
    const struct token *first, *last;

    if (index + 1 >= statement->count)
        return NULL;
    first = &statement->tokens[index + 1];
    last = &statement->tokens[statement->count - 1];
    if (first == last && first->quoted)
        return first->text;
    text_add_bytes(text, line + first->start, last->end - first->start);
    return text_string(text);
}

static bool compare(struct interpreter *interpreter, const struct statement *statement,
                    struct error *error)
{
    struct contest contest = {.interpreter = interpreter};
    struct text text = {0};
    size_t count = 0;
    bool good = true;

    if (!history_is_whole(interpreter->session->history, error))
        return false;
    while (count < statement->count && strcmp(statement->tokens[count].text, "--") != 0)
        count++;
    contest.commands = find_commands(interpreter->task.line, statement, count, &text);
    if (count > 0)
        good = compare_named(&contest, statement, count, error);
    else
        compare_all(&contest);
    good = good && judge(&contest, error);
    if (good)
        comparison_add_table(&interpreter->task.comparison, &interpreter->task.output);
    else
        comparison_finish(&interpreter->task.comparison);
    text_finish(&text);
    return good;
}

VERB(compare)
{
    struct statement statement = {0};
    size_t position;
    bool good;

    if (arguments->count == 0)
        return compare(interpreter, &statement, error);
    position = (size_t)arguments->items[0].column - 1;
    good = lexer_next(interpreter->task.line, &position, &statement, error) &&
           compare(interpreter, &statement, error);
    statement_finish(&statement);
    return good;
}
