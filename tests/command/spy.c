/* spy.c: see spy.h. */
#include "command/spy.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "test.h"

static void report(void *context, const struct outcome *outcome)
{
    struct spy *spy = context;

    text_add(&spy->commands, "%s\n", outcome->command);
    if (outcome->said)
        text_add(&spy->said, "%s\n", outcome->text);
    text_clear(&spy->last);
    text_add(&spy->last, "%s", outcome->ok ? outcome->text : outcome->error);
    text_clear(&spy->notice);
    text_add(&spy->notice, "%s", outcome->notice);
    text_clear(&spy->c_form);
    text_add(&spy->c_form, "%s", outcome->c_form ? outcome->c_form : "");
    spy->ok = outcome->ok;
    spy->column = outcome->column;
    spy->location = outcome->location;
    spy->file[0] = '\0';
    if (outcome->location.file)
        strncpy(spy->file, outcome->location.file, sizeof spy->file - 1);
    spy->shown = outcome_exhibit_kind(outcome);
    spy->imagined = outcome->imagined;
    spy->seen =
        (outcome->imagined ? outcome->imagined->session : spy->session)->mirror->picture.metrics;
    spy->compared = outcome->comparison ? outcome->comparison->count : 0;
    spy->outcomes++;
}

static bool tick(void *context, size_t done, size_t total)
{
    struct spy *spy = context;

    (void)done;
    (void)total;
    return spy->ticks_until_stop == 0 || --spy->ticks_until_stop > 0;
}

static void prefer(void *context, const unsigned *preferences)
{
    struct spy *spy = context;

    memcpy(spy->preferred, preferences, sizeof spy->preferred);
}

struct spy *spy_create(void)
{
    struct hg_config config = kind_config_default("first-fit");
    struct spy *spy = memory_create(1, sizeof *spy);
    struct face face = {
        .report = report, .progress = {tick, spy}, .prefer = prefer, .context = spy};
    struct error error;

    spy->session = session_create(&config, &error);
    assert_non_null(spy->session);
    interpreter_init(&spy->interpreter, spy->session, &spy->show, &face);
    return spy;
}

static enum pause_end end_pause(void *context, const struct pause *pause)
{
    struct spy *spy = context;

    text_add(&spy->said, "pause %zu: %zu steps\n", spy->pauses + 1,
             spy->session->history->steps.count);
    if (pause->answer)
        text_add(pause->answer, "%s", *spy->answers++);
    return spy->ends[spy->pauses++];
}

void spy_wait(struct spy *spy, const enum pause_end *ends, const char *const *answers)
{
    spy->ends = ends;
    spy->answers = answers;
    spy->interpreter.face.pause = end_pause;
}

void spy_destroy(struct spy *spy)
{
    interpreter_finish(&spy->interpreter);
    session_destroy(spy->session);
    text_finish(&spy->commands);
    text_finish(&spy->last);
    text_finish(&spy->notice);
    text_finish(&spy->c_form);
    text_finish(&spy->said);
    free(spy);
}

void spy_expect(struct spy *spy, const char *line)
{
    if (!interpreter_run_line(&spy->interpreter, line))
        fail_msg("%s: %s", line, text_string(&spy->last));
}

void spy_expect_error(struct spy *spy, const char *line, const char *words, int column)
{
    if (interpreter_run_line(&spy->interpreter, line))
        fail_msg("%s: did not fail", line);
    assert_false(spy->ok);
    if (!strstr(text_string(&spy->last), words))
        fail_msg("%s: \"%s\" is not in \"%s\"", line, words, text_string(&spy->last));
    assert_int_equal(spy->column, column);
}

void spy_expect_said(const struct spy *spy, const char *words)
{
    if (!strstr(text_string(&spy->last), words))
        fail_msg("\"%s\" is not in \"%s\"", words, text_string(&spy->last));
}
