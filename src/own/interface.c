/* interface.c: see interface.h. */
#include "own/interface.h"

#include <string.h>

/* The malloc lab; heap allocators that are handed their memory; what people call theirs;
 * "Operating Systems: Three Easy Pieces"; allocators that are told who calls; and those of books on
 * operating systems and on C. */
/* clang-format off */
static const struct interface interfaces[] = {
    {"mm_init", "mm_malloc", "mm_realloc", "mm_calloc", "mm_free", true},
    {"mm_init", "malloc", "realloc", "calloc", "free", true},
    {"myinit", "mymalloc", "myrealloc", "mycalloc", "myfree", false},
    {"my_init", "my_malloc", "my_realloc", "my_calloc", "my_free", false},
    {"Mem_Init", "Mem_Alloc", NULL, NULL, "Mem_Free", false},
    {"m61_init", "m61_malloc", "m61_realloc", "m61_calloc", "m61_free", false},
    {"buddy_init", "buddy_malloc", "buddy_realloc", "buddy_calloc", "buddy_free", false},
    {"buddy_init", "buddy_alloc", "buddy_realloc", "buddy_calloc", "buddy_free", false},
    {"umalloc_init", "umalloc", "urealloc", "ucalloc", "ufree", false},
    {"kmalloc_init", "kmalloc", "krealloc", "kcalloc", "kfree", false},
    {"alloc_init", "alloc", NULL, NULL, "afree", false},
};
/* clang-format on */

enum { INTERFACES = sizeof interfaces / sizeof interfaces[0] };

const struct interface *interface_of(const char *stripped)
{
    for (size_t i = 0; i < INTERFACES; i++) {
        struct source_function function;

        if (!source_find(stripped, interfaces[i].allocate, &function))
            continue;
        text_finish(&function.head);
        return &interfaces[i];
    }
    return &interfaces[0];
}

/* How many of a function's parameters are pointers. */
static unsigned pointers_of(const struct source_function *function)
{
    const char *at = strrchr(text_string(&function->head), '(');
    unsigned count = 0;

    for (unsigned i = 0; i < function->parameters; i++) {
        size_t length = strcspn(++at, ",)");

        count += memchr(at, '*', length) != NULL;
        at += length;
    }
    return count;
}

enum beginning interface_beginning(const struct interface *interface, const char *stripped,
                                   struct source_function *ret_function)
{
    if (!source_find(stripped, interface->begin, ret_function))
        return BEGINNING_NONE;
    if (ret_function->parameters < 2)
        return BEGINNING_GROWS;
    return ret_function->parameters == 2 && pointers_of(ret_function) > 0 ? BEGINNING_HANDED
                                                                          : BEGINNING_OTHER;
}
