/* main.c: who is wired to whom. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/tell.h"
#include "bench/bench.h"
#include "command/import.h"
#include "command/rehearsal.h"
#include "command/syntax.h"
#include "lesson.h"
#include "manual.h"
#include "notes.h"
#include "options.h"
#include "own/examine.h"
#include "own/grade.h"
#include "report/json.h"
#include "report/plain.h"
#include "target/serve.h"
#include "terminal/fullscreen.h"
#include "terminal/keymap.h"
#include "terminal/typing.h"
#include "trace/trace_command.h"
#include "user.h"

enum status {
    STATUS_GOOD = 0,
    STATUS_FAILED = 1,  /* a command failed */
    STATUS_USAGE = 2,   /* wrong usage, or a scenario that cannot be read */
    STATUS_NO_HEAP = 3, /* the heap process could not be started */
};

enum way_out { OUT_FULL_SCREEN, OUT_PLAIN, OUT_JSON };

/* How the program runs: what was asked for, and what there is to run on. */
struct program {
    struct options options;
    enum way_out way_out;
    bool is_interactive; /* there is somebody who can type */
    bool plays_input;    /* standard input is one of the files */
    char *lesson;        /* the name of the one that is played; NULL for none */
    int input;           /* the file that standard input was kept in; 0 where it was not */
    struct notes *notes; /* where the speaker's go; NULL for nowhere else than options say */
};

static bool is_input(const struct work *work)
{
    return work->is_file && strcmp(work->text, "-") == 0;
}

/* Keep what comes from standard input, a trace, in a file, so that whoever sits at the terminal can
 * type. */
static void keep_input(struct program *program)
{
    enum { PART = 1 << 16 };
    int file = memfd_create("trace", MFD_CLOEXEC), terminal;
    char *part = memory_create(PART, 1);
    ssize_t length = file < 0 ? -1 : 1;

    while (length > 0 && (length = read(STDIN_FILENO, part, PART)) > 0)
        length = write(file, part, (size_t)length) == length ? length : -1;
    free(part);
    terminal = length == 0 && isatty(STDOUT_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    if (terminal >= 0) {
        dup2(terminal, STDIN_FILENO);
        close(terminal);
    }
    if (file >= 0)
        program->input = file;
}

/* How to show things follows from the options and from what standard input and output are. */
static void choose_way_out(struct program *program)
{
    struct options *options = &program->options;
    const char *type = getenv("TERM");
    bool input = isatty(STDIN_FILENO), output = isatty(STDOUT_FILENO);

    for (size_t i = 0; i < options->work_count; i++)
        program->plays_input |= is_input(&options->work[i]);
    if (program->options.imports && program->plays_input) {
        keep_input(program);
        program->plays_input = false;
        input = isatty(STDIN_FILENO);
    }
    input = input && !program->plays_input;
    program->is_interactive = input && output && !options->batch && !options->json;
    if (options->json)
        program->way_out = OUT_JSON;
    else if (options->plain || !input || !output || options->batch || !type ||
             strcmp(type, "dumb") == 0)
        program->way_out = OUT_PLAIN;
    else
        program->way_out = OUT_FULL_SCREEN;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        options->ascii = true;
}

/* ---- Faces ---- */

/* The faces that print. */
struct printer {
    struct plain plain;
    struct json json;
    struct interpreter *interpreter;
    bool stopped; /* that the heap process is stopped has been said */
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

    printer->stopped = false;
    plain_report(&printer->plain, outcome);
}

static void print_json(void *context, const struct outcome *outcome)
{
    struct printer *printer = context;

    printer->stopped = false;
    json_report(&printer->json, outcome);
}

static bool go_on(void *context, size_t done, size_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return !typing_interrupted();
}

static bool wait_for_stopped(void *context)
{
    struct printer *printer = context;

    if (!printer->stopped)
        tell(stderr, "heapglass: the heap process is stopped; waiting for it to go on");
    printer->stopped = true;
    return !typing_interrupted();
}

static enum pause_end wait_for_line(void *context, const struct pause *pause)
{
    return typing_pause(((struct printer *)context)->interpreter, pause);
}

static void prefer(void *context, const unsigned *preferences)
{
    ((struct printer *)context)->plain.options.absolute_addresses =
        preferences[PREFERENCE_ADDRESSES] == ADDRESSES_ABSOLUTE;
}

static int text_columns(void)
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
        .columns = text_columns(),
    };
    show->outlook.room = (struct map_room){1, plain_map_columns(&printer->plain), false};
    printer->json = (struct json){.output = stdout, .session = session, .show = show};
    printer->stopped = false;
    printer->answers = false;
    return (struct face){.report = program->way_out == OUT_JSON ? print_json : print_plain,
                         .progress = {.tick = go_on},
                         .stopped = wait_for_stopped,
                         .prefer = prefer,
                         .rest = finish_answers,
                         .add_keys = keymap_add_all,
                         .pause = program->is_interactive ? wait_for_line : NULL,
                         .ahead = !program->is_interactive, /* who is asked decides what is next */
                         .lists = program->way_out == OUT_JSON && !options->quiet,
                         .quiet = options->quiet,
                         .context = printer};
}

