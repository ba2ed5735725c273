/* journal_format.h: the file in which a recorded process writes down what it did.
 *
 *      | JOURNAL_WAITS, pid | entry | entry | ... | zeros
 *
 * Whoever wants a process recorded makes the file, with a first entry that says which process it
 * waits for. The process turns that entry into JOURNAL_BEGUN and appends. What it has written is in
 * the file even if it dies the next moment. */
#ifndef TRACE_JOURNAL_FORMAT_H
#define TRACE_JOURNAL_FORMAT_H

#include <stdint.h>

/* The environment variable that holds the file's path. */
#define JOURNAL_VARIABLE "HEAPGLASS_RECORD"

enum journal_kind {
    JOURNAL_END,        /* behind the last entry */
    JOURNAL_WAITS,      /* payload: the process that is to write here */
    JOURNAL_BEGUN,      /* the same, once it does */
    JOURNAL_ALLOCATE,   /* size bytes at payload */
    JOURNAL_REALLOCATE, /* old is now size bytes at payload */
    JOURNAL_FREE,       /* old */
    JOURNAL_CUT         /* the file could not grow: what happened next is not known */
};

struct journal_entry {
    uint64_t kind; /* enum journal_kind */
    uint64_t size;
    uint64_t payload, old; /* addresses */
};

#endif
