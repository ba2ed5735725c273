/* build.h: an allocator of the user's, from its file to what a heap process loads: source is
 * compiled, and a shared library is taken as it is.
 *
 * What is compiled leaves no files behind: the library has no name, and heap processes find it by
 * this process's descriptor, as long as that is open. */
#ifndef OWN_BUILD_H
#define OWN_BUILD_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "own/array.h"
#include "own/hand_in.h"
#include "own/lab.h"
#include "trace/trace.h"

/* What is said of one that may have been written for 32 bits. */
#define OWN_CASTS "pointers have 8 bytes here; if it was written for those of 4: --bits 32"

struct own_allocator {
    struct text name;     /* its file's, without folders */
    struct text library;  /* a path to load it by */
    struct text warnings; /* what the compiler said, line by line */
    struct text layout;   /* what a comment of the source says of its blocks, behind "heapglass:" */
    struct text hint;     /* where it says nothing: a layout that may be that of its blocks */
    int file;             /* the library's; -1 of one that was there already */
    int before;           /* what it does before: see own_go_before; -1 for nothing */
    struct own_array
        array;       /* in which its heap is, where it asks nobody for memory; else of size 0 */
    enum lab lab;    /* that its source is a hand-in of */
    bool can_resize; /* it has a realloc of its own */
    bool is_narrow;  /* its pointers have 32 bits: see kind/narrow.h */
    bool has_casts;  /* they have not, and it casts them so that they may have had: OWN_CASTS */
};

/* Make what is wished for something that can be loaded. The compiler is $CC, or cc.
 *   ret_own  the caller's, for own_finish; of a compiler that refuses, its warnings alone are set
 *   errors   it cannot be read; it is neither C source nor a library for this machine; there is no
 *            compiler, or it refuses */
bool own_build(const struct hand_in_wish *wish, struct own_allocator *ret_own, struct error *error);
void own_finish(struct own_allocator *own);

/* Let every heap process that is started from now on load it, and read its blocks by its layout,
 * unless another one was asked for. */
void own_install(const struct own_allocator *own);

/* Let each of them go through a trace first, and begin anew then: see kind/own_before.h.
 *   errors  there is no memory for it */
bool own_go_before(struct own_allocator *own, const struct trace *trace, struct error *error);

/* Let what its payloads must be a multiple of be this, in place of what its lab asks. */
void own_align(uint64_t alignment);

/* Read that, for a table of options: "4", "8" or "16", to the uint64_t at `alignment`. */
bool own_take_alignment(void *alignment, const char *word, struct error *error);

/* Read how many bits a pointer has, likewise: "32" or "64". */
bool own_take_bits(void *bits, const char *word, struct error *error);

/* Let each of them be handed so many bytes, if it wants all its memory at once. */
void own_hand_over(uint64_t size);

#endif
