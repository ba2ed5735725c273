/* new.c: what C++ programs allocate with.
 *
 * The C++ library's own calls malloc, and whoever follows would be told for each block that it did.
 * The others of its kind, and those that free, leave to it at once or go on to free, so that this
 * one is enough. */
#include <dlfcn.h>
#include <stdlib.h>

#include "preload/process.h"
#include "preload/serve.h"

#define OPERATOR_NEW "_Znwm" /* operator new(unsigned long) */

/* The C++ library's, which asks once more, and then throws what is to be thrown. */
static void *let_library_fail(size_t size)
{
    void *(*library)(size_t) = NULL;

    *(void **)&library = dlsym(RTLD_NEXT, OPERATOR_NEW);
    return library ? library(size) : NULL;
}

EXPORT void *serve_operator_new(size_t size) __asm__(OPERATOR_NEW);

EXPORT void *serve_operator_new(size_t size)
{
    size_t least = size > 0 ? size : 1;
    void *payload = process.follow ? serve_allocate(ASKED("operator new", CALL_MALLOC), 1, least)
                                   : malloc(least);

    return payload ? payload : let_library_fail(size);
}
