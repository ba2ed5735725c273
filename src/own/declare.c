/* declare.c: see declare.h. */
#include "own/declare.h"

#include "own/language.h"
#include "own/source.h"

/* The functions of a hand-in whose types differ from course to course are declared as it defines
 * them. */
static const char *const differing[] = {"mm_init",  "mm_checkheap", "mm_check", "myinit",
                                        "Mem_Init", "Mem_Free",     "Mem_Dump", "validate_heap"};

/* Declare what differs, behind what its types need; that is all there is of them, as a hand-in may
 * define them itself. */
void declare_differing(const char *stripped, struct text *text)
{
    for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++) {
        struct source_function function;

        if (!source_find(stripped, differing[i], &function))
            continue;
        if (function.answers == SOURCE_BOOL)
            text_add_string(text, "#include <stdbool.h>\n");
        if (!function.is_static)
            text_add(text, "%s;\n", text_string(&function.head));
        text_finish(&function.head);
    }
}

/* Declare functions of the lab, whose heads are given, as a hand-in does that says itself how they
 * are declared: where a driver is built for 32 bits, types are the same that are not here. */
void declare_functions(const char *const heads[][2], size_t count, const char *stripped,
                       struct text *text)
{
    language_add_beginning(text);
    for (size_t i = 0; i < count; i++) {
        struct text own = {0};

        if (source_find_declaration(stripped, heads[i][0], &own))
            text_add(text, "%s;\n", text_string(&own));
        else
            text_add(text, "extern %s;\n", heads[i][1]);
        text_finish(&own);
    }
    language_add_end(text);
}
