/* usage.c: what --help and the manual page say: see options.h. */
#include <stdio.h>

#include "command/help.h"
#include "options.h"
#include "view/grid.h"

const char options_usage[] =
    "usage: heapglass [OPTION]... [FILE]...\n"
    "       heapglass import [OPTION]... TRACE...\n"
    "       heapglass attach PID        look at the heap of a process\n"
    "       heapglass open CORE         look at that of a core file\n"
    "       heapglass run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "       heapglass lesson [NAME]     list the lessons, or play one\n"
    "       heapglass quiz [TOPIC] [OPTION]...   ask questions on random heaps\n"
    "       heapglass homework ...      make sheets of exercises, and solve them\n"
    "       heapglass bench ...         measure policies and other allocators on traces\n"
    "       heapglass grade ...         examine your own allocator on traces, or play what was "
    "handed in\n"
    "       heapglass trace VERB ...    make and check traces of allocations\n";

const char options_description[] =
    "Watch an allocator at work on a real heap. On a terminal, type commands such as\n"
    "'alloc A 10M' and 'free A'; 'help' lists them. FILEs and COMMANDS are played first, in\n"
    "the order given; '-' is standard input. A FILE is a scenario or a trace of allocations, of\n"
    "which import takes '-' as well. A FILE that cannot be read keeps nothing else from being\n"
    "played. run follows the heap of a PROGRAM, which runs on our malloc, call by call.\n";

const char options_statuses[] =
    "Without a terminal, commands come from standard input if there are neither FILEs nor\n"
    "COMMANDS. Exit status: 0 all is well, 1 a command failed, 2 wrong usage or an\n"
    "unreadable file, 3 the heap process could not be started. With run and --batch: PROGRAM's,\n"
    "128 + N if signal N ended it; 125 it cannot be followed, 126 cannot be run, 127 is not\n"
    "found.\n";

void options_print_help(void)
{
    const struct option_row *option;

    printf("%s\n%s\n", options_usage, options_description);
    for (size_t i = 0; (option = options_row(i)); i++) {
        char words[32];

        snprintf(words, sizeof words, "--%s%s%s", option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        printf("  %c%c%c %-20s %s\n", option->letter ? '-' : ' ',
               option->letter ? option->letter : ' ', option->letter ? ',' : ' ', words,
               option->help);
    }
    printf("\n%s", options_statuses);
}

void options_print_command_help(const char *name)
{
    enum { COLUMNS = 80 };
    struct text help = {0}, lines = {0};
    struct error ignored;

    text_add(&help, "usage: heapglass ");
    help_add_topic(name, NULL, NULL, &help, &ignored);
    text_add(&help, "\n\nIts other options are those that 'heapglass --help' lists.");
    grid_break_lines(text_string(&help), COLUMNS, &lines);
    puts(text_string(&lines));
    text_finish(&lines);
    text_finish(&help);
}
