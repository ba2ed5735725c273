/* on_screen.c: see on_screen.h. */
#include "on_screen.h"

#include "explain/explain.h"
#include "lesson.h"
#include "user.h"
#include "work.h"

/* Panels that were hidden the last time are not missed in silence. */
static void note_hidden_panels(struct fullscreen *screen, const struct show *show)
{
    unsigned hidden = show->outlook.choice.hidden;
    struct text note = {0};

    for (int panel = 0; panel < PANELS; panel++) {
        if (hidden & 1u << panel)
            text_add(&note, "%s%s", note.length ? ", " : "", panel_name((enum panel)panel));
    }
    text_add(&note, " hidden, as you left it: F2 shows all");
    if (hidden)
        fullscreen_note(screen, text_string(&note));
    text_finish(&note);
}

/* A lesson is about the same heap for everybody, whatever the config file has. */
static bool begin_as_a_lesson(struct interpreter *interpreter, const struct options *options,
                              struct error *error)
{
    size_t refused;

    return session_configure(interpreter->session, &options->config, &refused, error);
}

static bool is_presented(const struct interpreter *interpreter)
{
    return interpreter->show->preferences[PREFERENCE_PRESENT] == PRESENT_ON;
}

/* To a class the screen has panels of its own, whatever is usual here. */
static void choose_panels(struct fullscreen *screen, struct interpreter *interpreter,
                          const struct program *program)
{
    struct panel_choice *choice = &interpreter->show->outlook.choice;
    bool is_chosen = choice->hidden || choice->wanted; /* by the config file */
    struct error error;

    if (is_presented(interpreter)) {
        *choice = (struct panel_choice){.is_presented = choice->is_presented};
        return;
    }
    if (!program->lesson && !user_load_layout(interpreter, &error))
        fullscreen_note(screen, error.text);
    if (!is_chosen)
        note_hidden_panels(screen, interpreter->show);
}

/* What an allocator prints before the first step is no step's. */
static void note_opening(struct fullscreen *screen, const struct session *session)
{
    struct text note = {0};

    explain_opening(&session->mirror->picture, &note);
    if (note.length > 0)
        fullscreen_note(screen, text_string(&note));
    text_finish(&note);
}

/* Bring the screen into the shape that the user wants. */
static void set_up_screen(struct fullscreen *screen, struct interpreter *interpreter,
                          const struct program *program)
{
    const struct options *options = &program->options;
    struct error error;

    if (!user_configure(interpreter, options, &error))
        fullscreen_note(screen, error.text);
    if (program->lesson && !begin_as_a_lesson(interpreter, options, &error))
        fullscreen_note(screen, error.text);
    note_opening(screen, interpreter->session);
    work_prefer(interpreter, options);
    choose_panels(screen, interpreter, program);
}

enum status on_screen_run(struct fullscreen *screen, struct session *session, struct show *show,
                          const struct program *program)
{
    const struct options *options = &program->options;
    struct face face = fullscreen_face(screen);
    struct interpreter interpreter;
    struct unplayed unplayed = {0};
    struct error error = {0}, unnoted;
    enum status status;
    struct panel_choice before;

    interpreter_init(&interpreter, session, show, &face);
    work_prepare(&interpreter, program);
    set_up_screen(screen, &interpreter, program);
    before = show->outlook.choice;
    if (!fullscreen_begin(screen, &interpreter, &error))
        status = STATUS_FAILED;
    else
        status = work_run(&interpreter, options, &unplayed);
    if (unplayed.error.kind == ERROR_STOPPED) {
        fullscreen_note(screen, unplayed.error.text);
        unplayed.error.kind = ERROR_NONE;
    }
    if (status == STATUS_GOOD && !interpreter.quit && program->lesson &&
        !lesson_finish(program->lesson, &unnoted))
        fullscreen_note(screen, unnoted.text);
    if (status != STATUS_USAGE && !interpreter.quit && error.kind == ERROR_NONE)
        fullscreen_interact(screen);
    if (status == STATUS_GOOD && interpreter.resumed)
        status = STATUS_FAILED;
    fullscreen_destroy(screen);
    unplayed_finish(&unplayed); /* not before: the screen would have covered it */
    if (error.kind == ERROR_NONE && !program->lesson && !is_presented(&interpreter))
        user_save_layout(&interpreter, &before, &error);
    work_print_error(&error);
    interpreter_finish(&interpreter);
    return status;
}
