/* interface.h: by which names a hand-in's functions go, which differ from course to course, and
 * how it wants to be begun. */
#ifndef OWN_INTERFACE_H
#define OWN_INTERFACE_H

#include <stdbool.h>

#include "own/source.h"

enum { INTERFACE_NAME_MAX = 64 };

/* Names of functions; "" where it has no such. */
struct interface {
    char begin[INTERFACE_NAME_MAX], allocate[INTERFACE_NAME_MAX], resize[INTERFACE_NAME_MAX],
        allocate_zeroed[INTERFACE_NAME_MAX], release[INTERFACE_NAME_MAX];
    char other[INTERFACE_NAME_MAX]; /* one more that allocates, of a second set of functions */
    bool is_known; /* to whoever loads a library, without a word for it: see kind/own.h */
};

/* Find that of the hand-in whose stripped source this is (see source.h): the malloc lab's, unless
 * it has none of its functions and some whose names say what they do, as "ff_malloc" and "ff_free",
 * or "allocHeap" and "freeHeap". */
void interface_find(const char *stripped, struct interface *ret_interface);

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
