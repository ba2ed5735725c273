/* verbs_seek.c: on from here: by steps, until something is so, and to where it is worth going. */
#include <string.h>

#include "base/size.h"
#include "command/expect.h"
#include "command/expect_forms.h"
#include "command/following.h"
#include "command/lexer.h"
#include "command/parser.h"
#include "command/verbs.h"
#include "session/followed.h"
#include "session/seek.h"

/* ---- Claims ---- */

/* What expect would be told: any of its forms. */
struct claim {
    struct interpreter *interpreter;
    const struct arguments *arguments; /* of expect, */
    const char *line;                  /* as they stand here */
    bool is_measured;                  /* it is of a measure or a ratio: */
    struct expectation expectation;
};

static const char *word(const struct claim *claim, size_t index)
{
    return index < claim->arguments->count ? claim->arguments->items[index].text : "";
}

static bool is_measure(const char *subject)
{
    const char *name;

    for (unsigned i = 0; (name = expect_subject(i)); i++) {
        if (strcmp(name, subject) == 0)
            return true;
    }
    return false;
}

/* The variable that a claim is of; NULL if it is of none. */
static const char *variable_of(const struct claim *claim)
{
    if (expect_forms_has(claim->arguments))
        return expect_forms_variable(claim->arguments);
    return is_measure(word(claim, 0)) ? NULL : word(claim, 0);
}

/* Whether a variable of this name may come to be: one of the steps ahead has it, or a program may
 * still make it. */
static bool may_come(const struct session *session, const char *name, struct error *error)
{
    struct variable variable;
    uint32_t place;

    if (!name_is_scoped(name))
        return error_set(error, "'%s' is neither a measure nor a variable", name);
    return session_knows_name(session, name) || session_is_followed(session) ||
           session_variable(session, name, &place, &variable, error);
}

/* Whether a claim makes sense at all: of a measure, it either is so or is not. A variable may come
 * to be. */
static bool is_sound(const struct claim *claim, struct error *error)
{
    struct session *session = claim->interpreter->session;
    const char *subject = word(claim, 0), *value = word(claim, 2);
    const char *variable = variable_of(claim);

    if (claim->arguments->count == 1 && !expect_forms_has(claim->arguments))
        return error_set(error, "until wants what expect takes (external > 40%%), heap grows, heap "
                                "shrinks, NULL or peak");
    if (!check_expect(claim->arguments, error))
        return false;
    if (variable)
        return may_come(session, variable, error);
    if (expect_forms_has(claim->arguments))
        return true;
    return expect_holds(session, subject, "=", value, error) ||
           expect_holds(session, subject, "!=", value, error);
}

static bool holds(void *context, struct session *moment)
{
    const struct claim *claim = context;
    const char *variable = variable_of(claim);
    struct interpreter there = *claim->interpreter;
    struct error ignored;

    if (claim->is_measured)
        return expectation_holds(&claim->expectation, &moment->mirror->picture.metrics);
    if (variable && !session_has_variable(moment, variable))
        return false; /* why not, which takes long to find, is not asked */
    if (!expect_forms_has(claim->arguments))
        return expect_holds(moment, word(claim, 0), word(claim, 1), word(claim, 2), &ignored);
    there.session = moment;
    there.task.line = claim->line;
    return expect_forms_hold(&there, claim->arguments, &ignored);
}

/* ---- Until ---- */

static bool go_to(struct interpreter *interpreter, size_t step, struct error *error)
{
    return session_go(interpreter->session, step, error);
}

/* What can be found without looking at the heap. */
static const struct {
    const char *words[2];
    bool (*pleases)(const struct history *history, size_t number);
    const char *missed;
} known[] = {
    {{"heap", "grows"}, seek_grows, "the heap does not grow in any of the steps ahead"},
    {{"heap", "shrinks"}, seek_shrinks, "the heap does not shrink in any of the steps ahead"},
    {{"NULL", NULL}, seek_refused, "nothing is refused in any of the steps ahead"},
};

static bool is_said(const struct statement *statement, const char *const words[2])
{
    size_t count = words[1] ? 2 : 1;

    return statement->count == count && strcmp(statement->tokens[0].text, words[0]) == 0 &&
           (count == 1 || strcmp(statement->tokens[1].text, words[1]) == 0);
}

