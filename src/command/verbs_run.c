/* verbs_run.c: programs that run on our malloc, and are followed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "command/following.h"
#include "command/lexer.h"
#include "command/verbs.h"
#include "follow/printed.h"
#include "session/callers.h"
#include "session/family.h"

/* Let the program do what it wants, or come to its next call. */
static bool go_on(struct interpreter *interpreter, bool stays, struct error *error)
{
    struct following_goal goal = {.stays = stays};
    bool reached;

    if (!following_go_on(interpreter, &goal, &reached, error))
        return false;
    following_show_state(interpreter);
    return true;
}

/* ---- run ---- */

static bool start(struct interpreter *interpreter, const struct program_line *line,
                  struct error *error)
{
    const struct face *face = &interpreter->face;
    struct guest_wish wish = {.arguments = line->arguments,
                              .follow = line->follow,
                              .takes_children = line->takes_children,
                              .up = line->up,
                              .output = line->output,
                              .has_terminal = face->watch != NULL,
                              .prints_to_errors = face->owns_output};
    enum launch_outcome outcome;
    bool good;

    if (face->rest)
        face->rest(face->context); /* what the program prints comes behind */
    interpreter_keep_past(interpreter);
    good = session_run(interpreter->session, &wish, &outcome, error);
    interpreter->program.outcome = outcome;
    if (outcome == LAUNCH_NOT_FOUND && line->follow)
        return error_append(error,
                            "; '%s' is taken for the NAME that is followed, unless there is "
                            "a '--' before it",
                            line->follow);
    return good && go_on(interpreter, line->is_held, error);
}

static void follow(struct program_line *line, const char *name)
{
    line->takes_children = !name;
    line->follow = name;
}

/* Read an option, and its value, if it has one; *ret_used says so. */
static bool read_option(const char *name, const char *value, struct program_line *line,
                        bool *ret_used, struct error *error)
{
    uint64_t up;

    *ret_used = false;
    if (strcmp(name, "--held") == 0)
        return line->is_held = true;
    if (strcmp(name, "--follow") == 0) {
        *ret_used = value && guest_is_name(value);
        follow(line, *ret_used ? value : NULL);
        return true;
    }
    if (!value || strcmp(name, "--up") != 0)
        return error_set(error,
                         "before the PROGRAM there can be --held, --follow [NAME] and --up N; its "
                         "heap has the policy and the settings at hand");
    if (!number_parse(value, &up, error))
        return false;
    line->up = up < PROGRAM_UP_MOST ? (uint32_t)up : PROGRAM_UP_MOST;
    return *ret_used = true;
}

/* Quotes that are not around all of a word mean something to a shell, but nothing here. */
static bool expect_whole_words(const struct statement *statement, struct error *error)
{
    for (size_t i = 0; i < statement->count; i++) {
        const struct token *token = &statement->tokens[i];
        size_t within = token->quoted ? strlen(token->text) : strcspn(token->text, "'\"");
        bool touches = i > 0 && token->start == token[-1].end;

        if (!touches && !token->text[within])
            continue;
        error_set(error, "quotes stand around all of an argument: \"a b\" or 'a b'");
        error->column = lexer_column(token->start + (touches ? 0 : within));
        return false;
    }
    return true;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1];
}

/* The options and the words of a command line, which are the statement's. */
static bool read_line(const struct statement *statement, struct program_line *line,
                      struct error *error)
{
    const struct token *tokens = statement->tokens;
    size_t first = 0;

    for (; first < statement->count && is_option(tokens[first].text); first++) {
        const char *value = first + 1 < statement->count ? tokens[first + 1].text : NULL;
        bool used;

        if (strcmp(tokens[first].text, "--") == 0) {
            first++;
            break;
        }
        if (!read_option(tokens[first].text, value, line, &used, error))
            return false;
        first += used;
    }
    if (first == statement->count)
        return error_set(error, "a PROGRAM is missing");
    line->arguments = memory_create(statement->count - first + 1, sizeof line->arguments[0]);
    for (size_t i = first; i < statement->count; i++)
        line->arguments[i - first] = tokens[i].text;
    return true;
}

static bool run_line(struct interpreter *interpreter, const struct statement *statement,
                     const struct argument *typed, struct error *error)
{
    struct program_line line = {.output = interpreter->program.output};
    bool good = read_line(statement, &line, error) && start(interpreter, &line, error);

    free(line.arguments);
    return good || verb_fail_at(error, typed);
}

static bool run_typed(struct interpreter *interpreter, const struct argument *typed,
                      struct error *error)
{
    struct statement statement = {0};
    size_t position = 0;
    bool good;

    if (!lexer_next(typed->text, &position, &statement, error) ||
        !expect_whole_words(&statement, error)) {
        error->column += typed->column - (typed->quoted ? 0 : 1);
        statement_finish(&statement);
        return false;
    }
    good = run_line(interpreter, &statement, typed, error);
    statement_finish(&statement);
    return good;
}

