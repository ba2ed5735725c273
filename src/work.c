/* work.c: see work.h. */
#include "work.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/memory.h"
#include "base/tell.h"
#include "command/import.h"
#include "notes.h"
#include "session/followed.h"

/* As shells have it. */
enum { SIGNALLED = 128 };

bool work_is_input(const struct work *work)
{
    return work->is_file && strcmp(work->text, "-") == 0;
}

static bool is_of_reading(const struct error *error)
{
    return error->kind != ERROR_TOLD && error->kind != ERROR_STOPPED;
}

void work_print_error(const struct error *error)
{
    if (error->kind != ERROR_NONE && error->kind != ERROR_TOLD)
        tell(stderr, "heapglass: %s", error->text);
}

void work_prepare(struct interpreter *interpreter, const struct program *program)
{
    interpreter->keep_going = program->options.keep_going;
    interpreter->lenient = program->options.lenient;
    interpreter->opener = program->options.opener;
    interpreter->input = program->input;
    interpreter->program.arguments = program->options.program;
    interpreter->program.up = program->options.up;
    interpreter->program.follow = program->options.follow;
    interpreter->program.takes_children = program->options.takes_children;
    interpreter->program.is_held = program->options.held;
    interpreter->program.output = program->options.output;
    interpreter->shows_notes = program->options.notes;
    interpreter->face.note = program->notes ? notes_write : NULL;
    interpreter->face.note_context = program->notes;
}

void work_prefer(struct interpreter *interpreter, const struct options *options)
{
    for (unsigned preference = 0; preference < PREFERENCES; preference++) {
        if (options->has_preferences & 1u << preference)
            interpreter_prefer(interpreter, (enum preference)preference,
                               options->preferences[preference]);
    }
}

static bool play(struct interpreter *interpreter, const struct work *work, struct error *error)
{
    if (interpreter->opener && work->is_file)
        return import_run_file(interpreter, work->text, error);
    if (work_is_input(work))
        return interpreter_run_input(interpreter, false, error);
    if (work->is_file)
        return interpreter_run_file(interpreter, work->text, error);
    return interpreter_run_text(interpreter, work->text) || error_set_told(error);
}

enum status work_run(struct interpreter *interpreter, const struct options *options,
                     struct unplayed *unplayed)
{
    enum status status = STATUS_GOOD;

    unplayed->errors = memory_create(options->work_count + 1, sizeof unplayed->errors[0]);
    for (size_t i = 0; i < options->work_count && !interpreter->quit; i++) {
        struct error error = {0};

        if (play(interpreter, &options->work[i], &error))
            continue;
        if (is_of_reading(&error)) {
            unplayed->errors[unplayed->count++] = error;
            continue;
        }
        unplayed->error = error;
        status = STATUS_FAILED;
        if (!interpreter->keep_going)
            break;
    }
    return unplayed->count > 0 ? STATUS_USAGE : status;
}

int work_status(const struct interpreter *interpreter, enum status status)
{
    static const int statuses[] = {
        [LAUNCH_NOT_FOUND] = 127, [LAUNCH_NOT_RUN] = 126, [LAUNCH_IMPOSSIBLE] = 125};
    const struct followed *followed = interpreter->session->followed;
    int how;

    if (!interpreter->program.arguments)
        return (int)status;
    if (interpreter->program.outcome != LAUNCH_DONE)
        return statuses[interpreter->program.outcome];
    if (status == STATUS_GOOD && followed && followed->problem.length > 0)
        return statuses[LAUNCH_IMPOSSIBLE];
    if (status != STATUS_GOOD || !followed || !guest_first(followed->guest)->has_ended)
        return (int)status;
    how = guest_first(followed->guest)->status;
    return WIFSIGNALED(how) ? SIGNALLED + WTERMSIG(how) : WEXITSTATUS(how);
}

enum status work_run_input(struct interpreter *interpreter, struct error *error)
{
    if (interpreter_run_input(interpreter, true, error))
        return STATUS_GOOD;
    return is_of_reading(error) ? STATUS_USAGE : STATUS_FAILED;
}

void unplayed_finish(struct unplayed *unplayed)
{
    for (size_t i = 0; i < unplayed->count; i++)
        work_print_error(&unplayed->errors[i]);
    work_print_error(&unplayed->error);
    free(unplayed->errors);
}