/* Let the program go on behind the last step until something is so. */
static bool run_until(struct interpreter *interpreter, const struct following_goal *goal,
                      const char *missed, struct error *error)
{
    bool reached;

    if (!session_is_followed(interpreter->session))
        return error_set(error, "%s", missed);
    if (!following_go_on(interpreter, goal, &reached, error))
        return false;
    if (!reached && missed[0] && !session_is_followed(interpreter->session))
        text_add(&interpreter->task.output, "Up to its end, %s. ", missed);
    return true;
}

/* Whether the last step pleases. */
static bool last_pleases(void *context, struct session *session)
{
    bool (*const *pleases)(const struct history *history, size_t number) = context;

    return (*pleases)(session->history, session->history->steps.known);
}

static bool go_to_peak(struct interpreter *interpreter, struct error *error)
{
    const struct history *history = interpreter->session->history;
    size_t peak = seek_peak(history);

    if (session_is_followed(interpreter->session))
        return error_set(error, "the program runs: what will be the most is not known yet");
    if (peak <= history->steps.count)
        return error_set(error, "the most that is ever live is not ahead: it is so after step %zu",
                         peak);
    return go_to(interpreter, peak, error);
}

static bool measures_please(const void *context, const struct metrics *metrics)
{
    return expectation_holds(context, metrics);
}

/* Go to the first of the steps ahead after which a claim that is sound holds, without looking at
 * the heap where what is kept of steps decides it.
 *   ret_step  0 if there is none */
static bool seek_claim(struct claim *claim, size_t *ret_step, struct error *error)
{
    struct session *session = claim->interpreter->session;
    bool is_form = expect_forms_has(claim->arguments);
    bool asks = is_form || expect_asks(word(claim, 0));
    struct error ignored;

    claim->is_measured =
        !is_form && expectation_read(word(claim, 0), word(claim, 1), word(claim, 2),
                                     &claim->expectation, &ignored);
    if (!claim->is_measured || !expectation_is_of_kept(&claim->expectation))
        return session_seek(session, holds, claim, asks, ret_step, error);
    return seek_measures(session, measures_please, &claim->expectation, ret_step, error) &&
           (*ret_step == 0 || session_go(session, *ret_step, error));
}

static bool go_until_holds(struct claim *claim, const char *text, struct error *error)
{
    struct text missed = {0};
    size_t step;
    bool good;

    if (!is_sound(claim, error) || !seek_claim(claim, &step, error))
        return false;
    if (step > 0)
        return true;
    text_add(&missed, "%s is not so after any of the steps ahead", text);
    good =
        run_until(claim->interpreter, &(struct following_goal){.pleases = holds, .context = claim},
                  text_string(&missed), error);
    text_finish(&missed);
    return good;
}

/* Read the claim as an expect of its own. */
static bool go_until_claim(struct interpreter *interpreter, const char *text, struct error *error)
{
    static const char command[] = "expect ";
    struct claim claim = {.interpreter = interpreter};
    struct statement statement = {0};
    struct parsed parsed = {0};
    struct text line = {0};
    size_t position = 0;
    bool good;

    text += strspn(text, " ");
    text_add(&line, "%s%s", command, text);
    good = lexer_next(text_string(&line), &position, &statement, error) &&
           parse_statement(text_string(&line), &statement, &parsed, error);
    claim.arguments = &parsed.arguments;
    claim.line = text_string(&line);
    good = good && go_until_holds(&claim, text, error);
    parsed_finish(&parsed);
    statement_finish(&statement);
    text_finish(&line);
    return good;
}

static bool go_until(struct interpreter *interpreter, const struct statement *statement,
                     const char *text, struct error *error)
{
    static const char *const peak[2] = {"peak"};

    if (is_said(statement, peak))
        return go_to_peak(interpreter, error);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        bool (*pleases)(const struct history *history, size_t number) = known[i].pleases;
        size_t step;

        if (!is_said(statement, known[i].words))
            continue;
        step = seek_step(interpreter->session, pleases);
        if (step > 0)
            return go_to(interpreter, step, error);
        return run_until(interpreter,
                         &(struct following_goal){.pleases = last_pleases, .context = &pleases},
                         known[i].missed, error);
    }
    return go_until_claim(interpreter, text, error);
}

/* ---- Next ---- */

