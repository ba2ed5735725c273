/* main.c: who is wired to whom. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/progress.h"
#include "base/tell.h"
#include "bench/bench.h"
#include "handin/handin.h"
#include "homework/homework.h"
#include "lesson.h"
#include "look.h"
#include "manual.h"
#include "notes.h"
#include "on_screen.h"
#include "own/examine.h"
#include "own/grade.h"
#include "printing.h"
#include "target/serve.h"
#include "trace/trace_command.h"
#include "waiting.h"
#include "work.h"

static bool write_all(int file, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(file, bytes, count);

        if (written < 0 && errno != EINTR)
            return false;
        bytes += written > 0 ? written : 0;
        count -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

static bool tell_how_much(void *context, size_t done, size_t total)
{
    waiting_tell(context, done, total);
    return true;
}

/* Copy standard input to a file. False with errno set if that fails. */
static bool copy_input(int file)
{
    enum { PART = 1 << 16 };
    struct waiting waiting = {0};
    struct progress progress = {tell_how_much, &waiting};
    char *part = memory_create(PART, 1);
    size_t copied = 0;
    ssize_t length = 1;

    while (length > 0 && progress_wait(&progress, STDIN_FILENO, copied, 0) &&
           progress_tick(&progress, copied, 0) && (length = read(STDIN_FILENO, part, PART)) > 0) {
        copied += (size_t)length;
        length = write_all(file, part, (size_t)length) ? length : -1;
    }
    waiting_end(&waiting);
    free(part);
    return length == 0;
}

/* Keep what comes from standard input, a trace, in a file, so that whoever sits at the terminal can
 * type. */
static bool keep_input(struct program *program, struct error *error)
{
    int file = memfd_create("trace", MFD_CLOEXEC), terminal;
    bool good = file >= 0 && copy_input(file);

    if (!good)
        error_set_errno(error, "standard input");
    terminal = good && isatty(STDOUT_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    if (terminal >= 0) {
        dup2(terminal, STDIN_FILENO);
        close(terminal);
    }
    if (file >= 0)
        program->input = file;
    return good;
}

/* How to show things follows from the options and from what standard input and output are. */
static bool choose_way_out(struct program *program, struct error *error)
{
    struct options *options = &program->options;
    const char *type = getenv("TERM");
    bool input = isatty(STDIN_FILENO), output = isatty(STDOUT_FILENO);

    for (size_t i = 0; i < options->work_count; i++)
        program->plays_input |= work_is_input(&options->work[i]);
    if (program->options.opener && program->plays_input) {
        if (!keep_input(program, error))
            return false;
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
    return true;
}

static int run(struct session *session, struct program *program)
{
    const struct options *options = &program->options;
    struct view_options view = {.ascii = options->ascii};
    struct fullscreen *screen = NULL;
    struct show show = {0};
    struct error error;

    if (program->way_out == OUT_FULL_SCREEN) {
        screen = fullscreen_create(session, &show, &view, options->color, &error);
        if (screen)
            return on_screen_run(screen, session, &show, program);
        tell(stderr, "heapglass: %s; using plain text", error.text);
        program->way_out = OUT_PLAIN;
    }
    return printing_run(session, program);
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

/* What is handed in is an allocator, or a scenario. */
static int grade(int count, char **arguments)
{
    return handin_is_meant(count, arguments) ? handin_command(count, arguments)
                                             : grade_command(count, arguments);
}

/* The programs within the program: what their first word runs, instead of the visualizer. */
static const struct tool {
    const char *name;
    int (*run)(int count, char **arguments); /* arguments[0] is the name */
} tools[] = {
    {"bench", bench_command},
    {"grade", grade},
    {"homework", homework_command},
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
static int watch(struct program *program)
{
    int status = STATUS_NO_HEAP;
    struct session *session;
    struct error error;

    if (!choose_way_out(program, &error) ||
        (program->options.notes_to &&
         !(program->notes = notes_open(program->options.notes_to, &error)))) {
        work_print_error(&error);
        return STATUS_USAGE;
    }
    session = session_create(&program->options.config, &error);
    if (session)
        status = run(session, program);
    else
        work_print_error(&error);
    session_destroy(session);
    notes_close(program->notes);
    return status;
}

/* ---- Lessons ---- */

/* Let the file of the lesson that is named be played; list them where none is.
 *   returns  whether there is something to play; else `ret_status` is how all ends */
static bool choose_lesson(struct program *program, int *ret_status)
{
    struct work *work = program->options.lesson;
    struct error error;
    bool good = work ? lesson_find(work->text, &program->lesson_path, &program->lesson, &error)
                     : lesson_list(&error);

    if (!good)
        work_print_error(&error);
    else if (work)
        work->text = program->lesson_path;
    *ret_status = good ? STATUS_GOOD : STATUS_USAGE;
    return good && work;
}

/* Watch a heap, or whatever else the options say. */
static int run_options(struct program *program, int count, char **arguments)
{
    enum options_outcome outcome = options_parse(count, arguments, &program->options);
    bool has_files = outcome == OPTIONS_RUN || outcome == OPTIONS_FILES;
    int status = STATUS_USAGE;

    if (has_files && program->options.is_lesson && !choose_lesson(program, &status))
        outcome = OPTIONS_WRONG;
    switch (outcome) {
    case OPTIONS_RUN: status = watch(program); break;
    case OPTIONS_FILES: status = look_at_files(&program->options); break;
    case OPTIONS_MANUAL:
        manual_print(stdout);
        status = STATUS_GOOD;
        break;
    case OPTIONS_DONE: status = STATUS_GOOD; break;
    case OPTIONS_WRONG: break;
    }
    free(program->lesson);
    free(program->lesson_path);
    options_finish(&program->options);
    return status;
}

int main(int count, char **arguments)
{
    const struct tool *tool = find_tool(count, arguments);
    struct program program = {0};

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (count == 2 && strcmp(arguments[1], SHEET_ARGUMENT) == 0)
        return examine();
    open_standard_descriptors();
    signal(SIGCHLD, SIG_DFL); /* whoever started us may ignore what comes of children: we wait */
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like any other */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers are written and read in one way everywhere */
    if (tool)
        return close_output(tool->run(count - 1, arguments + 1));
    return close_output(run_options(&program, count, arguments));
}
