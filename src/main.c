/* main.c: options, and who is wired to whom. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "bench/bench.h"
#include "command/settings.h"
#include "report/json.h"
#include "report/plain.h"
#include "target/exchange.h"
#include "target/serve.h"
#include "terminal/fullscreen.h"
#include "terminal/typing.h"
#include "trace/trace_command.h"

enum status {
    STATUS_GOOD = 0,
    STATUS_FAILED = 1,   /* a command failed */
    STATUS_USAGE = 2,    /* wrong usage, or a scenario that cannot be read */
    STATUS_NO_HEAP = 3,  /* the heap process could not be started */
};

enum way_out { OUT_FULL_SCREEN, OUT_PLAIN, OUT_JSON };

struct options {
    struct hg_config config;
    const char **commands; /* of -e */
    size_t command_count;
    char **files;
    size_t file_count;
    enum way_out way_out;
    enum color_use color;
    bool batch, keep_going, ascii, plain, json;
    bool is_interactive; /* there is somebody who can type */
};

/* ---- Options ---- */

static void print_help(void)
{
    fputs("usage: heapglass [OPTION]... [FILE.hg]...\n"
          "       heapglass bench ...         measure policies and other allocators on traces\n"
          "       heapglass trace VERB ...    make and check traces of allocations\n"
          "\n"
          "Watch an allocator at work on a real heap. On a terminal, type commands such as\n"
          "'alloc A 10M' and 'free A'; 'help' lists them. FILEs are played first.\n"
          "\n"
          "  -e, --execute COMMANDS   run COMMANDS after the files ('alloc A 10M; free A')\n"
          "  -p, --policy NAME        how blocks are chosen; 'help policy' lists the policies\n"
          "  -s, --set KEY=VALUE      change a setting; 'help set' lists the settings\n"
          "      --batch              leave when the files and COMMANDS are done\n"
          "      --keep-going         go on after a command in a file has failed\n"
          "      --plain              plain text instead of the full screen\n"
          "      --json               one JSON object for each step\n"
          "      --ascii              draw with ASCII characters alone\n"
          "      --color WHEN         auto, always or never; auto honours NO_COLOR\n"
          "  -h, --help               print this help\n"
          "  -V, --version            print the version\n"
          "\n"
          "Without a terminal, commands come from standard input if there are neither FILEs nor\n"
          "COMMANDS. Exit status: 0 all is well, 1 a command failed, 2 wrong usage or an\n"
          "unreadable file, 3 the heap process could not be started.\n",
          stdout);
}

/* Print what is wrong with the command line. */
static bool wrong_usage(const char *what)
{
    fprintf(stderr, "heapglass: %s\nTry 'heapglass --help'.\n", what);
    return false;
}

static bool parse_color(const char *when, enum color_use *ret_color)
{
    static const char *const words[] = {"auto", "always", "never"};

    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], when) == 0) {
            *ret_color = (enum color_use)i;
            return true;
        }
    }
    return wrong_usage("--color is auto, always or never");
}

static bool parse_setting(struct options *options, const char *argument)
{
    const char *equals = strchr(argument, '=');
    struct text key = {0};
    struct error error;
    bool good;

    if (!equals)
        return wrong_usage("--set wants KEY=VALUE");
    text_add_bytes(&key, argument, (size_t)(equals - argument));
    good = setting_set(&options->config, text_string(&key), equals + 1, &error) ||
           wrong_usage(error.text);
    text_finish(&key);
    return good;
}

static bool parse_policy(struct options *options, const char *name)
{
    struct error error;

    return setting_set_policy(&options->config, name, &error) || wrong_usage(error.text);
}

