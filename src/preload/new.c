/* new.c: for a program in C++ that is followed: who calls operator new.
 *
 * The C++ library's own calls malloc, and whoever follows would be told for each block that it did.
 * The others of its kind, and those that free, leave to it at once or go on to free, so that this
 * one is enough. It is in a library apart, so that programs that nobody follows keep theirs.
 *
 * A program may bring another operator new in a library, with the only delete that knows its
 * blocks; to that one everything is left. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "preload/serve.h"

#define OPERATOR_NEW "_Znwm" /* operator new(unsigned long) */

typedef void *operator_new(size_t size);

/* The one that `caller` would call without us; NULL if there is none. What opens libraries of C++
 * for itself alone has it behind that of the library that calls. */
static operator_new *find_replaced(const void *caller)
{
    void *address = dlsym(RTLD_NEXT, OPERATOR_NEW), *library = NULL;
    operator_new *replaced;
    Dl_info info;

    if (!address && dladdr(caller, &info))
        library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (library) {
        address = dlsym(library, OPERATOR_NEW);
        dlclose(library); /* the caller keeps it */
    }
    memcpy(&replaced, &address, sizeof replaced);
    return replaced;
}

/* Whether it is the C++ library's. */
static bool is_usual(operator_new *replaced)
{
    void *address;
    Dl_info info;

    memcpy(&address, &replaced, sizeof address);
    return dladdr(address, &info) &&
           (strstr(info.dli_fname, "/libstdc++.so") || strstr(info.dli_fname, "/libc++"));
}

EXPORT void *followed_operator_new(size_t size) __asm__(OPERATOR_NEW);

EXPORT void *followed_operator_new(size_t size)
{
    static operator_new *usual; /* the same for all threads that look */
    operator_new *replaced = __atomic_load_n(&usual, __ATOMIC_RELAXED);
    void *payload;

    if (!replaced) {
        replaced = find_replaced(CALLER);
        if (!replaced)
            abort(); /* where the linker found none, either, it would have ended the program */
        if (!is_usual(replaced))
            return replaced(size);
        __atomic_store_n(&usual, replaced, __ATOMIC_RELAXED);
    }
    payload = heapglass_serve_new(size > 0 ? size : 1, CALLER);
    return payload ? payload : replaced(size); /* asks again, and throws what is to be thrown */
}
