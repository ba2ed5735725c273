/* trace_command.c: see trace_command.h. One table of verbs. */
#include "trace/trace_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/option.h"
#include "base/suggest.h"
#include "base/tell.h"
#include "trace/format.h"
#include "trace/generate.h"
#include "trace/record_command.h"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

/* ---- Messages ---- */

static const struct option_command itself = {.name = "heapglass trace"};

static int wrong_usage(const struct option_command *command, const char *what)
{
    option_complain(command, what);
    return USAGE;
}

static int failed(int status, const struct error *error)
{
    tell(stderr, "heapglass trace: %s", error->text);
    return status;
}

/* ---- generate ---- */

static int print_generate_help(void)
{
    fputs(
        "usage: heapglass trace generate NAME[:N[:SEED]] [-o FILE]\n"
        "\n"
        "Make a trace of allocations by rule and seed, and write it as a .rep file to FILE or to\n"
        "standard output. The same NAME, N and SEED make the same trace everywhere.\n"
        "\n"
        "  NAME        N counts               what is made\n",
        stdout);
    for (unsigned i = 0; trace_generator(i); i++) {
        const struct trace_generator *info = trace_generator(i);
        char count[32];

        snprintf(count, sizeof count, "%s (%" PRIu64 ")", info->unit, info->initial_n);
        printf("  %-11s %-22s %s\n", info->name, count, info->summary);
    }
    fputs("\n"
          "  -o, --output FILE   write to FILE\n"
          "  -h, --help          print this help\n",
          stdout);
    return GOOD;
}

static int generate(int count, char **arguments)
{
    static const struct option_row rows[] = {{'o', "output", "FILE", option_take_text, 0, NULL},
                                             {.letter = 'h', .name = "help"}};
    static const struct option_command command = {.name = "heapglass trace generate",
                                                  .rows = rows,
                                                  .row_count = sizeof rows / sizeof rows[0]};
    const char *path = NULL;
    struct option_line line;
    struct trace trace;
    struct error error;
    int status = GOOD;

    switch (option_read(&command, count, arguments, &path, &line)) {
    case OPTION_ASKED: return print_generate_help();
    case OPTION_WRONG: return USAGE;
    case OPTION_READ: break;
    }
    if (line.word_count != 1)
        return wrong_usage(&command, "it takes one NAME[:N[:SEED]]");
    if (!trace_generate(line.words[0], &trace, &error))
        return failed(USAGE, &error);
    if (!path)
        rep_write(&trace, stdout); /* whether it could be written is asked at the end */
    else if (!trace_write_file(&trace, path, &error))
        status = failed(FAILED, &error);
    trace_finish(&trace);
    return status;
}

/* ---- check ---- */

static int print_check_help(void)
{
    fputs(
        "usage: heapglass trace check [--lenient] FILE...\n"
        "\n"
        "Read traces and say what is in them: operations, ids, allocations, changes of size, "
        "frees,\n"
        "the peak of live bytes, and the bytes that are never freed. FILE '-' is standard input.\n"
        "\n"
        "      --lenient   take what is there: a .rep header's counts may be wrong, also where it\n"
        "                  has fewer than four lines (ids, operations, and perhaps a weight),\n"
        "                  and what cannot be read is left out and counted\n"
        "  -h, --help      print this help\n"
        "\n"
        "FILE is in one of these formats, whatever its name:\n",
        stdout);
    for (unsigned i = 0; trace_format_at(i); i++)
        printf("  %-11s %s\n", trace_format_at(i)->name, trace_format_at(i)->summary);
    fputs("\n"
          "Exit status: 0 all are valid, 1 one is not, 2 wrong usage or an unreadable file.\n",
          stdout);
    return GOOD;
}

static int check_file(const char *path, bool lenient)
{
    struct text left_out = {0};
    struct trace trace;
    struct error error;

    if (!trace_read(path, lenient, &trace, &error))
        return failed(error.kind == ERROR_MALFORMED ? FAILED : USAGE, &error);
    if (trace.left_out > 0)
        text_add(&left_out, "; %zu line%s left out", trace.left_out,
                 trace.left_out == 1 ? " was" : "s were");
    tell(stdout,
         "%s: %zu operation%s on %" PRIu32 " id%s: %zu a, %zu r, %zu f; peak %" PRIu64
         " bytes live, %" PRIu64 " never freed%s",
         path, trace.op_count, trace.op_count == 1 ? "" : "s", trace.id_count,
         trace.id_count == 1 ? "" : "s", trace.kind_counts[TRACE_ALLOCATE],
         trace.kind_counts[TRACE_REALLOCATE], trace.kind_counts[TRACE_FREE], trace.peak_live,
         trace.live, text_string(&left_out));
    text_finish(&left_out);
    trace_finish(&trace);
    return GOOD;
}

static int check(int count, char **arguments)
{
    static const struct option_row rows[] = {{0, "lenient", NULL, option_take_switch, 0, NULL},
                                             {.letter = 'h', .name = "help"}};
    static const struct option_command command = {
        .name = "heapglass trace check", .rows = rows, .row_count = sizeof rows / sizeof rows[0]};
    struct option_line line;
    bool lenient = false;
    int status = GOOD;

    switch (option_read(&command, count, arguments, &lenient, &line)) {
    case OPTION_ASKED: return print_check_help();
    case OPTION_WRONG: return USAGE;
    case OPTION_READ: break;
    }
    if (line.word_count == 0)
        return wrong_usage(&command, "a FILE is missing");
    for (size_t i = 0; i < line.word_count; i++) {
        int outcome = check_file(line.words[i], lenient);

        status = outcome > status ? outcome : status;
    }
    return status;
}

/* ---- The verbs ---- */

static const struct verb {
    const char *name, *usage, *summary;
    int (*run)(int count, char **arguments); /* arguments[0] is the verb */
} verbs[] = {
    {"generate", "NAME[:N[:SEED]] [-o FILE]", "make a trace by rule and seed", generate},
    {"check", "[--lenient] FILE...", "say whether traces are valid, and what is in them", check},
    {"record", "[-o FILE] PROGRAM [ARGUMENT]...", "run a program and record what it allocates",
     record_command},
};

static int print_help(void)
{
    fputs("usage: heapglass trace VERB ...\n"
          "\n"
          "Traces are lists of allocations: .rep files as the malloc lab has them, and logs of\n"
          "mtrace, valgrind and ltrace. 'heapglass bench' replays them.\n"
          "\n",
          stdout);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        printf("  %s %s\n      %s\n", verbs[i].name, verbs[i].usage, verbs[i].summary);
    fputs("\nEach VERB has a --help of its own.\n", stdout);
    return GOOD;
}

int trace_command(int count, char **arguments)
{
    struct suggestion suggestion = suggestion_for(count < 2 ? "" : arguments[1]);
    struct error error;

    if (count < 2)
        return wrong_usage(&itself, "a VERB is missing");
    if (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0)
        return print_help();
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, arguments[1]) == 0)
            return verbs[i].run(count - 1, arguments + 1);
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        suggestion_consider(&suggestion, verbs[i].name);
    error_set(&error, "there is no VERB '%s'", arguments[1]);
    suggestion_add(&suggestion, &error);
    return wrong_usage(&itself, error.text);
}