/* ---- Running ---- */

static bool is_of_reading(const struct error *error)
{
    return error->kind != ERROR_TOLD && error->kind != ERROR_STOPPED;
}

static void print_error(const struct error *error)
{
    if (error->kind != ERROR_NONE && error->kind != ERROR_TOLD)
        tell(stderr, "heapglass: %s", error->text);
}

/* What could not be played of the command line's work. */
struct unplayed {
    struct error *errors; /* of the files that cannot be read */
    size_t count;
    struct error error; /* if the user stopped the rest */
};

/* Say what could not be played. */
static void unplayed_finish(struct unplayed *unplayed)
{
    for (size_t i = 0; i < unplayed->count; i++)
        print_error(&unplayed->errors[i]);
    print_error(&unplayed->error);
    free(unplayed->errors);
}

static bool play(struct interpreter *interpreter, const struct work *work, struct error *error)
{
    if (interpreter->imports && work->is_file)
        return import_run_file(interpreter, work->text, error);
    if (is_input(work))
        return interpreter_run_input(interpreter, false, error);
    if (work->is_file)
        return interpreter_run_file(interpreter, work->text, error);
    return interpreter_run_text(interpreter, work->text) || error_set_told(error);
}

/* Play the files and run the commands of the command line. A file that cannot be read keeps nothing
 * else from being played. */
