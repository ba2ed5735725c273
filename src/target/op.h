/* op.h: the vocabulary of operations: what a step asks of a heap, and what comes of it. It says
 * nothing of processes or of how the two sides talk.
 *
 * What an operation is says its row in one table: who notes it down, prints it or waits for it goes
 * by its traits, and not by its kind. A new operation is a row here, the function in operate.c that
 * carries it out, and the sentence in explain.c that tells of it. */
#ifndef TARGET_OP_H
#define TARGET_OP_H

#include <stdbool.h>
#include <stdint.h>

#define OFFSET_NULL UINT64_MAX /* an offset that stands for NULL */
#define NO_LIMIT UINT64_MAX    /* as much as the system lets the process have */

/* How many variables there can be: words of the heap process's stack that hold pointers. Each has
 * a place: the words are counted from the stack's top downwards. */
#define VARIABLES_MAX ((uint32_t)1 << 22)
#define NO_VARIABLE UINT32_MAX
#define NO_ROOTS UINT32_MAX

/* Bytes of a slot: payloads hold pointers in the slots 0, 1, ... */
enum { SLOT_BYTES = 8 };

/* Bytes of a word, and of all words of the stack. */
enum { WORD_BYTES = 8 };
#define STACK_BYTES ((uint64_t)VARIABLES_MAX * WORD_BYTES)

/* How many operations can go over to the heap process at once: those that it tells of one by one,
 * and those of which it gives the results alone. */
enum { RUN_OPS_MAX = 256, OPS_MAX = 4096 };

/* The operations: each with how it reads as a command, and what is true of it (enum op_trait). In
 * the first, some signs stand for something else: $ the variable, @ what the other one and the
 * argument say, ^ what is handed over and to whom, & the argument as a distance, ! a mark if it is
 * forced, %s the size, %l the size as a limit, %n the argument as a number, %a as a size, %b as a
 * byte, %x the bytes that it stores as numbers, %q as a text, without the NUL at its end, and %i
 * the size as a number. */
/* clang-format off */
#define OPERATIONS(X)                                                                             \
    X(ALLOC, "alloc $ %s", OP_NAMES | OP_GIVES | OP_CALLS)                                        \
    X(CALLOC, "calloc $ %n %s", OP_NAMES | OP_GIVES | OP_CALLS | OP_WRITES | OP_COUNTED)          \
    X(REALLOC, "realloc $ %s", OP_NAMES | OP_GIVES | OP_TAKES | OP_CALLS | OP_WRITES)             \
    X(ALIGNED, "aligned $ %a %s", OP_NAMES | OP_GIVES | OP_CALLS)                                 \
    X(FREE, "free! $", OP_NAMES | OP_TAKES | OP_CALLS)                                            \
    X(FILL, "fill $ %b", OP_NAMES | OP_FILLS | OP_WRITES)                                         \
    X(TOUCH, "touch $ %n", OP_NAMES | OP_FILLS | OP_PARTLY | OP_WRITES)                           \
    X(LET, "let $ = @", OP_NAMES | OP_POINTS)                                                     \
    X(POKE, "poke! $& %x", OP_NAMES | OP_STORES)                                                  \
    X(WRITE, "write! $& %q", OP_NAMES | OP_STORES)                                                \
    X(LIMIT, "limit %l", OP_LIMITS)                                                               \
    X(COALESCE, "coalesce", OP_CALLS)                                                             \
    X(LINK, "link! $.%i -> @", OP_NAMES | OP_POINTS | OP_LINKS | OP_SLOT)                         \
    X(UNLINK, "unlink! $.%i", OP_NAMES | OP_LINKS | OP_SLOT)                                      \
    X(LOAD, "let $ = @.%i", OP_NAMES | OP_POINTS | OP_SLOT)                                       \
    X(GC, "gc", OP_CALLS | OP_COLLECTS)                                                           \
    X(CALL, "call $", OP_ENTERS)                                                                  \
    X(LOCAL, "local $ %s", OP_DECLARES)                                                           \
    X(RETURN, "return^", OP_LEAVES)

enum op_kind {
#define X(name, form, traits) OP_##name,
    OPERATIONS(X)
#undef X
    OP_KINDS /* how many there are */
};
/* clang-format on */

