/* verbs_seek.c: on from here: by steps, until something is so, and to where it is worth going. */
#include <string.h>

#include "base/size.h"
#include "command/expect.h"
#include "command/following.h"
#include "command/lexer.h"
#include "command/verbs.h"
#include "session/followed.h"
#include "session/seek.h"

/* ---- Claims ---- */

struct claim {
    const char *subject, *relation, *value;
};

static bool is_measure(const char *subject)
{
    const char *name;

    for (unsigned i = 0; (name = expect_subject(i)); i++) {
        if (strcmp(name, subject) == 0)
            return true;
    }
    return false;
}

/* Whether a claim makes sense at all: of a measure, it either is so or is not. A variable may come
 * to be. */
static bool is_sound(struct session *session, const struct claim *claim, struct error *error)
{
    if (!expect_relation_is(claim->relation, error))
        return false;
    if (!is_measure(claim->subject))
        return name_is_scoped(claim->subject) ||
               error_set(error, "'%s' is neither a measure nor a variable", claim->subject);
    return expect_holds(session, claim->subject, "=", claim->value, error) ||
           expect_holds(session, claim->subject, "!=", claim->value, error);
}

static bool holds(void *context, struct session *moment)
{
    const struct claim *claim = context;
    struct error ignored;

    return expect_holds(moment, claim->subject, claim->relation, claim->value, &ignored);
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

static bool go_until_claim(struct interpreter *interpreter, const struct statement *statement,
                           struct error *error)
{
    struct text missed = {0};
    struct claim claim;
    size_t step;
    bool good;

    if (statement->count != 3)
        return error_set(error, "until wants what expect takes (external > 40%%), heap grows, heap "
                                "shrinks, NULL or peak");
    claim = (struct claim){statement->tokens[0].text, statement->tokens[1].text,
                           statement->tokens[2].text};
    if (!is_sound(interpreter->session, &claim, error))
        return false;
    if (!session_seek(interpreter->session, holds, &claim, &step, error))
        return false;
    if (step > 0)
        return true;
    text_add(&missed, "%s %s %s is not so after any of the steps ahead", claim.subject,
             claim.relation, claim.value);
    good = run_until(interpreter, &(struct following_goal){.pleases = holds, .context = &claim},
                     text_string(&missed), error);
    text_finish(&missed);
    return good;
}

static bool go_until(struct interpreter *interpreter, const struct statement *statement,
                     struct error *error)
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
    return go_until_claim(interpreter, statement, error);
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
    const char *text = arguments->count > 0 ? arguments->items[0].text : "1";
    struct statement statement = {0};
    size_t position = 5;
    uint64_t count;
    bool good;

    if (interpreter->session->history->steps.known == interpreter->session->history->steps.count &&
        !session_is_followed(interpreter->session))
        return error_set(error, "this is the last step; there is none ahead");
    if (strncmp(text, "until", 5) != 0 || (text[5] != ' ' && text[5] != '\0'))
        return number_parse(text, &count, error) && go_on(interpreter, count, error);
    good =
        lexer_next(text, &position, &statement, error) && go_until(interpreter, &statement, error);
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

static size_t find_first_refusal(const struct history *history)
{
    for (size_t number = 1; number <= history->steps.known; number++) {
        if (seek_refused(history, number))
            return number;
    }
    return 0;
}

/* The step after which the heap was largest first; 0 for the fresh heap. */
static size_t find_largest_heap(const struct history *history)
{
    uint64_t most = history->opening.heap_size;
    size_t largest = 0;

    for (size_t number = 1; number <= history->steps.known; number++) {
        uint64_t size = steps_heap_size(&history->steps, number);

        if (size > most) {
            most = size;
            largest = number;
        }
    }
    return largest;
}

VERB(marks)
{
    const struct history *history = interpreter->session->history;
    struct text *output = &interpreter->task.output;
    size_t peak = seek_peak(history), largest = find_largest_heap(history);
    size_t refusal = find_first_refusal(history);

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
    if (output->length == 0)
        text_add(output, "Nothing stands out.");
    return true;
}
