/* lab.c: see lab.h. */
#include "own/lab.h"

#include <string.h>

#include "kind/own.h"

enum lab lab_of(const struct interface *interface, const char *stripped)
{
    struct source_function function = {0};
    enum source_answer answers;
    enum beginning beginning;

    beginning = interface_beginning(interface, stripped, &function);
    answers = function.answers;
    text_finish(&function.head);
    if (beginning == BEGINNING_HANDED)
        return LAB_HANDED;
    if (beginning == BEGINNING_NONE || !interface->is_known)
        return LAB_NONE;
    if (source_uses(stripped, "mem_map") && !source_defines(stripped, "mem_map"))
        return LAB_PAGES;
    if (answers == SOURCE_BOOL)
        return LAB_2016;
    return strcmp(interface->allocate, "malloc") == 0 ? LAB_2005 : LAB_2002;
}

uint64_t lab_alignment(enum lab lab)
{
    return lab == LAB_2016 || lab == LAB_PAGES ? 16 : 8;
}

uint64_t lab_memory(enum lab lab)
{
    const uint64_t mib = 1 << 20;

    return lab == LAB_HANDED ? OWN_SIZE_DEFAULT : 100 * mib;
}

bool lab_frees_by_realloc(enum lab lab)
{
    return lab == LAB_2005 || lab == LAB_2016;
}

bool lab_wants_realloc(enum lab lab)
{
    return lab == LAB_2002 || lab == LAB_2005 || lab == LAB_2016;
}

uint64_t lab_start(enum lab lab)
{
    static const uint64_t starts[] = {
        [LAB_NONE] = 0,           [LAB_2002] = 0x10000000,  [LAB_2005] = 0x800000000,
        [LAB_2016] = 0x800000000, [LAB_PAGES] = 0x10000000, [LAB_HANDED] = 0x107000000,
    };

    return starts[lab];
}