static enum status run_work(struct interpreter *interpreter, const struct options *options,
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

static enum status run_input(struct interpreter *interpreter, struct error *error)
{
    if (interpreter_run_input(interpreter, true, error))
        return STATUS_GOOD;
    return is_of_reading(error) ? STATUS_USAGE : STATUS_FAILED;
}

/* ---- Files without a heap ---- */

static void print_mistake(void *context, const struct outcome *outcome)
{
    plain_report(context, outcome);
}

/* Print what is wrong with a file. */
static enum status check_file(const char *path)
{
    struct plain plain = {.output = stdout, .errors = stderr, .columns = text_columns()};
    struct error error = {0};
    size_t mistakes = 0;

    if (syntax_check_file(path, print_mistake, &plain, &mistakes, &error))
        return mistakes > 0 ? STATUS_USAGE : STATUS_GOOD;
    print_error(&error);
    return STATUS_USAGE;
}

/* Print how long a file takes. */
static enum status rehearse_file(const char *path)
{
    struct rehearsal rehearsal;
    struct error error = {0};
    struct text text = {0};

    if (!rehearsal_read(path, &rehearsal, &error)) {
        print_error(&error);
        return STATUS_USAGE;
    }
    rehearsal_add_table(&rehearsal, &text);
    puts(text_string(&text));
    text_finish(&text);
    rehearsal_finish(&rehearsal);
    return STATUS_GOOD;
}

static enum status look_at_files(const struct options *options)
{
    enum status status = STATUS_GOOD;

    for (size_t i = 0; i < options->work_count; i++) {
        const struct work *work = &options->work[i];
        enum status one = STATUS_GOOD;

        if (work->is_file)
            one = options->check_syntax ? check_file(work->text) : rehearse_file(work->text);
        status = one == STATUS_GOOD ? status : one;
    }
    return status;
}

/* Let the command line's preferences prevail. */
static void prefer_as_asked(struct interpreter *interpreter, const struct options *options)
{
    for (unsigned preference = 0; preference < PREFERENCES; preference++) {
        if (options->has_preferences & 1u << preference)
            interpreter_prefer(interpreter, (enum preference)preference,
                               options->preferences[preference]);
    }
}

/* Let standard output take more at a time than it would: a batch prints much. The buffer is needed
 * up to the end of the program. */
static void buffer_output(void)
{
    static char buffer[1 << 16];

    if (!isatty(STDOUT_FILENO))
        setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

/* Let the interpreter tell of the speaker's notes as was asked for. */
static void show_notes(struct interpreter *interpreter, const struct program *program)
{
    interpreter->shows_notes = program->options.notes;
    interpreter->face.note = program->notes ? notes_write : NULL;
    interpreter->face.note_context = program->notes;
}

static enum status run_printing(struct session *session, const struct program *program)
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

    buffer_output();
    printer.interpreter = &interpreter;
    interpreter_init(&interpreter, session, &show, &face);
    interpreter.keep_going = options->keep_going;
    interpreter.lenient = options->lenient;
    interpreter.imports = program->options.imports;
    interpreter.input = program->input;
    show_notes(&interpreter, program);
    if (!user_configure(&interpreter, options, &error))
        print_error(&error);
    prefer_as_asked(&interpreter, options);
    error.kind = ERROR_NONE;
    printer.answers = program->plays_input;
    status = run_work(&interpreter, options, &unplayed);
    unplayed_finish(&unplayed);
    printer.answers = !has_work;
    if (!has_work && !program->is_interactive)
        status = run_input(&interpreter, &error);
    else if (program->is_interactive && status != STATUS_USAGE && !interpreter.quit &&
             !typing_interact(&interpreter, &error))
        status = STATUS_FAILED;
    if (status == STATUS_GOOD && interpreter.resumed)
        status = STATUS_FAILED;
    print_error(&error);
    interpreter_finish(&interpreter);
    plain_finish(&printer.plain);
    return status;
}

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

/* Bring the screen into the shape that the user wants. */
static void set_up_screen(struct fullscreen *screen, struct interpreter *interpreter,
                          const struct program *program)
{
    const struct options *options = &program->options;
    const struct panel_choice *choice = &interpreter->show->outlook.choice;
    struct error error;
    bool is_chosen;

    if (!user_configure(interpreter, options, &error))
        fullscreen_note(screen, error.text);
    is_chosen = choice->hidden || choice->wanted; /* by the config file */
    if (program->lesson && !begin_as_a_lesson(interpreter, options, &error))
        fullscreen_note(screen, error.text);
    if (!program->lesson && !user_load_layout(interpreter, &error))
        fullscreen_note(screen, error.text);
    if (!is_chosen)
        note_hidden_panels(screen, interpreter->show);
}

static enum status run_on_screen(struct fullscreen *screen, struct session *session,
                                 struct show *show, const struct program *program)
{
    const struct options *options = &program->options;
    struct face face = fullscreen_face(screen);
    struct interpreter interpreter;
    struct unplayed unplayed = {0};
    struct error error = {0}, unnoted;
    enum status status;
    struct panel_choice before;

    interpreter_init(&interpreter, session, show, &face);
    interpreter.keep_going = options->keep_going;
    interpreter.lenient = options->lenient;
    interpreter.imports = program->options.imports;
    interpreter.input = program->input;
    show_notes(&interpreter, program);
    set_up_screen(screen, &interpreter, program);
    before = show->outlook.choice;
    prefer_as_asked(&interpreter, options);
    if (!fullscreen_begin(screen, &interpreter, &error))
        status = STATUS_FAILED;
    else
        status = run_work(&interpreter, options, &unplayed);
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
    if (error.kind == ERROR_NONE && !program->lesson)
        user_save_layout(&interpreter, &before, &error);
    print_error(&error);
    interpreter_finish(&interpreter);
    return status;
}

static enum status run(struct session *session, struct program *program)
{
    const struct options *options = &program->options;
    struct view_options view = {.ascii = options->ascii};
    struct fullscreen *screen = NULL;
    struct show show = {0};
    struct error error;

    if (program->way_out == OUT_FULL_SCREEN) {
        screen = fullscreen_create(session, &show, &view, options->color, &error);
        if (screen)
            return run_on_screen(screen, session, &show, program);
        tell(stderr, "heapglass: %s; using plain text", error.text);
        program->way_out = OUT_PLAIN;
    }
    return run_printing(session, program);
}

/* Close standard output, whichever way the program comes here: output that could not be written is
 * a failure. Where that was long ago the reason is forgotten, and one more line end brings it
 * back. */
static int close_output(int status)
{
    bool failed_before = ferror(stdout);

    errno = 0;
    if (failed_before)
        fputc('\n', stdout);
    if (fclose(stdout) == 0 && !failed_before)
        return status;
    fprintf(stderr, "heapglass: standard output: %s\n",
            errno ? strerror(errno) : "it could not be written");
    return STATUS_FAILED;
}

/* A standard descriptor that is closed would be given to the next thing that is opened. In its
 * place comes one that is as good: from which nothing can be read, or to which nothing can be
 * written. */
static void open_standard_descriptors(void)
{
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        if (fcntl(number, F_GETFD) < 0)
            open("/dev/null", number == STDOUT_FILENO ? O_RDONLY : O_RDWR); /* the lowest free */
    }
}

