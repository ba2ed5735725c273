/* arguments.h: what a compiler is told that makes a library of an allocator's source, which it
 * reads from standard input. */
#ifndef OWN_ARGUMENTS_H
#define OWN_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "own/companions.h"

enum { ARGUMENTS_MAX = 74 + COMPANIONS_MAX + 2 * COMPANIONS_FOLDERS_MAX };

/* Words for exec, up to a NULL, of which the first is the compiler's name. */
struct arguments {
    char *words[ARGUMENTS_MAX + 1];
    size_t count;
};

struct arguments_wish {
    const char *compiler; /* its words */
    bool is_cpp;
    bool is_narrow;          /* for 32 bits: see kind/narrow.h */
    bool has_debugging;      /* macros and functions that do nothing unless it is debugged */
    const char *definitions; /* words of its own: "-DLIMIT=4" */
    const struct companions *companions;
    const char *first;   /* what is compiled before each of its sources; NULL for nothing */
    const char *headers; /* the folder with those that it need not bring along */
    const char *beside;  /* the one whose headers lie beside it; NULL where its path says so */
    const char *library; /* what is made */
};

/* They are there until the process becomes the compiler. */
struct arguments arguments_make(const struct arguments_wish *wish);

#endif
