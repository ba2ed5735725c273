/* generate.h: traces made by rule and seed, with the shapes of programs that use a heap.
 *
 * A specification is NAME[:N[:SEED]]: "replace:10000:7". The same specification makes the same
 * trace on every machine. Every generated trace frees all that it allocates. */
#ifndef TRACE_GENERATE_H
#define TRACE_GENERATE_H

#include "trace/trace.h"

struct trace_generator {
    const char *name;
    const char *summary; /* one line */
    const char *unit;    /* what N counts */
    uint64_t initial_n;  /* where the specification has none; N is at least 1 */
    uint64_t max_n;
};

/* The generator with this number, from 0; NULL beyond the last. */
const struct trace_generator *trace_generator(unsigned number);

/* Make the trace that `specification` describes.
 *   ret_trace  named after the specification; to be given to trace_finish; untouched on failure
 *   errors     no such generator (with a suggestion), N or SEED is no number or out of range */
bool trace_generate(const char *specification, struct trace *ret_trace, struct error *error);

#endif
