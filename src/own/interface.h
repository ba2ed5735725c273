/* interface.h: by which names a hand-in's functions go, which differ from course to course, and
 * how it wants to be begun. */
#ifndef OWN_INTERFACE_H
#define OWN_INTERFACE_H

#include <stdbool.h>

#include "base/error.h"
#include "own/source.h"

enum { INTERFACE_NAME_MAX = 64 };

/* Names of functions; "" where it has no such. */
struct interface {
    char begin[INTERFACE_NAME_MAX], allocate[INTERFACE_NAME_MAX], resize[INTERFACE_NAME_MAX],
        allocate_zeroed[INTERFACE_NAME_MAX], release[INTERFACE_NAME_MAX];
    bool has_handle; /* they are told which heap is meant: see handle.h */
    bool is_known;   /* to whoever loads a library, without a word for it: see kind/own.h */
    bool is_chosen;  /* among several, so that it wants a word all the same */
};

/* Find all sets of functions of the hand-in whose stripped source this is (see source.h), the one
 * first that is driven where nobody says which: the malloc lab's, those of plain malloc, and others
 * whose names say what they do, as "ff_malloc" and "ff_free", or "allocHeap" and "freeHeap". Where
 * there is none it is the lab's.
 *   returns  how many, at least 1 */
enum { INTERFACES_MAX = 8 };
size_t interface_list(const char *stripped, struct interface ret_interfaces[INTERFACES_MAX]);

/* The first of them. */
void interface_find(const char *stripped, struct interface *ret_interface);

/* The one that `wish` names, by the function that allocates, or a part of its name that no other
 * has; the first where it is NULL.
 *   ret_others  the names of those of the others that allocate are appended: "a, b"
 *   errors      there is no such one, or several */
bool interface_choose(const char *stripped, const char *wish, struct interface *ret_interface,
                      struct text *ret_others, struct error *error);

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
