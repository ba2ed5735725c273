/* suppose.c: commands for a session that is imagined: what if, and comparing. */
#include "base/memory.h"
#include "command/interpreter.h"

bool interpreter_suppose(struct interpreter *interpreter, size_t position, const char *options,
                         struct session *session)
{
    struct imagined *imagined = memory_create(1, sizeof *imagined);
    struct supposition supposition = {.imagined = imagined, .options = options};
    struct interpreter other;
    bool good;

    *imagined = (struct imagined){session, *interpreter->show};
    interpreter_init(&other, session, &imagined->show, &interpreter->face);
    other.reading = interpreter->reading;
    other.playback = interpreter->playback;
    other.supposing = &supposition;
    other.confined_to = interpreter->confined_to;
    interpreter_run_next(&other, interpreter->task.line, &position, &good);
    interpreter_finish(&other);
    imagined_destroy(interpreter->imagined);
    interpreter->imagined = imagined;
    interpreter->task.told = true;
    return good;
}

/* A face that remembers the last error, and lets the true one be asked whether to wait. */
struct catcher {
    const struct face *face;
    struct error error;
};

static void catch_error(void *context, const struct outcome *outcome)
{
    struct catcher *catcher = context;

    if (!outcome->ok)
        error_set(&catcher->error, "%s", outcome->error);
}

static bool pass_on_stopped(void *context)
{
    const struct face *face = ((struct catcher *)context)->face;

    return !face->stopped || face->stopped(face->context);
}

bool interpreter_try(struct interpreter *interpreter, struct session *session, const char *line,
                     struct error *error)
{
    struct catcher catcher = {.face = &interpreter->face};
    struct face face = {.report = catch_error,
                        .progress = interpreter->face.progress,
                        .stopped = pass_on_stopped,
                        .context = &catcher};
    struct supposition supposition = {.options = ""};
    struct show show = *interpreter->show;
    struct interpreter other;
    bool good;

    interpreter_init(&other, session, &show, &face);
    other.supposing = &supposition;
    other.confined_to = interpreter->confined_to;
    good = interpreter_run_line(&other, line);
    interpreter_finish(&other);
    session_wait_with(session, &interpreter->waiter); /* the face that it told is gone */
    session->history->progress = (struct progress){0};
    return good || error_set(error, "%s", catcher.error.text);
}
