/* record_command.c: see record_command.h. */
#include "trace/record_command.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
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

static int wrong_usage(const char *what)
{
    tell(stderr, "heapglass trace record: %s", what);
    fputs("Try 'heapglass trace record --help'.\n", stderr);
    return USAGE;
}

static int failed(int status, const struct error *error)
{
    tell(stderr, "heapglass trace record: %s", error->text);
    return status;
}

/* Make the journal a trace, write it, and say in a line what is in it. */
static bool save(int journal, const char *name, const char *path, struct error *error)
{
    struct trace trace;
    bool good;

    if (!journal_read(journal, name, &trace, error))
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

/* Run the program and write its trace to `path`, or to a file named after it. */
static int record(char **arguments, const char *path)
{
    const char *slash = strrchr(arguments[0], '/');
    const char *name = slash ? slash + 1 : arguments[0];
    struct text default_path = {0};
    struct error error;
    int journal, status, result;

    switch (record_run(arguments, &journal, &status, &error)) {
    case LAUNCH_NOT_FOUND: return failed(NOT_FOUND, &error);
    case LAUNCH_NOT_RUN: return failed(NOT_RUN, &error);
    case LAUNCH_IMPOSSIBLE: return failed(NOT_RECORDED, &error);
    case LAUNCH_DONE: break;
    }
    result = WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
    text_add(&default_path, "%s.rep", name);
    if (!save(journal, name, path ? path : text_string(&default_path), &error))
        result = failed(NOT_RECORDED, &error);
    text_finish(&default_path);
    close(journal);
    return result;
}

int record_command(int count, char **arguments)
{
    static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    static const char letters[] = "+:o:h";
    const char *path = NULL;
    int option;

    opterr = 0;
    while ((option = getopt_long(count, arguments, letters, options, NULL)) != -1) {
        if (option == 'h')
            return print_help();
        if (option != 'o')
            option_tell_wrong("heapglass trace record", option, letters, arguments);
        if (option != 'o')
            return wrong_usage("record takes -o FILE before the PROGRAM");
        path = optarg;
    }
    if (optind == count)
        return wrong_usage("a PROGRAM is missing");
    return record(arguments + optind, path);
}
