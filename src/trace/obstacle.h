/* obstacle.h: what keeps a program from loading our library, as far as its file and its environment
 * tell. Allocates nothing, so that programs that are followed can look before they execute one. */
#ifndef TRACE_OBSTACLE_H
#define TRACE_OBSTACLE_H

#include <stddef.h>

enum obstacle {
    OBSTACLE_NONE, /* as far as can be told */
    OBSTACLE_STATIC,
    OBSTACLE_USER,         /* it changes its user, */
    OBSTACLE_GROUP,        /* or its group, */
    OBSTACLE_CAPABILITIES, /* or gets capabilities, for whoever runs it here */
    OBSTACLE_BITS,         /* its addresses are of another size */
    OBSTACLE_MACHINE,      /* its code is for another processor */
    OBSTACLE_LIBRARY,      /* its C library is not the one that ours is for */
    OBSTACLE_ENVIRONMENT,  /* it is not told to */
    OBSTACLE_NUMBERING,    /* it is in a container, whose processes have other numbers */
    OBSTACLES
};

enum { OBSTACLE_NAME_MAX = 64 };

/* What is in the way of the program in a file, or of the one that runs a script there.
 *   environment  what it will have, as execve takes it; NULL if that does not matter
 *   ret_name     of the program of which that is so, without folders; set where something is */
enum obstacle obstacle_find(const char *path, char *const environment[],
                            char ret_name[OBSTACLE_NAME_MAX]);

/* The file that is meant by a program's name: itself where there is a slash in it, else what PATH
 * leads to. NULL where there is none.
 *   room  for it, of so many bytes */
const char *obstacle_search(const char *name, char *room, size_t size);

/* It, in words that follow a program's name, with what can be done: "is statically linked, ...". */
const char *obstacle_text(enum obstacle obstacle);

#endif
