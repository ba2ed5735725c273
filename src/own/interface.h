/* interface.h: by which names a hand-in's functions go, which differ from course to course, and
 * how it wants to be begun. */
#ifndef OWN_INTERFACE_H
#define OWN_INTERFACE_H

#include <stdbool.h>

#include "own/source.h"

struct interface {
    const char *begin, *allocate, *resize, *allocate_zeroed, *release; /* NULL: it has no such */
    bool is_known; /* to whoever loads a library, without a word for it: see kind/own.h */
};

/* That of the hand-in whose stripped source this is (see source.h); the malloc lab's, if it has
 * the functions of none. */
const struct interface *interface_of(const char *stripped);

/* How an allocator is begun. */
enum beginning {
    BEGINNING_NONE,   /* it has no function for that; */
    BEGINNING_GROWS,  /* it has its heap grow; */
    BEGINNING_HANDED, /* it is handed all its memory at once: where it begins, and how much; */
    BEGINNING_OTHER,  /* it wants what nobody here has */
};

/* How the one with this source is, and the function, which is the caller's where there is one. */
enum beginning interface_beginning(const struct interface *interface, const char *stripped,
                                   struct source_function *ret_function);

#endif
