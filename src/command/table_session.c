/* table_session.c: commands that look at the heap, go back and forth, and see to the session. */
#include "command/table.h"
#include "command/verbs.h"

static const struct command rows[] = {
    /* ---- Looking ---- */
    {
        .name = "explain",
        .aliases = {"why"},
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_NUMBER, "STEP", true, 0}},
        .summary = "tell the whole story of STEP, or the last",
        .help = "A line for each thing the allocator did: the request, each free block it examined "
                "and why it was refused, the split, the handover; or the merging after a free.",
        .examples = "explain\nexplain 2",
        .run = verb_explain,
    },
    {
        .name = "map",
        .group = GROUP_LOOK,
        .summary = "show the heap to scale",
        .run = verb_map,
    },
    {
        .name = "legend",
        .group = GROUP_LOOK,
        .summary = "show what colours and signs mean",
        .help = "They are the same on the map and among the blocks below it. Where there is room, "
                "the most needed ones stand under the map.",
        .run = verb_legend,
    },
    {
        .name = "zoom",
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_ZOOM, "WHERE", true, 0}, {PARAMETER_SIZE, "LENGTH", true, 0}},
        .summary = "show a part of the heap on the map",
        .help =
            "WHERE is a variable or an offset, which is shown as large as it can be; or in, out, "
            "left, right, all or fit. In and out go by steps, down to 4 cells a byte, left and "
            "right by half of what is shown. Up to 8 bytes a cell, header, payload, padding and "
            "footer have cells of their own, with their sizes. fit, as it is at first, shows "
            "where the blocks are, as long as they are few, and above it all of the heap.",
        .examples = "zoom A\nzoom +0x100 4K\nzoom out\nzoom all\nzoom fit",
        .run = verb_zoom,
    },
    {
        .name = "show",
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_PLACE, "NAME|OFFSET", true, 0}},
        .summary = "show a block and its neighbours",
        .help = "The views are about that block from then on, up to the next step.",
        .examples = "show A\nshow +0x40",
        .run = verb_show,
    },
    {
        .name = "detail",
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_PLACE, "NAME|OFFSET", true, 0}},
        .summary = "tell everything about a block",
        .help =
            "Its header field by field, where its padding comes from, its neighbours, its list, "
            "the variables that point to it, the steps that made it so, and its bytes.",
        .examples = "detail A\ndetail +0x40",
        .run = verb_detail,
    },
    {
        .name = "blocks",
        .group = GROUP_LOOK,
        .summary = "list all blocks in address order",
        .run = verb_blocks,
    },
    {
        .name = "freelist",
        .group = GROUP_LOOK,
        .summary = "list the free blocks in list order",
        .run = verb_freelist,
    },
    {
        .name = "stats",
        .group = GROUP_LOOK,
        .summary = "show all measures, with their formulas",
        .run = verb_stats,
    },
    {
        .name = "vars",
        .group = GROUP_LOOK,
        .summary = "list the variables and what they point to",
        .run = verb_vars,
    },
    {
        .name = "who",
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_PLACE, "NAME|OFFSET", 0, 0}},
        .summary = "say whose a place is, and who points to it",
        .help = "A variable stands for what it points to, stack data for itself; &NAME is where a "
                "variable itself lies. A number is an offset in the heap, or an address.",
        .examples = "who A\nwho A+8\nwho +0x40\nwho &A",
        .run = verb_who,
    },
    {
        .name = "dump",
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_PLACE, "NAME|OFFSET", 0, 0}, {PARAMETER_SIZE, "LENGTH", true, 0}},
        .summary = "show bytes of the heap",
        .help = "A variable's dump starts at the header of its block. Header, payload and footer "
                "are told apart: headers and footers stand between [ and ], slots that point "
                "somewhere between < and >.",
        .examples = "dump A\ndump +0x40 128",
        .run = verb_dump,
    },
    {
        .name = "pages",
        .group = GROUP_LOOK,
        .summary = "show which pages of the heap are in memory",
        .help =
            "What the kernel says, page by page: never touched, in memory, huge, only read, or "
            "swapped out; and whose bytes lie there. Above, the heap, what is live in it and what "
            "of it was in memory after each step. Freeing gives no page back: that takes a trim "
            "('help set trim'), or the setting release.",
        .examples = "alloc A 10M; pages\ntouch A 50; pages",
        .run = verb_pages,
    },
    {
        .name = "memory",
        .group = GROUP_LOOK,
        .summary = "show the address space: text, data, heap, stack",
        .help = "Of the process that owns the heap, from /proc/PID/maps, high addresses on top. Up "
                "to the break it is to scale. 'layout memory' keeps it beside the steps.",
        .run = verb_memory,
    },
    {
        .name = "leaks",
        .group = GROUP_LOOK,
        .summary = "list live blocks to which no variable leads",
        .help = "For each, the step that lost it, and what only it keeps alive: blocks that its "
                "slots lead to.",
        .run = verb_leaks,
    },
    {
        .name = "graph",
        .group = GROUP_LOOK,
        .parameters = {{PARAMETER_DOT, "--dot", true, 0}},
        .summary = "draw which variables and slots point to which blocks",
        .help = "With --dot, in the language of Graphviz.",
        .examples = "graph\ngraph --dot",
        .run = verb_graph,
    },
    {
        .name = "refcount",
        .group = GROUP_LOOK,
        .summary = "say what reference counts would have left of what is leaked",
        .help = "A block whose count becomes 0 would go at once, and count down what it points "
                "to. In a circle no count becomes 0: only a collector finds it.",
        .run = verb_refcount,
    },
    {
        .name = "brk",
        .group = GROUP_LOOK,
        .summary = "show where the break is, and each call that moved it",
        .help = "And what the kernel says: the line of /proc/PID/maps that is the heap.",
        .run = verb_brk,
    },
    {
        .name = "check",
        .group = GROUP_LOOK,
        .summary = "check the heap, and that what is shown is what is there",
        .help = "If not, it says which invariant broke first, in which block, since which step; "
                "and all bytes of the allocator's that are not what they were, with the steps that "
                "wrote them. Of a program that is held, its own memory is compared as well: "
                "blocks, headers, footers and lists. 'set check each' checks after every step, "
                "'set guard on' lets it see "
                "what was written into padding and into freed blocks, too.",
        .examples = "check\nset check each",
        .run = verb_check,
    },
    {
        .name = "layout",
        .group = GROUP_LOOK,
        .sets_up = true,
        .parameters = {{PARAMETER_PANELS, "PANEL", true, true}},
        .summary = "list the panels of the screen, or choose which to show",
        .help =
            "The message panel always stays. 'layout map only' gives the map all the room; "
            "'layout all' shows everything again. +PANEL shows one more, -PANEL hides one, and "
            "~PANEL does the one or the other. Where the screen has too few rows for all, those "
            "that were asked for by name come first. The panels pages and memory are there on wish "
            "alone: '+pages'; and code, where a scenario says which line a step is.",
        .examples = "layout map free\nlayout map only\nlayout -ribbon +histogram\nlayout all",
        .run = verb_layout,
    },
    /* ---- Back and forth, and what if ---- */
    {
        .name = "undo",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_NUMBER, "N", true, 0}},
        .summary = "undo the last step, or the last N",
        .help = "The heap is then as it was before, byte for byte. What is undone can be redone "
                "until another step takes its place.",
        .examples = "undo\nundo 3",
        .run = verb_undo,
    },
    {
        .name = "redo",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_NUMBER, "N", true, 0}},
        .summary = "redo the next undone step, or the next N",
        .examples = "undo; redo",
        .run = verb_redo,
    },
    {
        .name = "next",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_TEXT, "N|until CLAIM", true, 0}},
        .summary = "go on by a step, by N, or until a claim holds",
        .help =
            "The steps are those that were undone, such as the rest of a trace. A claim is what "
            "expect takes, or one of: heap grows, heap shrinks, NULL (an allocation is refused), "
            "peak (the most that is ever live).",
        .examples = "undo 2; next\nundo 2; next until requested > 10",
        .run = verb_next,
    },
    {
        .name = "marks",
        .group = GROUP_TIME,
        .summary = "list the steps that are worth going to",
        .help = "Where the most was live, where the heap was largest, the first refusal, and where "
                "the heap grew by most.",
        .examples = "marks",
        .run = verb_marks,
    },
    {
        .name = "goto",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_NUMBER, "STEP", 0, 0}},
        .summary = "go to after STEP; 0 is the fresh heap",
        .help = "The heap is then as it was after STEP; steps lists them. Those behind STEP are "
                "undone, and can be redone. Of a program that ran for long, the oldest steps may "
                "not be kept: see 'help run'.",
        .examples = "goto 0\ngoto 3",
        .run = verb_goto,
    },
    {
        .name = "diff",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_NUMBER, "STEP", true, 0}, {PARAMETER_NUMBER, "STEP", true, 0}},
        .summary = "say what changed from STEP to STEP or now",
        .help = "Which payloads appeared, vanished, moved or changed their size, which blocks "
                "merged, and how the measures changed. Of a process that is looked at: look "
                "again, and say what changed since, but for what merged. Of a core file: since the "
                "look before it.",
        .examples = "diff 0\ndiff 2 4",
        .run = verb_diff,
    },
    {
        .name = "whatif",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_SUPPOSED, "[-p POLICY] [-s KEY=VALUE] COMMAND", 0, 0}},
        .summary = "show what it would do",
        .help = "A clone of the heap carries COMMAND out, and is thrown away. With -p or -s the "
                "steps so far are replayed on a heap of that kind first. COMMAND is one that makes "
                "steps, such as alloc, free or limit.",
        .examples =
            "whatif alloc D 20M\nwhatif -p best-fit alloc D 20M\nwhatif -s place=high alloc D 1M",
        .run = verb_whatif,
    },
    {
        .name = "refused",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_SUPPOSED, "COMMAND", 0, 0}},
        .summary = "fail unless COMMAND is refused, and say why it is",
        .help = "COMMAND makes a step, or would. It is tried on a heap like this one, so that "
                "nothing changes here. For scenarios that show what must not be done.",
        .examples = "alloc A 10; free A; refused free A",
        .run = verb_refused,
    },
    {
        .name = "compare",
        .group = GROUP_TIME,
        .parameters = {{PARAMETER_COMPARED, "[POLICY...] [-- COMMANDS]", true, 0}},
        .summary = "compare what policies make of it",
        .help =
            "The steps so far, and COMMANDS after them, are carried out under each POLICY, or "
            "under all of them, on a heap of its own; nothing changes here. The best of each "
            "column has a star; who refused more steps than another is best at nothing. ? is what "
            "is not known: what the steps of a trace examined is not counted. Several "
            "COMMANDS stand in quotes: -- \"alloc A 1M; free A\". The full screen shows the heaps "
            "as "
            "maps to one scale; [ and ] take all of them from step to step.",
        .examples = "compare\ncompare first-fit best-fit -- alloc D 20M",
        .run = verb_compare,
    },
    /* ---- The session ---- */
    {
        .name = "steps",
        .group = GROUP_SESSION,
        .summary = "list the steps so far, and undone ones",
        .run = verb_steps,
    },
    {
        .name = "save",
        .group = GROUP_SESSION,
        .reach = REACH_OUTSIDE,
        .can_force = true,
        .parameters = {{PARAMETER_FILE, "FILE", 0, 0}},
        .summary = "write a scenario that leads to where we are",
        .help =
            "Played on a fresh heap it makes the same steps and the same heap, byte for byte. A "
            "file that exists is kept; save! replaces it.",
        .run = verb_save,
    },
    {
        .name = "import",
        .group = GROUP_SESSION,
        .reach = REACH_READ,
        .parameters = {{PARAMETER_FILE, "FILE", 0, 0}, {PARAMETER_LENIENT, "--lenient", true, 0}},
        .summary = "begin again with the steps of a trace",
        .help =
            "FILE is a .rep file of the malloc lab, a log of mtrace, of valgrind "
            "--trace-malloc=yes or of ltrace, a list (+10,-0), what OSTEP's malloc.py prints, RQ "
            "and RL requests, or a journal; - is standard input. Allocations become steps, and "
            "blocks are called after their numbers (b17), or after who asked for them where that "
            "is known. A file that is "
            "given to heapglass is imported if it is a trace. --lenient leaves out the lines "
            "that cannot be read, and counts them. The steps end where more than 4194304 blocks "
            "would be live: each has a variable, for which the stack has room. A FILE with the "
            "command line of an exercise of "
            "OSTEP's (malloc.py -s 3 -n 10), or the command line itself, is what ostep does.",
        .examples = "import program.rep\nimport mtrace.log --lenient\nimport ostep -s 3 -n 10",
        .run = verb_import,
    },
    {
        .name = "attach",
        .group = GROUP_SESSION,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_NUMBER, "PID", 0, 0}},
        .summary = "look at the heap of a process",
        .help = "The main heap of a program with the C library's malloc, as it is now: map, "
                "chunks, bins, thread cache, pages. The program is stopped for as long as that "
                "takes to copy. Nothing can be done to the heap; diff looks again and says what "
                "has changed. What memory shows is of when it is asked for.",
        .examples = "attach 1234",
        .run = verb_attach,
    },
    {
        .name = "open",
        .group = GROUP_SESSION,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_FILE, "CORE", 0, 0}},
        .summary = "look at the heap in a core file",
        .help = "As attach, of a program that has left a core file. Which of its pages were in "
                "memory a core file does not tell. diff says what changed since the look before.",
        .examples = "open core.1234",
        .run = verb_open,
    },
    {
        .name = "arenas",
        .group = GROUP_LOOK,
        .reach = REACH_OUTSIDE,
        .parameters = {{PARAMETER_NUMBER, "HEAP", true, 0}},
        .summary = "list the heaps of malloc, its thread caches and large blocks, or show a heap",
        .help = "Of the C library's malloc, in a program that attach or open look at, or with "
                "policy glibc: arenas and the heaps that they take memory from, what waits in the "
                "cache of each thread, the blocks that are mapped apart, and what malloc goes by. "
                "Sizes are of bytes. With a number, that heap is shown, as it was at the look.",
        .examples = "arenas\narenas 2",
        .run = verb_arenas,
    },
    {
        .name = "export",
        .group = GROUP_SESSION,
        .reach = REACH_OUTSIDE,
        .can_force = true,
        .parameters = {{PARAMETER_FILE, "FILE", 0, 0}},
        .summary = "write the steps as a trace, or as a scenario",
        .help =
            "A FILE.rep is a trace of what was allocated, resized and freed, for bench and for "
            "the malloc lab; a FILE.hg is what save writes. A file that exists is kept; export! "
            "replaces it.",
        .run = verb_export,
    },
    {
        .name = "source",
        .group = GROUP_SESSION,
        .reach = REACH_READ,
        .parameters = {{PARAMETER_FILE, "FILE", 0, 0}},
        .summary = "run the commands in a file",
        .help = "In a file, the path of another is taken from where the file is.",
        .examples = "source fragmentation.hg",
        .run = verb_source,
    },
    {
        .name = "code",
        .group = GROUP_SESSION,
        .reach = REACH_READ,
        .parameters = {{PARAMETER_CODE, "FILE:LINE|off", 0, 0}},
        .summary = "say which line of a program the next steps are",
        .help = "The panel code then shows the file, with that line marked, beside the steps. In a "
                "file of commands, FILE is taken from where that is. It is no step; whoever goes "
                "back to a step sees the line that belongs to it.",
        .examples = "code get_price.c:12\ncode off",
        .run = verb_code,
    },
    {
        .name = "step",
        .group = GROUP_SESSION,
        .parameters = {{PARAMETER_SWITCH, "on|off", true, 0}},
        .summary = "play each step event by event, or no longer",
        .help = "In the full screen, Space then goes on from one event to the next: request, "
                "search, split, handover. 'set speed N' lets it go on by itself, N events a "
                "second.",
        .examples = "step on\nstep off",
        .run = verb_step,
    },
    {
        .name = "animate",
        .group = GROUP_SESSION,
        .parameters = {{PARAMETER_NUMBER, "SPEED", true, 0}},
        .summary = "play each step, SPEED events a second",
        .help = "Without SPEED, four. 'step off' ends it.",
        .examples = "animate\nanimate 10",
        .run = verb_animate,
    },
    {
        .name = "help",
        .aliases = {"?"},
        .group = GROUP_SESSION,
        .parameters = {{PARAMETER_COMMAND, "COMMAND", true, 0},
                       {PARAMETER_VALUE, "KEY|POLICY|PANEL", true, 0}},
        .summary = "list the commands, or explain one",
        .help =
            "Words answer, too: words, fragmentation, header, keys, panel, c, and each policy and "
            "setting.",
        .examples =
            "help alloc\nhelp set grow\nhelp policy worst-fit\nhelp words\nhelp panel ribbon",
        .run = verb_help,
    },
    {
        .name = "quit",
        .aliases = {"exit", "q"},
        .group = GROUP_SESSION,
        .summary = "leave",
        .run = verb_quit,
    },
};

const struct command_table session_commands = {rows, sizeof rows / sizeof rows[0]};
