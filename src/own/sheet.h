/* sheet.h: the memory that who grades shares with the process in which an allocator is examined:
 * what is to be done, and what came of it. That process runs code that may do anything: whoever
 * reads an answer here checks it first.
 *
 *      | struct sheet | operations ... | what the allocator prints |
 *      0              SHEET_OPS        sheet_speech()              the end: nothing is behind it */
#ifndef OWN_SHEET_H
#define OWN_SHEET_H

#include <stdint.h>

#include "trace/trace.h"

/* Where the process finds it, and whom it answers to; and the argument that makes a program that
 * process. */
enum { SHEET_FD = 3, SHEET_CHANNEL_FD };
#define SHEET_ARGUMENT "--examined-process"

enum { SHEET_FAULTS_MAX = 8, SHEET_PROBLEM_MAX = 256, SHEET_SPEECH_MAX = 16 * 1024 };

/* What can be wrong with an answer. */
enum fault_kind {
    FAULT_REFUSED,    /* NULL, though there is memory for it */
    FAULT_ABSENT,     /* it has no realloc */
    FAULT_MISALIGNED, /* the payload is not a multiple of what it must be */
    FAULT_OUTSIDE,    /* some of it is not in the heap */
    FAULT_OVERLAP,    /* with another live payload */
    FAULT_DAMAGED,    /* a live payload does not hold any more what was written to it */
    FAULT_LOST,       /* realloc did not keep what it must */
    FAULT_NOT_NULL,   /* realloc to no bytes answered a payload */
    FAULT_KINDS
};

struct fault {
    uint32_t kind; /* enum fault_kind */
    uint32_t id, other;
    uint32_t round;                /* in which it was found: see struct sheet */
    uint64_t step;                 /* operation, from 1, at which it was found */
    uint64_t since;                /* of damage: the step that did it; 0 if it is not known */
    uint64_t at, size;             /* the payload: an offset, bytes; */
    uint64_t other_at, other_size; /* and the other's; where there is none, the heap's address; */
    uint64_t other_step;           /* and when that was handed out */
    uint64_t byte;                 /* of damage: the first byte of the payload that is wrong, */
    unsigned char expected, found;
};

/* To check it, and, where a heap can begin anew and nothing is wrong, to time it then; or to carry
 * out what somebody else asks for, who checks it: see answer.h. */
enum sheet_mode { SHEET_CHECK, SHEET_LOCATE, SHEET_TIME, SHEET_ANSWER };
enum sheet_state { SHEET_BEGUN, SHEET_OPENED, SHEET_REFUSED, SHEET_FAULT, SHEET_DONE };

/* Rounds: the operations on a fresh heap, on one that began anew, and again and again on the clock.
 */
enum sheet_round { SHEET_FIRST = 1, SHEET_ANEW, SHEET_TIMED };

struct sheet {
    /* What is to be done. */
    uint32_t mode;         /* enum sheet_mode */
    uint32_t watched;      /* to locate: the id whose payload is looked at after each step, */
    uint64_t watched_from; /* from this step on */
    uint64_t op_count, id_count;
    uint64_t alignment;
    uint32_t frees_by_realloc; /* whether realloc to no bytes must answer NULL */
    uint64_t memory;           /* bytes that the heap may have */
    uint64_t time_ns;          /* about so long may be timed */
    uint64_t seconds;          /* that may be checked or located, and as much timed */
    uint64_t retraced;         /* to be timed so often, each step written down; 0 to measure it */
    /* What came of it. */
    uint32_t state; /* enum sheet_state */
    int32_t signal; /* of a fault, and the address that it was about; */
    uint64_t address;
    uint32_t is_overflow; /* whether that was the stack's overflow, */
    uint32_t is_denied;   /* and whether what failed last before an end was not permitted */
    uint32_t round;       /* enum sheet_round */
    uint64_t step;        /* operation at hand, from 1; 0 before the first, or while measured */
    uint64_t runs;        /* on the clock, with the one at hand */
    uint64_t fault_count, kind_counts[FAULT_KINDS];
    uint64_t listed;                       /* how many of them stand in */
    struct fault faults[SHEET_FAULTS_MAX]; /* the first of each kind */
    uint64_t peak_heap;                    /* bytes, of the last round; 0 if it is not known */
    uint32_t is_apart;                     /* whether some payloads do not lie on the break */
    uint64_t best_ns;                      /* of all operations; 0 where they were not timed */
    char problem[SHEET_PROBLEM_MAX];       /* why it was refused */
};

enum { SHEET_OPS = (sizeof(struct sheet) + 63) / 64 * 64 };

static inline struct trace_op *sheet_ops(struct sheet *sheet)
{
    return (struct trace_op *)(void *)((char *)sheet + SHEET_OPS);
}

/* Where what is printed begins, in bytes from the sheet's start; and the size of it all. */
static inline uint64_t sheet_speech(uint64_t op_count)
{
    return SHEET_OPS + op_count * sizeof(struct trace_op);
}

static inline uint64_t sheet_size(uint64_t op_count)
{
    return sheet_speech(op_count) + SHEET_SPEECH_MAX;
}

#endif
