/* serve.h: what the files that serve the C library's functions share. */
#ifndef PRELOAD_SERVE_H
#define PRELOAD_SERVE_H

#include <stddef.h>
#include <sys/types.h>

#include "preload/follow.h"
#include "trace/obstacle.h"

/* A function that programs call. */
#define EXPORT __attribute__((visibility("default")))

#if defined(__has_attribute)
#if __has_attribute(copy)
#define LIKE(function) copy(function), /* or gcc objects to a name of which less is known */
#endif
#endif
#ifndef LIKE
#define LIKE(function)
#endif

/* Declare `other` as another name of `function`. */
#define ALIAS(function, other)                                                                     \
    extern __typeof(function) other __attribute__((LIKE(function) alias(#function)))

/* Where the function at hand returns to. */
#define CALLER __builtin_return_address(0)

/* What a function of that name and kind was asked. */
#define ASKED(name, kind) (&(struct asked){(name), (kind), CALLER})

/* ---- For the library that programs which are followed have besides ---- */

/* The process is about to exit. */
void heapglass_leaves(int status);

/* It is about to become a program; if nothing is in the way of that, there is nothing to be said of
 * it. A copy that has its memory, after vfork, may say so, too. */
void heapglass_becomes(const struct call_bar *bar);

/* It has started a program: the same. */
void heapglass_starts(pid_t process, const struct call_bar *bar);

/* What operator new asks for, for whoever called it (new.c). NULL with errno ENOMEM. */
void *heapglass_serve_new(size_t size, const void *caller);

/* Allocate at a multiple of `alignment`, a power of two. NULL with errno ENOMEM. */
void *serve_allocate(const struct asked *asked, size_t alignment, size_t size);

#endif