VERB(run)
{
    if (arguments->count > 0)
        return run_typed(interpreter, &arguments->items[0], error);
    if (!interpreter->program.arguments)
        return error_set(error, "a PROGRAM is missing");
    return start(interpreter, &interpreter->program, error);
}

/* ---- Who called ---- */

static bool read_order(const char *word, enum callers_order *ret_order, struct error *error)
{
    for (enum callers_order order = 0; order < CALLERS_ORDERS; order++) {
        if (strcmp(callers_order_word(order), word) == 0) {
            *ret_order = order;
            return true;
        }
    }
    return error_set(error, "they can be ranked by live, count, peak or lifetime, not '%s'", word);
}

enum { LIFETIME_COLUMNS = 8, FIGURES_COLUMNS = 43, NAMED_COLUMNS = 63 };

/* A line for a caller. */
static void add_caller(const struct session *session, const struct caller *caller, size_t columns,
                       struct text *output)
{
    char live[SIZE_TEXT_MAX], peak[SIZE_TEXT_MAX];
    struct text lifetime = {0};
    int width = LIFETIME_COLUMNS;

    callers_add_lifetime(session, caller, &lifetime);
    width += strstr(text_string(&lifetime), "\u00b5") != NULL; /* a character of two bytes */
    text_add(output, "\n%7s %7" PRIu64 " %7s %8" PRIu64 " %*s  ", size_short(caller->bytes, live),
             caller->blocks, size_short(caller->peak, peak), caller->allocations, width,
             lifetime.length > 0 ? text_string(&lifetime) : "-");
    callers_add_short_site(session, caller->site, columns - FIGURES_COLUMNS, output);
    text_finish(&lifetime);
}

VERB(callers)
{
    enum { LISTED_MOST = 100 };
    struct session *session = interpreter->session;
    int room = interpreter->show->outlook.text_columns;
    size_t columns = room == 0 ? SIZE_MAX : room < NAMED_COLUMNS ? NAMED_COLUMNS : (size_t)room;
    struct text *output = &interpreter->task.output;
    enum callers_order order = CALLERS_BY_LIVE;
    struct caller *callers;
    size_t count = 0;

    if (arguments->count > 0 && !read_order(arguments->items[0].text, &order, error))
        return verb_fail_at(error, &arguments->items[0]);
    callers = callers_find(session, order, &count, error);
    if (!callers)
        return false;
    text_add(output, "%7s %7s %7s %8s %*s  %s", "live", "blocks", "peak", "calls", LIFETIME_COLUMNS,
             "lifetime", "caller");
    for (size_t i = 0; i < count && i < LISTED_MOST; i++)
        add_caller(session, &callers[i], columns, output);
    if (count > LISTED_MOST)
        text_add(output, "\n... and %zu more", count - LISTED_MOST);
    free(callers);
    return true;
}

/* ---- What becomes of it ---- */

VERB(continue)
{
    (void)arguments;
    return go_on(interpreter, false, error);
}

VERB(terminal)
{
    const struct followed *followed = interpreter->session->followed;
    bool reached;

    (void)arguments;
    if (!interpreter->face.lend)
        return error_set(error, "only the full screen has a terminal that can be lent");
    if (followed && !followed->guest->has_ended && guest_first(followed->guest)->terminal < 0)
        return error_set(error, "the program has closed its terminal");
    if (!following_go_on(interpreter, &(struct following_goal){.lends = true}, &reached, error))
        return false;
    following_show_state(interpreter);
    return true;
}

VERB(send)
{
    struct followed *followed = interpreter->session->followed;
    struct text line = {0};
    bool good;

    if (!followed)
        return error_set(error, "there is no program that runs");
    text_add(&line, "%s\n", arguments->count > 0 ? arguments->items[0].text : "");
    good = guest_type(guest_first(followed->guest), line.data, line.length, error);
    text_finish(&line);
    return good;
}

VERB(output)
{
    const struct followed *followed = interpreter->session->followed;
    struct exhibit exhibit = {.kind = EXHIBIT_PRINTED};
    struct text text = {0};
    struct guest *guest;

    (void)arguments;
    if (!followed)
        return error_set(error, "there is no program; 'run PROGRAM' starts one");
    guest = guest_first(followed->guest);
    if (guest->printed_ever == 0) {
        text_add(&interpreter->task.output, "%s has printed nothing to a terminal of its own.",
                 text_string(&guest->name));
        return true;
    }
    guest_attend(guest, 0);
    printed_add(guest->printed.data, guest->printed.length, &text);
    exhibit.bytes = (unsigned char *)text.data;
    exhibit.count = text.length;
    interpreter_exhibit(interpreter, &exhibit);
    return true;
}

VERB(kill)
{
    struct followed *followed = interpreter->session->followed;

    (void)arguments;
    if (!followed || followed->guest->has_ended)
        return error_set(error, "there is no program that runs");
    guest_kill(followed->guest);
    return go_on(interpreter, family_count(interpreter->session) > 1, error);
}
