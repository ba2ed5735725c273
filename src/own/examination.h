/* examination.h: an allocator of the user's carried through a trace, in a process of its own that
 * has so much memory and so much time, and can do no harm: what came of it. */
#ifndef OWN_EXAMINATION_H
#define OWN_EXAMINATION_H

#include "base/error.h"
#include "base/text.h"
#include "own/sheet.h"

enum examination_end {
    EXAMINATION_DONE,
    EXAMINATION_REFUSED, /* there was no heap: why not */
    EXAMINATION_FAULT,   /* a signal that it raised itself, */
    EXAMINATION_KILLED,  /* or one that ended the process */
    EXAMINATION_EXITED,
    EXAMINATION_TIMEOUT,
};

struct examination_limits {
    uint64_t memory;  /* bytes that the heap may have */
    uint64_t seconds; /* that checking, and timing, a trace may take */
    uint64_t time_ns; /* that timing may take, unless a run takes longer */
    uint64_t alignment;
    bool frees_by_realloc; /* realloc to 0 bytes must answer NULL */
    bool is_believed;      /* what is passed is not examined once more from outside: see audit.h */
};

/* What became of that. */
enum audit_end {
    AUDIT_NOT_WANTED,
    AUDIT_DONE,
    AUDIT_ELSEWHERE, /* there is none of payloads that do not lie on the break */
    AUDIT_DENIED,    /* the system keeps one process from another's memory */
};

/* What came of a trace. */
struct examination_result {
    enum examination_end end;
    uint32_t round; /* enum sheet_round */
    uint64_t step;  /* at hand when it ended otherwise than it should; 0 before the first */
    uint64_t run;   /* on the clock, in which that was; 0 where it was in none, */
    bool is_lost;   /* or it did not end so again, and the step is not known */
    bool is_fresh;  /* nothing was before it in that heap */
    int number;     /* the signal, or the exit status */
    uint64_t address;
    bool is_overflow;    /* the signal was for the stack's */
    bool is_denied;      /* before it, the process was denied something: see jail.h */
    struct text problem; /* why there was no heap */
    struct text said;    /* what was printed, as much as there was room for */
    struct fault faults[SHEET_FAULTS_MAX];
    size_t listed;        /* so many of them */
    uint64_t fault_count; /* with those that are not listed */
    uint64_t peak_heap;   /* 0 where it is not known */
    bool is_apart;        /* some payloads do not lie on the break */
    uint64_t best_ns;     /* 0 where it was not timed */
    enum audit_end audited;
};

/* Examine the allocator that is installed (see build.h): check it, find out which step did the
 * damage that was found, and, if all is well, time it, and audit it.
 *   ret_result  for examination_finish
 *   errors      there can be no such process */
bool examination_run(const struct trace *trace, const struct examination_limits *limits,
                     struct examination_result *ret_result, struct error *error);
void examination_finish(struct examination_result *result);

/* Whether it went as it should. */
bool examination_is_passed(const struct examination_result *result);

#endif
