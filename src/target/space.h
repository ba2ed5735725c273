/* space.h: the address space of a process, part by part, as the kernel lists it in /proc/PID/maps.
 *
 * The parts go from low addresses to high ones, do not overlap, and none is empty; what lies
 * between them is nothing: a process that touches it is ended. */
#ifndef TARGET_SPACE_H
#define TARGET_SPACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a part is: how it is called, and what that means. */
/* clang-format off */
#define SPACE_KINDS(X)                                                                            \
    X(TEXT, "text", "the program's code and constants")                                           \
    X(DATA, "data", "its variables that have a value")                                            \
    X(BSS, "bss", "its variables that begin as zero")                                             \
    X(HEAP, "heap", "up to the break")                                                            \
    X(VARIABLES, "your stack", "frames, variables; grows down")                                   \
    X(EXCHANGE, "exchange", "shared with who draws this")                                         \
    X(LIBRARIES, "libraries", "code and data of libc and others")                                 \
    X(OTHER, "mapped", "by mmap")                                                                 \
    X(KERNEL, "kernel", "what it lends: its clock")                                               \
    X(STACK, "stack", "of who serves the heap; grows down")

enum space_kind {
#define X(name, text, meaning) SPACE_##name,
    SPACE_KINDS(X)
#undef X
    SPACE_KIND_COUNT
};
/* clang-format on */

const char *space_kind_text(enum space_kind kind);
const char *space_kind_meaning(enum space_kind kind);

struct space_part {
    uint64_t start, end; /* addresses */
    enum space_kind kind;
};

/* All zero is none. */
struct space {
    struct space_part *parts;
    size_t count, capacity;
};

void space_finish(struct space *space);
struct space space_copy(const struct space *space);

/* The first part of a kind; NULL if there is none. */
const struct space_part *space_find(const struct space *space, enum space_kind kind);

/* Read it.
 *   variables  an address in the part that holds the user's; 0 if that is not known
 *   ret_space  the caller's; untouched on failure
 *   returns    false with `error` set where the kernel does not tell
 *   cost       about 50 us */
bool space_read(int pid, uint64_t variables, struct space *ret_space, struct error *error);

/* The same of what is written as the kernel writes it, of a program that is in the file
 * `program`. */
void space_parse(const char *maps, const char *program, uint64_t variables,
                 struct space *ret_space);

#endif
