/* printing.c: see printing.h. */
#include "printing.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/tell.h"
#include "explain/explain.h"
#include "report/json.h"
#include "report/plain.h"
#include "terminal/keymap.h"
#include "terminal/typing.h"
#include "user.h"
#include "waiting.h"
#include "work.h"

/* ---- Faces ---- */

/* The faces that print. */
struct printer {
    struct plain plain;
    struct json json;
    struct interpreter *interpreter;
    bool stopped; /* that the heap process is stopped has been said */
    bool echoes;  /* what is read as an answer */
    struct waiting waiting;
    bool answers; /* somebody may wait for what came of one command before sending the next */
};

/* Whether it could be written is asked at the end. */
static void finish_answers(void *context)
{
    if (((const struct printer *)context)->answers)
        fflush(stdout);
}

static void print_plain(void *context, const struct outcome *outcome)
{
    struct printer *printer = context;

    waiting_end(&printer->waiting);
    printer->stopped = false;
    plain_report(&printer->plain, outcome);
}

static void print_json(void *context, const struct outcome *outcome)
{
    struct printer *printer = context;

    waiting_end(&printer->waiting);
    printer->stopped = false;
    json_report(&printer->json, outcome);
}

static bool go_on(void *context, size_t done, size_t total)
{
    struct printer *printer = context;

    waiting_tell(&printer->waiting, done, total);
    return !typing_interrupted();
}

static bool wait_for_stopped(void *context)
{
    struct printer *printer = context;

    waiting_end(&printer->waiting);
    if (!printer->stopped)
        tell(stderr, "heapglass: the heap process is stopped; waiting for it to go on");
    printer->stopped = true;
    return !typing_interrupted();
}

static enum pause_end wait_for_line(void *context, const struct pause *pause)
{
    struct printer *printer = context;

    waiting_end(&printer->waiting);
    return typing_pause(printer->interpreter, pause);
}

/* Read an answer from standard input, which is no terminal; nothing else is waited for. */
static enum pause_end read_answer(void *context, const struct pause *pause)
{
    struct printer *printer = context;
    size_t capacity = 0;
    char *line = NULL;
    ssize_t length;

    waiting_end(&printer->waiting);
    if (!pause->answer)
        return PAUSE_ON;
    if (pause->why)
        tell(stderr, "heapglass: %s", pause->why);
    length = getline(&line, &capacity, stdin);
    if (length > 0)
        text_add_bytes(pause->answer, line, (size_t)length - (line[length - 1] == '\n'));
    if (length > 0 && printer->echoes)
        plain_echo(&printer->plain, text_string(pause->answer));
    free(line);
    return length > 0 ? PAUSE_ON : PAUSE_OVER;
}

/* The pauses are the user's, or a quiz's whose answers come from elsewhere. */
static enum pause_end (*pause_of(const struct program *program))(void *, const struct pause *)
{
    if (program->is_interactive)
        return wait_for_line;
    return program->options.is_quiz ? read_answer : NULL;
}

static void visit(void *context, struct session *session, struct show *show)
{
    struct printer *printer = context;

    printer->plain.session = printer->json.session = session;
    printer->plain.show = printer->json.show = show;
}

static void prefer(void *context, const unsigned *preferences)
{
    ((struct printer *)context)->plain.options.absolute_addresses =
        preferences[PREFERENCE_ADDRESSES] == ADDRESSES_ABSOLUTE;
}

int printing_columns(void)
{
    enum { DEFAULT_COLUMNS = 80, LEAST_COLUMNS = 20 };
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST_COLUMNS)
        return size.ws_col;
    return DEFAULT_COLUMNS;
}

static struct face printer_face(struct printer *printer, struct session *session, struct show *show,
                                const struct program *program)
{
    const struct options *options = &program->options;

    printer->plain = (struct plain){
        .output = stdout,
        .errors = stderr,
        .session = session,
        .show = show,
        .options = {.ascii = options->ascii, .unstyled = true},
        .columns = printing_columns(),
    };
    show->outlook.room = (struct map_room){1, plain_map_columns(&printer->plain), false};
    printer->json = (struct json){.output = stdout, .session = session, .show = show};
    printer->stopped = false;
    printer->waiting = (struct waiting){0};
    printer->answers = false;
    printer->echoes = program->way_out == OUT_PLAIN;
    return (struct face){.report = program->way_out == OUT_JSON ? print_json : print_plain,
                         .progress = {go_on, printer},
                         .stopped = wait_for_stopped,
                         .visit = visit,
                         .prefer = prefer,
                         .rest = finish_answers,
                         .add_keys = keymap_add_all,
                         .pause = pause_of(program),
                         .ahead = !program->is_interactive, /* who is asked decides what is next */
                         .owns_output = program->way_out == OUT_JSON,
                         .lists = program->way_out == OUT_JSON && !options->quiet,
                         .quiet = options->quiet,
                         .context = printer};
}

/* ---- Running ---- */

/* Let standard output take more at a time than it would: a batch prints much. The buffer is needed
 * up to the end of the program. */
static void buffer_output(void)
{
    static char buffer[1 << 16];

    if (!isatty(STDOUT_FILENO))
        setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

/* Say what was printed before the first step. */
static void tell_opening(const struct session *session)
{
    struct text text = {0};

    explain_opening(&session->mirror->picture, &text);
    if (text.length > 0)
        tell(stderr, "heapglass: %s", text_string(&text));
    text_finish(&text);
}

int printing_run(struct session *session, const struct program *program)
{
    const struct options *options = &program->options;
    bool has_work = options->work_count > 0;
    struct interpreter interpreter;
    struct printer printer;
    struct show show = {0};
    struct face face = printer_face(&printer, session, &show, program);
    struct unplayed unplayed = {0};
    struct error error = {0};
    enum status status;
    int result;

    buffer_output();
    if (!options->quiet)
        tell_opening(session);
    printer.interpreter = &interpreter;
    interpreter_init(&interpreter, session, &show, &face);
    work_prepare(&interpreter, program);
    if (!user_configure(&interpreter, options, &error))
        work_print_error(&error);
    work_prefer(&interpreter, options);
    error.kind = ERROR_NONE;
    printer.answers = program->plays_input;
    if (program->is_interactive) /* a file that is stopped leaves the prompt */
        typing_watch();
    status = work_run(&interpreter, options, &unplayed);
    unplayed_finish(&unplayed);
    printer.answers = !has_work;
    if (!has_work && !program->is_interactive && !options->program)
        status = work_run_input(&interpreter, &error);
    else if (program->is_interactive && status != STATUS_USAGE && !interpreter.quit &&
             !typing_interact(&interpreter, &error))
        status = STATUS_FAILED;
    if (status == STATUS_GOOD && interpreter.resumed)
        status = STATUS_FAILED;
    waiting_end(&printer.waiting);
    work_print_error(&error);
    result = program->is_interactive ? (int)status : work_status(&interpreter, status);
    interpreter_finish(&interpreter);
    plain_finish(&printer.plain);
    return result;
}
