/* to_trace.h: the steps of a session as a trace. */
#ifndef SESSION_TO_TRACE_H
#define SESSION_TO_TRACE_H

#include "session/session.h"
#include "trace/trace.h"

/* Make a trace of the steps up to now: what they asked of malloc, free and realloc.
 *   name          of the trace
 *   ret_trace     to be given to trace_finish; untouched on failure
 *   ret_left_out  how many steps are none of that, or were refused
 *   errors        as trace_add; the history's progress has stopped it */
bool session_to_trace(const struct session *session, const char *name, struct trace *ret_trace,
                      size_t *ret_left_out, struct error *error);

#endif
