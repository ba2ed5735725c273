/* lab.c: see lab.h. */
#include "own/lab.h"

#include "own/source.h"

/* Whether the source defines a function; what it answers. */
static bool defines(const char *stripped, const char *name, enum source_answer *ret_answers)
{
    struct source_function function;

    if (!source_find(stripped, name, &function))
        return false;
    *ret_answers = function.answers;
    text_finish(&function.head);
    return true;
}

enum lab lab_of(const char *stripped)
{
    enum source_answer begins = SOURCE_VOID, ignored;

    if (!defines(stripped, "mm_init", &begins))
        return LAB_NONE;
    if (begins == SOURCE_BOOL)
        return LAB_2016;
    return defines(stripped, "malloc", &ignored) ? LAB_2005 : LAB_2002;
}

uint64_t lab_alignment(enum lab lab)
{
    return lab == LAB_2016 ? 16 : 8;
}

bool lab_frees_by_realloc(enum lab lab)
{
    return lab == LAB_2005 || lab == LAB_2016;
}

uint64_t lab_start(enum lab lab)
{
    static const uint64_t starts[] = {
        [LAB_NONE] = 0,
        [LAB_2002] = 0x10000000,
        [LAB_2005] = 0x800000000,
        [LAB_2016] = 0x800000000,
    };

    return starts[lab];
}
