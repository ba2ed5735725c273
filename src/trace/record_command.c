/* record_command.c: see record_command.h. */
#include "trace/record_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/journal_read.h"
#include "base/option.h"
#include "base/tell.h"
#include "base/text.h"
#include "trace/record.h"

/* As env(1) and timeout(1) have them, for what is not the program's own status. */
enum { USAGE = 2, NOT_RECORDED = 125, NOT_RUN = 126, NOT_FOUND = 127, SIGNALLED = 128 };

static int print_help(void)
{
    fputs(
        "usage: heapglass trace record [-o FILE] [--] PROGRAM [ARGUMENT]...\n"
        "\n"
        "Run PROGRAM with libheapglass-malloc.so in place of the C library's malloc, and write\n"
        "what it allocates, resizes and frees as a .rep file. Only the process that is started\n"
        "is recorded: its threads, but not its children. If it executes another program, that is\n"
        "recorded instead. An aligned or cleared allocation is recorded as an allocation.\n"
        "\n"
        "  -o, --output FILE   write to FILE instead of PROGRAM.rep\n"
        "  -h, --help          print this help\n"
        "\n"
        "Exit status: PROGRAM's, 128 + N if signal N ended it; 2 wrong usage, 125 nothing could\n"
        "be recorded or written, 126 PROGRAM cannot be run, 127 PROGRAM is not found.\n",
        stdout);
    return 0;
}

static int failed(int status, const struct error *error)
{
    tell(stderr, "heapglass trace record: %s", error->text);
    return status;
}

/* Make the journal a trace, write it, and say in a line what is in it. */
static bool save(int journal, const char *program, const char *name, const char *path,
                 struct error *error)
{
    struct trace trace;
    bool good;

    if (!journal_read(journal, program, name, &trace, error))
        return false;
    good = trace_write_file(&trace, path, error);
    if (good)
        tell(stderr,
             "heapglass trace record: %s: %zu operation%s on %" PRIu32 " id%s, peak %" PRIu64
             " bytes live",
             path, trace.op_count, trace.op_count == 1 ? "" : "s", trace.id_count,
             trace.id_count == 1 ? "" : "s", trace.peak_live);
    trace_finish(&trace);
    return good;
}

/* Whether a file can be written, before the program has run for an hour; it is not made yet. */
static bool check_path(const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    struct text folder = {0};
    struct stat status;
    bool is_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode), good;

    text_add(&folder, "%.*s.", slash ? (int)(slash + 1 - path) : 0, path);
    good = !is_folder && (access(path, W_OK) == 0 ||
                          (errno == ENOENT && path[0] && access(folder.data, W_OK | X_OK) == 0));
    text_finish(&folder);
    if (is_folder)
        errno = EISDIR;
    return good || error_set_errno(error, "%s", path);
}

/* Run the program and write its trace to `path`. */
static int record(char **arguments, const char *name, const char *path)
{
    struct error error;
    int journal, status, result;

    if (!check_path(path, &error))
        return failed(NOT_RECORDED, &error);
    switch (record_run(arguments, &journal, &status, &error)) {
    case LAUNCH_NOT_FOUND: return failed(NOT_FOUND, &error);
    case LAUNCH_NOT_RUN: return failed(NOT_RUN, &error);
    case LAUNCH_IMPOSSIBLE: return failed(NOT_RECORDED, &error);
    case LAUNCH_DONE: break;
    }
    result = WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
    if (!save(journal, arguments[0], name, path, &error))
        result = failed(NOT_RECORDED, &error);
    close(journal);
    return result;
}

/* The same, to a file that is named after the program where no other is named. */
static int record_to(char **arguments, const char *path)
{
    const char *slash = strrchr(arguments[0], '/');
    const char *name = slash ? slash + 1 : arguments[0];
    struct text default_path = {0};
    int status;

    text_add(&default_path, "%s.rep", name);
    status = record(arguments, name, path ? path : text_string(&default_path));
    text_finish(&default_path);
    return status;
}

/* The options end before the PROGRAM, which has its own. */
static bool leave_program(void *into, const char *word)
{
    (void)into;
    (void)word;
    return false;
}

int record_command(int count, char **arguments)
{
    static const struct option_row rows[] = {{'o', "output", "FILE", option_take_text, 0, NULL},
                                             {.letter = 'h', .name = "help"}};
    static const struct option_command command = {.name = "heapglass trace record",
                                                  .rows = rows,
                                                  .row_count = sizeof rows / sizeof rows[0],
                                                  .take_word = leave_program};
    const char *path = NULL;
    struct option_line line;

    switch (option_read(&command, count, arguments, &path, &line)) {
    case OPTION_ASKED: return print_help();
    case OPTION_WRONG: return USAGE;
    case OPTION_READ: break;
    }
    if (line.word_count == 0) {
        option_complain(&command, "a PROGRAM is missing");
        return USAGE;
    }
    return record_to(line.words, path);
}
