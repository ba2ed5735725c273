/* table_program.c: commands for a program whose heap is followed. */
#include "command/table.h"
#include "command/verbs.h"

static const struct command rows[] = {
    {
        .name = "run",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_TEXT, "[--held] [--follow [NAME]] [--up N] PROGRAM [ARGUMENT...]",
                        true, 0}},
        .summary = "run a program, and follow its heap",
        .help =
            "It runs with our malloc in place of the C library's, with the policy and the settings "
            "at hand, and each of its calls becomes a step of a new session: carried out once more "
            "on a heap that is the same, byte for byte but for what the program writes. In the "
            "full screen it has a terminal of its own ('output', 'send'); Space holds it: it waits "
            "in its next call, and the heap can be looked at. 'next' lets one call pass, 'next "
            "until' many, 'continue' all. Once it has ended, the session is like any other. "
            "Without PROGRAM, the one of the command line again. With --held it waits in its first "
            "call. With --follow, its children are followed, too, each as a session of its own, "
            "between which 'process' changes; with a NAME, not the program, but the first of that "
            "name that it or a child of it runs. With --up, callers are those N calls further up, "
            "where all memory comes by one function. An argument with spaces, semicolons or quotes "
            "in it stands in quotes, all of it: \"a b\", 'a b', \"it's\" or, as in a shell, "
            "'it'\\''s'; nothing else has the meaning that it has in a shell, for which there is "
            "sh -c. When all steps take more than 1G, the oldest are not kept; 'set keep' says "
            "how much is.",
        .examples =
            "run sort /etc/services\nrun python3 -c \"print(1)\"\nrun --held sort /etc/passwd\n"
            "run --follow cc1 gcc -c main.c\nrun --follow -- sh -c 'sort /etc/passwd | uniq'",
        .run = verb_run,
    },
    {
        .name = "continue",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .summary = "let the program go on that is held",
        .help = "At an empty prompt, Space does the same.",
        .run = verb_continue,
    },
    {
        .name = "kill",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .summary = "end the program",
        .help = "By SIGKILL. Its calls up to now stay a session.",
        .run = verb_kill,
    },
    {
        .name = "output",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .summary = "show what the program has printed",
        .help = "On the terminal of its own that it has in the full screen: the last of it, "
                "without colours. A program that draws a screen is seen with 'terminal'.",
        .run = verb_output,
    },
    {
        .name = "send",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_TEXT, "TEXT", true, 0}},
        .summary = "type a line at the program's terminal",
        .examples = "send yes",
        .run = verb_send,
    },
    {
        .name = "terminal",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .summary = "give the program the terminal; Ctrl-] takes it back",
        .help = "It goes on, with every key, and what it prints is seen as it is; meanwhile it is "
                "followed as ever. Alt-t does the same.",
        .run = verb_terminal,
    },
    {
        .name = "process",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_PROCESS, "N|PID|NAME", true, 0}},
        .summary = "list the processes that are followed, or show another",
        .help = "Those of a program that was run with --follow: it and its children, whether they "
                "execute programs or are copies of it, up to 64. Each is a session of its own; a "
                "copy's begins with the steps of its parent, which are made when it is shown where "
                "they are many. All go on and are held together, but 'next' and 'kill' are for the "
                "one that is shown.",
        .examples = "process\nprocess 2\nprocess sort",
        .run = verb_process,
    },
    {
        .name = "callers",
        .group = GROUP_PROGRAM,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_WORD, "live|count|peak|lifetime", true, 0}},
        .summary = "rank the places in the program that allocate",
        .help = "By the bytes that are live, as it is where nothing is said, by how often they "
                "allocated, by the most bytes that were ever live, or by how long their blocks "
                "lived on average. All is as of the step at hand, so before a 'goto' it says what "
                "it was then. Functions, files and lines are those of the program's debugging "
                "information (-g); where it has none, the object and an address. 'show', 'who' "
                "and each step say the same of one block.",
        .examples = "callers\ncallers peak",
        .run = verb_callers,
    },
};

const struct command_table program_commands = {rows, sizeof rows / sizeof rows[0]};
