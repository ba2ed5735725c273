/* table_script.c: the commands that scenarios are made with. */
#include "command/table.h"
#include "command/verbs.h"

static const struct command rows[] = {
    {
        .name = "title",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_TEXT, "TEXT", 0, 0}},
        .check = check_figures,
        .summary = "name a scenario",
        .examples = "title Holes",
        .run = verb_title,
    },
    {
        .name = "section",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_TEXT, "NAME", 0, 0}},
        .check = check_figures,
        .summary = "begin a part of a scenario",
        .help = "While a scenario waits, Up and Down go from section to section; --rehearse lists "
                "them, with their length.",
        .examples = "section The hole",
        .run = verb_section,
    },
    {
        .name = "say",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_TEXT, "TEXT", 0, 0}},
        .check = check_figures,
        .summary = "show a text",
        .help = "**bold** and `code` stand out. Figures are computed: {free}, {largest}, "
                "{A.padding}; 'help figures' lists them. What several say in a row goes together.",
        .examples = "say Now B is free: **watch the gap**.\nsay Free: {free}, largest: {largest}",
        .run = verb_say,
    },
    {
        .name = "note",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_TEXT, "TEXT", 0, 0}},
        .check = check_figures,
        .summary = "tell the speaker something",
        .help = "It is shown with --notes, or on another terminal with --notes-to TTY; else it is "
                "not.",
        .examples = "note Wait for an answer before going on.",
        .run = verb_note,
    },
    {
        .name = "pause",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_TEXT, "TEXT", true, 0}},
        .check = check_figures,
        .summary = "wait until the user goes on, at a terminal",
        .help = "TEXT is shown, as by say. Meanwhile any command can be typed; Space or an empty "
                "line goes on, Left and Right, or PgUp and PgDn, go from pause to pause, Up and "
                "Down from section to section, 1 to 9 let it go on by itself, Ctrl-C leaves the "
                "rest. Esc leads to the prompt, to try something; 'resume' comes back, with the "
                "heap as it was.",
        .examples = "pause\npause What will happen?",
        .run = verb_pause,
    },
    {
        .name = "wait",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_SECONDS, "SECONDS", 0, 0}},
        .summary = "let so much time pass, in the full screen",
        .help = "A key ends it.",
        .examples = "wait 2\nwait 0.5",
        .run = verb_wait,
    },
    {
        .name = "ask",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_WORD, "\"QUESTION\"", 0, 0},
                       {PARAMETER_WORD, "CHOICES", 0, 0},
                       {PARAMETER_TEXT, "ANSWER [WHY]", 0, 0}},
        .check = check_question,
        .summary = "ask a question, compare the answer, and say why",
        .help = "CHOICES are words with a | between them, or ? for a number or a word of one's "
                "own. ANSWER is the right one; as the others it may have figures. An answer may be "
                "shortened, or be the number of a choice; an empty one shows the answer.",
        .examples = "ask \"Will 20M fit?\" yes|no no The largest hole is {largest}.\n"
                    "ask \"How many bytes of padding?\" ? {padding}",
        .run = verb_ask,
    },
    {
        .name = "repeat",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_NUMBER, "N", 0, 0}, {PARAMETER_TEXT, "COMMAND", true, 0}},
        .check = check_rounds,
        .summary = "run COMMAND, or the lines up to end, N times",
        .help = "{i} is the number of the round; where a repeat is within another, {j} is that of "
                "the outer one. Several commands in one line stand in quotes.",
        .examples = "repeat 3 alloc a{i} 16\nrepeat 3 \"alloc b{i} 24; free b{i}\"",
        .run = verb_repeat,
    },
    {
        .name = "end",
        .group = GROUP_SCENARIO,
        .summary = "end the lines that repeat runs",
        .run = verb_end,
    },
    {
        .name = "random",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_NUMBER, "N", 0, 0},
                       {PARAMETER_RANDOM,
                        "[--sizes 16..4096] [--free 50%] [--seed S] "
                        "[--lifetime short|long|mixed]",
                        true, 0}},
        .check = check_random,
        .steps = true,
        .summary = "allocate N blocks of random sizes, and free some",
        .help = "They are r1, r2 and so on. Small sizes are as frequent as large ones: there are "
                "as many from 16 to 31 as from 32 to 63. Short-lived blocks are freed after a few "
                "more allocations, long-lived ones when all N are there. The same seed, a number "
                "or any word, makes the same steps.",
        .examples = "random 50\nrandom 100 --sizes 16..512 --free 30% --seed 7 --lifetime short",
        .run = verb_random,
    },
    {
        .name = "quiz",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_QUIZ, "[TOPIC] [--seed S] [--count N]", true, 0}},
        .check = check_quiz,
        .summary = "ask questions on random heaps, and explain the answers",
        .help = "A heap of the policy and settings at hand is made and shown, and a command that "
                "is not carried out yet. TOPIC is place (where a block will go), search (how many "
                "blocks the search examines), merge (which neighbours merge), fragmentation (the "
                "external one), fit (whether there is room), list (the free list afterwards) or "
                "size (of a block, or of what is left); without it all take their turn. Type the "
                "answer; a block is pointed to with the arrows and Enter, or clicked at. Space "
                "shows the answer, Esc or Ctrl-C leaves the quiz. In a pipe the lines that follow "
                "are the answers. The same seed, a number or any word, gives the same quiz. Your "
                "own heap stays as it is.",
        .examples = "quiz\nquiz place --count 3\nquiz merge --seed 42",
        .run = verb_quiz,
    },
    {
        .name = "expect",
        .group = GROUP_SCENARIO,
        .parameters = {{PARAMETER_SUBJECT, "WHAT", 0, 0},
                       {PARAMETER_RELATION, "[RELATION]", true, 0},
                       {PARAMETER_TEXT, "VALUE", true, 0}},
        .check = check_expect,
        .summary = "fail unless something is so",
        .help = "WHAT is a measure or a ratio, as stats lists them; resident, the bytes of the "
                "heap's pages that are in memory; or a variable, which can be NULL, live, freed, "
                "dangling, stack, wild, data, an offset or another variable. Of a variable: at, "
                "and of its block size, header, requested, padding, footer. 'fail' is a command "
                "that is refused or answered NULL, 'error' one that is refused; neither is carried "
                "out. freelist is all free blocks in list order, leaks the number of lost blocks, "
                "grew what the last step made the heap grow by, check that the heap is whole. 10M "
                "stands there for all that is shown as 10M.",
        .examples = "expect D = NULL\nexpect largest < 20M\nexpect external > 50%\n"
                    "expect A at +0x40\nexpect A padding 6\nexpect fail alloc D 20M\n"
                    "expect error free Z\nexpect freelist 10M 128K\nexpect check\n"
                    "expect leaks 1\nexpect grew 20M",
        .run = verb_expect,
    },
    {
        .name = "resume",
        .group = GROUP_SCENARIO,
        .summary = "go back to where the scenario waits, with the heap as it was there",
        .run = verb_resume,
    },
};

const struct command_table script_commands = {rows, sizeof rows / sizeof rows[0]};