static bool go_on(struct interpreter *interpreter, uint64_t count, struct error *error)
{
    const struct steps *steps = &interpreter->session->history->steps;
    size_t ahead = steps->known - steps->count;

    if (count > ahead && session_is_followed(interpreter->session))
        return run_until(interpreter, &(struct following_goal){.calls = count - ahead}, "", error);
    if (count > ahead)
        return error_set(error, "only %zu step%s ahead", ahead, ahead == 1 ? " is" : "s are");
    return go_to(interpreter, steps->count + count, error);
}

static bool next(struct interpreter *interpreter, const struct arguments *arguments,
                 struct error *error)
{
    const struct steps *steps = &interpreter->session->history->steps;
    const char *text = arguments->count > 0 ? arguments->items[0].text : "1";
    struct statement statement = {0};
    size_t position = 5;
    uint64_t count;
    bool good;

    if (steps->known == steps->count && !session_is_followed(interpreter->session))
        return error_set(error, steps->known == 0
                                    ? "there is no step yet"
                                    : "this is the last step; 'goto 0' goes to before the first");
    if (strncmp(text, "until", 5) != 0 || (text[5] != ' ' && text[5] != '\0'))
        return number_parse(text, &count, error) && go_on(interpreter, count, error);
    good = lexer_next(text, &position, &statement, error) &&
           go_until(interpreter, &statement, text + 5, error);
    statement_finish(&statement);
    return good;
}

VERB(next)
{
    if (!next(interpreter, arguments, error))
        return arguments->count > 0 ? verb_fail_at(error, &arguments->items[0]) : false;
    verb_show_place(interpreter);
    if (interpreter->session->followed) {
        text_add(&interpreter->task.output, " ");
        following_add_state(interpreter, &interpreter->task.output);
    }
    return true;
}

/* ---- Marks ---- */

enum { GROWTHS_SHOWN = 6 };

static void add_mark(const struct history *history, size_t step, const char *what, uint64_t bytes,
                     struct text *output)
{
    char size[SIZE_TEXT_MAX];

    text_add(output, "%sstep %-9zu %s", output->length > 0 ? "\n" : "", step, what);
    if (bytes > 0)
        text_add(output, ", %s", size_in_words(bytes, size));
    text_add(output, ": ");
    history_add_command(history, steps_at(&history->steps, step), output);
}

/* The calls by which the heap grew most, in the order of their steps. */
static size_t find_growths(const struct history *history, size_t largest[GROWTHS_SHOWN])
{
    const struct break_calls *calls = &history->break_calls;
    size_t count = 0;

    for (size_t i = 0; i < calls->count && calls->items[i].step <= history->steps.known; i++) {
        const struct break_call *call = &calls->items[i];
        size_t least = 0;

        if (call->is_down || call->refused || call->step == 0)
            continue;
        if (count < GROWTHS_SHOWN) {
            largest[count++] = i;
            continue;
        }
        for (size_t j = 1; j < count; j++)
            least = calls->items[largest[j]].size < calls->items[largest[least]].size ? j : least;
        if (call->size <= calls->items[largest[least]].size)
            continue;
        memmove(&largest[least], &largest[least + 1], (count - least - 1) * sizeof largest[0]);
        largest[count - 1] = i;
    }
    return count;
}

static void add_growths(const struct history *history, struct text *output)
{
    size_t largest[GROWTHS_SHOWN], count = find_growths(history, largest);

    for (size_t i = 0; i < count; i++) {
        const struct break_call *call = &history->break_calls.items[largest[i]];

        add_mark(history, call->step, "the heap grows", call->size, output);
    }
}

VERB(marks)
{
    const struct history *history = interpreter->session->history;
    struct text *output = &interpreter->task.output;
    size_t peak = seek_peak(history), largest = seek_largest_heap(history);
    size_t refusal = seek_first_refusal(history);

    (void)arguments;
    if (history->steps.known == 0)
        return error_set(error, "there is no step yet");
    if (peak > 0)
        add_mark(history, peak, "the most is live", steps_live(&history->steps, peak), output);
    if (largest > 0)
        add_mark(history, largest, "the heap is largest", steps_heap_size(&history->steps, largest),
                 output);
    if (refusal > 0)
        add_mark(history, refusal, "the first refusal", 0, output);
    add_growths(history, output);
    if (steps_gone(&history->steps) > 0)
        text_add(output, "%sGrowths before step %zu are not kept.", output->length > 0 ? "\n" : "",
                 steps_gone(&history->steps) + 1);
    if (output->length == 0)
        text_add(output, "Nothing stands out.");
    return true;
}