struct op {
    uint32_t kind;    /* enum op_kind */
    uint32_t slot;    /* the variable's place; of a frame, its first; NO_VARIABLE for none, or, of
                          what stores, for the heap's start */
    uint32_t other;   /* the second variable's; of a call, where the caller's frame is linked in;
                          NO_VARIABLE for NULL, or for main's frame */
    uint32_t examine; /* not 0: say what a pointer is before it is given back */
    uint32_t address; /* not 0: it is about the address of a variable, not about what that holds */
    uint32_t roots;   /* where it collects: the variables that there are; NO_ROOTS: it need not, as
                          none of what is live can be garbage */
    uint32_t window;  /* from one place that is looked at to the next, in bytes; 0: no collecting */
    uint32_t own;     /* not 0: of what stores, the user says that it is about the variable itself,
                         whatever that holds; of a slot, it is one of the variable's own: of stack
                         data */
    /* bytes asked for, of one element, to fill, or to limit the heap to; of a guarded payload that
     * is freed, how many were asked for; the number of a slot (link, unlink, load) */
    uint64_t size;
    /* count (calloc), alignment (aligned), byte (fill), bytes to add (let, link), the distance, as
     * in int64_t (poke, write), or, of a guarded payload that is resized, how many bytes were asked
     * for before */
    uint64_t argument;
    union {
        const unsigned char *bytes; /* of what stores: `size` bytes, the caller's; else NULL */
        uint64_t bytes_at;          /* on the wire: where in the exchange's bytes they stand */
    };
};

struct op_result {
    uint64_t payload;       /* read back from the variable's word: an offset; OFFSET_NULL for NULL;
                             of what stores, where it does */
    uint64_t usable;        /* bytes of the payload that may be used; 0 for NULL or a freed one */
    uint64_t heap_size;     /* afterwards */
    uint64_t nanoseconds;   /* in the allocator, without the clock's own cost */
    uint64_t kernel;        /* of these, in the calls that move the break */
    uint64_t visits;        /* free blocks looked at */
    uint64_t word;          /* that a slot holds afterwards: an offset; OFFSET_NULL for NULL */
    uint64_t collected;     /* payloads that the collector freed */
    uint32_t refused;       /* the answer was no */
    uint32_t stack_written; /* words of the stack were written besides the variable's */
    uint32_t reason;        /* of a refusal: enum hg_reason */
    /* Of a pointer that was examined: what it was, the block that it lay in, and how many bytes
     * behind the start of its payload. */
    uint32_t examined; /* 0: it was not */
    uint32_t pointer;  /* enum hg_pointer_kind */
    uint32_t unused;   /* without it there were a hole, and two could not be compared as bytes */
    uint64_t around;   /* bytes */
    int64_t distance;
};

/* How many bytes an operation can store, and how many those can store that go over at once. */
enum { STORE_MAX = 4096, STORES_MAX = 65536 };

/* Where the stack lies in the heap process: addresses. */
struct target_stack {
    uint64_t top;       /* where its first word ends */
    uint64_t call_site; /* that calls write into frames: where it would go on after a return */
};

/* What is true of an operation. */
enum op_trait {
    OP_NAMES = 1 << 0,  /* it is about a variable */
    OP_GIVES = 1 << 1,  /* the allocator's answer is a payload, to which the variable then points */
    OP_TAKES = 1 << 2,  /* the allocator gets back what the variable points to */
    OP_POINTS = 1 << 3, /* the variable then points where the other one does */
    OP_FILLS = 1 << 4,  /* it writes all that was asked for of what the variable points to */
    OP_CALLS = 1 << 5,  /* it calls the allocator */
    OP_WRITES = 1 << 6, /* it may write as many bytes as it is about */
    OP_COUNTED = 1 << 7,   /* its size is that of one element, its argument how many there are */
    OP_LIMITS = 1 << 8,    /* its size is how large the heap may be */
    OP_PARTLY = 1 << 9,    /* it fills only as much as its argument says, in percent */
    OP_STORES = 1 << 10,   /* it writes its bytes so far from where the variable points */
    OP_LINKS = 1 << 11,    /* it writes a slot of the payload that the variable points to */
    OP_COLLECTS = 1 << 12, /* it frees what no variable leads to */
    OP_SLOT = 1 << 13,     /* its size is the number of a slot */
    OP_ENTERS = 1 << 14,   /* it pushes a frame, */
    OP_DECLARES = 1 << 15, /* makes its size of stack data in the one on top, */
    OP_LEAVES = 1 << 16,   /* or pops it */
};

struct op_info {
    const char *form;
    unsigned traits;
};

/* The row of each kind. */
extern const struct op_info op_infos[OP_KINDS];

/* The row of a kind, which is below OP_KINDS. */
static inline const struct op_info *op_info(uint32_t kind)
{
    return &op_infos[kind];
}

/* Whether it has the trait. */
static inline bool op_has(const struct op *op, enum op_trait trait)
{
    return op_infos[op->kind].traits & trait;
}

/* How many bytes it is about in all; UINT64_MAX if that is more than any number. */
uint64_t op_bytes(const struct op *op);

#endif