/* The programs within the program: what their first word runs, instead of the visualizer. */
static const struct tool {
    const char *name;
    int (*run)(int count, char **arguments); /* arguments[0] is the name */
} tools[] = {
    {"bench", bench_command},
    {"grade", grade_command},
    {"trace", trace_command},
};

static const struct tool *find_tool(int count, char **arguments)
{
    for (size_t i = 0; count > 1 && i < sizeof tools / sizeof tools[0]; i++) {
        if (strcmp(arguments[1], tools[i].name) == 0)
            return &tools[i];
    }
    return NULL;
}

/* Watch a heap as the options say. */
static enum status watch(struct program *program)
{
    enum status status = STATUS_NO_HEAP;
    struct session *session;
    struct error error;

    choose_way_out(program);
    if (program->options.notes_to &&
        !(program->notes = notes_open(program->options.notes_to, &error))) {
        print_error(&error);
        return STATUS_USAGE;
    }
    session = session_create(&program->options.config, &error);
    if (session)
        status = run(session, program);
    else
        print_error(&error);
    session_destroy(session);
    notes_close(program->notes);
    return status;
}

/* ---- Lessons ---- */

static const char lesson_usage[] =
    "usage: heapglass lesson                      list the lessons\n"
    "       heapglass lesson NAME [OPTION]...     play one, by its name or its number\n"
    "What was finished is remembered. HEAPGLASS_LESSONS can name another folder of them.\n";

/* Put the lesson's file in the place of the word that names it, and let the name be the program's.
 *   arguments[0]  "lesson" */
static enum status choose_lesson(struct program *program, int count, char **arguments)
{
    struct error error;
    int place = 1;
    bool good;

    while (place < count && arguments[place][0] == '-')
        place++;
    if (place < count) {
        good = lesson_find(arguments[place], &arguments[place], &program->lesson, &error);
    } else if (count > 1) {
        fputs(lesson_usage, stdout);
        return STATUS_GOOD;
    } else {
        good = lesson_list(&error);
    }
    if (!good)
        print_error(&error);
    return good ? STATUS_GOOD : STATUS_USAGE;
}

/* Watch a heap, or whatever else the options say. */
static enum status run_options(struct program *program, int count, char **arguments)
{
    enum status status = STATUS_USAGE;

    switch (options_parse(count, arguments, &program->options)) {
    case OPTIONS_RUN: status = watch(program); break;
    case OPTIONS_FILES: status = look_at_files(&program->options); break;
    case OPTIONS_MANUAL:
        manual_print(stdout);
        status = STATUS_GOOD;
        break;
    case OPTIONS_DONE: status = STATUS_GOOD; break;
    case OPTIONS_WRONG: break;
    }
    options_finish(&program->options);
    return status;
}

int main(int count, char **arguments)
{
    const struct tool *tool = find_tool(count, arguments);
    struct program program = {0};
    enum status status;

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (count == 2 && strcmp(arguments[1], SHEET_ARGUMENT) == 0)
        return examine();
    open_standard_descriptors();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like any other */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers are written and read in one way everywhere */
    if (tool)
        return close_output(tool->run(count - 1, arguments + 1));
    if (count > 1 && strcmp(arguments[1], "lesson") == 0) {
        status = choose_lesson(&program, --count, ++arguments);
        if (!program.lesson)
            return close_output((int)status);
    }
    status = run_options(&program, count, arguments);
    free(program.lesson);
    return close_output((int)status);
}