/* Read the command line. *ret_done: there is nothing more to do. */
static bool parse_options(int count, char **arguments, struct options *options, bool *ret_done)
{
    enum { BATCH = 256, KEEP_GOING, PLAIN, JSON, ASCII, COLOR };
    static const struct option long_options[] = {
        {"execute", required_argument, NULL, 'e'},
        {"policy", required_argument, NULL, 'p'},
        {"set", required_argument, NULL, 's'},
        {"batch", no_argument, NULL, BATCH},
        {"keep-going", no_argument, NULL, KEEP_GOING},
        {"plain", no_argument, NULL, PLAIN},
        {"json", no_argument, NULL, JSON},
        {"ascii", no_argument, NULL, ASCII},
        {"color", required_argument, NULL, COLOR},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    struct error error;
    int option;

    while ((option = getopt_long(count, arguments, "e:p:s:hV", long_options, NULL)) != -1) {
        switch (option) {
        case 'e': options->commands[options->command_count++] = optarg; break;
        case 'p':
            if (!parse_policy(options, optarg))
                return false;
            break;
        case 's':
            if (!parse_setting(options, optarg))
                return false;
            break;
        case BATCH: options->batch = true; break;
        case KEEP_GOING: options->keep_going = true; break;
        case PLAIN: options->plain = true; break;
        case JSON: options->json = true; break;
        case ASCII: options->ascii = true; break;
        case COLOR:
            if (!parse_color(optarg, &options->color))
                return false;
            break;
        case 'h':
            print_help();
            *ret_done = true;
            return true;
        case 'V':
            puts("heapglass " HEAPGLASS_VERSION);
            *ret_done = true;
            return true;
        default: fputs("Try 'heapglass --help'.\n", stderr); return false;
        }
    }
    options->files = arguments + optind;
    options->file_count = (size_t)(count - optind);
    return setting_check(&options->config, &error) || wrong_usage(error.text);
}

/* How to show things follows from the options and from what standard input and output are. */
static void choose_way_out(struct options *options)
{
    const char *type = getenv("TERM");
    bool input = isatty(STDIN_FILENO), output = isatty(STDOUT_FILENO);

    options->is_interactive = input && output && !options->batch && !options->json;
    if (options->json)
        options->way_out = OUT_JSON;
    else if (options->plain || !input || !output || options->batch || !type ||
             strcmp(type, "dumb") == 0)
        options->way_out = OUT_PLAIN;
    else
        options->way_out = OUT_FULL_SCREEN;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        options->ascii = true;
}

/* ---- Faces ---- */

/* The faces that print. */
struct printer {
    struct plain plain;
    struct json json;
};

static void print_plain(void *context, const struct outcome *outcome)
{
    plain_report(&((struct printer *)context)->plain, outcome);
}

static void print_json(void *context, const struct outcome *outcome)
{
    json_report(&((struct printer *)context)->json, outcome);
}

static bool go_on(void *context, size_t done, size_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return !typing_interrupted();
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

static struct face printer_face(struct printer *printer, struct session *session,
                                const struct options *options)
{
    printer->plain = (struct plain){
        .output = stdout,
        .errors = stderr,
        .session = session,
        .options = {.ascii = options->ascii, .unstyled = true},
        .columns = text_columns(),
    };
    printer->json = (struct json){.output = stdout, .session = session};
    return (struct face){.report = options->way_out == OUT_JSON ? print_json : print_plain,
                         .tick = go_on,
                         .prefer = prefer,
                         .context = printer};
}

/* ---- Running ---- */

/* Play the files and run the commands of the command line.
 *   error  set if a file cannot be read; else its text is empty */
static enum status run_work(struct interpreter *interpreter, const struct options *options,
                            struct error *error)
{
    enum status status = STATUS_GOOD;

    for (size_t i = 0; i < options->file_count && !interpreter->quit; i++) {
        if (interpreter_run_file(interpreter, options->files[i], error))
            continue;
        status = error->text[0] && !interpreter->stopped ? STATUS_USAGE : STATUS_FAILED;
        if (status == STATUS_USAGE || !interpreter->keep_going)
            return status;
    }
    for (size_t i = 0; i < options->command_count && !interpreter->quit; i++) {
        if (interpreter_run_text(interpreter, options->commands[i]))
            continue;
        status = STATUS_FAILED;
        if (!interpreter->keep_going)
            return status;
    }
    return status;
}

static enum status run_input(struct interpreter *interpreter, struct error *error)
{
    if (interpreter_run_input(interpreter, error))
        return STATUS_GOOD;
    return error->text[0] ? STATUS_USAGE : STATUS_FAILED;
}

static void print_error(const struct error *error)
{
    struct text text = {0};

    if (!error->text[0])
        return;
    utf8_add_visible(&text, error->text, strlen(error->text)); /* files have strange names */
    fprintf(stderr, "heapglass: %s\n", text_string(&text));
    text_finish(&text);
}

static enum status run_printing(struct session *session, const struct options *options)
{
    bool has_work = options->file_count > 0 || options->command_count > 0;
    struct interpreter interpreter;
    struct printer printer;
    struct face face = printer_face(&printer, session, options);
    struct error error = {0};
    enum status status;

    interpreter_init(&interpreter, session, &face);
    interpreter.keep_going = options->keep_going;
    status = run_work(&interpreter, options, &error);
    if (!has_work && !options->is_interactive)
        status = run_input(&interpreter, &error);
    else if (options->is_interactive && status != STATUS_USAGE && !interpreter.quit &&
             !typing_interact(&interpreter, &error))
        status = STATUS_FAILED;
    print_error(&error);
    interpreter_finish(&interpreter);
    return status;
}

static enum status run_on_screen(struct fullscreen *screen, struct session *session,
                                 const struct options *options)
{
    struct face face = fullscreen_face(screen);
    struct interpreter interpreter;
    struct error error = {0};
    enum status status;

    interpreter_init(&interpreter, session, &face);
    interpreter.keep_going = options->keep_going;
    status = run_work(&interpreter, options, &error);
    if (interpreter.stopped && error.text[0]) {
        fullscreen_note(screen, error.text);
        error.text[0] = '\0';
    }
    if (status != STATUS_USAGE && !interpreter.quit &&
        !fullscreen_interact(screen, &interpreter, &error))
        status = STATUS_FAILED;
    fullscreen_destroy(screen);
    print_error(&error); /* not before: the screen would have covered it */
    interpreter_finish(&interpreter);
    return status;
}

static enum status run(struct session *session, struct options *options)
{
    struct view_options view = {.ascii = options->ascii};
    struct fullscreen *screen = NULL;
    struct error error;

    if (options->way_out == OUT_FULL_SCREEN) {
        screen = fullscreen_create(session, &view, options->color, &error);
        if (screen)
            return run_on_screen(screen, session, options);
        fprintf(stderr, "heapglass: %s; using plain text\n", error.text);
        options->way_out = OUT_PLAIN;
    }
    return run_printing(session, options);
}

/* Output that could not be written is a failure. */
static enum status flush(enum status status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "heapglass: standard output: %s\n", strerror(errno));
    return STATUS_FAILED;
}

/* A standard descriptor that is closed would be given to the next thing that is opened. */
static void open_standard_descriptors(void)
{
    int descriptor;

    do {
        descriptor = open("/dev/null", O_RDWR);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor > STDERR_FILENO)
        close(descriptor);
}

/* The programs within the program: what their first word runs, instead of the visualizer. */
static const struct tool {
    const char *name;
    int (*run)(int count, char **arguments); /* arguments[0] is the name */
} tools[] = {
    {"bench", bench_command},
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

int main(int count, char **arguments)
{
    const struct tool *tool = find_tool(count, arguments);
    struct options options = {.config = hg_config_default(hg_policy(0)->name)};
    struct session *session;
    struct error error;
    enum status status = STATUS_USAGE;
    bool done = false;

    if (count == 2 && strcmp(arguments[1], EXCHANGE_ARGUMENT) == 0)
        return serve();
    open_standard_descriptors();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers are written and read in one way everywhere */
    if (tool)
        return tool->run(count - 1, arguments + 1);
    options.commands = memory_create((size_t)count, sizeof options.commands[0]);
    if (!parse_options(count, arguments, &options, &done) || done) {
        free(options.commands);
        return done ? flush(STATUS_GOOD) : STATUS_USAGE;
    }
    choose_way_out(&options);
    session = session_create(&options.config, &error);
    if (session) {
        status = flush(run(session, &options));
    } else {
        fprintf(stderr, "heapglass: %s\n", error.text);
        status = STATUS_NO_HEAP;
    }
    session_destroy(session);
    free(options.commands);
    return (int)status;
}
