/* topic.c: the glossary, and what the panels show. One thing has one word, here and everywhere. */
#include "command/topic.h"

#include <string.h>

static const char words[] =
    "heap         from its start up to the break\n"
    "break        where the heap ends; sbrk moves it up (grow) and down (trim)\n"
    "block        header, payload, padding, and perhaps a footer: all that the allocator sets "
    "aside\n"
    "payload      what malloc returned a pointer to\n"
    "requested    the bytes that were asked of malloc\n"
    "padding      bytes of a block that are neither header nor requested\n"
    "header       in front of the payload: the block's size and flags; 'help header' says more\n"
    "footer       the header once more at the block's end, so that the right neighbour can go "
    "left\n"
    "own data     all that is the allocator's: headers, footers, state, end\n"
    "state        its data at the heap's start: where its lists begin\n"
    "end          a header without a block at the break, where a walk along the headers stops\n"
    "free list    the free blocks in the order in which they are tried; head first\n"
    "bin          one of several free lists, for blocks of some sizes\n"
    "examined     looked at in the search for a free block: what a search costs\n"
    "fit          a free block that is large enough, and the rule by which one is chosen\n"
    "split        a free block is cut in two: what is needed, and the remainder, which stays free\n"
    "coalesce     free neighbours become one block; merge means the same\n"
    "wilderness   the last free block, at the break\n"
    "left, right  towards the heap's start, towards the break; as on the map\n"
    "variable     a name that holds a pointer\n"
    "live         what a variable points to was handed out and not freed\n"
    "dangling     a pointer to memory that was freed\n"
    "leaked       in use, but nothing points to it\n"
    "policy       how a free block is chosen: first-fit, best-fit, buddy, ...\n"
    "step         one command that changed something; scenario: a file of commands";

static const char fragmentation[] =
    "Memory that is there and of no use.\n"
    "external   1 - largest free block / all free bytes: enough is free, but in pieces. 0 % means\n"
    "           that all that is free is one block: then a request fails only if it is larger "
    "than\n"
    "           that, or as the heap may not grow.\n"
    "internal   padding / bytes of used blocks: blocks are larger than what was requested.\n"
    "overhead   headers, footers and the allocator's own data / the heap.\n"
    "'stats' has all figures; scripts/scenarios/fragmentation.hg and internal.hg are the lesson.";

static const char header[] =
    "In front of each payload the allocator keeps a header: the size of the block, and in the "
    "lowest\n"
    "bits, which a multiple of 8 or 16 does not need, flags: whether the block is used, and "
    "whether\n"
    "its left neighbour is. free finds the size there, and the next block: one header further on.\n"
    "0x23 = 32 + 3: a block of 32 bytes, used, its left neighbour used.\n"
    "'detail A' reads a header field by field, 'dump A' shows its bytes, 'poke! A-8 0' breaks one.";

static const char c[] =
    "Statements of C are read as what they mean:\n"
    "  p = malloc(40);  char *p = malloc(10 * sizeof(int));  p = calloc(4, 8);\n"
    "  p = realloc(p, 80);  p = aligned_alloc(64, 100);  free(p);  p = NULL;\n"
    "  q = p + 8;  p[0] = q;  q = p[0];  p[0] = NULL;\n"
    "  memset(p, 0, 40);  strcpy(p, \"text\");  int x;  int *r = &x;\n"
    "'set syntax c' has each step titled with its C as well.";

static const struct topic topics[] = {
    {"words", words},   {"fragmentation", fragmentation},
    {"header", header}, {"c", c},
    {"keys", NULL},     {"panel", NULL},
    {"figures", NULL},
};

const struct topic *topic_at(unsigned number)
{
    return number < sizeof topics / sizeof topics[0] ? &topics[number] : NULL;
}

const struct topic *topic_find(const char *name)
{
    unsigned number = 0;

    while (topic_at(number) && strcmp(topic_at(number)->name, name) != 0)
        number++;
    return topic_at(number);
}

const char *topic_panel(enum panel panel)
{
    static const char *const panels[PANELS] = {
        [PANEL_MAP] = "The heap to scale; a cell stands for as many bytes as the title says. "
                      "'zoom A' enlarges a block, 'legend' tells what the signs mean.",
        [PANEL_STACK] = "The functions that are running, the one called last on top, and their "
                        "variables; an arrow leads to what each of them points to.",
        [PANEL_PAGES] = "Which pages of the heap are in memory: the kernel gives one when it "
                        "is first written to. 'pages' tells whose bytes lie on each.",
        [PANEL_MEMORY] = "The address space, high addresses on top: stack, libraries, the gap, "
                         "the heap with its break, data, program. 'memory' shows all.",
        [PANEL_RIBBON] = "The blocks around the one at hand (^), not to scale: header, name, "
                         "requested bytes, +8 of padding, footer; below, where each is.",
        [PANEL_FREE] = "The free blocks in the order in which they are tried, head first: "
                       "where each begins, and its size. Several lists have a row each.",
        [PANEL_METERS] = "External and internal fragmentation, overhead, utilization with "
                         "formulas; above, the largest request that fits without growing.",
        [PANEL_TIMELINE] = "How the measures went, step by step; ^ marks where we are, the values "
                           "now stand to the right. A click goes back there.",
        [PANEL_HISTOGRAM] = "How many blocks there are of which sizes: a bar for those in use, one "
                            "for the free ones; below, counts and sizes.",
        [PANEL_CODE] = "The program that is being played, with the line at hand marked, and "
                       "the steps that belong to each line. See 'help code'.",
        [PANEL_MESSAGE] = "What happened and why; above, how many free blocks were examined, and "
                          "how long it took. Enter shows all of a long one.",
    };

    return panels[panel];
}
