/* table_heap.c: the commands that do something to the heap, or to what points into it. */
#include "command/table.h"
#include "command/verbs.h"

static const struct command rows[] = {
    /* ---- Allocating and freeing ---- */
    {
        .name = "alloc",
        .aliases = {"malloc", "a"},
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0}, {PARAMETER_SIZE, "SIZE", 0, 0}},
        .summary = "allocate a block, and let NAME point to it",
        .help = "NAME is a variable that holds a pointer. If it was the only pointer to a block "
                "before, that block is leaked.",
        .examples = "alloc A 10M\nalloc a1..a100 1M",
        .steps = true,
        .run = verb_alloc,
    },
    {
        .name = "calloc",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0},
                       {PARAMETER_NUMBER, "COUNT", 0, 0},
                       {PARAMETER_SIZE, "SIZE", 0, 0}},
        .summary = "allocate COUNT times SIZE bytes, all zero",
        .help = "The product must not overflow: if it does, NAME is NULL.",
        .examples = "calloc A 100 16",
        .steps = true,
        .run = verb_calloc,
    },
    {
        .name = "realloc",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NAME, "NAME", 0, 0}, {PARAMETER_SIZE, "SIZE", 0, 0}},
        .summary = "change the size of what NAME points to",
        .help = "In place if there is room to the right; else the payload is copied to another "
                "block. If there is none, NAME keeps its block.",
        .examples = "realloc A 20M",
        .steps = true,
        .run = verb_realloc,
    },
    {
        .name = "aligned",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0},
                       {PARAMETER_SIZE, "ALIGNMENT", 0, 0},
                       {PARAMETER_SIZE, "SIZE", 0, 0}},
        .summary = "allocate a payload at a multiple of ALIGNMENT",
        .help = "ALIGNMENT is a power of two.",
        .examples = "aligned A 4K 100",
        .steps = true,
        .run = verb_aligned,
    },
    {
        .name = "free",
        .aliases = {"f"},
        .group = GROUP_MEMORY,
        .can_force = true,
        .parameters = {{PARAMETER_NAME, "NAME", 0, true}},
        .summary = "give back what NAME points to",
        .help = "NAME still holds the address afterwards: it is dangling. Freeing it again is "
                "refused; free! hands it to the allocator all the same, to see what happens.",
        .examples = "free B\nfree a1..a99:2\nfree! B",
        .steps = true,
        .run = verb_free,
    },
    {
        .name = "fill",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NAME, "NAME", 0, 0},
                       {PARAMETER_BYTE, "BYTE", true, 0},
                       {PARAMETER_SIZE, "LENGTH", true, 0}},
        .summary = "write BYTE all over the payload",
        .help = "BYTE is a number from 0 to 255 or a character; without it, the name's first "
                "letter. With LENGTH, so many bytes are written, be it beyond the payload, as "
                "memset does.",
        .examples = "fill A\nfill A 0x2a\nfill A 0 8",
        .steps = true,
        .run = verb_fill,
    },
    {
        .name = "touch",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NAME, "NAME", 0, 0}, {PARAMETER_PERCENT, "PERCENT", true, 0}},
        .summary = "write to each page of the payload, changing nothing",
        .help = "The kernel only promises memory; a page is there from when it is first written "
                "to. With PERCENT, only the first part of the payload is touched. 'pages' shows "
                "what is there.",
        .examples = "touch A\ntouch A 50",
        .steps = true,
        .run = verb_touch,
    },
    {
        .name = "poke",
        .group = GROUP_MEMORY,
        .can_force = true,
        .parameters = {{PARAMETER_PLACE, "PLACE", 0, 0}, {PARAMETER_BYTES, "BYTES", 0, 0}},
        .summary = "write BYTES at PLACE, whatever is there",
        .help = "PLACE is a variable, which stands for what it points to, and perhaps + or - a "
                "number of bytes, or &NAME for the variable's own bytes, or an offset in the "
                "heap. BYTES are numbers from 0 to 255 and "
                "texts in quotes. Nothing keeps it from going beyond the payload, over headers "
                "and links; 'check' then says what was damaged. Through a variable whose block was "
                "freed it is refused; poke! does it. Where nothing is mapped, it faults.",
        .examples = "poke A 1 2 0xff\npoke A+24 \"text\" 0\npoke A-8 0x41\npoke &A 0",
        .steps = true,
        .run = verb_poke,
    },
    {
        .name = "write",
        .group = GROUP_MEMORY,
        .can_force = true,
        .parameters = {{PARAMETER_PLACE, "PLACE", 0, 0}, {PARAMETER_TEXT, "TEXT", 0, 0}},
        .summary = "copy TEXT to PLACE as strcpy does",
        .help = "With the NUL that ends it, and without a look at how much room there is: a text "
                "that is too long runs into what lies behind. PLACE is as for poke.",
        .examples = "write A \"hello\"\nwrite! A \"after free\"",
        .steps = true,
        .run = verb_write,
    },
    {
        .name = "read",
        .group = GROUP_MEMORY,
        .can_force = true,
        .parameters = {{PARAMETER_PLACE, "PLACE", 0, 0}, {PARAMETER_SIZE, "LENGTH", true, 0}},
        .summary = "read bytes from PLACE on, and say whose they are",
        .help = "Without LENGTH, what was asked for is read. Each line says which part of which "
                "block its bytes belong to, and which step damaged them. Through a variable whose "
                "block was freed it is refused; read! does it. PLACE is as for poke.",
        .examples = "read A\nread A 64\nread! A",
        .run = verb_read,
    },
    {
        .name = "link",
        .group = GROUP_MEMORY,
        .can_force = true,
        .parameters = {{PARAMETER_TEXT, "NAME.SLOT -> POINTER", 0, 0}},
        .summary = "let a slot of a payload point where a variable does",
        .help = "A payload has slots of 8 bytes, 0, 1 and so on, which can hold pointers, as the "
                "members of a struct do. POINTER is a variable, or a variable and bytes to add, or "
                "&NAME, where a variable itself lies. Stack data has slots as well, its own: an "
                "array of pointers. 'let B = A.0' reads a slot. What nothing but slots of lost "
                "blocks leads to is "
                "leaked. link! writes where nothing should be written, too.",
        .examples = "link A.0 -> B\nlink A.0 -> A\nlink A.1 -> B+8",
        .steps = true,
        .run = verb_link,
    },
    {
        .name = "unlink",
        .group = GROUP_MEMORY,
        .can_force = true,
        .parameters = {{PARAMETER_TEXT, "NAME.SLOT", 0, 0}},
        .summary = "write NULL into a slot of a payload",
        .examples = "unlink A.0",
        .steps = true,
        .run = verb_unlink,
    },
    {
        .name = "list",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0},
                       {PARAMETER_NUMBER, "COUNT", 0, 0},
                       {PARAMETER_SIZE, "SIZE", true, 0}},
        .summary = "make a linked list of COUNT blocks",
        .help = "Slot 0 of each block points to the next one, and NAME to the first: as many steps "
                "as a program would take. SIZE is 24 bytes where nothing is said.",
        .examples = "list A 5\nlist A 5 48",
        .steps = true,
        .run = verb_list,
    },
    {
        .name = "ring",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0},
                       {PARAMETER_NUMBER, "COUNT", 0, 0},
                       {PARAMETER_SIZE, "SIZE", true, 0}},
        .summary = "make a linked list of which the last block points to the first",
        .help = "Reference counts never become 0 in it: see refcount.",
        .examples = "ring A 4",
        .steps = true,
        .run = verb_ring,
    },
    {
        .name = "tree",
        .group = GROUP_MEMORY,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0},
                       {PARAMETER_NUMBER, "DEPTH", 0, 0},
                       {PARAMETER_SIZE, "SIZE", true, 0}},
        .summary = "make a binary tree of DEPTH levels",
        .help = "Slots 0 and 1 of each block point to the two below it, and NAME to the one on "
                "top. SIZE is 24 bytes where nothing is said.",
        .examples = "tree A 3\ntree A 3 32",
        .steps = true,
        .run = verb_tree,
    },
    /* ---- Variables, functions and their frames ---- */
    {
        .name = "let",
        .group = GROUP_STACK,
        .parameters = {{PARAMETER_TEXT, "NAME = POINTER", 0, 0}},
        .summary = "let NAME point where another variable does",
        .help = "POINTER is another variable, NULL, or a variable and bytes to add; or &x, where "
                "the variable x itself lies on the stack. Then several names may point to one "
                "block: when it is freed through one of them, the others are dangling. What only "
                "NAME pointed to before is leaked.",
        .examples = "let B = A\nlet B = A+8\nlocal x 8; let p = &x\nlet A = NULL",
        .steps = true,
        .run = verb_let,
    },
    {
        .name = "call",
        .group = GROUP_STACK,
        .parameters = {{PARAMETER_FUNCTION, "FUNCTION", 0, 0},
                       {PARAMETER_PASSED, "ARGUMENT...", true, 0}},
        .summary = "call a function: push a frame for it",
        .help = "A frame has the address to return to, the address of the caller's frame, and the "
                "function's own variables. From then on a name means one of these; main:A is A of "
                "main's frame, caller:A that of the frame below. Each ARGUMENT is a variable of "
                "the caller's, and the function gets a copy of its pointer under the same name.",
        .examples = "call get_price_pointer\ncall sum A B",
        .steps = true,
        .run = verb_call,
    },
    {
        .name = "local",
        .group = GROUP_STACK,
        .parameters = {{PARAMETER_NEW_NAME, "NAME", 0, 0}, {PARAMETER_SIZE, "SIZE", 0, 0}},
        .summary = "make SIZE bytes of stack data in the frame on top",
        .help = "Nobody writes to them: what was there before is still there. Its address is "
                "&NAME, and it is gone when the function returns. One of 8 bytes can be given a "
                "pointer; larger ones hold pointers in slots, as in 'link NAME.0 -> B'.",
        .examples = "local price 4\nlocal buffer 64",
        .steps = true,
        .run = verb_local,
    },
    {
        .name = "return",
        .group = GROUP_STACK,
        .parameters = {{PARAMETER_RETURNED, "POINTER [-> NAME]", true, 0}},
        .summary = "return: pop the frame on top",
        .help = "POINTER is what the caller gets, as in let; NAME is the caller's variable for it, "
                "of the same name if none is given, and new if there is none. Who points into the "
                "frame is dangling then, and a block that only the frame knew is leaked.",
        .examples = "call f; return\ncall f A; return A\ncall f; local price 4; return &price -> p",
        .steps = true,
        .run = verb_return,
    },
    {
        .name = "recurse",
        .group = GROUP_STACK,
        .parameters = {{PARAMETER_NUMBER, "N", 0, 0}},
        .summary = "let the function on top call itself, N deep",
        .help = "Each call is a step of its own, and pushes a frame.",
        .examples = "call f; recurse 10",
        .steps = true,
        .run = verb_recurse,
    },
    /* ---- The heap as a whole ---- */
    {
        .name = "gc",
        .group = GROUP_HEAP,
        .parameters = {{PARAMETER_DRY_RUN, "--dry-run", true, 0}},
        .summary = "free all blocks to which no pointer leads",
        .help = "A conservative mark and sweep: it looks for pointers among the variables, and in "
                "the payloads that it reaches, 8 bytes at a time ('set gc-step 1': at every byte). "
                "What points into a used block is taken for a pointer, be it one or not. Blocks "
                "that are not reached are freed. With --dry-run they are only named, and it is no "
                "step. 'set gc auto' does it before the heap would grow; but where a heap of 1M "
                "or more lost less than an eighth by it, only once it has grown by half, or "
                "cannot.",
        .examples = "gc\ngc --dry-run\nset gc auto",
        .steps = true,
        .run = verb_gc,
    },
    {
        .name = "policy",
        .group = GROUP_HEAP,
        .sets_up = true,
        .parameters = {{PARAMETER_POLICY, "NAME", true, 0}},
        .check = check_policy,
        .summary = "list the policies, or replay all steps under another",
        .help = "A policy says how a block is chosen. Changing it starts a fresh heap and replays "
                "the steps so far on it. 'help policy NAME' says how one works.",
        .examples = "policy\npolicy best-fit\nhelp policy best-fit",
        .run = verb_policy,
    },
    {
        .name = "preset",
        .group = GROUP_HEAP,
        .sets_up = true,
        .parameters = {{PARAMETER_PRESET, "NAME", true, 0}},
        .summary = "list the presets, or replay all steps on the heap of one",
        .help = "A preset is a policy with the settings that a lesson needs: ten-asked, where 10 "
                "bytes are asked for, 16 given, 6 wasted; segregated-lists, which has bins, slabs "
                "and quick lists from the first step on, as 'set bins always' does; or it is a "
                "textbook's allocator, such that addresses, lists, splits and growth are those of "
                "its exercises: 'help preset csapp' says its rules.",
        .examples = "preset\npreset ten-asked\npreset csapp\nhelp preset csapp",
        .check = check_preset,
        .run = verb_preset,
    },
    {
        .name = "ostep",
        .group = GROUP_HEAP,
        .parameters = {{PARAMETER_TEXT, "OPTIONS", true, 0}},
        .summary = "make an exercise of OSTEP's homework on free space, and solve it",
        .help = "The options are those of the book's malloc.py: -s seed, -n operations, -S heap "
                "size, -b base, -H header, -a alignment, -p FIRST, BEST or WORST, -l ADDRSORT, "
                "SIZESORT+, SIZESORT-, INSERT-FRONT or INSERT-BACK, -C to coalesce, -r largest "
                "size, -P percent of allocations, -A operations such as +10,-0,+20. The book's "
                "numbers are given, and beside them those of a fresh heap of the policy ostep, on "
                "which p0, p1 and so on can then be looked at.",
        .examples = "ostep -s 3 -n 10 -H 4 -p BEST -l SIZESORT+ -C\nostep -A +10,-0,+20",
        .run = verb_ostep,
    },
    {
        .name = "set",
        .group = GROUP_HEAP,
        .sets_up = true,
        .parameters = {{PARAMETER_KEY, "KEY", true, 0}, {PARAMETER_VALUE, "VALUE", true, 0}},
        .check = check_setting,
        .summary = "list the settings, or change one",
        .help = "Changing a setting of the heap starts a fresh heap and replays the steps so far "
                "on it. 'help set KEY' says why one would change it.",
        .examples = "set\nset alignment 64\nhelp set alignment",
        .run = verb_set,
    },
    {
        .name = "limit",
        .group = GROUP_HEAP,
        .parameters = {{PARAMETER_LIMIT, "SIZE|none", 0, 0}},
        .summary = "let the kernel refuse to make the heap larger",
        .help = "The limit is real (RLIMIT_DATA): beyond it sbrk fails, and malloc returns NULL.",
        .examples = "limit 64M\nlimit none",
        .steps = true,
        .run = verb_limit,
    },
    {
        .name = "coalesce",
        .group = GROUP_HEAP,
        .summary = "merge all free neighbours now",
        .help = "It finds something to do where the setting coalesce is deferred.",
        .examples = "set coalesce deferred; coalesce",
        .steps = true,
        .run = verb_coalesce,
    },
    {
        .name = "reset",
        .group = GROUP_HEAP,
        .summary = "begin again with a fresh heap",
        .help = "All steps and variables are forgotten; policy and settings stay.",
        .run = verb_reset,
    },
};

const struct command_table heap_commands = {rows, sizeof rows / sizeof rows[0]};
