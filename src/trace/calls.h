/* calls.h: calls of the allocator as tracers write them: NAME(ARGUMENTS) = RESULT. */
#ifndef TRACE_CALLS_H
#define TRACE_CALLS_H

#include "trace/addresses.h"
#include "trace/lines.h"

enum logged_kind {
    CALL_ALLOCATES,
    CALL_COUNTS, /* COUNT, SIZE */
    CALL_ALIGNS, /* ALIGNMENT, SIZE */
    CALL_RESIZES,
    CALL_RESIZES_COUNTED, /* ADDRESS, COUNT, SIZE */
    CALL_FREES,
    CALL_HIDES /* what it returns, from a log */
};

struct logged_call {
    enum logged_kind kind;
    uint64_t address; /* that was given, */
    uint64_t size;    /* bytes */
};

/* The allocator's function that the line has next, up to its opening parenthesis; false if there
 * is none, or none that is known: the line is then where it was. */
bool call_take_name(struct trace_line *line, struct logged_call *ret_call);

/* What stands in the parentheses, as far as it matters.
 *   errors  an address or a size is expected */
bool call_read_arguments(struct trace_line *line, struct logged_call *call, struct error *error);

/* What stands behind them: " = ADDRESS", of a call that returns one; then add it to the trace.
 *   errors  the result, or the end of the line, is expected; as of addresses.h */
bool call_conclude(struct trace_line *line, const struct logged_call *call,
                   struct addresses *addresses, struct trace *trace, struct error *error);

#endif
