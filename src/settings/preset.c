/* preset.c: the one table of presets. */
#include "settings/preset.h"

#include <string.h>

#include "base/suggest.h"
#include "kind/kind.h"
#include "settings/settings.h"

static const struct preset presets[] = {
    {
        .name = "ten-asked",
        .summary = "slots of 16 bytes, without headers: 10 requested, 16 given, 6 wasted",
        .policy = "pool-stack",
        .settings = {{"slot-size", "16"}},
    },
    {
        .name = "segregated-lists",
        .summary = "bins by size, slabs and quick lists from the first step on",
        .policy = "segregated",
        .settings = {{"bins", "always"}, {"slabs", "always"}, {"quick-lists", "always"}},
    },
    {
        .name = "ostep",
        .policy = "ostep",
        .summary = "the free list of Three Easy Pieces, and of its homework",
        .rules = "The heap has 1600 bytes for blocks ('set grow') and never gets more ('set "
                 "fixed off').\n"
                 "Sizes are rounded up to 16; then a header of 16 bytes is added.\n"
                 "The setting fit: first takes the first piece on the list that is large "
                 "enough; best and worst see the whole list, and of several of one size take "
                 "the first.\n"
                 "A larger piece is cut in place: its low part is given out, and the rest "
                 "stays where it was on the list.\n"
                 "The setting order: lifo (INSERT-FRONT), fifo (INSERT-BACK), address "
                 "(ADDRSORT), size-up (SIZESORT+) or size-down (SIZESORT-). Sorting happens "
                 "when something is freed, and at no other time; equals stay as they were, "
                 "what is freed behind them.\n"
                 "'set coalesce immediate' (-C): at each free one pass along the list, in its "
                 "order, merges a piece into the one before it on the list if it begins where "
                 "that ends.\n"
                 "The book has no realloc; here it is malloc, copy and free.\n"
                 "The book's heap begins at +0x100. 'ostep -s 3' makes the exercises of its "
                 "homework.",
        .source =
            "Arpaci-Dusseau and Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter "
            "17, and its homework malloc.py",
        .settings = {{"fit", "best"},
                     {"order", "address"},
                     {"coalesce", "never"},
                     {"grow", "1600"},
                     {"fixed", "on"}},
    },
    {
        .name = "csapp",
        .policy = "csapp",
        .summary = "the implicit list of Computer Systems: A Programmer's Perspective",
        .rules = "Header and footer have 4 bytes: the block's size, and 1 added where it is "
                 "used. Payloads are aligned to 8.\n"
                 "A request of n bytes takes a block of 16 where n is up to 8, else n + 8 "
                 "rounded up to a multiple of 8.\n"
                 "There is no list: a search passes all blocks by their sizes. 'set fit "
                 "first|next': next begins at the block where the last search ended.\n"
                 "The low part of a block is given out, and the rest stays free if it has 16 "
                 "bytes or more.\n"
                 "Where nothing fits, the heap is extended by the block's size, by 4096 at "
                 "least ('set grow'), and a free last block joins what is new.\n"
                 "free merges at once with free neighbours. realloc is malloc, copy and free.\n"
                 "The book's heap begins at +0x100: 4 bytes of padding, a prologue of 8, the "
                 "first block; an epilogue of 4 ends it. It begins with 4096 bytes free.",
        .source =
            "Bryant and O'Hallaron, Computer Systems: A Programmer's Perspective, section 9.9",
        .settings = {{"grow", "4096"}},
    },
    {
        .name = "kr",
        .policy = "kr",
        .summary = "the circular list of The C Programming Language",
        .rules = "All is counted in units of 16 bytes, a header's size. A request takes so many "
                 "units as hold it, and one for the header: the size, and a link that means "
                 "something where the block is free.\n"
                 "Free blocks are on a circular list by their addresses; a base without memory "
                 "begins it.\n"
                 "A search begins behind where the last search or free ended, and takes the "
                 "first block that fits.\n"
                 "Of a larger block the tail is given out.\n"
                 "Once around, it asks for 1024 units at least ('set grow'), frees them, and "
                 "goes on behind the block before them.\n"
                 "free puts a block in its place and merges it with the free blocks that touch "
                 "it.\n"
                 "The book has no realloc: it is malloc, copy and free.\n"
                 "The book's heap begins at +0x100, with nothing.",
        .source = "Kernighan and Ritchie, The C Programming Language, second edition, section 8.7",
        .settings = {{"grow", "16K"}},
    },
    {
        .name = "osmem",
        .policy = "osmem",
        .summary = "the allocator of the assignment os_malloc",
        .rules = "A header of 32 bytes: size, status, and links to both neighbours. Payloads "
                 "are rounded up to 8.\n"
                 "Before each search all free neighbours are merged; free itself merges "
                 "nothing.\n"
                 "The search looks at all blocks in the order of their addresses and takes the "
                 "smallest that fits, the first of several.\n"
                 "The low part is given out, and the rest is a block of its own if it has 40 "
                 "bytes or more.\n"
                 "The first request asks for 128 KiB ('set grow'). Later, where nothing fits, a "
                 "free last block is extended by what is missing, else the heap by a block. "
                 "Nothing is ever given back.\n"
                 "realloc stays in place where it can: it cuts, takes in free blocks to the "
                 "right one by one, or extends the last block; else it is malloc, copy and "
                 "free.\n"
                 "Large requests are not mapped: all is on the heap, which begins at +0x100, "
                 "with nothing.",
        .source = "Politehnica Bucharest, Operating Systems, assignment Memory Allocator",
        .settings = {{"grow", "128K"}},
    },
};

enum { PRESETS = sizeof presets / sizeof presets[0] };

const struct preset *preset_at(unsigned number)
{
    return number < PRESETS ? &presets[number] : NULL;
}

static bool make_config(const struct preset *preset, struct hg_config *ret_config,
                        struct error *error)
{
    struct hg_config config = kind_config_default(preset->policy);

    for (unsigned i = 0; preset->settings[i][0]; i++) {
        if (!setting_set(&config, preset->settings[i][0], preset->settings[i][1], error))
            return false;
    }
    *ret_config = config;
    return setting_check(&config, error);
}

const struct preset *preset_called(const char *name)
{
    for (unsigned number = 0; number < PRESETS; number++) {
        if (strcmp(presets[number].name, name) == 0)
            return &presets[number];
    }
    return NULL;
}

bool preset_find(const char *name, struct hg_config *ret_config, struct error *error)
{
    const struct preset *preset = preset_called(name);
    struct suggestion suggestion = suggestion_for(name);

    if (preset)
        return make_config(preset, ret_config, error);
    for (unsigned number = 0; number < PRESETS; number++)
        suggestion_consider(&suggestion, presets[number].name);
    error_set(error, "there is no preset '%s'", name);
    if (suggestion_add(&suggestion, error))
        return false;
    for (unsigned number = 0; number < PRESETS; number++)
        error_append(error, "%s %s", number ? "," : "; there are", presets[number].name);
    return false;
}
